//! Where everything comes from: elements with their sources, numbers with their reasons, the bibliography.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

use super::table::Table;
use super::words::{cited, count};
use super::wrap::{WIDTH, hang};
use crate::model::{Annotations, AssumptionEntry, Initial, Model, Status};

/// The sources of a scenario. Elements of the vocabulary are not listed: it says what words mean, not what is so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceReport {
    /// What the scenario calls itself.
    pub title: String,
    /// How many elements there are of each status.
    pub counts: IndexMap<&'static str, usize>,
    /// The entries of `sources:`.
    pub bibliography: Vec<BibliographyLine>,
    /// Everything but assumptions, by section and name.
    pub elements: Vec<ElementLine>,
    /// The numbers that are nobody's fact.
    pub assumptions: Vec<AssumptionLine>,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BibliographyLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Author, publisher, date, note, as written.
    pub details: IndexMap<String, String>,
    /// How many elements rest on it.
    pub used: usize,
}

/// An element of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ElementLine {
    /// The sort of thing: the kind of an entity, or `rule`, `event`, `fact`, `measure`, `quantity`, `start`,
    /// `timeline`. Outcomes are questions and stand on nothing.
    pub sort: String,
    /// Its id.
    pub id: String,
    /// How sure it is. What has no source is an assumption.
    pub status: Status,
    /// Its sources, each with its place: `article P3`.
    pub sources: Vec<String>,
    /// A remark.
    pub note: Option<String>,
    /// What public data sets code it as: the data set, then its code.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub codes: IndexMap<String, String>,
    /// The file and line where it stands.
    pub place: String,
}

/// A number, a duration, a date or a truth that is assumed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssumptionLine {
    /// As scenarios spell it, with its index: `consent(usa)`.
    pub id: String,
    /// Its value.
    pub value: String,
    /// Lowest and highest plausible value.
    pub range: Option<(String, String)>,
    /// The unit of its type, where it is a rate.
    pub unit: Option<String>,
    /// Why this value and this range.
    pub why: Option<String>,
    /// How sure it is.
    pub status: Status,
    /// Its sources.
    pub sources: Vec<String>,
    /// The file and line where it stands.
    pub place: String,
}

const STATUSES: [(Status, &str); 5] = [
    (Status::Fact, "fact"),
    (Status::Claim, "claim"),
    (Status::Inference, "inference"),
    (Status::Norm, "norm"),
    (Status::Assumption, "assumption"),
];

fn status_word(status: Status) -> &'static str {
    STATUSES
        .iter()
        .find(|(known, _)| *known == status)
        .map_or("", |(_, word)| word)
}

impl SourceReport {
    /// Collects the sources of a model.
    pub fn of(model: &Model) -> SourceReport {
        let elements = elements(model);
        let assumptions = assumptions(model);
        let statuses = || {
            elements
                .iter()
                .map(|line| line.status)
                .chain(assumptions.iter().map(|line| line.status))
        };
        let counts = STATUSES
            .iter()
            .map(|(status, word)| (*word, statuses().filter(|other| other == status).count()))
            .collect();
        let mut used: BTreeMap<&str, usize> = BTreeMap::new();
        let all = elements
            .iter()
            .map(|line| &line.sources)
            .chain(assumptions.iter().map(|line| &line.sources));
        for sources in all {
            let mut ids: Vec<&str> = sources
                .iter()
                .filter_map(|source| source.split(' ').next())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                *used.entry(id).or_default() += 1;
            }
        }
        let line = |(id, reference): (&String, &crate::model::Reference)| BibliographyLine {
            id: id.clone(),
            title: reference.title.clone(),
            details: reference.details.clone(),
            used: used.get(id.as_str()).copied().unwrap_or(0),
        };
        let bibliography = model.bibliography().iter().map(line).collect();
        SourceReport {
            title: model.title().to_owned(),
            counts,
            bibliography,
            elements,
            assumptions,
        }
    }

    /// The report for people, in lines of at most `width` columns.
    pub fn text(&self, width: usize) -> String {
        let mut out = format!("{}\n", self.title);
        let counts: Vec<String> = self
            .counts
            .iter()
            .filter(|(_, number)| **number > 0)
            .map(|(word, number)| count(*number, word))
            .collect();
        hang(&mut out, "", "  ", &counts.join(", "), width);
        out += "\nsources\n";
        for line in &self.bibliography {
            let details: Vec<&str> = line.details.values().map(String::as_str).collect();
            let details = if details.is_empty() {
                String::new()
            } else {
                format!(" ({})", details.join("; "))
            };
            let text = format!("{}{details}, used by {}", line.title, count(line.used, "element"));
            hang(&mut out, &format!("  {}: ", line.id), "    ", &text, width);
        }
        if self.bibliography.is_empty() {
            out += "  none\n";
        }
        if !self.elements.is_empty() {
            out += "\nelements\n";
            let mut table = Table::new(["", "id", "status", "source", "note"]);
            for line in &self.elements {
                let note = line.note.as_deref().unwrap_or_default();
                let sources = line.sources.join("; ");
                table.row([
                    line.sort.as_str(),
                    &line.id,
                    status_word(line.status),
                    &sources,
                    note,
                ]);
            }
            out += &table.render(width);
        }
        let coded: Vec<&ElementLine> = self
            .elements
            .iter()
            .filter(|line| !line.codes.is_empty())
            .collect();
        if !coded.is_empty() {
            out += "\ncodes in public data sets\n";
            let mut table = Table::new(["", "id", "codes"]);
            for line in coded {
                let codes: Vec<String> = line
                    .codes
                    .iter()
                    .map(|(set, code)| format!("{set}: {code}"))
                    .collect();
                table.row([line.sort.as_str(), &line.id, &codes.join("; ")]);
            }
            out += &table.render(width);
        }
        if !self.assumptions.is_empty() {
            out += "\nassumptions\n";
            let mut table = Table::new(["id", "value", "range", "why", "source"]);
            for line in &self.assumptions {
                let unit = line
                    .unit
                    .as_ref()
                    .map(|unit| format!(" {unit}"))
                    .unwrap_or_default();
                let range = line
                    .range
                    .as_ref()
                    .map_or_else(|| "none".to_owned(), |(low, high)| format!("{low} to {high}"));
                let mut source = line.sources.join("; ");
                if !matches!(line.status, Status::Assumption | Status::Fact) {
                    source += &format!(" ({})", status_word(line.status));
                }
                let why = line.why.as_deref().unwrap_or("no reason given");
                table.row([
                    line.id.clone(),
                    format!("{}{unit}", line.value),
                    range,
                    why.to_owned(),
                    source,
                ]);
            }
            out += &table.render(width);
        }
        out
    }
}

impl fmt::Display for SourceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(WIDTH))
    }
}

/// Where an element stands, unless it belongs to the vocabulary.
pub(super) fn place(model: &Model, about: &Annotations) -> Option<String> {
    let source = model.sources().get(about.span.source)?;
    if source.name.starts_with("vocabulary/") || source.name.starts_with('<') && source.name != "<rust>" {
        return None;
    }
    let (line, _) = model.sources().line_column(about.span);
    Some(format!("{}:{line}", source.name))
}

fn elements(model: &Model) -> Vec<ElementLine> {
    let mut lines = Vec::new();
    let mut add = |sort: &str, id: &str, about: &Annotations| {
        if let Some(place) = place(model, about) {
            lines.push(ElementLine {
                sort: sort.to_owned(),
                id: id.to_owned(),
                status: about.status,
                sources: about.citations.iter().map(cited).collect(),
                note: about.note.clone(),
                codes: about.codes.iter().cloned().collect(),
                place,
            });
        }
    };
    for (id, entity) in model.entities().iter() {
        add(model.kind_of(id), &entity.id, &entity.about);
    }
    for fact in model.facts().values() {
        add("fact", &fact.name, &fact.about);
    }
    for measure in model.measures().values() {
        add("measure", &measure.name, &measure.about);
    }
    for quantity in model.quantities().values() {
        add("quantity", &quantity.name, &quantity.about);
    }
    for event in model.events().values() {
        add("event", &event.name, &event.about);
    }
    for rule in model.rules().values() {
        add("rule", &rule.name, &rule.about);
    }
    for (initial, about) in model.start() {
        let (name, args) = match initial {
            Initial::Fact(fact, args, _) => (&model.facts()[*fact].name, args),
            Initial::Measure(measure, args, _) => (&model.measures()[*measure].name, args),
        };
        let args: Vec<_> = args.iter().cloned().map(Some).collect();
        add("start", &model.atom_text(name, &args), about);
    }
    for scripted in model.timeline() {
        add("timeline", &scripted.name, &scripted.about);
    }
    lines
}

fn assumptions(model: &Model) -> Vec<AssumptionLine> {
    let mut lines = Vec::new();
    for assumption in model.assumptions().values() {
        let unit = match assumption.ty {
            crate::model::Type::Rate(unit) => Some(unit.to_string()),
            _ => None,
        };
        for AssumptionEntry {
            index,
            value,
            range,
            why,
            about,
            ..
        } in &assumption.entries
        {
            let text = |value| model.value_text(value);
            lines.push(AssumptionLine {
                id: model.atom_text(&assumption.name, index),
                value: text(value),
                range: range.as_ref().map(|(low, high)| (text(low), text(high))),
                unit: unit.clone(),
                why: why.clone(),
                status: about.status,
                sources: about.citations.iter().map(cited).collect(),
                place: place(model, about).unwrap_or_else(|| "vocabulary".to_owned()),
            });
        }
    }
    lines
}
