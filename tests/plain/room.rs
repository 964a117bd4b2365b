//! A room: a server with a document, and somebody who says lines to an editor before it.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use tempfile::TempDir;
use tests::PATIENCE;
use tests::documents::history;
use tests::serve::Server;

use crate::PROGRAM;

/// The document that everybody edits.
pub(crate) const DOC: &str = "draft-post";
/// Its text.
pub(crate) const TEXT: &str = "one\ntwo\nthree\n";

/// A server with the document on it, by alice.
pub(crate) fn server() -> Server {
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[TEXT]);
    server
}

/// What came of a run.
pub(crate) struct FinishedSession {
    pub(crate) code: i32,
    pub(crate) said: String,
    pub(crate) errors: String,
}

impl FinishedSession {
    /// Asserts that all of these were said, in this order.
    pub(crate) fn says(&self, words: &[&str]) -> &Self {
        let mut rest = self.said.as_str();
        for word in words {
            let Some(at) = rest.find(word) else { panic!("{word:?} is not said where it should be:\n{}", self.said) };
            rest = &rest[at + word.len()..];
        }
        self
    }
}

/// A home, in which drafts stay from one run to the next.
pub(crate) fn home() -> TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

/// Says these lines to an editor of the document, to their end.
pub(crate) fn edit(home: &TempDir, server: &Server, name: &str, lines: &[&str]) -> FinishedSession {
    run(home, &["edit", DOC, "--server", &server.url(), "--as", name, "--plain"], lines)
}

/// Runs the program in that home with these lines as its input. No byte that steers a terminal ever comes out of it.
pub(crate) fn run(home: &TempDir, arguments: &[&str], lines: &[&str]) -> FinishedSession {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("HOME", home.path()).env("TERM", "xterm-256color").current_dir(home.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("its input is a pipe");
    let text = lines.join("\n") + "\n";
    // A program that has ended reads no more, and that is for the test to judge.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    let ran = to_its_end(child);
    assert!(!ran.said.chars().any(|c| c.is_control() && c != '\n'), "something steers a terminal: {:?}", ran.said);
    ran
}

fn to_its_end(mut child: Child) -> FinishedSession {
    let (mut output, mut errors) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let (send, done) = channel();
    thread::spawn(move || {
        let (mut said, mut wrong) = (String::new(), String::new());
        let read = output.read_to_string(&mut said).and_then(|_| errors.read_to_string(&mut wrong));
        let _ = send.send(read.map(|_| (said, wrong)));
    });
    let Ok(read) = done.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        panic!("the program did not end when its input did");
    };
    let (said, errors) = read.expect("the program writes UTF-8");
    FinishedSession { code: child.wait().expect("it was ours").code().unwrap_or(-1), said, errors }
}
