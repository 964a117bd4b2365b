//! `ifmatch proxy`: the record, the gate and the faults in front of any HTTP server.

mod args;
mod banner;
mod error;
mod har_file;
mod observer;
mod report_file;
mod run;

pub(crate) use args::ProxyArgs;
pub(crate) use error::ProxyError;
pub(crate) use run::run;
