//! Writers that work until the server is killed, and the outcomes that they have seen.

use std::fmt::{self, Write as _};
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;

use tests::documents::{delete, get, put};
use tests::http::{HttpConnection, Request, Response};
use tests::rng::Rng;
use tests::serve::Server;

/// Kinds of documents: name, number of documents, writers per document, whether writers delete.
///
/// There are many because writes that wait together share a commit: the more of them, the longer the time between the
/// first write and the commit, and a kill in that time shows writes that were acknowledged too early.
const KINDS: [(&str, usize, usize, bool); 4] = [
    ("alone", 12, 1, false),
    ("contended", 1, 4, false),
    ("comes-and-goes", 4, 1, true),
    ("comes-and-goes-contended", 1, 3, true),
];

/// After how many moments the server is killed.
///
/// Each request has two moments, sending and response, so some requests have been answered in any case.
const KILL_AFTER: Range<u64> = 100..700;

/// The most words that a text has. A few thousand bytes do not fit on one page of the file.
const MAX_WORDS: u64 = 2000;

/// A write that was sent, and what its writer knows of it.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) document: String,
    /// A name that no other writer has, in any round.
    pub(crate) author: String,
    /// The tag that it named, or `None` if there was no document to replace.
    pub(crate) based_on: Option<String>,
    /// A text that no other write has, or `None` for a deletion.
    pub(crate) text: Option<String>,
    pub(crate) fate: Fate,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, author, based_on, text, fate } = self;
        let what = text.as_ref().map_or("a deletion", |text| text.lines().next().unwrap_or_default());
        write!(f, "{document}: {what}, by {author}, on {}: {fate:?}", based_on.as_deref().unwrap_or("nothing"))
    }
}

/// The outcome that a writer has seen.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The write was applied. Holds the tag of the new version if the response has one.
    Acknowledged(Option<String>),
    /// The write was not applied.
    Refused,
    /// There was no response, or one that leaves the outcome open.
    Unanswered,
}

#[cfg(feature = "postgres")]
impl Fate {
    /// Returns the tag of the version that was acknowledged, if the response had one.
    pub(crate) fn tag(&self) -> Option<&str> {
        match self {
            Self::Acknowledged(tag) => tag.as_deref(),
            Self::Refused | Self::Unanswered => None,
        }
    }
}

/// The server or servers that writers send requests to, and what becomes of them meanwhile.
pub(crate) trait LoadTarget: Sync {
    /// Whether a server may say that its database is away (503), which leaves the outcome of a write open.
    const DATABASE_MAY_BE_AWAY: bool;

    /// Returns the address for the next request.
    fn address(&self, rng: &mut Rng) -> SocketAddr;

    /// Counts a moment: each request has two, after sending and after the response.
    fn pass(&self);

    /// Returns whether the writers are to end.
    fn has_ended(&self) -> bool;
}

/// Lets all writers work, kills the server at a random moment, and returns the attempts of the writers.
///
/// `follow` runs beside the writers.
pub(crate) fn until_killed(server: Server, round: u64, rng: &mut Rng, follow: impl FnOnce() + Send) -> Vec<Attempt> {
    let address = server.address();
    let left = KILL_AFTER.start + rng.below(KILL_AFTER.end - KILL_AFTER.start);
    let countdown = Countdown { left: AtomicU64::new(left), address, server: Mutex::new(Some(server)) };
    let writers = writers(&countdown, round, rng);
    let attempts = thread::scope(|scope| {
        scope.spawn(follow);
        let writing: Vec<_> = writers.into_iter().map(|writer| scope.spawn(|| writer.work())).collect();
        writing.into_iter().flat_map(|writer| writer.join().expect("a writer ends without a panic")).collect()
    });
    assert!(countdown.server().is_none(), "the writers work until the server is killed");
    attempts
}

/// Returns all writers of a round.
pub(crate) fn writers<'a, T>(target: &'a T, round: u64, rng: &mut Rng) -> Vec<Writer<'a, T>> {
    let mut writers = Vec::new();
    for (kind, documents, per_document, deletes) in KINDS {
        for place in 0..documents * per_document {
            let document = format!("{kind}-{}", place / per_document);
            let author = format!("round-{round}-writer-{}", writers.len());
            writers.push(Writer { target, document, deletes, author, doubtful: None, rng: rng.fork() });
        }
    }
    writers
}

/// Counts the moments down until the server is killed.
struct Countdown {
    left: AtomicU64,
    address: SocketAddr,
    server: Mutex<Option<Server>>,
}

impl LoadTarget for Countdown {
    const DATABASE_MAY_BE_AWAY: bool = false;

    fn address(&self, _: &mut Rng) -> SocketAddr {
        self.address
    }

    /// Counts a moment. The thread that counts the last one kills the server, at once.
    fn pass(&self) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.server().take().expect("the server is killed once").kill();
        }
    }

    fn has_ended(&self) -> bool {
        self.server().is_none()
    }
}

impl Countdown {
    fn server(&self) -> MutexGuard<'_, Option<Server>> {
        self.server.lock().expect("no thread panics while it kills the server")
    }
}

/// The target has ended, and with it the writers.
struct LoadEnded;

/// A writer with a name of its own.
pub(crate) struct Writer<'a, T> {
    target: &'a T,
    document: String,
    deletes: bool,
    author: String,
    /// The tag of the version whose delete was not answered.
    ///
    /// A second delete of it could not be told from the first.
    doubtful: Option<String>,
    rng: Rng,
}

impl<T: LoadTarget> Writer<'_, T> {
    /// Writes until the target says that it has ended.
    ///
    /// Each write names the version that the write before it created, until another writer is faster.
    pub(crate) fn work(mut self) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        while let Ok(mut base) = self.current_tag() {
            while !self.target.has_ended() {
                let attempt = self.attempt(base, attempts.len());
                let made = match &attempt.fate {
                    Fate::Acknowledged(tag) => Some(tag.clone()),
                    Fate::Refused | Fate::Unanswered => None,
                };
                attempts.push(attempt);
                let Some(tag) = made else { break };
                base = tag;
            }
        }
        attempts
    }

    /// Returns the current tag of the document, or `None` if there is no document.
    ///
    /// # Errors
    ///
    /// The writer is to end.
    fn current_tag(&mut self) -> Result<Option<String>, LoadEnded> {
        while !self.target.has_ended() {
            let Ok(response) = get(&self.document).try_send(self.target.address(&mut self.rng)) else {
                thread::yield_now();
                continue;
            };
            match response.status {
                200 => return Ok(Some(response.etag())),
                404 | 410 => return Ok(None),
                503 if T::DATABASE_MAY_BE_AWAY => {}
                _ => panic!("{response}"),
            }
        }
        Err(LoadEnded)
    }

    fn attempt(&mut self, based_on: Option<String>, number: usize) -> Attempt {
        let may_delete = self.deletes && based_on.is_some() && based_on != self.doubtful;
        let deletes = may_delete && self.rng.once_in(4);
        let text = (!deletes).then(|| self.text(number));
        let request = match &text {
            Some(text) => put(&self.document, text),
            None => delete(&self.document),
        };
        let request = match &based_on {
            Some(tag) => request.with("If-Match", tag),
            None => request.with("If-None-Match", "*"),
        };
        let fate = match self.send(&request.with("Ifmatch-Author", &self.author)) {
            Ok(response) => match response.status {
                200 | 201 => Fate::Acknowledged(Some(response.etag())),
                204 => Fate::Acknowledged(None),
                410 | 412 => Fate::Refused,
                503 if T::DATABASE_MAY_BE_AWAY => Fate::Unanswered,
                _ => panic!("{response}"),
            },
            Err(_) => Fate::Unanswered,
        };
        if let (Fate::Unanswered, None) = (&fate, &text) {
            self.doubtful.clone_from(&based_on);
        }
        Attempt { document: self.document.clone(), author: self.author.clone(), based_on, text, fate }
    }

    /// Returns a text with its author at the beginning and a mark at the end.
    ///
    /// So a part of the text is not a complete text.
    fn text(&mut self, number: usize) -> String {
        let mut text = format!("{}, text {number}\n", self.author);
        for word in 0..self.rng.below(MAX_WORDS) {
            write!(text, "{word} ").expect("a string can grow");
        }
        text + "end\n"
    }

    /// Sends a request, and counts its two moments.
    fn send(&mut self, request: &Request) -> io::Result<Response> {
        let server = self.target.address(&mut self.rng);
        let mut connection = HttpConnection::try_open(server)?;
        connection.try_write(&request.head(server))?;
        connection.try_write(request.content())?;
        self.target.pass();
        let response = connection.try_read(request.method())?;
        self.target.pass();
        Ok(response)
    }
}
