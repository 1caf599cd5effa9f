//! What people and programs read: stories, tables, graphs, sources. Renders, and computes nothing.
//!
//! Each report is a typed value that serialises (field names are stable and documented where they stand) and whose
//! `text(width)` is for people; `Display` is the text at 100 columns. Nothing here knows of terminals or colour.

mod choices;
mod codes;
mod compare;
mod gates;
mod graph;
mod outcomes;
mod schema;
mod search;
mod sensitivity;
mod sources;
mod story;
mod sweep;
mod table;
mod trial;
mod vocabulary;
pub(crate) mod words;
mod wrap;

pub use choices::over_choices_text;
pub use codes::{explain, explanations};
pub use graph::{Drawing, DrawnEdge, DrawnNode, EdgeKind, Focus};
pub use outcomes::outcomes_text;
pub use schema::schema;
pub use search::search_text;
pub use sensitivity::{break_even_text, indices_text, tornado_text};
pub use sources::{AssumptionLine, BibliographyLine, ElementLine, SourceReport};
pub use story::{
    ActorPositions, Change, ClaimLine, Happening, HappeningKind, Idle, Lack, NormFate, NormLife, OutcomeLine,
    PositionLine, Reason, Story, Tally, UnusedFix, Verdict,
};
pub use sweep::RowFormat;
pub use trial::{Coverage, FileTrial, LineStatus, Trials, TriedLine, WorldTrial};
pub use vocabulary::{VocabularyArg, VocabularyFile, VocabularyPages, VocabularyWord, WordSort};
pub use wrap::WIDTH;
