//! Chance that can be had again, and how often it is tried.

use anyhow::{Context as _, Result};

/// Names the seed of an earlier run, to have that run again.
const SEED: &str = "ESTAFETTE_SEED";

/// Set where the tests of faults run at full size.
const FULL: &str = "ESTAFETTE_FULL";

/// How often: a few times in CI, many at full size.
#[must_use]
pub fn times(few: usize, many: usize) -> usize {
    if std::env::var_os(FULL).is_some() { many } else { few }
}

/// Numbers by chance (SplitMix64), the same ones for the same seed.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// Begins with the seed that the environment names, else with a new one, and says which.
    pub fn new() -> Result<Self> {
        let seed = match std::env::var(SEED) {
            Ok(seed) => seed.parse().with_context(|| format!("{SEED}={seed} is no seed"))?,
            Err(_) => getrandom::u64()?,
        };
        println!("{SEED}={seed} has this run again");
        Ok(Self(seed))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let numbers = |seed| {
            let mut chance = Chance(seed);
            [chance.below(1000), chance.below(1000), chance.below(1000)]
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
        assert_eq!(Chance(7).below(0), 0);
    }
}
