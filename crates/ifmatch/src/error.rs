//! What can end the program before its time, as sentences and exit codes.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use client::{ClientError, TrustError};
use contract::{Reason, TokenError};
use server::TlsError;
use store::{BackupError, OpenError};
use terminal::event::StopReason;
use thiserror::Error;
use tui::SessionEnd;

use crate::lesson::LessonError;
use crate::placeholders::PlaceholderError;
use crate::tokens::TokensError;

/// Why the program ended.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// Nothing can run.
    #[error("the program cannot start its threads: {0}")]
    Runtime(io::Error),
    /// Nobody said who writes.
    #[error("this machine does not tell your name; say it with --as NAME")]
    NoName,
    /// A printed command was taken over with a placeholder in it.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
    /// There is no place for documents and drafts.
    #[error("this user has no data folder ({0}); name one with --data")]
    NoDataFolder(String),
    /// The data folder cannot be made.
    #[error("the data folder {} cannot be made: {source}; name another with --data", path.display())]
    DataFolder {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The log cannot be written.
    #[error("the log {} cannot be written: {source}", path.display())]
    Log {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody else has the address, or it is not this machine's.
    #[error("{address} cannot be listened on: {source}; is another server running there? Choose with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Everybody may, and only some may.
    #[error("--open lets everybody in, and --tokens only those who have one; say one of the two")]
    OpenAndTokens,
    /// The file of tokens cannot be read.
    #[error("{} cannot be read: {source}; --tokens names a file with a line for each person", path.display())]
    TokensUnreadable {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of tokens is none. What stands in it is never said.
    #[error("{} {wrong}", path.display())]
    Tokens {
        /// Where.
        path: PathBuf,
        /// What.
        wrong: TokensError,
    },
    /// Codes cannot be made up.
    #[error("this system gives no random numbers to make a code of ({0}); bring tokens of your own with --tokens FILE")]
    Random(getrandom::Error),
    /// What was said is no token. It is not shown here.
    #[error("what --token or IFMATCH_TOKEN says cannot be a token: {0}")]
    Token(#[from] TokenError),
    /// The file of a certificate or a key cannot be read.
    #[error("{} cannot be read: {source}; it is the file that {option} names, of {what}, in PEM", path.display())]
    Certificate {
        /// How it was named.
        option: &'static str,
        /// What there should be in it.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A certificate and a key do not make a server.
    #[error("{}: {source}", mismatch_message(source, certificate, key))]
    Identity {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why.
        source: TlsError,
    },
    /// The file holds nobody who could be trusted.
    #[error("{} names nobody to trust: {source}", path.display())]
    Authorities {
        /// Where.
        path: PathBuf,
        /// Why.
        source: TrustError,
    },
    /// The store cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] OpenError),
    /// The store cannot be copied.
    #[error("the store cannot be copied: {0}")]
    Backup(#[from] BackupError),
    /// Standard output does not take what is written to it.
    #[error("standard output cannot be written to: {0}")]
    Output(io::Error),
    /// The sample document could not be laid out for the stage.
    #[error("the stage cannot be set: {0}")]
    Stage(String),
    /// The server broke down.
    #[error("the server stopped: {0}")]
    Server(io::Error),
    /// A server that was talked to.
    #[error("{error}{step}", error = .0, step = login_hint(.0))]
    Client(#[from] ClientError),
    /// A lesson.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// A part of the program panicked.
    #[error("a part of the program ({name}) broke down: {why}")]
    TaskDied {
        /// Which part.
        name: &'static str,
        /// With what words.
        why: String,
    },
    /// There is nothing to draw on, or nothing to read keys from.
    #[error("{0} not a terminal; with --plain it goes line by line, through pipes as well")]
    NoScreen(&'static str),
    /// The screen.
    #[error(transparent)]
    Screen(tui::SessionError),
}

/// Which of the two files it is about, where it is about one.
fn mismatch_message(wrong: &TlsError, certificate: &Path, key: &Path) -> String {
    let (certificate, key) = (certificate.display(), key.display());
    match wrong {
        TlsError::NoCertificate | TlsError::Certificate(_) => format!("--tls-cert {certificate} is no certificate"),
        TlsError::NoKey | TlsError::Key(_) => format!("--tls-key {key} is no key"),
        _ => format!("--tls-cert {certificate} and --tls-key {key} make no encrypted server"),
    }
}

impl From<tui::SessionError> for Error {
    fn from(error: tui::SessionError) -> Self {
        match error {
            // The server's answer counts the same before a session and in it.
            tui::SessionError::Client(error) => Self::Client(error),
            error => Self::Screen(error),
        }
    }
}

impl Error {
    /// The exit code that programs and scripts go by.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Lesson(failure) => failure.exit_code(),
            Self::OpenAndTokens
            | Self::Token(_)
            | Self::Tokens { .. }
            | Self::NoDataFolder(_)
            | Self::NoName
            | Self::Placeholder(_)
            | Self::NoScreen(_)
            | Self::Identity { .. }
            | Self::Authorities { .. }
            | Self::Client(ClientError::Address(_)) => 2,
            Self::Client(ClientError::Lost(_) | ClientError::NotIfmatch { .. }) => 3,
            Self::Client(ClientError::Refused(_)) => 4,
            // The window was closed while the program was starting.
            Self::Screen(error) if error.is_hang_up() => 128 + StopReason::HangUp.number(),
            // EX_IOERR and EX_SOFTWARE of sysexits.h: not the user's fault, and not the server's.
            Self::DataFolder { .. }
            | Self::TokensUnreadable { .. }
            | Self::Random(_)
            | Self::Certificate { .. }
            | Self::Log { .. }
            | Self::Listen { .. }
            | Self::Store(_)
            | Self::Backup(_)
            | Self::Output(_)
            | Self::Screen(_) => 74,
            Self::Runtime(_)
            | Self::Stage(_)
            | Self::TaskDied { .. }
            | Self::Server(_)
            | Self::Client(ClientError::Setup(_)) => 70,
        })
    }
}

/// What to say on the command line, where the server wants to know who asks.
fn login_hint(error: &ClientError) -> &'static str {
    let ClientError::Refused(problem) = error else { return "" };
    match (problem.status, &problem.reason) {
        (401, _) => " Start again with --token TOKEN, or with IFMATCH_TOKEN set to it.",
        (403, Some(Reason::OtherName)) => " Start again with --as and that name.",
        _ => "",
    }
}

/// How a session on the screen ended: with 128 and the signal's number where a signal ended it, as shells count.
pub(crate) fn exit_code_of(end: SessionEnd) -> Result<ExitCode, Error> {
    match end {
        // Whoever shows a stage goes on with what is next there.
        SessionEnd::Quit | SessionEnd::Next(_) | SessionEnd::NotLetIn => Ok(ExitCode::SUCCESS),
        SessionEnd::Refuted => Ok(ExitCode::from(1)),
        SessionEnd::Stopped(stop) => Ok(ExitCode::from(128 + stop.number())),
        SessionEnd::TaskDied { name, why } => Err(Error::TaskDied { name, why }),
    }
}

/// Says what is wrong with a command line, and ends: with 2, or where `git merge-file` would be called otherwise, as
/// that one does. Asking for help is nothing wrong.
pub(crate) fn exit_with_usage(error: &clap::Error) -> ! {
    let merging = std::env::args_os().nth(1).is_some_and(|command| command == "merge");
    if !(merging && error.use_stderr()) {
        error.exit();
    }
    // Where standard error is closed, the exit code has to do.
    let _ = error.print();
    std::process::exit(crate::merge::EXIT_REFUSED.into())
}
