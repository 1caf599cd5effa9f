//! Ordering things that read one another.

use std::collections::{BTreeMap, BTreeSet};

/// What reads what, by name or id.
pub(crate) type Reads<K> = BTreeMap<K, BTreeSet<K>>;

/// The keys, each after those it reads; or else a circle, whose first and last element are the same.
pub(crate) fn in_order<K: Ord + Copy>(mut reads: Reads<K>) -> Result<Vec<K>, Vec<K>> {
    let mut order = Vec::with_capacity(reads.len());
    while !reads.is_empty() {
        let ready: Vec<K> = (reads.iter())
            .filter(|(_, others)| !others.iter().any(|other| reads.contains_key(other)))
            .map(|(key, _)| *key)
            .collect();
        if ready.is_empty() {
            return Err(circle(&reads));
        }
        for key in &ready {
            reads.remove(key);
        }
        order.extend(ready);
    }
    Ok(order)
}

/// A circle among keys each of which reads another, from its least key round to it again.
fn circle<K: Ord + Copy>(reads: &Reads<K>) -> Vec<K> {
    let next = |key: &K| {
        reads
            .get(key)
            .and_then(|others| others.iter().find(|other| reads.contains_key(other)))
            .copied()
    };
    let mut path: Vec<K> = reads.keys().next().copied().into_iter().collect();
    while let Some(following) = path.last().and_then(next) {
        if let Some(start) = path.iter().position(|on| *on == following) {
            path.drain(..start);
            let least = path
                .iter()
                .enumerate()
                .min_by_key(|(_, key)| **key)
                .map_or(0, |(at, _)| at);
            path.rotate_left(least);
            path.extend(path.first().copied());
            break;
        }
        path.push(following);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(pairs: &[(u8, &[u8])]) -> Reads<u8> {
        pairs
            .iter()
            .map(|(key, others)| (*key, others.iter().copied().collect()))
            .collect()
    }

    #[test]
    fn each_comes_after_what_it_reads() {
        assert_eq!(
            in_order(reads(&[(1, &[3]), (2, &[1]), (3, &[])])),
            Ok(vec![3, 1, 2])
        );
    }

    #[test]
    fn a_circle_is_found_behind_what_merely_leads_to_it() {
        assert_eq!(
            in_order(reads(&[(1, &[2]), (2, &[3]), (3, &[2])])),
            Err(vec![2, 3, 2])
        );
    }
}
