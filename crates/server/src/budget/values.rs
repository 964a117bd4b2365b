//! The values of the budgets, and how the command line names them: `NAME=VALUE`.

use std::str::FromStr;

use thiserror::Error;

use super::{ALL, Budget, Flag, Unit};

/// The values of the budgets: those that a leader changed, and the defaults of all others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budgets(Vec<Chosen>);

/// A changed budget, as the command line names it: `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    name: &'static str,
    value: u64,
}

/// The error when `NAME=VALUE` does not set a budget.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChoiceError {
    /// The text has no `=`.
    #[error("a budget has the form NAME=VALUE, such as record-bytes=16MiB")]
    Form,
    /// `--budget` changes no budget with that name.
    #[error("'{text}' is not a budget that can be changed; choose one of {}", changeable())]
    Name {
        /// The name in the text.
        text: String,
    },
    /// The value is not a number in the budget's unit, or it is 0.
    #[error("'{text}' is not a number of {unit} from 1 on; write it like {}", unit.example())]
    Value {
        /// The value in the text.
        text: String,
        /// The unit of the budget.
        unit: Unit,
    },
}

fn changeable() -> String {
    let names: Vec<&str> = ALL.iter().filter(|row| row.flag == Flag::Budget).map(|row| row.name).collect();
    names.join(", ")
}

impl FromStr for Chosen {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, ChoiceError> {
        let (name, value) = text.split_once('=').ok_or(ChoiceError::Form)?;
        let budget = ALL.iter().find(|row| row.name == name && row.flag == Flag::Budget);
        let budget = budget.ok_or_else(|| ChoiceError::Name { text: name.to_owned() })?;
        let wrong = || ChoiceError::Value { text: value.to_owned(), unit: budget.unit };
        Ok(Self { name: budget.name, value: amount(value, budget.unit).ok_or_else(wrong)? })
    }
}

/// Parses a number with or without the suffix of a unit.
pub(super) fn amount(text: &str, unit: Unit) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = text.split_at(digits);
    let factor: u64 = match (unit, suffix) {
        (_, "") | (Unit::Seconds, "s") => 1,
        (Unit::Bytes, "KiB") => 1 << 10,
        (Unit::Bytes, "MiB") => 1 << 20,
        (Unit::Bytes, "GiB") => 1 << 30,
        (Unit::Seconds, "m") => 60,
        (Unit::Seconds, "h") => 60 * 60,
        (Unit::Seconds, "d") => 24 * 60 * 60,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|amount| *amount > 0)
}

impl Budgets {
    /// Returns the value of a budget.
    #[must_use]
    pub fn of(&self, budget: &'static Budget) -> u64 {
        self.0.iter().rev().find(|chosen| chosen.name == budget.name).map_or(budget.default, |chosen| chosen.value)
    }

    /// Returns the value of a budget as a `usize`, for budgets of memory.
    #[must_use]
    pub fn size(&self, budget: &'static Budget) -> usize {
        usize::try_from(self.of(budget)).unwrap_or(usize::MAX)
    }

    /// Returns the same budgets with one value changed.
    #[must_use]
    pub fn with(mut self, budget: &'static Budget, value: u64) -> Self {
        self.0.push(Chosen { name: budget.name, value });
        self
    }
}

impl FromIterator<Chosen> for Budgets {
    /// If a budget is changed twice, the last value counts.
    fn from_iter<I: IntoIterator<Item = Chosen>>(chosen: I) -> Self {
        Self(chosen.into_iter().collect())
    }
}
