//! What the checks find, explained: what `demarche check --code W1001` prints.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E1001",
        "a threshold larger than its set",
        "A condition counts members of a set and asks for more than the set has, so that it can never be met. Where the \
         number comes from an assumption, the same is a warning (W1010), since another value would mend it.",
        "parties: [north, south], threshold: 3",
        "parties: [north, south], threshold: 2",
    ),
    Explanation::new(
        "W1001",
        "a rule that can never fire",
        "Whatever is drawn or chosen, nothing sets the rule off, or its conditions never hold. Often a name is another than \
         the author meant, or the rule that should bring something about is missing.",
        "on: protest(s)                     # and nothing raises `protest`",
        "timeline: { first_march: { on: 2024-03-01, happen: protest(north) } }",
    ),
    Explanation::new(
        "W1002",
        "a guard that is always the same",
        "A condition that reads nothing that could change says nothing, or makes the rule idle.",
        "if: support(s) >= 0                # a measure from 0 to 1",
        "if: support(s) > 0",
    ),
    Explanation::new(
        "W1003",
        "a fact or measure that nothing reads",
        "It is kept and changed, but no condition, amount, outcome or position asks for it, so that nothing hangs on it.",
        "facts: { insulted: { args: { who: state } } }      # only ever started",
        "outcomes: { hurt: { is: \"ever(insulted(north))\" } }",
    ),
    Explanation::new(
        "W1004",
        "a fact that nothing starts",
        "Conditions read it, but it holds at no time: no rule starts or derives it, and it does not stand in `start:`.",
        "if: trusted(a)                     # and nothing starts `trusted`",
        "start: { trusted(north): true }",
    ),
    Explanation::new(
        "W1005",
        "`if:` beside `when:`",
        "A rule with `when:` fires on the day on which its conditions become true; its `if:` is read at that moment and not \
         again. Should the `if:` become true later, the rule has missed it.",
        "when: signed(t)\nif: approved(r)",
        "when: [ signed(t), approved(r) ]",
    ),
    Explanation::new(
        "W1006",
        "a duty that nobody can fulfil",
        "A duty does not perform itself: it is fulfilled by an event, and nothing raises this one, so that it will be broken \
         or stay open.",
        "duty: apologise(a)                 # and nothing raises `apologise`",
        "timeline: { regret: { on: 2024-05-01, happen: apologise(north) } }",
    ),
    Explanation::new(
        "W1007",
        "a deadline after the period",
        "Even if the duty arises on the first day, its time is up only after the last one, so that nothing can break it.",
        "period: { from: 2024-01-01, to: 2024-12-31 }  ...  within: 2 years",
        "period: { from: 2024-01-01, to: 2027-12-31 }  ...  within: 2 years",
    ),
    Explanation::new(
        "W1008",
        "a position that nobody can meet",
        "No story ends with what the position asks for, whatever is drawn or chosen.",
        "met_if: recognised(north)          # and nothing starts `recognised`",
        "met_if: not at_war(north, south)",
    ),
    Explanation::new(
        "W1009",
        "two rules that can contradict each other",
        "What one wave changes is committed at once. If both rules fire in it, one fact would be started and ended, or one \
         measure set to two values, and the run stops (R0901, R0902).",
        "on: strike(a)  then: [ start: calm ]     another, on: strike(a)  then: [ end: calm ]",
        "overrides: other_rule",
    ),
    Explanation::new(
        "W1010",
        "a threshold beyond its set, by an assumption",
        "As E1001, but the number is not written here: with the value that is assumed the condition can never be met.",
        "assumptions: { votes_needed: { value: 9 } }  ...  threshold: votes_needed      # of five parties",
        "assumptions: { votes_needed: { value: 3 } }",
    ),
    Explanation::new(
        "W1011",
        "a threshold of nothing",
        "A threshold of 0, and `all` over a set without members, are met before anybody has done anything.",
        "threshold: 0",
        "threshold: 1",
    ),
    Explanation::new(
        "W1012",
        "an assumption that nothing uses",
        "It can be varied without any effect. Perhaps its name was meant to stand where a number stands.",
        "assumptions: { patience: { value: 3 months, range: [1 month, 6 months] } }     # and no rule reads it",
        "after: patience",
    ),
    Explanation::new(
        "W1013",
        "gates that wait for each other",
        "Each of these needs the next and the last the first, so that none can come first, whatever is drawn or chosen. What \
         else could bring them about is looked at too: there is none, or it waits in the same ring.",
        "withdrawal: { due_when: in_force(treaty) }  ...  treaty: { only_if: withdrawal_done(treaty.withdrawal) }",
        "withdrawal: { due_when: concluded(treaty) }",
    ),
    Explanation::new(
        "W1014",
        "a scripted act that is void",
        "An institutional act takes effect only if what it requires holds when its day begins. What other acts of the same day \
         bring about it does not see.",
        "signing: { on: 2024-03-01, happen: sign(pact) }\nratification: { on: 2024-03-01, happen: \"ratify(north, pact)\" }",
        "signing: { on: 2024-03-01, happen: sign(pact) }\nratification: { on: 2024-03-02, happen: \"ratify(north, pact)\" }",
    ),
    Explanation::new(
        "W1015",
        "a share where something is counted",
        "A count is a whole number, and the first one counted is more than any share of one. A threshold says how many are needed.",
        "threshold: 2/3            # any one of the parties",
        "threshold: 4              # of six parties",
    ),
];
