//! `ifmatch store`: checks and copies a store, also while a server has it, and migrates a database.

mod args;
mod error;
mod run;

pub(crate) use args::StoreArgs;
pub(crate) use error::StoreCommandError;
pub(crate) use run::run;
