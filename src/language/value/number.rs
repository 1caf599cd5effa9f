//! A number as the author wrote it.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Fixed;

/// A literal number, kept in both senses it can have: a probability or rate is a double, a measure is
/// [`Fixed`]. Which one is meant is known only when the expression is typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    float: f64,
    fixed: Option<Fixed>,
}

/// Why a text is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Anything but digits with an optional point between digits.
    #[error("`{0}` is not a number")]
    Shape(String),
    /// Larger than a double can hold.
    #[error("the number is too large")]
    TooLarge,
}

impl Number {
    /// Reads digits with an optional minus before them and an optional point between them.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let shape = || NumberError::Shape(text.to_owned());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(shape());
        }
        let float: f64 = text.parse().map_err(|_| shape())?;
        if !float.is_finite() {
            return Err(NumberError::TooLarge);
        }
        Ok(Number {
            float,
            fixed: Fixed::parse(text).or_else(|| fixed_of(float)),
        })
    }

    /// A number computed in Rust; `None` if it is not finite.
    pub fn from_f64(float: f64) -> Option<Number> {
        float.is_finite().then(|| Number {
            float,
            fixed: fixed_of(float),
        })
    }

    /// A fixed-point number.
    pub fn from_fixed(fixed: Fixed) -> Number {
        // By the text, so that it equals the same number read.
        let float = fixed.to_string().parse().unwrap_or_else(|_| fixed.to_f64());
        Number {
            float,
            fixed: Some(fixed),
        }
    }

    /// A result reckoned in both senses side by side; `None` if the double is not finite.
    pub fn computed(float: f64, fixed: Option<Fixed>) -> Option<Number> {
        float.is_finite().then_some(Number { float, fixed })
    }

    /// As a double.
    pub fn float(self) -> f64 {
        self.float
    }

    /// As a fixed-point number; `None` if it has more than six decimals or is out of range.
    pub fn fixed(self) -> Option<Fixed> {
        self.fixed
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Number {
        Number {
            float: 0.0 - self.float,
            fixed: self.fixed.and_then(Fixed::checked_neg),
        }
    }
}

/// A text with more decimals than a double tells apart means the double: so that printing is reading back.
fn fixed_of(float: f64) -> Option<Fixed> {
    Fixed::parse(&float.to_string())
}

/// The shortest text that is read back as the same number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fixed {
            Some(fixed) => fixed.fmt(f),
            None => self.float.fmt(f),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.float)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_keeps_what_was_written() {
        let n = Number::parse("1.10").unwrap();
        assert_eq!(
            (n.float(), n.fixed(), n.to_string().as_str()),
            (1.1, Fixed::parse("1.1"), "1.1")
        );
        assert_eq!(Number::parse("0.1234567").unwrap().fixed(), None);
        assert_eq!(Number::parse("10000000000000").unwrap().fixed(), None);
        assert_eq!(
            Number::parse("1234567890123.123456").unwrap().to_string(),
            "1234567890123.123456"
        );
    }

    #[test]
    fn exponents_separators_and_bare_points_are_no_numbers() {
        for text in [
            "", "1e6", "1_000", "0.5%", ".5", "5.", "inf", "nan", "+1", "0x10", "1.2.3",
        ] {
            assert!(
                matches!(Number::parse(text), Err(NumberError::Shape(_))),
                "{text}"
            );
        }
        assert_eq!(Number::parse(&"9".repeat(400)), Err(NumberError::TooLarge));
    }

    proptest! {
        #[test]
        fn every_number_prints_as_it_is_read(text in "(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?") {
            let number = Number::parse(&text).unwrap();
            prop_assert_eq!(Number::parse(&number.to_string()).unwrap(), number);
        }

        #[test]
        fn every_double_survives(bits: f64) {
            if let Some(number) = Number::from_f64(bits) {
                prop_assert_eq!(Number::parse(&number.to_string()).unwrap(), number);
            }
        }

        #[test]
        fn a_fixed_number_equals_the_same_number_read(micros: i64) {
            let number = Number::from_fixed(Fixed::from_micros(micros));
            prop_assert_eq!(Number::parse(&number.to_string()).unwrap(), number);
        }
    }
}
