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

#[cfg(test)]
mod tests {
    use super::Sum;

    /// Written out term by term: what a plain sum would lose at each place.
    #[test]
    fn nothing_is_lost_in_whatever_order_terms_come() {
        let sum = |terms: &[f64]| {
            let mut sum = Sum::default();
            for term in terms {
                sum.add(*term);
            }
            sum.value().to_bits()
        };
        let one = 1.0_f64.to_bits();
        assert_eq!(sum(&[1.0, 1e16, -1e16]), one);
        assert_eq!(sum(&[1e16, 1.0, -1e16]), one);
        assert_eq!(sum(&[1e16, -1e16, 1.0]), one);
        assert_eq!(sum(&[0.1; 10]), one);
        let many = vec![1e-6; 1_000_000];
        assert_eq!(sum(&many), one);
    }
}
