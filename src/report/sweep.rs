//! The rows of a sweep as CSV or JSON Lines, each after a header that says what they are.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::whatif::{Row, Setting, Sort, SweepHeader};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// Comma-separated values (RFC 4180) after `# key: value` lines and a line of column names.
    Csv,
    /// A JSON object a line; the first is the header.
    JsonLines,
}

impl RowFormat {
    /// What stands before the rows. `origin` says where the scenario comes from: file, variant.
    pub fn header(self, header: &SweepHeader, targets: &[&str], origin: &[(&str, &str)]) -> String {
        match self {
            RowFormat::Csv => csv_header(header, targets, origin),
            RowFormat::JsonLines => {
                let mut object = Map::new();
                object.insert(String::from("demarche"), json!(header.demarche));
                for (key, value) in origin {
                    object.insert((*key).to_owned(), json!(value));
                }
                if let Ok(Value::Object(rest)) = serde_json::to_value(header) {
                    object.extend(rest);
                }
                format!("{}\n", Value::Object(object))
            }
        }
    }

    /// How the line of a point begins, whatever comes of it.
    pub fn begins(self, point: usize, settings: &[Setting]) -> String {
        match self {
            RowFormat::Csv => {
                let mut line = format!("{point},");
                for setting in settings {
                    let _ = write!(line, "{},", cell(&setting.value));
                }
                line
            }
            RowFormat::JsonLines => {
                let settings: Map<String, Value> = settings
                    .iter()
                    .map(|setting| (setting.target.clone(), json_value(&setting.value)))
                    .collect();
                format!("{{\"point\":{point},\"settings\":{},", Value::Object(settings))
            }
        }
    }

    /// The line of a row, with its end.
    pub fn row(self, row: &Row) -> String {
        let mut line = self.begins(row.point, &row.settings);
        let method = if row.exact { "exact" } else { "sampled" };
        match self {
            RowFormat::Csv => {
                line += method;
                for figure in &row.figures {
                    let _ = write!(line, ",{}", tidy(figure.value.value));
                    match figure.value.interval {
                        Some((low, high)) => {
                            let _ = write!(line, ",{},{}", tidy(low), tidy(high));
                        }
                        None => line += ",,",
                    }
                    if figure.sort == Sort::Date {
                        let median = figure.median.map(|day| day.to_string());
                        let _ = write!(line, ",{}", median.unwrap_or_default());
                    }
                }
            }
            RowFormat::JsonLines => {
                let figures = row.figures.iter().map(|figure| {
                    let mut object = Map::new();
                    object.insert(String::from("value"), json!(tidy(figure.value.value)));
                    if let Some((low, high)) = figure.value.interval {
                        object.insert(String::from("low"), json!(tidy(low)));
                        object.insert(String::from("high"), json!(tidy(high)));
                    }
                    if figure.sort == Sort::Date {
                        object.insert(String::from("median"), json!(figure.median));
                    }
                    (figure.id.clone(), Value::Object(object))
                });
                let figures: Map<String, Value> = figures.collect();
                let _ = write!(
                    line,
                    "\"method\":\"{method}\",\"outcomes\":{}}}",
                    Value::Object(figures)
                );
            }
        }
        line.push('\n');
        line
    }
}

fn csv_header(header: &SweepHeader, targets: &[&str], origin: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut say = |key: &str, value: &str| {
        // A line is a line, whatever a title holds.
        let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "# {key}: {value}");
    };
    say("demarche", header.demarche);
    for (key, value) in origin {
        say(key, value);
    }
    say("title", &header.title);
    say("document", &header.document);
    for over in &header.over {
        say("over", over);
    }
    say("design", &header.design);
    say("seed", &header.seed.to_string());
    say("method", &header.method);
    let mut columns = vec![String::from("point")];
    columns.extend(targets.iter().map(|target| cell(target)));
    columns.push(String::from("method"));
    for (id, sort) in &header.outcomes {
        let value = match sort {
            Sort::Truth => id.clone(),
            Sort::Number => format!("{id}.mean"),
            Sort::Date => format!("{id}.comes"),
        };
        columns.push(value);
        columns.extend(["low", "high"].map(|end| format!("{id}.{end}")));
        if *sort == Sort::Date {
            columns.push(format!("{id}.median"));
        }
    }
    let _ = writeln!(out, "{}", columns.join(","));
    out
}

/// Twelve digits: what follows them is rounding.
fn tidy(figure: f64) -> f64 {
    format!("{figure:.11e}").parse().unwrap_or(figure)
}

/// A cell, in quotes where it needs them.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A number or a truth as itself, all else as text.
fn json_value(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
        _ => json!(text),
    }
}
