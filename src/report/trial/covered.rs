//! What tests have seen of the rules.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::table::Table;
use crate::report::words::count;
use crate::report::wrap::hang;
use crate::whatif::RuleCoverage;

/// What was seen of each rule in all scenarios tested, by where it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The rules, by file and line.
    pub rules: Vec<RuleCoverage>,
}

impl Coverage {
    /// Adds what was seen in one scenario.
    pub(super) fn add(&mut self, seen: &[RuleCoverage]) {
        let key = |rule: &RuleCoverage| (rule.file.clone(), rule.line, rule.rule.clone());
        let mut all: BTreeMap<_, RuleCoverage> =
            self.rules.drain(..).map(|rule| (key(&rule), rule)).collect();
        for rule in seen {
            let known = all.entry(key(rule)).or_insert_with(|| rule.clone());
            known.bound |= rule.bound;
            known.fired |= rule.fired;
            known.ever_true |= rule.ever_true;
            known.ever_false |= rule.ever_false;
        }
        self.rules = all.into_values().collect();
    }

    pub(super) fn show(&self, width: usize, out: &mut String) {
        let (vocabulary, own): (Vec<_>, Vec<_>) = self
            .rules
            .iter()
            .filter(|rule| rule.bound || !rule.vocabulary)
            .partition(|rule| rule.vocabulary);
        let fired = |rules: &[&RuleCoverage]| rules.iter().filter(|rule| rule.fired).count();
        *out += &format!(
            "\nrules: {} of {} in the files fired, {} of the {} in the vocabulary that are about something here\n",
            fired(&own),
            own.len(),
            fired(&vocabulary),
            vocabulary.len()
        );
        let mut table = Table::default();
        for rule in &own {
            let what = match (rule.fired, rule.guarded, rule.ever_true, rule.ever_false) {
                (false, true, false, _) => "never fired; its `if:` was never true",
                (false, ..) => "never fired",
                (true, true, _, false) => "its `if:` was never false",
                _ => continue,
            };
            table.row([
                what.to_owned(),
                rule.rule.clone(),
                format!("{}:{}", rule.file, rule.line),
            ]);
        }
        *out += &table.render(width);
        let idle: Vec<&str> = vocabulary
            .iter()
            .filter(|rule| !rule.fired)
            .map(|rule| rule.rule.as_str())
            .collect();
        if !idle.is_empty() {
            let text = format!(
                "{} in the vocabulary never fired: {}",
                count(idle.len(), "rule"),
                idle.join(", ")
            );
            hang(out, "  ", "    ", &text, width);
        }
        hang(
            out,
            "  ",
            "    ",
            "an `if:` is read at the close of each day on which something happens, and when the rule fires",
            width,
        );
    }
}
