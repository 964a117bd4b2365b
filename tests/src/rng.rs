//! Chance that can be had again: what falls follows from a seed, which a test prints and takes from its environment.
//!
//! It is no more than the dice that fall again. Which of two threads is quicker follows from nothing.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

/// Dice that fall in the order that their seed sets.
#[derive(Debug)]
pub struct Dice {
    seed: u64,
    thrown: u64,
}

impl Dice {
    /// The dice of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, thrown: 0 }
    }

    /// Dice for somebody else, such as a thread, who throws them in an order of their own.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::new(self.throw())
    }

    /// A number below that one, which is not 0. All are as likely, as far as a test can tell.
    pub fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }

    /// Whether something happens that happens once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn throw(&mut self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, self.thrown).hash(&mut hasher);
        self.thrown += 1;
        hasher.finish()
    }
}

/// The number in this variable of the environment; this one, where there is no such variable.
#[must_use]
pub fn number(variable: &str, otherwise: u64) -> u64 {
    let Some(value) = env::var_os(variable) else { return otherwise };
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| panic!("{variable} is a number, and not {}", value.display()))
}

/// The seed in this variable; by the clock, where there is no such variable.
#[must_use]
pub fn seed(variable: &str) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    number(variable, u64::from(now.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_seed_falls_as_it_fell() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            let mut fork = dice.fork();
            (0..20).flat_map(|_| [dice.below(100), fork.below(100)]).collect::<Vec<_>>()
        };
        assert_eq!(throw(1), throw(1));
        assert_ne!(throw(1), throw(2));
    }

    #[test]
    fn every_side_comes_up() {
        let mut dice = Dice::new(1);
        let mut sides = [false; 6];
        (0..100).for_each(|_| sides[usize::try_from(dice.below(6)).expect("six sides")] = true);
        assert_eq!(sides, [true; 6]);
    }
}
