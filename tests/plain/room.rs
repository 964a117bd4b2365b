//! A room: a server with a document, and editors in plain mode.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use tempfile::TempDir;
use tests::PATIENCE;
use tests::documents::history;
use tests::serve::Server;

use crate::PROGRAM;

/// The id of the document that everyone edits.
pub(crate) const DOC: &str = "draft-post";
/// The text of the document.
pub(crate) const TEXT: &str = "one\ntwo\nthree\n";

/// Starts a server with the document, written by alice.
pub(crate) fn server() -> Server {
    let server = Server::start(PROGRAM);
    history(&server, DOC, &[TEXT]);
    server
}

/// The result of a run of the program.
pub(crate) struct FinishedSession {
    pub(crate) code: i32,
    pub(crate) said: String,
    pub(crate) errors: String,
}

impl FinishedSession {
    /// Asserts that the output contains all of these words, in this order.
    pub(crate) fn says(&self, words: &[&str]) -> &Self {
        let mut rest = self.said.as_str();
        for word in words {
            let Some(at) = rest.find(word) else { panic!("{word:?} is not in the rest of the output:\n{}", self.said) };
            rest = &rest[at + word.len()..];
        }
        self
    }
}

/// Creates a home folder; drafts in it stay from one run to the next.
pub(crate) fn home() -> TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

/// Runs an editor of the document with these lines as input.
pub(crate) fn edit(home: &TempDir, server: &Server, name: &str, lines: &[&str]) -> FinishedSession {
    run(home, &["edit", DOC, "--server", &server.url(), "--as", name, "--plain"], lines)
}

/// Runs the program in this home folder with these lines as input.
///
/// The output must not contain control characters.
pub(crate) fn run(home: &TempDir, arguments: &[&str], lines: &[&str]) -> FinishedSession {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("HOME", home.path()).env("TERM", "xterm-256color").current_dir(home.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("its input is a pipe");
    let text = lines.join("\n") + "\n";
    // If the program has already ended, the write fails; the test checks the output.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    let ran = to_its_end(child);
    assert!(
        !ran.said.chars().any(|c| c.is_control() && c != '\n'),
        "the output has control characters: {:?}",
        ran.said
    );
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
    FinishedSession { code: child.wait().expect("the test started it").code().unwrap_or(-1), said, errors }
}
