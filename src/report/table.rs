//! A small table of text: columns aligned, cells wrapped, nothing drawn.
//!
//! Ready-made table crates bring terminals, styles and macros (`comfy-table` seven crates, `tabled` six and a
//! derive); what reports need is a page of code.

use super::wrap::{columns, wrap};

/// Blanks between columns.
const GAP: usize = 2;

/// Rows of cells under an optional heading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns whose cells stand to the right: numbers.
    right: Vec<usize>,
}

impl Table {
    /// A table whose columns are called so; without names it has no heading.
    pub fn new<S: Into<String>>(heading: impl IntoIterator<Item = S>) -> Self {
        Table {
            heading: heading.into_iter().map(Into::into).collect(),
            ..Table::default()
        }
    }

    /// Sets a column's cells to the right.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines of the table, each indented by two blanks and at most `width` columns wide unless a single word is
    /// longer.
    pub fn render(&self, width: usize) -> String {
        let widths = self.widths(width.saturating_sub(GAP));
        let mut out = String::new();
        if !self.heading.is_empty() {
            self.line(&self.heading, &widths, &mut out);
        }
        for row in &self.rows {
            self.line(row, &widths, &mut out);
        }
        out
    }

    fn line(&self, cells: &[String], widths: &[usize], out: &mut String) {
        let wrapped: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| wrap(cell, *width))
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            for (column, (lines, width)) in wrapped.iter().zip(widths).enumerate() {
                let cell = lines.get(at).map_or("", String::as_str);
                let pad = width.saturating_sub(columns(cell));
                line.extend(std::iter::repeat_n(' ', GAP));
                if self.right.contains(&column) {
                    line.extend(std::iter::repeat_n(' ', pad));
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.extend(std::iter::repeat_n(' ', pad));
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    /// The widths of the columns: as wide as their cells, the widest squeezed first until all fit, none below its
    /// longest word.
    fn widths(&self, width: usize) -> Vec<usize> {
        let count = self
            .rows
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or(0)
            .max(self.heading.len());
        // For each column how wide it is and how narrow it can be.
        let mut widths = vec![(0, 0); count];
        for row in self.rows.iter().chain([&self.heading]) {
            for (cell, (widest, narrowest)) in row.iter().zip(&mut widths) {
                *widest = columns(cell).max(*widest);
                *narrowest = cell
                    .split_whitespace()
                    .map(columns)
                    .max()
                    .unwrap_or(0)
                    .max(*narrowest);
            }
        }
        let room = width.saturating_sub(GAP * count.saturating_sub(1));
        while widths.iter().map(|(width, _)| width).sum::<usize>() > room {
            let squeezable = widths.iter_mut().filter(|(width, narrowest)| width > narrowest);
            let Some((widest, _)) = squeezable.max_by_key(|(width, _)| *width) else {
                break;
            };
            *widest -= 1;
        }
        widths.into_iter().map(|(width, _)| width).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way() {
        let mut table = Table::new(["who", "what", "n"]).right(2);
        table.row(["Britain", "owes Belgium forces because Germany attacked it", "9"]);
        table.row(["Austria-Hungary", "nothing", "10"]);
        assert_eq!(
            table.render(50),
            "  who              what                          n\n\
             \x20 Britain          owes Belgium forces because   9\n\
             \x20                  Germany attacked it\n\
             \x20 Austria-Hungary  nothing                      10\n"
        );
    }
}
