//! Chance that can be had again, and how often it is tried.

use anyhow::{Context as _, Result};
use fastrand::Rng;

/// Names the seed of an earlier run, to have that run again.
const SEED: &str = "ESTAFETTE_SEED";

/// Set where the tests of faults run at full size.
const FULL: &str = "ESTAFETTE_FULL";

/// How often: a few times in CI, many at full size.
#[must_use]
pub fn times(few: usize, many: usize) -> usize {
    if std::env::var_os(FULL).is_some() { many } else { few }
}

/// Numbers by chance, the same ones for the same seed.
#[derive(Debug)]
pub struct Chance(Rng);

impl Chance {
    /// Begins with the seed that the environment names, else with a new one, and says which.
    pub fn new() -> Result<Self> {
        let seed = match std::env::var(SEED) {
            Ok(seed) => seed.parse().with_context(|| format!("{SEED}={seed} is no seed"))?,
            Err(_) => getrandom::u64()?,
        };
        println!("{SEED}={seed} has this run again");
        Ok(Self(Rng::with_seed(seed)))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.u64(..end.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let numbers = |seed| {
            let mut chance = Chance(Rng::with_seed(seed));
            [chance.below(1000), chance.below(1000), chance.below(1000)]
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
        assert_eq!(Chance(Rng::with_seed(7)).below(0), 0);
    }
}
