//! The command line of the bench.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::Error;
use crate::through_axum::Wrapping;

/// How many bytes the content of a small document has.
const SMALL_BYTES: usize = 1000;

/// The role in which this program was called.
pub(crate) enum Invocation {
    /// As `ifmatch serve` or `ifmatch edit`.
    Program,
    /// As the bare route, with a document of that many bytes.
    Bare(usize),
    /// As the yardstick, with that log.
    Yardstick(String),
    /// As the server behind `axum::serve`, on that database.
    ThroughAxum(Wrapping, String),
    /// As the bare route that selects a row, in the database with that URL.
    BareSelect(
        #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "PostgreSQL is not in this build"))] String,
    ),
    /// As itself.
    Bench(Settings),
}

/// The part of a run that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MeasuredPart {
    /// All but the design choices.
    All,
    /// Only held writes.
    Held,
    /// Only saves beside an attendee who misbehaves.
    Abuse,
    /// Only the server's design choices.
    Choices,
    /// Only a store in PostgreSQL.
    Postgres,
    /// Only editors.
    Editors,
    /// Only the merge view of our editor.
    MergeView,
}

/// The measurements to make.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How often each cell of the table is measured.
    pub(crate) rounds: usize,
    /// How long each of these measurements takes.
    pub(crate) time: Duration,
    /// How many bytes the content of a document has.
    pub(crate) bytes: usize,
    /// How many documents there are.
    pub(crate) documents: usize,
    /// How many documents the large store has.
    pub(crate) many: usize,
    /// The number of versions of the document with many versions.
    pub(crate) versions: usize,
    /// The number of event streams while the server is watched.
    pub(crate) watchers: usize,
    /// How many writes are held at the gate.
    pub(crate) held: usize,
    /// Whether the driver and the servers have a processor each.
    pub(crate) apart: bool,
    /// Whether lighttpd, nginx and etcd are measured too.
    pub(crate) peers: bool,
    /// How many keys are typed into an editor, and how often a key that is held down repeats.
    pub(crate) keys: usize,
    /// How many saves of each text are refused, to measure the merge view.
    pub(crate) merges: usize,
    /// Whether this is a test of the bench: the numbers mean nothing.
    pub(crate) smoke: bool,
    /// The part of the run to measure.
    pub(crate) part: MeasuredPart,
    /// The program to measure, or `None` for this program.
    pub(crate) server: Option<PathBuf>,
    /// The program to compare it with, or `None` for a run without a comparison.
    pub(crate) against: Option<PathBuf>,
    /// Only works whose name and number of connections contain this text are compared; all, if it is empty.
    pub(crate) only: String,
}

impl Default for Settings {
    /// The whole run.
    fn default() -> Self {
        Self {
            rounds: 5,
            time: Duration::from_secs(1),
            bytes: 2048,
            documents: 1000,
            many: 100_000,
            versions: 100_000,
            watchers: 1000,
            held: 10_000,
            apart: false,
            peers: false,
            keys: 1000,
            merges: 11,
            smoke: false,
            part: MeasuredPart::All,
            server: None,
            against: None,
            only: String::new(),
        }
    }
}

impl Settings {
    /// Settings for a rough run of a minute.
    fn quick(self) -> Self {
        Self {
            rounds: 3,
            time: Duration::from_millis(250),
            many: 20_000,
            versions: 20_000,
            keys: 200,
            merges: 5,
            ..self
        }
    }

    /// Settings for a test that the bench runs. The numbers that it prints mean nothing.
    fn smoke(self) -> Self {
        let time = Duration::from_millis(20);
        Self {
            rounds: 1,
            time,
            documents: 70,
            many: 140,
            versions: 200,
            watchers: 5,
            held: 70,
            keys: 40,
            merges: 1,
            smoke: true,
            ..self
        }
    }
}

impl Invocation {
    /// Reads the arguments of the command line, the program's name aside.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, Error> {
        let mut arguments = arguments.peekable();
        match arguments.peek().map(String::as_str) {
            Some("serve" | "edit") => return Ok(Self::Program),
            Some("bare") => {
                let bytes = arguments.nth(1).and_then(|bytes| bytes.parse().ok());
                return bytes.map(Self::Bare).ok_or(Error::Option("bare".to_owned()));
            }
            Some("yardstick") => {
                return arguments.nth(1).map(Self::Yardstick).ok_or(Error::Option("yardstick".to_owned()));
            }
            Some("bare-select") => {
                return arguments.nth(1).map(Self::BareSelect).ok_or(Error::Option("bare-select".to_owned()));
            }
            Some("through-axum") => {
                let wrapping = arguments.nth(1).as_deref().and_then(Wrapping::parse);
                let server = wrapping.zip(arguments.next()).map(|(wrapping, file)| Self::ThroughAxum(wrapping, file));
                return server.ok_or(Error::Option("through-axum".to_owned()));
            }
            _ => {}
        }
        let (mut settings, mut rounds) = (Settings::default(), None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => settings = settings.quick(),
                "--smoke" => settings = settings.smoke(),
                "--small" => settings.bytes = SMALL_BYTES,
                "--apart" => settings.apart = true,
                "--peers" => settings.peers = true,
                "--abuse" => settings.part = MeasuredPart::Abuse,
                "--held" => settings.part = MeasuredPart::Held,
                "--postgres" => settings.part = MeasuredPart::Postgres,
                "--editors" => settings.part = MeasuredPart::Editors,
                "--merge-view" => settings.part = MeasuredPart::MergeView,
                "--choices" => settings.part = MeasuredPart::Choices,
                "--server" => settings.server = Some(arguments.next().ok_or(Error::Option(argument))?.into()),
                "--against" => settings.against = Some(arguments.next().ok_or(Error::Option(argument))?.into()),
                "--only" => settings.only = arguments.next().ok_or(Error::Option(argument))?,
                "--rounds" => {
                    let number = arguments.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                    rounds = Some(number.ok_or(Error::Option(argument))?);
                }
                _ => return Err(Error::Option(argument)),
            }
        }
        settings.rounds = rounds.unwrap_or(settings.rounds);
        Ok(Self::Bench(settings))
    }
}
