//! A merge of files, in which any file may change.
//!
//! The file that is written, the one that it is merged with and the base are different files.

use contract::Snapshot;
use editor::{
    Command, Draft, Editor, EditorInput, EditorNotice, EditorPhase, Guard, MergeStep, Occasion, PreconditionFailure,
    ResponseOutcome, Saved,
};
use merge::Decision;

use crate::world::{Desk, Transit, both_save, decide_all, document};

const BASE: &str = "one\ntwo\nthree\nfour\nfive\n";

/// Returns Bob, with everything decided for theirs, and the result in flight.
fn saving() -> Desk {
    let (_, _, mut bob) = both_save(BASE, "alice\ntwo\nthree\nfour\nfive\n", "bob\ntwo\nthree\nfour\nfive\n");
    decide_all(&mut bob, &Decision::Theirs);
    bob.command(Command::Save);
    bob
}

/// Answers the write in flight.
fn answer(desk: &mut Desk, outcome: ResponseOutcome) {
    let Some(Transit::Asked(request, _)) = desk.transit.take() else { panic!("nothing is under way: {desk:?}") };
    desk.take(EditorInput::ResponseReceived { request, outcome, merge_by: None });
}

fn version(etag: &str, content: &str) -> Snapshot {
    Snapshot { etag: etag.parse().unwrap(), author: "carol".parse().ok(), at: None, document: document(content) }
}

#[test]
fn file_changed_meanwhile_is_merged_with_the_result() {
    let mut bob = saving();
    let failed = PreconditionFailure {
        replaced: Some(version("\"m1\"", "bob\ntwo\nthree\nfour\nfive\n")),
        current: Some(version("\"m2\"", "bob\ntwo\nthree\nfour\nfive\nsix\n")),
        ..PreconditionFailure::default()
    };
    answer(&mut bob, ResponseOutcome::Failed(Box::new(failed)));
    let occasion = Occasion::Refused;
    assert_eq!(
        bob.editor.notice(),
        Some(&EditorNotice::Merging {
            conflicts: 0,
            since: editor::SavesSince::By(editor::Writer::Named("carol".parse().unwrap())),
            occasion
        }),
        "what was decided stays, so nothing is open"
    );
    bob.command(Command::Save);
    let Some(Transit::Asked(_, ask)) = &bob.transit else { panic!("{bob:?}") };
    let editor::EditorRequest::Write { guard, document, .. } = ask else { panic!("{ask:?}") };
    assert_eq!(guard, &Guard::IfMatch("\"m2\"".parse().unwrap()));
    assert_eq!(document.content, "alice\ntwo\nthree\nfour\nfive\nsix\n");
}

#[test]
fn file_changed_where_something_was_decided_is_a_conflict() {
    let mut bob = saving();
    let failed = PreconditionFailure {
        replaced: Some(version("\"m1\"", "bob\ntwo\nthree\nfour\nfive\n")),
        current: Some(version("\"m2\"", "bob and carol\ntwo\nthree\nfour\nfive\n")),
        ..PreconditionFailure::default()
    };
    answer(&mut bob, ResponseOutcome::Failed(Box::new(failed)));
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1);
    assert_eq!(bob.editor.mine().content, "alice\ntwo\nthree\nfour\nfive\n", "the result is my side");
}

#[test]
fn other_base_keeps_decisions_about_the_same_texts() {
    let mut bob = saving();
    let failed =
        PreconditionFailure { base: Some(document("one\ntwo\nthree\nfour\n5\n")), ..PreconditionFailure::default() };
    answer(&mut bob, ResponseOutcome::Failed(Box::new(failed)));
    let conflict = bob.editor.document_merge().expect("the merge is made again");
    assert_eq!((conflict.open_count(), conflict.report().unwrap().kept.len()), (0, 1));
    assert_eq!(conflict.result().unwrap().content, "alice\ntwo\nthree\nfour\nfive\n");
}

#[test]
fn other_base_leaves_no_text_by_hand_behind() {
    let (_, _, mut bob) = both_save(BASE, "alice\ntwo\nthree\nfour\nfive\n", "bob\ntwo\nthree\nfour\nfive\n");
    decide_all(&mut bob, &Decision::Edited(b"alice and bob\n".to_vec()));
    bob.command(Command::Save);
    let failed =
        PreconditionFailure { base: Some(document("1\ntwo\nthree\nfour\nfive\n")), ..PreconditionFailure::default() };
    answer(&mut bob, ResponseOutcome::Failed(Box::new(failed)));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1);
    assert_eq!(bob.editor.all_manual_edits().as_deref(), Some("alice and bob\n"));
}

#[test]
fn refused_result_of_a_merge_leaves_the_merge_open() {
    let mut bob = saving();
    answer(&mut bob, ResponseOutcome::Refused(Box::default()));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Refused(_))));
    assert!(bob.editor.has_unsaved(), "the result is theirs to the letter, and is not written");
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 0);
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1, "and what was decided can still be taken back");
}

#[test]
fn text_of_theirs_is_unsaved_until_the_file_is_written() {
    let draft = Draft::new(Some(version("\"base\"", BASE)), document("one\ntwo\nthree\nfour\n5\n"));
    let mut desk = Desk::new("bob");
    desk.editor = Editor::new("merge".parse().unwrap(), "bob".parse().unwrap(), Some(draft)).of_files();
    desk.command(Command::Open);
    let theirs = version("\"theirs\"", "1\ntwo\nthree\nfour\nfive\n");
    answer(&mut desk, ResponseOutcome::Read(theirs.clone()));
    assert_eq!(desk.editor.document_merge().unwrap().open_count(), 0);
    // The typed text is equal to theirs, but no file has it yet.
    desk.write(&theirs.document.content);
    desk.pause();
    assert!(desk.editor.has_unsaved());
    assert!(desk.draft.is_some());
    desk.command(Command::Save);
    answer(&mut desk, ResponseOutcome::Refused(Box::default()));
    assert!(desk.editor.has_unsaved(), "and after a refusal, too");
    // The next run starts from the draft of this one.
    let draft = desk.draft.clone();
    let mut next = Desk::new("bob");
    next.editor = Editor::new("merge".parse().unwrap(), "bob".parse().unwrap(), draft).of_files();
    next.command(Command::Open);
    answer(&mut next, ResponseOutcome::Read(theirs.clone()));
    assert!(next.editor.has_unsaved());
    assert_eq!(next.editor.mine().content, theirs.document.content);
    next.command(Command::Save);
    let saved = Saved { etag: theirs.etag, at: None, created: false, replayed: false, overwrote: None };
    answer(&mut next, ResponseOutcome::Saved(saved));
    assert!(!next.editor.has_unsaved());
    assert_eq!(next.draft, None);
}
