//! How large a program may become.

/// How large a program may become before the rule that makes it so is named in an error. The default keeps a
/// compilation well below a gigabyte.
#[derive(Clone, Copy, Debug)]
pub struct GroundBudget {
    /// Most instances of all rules together, and most facts and events that they may bring about.
    pub instances: usize,
    /// Most steps of the search for one rule.
    pub steps: usize,
    /// Most parts of conditions and amounts, all rules together.
    pub parts: usize,
    /// From how many bindings on facts that no event can change are worked out as tables, without instances.
    pub closed_from: usize,
    /// Most tuples of such tables.
    pub closed_tuples: usize,
    /// Most steps of working them out.
    pub closed_steps: u64,
}

impl Default for GroundBudget {
    fn default() -> Self {
        GroundBudget {
            instances: 1_000_000,
            steps: 10_000_000,
            parts: 5_000_000,
            closed_from: 1_000,
            closed_tuples: 10_000_000,
            closed_steps: 500_000_000,
        }
    }
}
