//! Several threads that read and replace one document of one or more real servers.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;

use tests::documents::{get, number, put};
use tests::http::{HttpConnection, Request, Response};
use tests::rng::Rng;

use crate::history::History;
use crate::register::{Operation, Outcome, Register};

/// The number of pieces in which a slow body is sent.
const PIECES: usize = 4;

/// The number of threads, the number of operations per thread, and the tags that writes name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Race {
    pub(crate) threads: usize,
    pub(crate) operations: usize,
    pub(crate) names: NamedTag,
}

/// The tag that a write names, of those that its thread has seen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NamedTag {
    /// The last one, as a client does that wants to win.
    Last,
    /// Mostly an older one, which has to be refused, whatever happens at the same time.
    Older,
}

impl Race {
    /// Runs the race on a document of its own, and returns the initial document and the history.
    ///
    /// Each operation goes to any of the servers, which share a store.
    pub(crate) fn run(self, servers: &[SocketAddr], document: &str, rng: &mut Rng) -> (Register, History) {
        let (begin, tag) = create(document, servers[0]);
        let (history, gate) = (History::default(), Barrier::new(self.threads));
        thread::scope(|scope| {
            for thread in 0..self.threads {
                let mut racer = Racer::new(servers, document, &tag, (&history, thread), rng.fork());
                racer.names = self.names;
                let gate = &gate;
                scope.spawn(move || {
                    gate.wait();
                    (1..self.operations).for_each(|turn| racer.take_turn(turn));
                    racer.take_last_turn();
                });
            }
        });
        (begin, history)
    }
}

/// Creates a document, and returns it with its tag.
pub(crate) fn create(document: &str, server: SocketAddr) -> (Register, String) {
    let begin = Register { version: 1, text: "the beginning\n".to_owned() };
    let created = put(document, &begin.text).with("If-None-Match", "*").send(server);
    assert_eq!(created.status, 201, "{created}");
    (begin, created.etag())
}

/// A thread that uses one document through any of several servers, and records what it does.
pub(crate) struct Racer<'a> {
    servers: &'a [SocketAddr],
    /// One to each server.
    connections: Vec<HttpConnection>,
    /// The index of the server that has the current operation.
    at: usize,
    document: &'a str,
    history: &'a History,
    thread: usize,
    names: NamedTag,
    /// The tags in the responses so far.
    seen: Vec<String>,
    rng: Rng,
}

impl<'a> Racer<'a> {
    /// Creates a racer that knows the first version's tag, and records as a thread of a history.
    pub(crate) fn new(
        servers: &'a [SocketAddr],
        document: &'a str,
        tag: &str,
        (history, thread): (&'a History, usize),
        rng: Rng,
    ) -> Self {
        let connections = servers.iter().map(|server| HttpConnection::open(*server)).collect();
        let (names, seen) = (NamedTag::Last, vec![tag.to_owned()]);
        Self { servers, connections, at: 0, document, history, thread, names, seen, rng }
    }

    fn take_turn(&mut self, turn: usize) {
        match self.rng.below(6) {
            0 => self.read(),
            1 => self.revalidate(),
            _ => self.write(turn),
        }
    }

    /// Reads, or hangs up on a last write, so that its outcome stays unknown.
    fn take_last_turn(&mut self) {
        if self.rng.once_in(4) {
            let request = self.begin_write("hung up");
            self.send(&request);
        } else {
            self.read();
        }
    }

    pub(crate) fn read(&mut self) {
        self.history.invoke(self.thread, Operation::Read);
        self.get(&get(self.document));
    }

    pub(crate) fn revalidate(&mut self) {
        let tag = self.last_tag();
        self.history.invoke(self.thread, Operation::Revalidate(number(&tag)));
        self.get(&get(self.document).with("If-None-Match", &tag));
    }

    fn get(&mut self, request: &Request) {
        self.send(request);
        let response = self.connections[self.at].read("GET");
        let version = self.version_of(&response);
        let outcome = match response.status {
            200 => Outcome::Holds(Register { version, text: response.word("content").expect("a document has a text") }),
            304 => Outcome::Unchanged(version),
            _ => panic!("{response}"),
        };
        self.history.return_from(self.thread, outcome);
    }

    pub(crate) fn write(&mut self, turn: usize) {
        let request = self.begin_write(&turn.to_string());
        self.send(&request);
        let response = self.connections[self.at].read("PUT");
        let version = self.version_of(&response);
        let outcome = match response.status {
            200 => Outcome::Wrote(version),
            412 => Outcome::Refused(version),
            _ => panic!("{response}"),
        };
        self.history.return_from(self.thread, outcome);
    }

    /// Begins a write that names a version that this thread has seen.
    ///
    /// No other write has this text, since equal texts count as one write that is retried.
    fn begin_write(&mut self, turn: &str) -> Request {
        let text = format!("thread {}, turn {turn}\n", self.thread);
        let tag = match self.names {
            NamedTag::Older if !self.rng.once_in(4) => self.any_tag(),
            NamedTag::Older | NamedTag::Last => self.last_tag(),
        };
        let request = put(self.document, &text).with("If-Match", &tag);
        self.history.invoke(self.thread, Operation::Write { onto: number(&tag), text });
        request
    }

    fn any_tag(&mut self) -> String {
        let index = self.rng.below(self.seen.len() as u64);
        self.seen[usize::try_from(index).expect("a thread has seen few tags")].clone()
    }

    fn last_tag(&self) -> String {
        self.seen.last().expect("each thread knows the first version").clone()
    }

    /// Sends a request to any server, every other body slowly, so that other requests overtake it.
    fn send(&mut self, request: &Request) {
        self.at = usize::try_from(self.rng.below(self.servers.len() as u64)).expect("there are few servers");
        let connection = &mut self.connections[self.at];
        connection.write(&request.head(self.servers[self.at]));
        let pieces = if self.rng.once_in(2) { PIECES } else { 1 };
        for piece in request.content().chunks(request.content().len().div_ceil(pieces).max(1)) {
            connection.write(piece);
            thread::yield_now();
        }
    }

    fn version_of(&mut self, response: &Response) -> u64 {
        self.seen.push(response.etag());
        number(&self.last_tag())
    }
}
