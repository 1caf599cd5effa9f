//! Breaking text into lines of a given width.

use unicode_width::UnicodeWidthStr as _;

/// The width of a report where nobody says otherwise, in columns.
pub const WIDTH: usize = 100;

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// The words of a text in lines of at most `width` columns. A word that is longer has a line for itself, so that
/// paths and names can still be copied. Never empty: a blank text is one blank line.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Appends a text after `first`, its further lines after as many blanks as `first` is wide.
pub(crate) fn hang(out: &mut String, first: &str, text: &str, width: usize) {
    let indent = columns(first);
    for (number, line) in wrap(text, width.saturating_sub(indent).max(20)).iter().enumerate() {
        if number == 0 {
            out.push_str(first);
        } else {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push_str(line);
        let end = out.trim_end().len();
        out.truncate(end);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_hang_under_the_first() {
        let mut out = String::new();
        hang(&mut out, "1914-08-04  ", "Germany attacks Belgium by land and by sea", 34);
        assert_eq!(out, "1914-08-04  Germany attacks\n            Belgium by land and by\n            sea\n");
    }

    #[test]
    fn a_word_longer_than_the_line_is_not_cut() {
        assert_eq!(wrap("a incomprehensibilities b", 6), ["a", "incomprehensibilities", "b"]);
    }
}
