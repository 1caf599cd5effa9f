//! Decisions taken from bytes, one after the other; when there are no more, each is the first.

pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn next(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        let high = if end > 256 {
            usize::from(self.next()) << 8
        } else {
            0
        };
        (high | usize::from(self.next())) % end
    }

    pub fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Text up to the next line end.
    pub fn line(&mut self) -> String {
        let end = self
            .0
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        String::from_utf8_lossy(line).into_owned()
    }
}
