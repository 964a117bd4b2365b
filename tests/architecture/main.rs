//! The architecture of the workspace, as tests.
//!
//! Each rule is a test whose message says what to do about a violation. The tests read manifests and sources, and call
//! none of the crates.

mod comments;
mod dependencies;
mod graph;
mod licences;
mod modules;
mod names;
mod paths;
mod prose;
mod sources;
mod text;
mod tiers;
mod tokens;
mod unsafe_code;
