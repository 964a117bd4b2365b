//! Laws that hold for every request, checked on random ones.

mod laws;
mod parsers;
mod reference_model;
mod strategies;

use proptest::prelude::ProptestConfig;

/// No regression files: proptest prints the smallest failing case, which then becomes a row of its own.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() }
}
