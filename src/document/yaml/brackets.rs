//! A rough look at a text that could not be read: which `{` and `[` were open at the place of the error?

/// An open bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// Where it stands, in bytes.
    pub at: usize,
    /// `{` or `[`.
    pub bracket: char,
    /// Where the value begins in which the look ended.
    pub cell: usize,
}

/// The brackets open at `until`, outermost first. Quotes, comments and block scalars are skipped; a bracket in the
/// middle of a plain text is none.
pub(super) fn open_at(text: &str, until: usize) -> Vec<Open> {
    let mut look = Look {
        open: Vec::new(),
        start: true,
        blank: true,
        block: None,
    };
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        if from >= until {
            break;
        }
        look.line(line, from, until);
        from += line.len();
    }
    look.open
}

struct Look {
    open: Vec<Open>,
    /// Whether a value may begin here.
    start: bool,
    /// Whether a blank stands before.
    blank: bool,
    /// The indentation of the line that opened a block scalar.
    block: Option<usize>,
}

impl Look {
    fn line(&mut self, line: &str, from: usize, until: usize) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(outer) = self.block {
            if indent > outer || line.trim().is_empty() {
                return;
            }
            self.block = None;
        }
        self.start = true;
        self.blank = true;
        let mut rest = line.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            if from + at >= until {
                return;
            }
            let next = rest.peek().map(|(_, c)| *c);
            match c {
                '#' if self.blank => return,
                '"' | '\'' if self.start => {
                    while let Some((_, inner)) = rest.next() {
                        if inner == '\\' && c == '"' {
                            rest.next();
                        } else if inner == c {
                            break;
                        }
                    }
                    self.start = false;
                }
                '|' | '>' if self.start && self.open.is_empty() => {
                    self.block = Some(indent);
                    return;
                }
                '{' | '[' if self.start || !self.open.is_empty() => {
                    self.open.push(Open {
                        at: from + at,
                        bracket: c,
                        cell: from + at + 1,
                    });
                    self.start = true;
                }
                '}' | ']' if !self.open.is_empty() => {
                    self.open.pop();
                    self.start = false;
                }
                ',' if !self.open.is_empty() => self.begin(from + at + 1),
                ':' if next.is_none_or(char::is_whitespace) => self.begin(from + at + 1),
                '-' | '?' if self.start && next.is_none_or(char::is_whitespace) => {}
                c if c.is_whitespace() => {}
                _ => self.start = false,
            }
            self.blank = c.is_whitespace();
        }
    }

    fn begin(&mut self, cell: usize) {
        self.start = true;
        if let Some(open) = self.open.last_mut() {
            open.cell = cell;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Vec<usize> {
        open_at(text, text.len()).iter().map(|open| open.at).collect()
    }

    #[test]
    fn brackets_in_plain_text_quotes_and_comments_are_none() {
        assert!(open("a: see [1\nb: \"[\" # {\nc: |\n  [ {\nd: x\n").is_empty());
    }

    #[test]
    fn an_open_bracket_is_found_inside_an_open_one() {
        assert_eq!(open("a: {b: [c, d"), [3, 7]);
    }

    #[test]
    fn a_closed_bracket_is_forgotten() {
        assert_eq!(open("a: {b: [c]\nd: 1"), [3]);
    }
}
