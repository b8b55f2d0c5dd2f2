//! Sets of agents as bits, so that "who may and who can" is one pass over a few words.

/// A growing set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn set(&mut self, index: usize, is_in: bool) {
        let (word, bit) = (index / 64, 1_u64 << (index % 64));
        if word >= self.0.len() {
            if !is_in {
                return;
            }
            self.0.resize(word + 1, 0);
        }
        if is_in {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }

    pub fn contains(&self, index: usize) -> bool {
        self.0
            .get(index / 64)
            .is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub fn count_both(&self, other: &Self) -> u32 {
        let words = self.0.iter().zip(&other.0);
        words.map(|(one, two)| (one & two).count_ones()).sum()
    }

    /// The numbers that are in both sets, in rising order.
    pub fn both<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        let words = self.0.iter().zip(&other.0).enumerate();
        words.flat_map(|(at, (one, two))| {
            let mut rest = one & two;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_a_set(one: BTreeSet<u8>, two: BTreeSet<u8>, gone: BTreeSet<u8>) {
            let build = |set: &BTreeSet<u8>| {
                let mut bits = Bits::default();
                for number in set {
                    bits.set(usize::from(*number), true);
                }
                for number in &gone {
                    bits.set(usize::from(*number), false);
                }
                bits
            };
            let (a, b) = (build(&one), build(&two));
            let one: BTreeSet<u8> = &one - &gone;
            let two: BTreeSet<u8> = &two - &gone;
            let both: Vec<usize> = (&one & &two).into_iter().map(usize::from).collect();
            prop_assert_eq!(a.both(&b).collect::<Vec<_>>(), both.clone());
            prop_assert_eq!(a.count_both(&b) as usize, both.len());
            prop_assert_eq!(a.count() as usize, one.len());
            prop_assert!((0..=255_u8).all(|n| a.contains(usize::from(n)) == one.contains(&n)));
        }
    }
}
