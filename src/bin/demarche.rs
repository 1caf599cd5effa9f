//! Temporary driver.
fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let t = std::time::Instant::now();
    let scenario = match demarche::Scenario::open(&path) {
        Ok(s) => s,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
    };
    let t1 = t.elapsed();
    let compiled = match scenario.compile() {
        Ok(s) => s,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
    };
    let t2 = t.elapsed();
    let p = compiled.program();
    eprintln!(
        "load {t1:?} compile {:?}; {} instances {} nodes {} events {} atoms {} derived",
        t2 - t1,
        p.instances.len(),
        p.network.len(),
        p.events.len(),
        p.atoms.len(),
        p.derived.len()
    );
    match compiled.run(demarche::Seed(1)) {
        Ok(r) => {
            for e in &r.trace.entries {
                println!("{} {} {:?}", e.day, e.wave, e.what);
            }
            println!("{:?}", r.decided)
        }
        Err(e) => {
            eprintln!("{e} {:?}", e.path);
        }
    }
}
