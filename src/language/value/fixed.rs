//! Fixed-point numbers for measures.

use std::fmt;

use serde::{Serialize, Serializer};

const UNIT: i64 = 1_000_000;
const DECIMALS: usize = 6;

/// A number with six decimals, held as a 64-bit count of millionths.
///
/// Measures use it because sums do not depend on their order and states compare exactly. Results round half to
/// even; products and quotients are taken in 128 bits; what leaves the range is `None`, never wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed(i64);

impl Fixed {
    /// 0
    pub const ZERO: Fixed = Fixed(0);
    /// 1
    pub const ONE: Fixed = Fixed(UNIT);
    /// The largest: about 9.2 million million.
    pub const MAX: Fixed = Fixed(i64::MAX);
    /// The smallest: about minus 9.2 million million.
    pub const MIN: Fixed = Fixed(i64::MIN);

    /// From millionths.
    pub const fn from_micros(micros: i64) -> Fixed {
        Fixed(micros)
    }

    /// In millionths.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// A whole number; `None` out of range.
    pub fn from_integer(whole: i64) -> Option<Fixed> {
        whole.checked_mul(UNIT).map(Fixed)
    }

    /// Reads digits, an optional minus before and optional decimals after them; `None` if the text is anything
    /// else, out of range, or has more than six decimals that are not zeros.
    pub fn parse(text: &str) -> Option<Fixed> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, decimals) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, decimals)) => (whole, decimals),
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
            return None;
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > DECIMALS {
            return None;
        }
        let padding = std::iter::repeat_n(b'0', DECIMALS - decimals.len());
        let mut micros: i128 = 0;
        for digit in whole.bytes().chain(decimals.bytes()).chain(padding) {
            micros = micros.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        i64::try_from(if negative { -micros } else { micros })
            .ok()
            .map(Fixed)
    }

    /// The nearest, half to even; `None` for what is not finite or out of range.
    pub fn from_f64(number: f64) -> Option<Fixed> {
        let micros = (number * UNIT as f64).round_ties_even();
        // 2^63 is a double, i64::MAX is not: the upper bound is excluded.
        let bound = 9_223_372_036_854_775_808.0;
        (-bound..bound).contains(&micros).then_some(Fixed(micros as i64))
    }

    /// The nearest double while the number is below nine thousand million; beyond, one within its last digit.
    pub fn to_f64(self) -> f64 {
        // Up to 2^53 the count is exact, so that the division is the only rounding, as in reading the text.
        self.0 as f64 / UNIT as f64
    }

    /// The sum.
    pub fn checked_add(self, other: Fixed) -> Option<Fixed> {
        self.0.checked_add(other.0).map(Fixed)
    }

    /// The difference.
    pub fn checked_sub(self, other: Fixed) -> Option<Fixed> {
        self.0.checked_sub(other.0).map(Fixed)
    }

    /// The product, rounded half to even.
    pub fn checked_mul(self, other: Fixed) -> Option<Fixed> {
        divide_half_even(i128::from(self.0) * i128::from(other.0), i128::from(UNIT))
    }

    /// The quotient, rounded half to even; `None` also for division by zero.
    pub fn checked_div(self, other: Fixed) -> Option<Fixed> {
        divide_half_even(i128::from(self.0) * i128::from(UNIT), i128::from(other.0))
    }

    /// The opposite; `None` only for [`Fixed::MIN`].
    pub fn checked_neg(self) -> Option<Fixed> {
        self.0.checked_neg().map(Fixed)
    }

    /// The sum of many, taken in 128 bits: only the total must be in range, in whatever order.
    pub fn checked_sum(parts: impl IntoIterator<Item = Fixed>) -> Option<Fixed> {
        let total: i128 = parts.into_iter().map(|part| i128::from(part.0)).sum();
        i64::try_from(total).ok().map(Fixed)
    }
}

fn divide_half_even(dividend: i128, divisor: i128) -> Option<Fixed> {
    if divisor == 0 {
        return None;
    }
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let away = match (2 * rest.abs()).cmp(&divisor.abs()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    let step = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    i64::try_from(if away { quotient + step } else { quotient })
        .ok()
        .map(Fixed)
}

/// Without trailing zeros: `0.7`, `12`, `-0.000001`.
impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.unsigned_abs();
        let unit = UNIT.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        write!(f, "{}", micros / unit)?;
        let (mut rest, mut width) = (micros % unit, DECIMALS);
        if rest == 0 {
            return Ok(());
        }
        while rest % 10 == 0 {
            rest /= 10;
            width -= 1;
        }
        write!(f, ".{rest:0width$}")
    }
}

impl Serialize for Fixed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fixed(text: &str) -> Fixed {
        Fixed::parse(text).unwrap()
    }

    #[test]
    fn rounding_is_half_to_even() {
        let half = fixed("0.5");
        assert_eq!(fixed("0.000001").checked_mul(half), Some(Fixed::ZERO));
        assert_eq!(fixed("0.000003").checked_mul(half), Some(fixed("0.000002")));
        assert_eq!(fixed("-0.000003").checked_mul(half), Some(fixed("-0.000002")));
        assert_eq!(fixed("-0.000001").checked_mul(half), Some(Fixed::ZERO));
        assert_eq!(fixed("2").checked_div(fixed("3")), Some(fixed("0.666667")));
        assert_eq!(fixed("2").checked_div(fixed("-3")), Some(fixed("-0.666667")));
        assert_eq!(Fixed::from_f64(0.0000025), Some(fixed("0.000002")));
    }

    #[test]
    fn leaving_the_range_is_none() {
        assert_eq!(Fixed::MAX.checked_add(fixed("0.000001")), None);
        assert_eq!(Fixed::MAX.checked_mul(fixed("2")), None);
        assert_eq!(Fixed::ONE.checked_div(Fixed::ZERO), None);
        assert_eq!(Fixed::MIN.checked_neg(), None);
        assert_eq!(Fixed::from_f64(f64::NAN), None);
        assert_eq!(Fixed::from_f64(1e13), None);
        assert_eq!(Fixed::from_f64(f64::NEG_INFINITY), None);
        assert_eq!(Fixed::MIN.checked_div(fixed("-1")), None);
    }

    #[test]
    fn only_the_total_of_a_sum_must_be_in_range() {
        let parts = [Fixed::MAX, Fixed::ONE, fixed("-5")];
        assert_eq!(
            Fixed::checked_sum(parts),
            Some(Fixed::from_micros(i64::MAX - 4_000_000))
        );
        assert_eq!(Fixed::checked_sum([Fixed::MAX, Fixed::ONE]), None);
    }

    #[test]
    fn a_text_that_is_no_number_is_none() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1e3",
            "1_000",
            "0.1234567",
            "+1",
            "--1",
            "9223372036855",
            " 1",
        ] {
            assert_eq!(Fixed::parse(text), None, "{text}");
        }
        assert_eq!(fixed("0.1000000"), fixed("0.1"));
        assert_eq!(Fixed::parse("9223372036854.775807"), Some(Fixed::MAX));
    }

    proptest! {
        #[test]
        fn every_fixed_prints_as_it_is_read(micros: i64) {
            let value = Fixed::from_micros(micros);
            prop_assert_eq!(Fixed::parse(&value.to_string()), Some(value));
        }

        #[test]
        fn a_fixed_below_a_thousand_million_survives_a_double(micros in -(1i64 << 50)..(1i64 << 50)) {
            let value = Fixed::from_micros(micros);
            prop_assert_eq!(Fixed::from_f64(value.to_f64()), Some(value));
        }
    }
}
