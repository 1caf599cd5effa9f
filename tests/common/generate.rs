//! Random small programs over a fixed vocabulary: three actors, two pacts, a handful of facts, events, norms, chances
//! and choices. Whatever is generated compiles; a run may end in a conflict or a loop, which is an answer too.
//!
//! A [`Program`] is a list of [`Rule`]s and of scripted events over the [`STAGE`]. [`Program::tree`] writes it as a tree,
//! which [`shuffled`] writes in another order.

use std::sync::Arc;

use demarche::document::{Loader, Tree, Vocabulary};
use demarche::{Compiled, Scenario};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What every program speaks of. It stands on no vocabulary: the core knows no treaty words.
pub const STAGE: &str = "
demarche: 1
title: A stage for random programs
period: { from: 2030-01-01, to: 2030-12-31 }
kinds:
  actor:
    section: actors
  pact:
    section: pacts
    attributes:
      by: set of actor
      to: actor
      mood: { type: calm | tense | broken, default: tense }
      flag: { type: blue | red, default: red }
      map_colour: { type: green | red, default: green }
  bystander: {}
facts:
  calm: { args: { who: actor } }
  bond: { args: { one: actor, other: actor }, symmetric: true }
  alive: { args: { what: pact } }
  marked: { args: { who: actor, shade: red | green | blue } }
  tone: { args: { who: actor }, posture: true }
  ready: { args: { who: actor } }
  linked: { args: { one: actor, other: actor } }
measures:
  load: { args: { of: actor }, from: 0, to: 10 }
quantities:
  strain: { args: { of: actor }, is: \"load(of) * 0.5 + count(a in actor where bond(a, of))\" }
events:
  go: { args: { who: actor }, is: physical }
  meet: { args: { who: actor, whom: actor }, is: physical }
  act: { args: { who: actor, what: pact }, is: institutional, requires: alive(what) }
  paint: { args: { who: actor, shade: { type: red | green | blue, default: green } }, is: physical }
  speak: { args: { who: actor }, is: signal }
assumptions:
  heads: { value: 0.4, range: [0.1, 0.9] }
actors: { ann: {}, ben: {}, cid: {} }
pacts:
  accord: { by: [ann, ben], to: cid, mood: calm }
  bargain: { by: [ben, cid], to: ann }
start:
  calm(ann): true
  alive(bargain): true
  bond(cid, ben): true
  load(ben): 2
outcomes:
  someone_went: { is: ever(go(_)) }
  meetings: { is: \"times(meet(_, _))\" }
  first_paint: { is: \"first(paint(_, _))\" }
  ann_is_calm: { is: at_end(calm(ann)) }
  bonds: { is: \"count(a in actor where at_end(bond(a, ben)))\" }
  linked_days: { is: \"held(linked(ann, _))\" }
invariants:
  never_overloaded: strain(ann) < 6
";

/// A random program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its rules; the names follow from the places.
    pub rules: Vec<Rule>,
    /// Scripted events: a day of the year, and what happens.
    pub timeline: Vec<(u16, &'static str)>,
}

/// A rule over `x: actor`, `y: actor` and `p: pact`, of which it declares those it speaks of.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What makes it fire; a derived fact where nothing does.
    pub trigger: Trigger,
    /// `if:`
    pub conditions: Vec<&'static str>,
    /// `then:`; nothing in a deriving rule.
    pub effects: Vec<Effect>,
}

/// What makes a rule fire.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// Nothing: it derives this fact.
    Derive(&'static str),
    /// `on:`
    On(&'static str),
    /// `when:`
    When(Vec<&'static str>),
    /// `every:`
    Every(&'static str),
}

/// An effect, as the map that an author would write.
#[derive(Clone, Debug)]
pub struct Effect {
    /// `start`, `chance`, ... with what it is applied to.
    pub head: (&'static str, &'static str),
    /// The other keys.
    pub keys: Vec<(&'static str, Part)>,
}

/// What stands under a key of an effect.
#[derive(Clone, Debug)]
pub enum Part {
    /// A text.
    Text(&'static str),
    /// Effects.
    Effects(Vec<Effect>),
    /// Branches of a chance, each with its probability, or options of a choice.
    Branches(Vec<(&'static str, Option<&'static str>, Vec<Effect>)>),
}

/// Conditions on the stored state.
const STORED: &[&str] = &[
    "calm(x)",
    "not calm(x)",
    "bond(x, y)",
    "not bond(x, y)",
    "bond(x, _)",
    "alive(p)",
    "not alive(p)",
    "marked(x, green)",
    "not marked(y, _)",
    "x != y",
    "p.to == x",
    "x in p.by",
    "p.mood == calm",
    "load(x) >= 2",
    "strain(x) > 1",
    "load(x) < load(y)",
    "count(a in p.by where calm(a)) >= 2",
    "any(a in actor where bond(a, x))",
    "all(a in p.by where a != x satisfy calm(a))",
    "sum(a in actor give load(a)) < 6",
];

/// Conditions on what is derived and on norms.
const FURTHER: &[&str] = &[
    "ready(x)",
    "not ready(y)",
    "linked(x, y)",
    "not linked(x, _)",
    "owed(x, p)",
    "met(x, p)",
    "broken(_, p)",
    "not broken(x, _)",
    "tone(x)",
];

/// Triggers.
const EVENTS: &[&str] = &[
    "go(x)",
    "go(_)",
    "meet(x, y)",
    "meet(x, _)",
    "act(x, p)",
    "paint(x, red)",
    "go(x) or paint(x)",
    "breach(x, p)",
    "meet(x, p.to)",
];

/// What duties and prohibitions speak of.
const GOALS: &[&str] = &[
    "go(x)",
    "meet(x, y)",
    "go(x) or act(x, p)",
    "paint(x, _)",
    "meet(_, x)",
];

/// Events that a rule may raise, and that a script may hold with its variables bound.
const RAISED: &[&str] = &[
    "go(x)",
    "go(y)",
    "meet(x, y)",
    "act(x, p)",
    "paint(x, red)",
    "paint(x, blue)",
    "paint(y)",
    "speak(x)",
];
const SCRIPTED: &[&str] = &[
    "go(ann)",
    "go(cid)",
    "meet(ann, ben)",
    "meet(ben, cid)",
    "act(ben, bargain)",
    "act(ann, accord)",
    "paint(ann, red)",
    "paint(cid)",
    "speak(ben)",
];

const DURATIONS: &[&str] = &["5 days", "1 month", "40 days"];

/// Any program.
pub fn program() -> impl Strategy<Value = Program> {
    let rules = prop::collection::vec(rule(), 1..9);
    let timeline = prop::collection::vec((0..365u16, select(SCRIPTED)), 1..6);
    (rules, timeline).prop_map(|(rules, timeline)| Program { rules, timeline })
}

/// Any rule.
pub fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![1 => deriving_rule(), 4 => acting_rule()]
}

/// `ready` from what is stored, `linked` from that and from `ready`: always stratified.
fn deriving_rule() -> impl Strategy<Value = Rule> {
    let ready = (Just("ready(x)"), conditions(STORED.to_vec(), 1..3));
    let above: Vec<_> = STORED
        .iter()
        .copied()
        .chain(["ready(x)", "not ready(y)", "linked(y, x)", "linked(y, _)"])
        .collect();
    let linked = (Just("linked(x, y)"), conditions(above, 1..3));
    let derive = |(head, conditions)| Rule {
        trigger: Trigger::Derive(head),
        conditions,
        effects: Vec::new(),
    };
    prop_oneof![ready.prop_map(derive), linked.prop_map(derive)]
}

fn acting_rule() -> impl Strategy<Value = Rule> {
    let everything: Vec<_> = STORED.iter().chain(FURTHER).copied().collect();
    let trigger = prop_oneof![
        3 => select(EVENTS).prop_map(Trigger::On),
        1 => conditions(everything.clone(), 1..3).prop_map(Trigger::When),
        1 => select(vec!["2 weeks", "1 month", "45 days"]).prop_map(Trigger::Every),
    ];
    let effects = prop::collection::vec(
        prop_oneof![4 => plain_effect(), 2 => norm(), 1 => chance(), 1 => choice()],
        1..4,
    );
    (trigger, conditions(everything, 0..3), effects).prop_map(|(trigger, conditions, effects)| Rule {
        trigger,
        conditions,
        effects,
    })
}

fn conditions(
    from: Vec<&'static str>,
    how_many: std::ops::Range<usize>,
) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(from, how_many)
}

/// An effect that may be doubled: `start`, `end`, `set`, `happen`.
fn repeatable_effect() -> impl Strategy<Value = Effect> {
    let facts = vec![
        "calm(x)",
        "bond(x, y)",
        "alive(p)",
        "marked(x, green)",
        "marked(y, red)",
        "tone(x)",
    ];
    let ends = facts
        .iter()
        .copied()
        .chain(["marked(_, red)", "bond(x, _)"])
        .collect::<Vec<_>>();
    let unless = prop::option::of(select(vec!["calm(x)", "alive(p)", "ready(x)"]));
    prop_oneof![
        3 => select(facts).prop_map(|fact| Effect::new("start", fact)),
        2 => select(ends).prop_map(|fact| Effect::new("end", fact)),
        1 => select(vec!["0", "3", "load(x) / 2"]).prop_map(|to| Effect::new("set", "load(x)").with("to", to)),
        3 => (select(RAISED), prop::option::of(select(DURATIONS)), unless).prop_map(|(event, after, unless)| {
            Effect::new("happen", event).with_some("after", after).with_some("unless", unless)
        }),
    ]
}

fn plain_effect() -> impl Strategy<Value = Effect> {
    let add = select(vec!["1", "-0.5", "strain(x) / 10"])
        .prop_map(|by| Effect::new("add", "load(x)").with("by", by));
    prop_oneof![5 => repeatable_effect(), 1 => add]
}

fn norm() -> impl Strategy<Value = Effect> {
    let duty =
        (prop::option::weighted(0.8, select(GOALS)), deadline()).prop_map(|(goal, deadline)| match goal {
            Some(goal) => Effect {
                head: ("duty", goal),
                keys: deadline,
            },
            None => Effect {
                head: ("met_when", "calm(x)"),
                keys: deadline,
            },
        });
    let forbid = select(GOALS).prop_map(|goal| Effect::new("forbid", goal));
    let ends = prop::option::of(select(vec!["alive(p)", "not bond(x, y)"]));
    let otherwise = prop::collection::vec(plain_effect(), 0..2);
    (prop_oneof![2 => duty, 1 => forbid], ends, otherwise).prop_map(|(norm, ends, otherwise)| {
        let mut norm = norm.with("of", "x").with("under", "p").with_some("while", ends);
        if !otherwise.is_empty() {
            norm.keys.push(("else", Part::Effects(otherwise)));
        }
        norm
    })
}

fn deadline() -> impl Strategy<Value = Vec<(&'static str, Part)>> {
    let one = |key| move |text| vec![(key, Part::Text(text))];
    prop_oneof![
        3 => select(DURATIONS).prop_map(one("within")),
        1 => Just("2030-07-01").prop_map(one("due")),
        1 => select(vec!["go(y)", "meet(_, _)"]).prop_map(one("before")),
        1 => Just(Vec::new()),
    ]
}

fn chance() -> impl Strategy<Value = Effect> {
    let then = || prop::collection::vec(plain_effect(), 0..2);
    let coin = (select(vec!["coin(x)", "toss(x, p)"]), then(), then()).prop_map(|(name, heads, tails)| {
        let branches = vec![
            (
                "heads",
                Some(if name == "coin(x)" {
                    "heads"
                } else {
                    "load(x) / 10"
                }),
                heads,
            ),
            ("tails", Some("rest"), tails),
        ];
        Effect {
            head: ("chance", name),
            keys: vec![("branches", Part::Branches(branches))],
        }
    });
    // The sum of these depends on their order, in the last digit.
    let weather = (then(), then(), then()).prop_map(|(sun, rain, fog)| {
        let branches = vec![
            ("sun", Some("0.1"), sun),
            ("rain", Some("0.2"), rain),
            ("snow", Some("0.3"), Vec::new()),
            ("fog", Some("rest"), fog),
        ];
        Effect::new("chance", "weather").and("branches", Part::Branches(branches))
    });
    prop_oneof![3 => coin, 1 => weather]
}

fn choice() -> impl Strategy<Value = Effect> {
    let then = || prop::collection::vec(prop_oneof![3 => plain_effect(), 1 => chance()], 0..2);
    let default = select(vec!["left", "right", "if calm(x) then left else right"]);
    (default, then(), then()).prop_map(|(default, left, right)| {
        let options = Part::Branches(vec![("left", None, left), ("right", None, right)]);
        Effect::new("choice", "path(x)")
            .with("by", "x")
            .with("default", default)
            .and("options", options)
    })
}

impl Effect {
    /// `key: of`
    pub fn new(key: &'static str, of: &'static str) -> Self {
        Effect {
            head: (key, of),
            keys: Vec::new(),
        }
    }

    /// One more key.
    pub fn and(mut self, key: &'static str, part: Part) -> Self {
        self.keys.push((key, part));
        self
    }

    /// One more key with a text.
    pub fn with(self, key: &'static str, text: &'static str) -> Self {
        self.and(key, Part::Text(text))
    }

    fn with_some(self, key: &'static str, text: Option<&'static str>) -> Self {
        match text {
            Some(text) => self.with(key, text),
            None => self,
        }
    }

    /// Whether doing it twice at once is doing it once.
    fn is_repeatable(&self) -> bool {
        ["start", "end", "set", "happen"].contains(&self.head.0)
    }

    fn tree(&self) -> Tree {
        let head = std::iter::once((self.head.0, Tree::from(self.head.1)));
        let keys = self.keys.iter().map(|(key, part)| {
            let tree = match part {
                Part::Text(text) => Tree::from(*text),
                Part::Effects(effects) => list(effects),
                Part::Branches(branches) => Tree::map(branches.iter().map(|(name, p, then)| {
                    let p = p.map(|p| ("p", Tree::from(p)));
                    let then = (!then.is_empty()).then(|| ("then", list(then)));
                    (*name, Tree::map(p.into_iter().chain(then)))
                })),
            };
            (*key, tree)
        });
        Tree::map(head.chain(keys))
    }

    /// All texts in it, in which variables stand.
    fn texts(&self) -> Vec<&'static str> {
        let mut all = vec![self.head.1];
        for (_, part) in &self.keys {
            match part {
                Part::Text(text) => all.push(text),
                Part::Effects(effects) => all.extend(effects.iter().flat_map(Effect::texts)),
                Part::Branches(branches) => {
                    for (_, p, then) in branches {
                        all.extend(p);
                        all.extend(then.iter().flat_map(Effect::texts));
                    }
                }
            }
        }
        all
    }
}

fn list(effects: &[Effect]) -> Tree {
    Tree::list(effects.iter().map(Effect::tree))
}

impl Rule {
    /// Whether a second rule like it changes nothing: it derives, starts, ends, sets or raises, and nothing else.
    pub fn is_repeatable(&self) -> bool {
        self.effects.iter().all(Effect::is_repeatable)
    }

    fn tree(&self) -> Tree {
        let mut texts = self.conditions.clone();
        texts.extend(self.effects.iter().flat_map(Effect::texts));
        let (key, trigger) = match &self.trigger {
            Trigger::Derive(head) => ("derive", Tree::from(*head)),
            Trigger::On(pattern) => ("on", Tree::from(*pattern)),
            Trigger::When(conditions) => ("when", Tree::list(conditions.iter().copied())),
            Trigger::Every(duration) => ("every", Tree::from(*duration)),
        };
        match &self.trigger {
            Trigger::Derive(text) | Trigger::On(text) => texts.push(text),
            Trigger::When(conditions) => texts.extend(conditions),
            Trigger::Every(_) => {}
        }
        let variables = [("x", "actor"), ("y", "actor"), ("p", "pact")];
        let variables = variables
            .into_iter()
            .filter(|(name, _)| texts.iter().any(|text| mentions(text, name)));
        let mut keys = vec![("for", Tree::map(variables)), (key, trigger)];
        if !self.conditions.is_empty() {
            keys.push(("if", Tree::list(self.conditions.iter().copied())));
        }
        if !self.effects.is_empty() {
            keys.push(("then", list(&self.effects)));
        }
        Tree::map(keys)
    }
}

/// Whether a name of one letter stands in an expression.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word == name)
}

impl Program {
    /// The rules by name.
    pub fn named_rules(&self) -> Vec<(String, Tree)> {
        self.rules
            .iter()
            .enumerate()
            .map(|(place, rule)| (format!("rule_{place}"), rule.tree()))
            .collect()
    }

    /// The program as one tree, the stage included.
    pub fn tree(&self) -> Tree {
        self.tree_with(&[])
    }

    /// The program with further rules, by name.
    pub fn tree_with(&self, further: &[(&str, &Rule)]) -> Tree {
        let further = further
            .iter()
            .map(|(name, rule)| ((*name).to_owned(), rule.tree()));
        let rules = Tree::Map(self.named_rules().into_iter().chain(further).collect());
        let timeline = self.timeline.iter().enumerate().map(|(place, (day, event))| {
            let keys = [
                ("on", Tree::from(format!("2030-01-01 + {day} days"))),
                ("happen", Tree::from(*event)),
            ];
            (format!("entry_{place}"), Tree::map(keys))
        });
        let mut tree = stage();
        put(&mut tree, "rules", rules);
        put(&mut tree, "timeline", Tree::map(timeline));
        tree
    }
}

/// The stage as a tree.
pub fn stage() -> Tree {
    let document = Loader::with_vocabulary(Arc::default()).parse("stage.yaml", STAGE);
    super::tree::of_document(&document.unwrap_or_else(|error| panic!("{error}")))
}

/// Puts a section into a tree.
pub fn put(tree: &mut Tree, key: &str, value: Tree) {
    if let Tree::Map(entries) = tree {
        entries.retain(|(other, _)| other != key);
        entries.push((key.to_owned(), value));
    }
}

/// Compiles a tree that stands on no vocabulary.
pub fn compile(tree: &Tree) -> Compiled {
    let document = Loader::with_vocabulary(Arc::new(Vocabulary::default())).build(tree);
    let document = document.unwrap_or_else(|error| panic!("{error}\n{}", tree.to_yaml()));
    Scenario::from(document)
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}
