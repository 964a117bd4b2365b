//! Carries out a verb of `ifmatch docs`.

use client::ClientError;

use super::args::{DocsArgs, DocsVerb};
use super::error::DocsError;
use super::get::{self, GetArgs};
use super::list::{self, ListArgs};
use super::log::{self, LogArgs};
use super::options::DocsOptions;
use super::output::{self, ProblemValue};
use super::put::{self, PutArgs};
use super::rm::{self, RmArgs};
use super::watch::{self, WatchArgs};
use crate::exit::Exit;

/// Carries out a verb.
pub(crate) async fn run(arguments: DocsArgs) -> Result<Exit, DocsError> {
    let is_json = arguments.verb.options().json;
    let ended = match arguments.verb {
        DocsVerb::Ls(arguments) => list::run(arguments).await,
        DocsVerb::Get(arguments) => get::run(arguments).await,
        DocsVerb::Put(arguments) => put::run(arguments).await,
        DocsVerb::Rm(arguments) => rm::run(arguments).await,
        DocsVerb::Log(arguments) => log::run(arguments).await,
        DocsVerb::Watch(arguments) => watch::run(arguments).await,
    };
    match &ended {
        // The reader has what it wants.
        Err(error) if error.is_closed_output() => Ok(Exit::Success),
        Err(DocsError::Server { error: ClientError::Refused(problem), .. }) if is_json => {
            match output::print_json(&ProblemValue { problem }) {
                Err(error) if !error.is_closed_output() => Err(error),
                _ => ended,
            }
        }
        _ => ended,
    }
}

impl DocsVerb {
    fn options(&self) -> &DocsOptions {
        match self {
            Self::Ls(ListArgs { options })
            | Self::Get(GetArgs { options, .. })
            | Self::Put(PutArgs { options, .. })
            | Self::Rm(RmArgs { options, .. })
            | Self::Log(LogArgs { options, .. })
            | Self::Watch(WatchArgs { options, .. }) => options,
        }
    }
}
