//! Ordering things that read one another.

use std::collections::{BTreeMap, BTreeSet};

/// What reads what, by name or id.
pub(crate) type Reads<K> = BTreeMap<K, BTreeSet<K>>;

/// The keys, each after those it reads; or else a circle, whose first and last element are the same.
pub(crate) fn in_order<K: Ord + Copy>(mut reads: Reads<K>) -> Result<Vec<K>, Vec<K>> {
    let mut readers: BTreeMap<K, Vec<K>> = BTreeMap::new();
    let mut open: BTreeMap<K, usize> = BTreeMap::new();
    for (key, others) in &reads {
        let others = others.iter().filter(|other| reads.contains_key(other));
        open.insert(*key, others.clone().count());
        others.for_each(|other| readers.entry(*other).or_default().push(*key));
    }
    let mut order = Vec::with_capacity(reads.len());
    let mut ready: BTreeSet<K> = open
        .iter()
        .filter(|(_, open)| **open == 0)
        .map(|(key, _)| *key)
        .collect();
    while !ready.is_empty() {
        let mut next = BTreeSet::new();
        for key in &ready {
            reads.remove(key);
            for reader in readers.get(key).into_iter().flatten() {
                if let Some(open) = open.get_mut(reader) {
                    *open -= 1;
                    if *open == 0 {
                        next.insert(*reader);
                    }
                }
            }
        }
        order.extend(std::mem::replace(&mut ready, next));
    }
    if reads.is_empty() {
        Ok(order)
    } else {
        Err(circle(&reads))
    }
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
