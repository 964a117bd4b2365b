//! Pseudo-random numbers from a seed, which a test prints and reads from its environment.
//!
//! The seed reproduces the numbers, but not how threads are scheduled.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

/// A generator whose numbers follow from its seed.
#[derive(Debug)]
pub struct Rng {
    seed: u64,
    count: u64,
}

impl Rng {
    /// Creates the generator of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// Creates an independent generator, for another thread.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::new(self.next())
    }

    /// Returns a number below `end`, which is not 0. The distribution is even enough for tests.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Returns `true` once in so many times on average.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn next(&mut self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, self.count).hash(&mut hasher);
        self.count += 1;
        hasher.finish()
    }
}

/// Returns the number in this environment variable, or `otherwise` if the variable is not set.
#[must_use]
pub fn number(variable: &str, otherwise: u64) -> u64 {
    let Some(value) = env::var_os(variable) else { return otherwise };
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| panic!("{variable} must be a number, not {}", value.display()))
}

/// Returns the seed in this environment variable, or one from the clock if the variable is not set.
#[must_use]
pub fn seed(variable: &str) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    number(variable, u64::from(now.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn a_seed_reproduces_its_numbers() {
        let numbers = |seed| {
            let mut rng = Rng::new(seed);
            let mut fork = rng.fork();
            (0..20).flat_map(|_| [rng.below(100), fork.below(100)]).collect::<Vec<_>>()
        };
        assert_eq!(numbers(1), numbers(1));
        assert_ne!(numbers(1), numbers(2));
    }

    #[test]
    fn every_number_below_the_end_occurs() {
        let mut rng = Rng::new(1);
        let mut seen = [false; 6];
        (0..100).for_each(|_| seen[usize::try_from(rng.below(6)).expect("a number below 6")] = true);
        assert_eq!(seen, [true; 6]);
    }
}
