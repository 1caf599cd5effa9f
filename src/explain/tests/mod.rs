//! What is told about small worlds, and that the slow evaluator agrees with the engine on the real ones.

mod agreement;
mod answers;
mod grounds;
mod small;
