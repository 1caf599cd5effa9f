//! The messages of ranges over choices, explained.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E1401",
        "a condition while a choice is open",
        "`p(a given b)` tells what an observation says about the rest. Where somebody may choose as he likes, that \
         depends on how he chooses, and the ends of a range would be those of two different worlds. Give the choice a \
         default, or settle it.",
        "expect: { holds: p(peace given signed) >= 0.5 }     # answer(north) has neither `default:` nor `fix:`",
        "fix: { answer(north): accept }",
    ),
    Explanation::new(
        "E1402",
        "too many strategies",
        "Each strategy is a world of its own, worked out like `demarche outcomes`. Without a default for every choice there \
         is nothing else to tell. Settle some of the choices, or look at more strategies.",
        "demarche outcomes deal.yaml                          # ten open choices of two options: 1,024 strategies",
        "demarche outcomes deal.yaml --strategies 1024",
    ),
];
