//! The error when `ifmatch docs` does not do what it was asked for, with the way to go on.

use std::io;
use std::path::PathBuf;

use client::{ClientError, TransportError};
use contract::name::NameError;
use contract::{DocumentId, EntityTag};
use files::WriteError;
use thiserror::Error;

use crate::exit::Exit;
use crate::options::ConnectionError;
use crate::session::login_remedy;

/// A verb that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocsRequest {
    /// `put`
    Put,
    /// `rm`
    Rm,
}

/// The error when a verb fails.
#[derive(Debug, Error)]
pub(crate) enum DocsError {
    /// The options that name the server cannot be used.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The server cannot be reached, or refuses.
    #[error("{error}{advice}")]
    Server {
        /// The error.
        error: ClientError,
        /// The way to go on; empty, or the rest of the sentence.
        advice: String,
    },
    /// A write does not say what it replaces.
    #[error("{}", .0.condition_advice())]
    NoCondition(DocsRequest),
    /// The file of a tag cannot be read.
    #[error("{} cannot be read: {source}; `ifmatch docs get DOC --etag-file FILE` writes such a file", path.display())]
    ReadEtagFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file of a tag has something else.
    #[error("{} has no tag: {why}", path.display())]
    EtagFile {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// The new tag cannot be written.
    #[error("the tag was not written to {}: {source}; read the document again before the next save", path.display())]
    WriteEtagFile {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: WriteError,
    },
    /// There is no such version.
    #[error("{document} has no version {version}; `ifmatch docs log {document}` lists its versions")]
    UnknownVersion {
        /// The document.
        document: DocumentId,
        /// The tag that was asked for.
        version: EntityTag,
    },
    /// The parent is not the id of a document.
    #[error("the value of --parent is not an id: {0}")]
    Parent(NameError),
    /// The text cannot be read.
    #[error("{} cannot be read: {source}", input_name(path))]
    Input {
        /// The file; `-` for standard input.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The text is not UTF-8.
    #[error("{} is not UTF-8 at byte {position}; a document is a text", input_name(path))]
    NotUtf8 {
        /// The file; `-` for standard input.
        path: PathBuf,
        /// The position of the first bad byte, from 0.
        position: usize,
    },
    /// Standard output takes nothing.
    #[error("standard output cannot be written to: {0}")]
    Output(io::Error),
    /// The server ignored the condition of a save.
    #[error(
        "saved, but the server does not evaluate preconditions: {lost} of {document} was overwritten unseen, and its \
         update is lost; `ifmatch docs get {document} --version {number}` prints it", number = version_number(lost)
    )]
    LostUpdate {
        /// The document.
        document: DocumentId,
        /// The version that was overwritten.
        lost: EntityTag,
    },
}

impl DocsRequest {
    fn condition_advice(self) -> &'static str {
        match self {
            Self::Put => {
                "a save must say what it replaces: --if-match ETAG or --etag-file FILE for the version that was read, \
                 --if-none-match '*' to create the document, or --unconditional to overwrite whatever is there"
            }
            Self::Rm => {
                "a delete must say what it deletes: --if-match ETAG or --etag-file FILE for the version that was read, \
                 or --unconditional to delete whatever is there"
            }
        }
    }
}

impl From<ClientError> for DocsError {
    fn from(error: ClientError) -> Self {
        let advice = login_remedy(&error).to_owned();
        Self::Server { error, advice }
    }
}

impl DocsError {
    /// Returns the error of a write, with the way to go on.
    pub(super) fn of_write(request: DocsRequest, id: &DocumentId, error: ClientError) -> Self {
        let advice = match &error {
            ClientError::Refused(problem) => match (problem.status, request) {
                // The server has said what is true now, and that nothing was written.
                (412, DocsRequest::Put) => format!(
                    " `ifmatch docs get {id} --etag-file FILE` reads it with its tag; `ifmatch edit {id}` merges on the \
                     screen."
                ),
                (412, DocsRequest::Rm) => format!(" `ifmatch docs get {id} --etag-file FILE` reads it with its tag."),
                (428, _) => " The options are --if-match and --etag-file.".to_owned(),
                (500.., _) => unanswered_advice(request).to_owned(),
                _ => login_remedy(&error).to_owned(),
            },
            ClientError::Lost(TransportError::NotSent { .. } | TransportError::Untrusted { .. })
            | ClientError::Address(_)
            | ClientError::Setup(_)
            | ClientError::NotIfmatch { .. } => String::new(),
            ClientError::Lost(_) => unanswered_advice(request).to_owned(),
        };
        Self::Server { error, advice }
    }

    /// Returns whether the reader of standard output has closed it.
    pub(super) fn is_closed_output(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Returns how the program ends after this error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Connection(error) => error.exit(),
            Self::Server { error, .. } => match error {
                ClientError::Address(_) => Exit::Usage,
                ClientError::Lost(_) | ClientError::NotIfmatch { .. } => Exit::Unreachable,
                ClientError::Refused(problem) => match problem.status {
                    412 => Exit::PreconditionFailed,
                    428 => Exit::PreconditionRequired,
                    _ => Exit::Refused,
                },
                ClientError::Setup(_) => Exit::Internal,
            },
            Self::NoCondition(_) | Self::EtagFile { .. } | Self::Parent(_) | Self::NotUtf8 { .. } => Exit::Usage,
            Self::UnknownVersion { .. } => Exit::Refused,
            Self::ReadEtagFile { .. } | Self::WriteEtagFile { .. } | Self::Input { .. } | Self::Output(_) => {
                Exit::Machine
            }
            Self::LostUpdate { .. } => Exit::CheckFailed,
        }
    }
}

/// Returns what to do if it is not known whether a write was applied.
const fn unanswered_advice(request: DocsRequest) -> &'static str {
    match request {
        DocsRequest::Put => {
            ". The save may have been applied. Repeat the same command: with the same tag and text, it is applied at most \
             once."
        }
        DocsRequest::Rm => ". The document may have been deleted; `ifmatch docs log` tells.",
    }
}

fn input_name(path: &std::path::Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// Returns the number in a tag such as `"v5-d4f8c2a1"`, or the tag if it has none.
fn version_number(tag: &EntityTag) -> String {
    let text = tag.to_string();
    let number = text.strip_prefix("\"v").and_then(|rest| rest.split('-').next()).map(str::to_owned);
    number.unwrap_or(text)
}
