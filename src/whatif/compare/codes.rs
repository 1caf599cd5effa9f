//! What a comparison refuses, explained.

use crate::diagnostic::Explanation;

/// All codes of comparisons, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E1101",
        "nothing to compare with",
        "A comparison needs two scenarios or more: a file and some of its variants, or several files. The first is the \
         base, and every other is held against it.",
        "demarche compare baseline.yaml",
        "demarche compare baseline.yaml --variant senate_refuses",
    ),
    Explanation::new(
        "E1102",
        "no outcome in common",
        "Scenarios are compared by their outcomes: those of one id and one type. Scenarios that are to be compared build \
         on one file that declares them.",
        "demarche compare belgium_1914.yaml baseline.yaml",
        "demarche compare baseline.yaml senate_refuses.yaml",
    ),
    Explanation::new(
        "E1103",
        "no runs to compare",
        "Runs are compared in pairs, number by number, also where the figures are exact: which runs change, and for what \
         reason, only pairs can tell.",
        "budget.runs = 0",
        "budget.runs = 10_000",
    ),
];
