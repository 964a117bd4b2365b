//! How long a notice is shown: a confirmation until the user goes on, a warning as long as it is true.

use editor::{Command, EditorNotice, MergeStep};

use super::world::{both_have, both_save, decide_all};

#[test]
fn confirmation_ends_when_the_user_types() {
    let (mut server, mut alice, _) = both_have("one\n");
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Opened(_))));
    alice.write("one\ntwo\n");
    assert_eq!(alice.editor.notice(), None);
    alice.ask(Command::Save, &mut server);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Saved(_))));
    alice.write("one\ntwo\n");
    assert!(alice.editor.notice().is_some(), "the text is the same");
    alice.write("one\ntwo\nthree\n");
    assert_eq!(alice.editor.notice(), None);
}

#[test]
fn warning_of_a_newer_version_stays_while_the_user_types() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("one\ntwo\n");
    alice.ask(Command::Save, &mut server);
    // The events of both versions.
    bob.hear(&server);
    bob.hear(&server);
    bob.write("one\n#\n");
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::SomebodySaved { .. })));
    bob.ask(Command::Reload, &mut server);
    assert!(!matches!(bob.editor.notice(), Some(EditorNotice::SomebodySaved { .. })));
}

#[test]
fn notice_about_a_merge_ends_with_the_merge() {
    let (_, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    bob.command(Command::Save);
    assert_eq!(bob.editor.notice(), Some(&EditorNotice::ConflictsOpen(1)));
    decide_all(&mut bob, &merge::Decision::Mine);
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Decided { open: 0, .. })));
    bob.command(Command::Merge(MergeStep::Undo));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Decided { open: 1, .. })));
    // Bob's text is now Alice's: nothing is left to merge.
    bob.write("alice\n");
    bob.pause();
    assert!(bob.editor.document_merge().is_none());
    assert!(!matches!(bob.editor.notice(), Some(EditorNotice::Decided { .. })));
}

#[test]
fn loss_is_shown_until_the_user_dismisses_it() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("alice\n");
    alice.ask(Command::Save, &mut server);
    bob.write("bob\n");
    bob.ask(Command::SaveUnconditionally, &mut server);
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Required(_))));
    bob.write("bob still\n");
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Required(_))), "its offer is open");
    bob.command(Command::Dismiss);
    assert_eq!(bob.editor.notice(), None);
}
