//! Entries that are written for patterns of arguments, where the most specific one counts.

/// A pattern: `None` stands for anything.
type Pattern<V> = [Option<V>];

/// Two patterns that are equally specific and both fit some arguments for which no third one decides: their places, the
/// later last.
pub(super) fn rivals<V: PartialEq + Clone>(patterns: &[&Pattern<V>]) -> Option<(usize, usize)> {
    let open = |pattern: &Pattern<V>| pattern.iter().filter(|at| at.is_none()).count();
    patterns.iter().enumerate().find_map(|(place, one)| {
        let others = patterns.iter().enumerate().skip(place + 1);
        others
            .filter(|(_, other)| open(one) == open(other))
            .find(|(_, other)| {
                both(one, other).is_some_and(|both| {
                    !patterns
                        .iter()
                        .any(|third| open(third) < open(one) && fits(third, &both))
                })
            })
            .map(|(other, _)| (place, other))
    })
}

/// What fits both patterns.
fn both<V: PartialEq + Clone>(one: &Pattern<V>, other: &Pattern<V>) -> Option<Vec<Option<V>>> {
    if one.len() != other.len() {
        return None;
    }
    one.iter()
        .zip(other)
        .map(|pair| match pair {
            (Some(a), Some(b)) if a != b => None,
            (a, b) => Some(a.clone().or_else(|| b.clone())),
        })
        .collect()
}

/// Whether a pattern fits whatever another fits.
fn fits<V: PartialEq>(pattern: &Pattern<V>, all: &Pattern<V>) -> bool {
    pattern.len() == all.len() && pattern.iter().zip(all).all(|(at, of)| at.is_none() || at == of)
}

#[cfg(test)]
mod tests {
    use super::rivals;

    #[test]
    fn two_patterns_are_rivals_where_neither_is_more_specific() {
        let (a, b) = (Some('a'), Some('b'));
        assert_eq!(rivals(&[&[a, None][..], &[None, b]]), Some((0, 1)));
        assert_eq!(rivals(&[&[a, None][..], &[b, None]]), None);
        assert_eq!(rivals(&[&[a, None][..], &[None, b], &[a, b]]), None);
        assert_eq!(rivals(&[&[a, None][..], &[None, None]]), None);
        assert_eq!(rivals(&[&[a][..], &[a]]), Some((0, 1)));
    }
}
