//! The list of the commands.
//!
//! Each has a folder: `args` is its command line, `run` carries it out, `error` is why it failed.
//!
//! A new command is a folder here, a line in each list below, and a variant of [`Error`].

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod docs;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod hole;
pub(crate) mod join;
pub(crate) mod lesson;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod observe;
pub(crate) mod probe;
pub(crate) mod proxy;
pub(crate) mod serve;
pub(crate) mod stage;
pub(crate) mod store;
pub(crate) mod swarm;

use clap::{Command, Subcommand};

use self::completions::CompletionsArgs;
use self::config::ConfigArgs;
use self::docs::DocsArgs;
use self::doctor::DoctorArgs;
use self::edit::EditArgs;
use self::hole::HoleArgs;
use self::join::JoinArgs;
use self::lesson::LessonArgs;
use self::man::ManArgs;
use self::merge::MergeArgs;
use self::observe::ObserveArgs;
use self::probe::ProbeArgs;
use self::proxy::ProxyArgs;
use self::serve::ServeArgs;
use self::store::StoreArgs;
use self::swarm::SwarmArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::paths::Paths;

/// The command to carry out. Without one, the program is the [`stage`].
#[derive(Debug, Subcommand)]
pub(crate) enum Subcommands {
    /// Start only the document server, for editors in other terminals and for your own HTTP clients.
    Serve(ServeArgs),
    /// Edit a document of a server.
    Edit(EditArgs),
    /// Join a room under a name of your own, and edit there: asks for name and code.
    Join(JoinArgs),
    /// Watch a room: who holds which version, every message, and the controls of its leader.
    Observe(ObserveArgs),
    /// Put the record and the gate in front of any HTTP server: see, hold and lose the exchanges with it.
    Proxy(ProxyArgs),
    /// List, read, save, delete and watch documents from scripts.
    Docs(DocsArgs),
    /// Play a lesson without a screen, check its claims, and print what happened.
    Lesson(LessonArgs),
    /// Find the mistake by which each of three small servers loses updates.
    Hole(HoleArgs),
    /// Let simulated people edit one document at once, and count how many of their edits are lost.
    Swarm(SwarmArgs),
    /// Test any HTTP API: does this server lose updates?
    Probe(ProbeArgs),
    /// Examine the path to a server: proxies, and what they do to tags, texts, conditions and events.
    Doctor(DoctorArgs),
    /// Check or copy a store, even while a server has it open.
    Store(StoreArgs),
    /// Print the path of the configuration, check it, or print the default configuration.
    Config(ConfigArgs),
    /// Merge three files, as `git merge-file` does.
    Merge(MergeArgs),
    /// Print the completions of a shell.
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them.
    Man(ManArgs),
}

impl Subcommands {
    /// Carries out the command.
    ///
    /// Manual pages and completions are made from `command_line`, the whole command line of the program.
    pub(crate) async fn run(
        self,
        paths: &Paths,
        display: DisplayOptions,
        command_line: fn() -> Command,
    ) -> Result<Exit, Error> {
        Ok(match self {
            Self::Serve(arguments) => Box::pin(serve::run(arguments, paths, display)).await?,
            Self::Edit(arguments) => edit::run(arguments, paths, display).await?,
            Self::Join(arguments) => Box::pin(join::run(arguments, paths, display)).await?,
            Self::Observe(arguments) => observe::run(arguments, paths, display).await?,
            Self::Proxy(arguments) => Box::pin(proxy::run(arguments, paths, display)).await?,
            Self::Docs(arguments) => docs::run(arguments).await?,
            Self::Lesson(arguments) => Box::pin(lesson::run(arguments, paths, display)).await?,
            Self::Hole(arguments) => hole::run(&arguments).await?,
            Self::Swarm(arguments) => Box::pin(swarm::run(arguments, paths, display)).await?,
            Self::Probe(arguments) => Box::pin(probe::run(arguments, paths)).await?,
            Self::Doctor(arguments) => Box::pin(doctor::run(arguments)).await?,
            Self::Store(arguments) => store::run(&arguments, paths).await?,
            Self::Config(arguments) => config::run(&arguments, paths)?,
            Self::Merge(arguments) => merge::run_with_view(&arguments, paths, display).await?,
            Self::Completions(arguments) => completions::run(&arguments, command_line())?,
            Self::Man(arguments) => man::run(&arguments, command_line())?,
        })
    }
}
