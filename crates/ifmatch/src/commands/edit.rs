//! `ifmatch edit`: one editor, of a server that runs elsewhere.

mod args;
mod error;
mod run;

pub(crate) use args::EditArgs;
pub(crate) use error::EditError;
pub(crate) use run::{EditorPlan, edit, run};
