#[path = "../benches/support/large.rs"] mod large;
fn main() { 
  let k: usize = std::env::args().nth(1).map_or(1, |s| s.parse().unwrap());
  let s = large::Size::MEGABYTE;
  print!("{}", large::scenario(large::Size { states: s.states / k, treaties: s.treaties / k, rules: s.rules / k, ..s })) }
