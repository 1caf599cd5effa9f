//! Workload C as a scenario: fifteen years in which guarantors ratify one by one and an attack may come.
//!
//! ```text
//! each year:  every guarantor that has not ratified may do so  ->  an attack comes, or not
//!             the danger is less once five ninths of them have
//! ```

use std::fmt::Write as _;

/// The scenario for `n` guarantors. `after` says whether the danger of a year is read after that year's
/// ratifications, as workload C has it, or at the same moment.
pub fn yaml(n: usize, after: bool) -> String {
    let threshold = (5 * n).div_ceil(9);
    let mut text = format!(
        "demarche: 1
title: Fifteen years and {n} guarantors
question: How likely is an attack while the guarantors ratify one by one?
about: >-
  A workload for benchmarks, small enough to be checked by other programs. Each year every guarantor that has not ratified may do so; then an attack
  comes or not, with less danger once enough have ratified. An attack ends the story.
period: {{ from: 2000-01-01, to: 2015-01-01 }}

kinds:
  guarantor: {{ about: \"One whose ratification counts.\" }}

facts:
  has_ratified: {{ args: {{ who: guarantor }}, says: \"{{who}} has ratified\" }}
  story_over:   {{ says: \"an attack has ended the story\" }}

events:
  year_turns:   {{ is: physical, says: \"a year has passed\" }}
  attack_comes: {{ is: physical, says: \"an attack comes\" }}

entities:
"
    );
    for i in 0..n {
        let _ = writeln!(text, "  g{i}: {{ kind: guarantor }}");
    }
    text += "
assumptions:
  enough:   ";
    let _ = writeln!(
        text,
        "{{ value: {threshold}, range: [ 0, {n} ], why: \"five ninths of them\" }}"
    );
    text += "  danger:   { value: 0.06, range: [ 0, 1 ], why: \"in a year, without a guarantee\" }
  deterred: { value: 0.01, range: [ 0, 1 ], why: \"in a year, with one\" }
";
    for i in 0..n {
        let share = 5 + (3 * i) % 20;
        let _ = writeln!(
            text,
            "  ratifies(g{i}): {{ value: 0.{share:02}, range: [ 0, 1 ], why: \"in a year; 5 + 3 i modulo 20, in hundredths\" }}"
        );
    }
    let trigger = if after { "on: year_turns" } else { "every: 1 year" };
    let _ = write!(
        text,
        "
rules:
  ratify_or_wait:
    says: \"{{g}} may ratify this year\"
    for: {{ g: guarantor }}
    every: 1 year
    if: not has_ratified(g) and not story_over
    then:
      - chance: ratification_of(g)
        branches:
          ratifies: {{ p: ratifies(g), then: [ start: has_ratified(g) ] }}
          waits:    {{ p: rest }}
  turn_of_the_year:
    says: \"the year turns\"
    every: 1 year
    then:
      - happen: year_turns
  attack_or_peace_this_year:
    says: \"an attack may come this year\"
    {trigger}
    if: not story_over
    then:
      - chance: danger_of_this_year
        branches:
          attack:
            p: \"if count(g in guarantor where has_ratified(g)) >= enough then deterred else danger\"
            then:
              - happen: attack_comes
              - start: story_over
          peace: {{ p: rest }}

outcomes:
  attacked: {{ is: ever(attack_comes), says: \"an attack within fifteen years\" }}
"
    );
    let known = match (n, after) {
        (6, true) => Some(("0.3949570955", "0.3949570965")),
        (9, true) => Some(("0.3486257415", "0.3486257425")),
        _ => None,
    };
    if let Some((low, high)) = known {
        let _ = write!(
            text,
            "
expect:
  not_below_what_others_found: p(attacked) >= {low}
  nor_above_it:                p(attacked) <= {high}
"
        );
    }
    text
}
