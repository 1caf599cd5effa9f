//! Tests of files as the XML that build servers read: a suite for each file, a case for each line of it.

use std::fmt::Write as _;

use super::parts::{FileTrial, LineStatus, Trials, TriedLine, WorldTrial};

impl Trials {
    /// The tests in the form that JUnit made common.
    pub fn junit(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let cases: usize = self.files.iter().map(cases).sum();
        let failures: usize = self.files.iter().map(failures).sum();
        let errors = self.files.iter().filter(|file| file.errors.is_some()).count();
        let _ = writeln!(
            out,
            "<testsuites name=\"demarche\" tests=\"{cases}\" failures=\"{failures}\" errors=\"{errors}\">"
        );
        for file in &self.files {
            suite(file, &mut out);
        }
        out += "</testsuites>\n";
        out
    }
}

/// A file that could not be tested is a case of its own, and so is one that expects nothing.
fn cases(file: &FileTrial) -> usize {
    file.lines().count().max(1)
}

fn failures(file: &FileTrial) -> usize {
    file.lines()
        .filter(|line| line.status == LineStatus::Fails)
        .count()
}

fn suite(file: &FileTrial, out: &mut String) {
    let errors = usize::from(file.errors.is_some());
    let open = file
        .lines()
        .filter(|line| line.status == LineStatus::Open)
        .count();
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{errors}\" skipped=\"{open}\">",
        escaped(&file.file),
        cases(file),
        failures(file)
    );
    if file.errors.is_some() {
        let first = file.error_text.lines().next().unwrap_or("the file is wrong");
        let _ = writeln!(
            out,
            "    <testcase classname=\"{0}\" name=\"compile\">\n      <error message=\"{1}\">{2}</error>\n    </testcase>",
            escaped(&file.file),
            escaped(first),
            escaped(&file.error_text)
        );
    } else if file.lines().next().is_none() {
        let _ = writeln!(
            out,
            "    <testcase classname=\"{}\" name=\"runs\"/>",
            escaped(&file.file)
        );
    }
    for world in &file.worlds {
        for (sort, lines) in [("expect", &world.expectations), ("invariants", &world.invariants)] {
            for line in lines {
                case(file, world, sort, line, out);
            }
        }
    }
    out.push_str("  </testsuite>\n");
}

fn case(file: &FileTrial, world: &WorldTrial, sort: &str, line: &TriedLine, out: &mut String) {
    let class = match &world.variant {
        Some(variant) => format!("{} {variant}", file.file),
        None => file.file.clone(),
    };
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{sort}.{}\"",
        escaped(&class),
        escaped(&line.id)
    );
    let message = escaped(&format!("{}: {}", line.text, line.detail));
    let _ = match line.status {
        LineStatus::Holds => writeln!(out, "/>"),
        LineStatus::Open => writeln!(out, ">\n      <skipped message=\"{message}\"/>\n    </testcase>"),
        LineStatus::Fails => writeln!(
            out,
            ">\n      <failure message=\"{message}\">{}</failure>\n    </testcase>",
            escaped(line.story.as_deref().unwrap_or_default())
        ),
    };
}

/// As XML has it; control characters, which it cannot hold, are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
