//! The error that ends the program: what is printed about it, and the exit code.
//!
//! All errors meet here. Each part of the program has an error of its own, and none knows this one.

use std::io;

use thiserror::Error;

use crate::catalog::CatalogError;
use crate::commands::completions::CompletionsError;
use crate::commands::config::ConfigCommandError;
use crate::commands::docs::DocsError;
use crate::commands::doctor::DoctorCommandError;
use crate::commands::hole::HoleCommandError;
use crate::commands::join::JoinCommandError;
use crate::commands::lesson::LessonError;
use crate::commands::man::ManError;
use crate::commands::merge::MergeFailure;
use crate::commands::probe::ProbeCommandError;
use crate::commands::proxy::ProxyError;
use crate::commands::serve::ServeError;
use crate::commands::stage::StageError;
use crate::commands::store::StoreCommandError;
use crate::commands::swarm::SwarmCommandError;
use crate::config::ConfigError;
use crate::exit::Exit;
use crate::log::LogError;
use crate::output::stderr;
use crate::paths::PathsError;
use crate::session::{RemoteSessionError, START_WITHOUT_CONFIG, SessionFailure};

/// The error that the program ends with.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// No thread can be started.
    #[error("the program cannot start its threads: {0}")]
    Runtime(io::Error),
    /// The program has no place for its files.
    #[error(transparent)]
    Paths(#[from] PathsError),
    /// The log cannot be written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// `ifmatch` failed.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// `ifmatch serve` failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// `ifmatch proxy` failed.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// `ifmatch join` failed.
    #[error(transparent)]
    Join(#[from] JoinCommandError),
    /// `ifmatch edit` or `ifmatch observe` failed.
    #[error(transparent)]
    RemoteSession(#[from] RemoteSessionError),
    /// `ifmatch docs` failed.
    #[error(transparent)]
    Docs(#[from] DocsError),
    /// `ifmatch lesson` failed.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// `ifmatch hole` failed.
    #[error(transparent)]
    Hole(#[from] HoleCommandError),
    /// `ifmatch swarm` failed.
    #[error(transparent)]
    Swarm(#[from] SwarmCommandError),
    /// `ifmatch probe` failed.
    #[error(transparent)]
    Probe(#[from] ProbeCommandError),
    /// `ifmatch doctor` failed.
    #[error(transparent)]
    Doctor(#[from] DoctorCommandError),
    /// `ifmatch store` failed.
    #[error(transparent)]
    Store(#[from] StoreCommandError),
    /// `ifmatch config` failed.
    #[error(transparent)]
    Config(#[from] ConfigCommandError),
    /// `ifmatch merge` failed.
    #[error(transparent)]
    Merge(#[from] MergeFailure),
    /// `ifmatch completions` failed.
    #[error(transparent)]
    Completions(#[from] CompletionsError),
    /// `ifmatch man` failed.
    #[error(transparent)]
    Man(#[from] ManError),
}

impl Error {
    /// Prints the cause and the remedy on standard error, and returns how the program ends.
    pub(crate) fn report(&self) -> Exit {
        match self {
            // Each place is at the beginning of its line, where other programs look for it.
            Self::Lesson(LessonError::Catalog(CatalogError::Faults(faults)))
            | Self::Config(ConfigCommandError::Config(ConfigError::Faults(faults))) => stderr::print_line(faults),
            Self::Stage(StageError::Session(SessionFailure::Config(ConfigError::Faults(faults))))
            | Self::Join(JoinCommandError::Edit(RemoteSessionError::Session(SessionFailure::Config(
                ConfigError::Faults(faults),
            ))))
            | Self::RemoteSession(RemoteSessionError::Session(SessionFailure::Config(ConfigError::Faults(faults)))) => {
                stderr::print_line(faults);
                stderr::print_message(START_WITHOUT_CONFIG);
            }
            Self::Merge(failure) if failure.is_quiet() => {}
            error => stderr::print_message(error),
        }
        self.exit()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Runtime(_) => Exit::Internal,
            Self::Paths(error) => error.exit(),
            Self::Log(_) => Exit::Machine,
            Self::Stage(error) => error.exit(),
            Self::Serve(error) => error.exit(),
            Self::Proxy(error) => error.exit(),
            Self::Join(error) => error.exit(),
            Self::RemoteSession(error) => error.exit(),
            Self::Docs(error) => error.exit(),
            Self::Lesson(error) => error.exit(),
            Self::Hole(error) => error.exit(),
            Self::Swarm(error) => error.exit(),
            Self::Probe(error) => error.exit(),
            Self::Doctor(error) => error.exit(),
            Self::Store(error) => error.exit(),
            Self::Config(error) => error.exit(),
            Self::Merge(failure) => failure.exit(),
            Self::Completions(error) => error.exit(),
            Self::Man(error) => error.exit(),
        }
    }
}
