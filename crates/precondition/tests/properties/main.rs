//! What holds for every request: laws, checked on requests that nobody thought of.

mod laws;
mod parsers;
mod reference_model;
mod strategies;

use proptest::prelude::ProptestConfig;

/// No files are written for what fails: the smallest failing case is printed, and is meant to become a row of its own.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() }
}
