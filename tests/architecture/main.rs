//! The rules of the house: what is absent from this workspace, and stays so.
//!
//! An architecture that is only drawn is forgotten. Each rule in here is a test, and says in its message what to do
//! about a breach. They read manifests and sources as they are; they know no crate's inside.

mod comments;
mod dependencies;
mod graph;
mod licences;
mod modules;
mod names;
mod prose;
mod sources;
mod text;
mod tokens;
mod unsafe_code;
