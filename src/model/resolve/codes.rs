//! The messages of this folder, explained: what `demarche check --code E0501` prints.

use crate::diagnostic::Explanation;

/// All codes of names and types, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E0501",
        "an unknown name",
        "Every name must be an entity, a fact, a measure, a quantity, an assumption, a kind where a set is wanted, or \
         a variable that `for:` or a quantifier declares. Nested entities are written with their whole path.",
        "if: at_war(germnay, france)",
        "if: at_war(germany, france)",
    ),
    Explanation::new(
        "E0502",
        "an unknown attribute",
        "Only the attributes that a kind declares or inherits can be read, and only of one entity: a set is asked \
         member by member.",
        "p.guarantors == g",
        "g in p.by",
    ),
    Explanation::new(
        "E0503",
        "an attribute that only some have",
        "The variable may stand for entities that lack this attribute. Declare it as the sub-kind that has it.",
        "for: { p: provision }\nif: p.strength == binding",
        "for: { p: guarantee }\nif: p.strength == binding",
    ),
    Explanation::new(
        "E0504",
        "the wrong type",
        "Nothing is converted: where a duration, a condition or an entity of a kind is wanted, just that must stand.",
        "within: 30",
        "within: 30 days",
    ),
    Explanation::new(
        "E0505",
        "the wrong number of arguments",
        "A fact in a condition has all its arguments, and `_` matches anything. Only in event patterns may trailing \
         arguments be left out. What takes no arguments is written without parentheses.",
        "if: ratified(usa)",
        "if: ratified(usa, _)",
    ),
    Explanation::new(
        "E0506",
        "an event in a condition",
        "Conditions read the state only, and an event leaves no state behind. Let a rule on the event start a fact, and \
         ask for that fact.",
        "if: attack(russia, ukraine)",
        "if: attacked(russia, ukraine)   # started by a rule `on: attack(a, s)`",
    ),
    Explanation::new(
        "E0507",
        "`_` where one value is wanted",
        "`_` matches anything. It can ask whether any such fact holds, but it cannot say which one begins, nor be an amount.",
        "start: ratified(_, treaty)",
        "for: { g: treaty.parties }\nstart: ratified(g, treaty)",
    ),
    Explanation::new(
        "E0508",
        "an unknown word",
        "An attribute with a list of words holds one of those words.",
        "p.strength == bindng",
        "p.strength == binding",
    ),
    Explanation::new(
        "E0509",
        "a word in the wrong place",
        "Words about a whole run (`ever`, `first`, ...) stand in `outcomes`, `expect` and `invariants`; `p(...)` and \
         names of outcomes only in `expect`. A rule reads the moment.",
        "if: ever(attack(russia, ukraine))",
        "if: attacked(russia, ukraine)",
    ),
    Explanation::new(
        "E0510",
        "a condition without a time",
        "An outcome speaks of a whole run: say at which time, or how often, or how long a condition is meant.",
        "is: neutral(austria)",
        "is: at_end(neutral(austria))",
    ),
    Explanation::new(
        "E0511",
        "things that cannot be compared",
        "Only values of one type compare: numbers with numbers, words with words of a list that shares some, entities of \
         kinds that can overlap. Only numbers, dates and durations have an order.",
        "p.strength > 3",
        "p.strength == binding",
    ),
    Explanation::new(
        "E0512",
        "arithmetic without a meaning",
        "Numbers, durations of one sort and rates of one unit can be added; durations and rates can be multiplied by \
         numbers; a date and a duration give a date.",
        "p.within + 3",
        "p.within + 3 days",
    ),
    Explanation::new(
        "E0513",
        "something that changes where a fixed value is wanted",
        "Attributes, deadlines, arguments of patterns and sets must be known before the run begins.",
        "within: if at_war(a, b) then 10 days else 30 days",
        "within: p.within",
    ),
    Explanation::new(
        "E0514",
        "days and months together",
        "A month has no fixed number of days. Durations in days or weeks and durations in months or years neither mix \
         nor compare.",
        "p.within + 1 month",
        "p.within + 30 days",
    ),
    Explanation::new(
        "E0515",
        "not an event",
        "`on:`, `duty:`, `forbid:`, `before:` and `happen:` name events; `start:` in a scenario names facts and measures.",
        "on: at_war(a, b)",
        "when: at_war(a, b)",
    ),
    Explanation::new(
        "E0516",
        "an amount that cannot be computed",
        "A division by zero, a part of a day, or an indexed assumption without a value for this index.",
        "consent(france)   # only consent(usa) is declared",
        "assumptions: { consent(_): { value: 0.7 } }",
    ),
    Explanation::new(
        "E0517",
        "something that no text can print",
        "Braces in `says:` may hold entities, sets, words, numbers, dates and durations that are known beforehand.",
        "says: \"{p.attacker_may_veto} holds\"",
        "says: \"{p} holds\"",
    ),
    Explanation::new(
        "E0518",
        "an incomplete quantifier",
        "`count` and `any` take `where`; `all` takes `satisfy` (and maybe `where`), `sum` takes `give` (and maybe `where`).",
        "all(g in p.by where ratified(g, t))",
        "all(g in p.by satisfy ratified(g, t))",
    ),
    Explanation::new(
        "E0519",
        "a probability used otherwise",
        "`p(...)` stands in `expect:` and is compared with `<=` or `>=`: an exact figure would be false precision.",
        "p(peace_holds) == 0.5",
        "p(peace_holds) >= 0.4",
    ),
];
