//! The machine, step by step: one test for each event in the course of a save.

use contract::Document;
use editor::{ChangeId, Command, EditorInput, EditorNotice, EditorPhase, EditorRequest, Guard, MergeStep, Unavailable};
use merge::Decision;

use crate::world::{Desk, Server, Transit, both_have, both_save, content, decide_all, document};

#[test]
fn opening_reads_the_document() {
    let (_, alice, _) = both_have("one\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
    assert_eq!(alice.editor.mine().content, "one\n");
    assert_eq!(alice.editor.revision(), 1, "the buffer has to be loaded");
}

#[test]
fn title_typed_before_the_document_arrives_stays() {
    let mut server = Server::with(document("one\n"));
    let mut alice = Desk::new("alice");
    alice.command(Command::Open);
    alice.take(EditorInput::Typed(Document { title: "Bread".into(), ..Document::default() }.into()));
    assert!(alice.editor.has_unsaved(), "a title is text as well");
    alice.exchange(&mut server);
    let title = alice.editor.document_merge().map_or(&alice.editor.mine().title, |conflict| &conflict.mine().title);
    assert_eq!(title, "Bread");
}

#[test]
fn save_names_its_base_and_creates_a_new_one() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("one\ntwo\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Edited);
    alice.command(Command::Save);
    assert_eq!(alice.editor.phase(), EditorPhase::Saving);
    let Some(Transit::Asked(_, EditorRequest::Write { guard, .. })) = &alice.transit else {
        panic!("no write: {alice:?}")
    };
    assert_eq!(*guard, Guard::IfMatch("\"v1\"".parse().unwrap()));
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
    assert_eq!(alice.editor.base().unwrap().etag.to_string(), "\"v2\"");
    assert_eq!(content(&server), "one\ntwo\n");
}

#[test]
fn text_typed_during_a_save_stays_edited() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.write("one\ntwo\n");
    alice.command(Command::Save);
    alice.write("one\ntwo\nthree\n");
    alice.exchange(&mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Edited);
    assert_eq!(alice.editor.mine().content, "one\ntwo\nthree\n");
}

#[test]
fn response_412_opens_the_merge_without_another_request() {
    let (mut server, mut alice, mut bob) = both_have("one\ntwo\nthree\n");
    alice.write("ONE\ntwo\nthree\n");
    alice.ask(Command::Save, &mut server);
    bob.write("one\ntwo\nTHREE\n");
    bob.command(Command::Save);
    bob.arrive(&mut server);
    bob.deliver();
    assert!(bob.transit.is_none());
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    assert_eq!(bob.editor.mine().content, "one\ntwo\nTHREE\n", "my text is untouched");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "ONE\ntwo\nTHREE\n");
    assert_eq!(bob.editor.mine().content, "ONE\ntwo\nTHREE\n");
    assert_eq!(bob.editor.phase(), EditorPhase::Clean);
}

#[test]
fn save_with_open_conflicts_is_refused() {
    let (mut server, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    bob.command(Command::Save);
    assert!(bob.transit.is_none());
    assert_eq!(bob.editor.notice(), Some(&EditorNotice::ConflictsOpen(1)));
    decide_all(&mut bob, &Decision::MineTheirs);
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Decided { open: 0, .. })), "the save is free");
    bob.command(Command::Merge(MergeStep::Undo));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Decided { open: 1, .. })), "and not any more");
    bob.command(Command::Merge(MergeStep::Redo));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "bob\nalice\n");
}

#[test]
fn second_412_keeps_decisions_and_names_the_newest_version() {
    let (mut server, mut alice, mut bob) = both_save("one\ntwo\nthree\n", "alice\ntwo\nthree\n", "bob\ntwo\nthree\n");
    decide_all(&mut bob, &Decision::Theirs);
    alice.write("alice\ntwo\nTHREE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::MergedAnew { .. })), "{:?}", bob.editor.notice());
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 0, "the decision stands");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice\ntwo\nTHREE\n");
}

/// Each repeated merge would keep the one before, and a simulated writer is refused very often.
#[test]
fn second_412_begins_a_new_merge_without_a_user() {
    let (mut server, mut alice, mut bob) = both_save("one\ntwo\nthree\n", "alice\ntwo\nthree\n", "bob\ntwo\nthree\n");
    bob.editor = bob.editor.unattended();
    decide_all(&mut bob, &Decision::Mine);
    alice.write("alice\ntwo\nTHREE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    let merge = bob.editor.document_merge().unwrap();
    assert_eq!(
        (merge.base().content.as_str(), merge.open_count()),
        ("alice\ntwo\nthree\n", 0),
        "over the merged version"
    );
    let undo = Command::Merge(MergeStep::Undo);
    assert_eq!(bob.editor.why_unavailable(&undo), Some(Unavailable::NoStep));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "bob\ntwo\nTHREE\n");
}

#[test]
fn undo_of_a_repeated_merge_restores_the_previous_tag() {
    let (mut server, mut alice, mut bob) = both_save("one\ntwo\nthree\n", "alice\ntwo\nthree\n", "bob\ntwo\nthree\n");
    decide_all(&mut bob, &Decision::Mine);
    alice.write("alice\ntwo\nTHREE\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().theirs().etag.to_string(), "\"v2\"");
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging, "the older tag meets its 412: THREE is not overwritten");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "bob\ntwo\nTHREE\n");
}

#[test]
fn undo_of_a_title_remerge_keeps_content_decisions() {
    let (mut server, mut alice, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::Mine);
    let titled = Document { title: "Another".to_owned(), ..document("alice\n") };
    alice.take(EditorInput::Typed(titled.into()));
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 0, "only the merge anew was taken back");
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1);
}

#[test]
fn several_changes_are_decided_in_one_step() {
    let (_, _, mut bob) =
        both_save("one\ntwo\nthree\nfour\nfive\n", "alice\ntwo\nTHREE\nfour\nFIVE\n", "bob\ntwo\nthree\nfour\nfive\n");
    let places = bob.editor.document_merge().unwrap().changes().to_vec();
    bob.command(Command::Merge(MergeStep::DecideAll { places, decision: Decision::Base }));
    assert_eq!(bob.editor.document_merge().unwrap().result().unwrap().content, "one\ntwo\nthree\nfour\nfive\n");
    bob.command(Command::Merge(MergeStep::Undo));
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1);
    bob.command(Command::Merge(MergeStep::DecideAll { places: vec![ChangeId::Region(99)], decision: Decision::Base }));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Unavailable(_))), "there is no such change");
}

#[test]
fn same_text_needs_no_merge() {
    let (server, _, bob) = both_save("one\n", "two\n", "two\n");
    assert_eq!(bob.editor.phase(), EditorPhase::Clean);
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::SameText(_))));
    assert_eq!(server.versions.len(), 2);
}

#[test]
fn same_text_needs_no_merge_however_it_arose() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    alice.write("three\n");
    alice.ask(Command::Save, &mut server);
    bob.write("three\n");
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Clean);
    assert_eq!(bob.editor.base().unwrap().etag.to_string(), "\"v3\"");
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::SameText(_))));
}

#[test]
fn merge_with_the_same_result_saved_elsewhere_is_done() {
    let (mut server, mut alice, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::TheirsMine);
    for content in ["in between\n", "alice\nbob\n"] {
        alice.write(content);
        alice.ask(Command::Save, &mut server);
    }
    bob.ask(Command::Save, &mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "alice\nbob\n"));
}

#[test]
fn unconditional_save_is_explained_and_can_be_corrected() {
    let (mut server, mut alice, _) = both_have("one\n");
    assert!(alice.editor.why_unavailable(&Command::RetryWithPrecondition).is_some());
    alice.write("two\n");
    alice.ask(Command::SaveUnconditionally, &mut server);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Required(_))));
    assert_eq!(alice.editor.phase(), EditorPhase::Edited);
    alice.ask(Command::RetryWithPrecondition, &mut server);
    assert_eq!(content(&server), "two\n");
}

#[test]
fn further_typing_keeps_decisions_about_other_lines() {
    let (mut server, _, mut bob) = both_save("one\ntwo\nthree\n", "alice\ntwo\nthree\n", "bob\ntwo\nthree\n");
    decide_all(&mut bob, &Decision::Theirs);
    bob.write("bob\ntwo\nTHREE\n");
    assert!(bob.editor.is_merge_outdated());
    assert_eq!(bob.editor.phase(), EditorPhase::Merging, "the merge stays, whatever is typed");
    bob.pause();
    assert!(!bob.editor.is_merge_outdated());
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 0);
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice\ntwo\nTHREE\n");
}

#[test]
fn further_typing_reopens_the_decision_about_its_lines() {
    let (_, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::Theirs);
    bob.write("bob!\n");
    bob.pause();
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 1, "it was about another text");
    bob.write("bob\n");
    bob.pause();
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 0, "now it is about these texts again");
}

#[test]
fn save_merges_what_was_just_typed() {
    let (mut server, _, mut bob) = both_save("one\ntwo\nthree\n", "ONE\ntwo\nthree\n", "one\ntwo\nbob\n");
    bob.write("one\ntwo\nbob\nlast words\n");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "ONE\ntwo\nbob\nlast words\n");
}

#[test]
fn typing_the_text_of_theirs_ends_the_merge() {
    let (_, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    bob.write("alice\n");
    bob.pause();
    assert_eq!((bob.editor.phase(), bob.editor.document_merge().is_none()), (EditorPhase::Clean, true));
}

#[test]
fn result_is_my_text_as_soon_as_it_is_sent() {
    let (mut server, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::MineTheirs);
    bob.command(Command::Save);
    assert_eq!(bob.editor.mine().content, "bob\nalice\n", "what is typed now goes into the result");
    assert!(bob.editor.document_merge().is_none());
    bob.write("bob\nalice\nand more\n");
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Edited, "bob\nalice\nand more\n"));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "bob\nalice\nand more\n");
}

#[test]
fn second_412_after_typing_on_merges_over_what_was_seen() {
    let (mut server, mut alice, mut bob) = both_save("one\ntwo\nthree\n", "alice\ntwo\nthree\n", "bob\ntwo\nthree\n");
    decide_all(&mut bob, &Decision::MineTheirs);
    alice.write("alice\ntwo\nTHREE\n");
    alice.ask(Command::Save, &mut server);
    bob.command(Command::Save);
    bob.write("bob\nalice\n2\nthree\n");
    bob.exchange(&mut server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(
        bob.editor.document_merge().map(editor::DocumentMerge::open_count),
        Some(1),
        "both touch the last lines"
    );
    let base = bob.editor.document_merge().unwrap().base().content.clone();
    assert_eq!(base, "alice\ntwo\nthree\n", "Alice's first line was seen, and is no news");
    decide_all(&mut bob, &Decision::Edited(b"2\nTHREE\n".to_vec()));
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "bob\nalice\n2\nTHREE\n");
}

#[test]
fn reconnect_merges_what_was_typed() {
    let (mut server, mut alice, mut bob) = both_have("one\ntwo\nthree\n");
    alice.write("ONE\ntwo\nthree\n");
    alice.ask(Command::Save, &mut server);
    bob.write("one\ntwo\nTHREE\n");
    bob.take(EditorInput::Disconnected);
    bob.exchange(&mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
}

#[test]
fn reconnect_leaves_an_untouched_text() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    bob.take(EditorInput::Disconnected);
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Stale, "one\n"));
}

#[test]
fn newer_version_during_merge_is_what_the_notice_names() {
    let (mut server, mut alice, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::Mine);
    alice.write("alice again\n");
    alice.ask(Command::Save, &mut server);
    while bob.told < server.versions.len() {
        bob.hear(&server);
    }
    bob.command(Command::Merge(MergeStep::Undo));
    decide_all(&mut bob, &Decision::Theirs);
    let notice = bob.editor.notice().unwrap().to_string();
    assert_eq!(notice, "alice has saved version \"v3\" meanwhile: a save will get a 412 and merge that too");
}

#[test]
fn further_typing_in_a_settled_line_keeps_its_text_by_hand() {
    let (_, _, mut bob) = both_save("one\ntwo\nthree\n", "one\ntwo\nALICE\n", "bob\ntwo\nthree\n");
    let mine = bob.editor.document_merge().unwrap().changes()[0];
    bob.command(Command::Merge(MergeStep::Decide { place: mine, decision: Decision::Edited(b"by hand\n".to_vec()) }));
    bob.write("bob!\ntwo\nthree\n");
    bob.pause();
    assert_eq!(bob.editor.document_merge().unwrap().open_count(), 0, "the line settles by itself again");
    assert_eq!(bob.draft.as_ref().unwrap().manual_edit.as_deref(), Some("by hand\n"));
}

#[test]
fn deleted_during_merge_keeps_decided_hand_text() {
    let (mut server, mut alice, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::Edited(b"by hand\n".to_vec()));
    alice.ask(Command::Delete, &mut server);
    bob.ask(Command::Reload, &mut server);
    assert!(matches!(bob.editor.phase(), EditorPhase::DeletedBy(_)));
    assert_eq!(bob.draft.as_ref().unwrap().manual_edit.as_deref(), Some("by hand\n"));
}

#[test]
fn only_a_412_is_called_one() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("alice\n");
    alice.ask(Command::Save, &mut server);
    bob.write("bob\n");
    let draft = bob.draft.clone();
    bob.ask(Command::Reload, &mut server);
    assert_eq!(bob.editor.notice().unwrap().to_string(), "alice has saved since. 1 conflict to decide, then save");
    let mut again = Desk::new("bob");
    again.editor = editor::Editor::new("welcome".parse().unwrap(), "bob".parse().unwrap(), draft);
    again.ask(Command::Open, &mut server);
    let notice = again.editor.notice().unwrap().to_string();
    assert!(
        notice.starts_with("unsaved text from an earlier run is here again, and alice has saved since"),
        "{notice}"
    );
    let mut late = Desk::new("carol");
    late.editor = editor::Editor::new("welcome".parse().unwrap(), "carol".parse().unwrap(), None);
    late.ask(Command::Open, &mut server);
    alice.write("alice again\n");
    alice.ask(Command::Save, &mut server);
    late.write("carol\n");
    late.ask(Command::Save, &mut server);
    assert!(late.editor.notice().unwrap().to_string().starts_with("412: alice saved first"));
}

#[test]
fn reloading_merges_what_was_typed() {
    let (mut server, mut alice, mut bob) = both_have("one\ntwo\nthree\n");
    alice.write("ONE\ntwo\nthree\n");
    alice.ask(Command::Save, &mut server);
    bob.write("one\ntwo\nTHREE\n");
    bob.ask(Command::Reload, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    assert_eq!(bob.editor.document_merge().unwrap().result().unwrap().content, "ONE\ntwo\nTHREE\n");
}

#[test]
fn reloading_an_untouched_text_takes_theirs() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Reload, &mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "two\n"));
    bob.ask(Command::Reload, &mut server);
    assert_eq!(bob.editor.notice(), Some(&EditorNotice::NotModified));
}

#[test]
fn deleted_document_requires_a_decision_about_mine() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    bob.ask(Command::Delete, &mut server);
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::DeletedBy(Some("bob".parse().unwrap())));
    assert_eq!(alice.editor.mine().content, "two\n");
    alice.command(Command::Save);
    assert!(alice.transit.is_none(), "a save alone does not bring a document back");
    alice.ask(Command::CreateAgain, &mut server);
    assert_eq!(content(&server), "two\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
}

#[test]
fn result_of_a_merge_survives_its_document() {
    let (mut server, mut alice, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::Edited(b"by hand\n".to_vec()));
    alice.ask(Command::Delete, &mut server);
    bob.ask(Command::Save, &mut server);
    assert!(matches!(bob.editor.phase(), EditorPhase::DeletedBy(_)));
    assert_eq!(bob.editor.mine().content, "by hand\n");
}

#[test]
fn mine_can_be_discarded_with_the_document() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    bob.ask(Command::Delete, &mut server);
    alice.write("two\n");
    alice.ask(Command::Reload, &mut server);
    assert!(matches!(alice.editor.phase(), EditorPhase::DeletedBy(_)));
    alice.command(Command::DiscardMine);
    assert_eq!(alice.editor.mine().content, "");
    assert!(!alice.editor.has_unsaved());
}

#[test]
fn delete_of_a_stale_version_is_refused() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    while bob.told < server.versions.len() {
        bob.hear(&server);
    }
    bob.ask(Command::Delete, &mut server);
    let says = bob.editor.notice().map(ToString::to_string).unwrap_or_default();
    assert_eq!(says, "412: not deleted, alice has saved since; read it again first");
    assert_eq!(bob.editor.phase(), EditorPhase::Stale);
    assert_eq!(content(&server), "two\n");
}

#[test]
fn second_of_two_racing_creations_merges() {
    let mut server = Server::default();
    let (mut alice, mut bob) = (Desk::new("alice"), Desk::new("bob"));
    alice.ask(Command::Open, &mut server);
    bob.ask(Command::Open, &mut server);
    assert_eq!(alice.editor.notice(), Some(&EditorNotice::New));
    alice.write("alice\n");
    bob.write("bob\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    decide_all(&mut bob, &Decision::TheirsMine);
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice\nbob\n");
}

#[test]
fn default_title_does_not_conflict() {
    let mut server = Server::default();
    let mut bob = Desk::new("bob");
    bob.ask(Command::Open, &mut server);
    bob.write("bob\n");
    server.append(Some(Document { title: "By Alice".to_owned(), ..document("alice\n") }), "alice".parse().unwrap());
    bob.ask(Command::Save, &mut server);
    let conflict = bob.editor.document_merge().unwrap();
    assert_eq!(conflict.open_count(), 1, "only what both wrote");
    assert_eq!(conflict.title().chosen().map(String::as_str), Some("By Alice"));
}

#[test]
fn overwriting_names_the_version_that_was_shown() {
    let (mut server, mut alice, mut bob) = both_save("one\n", "alice\n", "bob\n");
    alice.write("alice again\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::OverwriteTheirs, &mut server);
    assert_eq!(content(&server), "alice again\n", "a third version that Bob has not seen stays");
    bob.ask(Command::OverwriteTheirs, &mut server);
    assert_eq!(content(&server), "bob\n");
}

#[test]
fn titles_merge_as_single_values() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    let titled = |title: &str, content: &str| Document { title: title.to_owned(), ..document(content) };
    alice.take(EditorInput::Typed(titled("Alice's", "one\n").into()));
    alice.ask(Command::Save, &mut server);
    bob.take(EditorInput::Typed(titled("Bob's", "one\ntwo\n").into()));
    bob.ask(Command::Save, &mut server);
    let conflict = bob.editor.document_merge().unwrap();
    assert!(conflict.is_open(ChangeId::Title));
    assert_eq!(conflict.open_count(), 1);
    bob.command(Command::Merge(MergeStep::Decide { place: ChangeId::Title, decision: Decision::MineTheirs }));
    assert!(bob.editor.document_merge().unwrap().is_open(ChangeId::Title), "a title cannot be both");
    bob.command(Command::Merge(MergeStep::Decide { place: ChangeId::Title, decision: Decision::Theirs }));
    bob.ask(Command::Save, &mut server);
    assert_eq!(server.current().unwrap().document, titled("Alice's", "one\ntwo\n"));
}

#[test]
fn draft_is_restored_and_deleted_after_the_save() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("al\n");
    alice.write("alice\n");
    let draft = alice.draft.clone().expect("what was typed is kept");
    assert_eq!(draft.mine.content, "alice\n", "and it is the last that was typed");
    bob.write("bob\n");
    bob.ask(Command::Save, &mut server);
    let me = alice.editor.me().clone();
    let mut again = Desk::new("alice");
    again.editor = editor::Editor::new("welcome".parse().unwrap(), me, Some(draft));
    again.ask(Command::Open, &mut server);
    assert_eq!(again.editor.phase(), EditorPhase::Merging, "it meets what came in between");
    decide_all(&mut again, &Decision::MineTheirs);
    again.draft = alice.draft;
    again.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "alice\nbob\n");
    assert!(again.draft.is_none());
}

/// Returns two editors that have read version 2, `two` by Alice; version 1 is `one`.
fn both_have_two_versions() -> (Server, Desk, Desk) {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Reload, &mut server);
    (server, alice, bob)
}

fn bring_back_the_first(server: &Server) -> Command {
    let first = &server.versions[0];
    Command::BringBack { etag: first.etag.clone(), document: Box::new(first.document.clone().unwrap()) }
}

#[test]
fn restored_version_is_an_edit_until_saved_on_my_base() {
    let (mut server, _, mut bob) = both_have_two_versions();
    let revision = bob.editor.revision();
    bob.command(bring_back_the_first(&server));
    assert!(bob.transit.is_none(), "nothing is sent");
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Edited, "one\n"));
    assert_eq!(bob.editor.notice(), Some(&EditorNotice::BroughtBack("\"v1\"".parse().unwrap())));
    assert!(bob.editor.revision() > revision, "the buffer has to be loaded");
    assert!(bob.draft.is_some(), "it is kept as any other unsaved text");
    bob.command(Command::Save);
    let Some(Transit::Asked(_, EditorRequest::Write { guard, .. })) = &bob.transit else { panic!("no write: {bob:?}") };
    assert_eq!(*guard, Guard::IfMatch("\"v2\"".parse().unwrap()), "the base, and not the version that it was");
    bob.exchange(&mut server);
    assert_eq!((server.versions.len(), content(&server).as_str()), (3, "one\n"));
}

#[test]
fn restored_version_overwrites_nothing_saved_since() {
    let (mut server, mut alice, mut bob) = both_have_two_versions();
    alice.write("two\nthree\n");
    alice.ask(Command::Save, &mut server);
    bob.command(bring_back_the_first(&server));
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    assert_eq!(content(&server), "two\nthree\n");
}

#[test]
fn restored_version_during_a_merge_is_merged() {
    let (server, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    bob.command(bring_back_the_first(&server));
    bob.pause();
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    let conflict = bob.editor.document_merge().unwrap();
    assert_eq!((conflict.mine().content.as_str(), conflict.open_count()), ("one\n", 0));
}

#[test]
fn old_version_equal_to_my_text_cannot_be_brought_back() {
    let (server, mut alice, _) = both_have("one\n");
    alice.command(bring_back_the_first(&server));
    assert_eq!(alice.editor.notice(), Some(&EditorNotice::Unavailable(Unavailable::SameAlready.to_string())));
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
}

#[test]
fn text_of_a_deleted_document_can_be_created_again() {
    let (mut server, mut alice, mut bob) = both_have_two_versions();
    alice.ask(Command::Delete, &mut server);
    while bob.told < server.versions.len() {
        bob.hear(&server);
    }
    bob.command(bring_back_the_first(&server));
    assert!(matches!(bob.editor.phase(), EditorPhase::DeletedBy(_)));
    bob.ask(Command::CreateAgain, &mut server);
    assert_eq!(content(&server), "one\n");
}
