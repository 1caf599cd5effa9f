//! What a search refuses, explained.

use crate::diagnostic::Explanation;

/// All codes of searches, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E1301",
        "no outcome that could be brought about",
        "A search is about one declared outcome: a statement, whose probability is to reach a threshold, or a number, whose \
         mean is. A date has neither; declare an outcome such as `first(e) <= 2030-01-01` or `ever(e)`.",
        "demarche search deal.yaml --outcome war_ends --at-least 0.6       # a date",
        "demarche search deal.yaml --outcome peace_holds --at-least 0.6",
    ),
    Explanation::new(
        "E1302",
        "a threshold out of reach",
        "A probability lies between 0 and 1, so its threshold does too; write 0.6 and not 60.",
        "demarche search deal.yaml --outcome peace_holds --at-least 60",
        "demarche search deal.yaml --outcome peace_holds --at-least 0.6",
    ),
    Explanation::new(
        "E1303",
        "no lever to pull",
        "The scenario declares no levers, or none of them is left by what was asked: those of one actor, at most so dear, at \
         least one together.",
        "demarche search deal.yaml --outcome peace_holds --at-least 0.6 --by nobody",
        "demarche search deal.yaml --outcome peace_holds --at-least 0.6 --by ukraine",
    ),
    Explanation::new(
        "E1304",
        "a lever that changes nothing",
        "The lever's overlay leaves the scenario as it is: what it sets is so already. A search would try it in vain.",
        "agreements: { treaty: { threshold: 7 } }\nlevers:\n  seven: { by: usa, agreements: { treaty: { threshold: 7 } } }",
        "agreements: { treaty: { threshold: 7 } }\nlevers:\n  five: { by: usa, agreements: { treaty: { threshold: 5 } } }",
    ),
    Explanation::new(
        "E1305",
        "a lever that changes the outcome itself",
        "A lever changes what happens. One that changes what is asked would reach any threshold and bring nothing about.",
        "levers:\n  call_it_peace: { outcomes: { peace_holds: { is: ever(sign(treaty)) } } }",
        "levers:\n  more_trust: { assumptions: { trust_so_far: { value: 0.5 } } }",
    ),
    Explanation::new(
        "E1306",
        "too many sets",
        "Every set of levers up to the size asked for is looked at, and each takes as long as `demarche outcomes`. Ask for smaller \
         sets, for the levers of one actor, or for those that cost less.",
        "demarche search deal.yaml --outcome peace_holds --at-least 0.6 --size 12      # of 40 levers",
        "demarche search deal.yaml --outcome peace_holds --at-least 0.6 --size 2",
    ),
];
