//! Counting out sets.

/// All sets of `size` of the numbers below `of`, each ascending, in lexical order.
pub(super) fn of_size(of: usize, size: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for place in 0..size {
        // What is still to be chosen must find room above.
        let end = (of + place + 1).saturating_sub(size);
        all = all
            .into_iter()
            .flat_map(|set| {
                let from = set.last().map_or(0, |last| last + 1);
                (from..end).map(move |next| {
                    let mut set = set.clone();
                    set.push(next);
                    set
                })
            })
            .collect();
    }
    all
}

/// How many sets of one up to `size` of `of` things there are; `None` past any counting.
pub(super) fn how_many(of: usize, size: usize) -> Option<usize> {
    let mut total = 0usize;
    let mut sets = 1usize;
    for chosen in 0..size.min(of) {
        sets = sets.checked_mul(of - chosen)? / (chosen + 1);
        total = total.checked_add(sets)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_come_in_lexical_order_and_are_counted_right() {
        assert_eq!(of_size(4, 2), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        for of in 0..8 {
            for size in 0..8 {
                let all: usize = (1..=size.min(of)).map(|size| of_size(of, size).len()).sum();
                assert_eq!(how_many(of, size), Some(all), "{of} over {size}");
            }
        }
        assert_eq!(of_size(2, 3), Vec::<Vec<usize>>::new());
        assert_eq!(how_many(usize::MAX, 3), None);
    }
}
