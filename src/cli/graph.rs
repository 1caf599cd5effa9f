//! `demarche graph`: the typed graph, drawn.

use clap::{Args, ValueEnum};

use super::common::{Prepared, Story, Which, day};
use super::failure::Failure;
use super::{Ending, Output};
use crate::diagnostic::{Diagnostic, suggest};
use crate::report::{Drawing, Focus};

/// Draw the entities of a scenario and what ties them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche graph scenarios/precedents/belgium_1914.yaml | dot -Tsvg > belgium.svg
  demarche graph scenarios/istanbul/baseline.yaml --focus treaty.guarantee --as mermaid
  demarche graph scenarios/precedents/belgium_1914.yaml --on 1914-08-04 --focus belgium --depth 2
  demarche graph scenarios/istanbul/baseline.yaml --as graphml > istanbul.graphml
  demarche graph scenarios/istanbul/baseline.yaml --format json
  demarche graph scenarios/istanbul/baseline.yaml --gates 'enter_into_force(treaty)'
  demarche graph scenarios/istanbul/baseline.yaml --gates 'in_force(treaty)' --as mermaid

Edges are attributes that name entities; with `--on` also the facts between two entities that hold at the close of \
that day in the run that `--seed`, `--run` and `--where` choose. With `--gates` the sequence view instead: what must come before a \
goal, what can run side by side, who can stand in the way, and what waits for each other for ever.")]
pub struct Graph {
    #[command(flatten)]
    which: Which,
    /// The language of the drawing; without it `dot`, and words for `--gates`
    #[arg(long = "as", value_name = "LANGUAGE", value_enum)]
    language: Option<Language>,
    /// What must come before this condition or event
    #[arg(long, value_name = "GOAL", conflicts_with_all = ["focus", "on", "condition", "run", "seed"])]
    gates: Option<String>,
    /// Only this entity and what touches it
    #[arg(long, value_name = "ENTITY")]
    focus: Option<String>,
    /// How many edges away from the focus
    #[arg(long, value_name = "N", default_value_t = 1, requires = "focus")]
    depth: usize,
    /// Adds the facts that hold at the close of this day
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    #[command(flatten)]
    story: Story,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For yEd, Gephi, networkx
    Graphml,
}

impl Graph {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        if let Some(goal) = &self.gates {
            return gates(&self.which, goal, self.language, output);
        }
        let prepared = Prepared::new(&self.which, &self.story)?;
        let model = prepared.compiled().model();
        let mut drawing = Drawing::of(model);
        if let Some(on) = &self.on {
            let on = day(on, model.period())?;
            let facts = prepared.run(&self.story)?.facts_on(on)?;
            drawing = drawing.with_facts(model, on, &facts);
        }
        if let Some(entity) = self.focus {
            let known = model.entities().values().map(|entity| entity.id.as_str());
            if model.entity(&entity).is_none() {
                let error = Diagnostic::placeless("E0501", format!("there is no entity `{entity}`"));
                return Err(Failure::diagnostic(
                    match suggest(&entity, known) {
                        Some(near) => error.help(format!("did you mean `{near}`?")),
                        None => error.help("`demarche sources FILE` lists all elements"),
                    },
                    model.sources().clone(),
                ));
            }
            drawing = drawing.around(&Focus {
                entity,
                depth: self.depth,
            });
        }
        output.result(&drawing, |_| match self.language.unwrap_or(Language::Dot) {
            Language::Dot => drawing.dot(),
            Language::Mermaid => drawing.mermaid(),
            Language::Graphml => drawing.graphml(),
        })?;
        Ok(Ending::Fine)
    }
}

/// The sequence view of a goal.
fn gates(which: &Which, goal: &str, language: Option<Language>, output: &Output) -> Result<Ending, Failure> {
    let compiled = which.open()?.compile()?;
    let gates = compiled.gates(goal)?;
    if language == Some(Language::Graphml) {
        return Err(Failure::said(
            "the gates of a goal are drawn for `dot` or `mermaid`",
        ));
    }
    output.result(&gates, |width| match language {
        Some(Language::Dot) => gates.dot(),
        Some(Language::Mermaid) => gates.mermaid(),
        Some(Language::Graphml) | None => gates.text(width),
    })?;
    Ok(Ending::Fine)
}
