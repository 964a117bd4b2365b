//! The resources of the server, one handler for each method.

pub(crate) mod control;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod meta;
pub(crate) mod resources;
