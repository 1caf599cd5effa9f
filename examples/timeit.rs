use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    for _ in 0..std::env::args().nth(2).map_or(5, |n| n.parse().unwrap()) {
        let t = Instant::now();
        let s = demarche::Scenario::open(&a[1]).unwrap_or_else(|e| panic!("{e}"));
        let l = t.elapsed();
        let t = Instant::now();
        let c = s.compile().unwrap_or_else(|e| panic!("{e}"));
        let k = t.elapsed();
        let t = Instant::now();
        let r = c.run(demarche::Seed(1)).map(|r| r.trace.entries.len()).unwrap_or(0);
        println!("load {l:?} compile {k:?} run {:?} entries {r} instances {} nodes {}", t.elapsed(), c.program().instances.len(), c.program().network.len());
    }
    print!("{}", std::fs::read_to_string("/proc/self/status").unwrap().lines().filter(|l| l.starts_with("VmHWM")).collect::<String>());
}
