//! A scenario far larger than any author writes: some two thousand states, six hundred treaties with guarantees,
//! about 1 MB of YAML. Shared by the benches and by `tests/large.rs`.

use std::fmt::Write as _;

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// States, each with an assumption of its own.
    pub states: usize,
    /// Treaties, each with a guarantee, a neutrality and a consultation, signed and ratified on scripted days.
    pub treaties: usize,
    /// Parties of each treaty.
    pub parties: usize,
    /// Rules beside the vocabulary's.
    pub rules: usize,
}

impl Size {
    /// 1 MB of YAML.
    pub const MEGABYTE: Size = Size {
        states: 2_000,
        treaties: 600,
        parties: 9,
        rules: 120,
    };
}

/// The scenario as YAML; the same text for the same size.
pub fn scenario(size: Size) -> String {
    let mut out = String::from(
        "demarche: 1\n\
         title: A large generated world\n\
         period: { from: 2030-01-01, to: 2060-01-01 }\n\
         uses: [legislatures, war]\n\
         sources:\n  atlas: { title: An atlas of treaties, publisher: nobody, date: 2029-01-01 }\n",
    );
    actors(&mut out, size);
    agreements(&mut out, size);
    assumptions(&mut out, size);
    timeline(&mut out, size);
    declarations(&mut out);
    rules(&mut out, size);
    out += "outcomes:\n  \
            in_force: { is: \"count(t in agreement where ever(enter_into_force(t)))\", says: treaties that enter into force }\n  \
            attacked: { is: \"ever(attack(_, state_0001))\", says: the first state is attacked }\n";
    out
}

/// A scenario with so many mistakes, one in each treaty.
pub fn mistaken(mistakes: usize) -> String {
    let size = Size {
        states: 400,
        treaties: mistakes,
        parties: 4,
        rules: 20,
    };
    scenario(size).replace("kind: guarantee", "kind: garantee")
}

/// Writes one line; a `String` takes every line.
macro_rules! line {
    ($out:expr, $($part:tt)*) => {{ let _ = writeln!($out, $($part)*); }};
}

/// The `k`-th party of a treaty. Parties are spread so that every state is in some and no treaty names one twice.
fn party(size: Size, treaty: usize, k: usize) -> usize {
    1 + (treaty * 37 + k * 211) % size.states
}

fn actors(out: &mut String, size: Size) {
    *out += "actors:\n";
    for n in 1..=size.states {
        line!(
            out,
            "  state_{n:04}: {{ kind: state, name: State {n}, note: generated number {n}, source: atlas p. {n} }}"
        );
    }
    for n in 1..=size.states / 10 {
        line!(
            out,
            "  house_{n:04}: {{ kind: legislature, of: state_{n:04}, majority: two_thirds }}"
        );
    }
}

fn agreements(out: &mut String, size: Size) {
    *out += "agreements:\n";
    for t in 1..=size.treaties {
        let parties: Vec<String> = (0..size.parties)
            .map(|k| format!("state_{:04}", party(size, t, k)))
            .collect();
        let (first, rest) = parties.split_first().expect("a treaty has parties");
        line!(out, "  treaty_{t:04}:");
        line!(out, "    name: treaty {t}");
        line!(out, "    parties: [{}]", parties.join(", "));
        line!(out, "    threshold: {}", size.parties / 2 + 1);
        line!(out, "    ratify_within: 4 years");
        line!(out, "    source: atlas t. {t}");
        line!(out, "    provisions:");
        line!(out, "      guarantee:");
        line!(out, "        kind: guarantee");
        line!(out, "        to: {first}");
        line!(out, "        by: [{}]", rest.join(", "));
        line!(
            out,
            "        duty: {}",
            ["consult", "assist", "send_forces"][t % 3]
        );
        line!(out, "        strength: {}", ["assurance", "binding"][t % 2]);
        line!(out, "        within: {} days", 20 + t % 40);
        line!(
            out,
            "      neutrality: {{ kind: neutrality, of: {first}, bars: [alliances, foreign_bases] }}"
        );
        line!(
            out,
            "      talks: {{ kind: consultation, by: part_of.parties, to: {first} }}"
        );
    }
}

fn assumptions(out: &mut String, size: Size) {
    *out += "assumptions:\n  grievance: { value: 0.02, range: [0, 0.1], unit: per year }\n";
    for n in 1..=size.states {
        let low = 1 + n % 5;
        line!(
            out,
            "  temper(state_{n:04}): {{ value: 0.{}, range: [0.0{low}, 0.9], why: \"generated, no poll was taken in {n}\" }}",
            low + 1
        );
    }
}

fn timeline(out: &mut String, size: Size) {
    *out += "timeline:\n";
    for t in 1..=size.treaties {
        let (year, month) = (2031 + t % 20, 1 + t % 12);
        line!(
            out,
            "  signing_{t:04}: {{ on: {year}-{month:02}-01, happen: sign(treaty_{t:04}), source: atlas t. {t} }}"
        );
        for k in 0..size.parties / 2 {
            let state = party(size, t, k);
            line!(
                out,
                "  ratification_{t:04}_{k}: {{ on: {}-{month:02}-{:02}, happen: \"ratify(state_{state:04}, treaty_{t:04})\" }}",
                year + 1,
                2 + k
            );
        }
    }
}

fn declarations(out: &mut String) {
    *out += "facts:\n  \
             uneasy: { args: { who: actor }, says: \"{who} is uneasy\" }\n  \
             courted: { args: { who: actor, by: actor }, says: \"{by} courts {who}\" }\n\
             measures:\n  \
             unrest: { args: { of: actor }, from: 0, to: 1, default: 0, says: \"unrest in {of}\" }\n\
             events:\n  \
             court: { args: { who: actor, whom: actor }, is: physical, says: \"{who} courts {whom}\" }\n";
}

/// Each rule speaks of one treaty: what its entry into force does to those it protects.
fn rules(out: &mut String, size: Size) {
    *out += "rules:\n";
    for r in 1..=size.rules {
        let t = 1 + r % size.treaties;
        line!(out, "  neighbours_court_{r:04}:");
        line!(
            out,
            "    says: \"{{g}} courts the protected state of treaty {t} once the text is in force\""
        );
        line!(out, "    for: {{ g: treaty_{t:04}.guarantee.by, p: guarantee }}");
        line!(out, "    on: enter_into_force(treaty_{t:04})");
        line!(out, "    if:");
        line!(out, "      - p == treaty_{t:04}.guarantee");
        line!(out, "      - party_to(g, p.part_of)");
        line!(out, "      - not uneasy(g)");
        line!(out, "      - unrest(g) < temper(state_0001)");
        line!(
            out,
            "      - count(h in p.by where courted(p.to, h)) < size(p.by)"
        );
        line!(out, "    then:");
        line!(out, "      - happen: court(g, p.to)");
        line!(out, "      - start: courted(p.to, g)");
        line!(out, "      - add: unrest(g)");
        line!(out, "        by: grievance over 1 year");
    }
}
