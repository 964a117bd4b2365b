//! `ifmatch store`: checks and copies the file of a store, also while a server has it.

mod args;
mod error;
mod run;

pub(crate) use args::StoreArgs;
pub(crate) use error::StoreCommandError;
pub(crate) use run::run;
