//! How likely, what changes, what it hinges on (DESIGN 9 and 10).

mod exact;

/// Scratch.
pub fn scratch(program: &crate::program::Program, states: usize) {
    let t = std::time::Instant::now();
    match exact::exact(
        program,
        exact::Limits {
            states,
            expansions: 50_000_000,
        },
    ) {
        Ok(flows) => {
            eprintln!(
                "{:?} expanded {} widest {} mass {}",
                t.elapsed(),
                flows.expanded,
                flows.widest,
                flows.mass.value()
            );
            for (id, values) in flows.outcomes.iter() {
                eprintln!(
                    "{id:?} {:?}",
                    values
                        .iter()
                        .map(|(v, m)| (*v, m.value()))
                        .take(6)
                        .collect::<Vec<_>>()
                );
            }
            for (id, values) in flows.firsts.iter() {
                if !values.is_empty() {
                    eprintln!(
                        "first {id:?} {:?}",
                        values.values().map(|m| m.value()).sum::<f64>()
                    );
                }
            }
            for (id, mean) in flows.means.iter() {
                if mean.value() != 0.0 {
                    eprintln!("mean {id:?} {:?}", mean.value());
                }
            }
        }
        Err(e) => eprintln!("{:?} {e:?}", t.elapsed()),
    }
}
