//! A line of the report: a value, its goal, and whether the goal is met.

use std::fmt;

use crate::sample::number;

/// Writes a share, and whether it is as large as it shall be.
pub(crate) fn at_least(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64) -> fmt::Result {
    let met = if value >= goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {:>7.0} %   goal ≥ {:.0} %: {met}", value * 100.0, goal * 100.0)
}

/// Writes a value, and whether it is as small as it shall be.
pub(crate) fn at_most(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64, unit: &str) -> fmt::Result {
    let met = if value <= goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {value:>8.1}{unit}   goal ≤ {goal:.1}{unit}: {met}")
}

/// Writes a share that should be small, and whether it is at most the goal.
pub(crate) fn share_at_most(f: &mut fmt::Formatter<'_>, what: &str, value: f64, goal: f64) -> fmt::Result {
    let met = if value <= goal { "met" } else { "missed" };
    writeln!(f, "{what:<52} {:>7.0} %   goal ≤ {:.0} %: {met}", value * 100.0, goal * 100.0)
}

/// Returns a number of bytes in MiB.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    number(bytes) / 1024.0 / 1024.0
}
