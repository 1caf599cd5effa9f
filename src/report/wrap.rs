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

/// Appends a text after `first`, its further lines after `rest`.
pub(crate) fn hang(out: &mut String, first: &str, rest: &str, text: &str, width: usize) {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut fresh = true;
    for word in text.split_whitespace() {
        if !fresh && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    lines.push(line);
    for line in lines {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_hang_under_the_first() {
        let mut out = String::new();
        hang(
            &mut out,
            "1914-08-04  ",
            "            ",
            "Germany attacks Belgium by land and by sea",
            34,
        );
        assert_eq!(
            out,
            "1914-08-04  Germany attacks\n            Belgium by land and by\n            sea\n"
        );
    }

    #[test]
    fn a_word_longer_than_the_line_is_not_cut() {
        assert_eq!(
            wrap("a incomprehensibilities b", 6),
            ["a", "incomprehensibilities", "b"]
        );
    }
}
