//! Servers and proxies that deviate from the contract.
//!
//! A notice reports the response that was received, and a refused save is never silent.

use contract::{EntityTag, Problem, Reason, Snapshot};
use editor::{
    Command, EditorInput, EditorNotice, EditorPhase, EditorRequest, Guard, PreconditionFailure, ResponseOutcome, Saved,
};

use crate::world::{Desk, Server, Transit, both_have, document};

fn tag(text: &str) -> EntityTag {
    text.parse().expect("an entity tag")
}

/// Returns version `etag` with that content.
fn version(etag: &str, content: &str) -> Snapshot {
    Snapshot { etag: tag(etag), author: None, at: None, document: document(content) }
}

fn problem(status: u16) -> Box<Problem> {
    Box::new(Problem { status, detail: "Sentence.".to_owned(), ..Problem::default() })
}

fn refusal(current: Option<Snapshot>, etag: Option<&str>, reason: Option<Reason>) -> ResponseOutcome {
    let etag = etag.map(tag);
    ResponseOutcome::Failed(Box::new(PreconditionFailure { current, etag, reason, ..PreconditionFailure::default() }))
}

/// Returns the request in flight.
fn asked(desk: &Desk) -> EditorRequest {
    match &desk.transit {
        Some(Transit::Asked(_, ask)) => ask.clone(),
        other => panic!("nothing was sent: {other:?}"),
    }
}

/// Returns Bob, who has typed `bob` below version 1, `one`.
fn bob_with_typed_text() -> Desk {
    let (_, _, mut bob) = both_have("one\n");
    bob.write("one\nbob\n");
    bob
}

#[test]
fn same_version_in_a_200_is_not_called_a_304() {
    for read in [EditorInput::Command(Command::Reload), EditorInput::Disconnected] {
        let (_, _, mut bob) = both_have("one\n");
        for _ in 0..2 {
            bob.take(read.clone());
            bob.answer(ResponseOutcome::Read(version("\"v1\"", "one\n")));
            assert_eq!(bob.says(), "the server has nothing newer");
            bob.write("one\nbob\n");
        }
        bob.take(read);
        bob.answer(ResponseOutcome::NotModified);
        assert_eq!(bob.says(), "304: the server has nothing newer");
    }
}

#[test]
fn other_text_under_my_tag_is_read_if_nothing_was_typed() {
    for read in [EditorInput::Command(Command::Reload), EditorInput::Disconnected] {
        let (_, _, mut bob) = both_have("one\n");
        bob.take(read);
        bob.answer(ResponseOutcome::Read(version("\"v1\"", "two\n")));
        assert_eq!(bob.editor.mine().content, "two\n");
        assert!(matches!(bob.editor.notice(), Some(EditorNotice::Reloaded { .. })), "{}", bob.says());
    }
}

#[test]
fn other_text_under_my_tag_is_merged_with_edits() {
    for read in [EditorInput::Command(Command::Reload), EditorInput::Disconnected] {
        let mut bob = bob_with_typed_text();
        bob.take(read.clone());
        bob.answer(ResponseOutcome::Read(version("\"v1\"", "two\n")));
        assert_eq!(bob.editor.phase(), EditorPhase::Merging, "{}", bob.says());
        assert_eq!(bob.editor.document_merge().expect("a merge").theirs().document.content, "two\n");
        bob.take(read);
        bob.answer(ResponseOutcome::Read(version("\"v1\"", "three\n")));
        assert_eq!(
            bob.editor.document_merge().expect("a merge").theirs().document.content,
            "three\n",
            "{}",
            bob.says()
        );
        assert_eq!(bob.editor.mine().content, "one\nbob\n");
    }
}

#[test]
fn save_refused_under_the_current_tag_is_contradicted() {
    let mut bob = bob_with_typed_text();
    for _ in 0..2 {
        bob.command(Command::Save);
        bob.answer(refusal(Some(version("\"v1\"", "one\n")), Some("\"v1\""), None));
        let named = Guard::IfMatch(tag("\"v1\""));
        assert_eq!(bob.editor.notice(), Some(&EditorNotice::Contradicted { status: 412, named }));
        assert!(bob.says().starts_with("412: refused, nothing was written"), "{}", bob.says());
        assert!(bob.says().contains("If-Match: \"v1\""), "{}", bob.says());
        assert_eq!(bob.editor.phase(), EditorPhase::Edited);
    }
}

#[test]
fn refusal_with_a_tag_that_no_read_shows_is_contradicted() {
    let mut bob = bob_with_typed_text();
    bob.command(Command::Save);
    bob.answer(refusal(None, Some("\"v2\""), None));
    assert!(matches!(asked(&bob), EditorRequest::Read { .. }));
    bob.answer(ResponseOutcome::Read(version("\"v1\"", "one\n")));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Contradicted { status: 412, .. })), "{}", bob.says());
}

#[test]
fn version_read_after_a_refusal_is_that_of_the_412() {
    let mut bob = bob_with_typed_text();
    bob.command(Command::Save);
    bob.answer(refusal(None, Some("\"v2\""), None));
    bob.answer(ResponseOutcome::Read(version("\"v2\"", "two\n")));
    assert!(bob.says().starts_with("412: "), "{}", bob.says());
}

#[test]
fn refusal_without_tag_and_reason_is_followed_by_a_read() {
    for (answered, notice_begins, state) in [
        (ResponseOutcome::Read(version("\"v1\"", "one\n")), "412: refused", EditorPhase::Edited),
        (ResponseOutcome::Read(version("\"v2\"", "two\n")), "412: another client saved first", EditorPhase::Merging),
        (ResponseOutcome::Absent, "the server has no such document", EditorPhase::Missing),
        (ResponseOutcome::Refused(problem(404)), "404: Sentence.", EditorPhase::Edited),
    ] {
        let mut bob = bob_with_typed_text();
        bob.command(Command::Save);
        bob.answer(refusal(None, None, None));
        assert_eq!(asked(&bob), EditorRequest::Read { unless: None });
        assert_eq!(bob.editor.phase(), EditorPhase::Edited, "nothing is known yet");
        bob.answer(answered);
        assert!(bob.says().starts_with(notice_begins), "{}", bob.says());
        assert_eq!(bob.editor.phase(), state);
        assert_eq!(bob.editor.mine().content, "one\nbob\n");
    }
}

#[test]
fn refusal_with_the_reason_never_existed_is_missing() {
    let mut bob = bob_with_typed_text();
    bob.command(Command::Save);
    bob.answer(refusal(None, None, Some(Reason::NeverExisted)));
    assert_eq!((bob.editor.phase(), bob.transit.is_none()), (EditorPhase::Missing, true));
}

#[test]
fn save_that_named_its_version_gets_no_offer_after_428() {
    for (command, named) in
        [(Command::Save, Guard::IfMatch(tag("\"v1\""))), (Command::Delete, Guard::IfMatch(tag("\"v1\"")))]
    {
        let mut bob = bob_with_typed_text();
        bob.command(command);
        bob.answer(ResponseOutcome::Required(problem(428)));
        assert_eq!(bob.editor.notice(), Some(&EditorNotice::Contradicted { status: 428, named }));
        assert!(bob.says().contains("If-Match: \"v1\""), "{}", bob.says());
    }
    let mut bob = bob_with_typed_text();
    bob.command(Command::SaveUnconditionally);
    bob.answer(ResponseOutcome::Required(problem(428)));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Required(_))));
}

#[test]
fn document_that_cannot_be_read_is_not_opening() {
    let mut bob = Desk::new("bob");
    assert_eq!(bob.editor.phase(), EditorPhase::Opening);
    bob.command(Command::Open);
    assert_eq!(bob.editor.phase(), EditorPhase::Opening);
    bob.answer(ResponseOutcome::Refused(problem(200)));
    assert_eq!(bob.editor.phase(), EditorPhase::Unread);
    bob.command(Command::Save);
    assert_eq!(bob.says(), "not now: the document could not be read; read it again first");
    bob.write("typed\n");
    bob.ask(Command::Reload, &mut Server::with(document("one\n")));
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Edited, "typed\none\n"));
}

#[test]
fn notice_about_an_old_text_ends_with_that_text() {
    let mut bob = bob_with_typed_text();
    let before = bob.editor.mine().clone();
    bob.command(Command::BringBack { etag: tag("\"v0\""), document: Box::new(document("old\n")) });
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::BroughtBack(_))));
    // The undo of the text buffer restores the old text.
    bob.take(EditorInput::Typed(before));
    assert_eq!(bob.editor.notice(), None);
}

/// Returns every response to a write, with its status.
fn responses() -> Vec<(u16, ResponseOutcome)> {
    let saved = |etag: &str| Saved { etag: tag(etag), at: None, created: false, replayed: false, overwrote: None };
    let current = |etag: &str| Some(version(etag, "two\n"));
    let mut all = vec![
        (200, ResponseOutcome::Saved(saved("\"v1\""))),
        (200, ResponseOutcome::Saved(saved("\"v2\""))),
        (200, ResponseOutcome::Altered(saved("\"v2\""), Box::new(version("\"v2\"", "two\n")))),
        (204, ResponseOutcome::Deleted),
        (404, ResponseOutcome::Absent),
        (410, ResponseOutcome::Gone(None)),
        (412, refusal(current("\"v1\""), Some("\"v1\""), None)),
        (412, refusal(Some(version("\"v1\"", "one\n")), Some("\"v1\""), None)),
        (412, refusal(current("\"v2\""), Some("\"v2\""), None)),
        (412, refusal(None, Some("\"v2\""), Some(Reason::Stale))),
        (412, refusal(None, None, Some(Reason::NeverExisted))),
        (412, refusal(None, None, None)),
        (428, ResponseOutcome::Required(problem(428))),
        (0, ResponseOutcome::Unanswered("no response within 5s".to_owned())),
        (0, ResponseOutcome::Unsent("not sent, because it cannot be reached".to_owned())),
        (503, ResponseOutcome::Unanswered("the server responded with 503 Service Unavailable".to_owned())),
    ];
    all.extend(
        [400, 401, 403, 404, 409, 413, 415, 422, 429].map(|status| (status, ResponseOutcome::Refused(problem(status)))),
    );
    all
}

/// Returns every response to a read, with its status.
fn reads() -> Vec<(u16, ResponseOutcome)> {
    let mut all = vec![
        (200, ResponseOutcome::Read(version("\"v1\"", "one\n"))),
        (200, ResponseOutcome::Read(version("\"v1\"", "two\n"))),
        (200, ResponseOutcome::Read(version("\"v2\"", "one\nbob\n"))),
        (200, ResponseOutcome::Read(version("\"v2\"", "two\n"))),
        (404, ResponseOutcome::Absent),
        (410, ResponseOutcome::Gone(None)),
        (0, ResponseOutcome::Unanswered("no response within 5s".to_owned())),
    ];
    all.extend([400, 401, 403, 404].map(|status| (status, ResponseOutcome::Refused(problem(status)))));
    all
}

/// Returns the status at the beginning of a sentence.
fn status_named(says: &str) -> Option<u16> {
    says.split_once(": ")?.0.parse().ok()
}

#[test]
fn every_response_to_a_write_is_reported_with_its_status() {
    for command in [Command::Save, Command::SaveUnconditionally, Command::Delete] {
        for (status, outcome) in responses() {
            for (read_status, read) in reads() {
                let mut bob = bob_with_typed_text();
                bob.command(command.clone());
                bob.answer(outcome.clone());
                let mut received = vec![status];
                if matches!(bob.transit, Some(Transit::Asked(_, EditorRequest::Read { .. }))) {
                    bob.answer(read);
                    received.push(read_status);
                }
                let told = format!("{command:?}, {outcome:?}, then {received:?}: {}", bob.says());
                assert!(!bob.says().is_empty(), "silent: {told}");
                assert!(status_named(&bob.says()).is_none_or(|named| received.contains(&named)), "{told}");
                assert!(bob.content().contains("bob"), "{told}");
            }
        }
    }
}
