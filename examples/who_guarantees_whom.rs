//! Who guarantees whom, read off the graph.
//!
//! ```text
//!   guarantor <--by-- guarantee --to--> protected
//!                         |
//!                      part_of
//!                         v
//!                     agreement
//! ```
//!
//! The crate knows no treaty words: `guarantee`, `by` and `to` are those of the vocabulary, asked by name.

use demarche::Scenario;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "seeds/istanbul_2022.yaml".to_owned());
    let model = Scenario::open(path)?.compile()?;
    println!(
        "{}: {} entities, {} edges",
        model.title(),
        model.graph().node_count(),
        model.graph().edge_count()
    );
    for guarantee in model.members("guarantee") {
        for protected in model.neighbours(guarantee, "to") {
            for guarantor in model.neighbours(guarantee, "by") {
                let agreement = model.neighbours(guarantee, "part_of");
                let agreement: Vec<&str> = agreement.iter().map(|id| model.describe(*id)).collect();
                let (guarantor, protected) = (model.describe(guarantor), model.describe(protected));
                println!("{guarantor} guarantees {protected} ({})", agreement.join(", "));
            }
        }
    }
    Ok(())
}
