//! The servers of the stage: one for each lesson, and one for free play.

use contract::{Author, DocumentId};
use futures_util::future::BoxFuture;
use lesson::LessonServer;

/// Opens servers. The terminal knows none itself: all that it does goes over HTTP.
pub trait ServerFactory: Send + Sync {
    /// A server for one run of a lesson, with its clock and its write gate.
    fn lesson(&self) -> BoxFuture<'static, Result<RunningServer<LessonServer>, String>>;

    /// A server for free play.
    fn free_play(&self) -> BoxFuture<'static, Result<RunningServer<FreePlay>, String>>;
}

/// A server that is running, and how to end it. Dropping the end ends it, too.
pub struct RunningServer<T> {
    /// Where it is.
    pub at: T,
    /// Ends it, and says why that did not go well.
    pub close: BoxFuture<'static, Result<(), String>>,
}

/// The server and the people of free play.
#[derive(Debug, Clone)]
pub struct FreePlay {
    /// Where the server is, such as `http://127.0.0.1:40123`.
    pub server: String,
    /// The people, one editor each, side by side.
    pub people: Vec<Author>,
    /// The document that all of them open.
    pub document: DocumentId,
}
