//! `ifmatch observe`: a room, watched and led from another terminal than its server's.

mod args;
mod run;

pub(crate) use args::ObserveArgs;
pub(crate) use run::run;
