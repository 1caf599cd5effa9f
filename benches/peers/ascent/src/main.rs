//! Defence-pact activation as Datalog compiled into a program. Reads the facts from the file that it is given, one on a line:
//! `ratified STATE PACT`, `neutral STATE`, `attacked STATE`; the rules are those of `pacts.lp`.

use ascent::ascent;
use ascent::aggregators::count;

ascent! {
    struct Pacts;
    relation ratified(u32, u32);
    relation neutral(u32);
    relation attacked(u32);
    relation bound(u32, u32);
    relation pact(u32);
    relation works(u32);
    relation called(u32, u32);
    relation active(u32, u32);

    bound(s, p) <-- ratified(s, p), !neutral(s);
    pact(p) <-- ratified(_, p);
    works(p) <-- pact(p), agg n = count() in bound(_, p), if n >= 2;
    called(p, r) <-- attacked(r), bound(r, p), works(p);
    called(p, r) <-- active(b, r), bound(b, p), works(p);
    active(a, r) <-- called(p, r), bound(a, p);
}

fn main() {
    let file = std::env::args().nth(1).expect("a file of facts");
    let text = std::fs::read_to_string(file).expect("it can be read");
    let mut pacts = Pacts::default();
    for line in text.lines() {
        let mut words = line.split(' ');
        let name = words.next();
        let mut number = || words.next().and_then(|word| word.parse().ok()).expect("a number");
        match name {
            Some("ratified") => {
                let state = number();
                pacts.ratified.push((state, number()));
            }
            Some("neutral") => pacts.neutral.push((number(),)),
            Some("attacked") => pacts.attacked.push((number(),)),
            _ => {}
        }
    }
    let begun = std::time::Instant::now();
    pacts.run();
    println!(
        "{{\"took\": {}, \"tuples\": {}}}",
        begun.elapsed().as_secs_f64(),
        pacts.active.len()
    );
}
