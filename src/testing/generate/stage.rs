//! The words that a scenario can speak of. What it does not speak of is not declared.

use super::{Draft, Part};
use crate::language::value::{Day, Duration};

const NAMES: [&str; 3] = ["ann", "ben", "cid"];

/// The draft as one document.
pub(super) fn whole(draft: &Draft) -> Part {
    let mut sections: Vec<(&str, Part)> = Vec::new();
    let rules = rules(draft);
    let named = |prefix: &str, parts: Vec<Part>| {
        Part::map(
            parts
                .into_iter()
                .enumerate()
                .map(|(place, part)| (format!("{prefix}_{place}"), part)),
        )
    };
    let is = |text: &String| Part::map([("is", Part::Text(text.clone()))]);
    let actors = NAMES.iter().take(draft.actors);
    let there: Vec<&str> = actors.copied().collect();
    let by = |from: usize| Part::texts(there.iter().skip(from).take(2).map(|name| (*name).to_owned()));
    let last = there.last().copied().unwrap_or("ann");

    sections.push((
        "powers",
        Part::map(there.iter().map(|name| (*name, Part::Map(Vec::new())))),
    ));
    let mut accord = Part::map([
        ("by", by(0)),
        ("to", Part::from(last)),
        ("mood", Part::from("calm")),
    ]);
    if draft.open_if != "true" {
        accord = accord.and("open_if", draft.open_if.clone());
    }
    let mut pacts = vec![("accord", accord)];
    if draft.pacts > 1 {
        let bargain = Part::map([
            ("by", by(1)),
            ("to", Part::from("ann")),
            ("term", Part::from("§1")),
        ]);
        pacts.push(("bargain", bargain));
    }
    sections.push(("pacts", Part::map(pacts)));
    let mut seen = std::collections::BTreeSet::new();
    let start = draft
        .start
        .iter()
        .filter(|(key, _)| seen.insert(spelled(draft, key)));
    let start = start.map(|(key, value)| (key.clone(), Part::Text(value.clone())));
    sections.push(("start", Part::Map(start.collect())));
    let timeline = draft.timeline.iter();
    let timeline = timeline.map(|(time, event)| {
        Part::map([
            ("on", Part::Text(format!("@{time}"))),
            ("happen", Part::Text(event.clone())),
        ])
    });
    sections.push(("timeline", named("day", timeline.collect())));
    sections.push(("rules", rules.clone()));
    sections.push(("fix", fixes(draft, &rules)));
    sections.push((
        "outcomes",
        named("outcome", draft.outcomes.iter().map(is).collect()),
    ));
    let position =
        |text: &String| Part::map([("of", Part::from("ann")), ("met_if", Part::Text(text.clone()))]);
    sections.push((
        "positions",
        named("wish", draft.positions.iter().map(position).collect()),
    ));
    sections.push((
        "invariants",
        named(
            "invariant",
            draft
                .invariants
                .iter()
                .map(|text| Part::Text(text.clone()))
                .collect(),
        ),
    ));
    let given = |(what, given): &(String, String)| Part::Text(format!("p({what} given {given}) <= 1"));
    sections.push((
        "expect",
        named("expected", draft.given.iter().map(given).collect()),
    ));
    if let Some(variant) = &draft.variant {
        let titled = Part::map([("title", Part::from("Another world"))]);
        let Part::Map(changes) = variant.clone() else {
            return titled;
        };
        let other = changes
            .into_iter()
            .fold(titled, |all, (key, part)| all.and(&key, part));
        sections.push(("variants", Part::map([("other", other)])));
    }
    sections.retain(|(_, part)| !matches!(part, Part::Map(entries) if entries.is_empty()));
    let rest = sections.iter().filter(|(key, _)| *key != "pacts");
    let speaks = |name| rest.clone().any(|(_, part)| speaks_of(part, name));
    let pacts = ["pact", "accord", "bargain"].into_iter().any(speaks)
        || declares_acts(&rest.cloned().collect::<Vec<_>>());
    if !pacts {
        sections.retain(|(key, _)| *key != "pacts");
    }
    let used = declared(draft, &Part::map(sections.clone()), pacts);
    let from = day(draft, 0);
    let head = [
        ("demarche", Part::from("1")),
        ("title", Part::from("A generated scenario")),
        (
            "period",
            Part::map([
                ("from", Part::Text(from.to_string())),
                ("to", Part::Text(day(draft, draft.length).to_string())),
            ]),
        ),
    ];
    let all = Part::map(head.into_iter().chain(used).chain(sections));
    all.rewritten(&|text| spelled(draft, text))
}

/// The day so many days or months after the first.
fn day(draft: &Draft, time: u8) -> Day {
    let from = Day::new(2030, 1, 1).unwrap_or(Day::FIRST);
    let time = i32::from(time);
    from + if draft.months {
        Duration::Months(time)
    } else {
        Duration::Days(time)
    }
}

/// A text with its times written out, and nobody in it who is not there.
fn spelled(draft: &Draft, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['§', '@', '¶']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut chars = from.chars();
        let mark = chars.next().unwrap_or_default();
        let after = chars.as_str();
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = after.split_at(digits);
        let number: u8 = number.parse().unwrap_or(1);
        let unit = |one: &'static str, many: &'static str| if number == 1 { one } else { many };
        out.push_str(&match (mark, draft.months) {
            ('@', _) => day(draft, number.min(draft.length)).to_string(),
            ('¶', true) => String::from("1 year"),
            ('¶', false) => String::from("1 week"),
            (_, true) => format!("{number} {}", unit("month", "months")),
            (_, false) => format!("{number} {}", unit("day", "days")),
        });
        rest = tail;
    }
    out.push_str(rest);
    for name in NAMES.iter().skip(draft.actors) {
        out = replaced(&out, name, "ann");
    }
    if draft.pacts < 2 {
        out = replaced(&out, "bargain", "accord");
    }
    out
}

/// A text with one name in place of another.
fn replaced(text: &str, name: &str, by: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let put = |word: &mut String, out: &mut String| {
        out.push_str(if word == name { by } else { word });
        word.clear();
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            put(&mut word, &mut out);
            out.push(c);
        }
    }
    put(&mut word, &mut out);
    out
}

/// Whether a name stands in a text as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word == name)
}

fn speaks_of(part: &Part, name: &str) -> bool {
    let mut found = false;
    part.each_text(&mut |text| found |= mentions(text, name));
    found
}

/// Whether anything is said whose declaration speaks of pacts.
fn declares_acts(sections: &[(&str, Part)]) -> bool {
    let keyed = |(key, part): &(&str, Part)| {
        ["start", "variants"].contains(key) && {
            let mut found = Vec::new();
            keys(part, &mut found);
            found.iter().any(|key| mentions(key, "alive"))
        }
    };
    let said = |(_, part): &(&str, Part)| speaks_of(part, "act") || speaks_of(part, "alive");
    sections.iter().any(|section| keyed(section) || said(section))
}

/// Rules with the variables they speak of, and no others.
fn rules(draft: &Draft) -> Part {
    let with_variables = |rule: Part| {
        let variables = [("x", "power"), ("y", "power"), ("p", "pact")];
        let used = variables.into_iter().filter(|(name, _)| speaks_of(&rule, name));
        let used: Vec<_> = used.map(|(name, kind)| (name, Part::from(kind))).collect();
        let Part::Map(entries) = rule else { return rule };
        let variables = (!used.is_empty()).then(|| (String::from("for"), Part::map(used)));
        Part::Map(variables.into_iter().chain(entries).collect())
    };
    let deriving = draft
        .derived
        .iter()
        .enumerate()
        .map(|(place, (head, conditions))| {
            let rule = Part::map([
                ("derive", Part::Text(head.clone())),
                ("if", Part::texts(conditions.clone())),
            ]);
            (format!("derived_{place}"), with_variables(rule))
        });
    let acting = draft.rules.iter().enumerate().map(|(place, rule)| {
        let mut part = Part::map([rule.trigger.clone()]);
        if !rule.conditions.is_empty() {
            part = part.and("if", Part::texts(rule.conditions.clone()));
        }
        part = part.and("then", Part::List(rule.effects.clone()));
        let mut part = with_variables(part);
        if let Some(other) = rule.overrides.filter(|other| *other < place) {
            part = part.and("overrides", format!("rule_{other}"));
        }
        (format!("rule_{place}"), part)
    });
    Part::Map(deriving.chain(acting).collect())
}

/// The branches of each name, the ones a `fix:` calls first and second.
const BRANCHES: [(&str, [&str; 2]); 6] = [
    ("coin", ["heads", "tails"]),
    ("toss", ["up", "down"]),
    ("vote", ["yes", "no"]),
    ("path", ["left", "right"]),
    ("blow", ["gone", "still"]),
    ("weather", ["sun", "rain"]),
];

fn fixes(draft: &Draft, rules: &Part) -> Part {
    let mut fixes: Vec<(String, Part)> = Vec::new();
    for (name, how) in &draft.fixes {
        let Some((word, [first, second])) = BRANCHES.iter().find(|(word, _)| name.starts_with(word)) else {
            continue;
        };
        let name = spelled(draft, name);
        if !speaks_of(rules, word) || fixes.iter().any(|(other, _)| *other == name) {
            continue;
        }
        // Only a choice may have a rule of thumb.
        let how = match how {
            Part::Text(text) if text.starts_with("if ") && *word != "path" => Part::from("first"),
            how => how.clone(),
        };
        let write = |text: &str| replaced(&replaced(text, "first", first), "second", second);
        let mut how = how.rewritten(&write);
        if let Part::Map(times) = &mut how {
            let mut seen = std::collections::BTreeSet::new();
            times.retain(|(time, _)| seen.insert(spelled(draft, time)));
        }
        fixes.push((name, how));
    }
    Part::Map(fixes)
}

/// What is declared under which section, by name.
fn declarations(draft: &Draft) -> Vec<(&'static str, &'static str, Part)> {
    let args = |args: &[(&str, &str)]| {
        Part::map([(
            "args",
            Part::map(args.iter().map(|(name, kind)| (*name, Part::from(*kind)))),
        )])
    };
    let one = || args(&[("who", "power")]);
    let measure =
        |part: Part, to: &str, default: &str| part.and("from", "0").and("to", to).and("default", default);
    let is = |part: Part, class: &str| part.and("is", class);
    let nothing = || Part::Map(Vec::new());
    let mut act = is(args(&[("who", "power"), ("what", "pact")]), "institutional");
    let required = if draft.requires.is_empty() {
        vec![String::from("alive(what)")]
    } else {
        draft.requires.clone()
    };
    act = act.and("requires", Part::texts(required));
    let rate = if draft.months { "per year" } else { "per week" };
    let paint = Part::map([
        ("who", Part::from("power")),
        (
            "shade",
            Part::map([("type", Part::from("red | blue")), ("default", Part::from("red"))]),
        ),
    ]);
    vec![
        ("facts", "quiet", nothing()),
        ("facts", "calm", one()),
        (
            "facts",
            "bond",
            args(&[("one", "power"), ("other", "power")]).and("symmetric", "true"),
        ),
        ("facts", "alive", args(&[("what", "pact")])),
        (
            "facts",
            "marked",
            args(&[("who", "power"), ("shade", "red | blue")]),
        ),
        ("facts", "tone", one().and("posture", "true")),
        ("facts", "ready", one()),
        ("facts", "linked", args(&[("one", "power"), ("other", "power")])),
        ("facts", "aloof", one()),
        ("measures", "tension", measure(nothing(), "4", "0")),
        ("measures", "load", measure(one(), "3", "1")),
        (
            "measures",
            "warmth",
            measure(one(), "2", "0").and("posture", "true"),
        ),
        (
            "quantities",
            "strain",
            one().and("is", "load(who) * 0.5 + count(q in power where bond(q, who))"),
        ),
        ("events", "storm", is(nothing(), "physical")),
        ("events", "go", is(one(), "physical")),
        (
            "events",
            "meet",
            is(args(&[("who", "power"), ("whom", "power")]), "physical"),
        ),
        ("events", "act", act),
        (
            "events",
            "paint",
            Part::map([("args", paint), ("is", Part::from("physical"))]),
        ),
        ("events", "speak", is(one(), "signal")),
        (
            "assumptions",
            "heads_p",
            Part::map([("value", Part::from("0.4"))]),
        ),
        (
            "assumptions",
            "consent",
            Part::map([("value", Part::from("0.7"))]),
        ),
        (
            "assumptions",
            "hazard",
            Part::map([("value", Part::from("0.3")), ("unit", Part::from(rate))]),
        ),
        ("assumptions", "delay", Part::map([("value", Part::from("§2"))])),
    ]
}

/// The sections of declarations that the rest needs, and the kinds.
fn declared(draft: &Draft, rest: &Part, pacts: bool) -> Vec<(&'static str, Part)> {
    let all = declarations(draft);
    let mut text = Vec::new();
    rest.each_text(&mut |part| text.push(part.to_owned()));
    if let Part::Map(sections) = rest {
        // In these a key speaks of something.
        for (_, part) in sections
            .iter()
            .filter(|(key, _)| ["start", "variants"].contains(&key.as_str()))
        {
            keys(part, &mut text);
        }
    }
    let mut used: Vec<&(&str, &str, Part)> = Vec::new();
    loop {
        let before = used.len();
        for entry in &all {
            if !used.iter().any(|(_, name, _)| *name == entry.1)
                && text.iter().any(|text| mentions(text, entry.1))
            {
                used.push(entry);
                entry.2.each_text(&mut |part| text.push(part.to_owned()));
            }
        }
        if used.len() == before {
            break;
        }
    }
    let mut kinds = vec![("power", Part::map([("section", Part::from("powers"))]))];
    let attribute =
        |ty: &str, default: &str| Part::map([("type", Part::from(ty)), ("default", Part::from(default))]);
    let pact = [
        ("by", Part::from("set of power")),
        ("to", Part::from("power")),
        ("mood", attribute("calm | tense", "tense")),
        ("term", attribute("duration", "§2")),
        ("open_if", attribute("condition", "true")),
    ];
    if pacts {
        kinds.push((
            "pact",
            Part::map([("section", Part::from("pacts")), ("attributes", Part::map(pact))]),
        ));
    }
    if !draft.positions.is_empty() {
        kinds.push((
            "position",
            Part::map([
                ("section", Part::from("positions")),
                (
                    "attributes",
                    Part::map([("of", Part::from("power")), ("met_if", Part::from("condition"))]),
                ),
            ]),
        ));
    }
    let mut sections = vec![("kinds", Part::map(kinds))];
    for section in ["facts", "measures", "quantities", "events", "assumptions"] {
        let mut entries: Vec<(String, Part)> = Vec::new();
        for (_, name, part) in all
            .iter()
            .filter(|(key, name, _)| *key == section && used.iter().any(|(_, other, _)| other == name))
        {
            if *name == "consent" {
                entries.push((String::from("consent(_)"), part.clone()));
                entries.push((
                    String::from("consent(ann)"),
                    Part::map([("value", Part::from("0.25"))]),
                ));
            } else {
                entries.push(((*name).to_owned(), part.clone()));
            }
        }
        if !entries.is_empty() {
            sections.push((section, Part::Map(entries)));
        }
    }
    sections
}

fn keys(part: &Part, found: &mut Vec<String>) {
    if let Part::Map(entries) = part {
        for (key, part) in entries {
            found.push(key.clone());
            keys(part, found);
        }
    }
}
