#![allow(clippy::all, missing_docs)]
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let c = demarche::Scenario::open(&a[1])
        .map_err(|e| e.to_string())
        .and_then(|s| s.compile().map_err(|e| e.to_string()))
        .unwrap_or_else(|e| panic!("{e}"));
    demarche::whatif::scratch(c.program(), a[2].parse().unwrap());
}
