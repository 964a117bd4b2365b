//! Notices about saves of others: only those that are known, and only authors who are known.

use contract::{EntityTag, Snapshot};
use editor::{ChangeId, Command, EditorInput, EditorPhase, PreconditionFailure, ResponseOutcome};

use crate::world::{Desk, document};

/// Returns the version with that tag by that author.
fn version(etag: &str, author: &str, content: &str) -> Snapshot {
    Snapshot { etag: etag.parse().unwrap(), author: author.parse().ok(), at: None, document: document(content) }
}

/// Returns a tag of this server: the number of the version, and a hash.
fn numbered(number: u32) -> String {
    format!("\"v{number}-0011aabb\"")
}

fn refused_by(current: Snapshot) -> ResponseOutcome {
    let current = Some(current);
    ResponseOutcome::Failed(Box::new(PreconditionFailure { current, ..PreconditionFailure::default() }))
}

/// Returns Bob, who has read version 1 by the teacher.
fn bob(content: &str) -> Desk {
    let mut bob = Desk::new("bob");
    bob.command(Command::Open);
    bob.answer(ResponseOutcome::Read(version(&numbered(1), "teacher", content)));
    bob
}

#[test]
fn other_tag_of_the_same_text_is_not_called_a_save() {
    let mut bob = bob("locked\n");
    bob.write("locked\nsince Monday\n");
    bob.command(Command::Save);
    bob.answer(refused_by(version(&numbered(3), "dora", "locked\n")));
    let ahead = "412: the server is 2 versions ahead, the last one by dora. All changes fit together; look, then save";
    assert_eq!(bob.says(), ahead);
    // The server begins to make its tags from the content: the text stays, the tag does not.
    bob.command(Command::Reload);
    bob.answer(ResponseOutcome::Read(version("\"5f0c\"", "dora", "locked\n")));
    let same = "the server has the same text, under another tag. Merged again: ";
    assert!(bob.says().starts_with(same), "{}", bob.says());
}

#[test]
fn first_merge_over_another_tag_names_no_author() {
    let mut bob = bob("one\n");
    bob.write("one\nbob\n");
    for (read, says) in [
        (EditorInput::Command(Command::Save), "412: the server has the same text, under another tag. Look, then save"),
        (EditorInput::Command(Command::Reload), "the server has the same text, under another tag. Look, then save"),
    ] {
        let mut bob = Desk { editor: bob.editor.clone(), transit: None, background: None, draft: None, ..bob };
        let is_save = read == EditorInput::Command(Command::Save);
        bob.take(read);
        let current = version("\"5f0c\"", "dora", "one\n");
        bob.answer(if is_save { refused_by(current) } else { ResponseOutcome::Read(current) });
        assert_eq!(bob.says(), says);
        assert!(bob.editor.document_merge().unwrap().has_only_another_tag());
    }
}

#[test]
fn other_tag_makes_no_unedited_text_stale() {
    let mut bob = bob("one\n");
    bob.take(EditorInput::Disconnected);
    bob.answer(ResponseOutcome::Read(version("\"5f0c\"", "dora", "one\n")));
    assert_eq!((bob.editor.phase(), bob.says()), (EditorPhase::Clean, "this is version \"5f0c\"".to_owned()));
    // Another text is a save, whatever the tags are.
    bob.take(EditorInput::Disconnected);
    bob.answer(ResponseOutcome::Read(version("\"77ab\"", "dora", "two\n")));
    assert_eq!(bob.editor.phase(), EditorPhase::Stale);
    assert_eq!(bob.says(), "dora saved version \"77ab\": my text is based on an older one");
}

#[test]
fn refused_delete_names_only_a_known_save() {
    let delete = |etag: &str| {
        let mut bob = bob("one\n");
        bob.command(Command::Delete);
        let etag: Option<EntityTag> = etag.parse().ok();
        bob.answer(ResponseOutcome::Failed(Box::new(PreconditionFailure { etag, ..PreconditionFailure::default() })));
        bob.says()
    };
    let other = "412: not deleted, the tag that the delete named is not the current one; read it again first";
    assert_eq!(delete("\"5f0c\""), other);
    assert_eq!(delete(&numbered(2)), "412: not deleted, another client has saved since; read it again first");
    let ahead = "412: not deleted, the server is 2 versions ahead, the last one by another client; read it again first";
    assert_eq!(delete(&numbered(3)), ahead);
}

/// Bob receives Carol's version, and then one by Dora, in one case without the version between these.
#[test]
fn second_merge_names_no_author_for_versions_not_received() {
    let mut bob = bob("a\nb\nc\nd\ne\n");
    bob.write("a\nb\nC\nd\ne\n");
    bob.command(Command::Save);
    bob.answer(refused_by(version(&numbered(2), "carol", "A\nb\nc\nd\ne\n")));
    let authors = |bob: &Desk| {
        let conflict = bob.editor.document_merge().unwrap();
        let author =
            |place: ChangeId| conflict.introduced_by(place).map(|version| version.author.as_ref().unwrap().to_string());
        let changes = conflict.changes().iter().copied();
        changes.map(author).map(|author| author.unwrap_or_else(|| "?".to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(authors(&bob)[0], "carol");
    let preview = |bob: &mut Desk| {
        bob.command(Command::PreviewSave);
        bob.says().split_once(';').unwrap().0.to_owned()
    };
    assert_eq!(preview(&mut bob), "your text with 1 line of carol's");
    let dora = |number| version(&numbered(number), "dora", "A\nb\nc\nd\nE\n");
    for (number, says, preview_says, last) in [
        (3, "412 again: dora saved meanwhile. Merged again: ", "your text with 2 lines of others'", "dora"),
        (
            4,
            "412 again: the server is 2 versions ahead, the last one by dora. Merged again: ",
            "your text with 2 lines of others'",
            "?",
        ),
    ] {
        let mut bob = Desk { editor: bob.editor.clone(), transit: None, background: None, draft: None, ..bob };
        bob.command(Command::Save);
        bob.answer(refused_by(dora(number)));
        assert!(bob.says().starts_with(says), "{}", bob.says());
        let authors = authors(&bob);
        assert_eq!((authors[0].as_str(), authors.last().unwrap().as_str()), ("carol", last));
        assert_eq!(preview(&mut bob), preview_says);
    }
}
