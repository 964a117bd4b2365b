//! The memory that a long text takes on its way between the wire and an editor.
//!
//! The bytes that are allocated are counted, and no times.
//! A further copy of the text would exceed a bound. The client's tasks run on the thread of the test, so all that they
//! allocate is counted; the peer has a thread of its own.

use allocation_counter::{AllocationInfo, measure};
use client::{DraftKey, Drafts};
use contract::{Document, DocumentId, Snapshot};
use editor::{Draft, EditorRequest, Guard, ResponseOutcome, WorkingCopy};
use tokio::runtime::{Builder, Runtime};

use crate::alice;
use crate::script::{answer, play};

/// The size of the text, in bytes: 4 MiB.
const TEXT_BYTES: usize = 4 * 1024 * 1024;

fn welcome() -> DocumentId {
    "welcome".parse().unwrap()
}

fn long() -> Document {
    let line = "a line of a long text, as long as most lines are\n";
    Document { title: "Long".to_owned(), content: line.repeat(TEXT_BYTES / line.len()), parent: None }
}

fn snapshot(document: Document) -> Snapshot {
    Snapshot { etag: "\"v5-d4f8c2a1\"".parse().unwrap(), author: None, at: None, document }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Returns a number of bytes as a multiple of the text.
#[expect(clippy::cast_precision_loss, reason = "a ratio with one digit")]
fn times_text(bytes: impl TryInto<i64>) -> f64 {
    bytes.try_into().unwrap_or(i64::MAX) as f64 / TEXT_BYTES as f64
}

/// Sends a request that the peer answers with the document.
///
/// Returns what was allocated, and the outcome.
fn exchange(ask: &EditorRequest, document: &Document) -> (AllocationInfo, ResponseOutcome) {
    let head = "200 OK\nContent-Type: application/json\nETag: \"v6-a2c19f03\"";
    let response = answer(head, &serde_json::to_string(document).unwrap());
    let server = play(move |stage| stage.exchange(&response));
    let (client, runtime) = (alice(&server.url), runtime());
    let mut outcome = None;
    let counted = measure(|| outcome = Some(runtime.block_on(client.execute(&welcome(), ask))));
    runtime.block_on(server.end());
    (counted, outcome.unwrap())
}

#[test]
fn read_takes_the_body_and_its_parsed_text() {
    let (counted, outcome) = exchange(&EditorRequest::Read { unless: None }, &long());
    let ResponseOutcome::Read(read) = outcome else { panic!("{outcome:?}") };
    assert!(read.document == long());
    // The body, its string while it is parsed, and the string of the document.
    let (most, left) = (times_text(counted.bytes_max), times_text(counted.bytes_current));
    assert!(most < 4.0, "at most {most:.1} times the text");
    assert!(left < 1.2, "{left:.1} times the text afterwards");
}

#[test]
fn save_takes_the_bodies_of_request_and_response() {
    let document = WorkingCopy::from(long());
    let ask = EditorRequest::Write {
        guard: Guard::IfMatch("\"v5-d4f8c2a1\"".parse().unwrap()),
        document,
        want_current: true,
    };
    let (counted, outcome) = exchange(&ask, &long());
    assert!(matches!(outcome, ResponseOutcome::Saved(_)), "{outcome:?}");
    let (most, left) = (times_text(counted.bytes_max), times_text(counted.bytes_current));
    assert!(most < 2.0, "at most {most:.1} times the text");
    assert!(left < 0.2, "{left:.1} times the text afterwards");
}

#[test]
fn draft_is_written_without_a_copy_of_its_texts() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = Drafts::new(folder.path()).begin(DraftKey::of(&alice("http://127.0.0.1:1"), &welcome()));
    let mut mine = WorkingCopy::from(long());
    mine.content.insert(0, "typed ");
    let draft = Draft::new(Some(snapshot(long())), mine);
    let counted = measure(|| file.keep(&draft).unwrap());
    let most = times_text(counted.bytes_max);
    assert!(most < 0.1, "at most {most:.2} times the text");
}
