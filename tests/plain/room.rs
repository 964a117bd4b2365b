//! A room: a server with a document, and editors in plain mode.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
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

/// Waits for the end of a program that has all its input.
///
/// The time is that without a line of output: a long lesson on a busy machine may take longer as a whole.
fn to_its_end(mut child: Child) -> FinishedSession {
    let (output, mut errors) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let (send, lines) = channel();
    let reader = thread::spawn(move || {
        let (mut output, mut said, mut wrong) = (BufReader::new(output), String::new(), String::new());
        while output.read_line(&mut said).expect("the program writes UTF-8") > 0 {
            let _ = send.send(());
        }
        errors.read_to_string(&mut wrong).expect("the program writes UTF-8");
        (said, wrong)
    });
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                panic!("the program neither writes nor ends, although its input has ended");
            }
        }
    }
    let (said, errors) = reader.join().expect("the output was read");
    FinishedSession { code: child.wait().expect("the test started it").code().unwrap_or(-1), said, errors }
}
