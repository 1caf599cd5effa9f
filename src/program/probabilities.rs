//! The probabilities of a chance's branches.

use smallvec::SmallVec;

/// By how much probabilities may miss one: sums such as 0.1 + 0.2 + 0.7 miss it by a few units of the last place.
pub(crate) const SLACK: f64 = 1e-9;

/// The place of each branch of a chance among the branching's words, and its probability.
pub type Probabilities = SmallVec<[(usize, f64); 3]>;

/// The probabilities of a chance from those that are said, in the order of its branches; none is said for `rest`. The same as an
/// error if they are none.
pub(crate) fn distribution(
    branches: impl IntoIterator<Item = (usize, Option<f64>)>,
) -> Result<Probabilities, Probabilities> {
    let mut all = Probabilities::new();
    let (mut said, mut rest, mut wrong) = (0.0, None, false);
    for (place, p) in branches {
        let p = p.unwrap_or_else(|| {
            rest = Some(all.len());
            0.0
        });
        // Written so that NaN is wrong too.
        wrong |= !(0.0..=1.0).contains(&p);
        said += p;
        all.push((place, p));
    }
    match rest.and_then(|place| all.get_mut(place)) {
        Some((_, p)) => {
            *p = (1.0 - said).max(0.0);
            wrong |= said > 1.0 + SLACK;
        }
        None => wrong |= (said - 1.0).abs() > SLACK,
    }
    if wrong { Err(all) } else { Ok(all) }
}
