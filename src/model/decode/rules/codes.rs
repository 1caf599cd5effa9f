//! The messages about rules and effects, explained: what `demarche check --code E0601` prints.

use crate::diagnostic::Explanation;

/// All codes of rules and effects, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E0600",
        "a rule that cannot be understood",
        "The rule could not be read, and no other message says why. Please report it with the file.",
        "no text is known that earns it",
        "any rule that can be read",
    ),
    Explanation::new(
        "E0601",
        "a rule without one trigger",
        "A rule with effects fires on an event (`on:`), when a condition becomes true (`when:`), or with the calendar \
         (`every:`): exactly one of these.",
        "then:\n  - start: released(s, t)",
        "on: break_promise(g, p)\nthen:\n  - start: released(s, t)",
    ),
    Explanation::new(
        "E0602",
        "deriving and acting in one rule",
        "A derived fact holds exactly as long as its conditions do. It has no trigger and no other effects.",
        "on: ratify(g, t)\nderive: party_to(g, t)",
        "if: ratified(g, t)\nderive: party_to(g, t)",
    ),
    Explanation::new(
        "E0604",
        "a variable that ranges over nothing",
        "A variable ranges over a kind or over a set that is an attribute of an entity or of another variable.",
        "for: { g: ratified(g, treaty) }",
        "for: { g: treaty.parties }\nif: ratified(g, treaty)",
    ),
    Explanation::new(
        "E0605",
        "an effect that cannot be read",
        "Each effect is an item of a list and does one thing: `start`, `end`, `set`, `add`, `happen`, `duty` or `met_when`, \
         `forbid`, `chance`, `choice`.",
        "then: { start: bound(g, p) }",
        "then:\n  - start: bound(g, p)",
    ),
    Explanation::new(
        "E0606",
        "a derived fact that something starts or ends",
        "What a rule derives is recomputed from the state and never stored. Start or end one of the facts that it is derived from.",
        "- end: party_to(g, t)",
        "- end: ratified(g, t)",
    ),
    Explanation::new(
        "E0607",
        "a signal that acts",
        "Words and gestures change only what others believe: facts and measures marked `posture: true`. What others then do \
         is for rules that read the posture.",
        "on: say(progress)\nthen:\n  - end: at_war(a, b)",
        "on: say(progress)\nthen:\n  - start: hopeful(b)",
    ),
    Explanation::new(
        "E0608",
        "a choice in the wrong place",
        "A choice may hold a chance, but neither a chance nor another choice may hold a choice. Raise an event, and let \
         another rule on that event offer the choice.",
        "- chance: vote(g)\n  branches:\n    yes:\n      p: 1\n      then:\n        - choice: ...",
        "- chance: vote(g)\n  branches:\n    yes:\n      p: 1\n      then:\n        - happen: vote_carried(g)",
    ),
    Explanation::new(
        "E0609",
        "rules that disagree about a name",
        "Rules that settle one chance or choice share one draw: they must give it the same arguments and branches. Rules that \
         derive one undeclared fact must give it the same arguments.",
        "- chance: vote(g)\n- chance: vote(g, t)",
        "- chance: vote(g, t)\n- chance: vote(g, t)",
    ),
    Explanation::new(
        "E0610",
        "branches that cannot be",
        "A chance has at least one branch, each with `p:`, and at most one says `p: rest`. A choice has at least one option.",
        "branches: { yes: { p: rest }, no: { p: rest } }",
        "branches: { yes: { p: consent }, no: { p: rest } }",
    ),
    Explanation::new(
        "E0611",
        "a rate as a probability",
        "A rate is a probability only over a time: `hazard over 1 month`. A bare rate is one only under `every:` its own unit.",
        "every: 1 month\np: attack_hazard      # per year",
        "every: 1 month\np: attack_hazard over 1 month",
    ),
    Explanation::new(
        "E0612",
        "overrides that lead nowhere or in a circle",
        "`overrides:` names other rules that give way to this one, and giving way goes one way only.",
        "first overrides second, second overrides first",
        "first overrides second",
    ),
    Explanation::new(
        "E0613",
        "a head that is no name",
        "`derive:` names a fact, `chance:` and `choice:` a name with its arguments.",
        "derive: not bound(g, p)",
        "derive: bound(g, p)",
    ),
    Explanation::new(
        "E0615",
        "deadlines that do not fit",
        "A duty has at most one of `within:`, `due:` and `before:`; a prohibition has none and ends with its `while:`.",
        "within: 30 days\ndue: 2024-01-01",
        "within: 30 days",
    ),
    Explanation::new(
        "W0601",
        "a number without a reason",
        "A number in a rule is an assumption that nobody can see, vary or doubt. Declare it under `assumptions:`.",
        "if: losses(russia) > 0.3",
        "if: losses(russia) > too_many",
    ),
    Explanation::new(
        "W0602",
        "a variable that nothing reads",
        "It only multiplies the instances of the rule.",
        "for: { a: actor, s: actor }\non: attack(a, _)",
        "for: { a: actor }\non: attack(a, _)",
    ),
    Explanation::new(
        "W0603",
        "a derived fact that nobody declared",
        "Its name is close to that of another fact: perhaps a slip. Else declare it under `facts:` with its words.",
        "derive: boun(g, p)",
        "derive: bound(g, p)",
    ),
];
