//! The reference for a terminal.

use super::{PART_OF, VocabularyPages, VocabularyWord, WordSort};
use crate::report::table::Table;
use crate::report::wrap::hang;

impl VocabularyPages {
    /// For people, in lines of at most `width` columns.
    pub fn text(&self, width: usize) -> String {
        let mut out = String::new();
        for (place, file) in self.files.iter().enumerate() {
            if place > 0 {
                out.push('\n');
            }
            let heading = match &file.title {
                Some(title) => format!("{}: {title}", file.name),
                None => file.name.clone(),
            };
            hang(&mut out, "", "  ", &heading, width);
            if let Some(about) = &file.about {
                hang(&mut out, "  ", "  ", about, width);
            }
            for sort in WordSort::ALL {
                let words: Vec<&VocabularyWord> =
                    file.words.iter().filter(|word| word.sort == sort).collect();
                if words.is_empty() {
                    continue;
                }
                out += &format!("\n  {}\n", sort.section());
                for word in words {
                    word.show(width, &mut out);
                }
            }
        }
        out
    }
}

impl VocabularyWord {
    fn show(&self, width: usize, out: &mut String) {
        let mut head = self.call();
        if let Some(above) = &self.is_a {
            head += &format!(", a sort of {above}");
        }
        if !self.details.is_empty() {
            head += &format!(" ({})", self.details.join("; "));
        }
        if self.draws {
            head += " (with a chance or choice)";
        }
        hang(out, "    ", "        ", &head, width);
        if let Some(meaning) = &self.meaning {
            hang(out, "      ", "      ", meaning, width);
        }
        if !self.requires.is_empty() {
            hang(
                out,
                "      ",
                "        ",
                &format!("needs {}", self.requires.join("; ")),
                width,
            );
        }
        if self.sort == WordSort::Rule || self.args.is_empty() {
            return;
        }
        let mut table = Table::default();
        for arg in &self.args {
            let mut about = arg.about.clone().unwrap_or_default();
            match &arg.default {
                Some(default) => about = format!("{about} Else {default}.").trim().to_owned(),
                None if self.sort == WordSort::Kind && arg.name == PART_OF => {
                    about = format!("{about} Filled in.").trim().to_owned();
                }
                None if self.sort == WordSort::Kind => {
                    about = format!("{about} Must be given.").trim().to_owned();
                }
                None => {}
            }
            table.row([arg.name.as_str(), &arg.ty, &about]);
        }
        for line in table.render(width.saturating_sub(6)).lines() {
            *out += &format!("      {line}\n");
        }
    }
}
