//! Small whole scenarios at random, as an author would write them.
//!
//! [`drafts`] is a `proptest` strategy: types direct it, so that whatever it gives compiles, and what it shrinks to is a
//! scenario of a few lines with nothing declared that is not used. A run of it may end in a contradiction of rules, which is an answer
//! too. A scenario has at most three actors and two pacts, six rules, and some twenty days (or eighteen months), so that
//! all its branches can usually be counted out.
//!
//! - `parts`: conditions, events, amounts
//! - `effects`: what rules do
//! - `stage`: the words that can be spoken of, each declared where it is

mod effects;
mod parts;
mod stage;
mod write;

use std::fmt;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

pub use write::Part;

use crate::Compiled;
use crate::document::{Loader, Vocabulary};
use crate::scenario::{CompileError, Scenario};
use parts::{Level, Scope};

/// A scenario that was generated.
///
/// Its `Display` (and its `Debug`, so that a failing test shows it) is the YAML of it.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// Whether time goes by in months; else in days.
    pub months: bool,
    /// How many days or months the period lasts.
    pub length: u8,
    /// How many of the three actors there are.
    pub actors: usize,
    /// How many of the two pacts there are.
    pub pacts: usize,
    /// What `start:` says.
    pub start: Vec<(String, String)>,
    /// What happens when.
    pub timeline: Vec<(u8, String)>,
    /// What institutional acts require.
    pub requires: Vec<String>,
    /// The condition among the attributes of a pact.
    pub open_if: String,
    /// Rules that derive: a head and conditions.
    pub derived: Vec<(String, Vec<String>)>,
    /// Rules that act.
    pub rules: Vec<Rule>,
    /// What is settled by hand; what no rule draws is left out.
    pub fixes: Vec<(String, Part)>,
    /// What is asked.
    pub outcomes: Vec<String>,
    /// What actors want.
    pub positions: Vec<String>,
    /// What must hold at each day's close.
    pub invariants: Vec<String>,
    /// What is asked of all runs.
    pub given: Vec<(String, String)>,
    /// An overlay, as the variant `other`.
    pub variant: Option<Part>,
}

/// A rule that acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `on`, `when` or `every`, and what.
    pub trigger: (&'static str, Part),
    /// `if:`
    pub conditions: Vec<String>,
    /// `then:`
    pub effects: Vec<Part>,
    /// Which of the rules before it it overrides, if there is one at that place.
    pub overrides: Option<usize>,
}

/// Any small scenario.
pub fn drafts() -> impl Strategy<Value = Draft> {
    let frame = (any::<bool>(), 4..20u8, 1..=3usize, 1..=2usize);
    let closed = || parts::condition(Scope::Closed, Level::All);
    let begin = (
        vec(parts::initial(), 0..5),
        vec((0..18u8, parts::event(Scope::Closed)), 0..4),
        vec(parts::condition(Scope::Act, Level::Stored), 0..2),
        prop_oneof![3 => Just(String::from("true")), 1 => parts::simple()],
    );
    let rules = (vec(derived(), 0..3), vec(rule(), 1..6));
    let asked = (
        vec((parts::chance_name(), parts::fixed()), 0..2),
        vec(parts::outcome(), 1..4),
        vec(closed(), 0..2),
        vec(closed().prop_map(|condition| format!("not ({condition})")), 0..2),
        vec((parts::statement(), parts::statement()), 0..2),
    );
    let variant = prop::option::weighted(0.2, parts::overlay());
    (frame, begin, rules, asked, variant).prop_map(|(frame, begin, rules, asked, variant)| {
        let (months, length, actors, pacts) = frame;
        let (start, timeline, requires, open_if) = begin;
        let (derived, rules) = rules;
        let (fixes, outcomes, positions, invariants, given) = asked;
        let mut draft = Draft {
            months,
            length,
            actors,
            pacts,
            start,
            timeline,
            requires,
            open_if,
            derived,
            rules,
            fixes,
            outcomes,
            positions,
            invariants,
            given,
            variant,
        };
        draft.tidy();
        draft
    })
}

/// `ready` from what is stored; `linked` from that, from `ready` and from itself; `aloof` from anything, with negation.
fn derived() -> impl Strategy<Value = (String, Vec<String>)> {
    let stored = || vec(parts::condition(Scope::Rule, Level::Stored), 1..3);
    let above = select(vec![
        "ready(x)",
        "not ready(y)",
        "linked(y, x)",
        "linked(y, _)",
        "linked(y, x) or linked(x, p.to)",
        "linked(p.to, y)",
        "any(q in power where bond(x, q) and linked(q, y))",
        "all(q in p.by where calm(q) satisfy linked(q, y))",
        "x != y",
    ]);
    let head = |head: &'static str| move |conditions| (String::from(head), conditions);
    prop_oneof![
        2 => stored().prop_map(head("ready(x)")),
        2 => (vec(above.prop_map(String::from), 1..3), vec(parts::condition(Scope::Rule, Level::Stored), 0..2))
            .prop_map(|(one, other)| (String::from("linked(x, y)"), [one, other].concat())),
        2 => stored().prop_map(head("linked(x, y)")),
        2 => vec(parts::condition(Scope::Rule, Level::Below), 1..3).prop_map(head("aloof(x)")),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let conditions = || vec(parts::condition(Scope::Rule, Level::All), 0..3);
    let trigger = prop_oneof![
        6 => parts::trigger().prop_map(|pattern| ("on", Part::Text(pattern))),
        2 => vec(parts::condition(Scope::Rule, Level::All), 1..3).prop_map(|all| ("when", Part::texts(all))),
        4 => select(vec!["§2", "§3", "§1", "§5", "p.term"]).prop_map(|every| ("every", Part::from(every))),
    ];
    let overrides = prop::option::weighted(0.15, 0..4usize);
    let acting = (trigger, conditions(), vec(effects::effect(0), 1..4), overrides);
    let acting = acting.prop_map(|(trigger, conditions, effects, overrides)| Rule {
        trigger,
        conditions,
        effects,
        overrides,
    });
    // A rate is a probability by itself only where the rule ticks in its unit.
    let yearly = (conditions(), vec(effects::plain(), 0..2)).prop_map(|(conditions, then)| Rule {
        trigger: ("every", Part::from("¶")),
        conditions,
        effects: vec![effects::chance_of(
            "gust(x)",
            vec![("gone", "hazard", then), ("still", "rest", Vec::new())],
        )],
        overrides: None,
    });
    let posture = (conditions(), vec(effects::posture(), 1..3)).prop_map(|(conditions, effects)| Rule {
        trigger: ("on", Part::from("speak(x)")),
        conditions,
        effects,
        overrides: None,
    });
    prop_oneof![12 => acting, 1 => yearly, 1 => posture]
}

impl Draft {
    /// The scenario as a text.
    pub fn yaml(&self) -> String {
        self.part().yaml()
    }

    /// The scenario as a tree, to be changed.
    pub fn part(&self) -> Part {
        stage::whole(self)
    }

    /// The scenario, standing on no vocabulary but its own.
    ///
    /// # Errors
    ///
    /// None is to be expected: whatever is generated can be read.
    pub fn scenario(&self) -> Result<Scenario, CompileError> {
        self.part().scenario()
    }

    /// The scenario, compiled.
    ///
    /// # Errors
    ///
    /// As [`scenario`](Self::scenario).
    pub fn compile(&self) -> Result<Compiled, CompileError> {
        self.scenario()?.compile()
    }

    /// Leaves out what would be no scenario: times after the period, actors that are not there, a second word on one thing.
    fn tidy(&mut self) {
        let length = self.length.max(1);
        for (time, _) in &mut self.timeline {
            *time %= length;
        }
        let mut seen = std::collections::BTreeSet::new();
        self.start.retain(|(key, _)| seen.insert(key.clone()));
        let mut seen = std::collections::BTreeSet::new();
        self.fixes.retain(|(key, _)| seen.insert(key.clone()));
    }
}

impl Part {
    /// The tree as a scenario that stands on no vocabulary but its own.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn scenario(&self) -> Result<Scenario, CompileError> {
        let loader = Loader::with_vocabulary(Arc::new(Vocabulary::default()));
        let document = loader
            .parse("generated.yaml", self.yaml())
            .map_err(CompileError::from)?;
        Ok(Scenario::from(document))
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.yaml())
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.yaml())
    }
}
