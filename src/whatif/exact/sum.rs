//! Sums of many small masses.

/// A compensated sum (Neumaier 1974): exact to the last digit or two however many terms there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost += if self.total.abs() >= term.abs() {
            (self.total - next) + term
        } else {
            (term - next) + self.total
        };
        self.total = next;
    }

    pub fn value(self) -> f64 {
        self.total + self.lost
    }
}
