//! The servers of the stage: one for each run of a lesson, and one for free play.

use contract::{Author, DocumentId};
use futures_util::future::BoxFuture;
use lesson::LessonServer;

/// Starts servers.
///
/// This crate does not depend on the server: it talks to all servers over HTTP.
pub trait ServerFactory: Send + Sync {
    /// Starts a server for one run of a lesson, with its clock and its write gate.
    fn lesson(&self) -> BoxFuture<'static, Result<RunningServer<LessonServer>, String>>;

    /// Starts a server for free play.
    fn free_play(&self) -> BoxFuture<'static, Result<RunningServer<FreePlay>, String>>;
}

/// A running server. It ends when `close` is awaited or dropped.
pub struct RunningServer<T> {
    /// The handle of the server, with its address.
    pub at: T,
    /// Ends the server. Returns an error if that fails.
    pub close: BoxFuture<'static, Result<(), String>>,
}

/// The server and the people of free play.
#[derive(Debug, Clone)]
pub struct FreePlay {
    /// The address of the server, such as `http://127.0.0.1:40123`.
    pub server: String,
    /// The people, each with an editor, side by side.
    pub people: Vec<Author>,
    /// The document that all of them open.
    pub document: DocumentId,
}
