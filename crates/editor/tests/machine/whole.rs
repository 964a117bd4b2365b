//! The whole result written by hand, and the properties of a result that belong to no region.

use std::time::Instant;

use crate::world::{Desk, Server, Transit, both_save, content, decide_all, document};
use editor::{ChangeId, Command, EditorInput, EditorNotice, MergeStep};
use merge::{Choice, Decision};

const BASE: &str = "one\ntwo\nthree\nfour\nfive\n";

fn merging() -> (Server, Desk, Desk) {
    both_save(BASE, "alice\ntwo\nthree\nfour\nfive\n", "bob\ntwo\nthree\nfour\nfive\n")
}

/// Returns the command for a text that was written with version 2 in view.
fn whole(text: &str) -> Command {
    Command::Merge(MergeStep::WriteWhole { text: text.to_owned(), seen: "\"v2\"".parse().unwrap() })
}

#[test]
fn full_override_replaces_every_region_and_is_one_step() {
    let (mut server, _, mut bob) = merging();
    let by_hand = "alice and bob\n2\nthree\nfour\nfive\n";
    bob.command(whole(by_hand));
    let conflict = bob.editor.document_merge().unwrap();
    assert_eq!((conflict.open_count(), conflict.is_open(ChangeId::Region(0))), (0, false));
    bob.command(Command::Merge(MergeStep::Decide { place: ChangeId::Region(0), decision: Decision::Theirs }));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Unavailable(_))), "a decision would change nothing");
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1);
    bob.command(Command::Merge(MergeStep::Redo));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), by_hand);
}

#[test]
fn newer_version_is_merged_over_the_version_seen() {
    let (mut server, mut alice, mut bob) = merging();
    bob.command(whole("alice and bob\ntwo\nthree\nfour\nfive\n"));
    alice.write("alice\ntwo\nthree\nfour\nFIVE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    let conflict = bob.editor.document_merge().expect("the save met version 3");
    assert_eq!(conflict.open_count(), 0, "their first line was seen, and is no conflict again");
    assert_eq!(conflict.result().unwrap().content, "alice and bob\ntwo\nthree\nfour\nFIVE\n");
    bob.command(Command::Merge(MergeStep::Undo));
    let conflict = bob.editor.document_merge().unwrap();
    assert_eq!(conflict.full_override(), Some("alice and bob\ntwo\nthree\nfour\nfive\n"));
    bob.command(Command::Merge(MergeStep::Redo));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice and bob\ntwo\nthree\nfour\nFIVE\n");
}

#[test]
fn full_override_of_an_older_version_loses_no_newer_line() {
    let (mut server, mut alice, mut bob) = merging();
    alice.write("alice\ntwo\nthree\nfour\nFIVE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Reload, &mut server);
    bob.command(whole("alice and bob\ntwo\nthree\nfour\nfive\n"));
    let result = |bob: &Desk| bob.editor.document_merge().unwrap().result().map(|result| result.content);
    assert_eq!(result(&bob).as_deref(), Some("alice and bob\ntwo\nthree\nfour\nFIVE\n"));
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1);
    let seen = "\"v9\"".parse().unwrap();
    bob.command(Command::Merge(MergeStep::WriteWhole { text: "no\n".to_owned(), seen }));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Unavailable(_))), "nobody has seen that version here");
    bob.command(Command::Merge(MergeStep::Redo));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice and bob\ntwo\nthree\nfour\nFIVE\n");
}

#[test]
fn further_typing_elsewhere_goes_into_the_full_override() {
    let (mut server, _, mut bob) = merging();
    bob.command(whole("alice and bob\ntwo\nthree\nfour\nfive\n"));
    bob.write("bob\ntwo\nthree\nfour\nFIVE\n");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice and bob\ntwo\nthree\nfour\nFIVE\n");
}

#[test]
fn further_typing_in_the_same_lines_keeps_the_full_override() {
    let (mut server, _, mut bob) = merging();
    bob.command(whole("by hand\n"));
    bob.write("bob again\ntwo\nthree\nfour\nfive\n");
    bob.pause();
    let conflict = bob.editor.document_merge().unwrap();
    assert_eq!((conflict.full_override(), conflict.open_count()), (None, 1), "the result is of what was typed since");
    bob.write("bob once more\ntwo\nthree\nfour\nfive\n");
    assert_eq!(bob.draft.as_ref().unwrap().manual_edit.as_deref(), Some("by hand\n"));
    bob.pause();
    decide_all(&mut bob, &Decision::Mine);
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.draft.unwrap().manual_edit.as_deref(), Some("by hand\n"), "it was never decided against");
}

/// Typing continues after a refused result.
///
/// The new text starts from that result, and the merge is made from scratch.
#[test]
fn typing_after_a_refused_result_keeps_the_full_override() {
    let (mut server, mut alice, mut bob) = merging();
    decide_all(&mut bob, &Decision::Theirs);
    alice.write("alice\ntwo\nthree\nfour\nFIVE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    let sent = bob.editor.mine().content.clone();
    bob.command(Command::Merge(MergeStep::WriteWhole {
        text: "by hand\n".to_owned(),
        seen: "\"v3\"".parse().unwrap(),
    }));
    bob.write(&format!("{sent}six\n"));
    bob.pause();
    assert_eq!(bob.editor.unplaced_text(), Some("by hand\n"));
    assert_eq!(bob.draft.unwrap().manual_edit.as_deref(), Some("by hand\n"));
}

/// Typing the text of theirs ends the merge.
///
/// The user did not decide against what they wrote by hand.
#[test]
fn typing_the_text_of_theirs_keeps_the_full_override() {
    let (_, _, mut bob) = merging();
    bob.command(whole("by hand\n"));
    bob.write("alice\ntwo\nthree\nfour\nfive\n");
    bob.pause();
    assert!(bob.editor.document_merge().is_none());
    assert_eq!(bob.editor.unplaced_text(), Some("by hand\n"));
}

#[test]
fn typing_after_a_newer_version_met_the_override_loses_neither() {
    let (mut server, mut alice, mut bob) = merging();
    bob.command(whole("alice and bob\ntwo\nthree\nfour\nfive\n"));
    alice.write("alice\ntwo\nthree\nfour\nFIVE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Reload, &mut server);
    bob.write("bob\ntwo\n3\nfour\nfive\n");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice and bob\ntwo\n3\nfour\nFIVE\n");
}

#[test]
fn overwrite_after_a_newer_version_writes_the_text_by_hand() {
    let (mut server, mut alice, mut bob) = merging();
    bob.command(whole("by hand\n"));
    alice.write("alice\ntwo\nthree\nfour\nFIVE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    bob.ask(Command::OverwriteTheirs, &mut server);
    assert_eq!(content(&server), "by hand\n");
}

#[test]
fn several_different_decisions_are_one_step() {
    let (_, _, mut bob) = both_save("a\nb\nc\nd\ne\n", "A\nb\nC\nd\nE\n", "a!\nb\nc!\nd\ne!\n");
    let places = [0, 2, 4].map(ChangeId::Region);
    let decisions = [Decision::Theirs, Decision::Mine, Decision::Edited(b"by hand\n".to_vec())];
    bob.command(Command::Merge(MergeStep::DecideEach(places.into_iter().zip(decisions).collect())));
    let result = bob.editor.document_merge().unwrap().result().unwrap().content;
    assert_eq!(result, "A\nb\nc!\nd\nby hand\n");
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 3);
    bob.command(Command::Merge(MergeStep::Redo));
    assert_eq!(bob.editor.document_merge().unwrap().result().unwrap().content, result);
}

#[test]
fn format_is_a_separate_choice() {
    let (mut server, _, mut bob) = both_save("one\n", "one\r\ntwo\r\n", "one");
    let result = |bob: &Desk| bob.editor.document_merge().unwrap().result().unwrap().content;
    assert_eq!(result(&bob), "one\r\ntwo", "each side changed another property");
    bob.command(Command::Merge(MergeStep::DecideFormat(Choice::Mine)));
    assert_eq!(result(&bob), "one\ntwo");
    bob.command(Command::Merge(MergeStep::DecideFormat(Choice::Mine)));
    assert_eq!(result(&bob), "one\r\ntwo", "the same choice takes it back");
    bob.command(Command::Merge(MergeStep::Undo));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "one\ntwo");
}

/// A deadline that has passed leaves the regions coarse, so it must have reached the comparison.
#[test]
fn deadline_of_a_response_is_that_of_its_merge() {
    // Lines that change places have to be searched for, so the deadline matters.
    let text = |swaps: &[usize]| -> String {
        let mut lines: Vec<usize> = (0..100).collect();
        for &line in swaps {
            lines.swap(line, line + 1);
        }
        let lines: Vec<String> = lines.iter().map(|line| format!("line {line}\n")).collect();
        lines.concat()
    };
    let undecided = |merge_by: Option<Instant>| {
        let mut bob = Desk::new("bob");
        let mut server = Server::with(document(&text(&[])));
        bob.ask(Command::Open, &mut server);
        bob.write(&text(&[10, 90]));
        server.append(Some(document(&text(&[50]))), "alice".parse().unwrap());
        bob.command(Command::Save);
        bob.arrive(&mut server);
        let Some(Transit::Answered(request, outcome)) = bob.transit.take() else { panic!("no answer: {bob:?}") };
        bob.take(EditorInput::ResponseReceived { request, outcome, merge_by });
        bob.editor.document_merge().unwrap().open_count()
    };
    assert_eq!([undecided(None), undecided(Some(Instant::now()))], [0, 1]);
}
