//! Several people who write until there is no server any more, and what they can say about it afterwards.

use std::fmt::{self, Write as _};
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;

use tests::documents::{delete, get, put};
use tests::http::{HttpConnection, Request, Response};
use tests::rng::Dice;
use tests::serve::Server;

/// Who writes what: a kind of documents, how many of the kind there are, how many people write each of them at once,
/// and whether they delete it now and then.
///
/// There are so many because writes that wait together share a commit: the more of them, the longer it takes from the
/// first of them to the commit, and a kill that falls in between finds out who was told too early.
const DESKS: [(&str, usize, usize, bool); 4] = [
    ("alone", 12, 1, false),
    ("contended", 1, 4, false),
    ("comes-and-goes", 4, 1, true),
    ("comes-and-goes-contended", 1, 3, true),
];

/// Between which moments the server is killed. A request has two: it is sent, and it is answered. So some requests have
/// been answered in any case.
const MOMENTS: Range<u64> = 100..700;

/// The most words that a text has. A few thousand bytes do not fit on one page of the file.
const WORDS: u64 = 2000;

/// A write that was sent, and what its writer knows of it.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) document: String,
    /// Nobody else has this name, in no round.
    pub(crate) author: String,
    /// The tag that it named; none where there was nothing to replace.
    pub(crate) based_on: Option<String>,
    /// A text that nobody else ever writes; none for a delete.
    pub(crate) text: Option<String>,
    pub(crate) fate: Fate,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { document, author, based_on, text, fate } = self;
        let what = text.as_ref().map_or("a delete", |text| text.lines().next().unwrap_or_default());
        write!(f, "{document}: {what}, by {author}, on {}: {fate:?}", based_on.as_deref().unwrap_or("nothing"))
    }
}

/// What a writer was told.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It was done; and which tag it made, where the answer says so.
    Acknowledged(Option<String>),
    /// It was not done.
    Refused,
    /// Nothing.
    Unanswered,
}

/// Lets everybody write, kills the server at some moment, and gathers what they can say. Whoever else follows what
/// happens does so beside them.
pub(crate) fn until_killed(server: Server, round: u64, dice: &mut Dice, follow: impl FnOnce() + Send) -> Vec<Attempt> {
    let address = server.address();
    let left = MOMENTS.start + dice.below(MOMENTS.end - MOMENTS.start);
    let moments = Moments { left: AtomicU64::new(left), server: Mutex::new(Some(server)) };
    let mut writers = Vec::new();
    for (kind, documents, people, deletes) in DESKS {
        for place in 0..documents * people {
            let document = format!("{kind}-{}", place / people);
            let author = format!("round-{round}-writer-{}", writers.len());
            writers.push(Writer { server: address, document, deletes, author, dice: dice.fork(), moments: &moments });
        }
    }
    let attempts = thread::scope(|scope| {
        scope.spawn(follow);
        let writing: Vec<_> = writers.into_iter().map(|writer| scope.spawn(|| writer.work())).collect();
        writing.into_iter().flat_map(|writer| writer.join().expect("a writer ends well")).collect()
    });
    assert!(moments.server().is_none(), "they write as long as there is a server");
    attempts
}

/// What the server has left of its life.
struct Moments {
    left: AtomicU64,
    server: Mutex<Option<Server>>,
}

impl Moments {
    /// One has passed. Whoever lives to see the last one kills the server, at once and by their own hand.
    fn pass(&self) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.server().take().expect("it is killed once").kill();
        }
    }

    fn server(&self) -> MutexGuard<'_, Option<Server>> {
        self.server.lock().expect("nobody panics while they kill it")
    }
}

struct Writer<'a> {
    server: SocketAddr,
    document: String,
    deletes: bool,
    author: String,
    dice: Dice,
    moments: &'a Moments,
}

impl Writer<'_> {
    /// Writes until nobody answers any more. Each write names the version that the one before it made, until somebody
    /// else was quicker.
    fn work(mut self) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        while let Ok(mut base) = self.look() {
            loop {
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

    /// The tag of the document as it is; none, where there is none.
    fn look(&self) -> io::Result<Option<String>> {
        let response = get(&self.document).try_send(self.server)?;
        match response.status {
            200 => Ok(Some(response.etag())),
            404 | 410 => Ok(None),
            _ => panic!("{response}"),
        }
    }

    fn attempt(&mut self, based_on: Option<String>, number: usize) -> Attempt {
        let deletes = self.deletes && based_on.is_some() && self.dice.once_in(4);
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
                _ => panic!("{response}"),
            },
            Err(_) => Fate::Unanswered,
        };
        Attempt { document: self.document.clone(), author: self.author.clone(), based_on, text, fate }
    }

    /// A text that says whose it is, and of which no half looks like a whole.
    fn text(&mut self, number: usize) -> String {
        let mut text = format!("{}, text {number}\n", self.author);
        for word in 0..self.dice.below(WORDS) {
            write!(text, "{word} ").expect("a text takes more text");
        }
        text + "end\n"
    }

    /// Sends a request, and counts both its moments.
    fn send(&self, request: &Request) -> io::Result<Response> {
        let mut connection = HttpConnection::try_open(self.server)?;
        connection.try_write(&request.head(self.server))?;
        connection.try_write(request.content())?;
        self.moments.pass();
        let response = connection.try_read(request.method())?;
        self.moments.pass();
        Ok(response)
    }
}
