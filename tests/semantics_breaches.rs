//! What a breach draws and decides: chances and choices in `else:`, counted by the days of breaches.

mod common;

use common::{compiled, fault, refusal, story, told};

/// Three knocks on which the north owes a payment the next day at the latest; it pays after the second only.
fn owes(otherwise: &str) -> String {
    format!(
        "
period: {{ to: 2024-03-31 }}
timeline:
  first: {{ on: 2024-03-01, happen: knock }}
  second: {{ on: 2024-03-10, happen: knock }}
  pays: {{ on: 2024-03-10, happen: pay(north) }}
  third: {{ on: 2024-03-20, happen: knock }}
rules:
  owes:
    on: knock
    then:
      - duty: pay(north)
        of: north
        within: 1 day
        else:
{otherwise}"
    )
}

const LUCK: &str = "          - chance: luck
            branches:
              good: { p: 0.5, then: [ { happen: ring } ] }
              bad: { p: rest }
";
const REPLY: &str = "          - choice: reply
            by: north
            default: sorry
            options:
              sorry: { then: [ { start: lit } ] }
              silence: {}
";

#[test]
fn a_chance_in_else_is_drawn_at_the_breach_and_counts_the_days_of_breaches() {
    let told = story(&format!("{}fix: {{ luck: {{ 1: bad, 2: good }} }}", owes(LUCK)));
    assert_eq!(
        told.settled(),
        ["2024-03-02 luck #1 = bad", "2024-03-21 luck #2 = good"]
    );
    assert_eq!(
        told.events().last().map(String::as_str),
        Some("2024-03-21 ring"),
        "what a branch raises is the next wave of that day"
    );
}

#[test]
fn a_choice_in_else_is_settled_at_the_breach() {
    let told = story(&owes(REPLY));
    assert_eq!(
        told.settled(),
        ["2024-03-02 reply #1 = sorry", "2024-03-21 reply #2 = sorry"]
    );
    assert_eq!(told.facts(), ["2024-03-02 start lit"]);
    assert_eq!(
        fault(&owes(&REPLY.replace("            default: sorry\n", ""))).code,
        "R0907"
    );
}

#[test]
fn a_choice_in_else_may_hold_a_chance_but_no_chance_in_else_holds_a_choice() {
    let nested = |outer: &str, inner: &str| {
        owes(outer)
            .replace("{ start: lit }", inner)
            .replace("{ happen: ring }", inner)
    };
    let chance = "{ chance: luck, branches: { good: { p: 0.5 }, bad: { p: rest } } }";
    assert_eq!(story(&nested(REPLY, chance)).settled().len(), 4);
    let choice = "{ choice: reply, by: north, options: { sorry: {}, silence: {} } }";
    assert!(refusal(&nested(LUCK, choice)).contains("E0608"));
}

#[test]
fn breaches_of_two_duties_on_one_day_share_the_draw_and_count_once() {
    let twice = owes(LUCK).replace(
        "  owes:\n",
        "  owes_too: { on: knock, then: [ { duty: pay(south), of: south, within: 1 day, else: [ { chance: luck, \
         branches: { good: { p: 0.5, then: [ { happen: ring } ] }, bad: { p: rest } } } ] } ] }\n  owes:\n",
    );
    let compiled = compiled(&twice);
    let mut both = [false; 2];
    for number in 0..20 {
        let settled = told(&compiled, number).settled();
        // The south never pays, so that it breaches after the second knock too.
        let days: Vec<_> = settled
            .iter()
            .map(|line| line.rsplit_once(" = ").unwrap())
            .collect();
        let (names, words): (Vec<_>, Vec<_>) = days.into_iter().unzip();
        assert_eq!(
            names,
            [
                "2024-03-02 luck #1",
                "2024-03-02 luck #1",
                "2024-03-11 luck #2",
                "2024-03-21 luck #3",
                "2024-03-21 luck #3"
            ]
        );
        assert!(words[0] == words[1] && words[3] == words[4], "{words:?}");
        both[usize::from(words[0] == "good")] = true;
    }
    assert_eq!(both, [true, true]);
}

#[test]
fn a_breach_by_a_barred_event_draws_in_its_own_wave() {
    let told = story(
        "
timeline: { bars: { on: 2024-03-01, happen: knock }, visits: { on: 2024-03-05, happen: visit(north) } }
fix: { luck: good }
rules:
  bars:
    on: knock
    then:
      - forbid: visit(north, _)
        of: north
        else: [ { chance: luck, branches: { good: { p: 0.5, then: [ { happen: ring } ] }, bad: { p: rest } } } ]
",
    );
    assert_eq!(told.settled(), ["2024-03-05 luck #1 = good"]);
    assert_eq!(
        told.waves()[1..],
        [
            "2024-03-05 wave 1: visit(north, east)",
            "2024-03-05 wave 2: breach(north, _)",
            "2024-03-05 wave 2: ring"
        ]
    );
}

#[test]
fn a_name_drawn_by_ticks_and_breaches_counts_the_days_of_both() {
    let text = owes(LUCK).replace(
        "  owes:\n",
        "  ticks: { every: 10 days, if: warm, then: [ { chance: luck, branches: { good: { p: 0.5, then: [ { happen: ring } ] }, \
         bad: { p: rest } } } ] }\n  owes:\n",
    );
    // Six ticks before the first breach and one after it, though their condition fails; 21 March is both and counts once.
    let told = story(&format!("{text}fix: {{ luck: bad }}"));
    assert_eq!(
        told.settled(),
        ["2024-03-02 luck #7 = bad", "2024-03-21 luck #9 = bad"]
    );
}

#[test]
fn a_rate_is_no_probability_at_a_breach_whatever_the_rhythm_of_the_rule() {
    let refused = refusal(
        "
assumptions: { hazard: { value: 0.1, unit: per month } }
rules:
  owes:
    every: 1 month
    then:
      - duty: pay(north)
        of: north
        within: 1 week
        else: [ { chance: luck, branches: { good: { p: hazard }, bad: { p: rest } } } ]
",
    );
    assert!(refused.contains("E0611"), "{refused}");
}
