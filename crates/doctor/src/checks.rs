//! The table of the checks, in the order of a report.
//!
//! The rows and their judges are in a file for each subject; the lines for the configuration of proxies in `changes`.

mod address;
mod changes;
mod events;
mod reading;
mod writing;

use crate::check::PathCheck;

/// All checks.
pub static CHECKS: [&PathCheck; 19] = [
    &address::REDIRECT,
    &address::ENCRYPTION,
    &address::PROXIES,
    &address::CLOCK,
    &reading::TAG,
    &reading::CODED_TAG,
    &reading::TEXT,
    &reading::FIELDS,
    &reading::FRESHNESS,
    &reading::IF_NONE_MATCH,
    &reading::IF_MATCH,
    &writing::METHODS,
    &writing::IF_MATCH,
    &writing::REFUSALS,
    &writing::CURRENT,
    &writing::LENGTH,
    &writing::EXPECT,
    &events::LIVE,
    &events::IDLE,
];
