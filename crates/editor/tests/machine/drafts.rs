//! Drafts of a merge: decisions and texts written by hand survive the end of the editor.

use contract::Document;
use editor::{
    ChangeId, Command, Draft, Editor, EditorInput, EditorNotice, EditorPhase, HandPlace, HandText, MergeStep,
};
use merge::{Choice, Decision};

use crate::world::{Desk, Server, both_save, content, document};

const BASE: &str = "one\ntwo\nthree\nfour\nfive\n";

/// Returns a merge of Bob's with Alice's version 2, with two conflicts: regions 0 and 2.
fn merging() -> (Server, Desk, Desk) {
    both_save(BASE, "alice\ntwo\nthree\nfour\nALICE\n", "bob\ntwo\nthree\nfour\nBOB\n")
}

fn decide(desk: &mut Desk, region: usize, decision: Decision) {
    desk.command(Command::Merge(MergeStep::Decide { place: ChangeId::Region(region), decision }));
}

fn by_hand(text: &str) -> Decision {
    Decision::Edited(text.as_bytes().to_vec())
}

fn draft(desk: &Desk) -> Draft {
    desk.draft.clone().expect("a draft is kept")
}

/// Returns a text written by hand that is not a decision yet.
fn writing(place: ChangeId, text: &str) -> HandText {
    HandText { place: Some(HandPlace::Change(place)), text: text.to_owned() }
}

/// Returns another editor with that draft, which has read the document.
fn restarted(kept: Draft, server: &mut Server) -> Desk {
    let mut desk = Desk::new("bob");
    desk.editor = Editor::new("welcome".parse().unwrap(), "bob".parse().unwrap(), Some(kept.clone()));
    desk.draft = Some(kept);
    desk.ask(Command::Open, server);
    desk
}

fn decision(desk: &Desk, region: usize) -> Decision {
    desk.editor.document_merge().expect("a merge is open").content().decision(region).clone()
}

/// Returns what a save would send; `None` while a conflict is open.
fn result(desk: &Desk) -> Option<Document> {
    desk.editor.document_merge().expect("a merge is open").result()
}

#[test]
fn every_decision_is_in_the_draft() {
    let (_, _, mut bob) = merging();
    for taken in [Decision::Theirs, Decision::Base, by_hand("both\n")] {
        bob.draft = None;
        decide(&mut bob, 0, taken.clone());
        let kept = draft(&bob).merge.expect("the merge is kept");
        assert_eq!(kept.decisions.iter().map(|record| &record.decision).collect::<Vec<_>>(), [&taken]);
    }
    bob.draft = None;
    bob.command(Command::Merge(MergeStep::Undo));
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(draft(&bob).merge.unwrap().decisions[0].decision, Decision::Theirs, "so is what is taken back");
}

#[test]
fn decisions_are_restored_over_the_same_version() {
    let (mut server, _, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.phase(), EditorPhase::Merging);
    assert_eq!((decision(&again, 0), decision(&again, 2)), (Decision::Theirs, by_hand("BOB and ALICE\n")));
    assert_eq!(result(&again), result(&bob));
    assert_eq!(again.editor.unplaced_text(), None, "it is where it belongs");
    let mut again = again;
    again.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice\ntwo\nthree\nfour\nBOB and ALICE\n");
    assert_eq!(again.draft, None);
}

#[test]
fn decisions_are_merged_with_a_newer_version_like_any_412() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    let kept = draft(&bob);
    alice.write("alice\ntwo\nthree\nfour\nALICE!\n");
    alice.ask(Command::Save, &mut server);
    let again = restarted(kept, &mut server);
    assert_eq!(decision(&again, 0), Decision::Theirs, "its three texts are what they were");
    assert_eq!(decision(&again, 2), Decision::Undecided, "its texts are others now");
    let carried = again.editor.document_merge().unwrap().content().carried(2, None).expect("it is proposed");
    assert_eq!(*carried.decision(), by_hand("BOB and ALICE\n"));
    assert!(matches!(again.editor.notice(), Some(EditorNotice::MergedAnew { .. })), "{:?}", again.editor.notice());
}

#[test]
fn text_by_hand_without_its_place_can_be_pasted() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    let kept = draft(&bob);
    alice.write("all of it\nis another text\n");
    alice.ask(Command::Save, &mut server);
    let again = restarted(kept, &mut server);
    assert_eq!(again.editor.unplaced_text(), Some("BOB and ALICE\n"));
    assert_eq!(draft(&again).manual_edit.as_deref(), Some("BOB and ALICE\n"), "and the draft keeps it");
    let once_more = restarted(draft(&again), &mut server);
    assert_eq!(once_more.editor.unplaced_text(), Some("BOB and ALICE\n"), "once, however often it comes back");
}

#[test]
fn text_by_hand_survives_a_version_equal_to_my_text() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    let kept = draft(&bob);
    alice.write(&kept.mine.content.to_string());
    alice.ask(Command::Save, &mut server);
    let again = restarted(kept, &mut server);
    assert!(matches!(again.editor.notice(), Some(EditorNotice::SameText(_))), "{:?}", again.editor.notice());
    assert_eq!(again.editor.unplaced_text(), Some("BOB and ALICE\n"));
    assert_eq!(draft(&again).manual_edit.as_deref(), Some("BOB and ALICE\n"), "and the draft keeps it");
}

#[test]
fn title_format_and_whole_are_restored() {
    let titled = |title: &str, content: &str| Document { title: title.to_owned(), ..document(content) };
    let (mut server, mut alice, mut bob) = crate::world::both_have("one\n");
    alice.take(EditorInput::Typed(titled("Alice's", "one\r\ntwo\r\n").into()));
    alice.ask(Command::Save, &mut server);
    bob.take(EditorInput::Typed(titled("Bob's", "one").into()));
    bob.ask(Command::Save, &mut server);
    bob.command(Command::Merge(MergeStep::Decide { place: ChangeId::Title, decision: by_hand("Ours") }));
    bob.command(Command::Merge(MergeStep::DecideFormat(Choice::Theirs)));
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.document_merge().unwrap().title().chosen().map(String::as_str), Some("Ours"));
    assert_eq!(result(&again).unwrap(), titled("Ours", "one\r\ntwo\r\n"));
    bob.command(Command::Merge(MergeStep::WriteWhole { text: "whole\n".to_owned(), seen: "\"v2\"".parse().unwrap() }));
    let mut again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.document_merge().unwrap().full_override(), Some("whole\n"));
    again.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "whole\n");
}

#[test]
fn merge_over_a_whole_by_hand_is_restored() {
    let (mut server, mut alice, mut bob) = merging();
    let whole = "alice and bob\ntwo\nthree\nfour\nBOB\n";
    bob.command(Command::Merge(MergeStep::WriteWhole { text: whole.to_owned(), seen: "\"v2\"".parse().unwrap() }));
    alice.write("alice\ntwo\nthree\nFOUR\nALICE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(result(&bob), None, "her four touches his last line");
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.document_merge().unwrap().my_side().content, whole);
    assert_eq!(again.editor.document_merge().unwrap().open_count(), bob.editor.document_merge().unwrap().open_count());
}

#[test]
fn result_that_had_arrived_is_not_merged_again() {
    let (mut server, _, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    bob.command(Command::Save);
    bob.arrive(&mut server);
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.phase(), EditorPhase::Clean);
    assert_eq!(again.editor.notice(), Some(&EditorNotice::SameText("\"v3\"".parse().unwrap())));
    assert_eq!(again.draft, None, "nothing is unsaved");
}

#[test]
fn merge_is_kept_while_the_server_is_unreachable() {
    let (mut server, _, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    let mut away = Desk::new("bob");
    away.editor = Editor::new("welcome".parse().unwrap(), "bob".parse().unwrap(), Some(draft(&bob)));
    away.command(Command::Open);
    away.fail_to_connect();
    away.write("bob\ntwo\nthree\nfour\nBOB\nsix\n");
    assert_eq!(draft(&away).merge, draft(&bob).merge);
    away.write("bob\ntwo\nthree\nfour\nBOB\n");
    let again = restarted(draft(&away), &mut server);
    assert_eq!(result(&again), result(&bob));
}

#[test]
fn text_by_hand_survives_the_document() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    bob.take(EditorInput::ManualEdit(vec![writing(ChangeId::Region(2), "half\n")]));
    alice.ask(Command::Delete, &mut server);
    bob.command(Command::Reload);
    bob.exchange(&mut server);
    assert!(matches!(bob.editor.phase(), EditorPhase::DeletedBy(_)));
    assert_eq!(draft(&bob).manual_edit.as_deref(), Some("BOB and ALICE\nhalf\n"));
    assert_eq!(bob.editor.unplaced_text(), Some("BOB and ALICE\nhalf\n"));
}

#[test]
fn unfinished_text_by_hand_survives_a_refused_result() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    decide(&mut bob, 2, Decision::Mine);
    bob.take(EditorInput::ManualEdit(vec![writing(ChangeId::Region(2), "half\n")]));
    alice.write("alice\ntwo\nTHREE\nfour\nALICE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    // The new view does not know the text.
    bob.take(EditorInput::ManualEdit(Vec::new()));
    assert_eq!(draft(&bob).manual_edit.as_deref(), Some("half\n"));
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.unplaced_text(), Some("half\n"));
    assert_eq!(again.editor.mine(), bob.editor.mine());
    assert_eq!(result(&again), result(&bob), "what was decided before it was sent, too");
}

#[test]
fn decisions_are_restored_over_an_edited_text() {
    let (mut server, _, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    bob.write("bob\ntwo\nthree, typed on\nfour\nBOB\n");
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(decision(&again, 0), Decision::Theirs);
    assert_eq!(again.editor.document_merge().unwrap().mine().content, "bob\ntwo\nthree, typed on\nfour\nBOB\n");
    assert_eq!(again.editor.document_merge().unwrap().open_count(), 1);
}

#[test]
fn restart_does_not_save_a_decision_for_theirs() {
    let (mut server, _, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    decide(&mut bob, 2, Decision::Theirs);
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.mine().content, "bob\ntwo\nthree\nfour\nBOB\n", "nobody has pressed save");
    assert_eq!(again.editor.document_merge().unwrap().open_count(), 0);
}

#[test]
fn text_by_hand_is_unsaved_until_it_is_pasted() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 2, by_hand("BOB and ALICE\n"));
    alice.ask(Command::Delete, &mut server);
    bob.command(Command::Reload);
    bob.exchange(&mut server);
    bob.ask(Command::CreateAgain, &mut server);
    assert_eq!(content(&server), "bob\ntwo\nthree\nfour\nBOB\n");
    assert!(bob.editor.has_unsaved(), "that save was about another text");
    assert_eq!(draft(&bob).manual_edit.as_deref(), Some("BOB and ALICE\n"));
    // Once pasted, it is ordinary text and may be deleted.
    bob.write("bob\ntwo\nthree\nfour\nBOB\nBOB and ALICE\n");
    assert_eq!(draft(&bob).manual_edit, None);
    bob.write("bob\ntwo\nthree\nfour\nBOB\n");
    assert!(!bob.editor.has_unsaved());
    assert_eq!(bob.draft, None);
}

#[test]
fn unfinished_text_returns_to_its_conflict() {
    let (mut server, _, mut bob) = merging();
    decide(&mut bob, 0, Decision::Theirs);
    let hands = vec![
        writing(ChangeId::Region(2), "half a thought\n"),
        HandText { place: Some(HandPlace::Whole), text: "all of it".to_owned() },
    ];
    bob.take(EditorInput::ManualEdit(hands.clone()));
    let kept = draft(&bob);
    assert_eq!((kept.manual_edit.as_deref(), kept.merge.as_ref().unwrap().hands.len()), (None, 2));
    let again = restarted(kept.clone(), &mut server);
    assert_eq!((again.editor.hands(), again.editor.unplaced_text()), (&hands[..], None));
    assert_eq!(again.editor.draft(), kept, "and is kept on");
}

#[test]
fn unfinished_text_for_another_conflict_can_be_pasted() {
    let (mut server, mut alice, mut bob) = merging();
    let [first, second] = [writing(ChangeId::Region(0), "one\n"), writing(ChangeId::Region(2), "two\n")];
    let whole = HandText { place: Some(HandPlace::Whole), text: "all\n".to_owned() };
    bob.take(EditorInput::ManualEdit(vec![first.clone(), second, whole]));
    alice.write("alice\ntwo\nthree\nfour\nALICE again\n");
    alice.ask(Command::Save, &mut server);
    let again = restarted(draft(&bob), &mut server);
    assert_eq!(again.editor.hands(), [first], "its three texts are what they were");
    assert_eq!(again.editor.unplaced_text(), Some("two\nall\n"));
}

/// A place refers to the merge for which it was reported.
#[test]
fn text_for_a_place_of_an_older_merge_has_no_place() {
    let (mut server, mut alice, mut bob) = merging();
    bob.take(EditorInput::ManualEdit(vec![writing(ChangeId::Region(2), "half\n")]));
    alice.write("ALICE\nalice\ntwo\nTHREE\nfour\nALICE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Reload, &mut server);
    assert!(!bob.editor.knows_hands());
    assert_eq!(draft(&bob).manual_edit.as_deref(), Some("half\n"));
}

#[test]
fn text_by_hand_survives_a_merge_that_is_not_made_again() {
    let (mut server, mut alice, mut bob) = merging();
    decide(&mut bob, 0, by_hand("decided\n"));
    bob.take(EditorInput::ManualEdit(vec![writing(ChangeId::Region(2), "half\n")]));
    alice.write("bob\ntwo\nthree\nfour\nBOB\n");
    alice.ask(Command::Save, &mut server);
    let again = restarted(draft(&bob), &mut server);
    assert!(again.editor.document_merge().is_none(), "the server has the very text");
    assert_eq!(again.editor.unplaced_text(), Some("decided\nhalf\n"));
}

#[test]
fn draft_of_a_new_document_is_announced() {
    let mut desk = Desk::new("bob");
    desk.write("typed\n");
    let kept = draft(&desk);
    let mut server = Server::default();
    let again = restarted(kept, &mut server);
    assert_eq!(again.editor.notice(), Some(&EditorNotice::DraftOfNewBack));
    assert_eq!(again.editor.mine().content, "typed\n");
    let blank = Desk::new("bob");
    let mut server = Server::default();
    let again = restarted(Draft::new(None, blank.editor.mine().to_document()), &mut server);
    assert_eq!(again.editor.notice(), Some(&EditorNotice::New), "nothing came back");
}
