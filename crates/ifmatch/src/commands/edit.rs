//! `ifmatch edit`: one editor, of a server that runs elsewhere.

mod args;
mod run;

pub(crate) use args::EditArgs;
pub(crate) use run::{EditorPlan, edit, run};
