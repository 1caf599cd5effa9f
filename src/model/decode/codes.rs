//! The messages about sections, kinds, entities, declarations and aims, explained: what `demarche check --code E0401` prints.

use crate::diagnostic::Explanation;

/// All codes of kinds, entities and declarations, and of what a scenario gives and asks, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E0401",
        "an unknown section",
        "The top level of a scenario has fixed sections and those that kinds declare with `section:`, such as `actors`. \
         Entities of all other kinds are written under `entities:`.",
        "actor:\n  north: { kind: state }",
        "actors:\n  north: { kind: state }",
    ),
    Explanation::new(
        "E0402",
        "an unknown kind",
        "A kind is declared under `kinds:`, in the scenario or in the vocabulary.",
        "actors:\n  north: { kind: stat }",
        "actors:\n  north: { kind: state }",
    ),
    Explanation::new(
        "E0403",
        "kinds in a circle",
        "A kind specialises one other kind, and following `is_a` must end at the root.",
        "kinds:\n  league: { is_a: pact_body }\n  pact_body: { is_a: league }",
        "kinds:\n  league: { is_a: organization }\n  pact_body: { is_a: league }",
    ),
    Explanation::new(
        "E0404",
        "a place that entities cannot have",
        "`section:` and `nested:` name the place where entities of a kind are written. Each place belongs to one kind, \
         the core's own sections are taken, and a nested kind needs an attribute `part_of` that says in what it stands.",
        "kinds:\n  bank: { section: rules }",
        "kinds:\n  bank: { section: banks }",
    ),
    Explanation::new(
        "E0405",
        "a redeclared attribute",
        "A sub-kind may give an inherited attribute a narrower type or another default, so that whatever is said of the \
         general kind stays true of it.",
        "kinds:\n  league:\n    is_a: organization\n    attributes: { members: number }",
        "kinds:\n  league:\n    is_a: organization\n    attributes: { members: set of state }",
    ),
    Explanation::new(
        "E0407",
        "one id for two entities",
        "Expressions name an entity by its id alone, so an id is unique over all sections.",
        "actors:\n  hills: { kind: state }\nplaces:\n  hills: { kind: territory }",
        "actors:\n  hill_state: { kind: state }\nplaces:\n  hills: { kind: territory }",
    ),
    Explanation::new(
        "E0408",
        "an entity in the wrong section",
        "Under a section stand entities of the kind that declares it, or of its sub-kinds. Under `entities:` every \
         entity says its kind.",
        "entities:\n  treasury: { name: the treasury }",
        "entities:\n  treasury: { kind: group, name: the treasury }",
    ),
    Explanation::new(
        "E0409",
        "an unknown attribute",
        "An entity has the attributes that its kind declares or inherits, and the keys `name about note source status codes`.",
        "actors:\n  union: { kind: organization, memebrs: [] }",
        "actors:\n  union: { kind: organization, members: [] }",
    ),
    Explanation::new(
        "E0410",
        "a missing attribute",
        "An attribute without a default must be written.",
        "agreements:\n  pact: { name: the pact }",
        "agreements:\n  pact: { name: the pact, parties: [north, south] }",
    ),
    Explanation::new(
        "E0411",
        "a circle of values",
        "A value may read other attributes, assumptions and quantities, but in the end each must rest on something written.",
        "agreements:\n  pact: { parties: [north], lasts: ratify_within, ratify_within: lasts }",
        "agreements:\n  pact: { parties: [north], lasts: ratify_within, ratify_within: 2 years }",
    ),
    Explanation::new(
        "E0413",
        "a member that holds something",
        "A set written as a map has bare members, so that an overlay can add `x: {}` and drop `x: null`.",
        "agreements:\n  pact: { parties: { north: { since: 2020 } } }",
        "agreements:\n  pact: { parties: { north: {} } }",
    ),
    Explanation::new(
        "E0414",
        "a part that does not fit",
        "Parts stand in entities of the kind that `part_of` names; where they stand says what they are part of; and a part \
         has no id that is also an attribute.",
        "actors:\n  league: { kind: state, provisions: { x: { kind: provision } } }",
        "agreements:\n  pact: { parties: [north], provisions: { x: { kind: provision } } }",
    ),
    Explanation::new(
        "E0415",
        "a name that is taken",
        "Facts, measures, quantities, events and assumptions are called by their names alone and so share them.",
        "events:\n  at_war: { is: physical }",
        "events:\n  war_is_declared: { is: physical }",
    ),
    Explanation::new(
        "E0416",
        "an unknown source",
        "`source:` names an entry of `sources:`, then a place in it in free words: `article P7`.",
        "actors:\n  north: { kind: state, source: report 7 }",
        "sources: { report: { title: A report } }\nactors:\n  north: { kind: state, source: report 7 }",
    ),
    Explanation::new(
        "E0417",
        "an unknown status",
        "A status says how sure an element is: `fact`, `claim`, `inference`, `norm` or `assumption`.",
        "actors:\n  north: { kind: state, status: sure }",
        "actors:\n  north: { kind: state, status: claim }",
    ),
    Explanation::new(
        "E0418",
        "arguments that cannot be",
        "An argument is an entity of a kind, a word, a number, a text, a truth, a date or a duration. Only arguments of \
         events have defaults, and those come last. A symmetric fact has two arguments of one type.",
        "facts:\n  allied: { args: { one: state }, symmetric: true }",
        "facts:\n  allied: { args: { one: state, other: state }, symmetric: true }",
    ),
    Explanation::new(
        "E0419",
        "an event of no class",
        "An event is `physical` (always takes effect), `institutional` (takes effect only if what it `requires:` holds) or \
         a `signal` (changes posture only). Only institutional events require something.",
        "events:\n  parade: { is: physical, requires: true }",
        "events:\n  parade: { is: institutional, requires: true }",
    ),
    Explanation::new(
        "E0420",
        "bounds of a measure",
        "A measure runs from a smaller to a larger number, and its default lies between them.",
        "measures:\n  morale: { from: 0, to: 1, default: 2 }",
        "measures:\n  morale: { from: 0, to: 1, default: 0.5 }",
    ),
    Explanation::new(
        "E0421",
        "a word that is taken",
        "Some words belong to the language or to every element, and nothing else can be called so.",
        "facts:\n  ever: {}",
        "facts:\n  ever_since: {}",
    ),
    Explanation::new(
        "E0423",
        "a quantity that is no number",
        "A quantity computes a number or a rate. A condition that follows from others is a fact with a deriving rule.",
        "quantities:\n  weak: { is: 1 < 2 }",
        "quantities:\n  weakness: { is: 1 / 2 }",
    ),
    Explanation::new(
        "E0701",
        "the period",
        "A scenario has a first and a last day, both included.",
        "period: { from: 2024-12-31, to: 2024-01-01 }",
        "period: { from: 2024-01-01, to: 2024-12-31 }",
    ),
    Explanation::new(
        "E0702",
        "an assumption that is none",
        "An assumption is a number, a duration, a date or a truth as written, within its own range; all entries of an \
         indexed one are of one type.",
        "assumptions:\n  hope: { value: 0.5, range: [0.6, 0.9] }",
        "assumptions:\n  hope: { value: 0.5, range: [0.3, 0.9] }",
    ),
    Explanation::new(
        "E0703",
        "a start that cannot be",
        "Stored facts start as true or false, measures within their bounds, each once. What rules derive is started by \
         starting what it follows from.",
        "start:\n  support(north): 2",
        "start:\n  support(north): 0.5",
    ),
    Explanation::new(
        "E0705",
        "a fix that fits nothing",
        "A chance is fixed to one of its branches, a choice to one of its options or a rule of thumb; or by occurrence, \
         counted from 1, or date.",
        "rules:\n  luck:\n    says: luck is drawn\n    every: 1 month\n    then:\n      - chance: coin\n        branches: \
         { heads: { p: 1 }, tails: { p: rest } }\nfix: { coin: edge }",
        "rules:\n  luck:\n    says: luck is drawn\n    every: 1 month\n    then:\n      - chance: coin\n        branches: \
         { heads: { p: 1 }, tails: { p: rest } }\nfix: { coin: heads }",
    ),
    Explanation::new(
        "E0706",
        "an outcome of no type",
        "An outcome is a truth, of which the probability is reported, a number or a date.",
        "outcomes:\n  length: { is: 15 years }",
        "outcomes:\n  war: { is: \"ever(at_war(north, south))\" }",
    ),
    Explanation::new(
        "E0709",
        "a variant or lever with foreign keys",
        "Variants and levers written in place are laid over their scenario. They have no `from:`, variants or levers of \
         their own.",
        "variants:\n  other: { title: Other, from: else.yaml }",
        "variants:\n  other: { title: Other }",
    ),
    Explanation::new(
        "E0710",
        "a lever that nobody can pull",
        "A lever says which entity could bring it about, and at what cost, a number not below zero; without one it costs 1.",
        "levers:\n  talk: { title: Talk, by: nobody, cost: 1 }",
        "levers:\n  talk: { title: Talk, by: north, cost: 1 }",
    ),
    Explanation::new(
        "W0701",
        "an assumption without a range",
        "Without a range no sensitivity can be given, and a reader cannot tell how sure the number is.",
        "assumptions:\n  hope: { value: 0.5 }",
        "assumptions:\n  hope: { value: 0.5, range: [0.3, 0.8] }",
    ),
    Explanation::new(
        "W0702",
        "a day outside the period",
        "What happens before the first day or after the last one is not part of the story.",
        "timeline:\n  strike: { on: 2031-01-01, happen: \"attack(north, south)\" }",
        "timeline:\n  strike: { on: 2024-06-01, happen: \"attack(north, south)\" }",
    ),
];
