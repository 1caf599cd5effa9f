//! The messages of this floor, explained.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation {
        code: "E0801",
        title: "a rule with too many bindings",
        text: "Each combination of values of a rule's variables is one instance. Variables that range over whole \
                      kinds multiply; let them range over attributes, or tie them together by a condition.",
        bad: "for: { a: actor, b: actor, c: actor, d: actor }",
        good: "for: { p: guarantee, g: p.by }",
    },
    Explanation {
        code: "E0802",
        title: "not known before the first day",
        text: "Sets, durations and the arguments of what a rule starts or raises are worked out once, before the \
                      first day. They may read attributes and assumptions, but nothing that changes.",
        bad: "after: delay(g)          # a measure",
        good: "after: g.delay           # an attribute",
    },
    Explanation {
        code: "E0803",
        title: "not an argument",
        text: "Facts, measures and events are about entities, words, dates, durations and numbers of at most six \
                      decimals; a set or a longer number cannot be told apart reliably.",
        bad: "start: praised(p.by)",
        good: "for: { p: guarantee, g: p.by }  ...  start: praised(g)",
    },
    Explanation {
        code: "E0804",
        title: "facts that depend on their own absence",
        text: "A derived fact holds whenever its rule's conditions do. If, over other derived facts, it needs its \
                      own absence (by `not`, `count`, `all` or a comparison), nothing can be said. Break the circle by a \
                      `when:` rule that starts a fact.",
        bad: "if: not safe(a)  derive: afraid(a)   and   if: not afraid(a)  derive: safe(a)",
        good: "when: not safe(a)  then: [ start: afraid(a) ]",
    },
];
