//! Tokens that begin with a digit: numbers, dates, durations.

use std::ops::Range;

use super::excerpt::{Excerpt, Parsed};
use super::token::TokenKind;
use super::value::{Day, Number, NumberError, TimeUnit};
use crate::diagnostic::Diagnostic;

/// Lexes what begins with the digit at `start`; gives the token and its length.
pub(super) fn lex<'a>(excerpt: &Excerpt<'a>, start: usize) -> Parsed<(TokenKind<'a>, usize)> {
    Numeral {
        excerpt,
        start,
        rest: excerpt.rest(start),
    }
    .lex()
}

struct Numeral<'e, 'a> {
    excerpt: &'e Excerpt<'a>,
    start: usize,
    rest: &'a str,
}

impl<'a> Numeral<'_, 'a> {
    fn lex(&self) -> Parsed<(TokenKind<'a>, usize)> {
        let whole = self.digits(0);
        if let Some(len) = self.date_like(whole) {
            return self.date(len).map(|day| (TokenKind::Date(day), len));
        }
        let len = self.decimals(whole)?;
        self.check_suffix(len)?;
        if whole > 1 && self.rest.starts_with('0') {
            let text = self.text(len);
            let shorter = text.trim_start_matches('0');
            let shorter = if shorter.starts_with(|c: char| c.is_ascii_digit()) {
                shorter.to_owned()
            } else {
                format!("0{shorter}")
            };
            let error = self.error("E0303", len, format!("`{text}` begins with a needless 0"));
            return Err(self.excerpt.mend(error, self.range(len), &shorter));
        }
        if let Some((unit, end)) = self.unit(len) {
            return self.duration(len, unit, end);
        }
        let number = Number::parse(self.text(len)).map_err(|why| match why {
            NumberError::Shape(_) => self.error("E0303", len, why.to_string()),
            NumberError::TooLarge => self.error("E0303", len, "this number is too large"),
        });
        Ok((TokenKind::Number(number.map_err(Box::new)?), len))
    }

    /// Where a run of digits that begins at `from` ends.
    fn digits(&self, from: usize) -> usize {
        let run = self
            .rest
            .get(from..)
            .unwrap_or("")
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        from + run
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.rest.as_bytes().get(at).copied()
    }

    fn text(&self, len: usize) -> &'a str {
        self.rest.get(..len).unwrap_or(self.rest)
    }

    fn range(&self, len: usize) -> Range<usize> {
        self.start..self.start + len
    }

    fn error(&self, code: &'static str, len: usize, message: impl Into<String>) -> Diagnostic {
        self.excerpt.error(code, self.range(len), message)
    }

    /// The length of what must be meant as a date: `1-2-3` without blanks, or a year and a month.
    fn date_like(&self, whole: usize) -> Option<usize> {
        let second = self.dash_digits(whole)?;
        let mut end = second;
        while let Some(next) = self.dash_digits(end) {
            end = next;
        }
        (end > second || (whole == 4 && second - whole == 3)).then_some(end)
    }

    fn dash_digits(&self, at: usize) -> Option<usize> {
        let end = (self.byte(at)? == b'-').then(|| self.digits(at + 1))?;
        (end > at + 1).then_some(end)
    }

    fn date(&self, len: usize) -> Parsed<Day> {
        let text = self.text(len);
        if self
            .rest
            .get(len..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        {
            let error = self.error("E0304", len + 1, format!("`{text}` runs into what follows it"));
            return Err(Box::new(
                error.help("a date is `YYYY-MM-DD`, without a time of day"),
            ));
        }
        Day::parse(text).map_err(|why| {
            let spaced = text.replace('-', " - ");
            let error = self.error("E0304", len, why.to_string());
            Box::new(match why {
                super::value::DayError::Shape(_) if text.find('-').is_some_and(|year| year > 4) => {
                    error.help("the calendar goes from 0001-01-01 to 9999-12-31")
                }
                super::value::DayError::Shape(_) => error.help(format!(
                    "a date is written as in `2022-03-09`; to subtract, write `{spaced}`"
                )),
                super::value::DayError::DayOfMonth { .. } => match (28..=31)
                    .rev()
                    .filter_map(|day| Day::parse(&format!("{}-{day}", text.get(..7)?)).ok())
                    .next()
                {
                    Some(last) => error.help(format!("that month ends on `{last}`")),
                    None => error,
                },
                _ => error.help("a date is written year, month, day, as in `2030-03-01`"),
            })
        })
    }

    /// The end of the number whose whole part ends at `whole`.
    fn decimals(&self, whole: usize) -> Parsed<usize> {
        if self.byte(whole) != Some(b'.') {
            return Ok(whole);
        }
        let end = self.digits(whole + 1);
        if end == whole + 1 {
            let error = self.error(
                "E0303",
                end,
                format!("`{}` has no digit after the point", self.text(end)),
            );
            if self
                .rest
                .get(end..)
                .is_some_and(|rest| rest.starts_with(char::is_alphabetic))
            {
                return Err(Box::new(error.help("a number has no attributes")));
            }
            return Err(self.excerpt.mend(error, self.range(end), self.text(whole)));
        }
        if self.byte(end) == Some(b'.') {
            return Err(Box::new(self.error("E0303", end + 1, "a number has one point")));
        }
        Ok(end)
    }

    /// Nothing may stick to a number.
    fn check_suffix(&self, len: usize) -> Parsed<()> {
        let after = self.rest.get(len..).unwrap_or("");
        if after.starts_with('%') {
            let text = self.text(len + 1);
            let error = self.error("E0303", len + 1, format!("`{text}` is not a number"));
            let share = self.text(len).parse::<f64>().unwrap_or(5.0) / 100.0;
            let error = error.help("a share is a number between 0 and 1");
            return Err(self.excerpt.mend(error, self.range(len + 1), &format!("{share}")));
        }
        let sticks = |c: char| c.is_alphanumeric() || c == '_';
        let word = after.split(|c| !sticks(c)).next().unwrap_or("");
        if word.is_empty() {
            return Ok(());
        }
        let end = len + word.len();
        let text = self.text(end);
        let error = self.error("E0303", end, format!("`{text}` is not a number"));
        if word.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
            let plain: String = text.chars().filter(char::is_ascii_digit).collect();
            let plain = if text.contains('.') {
                text.replace('_', "")
            } else {
                plain
            };
            return Err(self.excerpt.mend(error, self.range(end), &plain));
        }
        if TimeUnit::of_word(word).is_some() {
            let spaced = format!("{} {word}", self.text(len));
            return Err(self.excerpt.mend(error, self.range(end), &spaced));
        }
        let exponent = word
            .strip_prefix(['e', 'E'])
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        Err(Box::new(if exponent {
            error.help("write all digits, such as `1000000` or `0.000001`")
        } else {
            error.help("a name begins with a letter; to multiply, write `*`")
        }))
    }

    /// The unit word after the number that ends at `len`, and where it ends.
    fn unit(&self, len: usize) -> Option<(TimeUnit, usize)> {
        let after = self.rest.get(len..)?;
        let word_start = len + (after.len() - after.trim_start().len());
        let word = super::lexer::word_at(self.rest.get(word_start..)?);
        TimeUnit::of_word(word).map(|unit| (unit, word_start + word.len()))
    }

    fn duration(&self, len: usize, unit: TimeUnit, end: usize) -> Parsed<(TokenKind<'a>, usize)> {
        let text = self.text(len);
        let range = self.range(end);
        if let Some((whole, decimals)) = text.split_once('.') {
            let error = self.error(
                "E0305",
                end,
                "a duration counts whole days, weeks, months or years",
            );
            let finer = finer_count(whole, decimals, unit);
            return Err(match finer {
                Some(finer) => self.excerpt.mend(error, range, &finer),
                None => {
                    Box::new(error.help("choose a smaller unit and a whole number of it, as in `45 days`"))
                }
            });
        }
        match text.parse::<i32>().ok().and_then(|count| unit.times(count)) {
            Some(duration) => Ok((TokenKind::Duration(duration), end)),
            None => Err(Box::new(
                self.error("E0305", end, "this duration is too long")
                    .help("write `never`"),
            )),
        }
    }
}

/// `1.5 years` as `18 months`, `0.5 weeks` as nothing: only what comes out whole.
fn finer_count(whole: &str, decimals: &str, unit: TimeUnit) -> Option<String> {
    let (factor, word) = match unit {
        TimeUnit::Year => (12, "months"),
        TimeUnit::Week => (7, "days"),
        TimeUnit::Day | TimeUnit::Month => return None,
    };
    let scale = 10i64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let count = whole
        .parse::<i64>()
        .ok()?
        .checked_mul(scale)?
        .checked_add(decimals.parse().ok()?)?;
    let finer = count.checked_mul(factor)?;
    (finer % scale == 0).then(|| format!("{} {word}", finer / scale))
}
