//! `demarche check`: what is wrong or doubtful.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::common::Which;
use super::failure::Failure;
use super::output::Format;
use super::{Ending, Output};
use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::report;
use crate::report::words::count;

/// Say what is wrong or doubtful in a scenario, without running it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche check scenarios/istanbul/baseline.yaml
  demarche check scenarios/istanbul/baseline.yaml --variant without_russia
  demarche check --code E0501

Warnings do not fail; with errors the exit code is 2. The variants and levers that stand in the file are
checked with it; a variant in a file of its own is checked there.")]
pub struct Check {
    /// The scenario, a YAML file
    #[arg(required_unless_present = "code")]
    file: Option<PathBuf>,
    /// One of the scenario's variants instead of itself
    #[arg(long, value_name = "ID")]
    variant: Option<String>,
    /// Explains the code of a message
    #[arg(long, value_name = "CODE", conflicts_with_all = ["file", "variant"])]
    code: Option<String>,
}

impl Check {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        if let Some(code) = &self.code {
            return explain(code, output);
        }
        let which = Which {
            file: self.file.unwrap_or_default(),
            variant: self.variant,
        };
        let compiled = match which.open().and_then(|scenario| Ok(scenario.compile()?)) {
            Ok(compiled) => compiled,
            // For this command the messages are the result.
            Err(Failure::Input(input)) => {
                tell(output, &which, &input.0, &input.1, None)?;
                return Ok(Ending::Wrong);
            }
            Err(other) => return Err(other),
        };
        // The command ends with it, and what a program ends with need not be taken apart.
        let compiled = std::mem::ManuallyDrop::new(compiled);
        let model = compiled.model();
        let sizes = [
            ("kinds", model.kinds().len()),
            ("entities", model.entities().len()),
            ("rules", model.rules().len()),
            ("instances", compiled.instances()),
        ];
        // Two questions that have nothing to do with each other; each takes its time.
        let (mut found, of_overlays) = rayon::join(
            || compiled.check(),
            || match which.variant {
                None => compiled.check_overlays(),
                Some(_) => Diagnostics::default(),
            },
        );
        found.extend(of_overlays);
        let wrong = found.has_errors();
        tell(output, &which, &found, model.sources(), (!wrong).then_some(sizes))?;
        Ok(if wrong { Ending::Wrong } else { Ending::Fine })
    }
}

fn explain(code: &str, output: &Output) -> Result<Ending, Failure> {
    let Some(explanation) = report::explain(code) else {
        let error = Diagnostic::placeless("E0001", format!("there is no code `{code}`"));
        return Err(Failure::diagnostic(
            error.help("a code stands in brackets before a message: `error[E0501]`"),
            Sources::default(),
        ));
    };
    output.result(explanation, |width| explanation.page(width))?;
    Ok(Ending::Fine)
}

/// Writes the messages, and the sizes of a scenario that compiles.
fn tell(
    output: &Output,
    which: &Which,
    messages: &Diagnostics,
    sources: &Sources,
    sizes: Option<[(&'static str, usize); 4]>,
) -> Result<(), Failure> {
    let file = which.file.display().to_string();
    if output.format == Format::Json {
        let mut report = json!({ "file": file, "problems": messages.to_json(sources) });
        if let (Some(object), Some(sizes)) = (report.as_object_mut(), sizes) {
            object.extend(sizes.map(|(name, size)| (name.to_owned(), json!(size))));
        }
        return output.result(&report, |_| String::new());
    }
    let mut text = messages.render(sources, output.options(std::io::stdout().is_terminal()));
    if let Some([(_, kinds), (_, entities), (_, rules), (_, instances)]) = sizes {
        let found = if messages.is_empty() {
            "no problems"
        } else {
            "no errors"
        };
        let entities = if entities == 1 {
            "1 entity".to_owned()
        } else {
            format!("{entities} entities")
        };
        text += &format!(
            "{found} in {file} ({}, {entities}, {}, {})\n",
            count(kinds, "kind"),
            count(rules, "rule"),
            count(instances, "instance")
        );
    }
    output.text(&text)
}
