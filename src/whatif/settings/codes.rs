//! The messages of sweeps and sensitivity, explained.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "E1201",
        "nothing there to set",
        "What a sweep or a setting moves must be in the scenario: an assumption by its name with its indexes, or any \
         other value by the keys that lead to it. Each can be set once.",
        "demarche sweep baseline.yaml --over attack_hasard",
        "demarche sweep baseline.yaml --over attack_hazard",
    ),
    Explanation::new(
        "E1202",
        "no range",
        "A range goes from a lower to a higher value of one sort: numbers, days, months, dates. An assumption brings \
         its own with `range:`; everything else needs one beside its name.",
        "demarche sweep baseline.yaml --over deferral_term='30 years..5 years'",
        "demarche sweep baseline.yaml --over deferral_term='5 years..30 years:6'",
    ),
    Explanation::new(
        "E1203",
        "no design",
        "A sweep needs at least one thing to move and at least one point. A Sobol sequence has at most 65,536 points in \
         256 dimensions, a grid or a Latin hypercube at most a million points.",
        "demarche sweep baseline.yaml --over attack_hazard --design sobol --points 0",
        "demarche sweep baseline.yaml --over attack_hazard --design sobol --points 64",
    ),
    Explanation::new(
        "E1204",
        "no such outcome",
        "Figures are told of what the scenario declares under `outcomes:`.",
        "demarche sensitivity baseline.yaml --outcome peace_hold",
        "demarche sensitivity baseline.yaml --outcome peace_holds",
    ),
    Explanation::new(
        "E1205",
        "no threshold",
        "A probability lies between 0 and 1, and so does what it can cross.",
        "demarche sensitivity baseline.yaml --outcome peace_holds --break-even 50",
        "demarche sensitivity baseline.yaml --outcome peace_holds --break-even 0.5",
    ),
    Explanation::new(
        "E1206",
        "a file of another sweep",
        "A sweep goes on where its file ends only if scenario, ranges, design, seed and method are the same. The file is \
         left as it is.",
        "demarche sweep baseline.yaml --over attack_hazard:9 --out hazard.csv      # hazard.csv has 5 steps",
        "demarche sweep baseline.yaml --over attack_hazard:9 --out hazard_9.csv",
    ),
    Explanation::new(
        "E1207",
        "a value of another sort",
        "A number can only be set to a number, a duration to a duration, a date to a date.",
        "demarche sweep baseline.yaml --over deferral_term=5,15,30",
        "demarche sweep baseline.yaml --over 'deferral_term=5 years,15 years,30 years'",
    ),
];
