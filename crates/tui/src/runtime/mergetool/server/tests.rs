//! What the server of files answers: creating, saving, reading and a change from outside.

use super::*;
use editor::MergeDraft;
use merge::Choice;
use std::fs;

/// Three files, and the server that is made of them.
fn server(output: Option<&str>) -> (tempfile::TempDir, FileServer) {
    let folder = tempfile::tempdir().unwrap();
    let text = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        MergeInput { label: name.to_owned(), path, text: text.to_owned() }
    };
    let texts = [text("mine", "a\nM\nc\n"), text("base", "a\nb\nc\n"), text("theirs", "a\nT\nc\n")];
    let output = output.map(|name| folder.path().join(name));
    let output = output.map(|path| (path.clone(), SeenContent::of(&path, MAX_BYTES).unwrap()));
    let server = FileServer::new("recipe.txt".to_owned(), texts, output, None);
    (folder, server)
}

fn met(outcome: ResponseOutcome) -> PreconditionFailure {
    match outcome {
        ResponseOutcome::Failed(failed) => *failed,
        other => panic!("{other:?}"),
    }
}

fn detail(outcome: ResponseOutcome) -> String {
    match outcome {
        ResponseOutcome::Refused(problem) => problem.detail,
        other => panic!("{other:?}"),
    }
}

fn content(version: Option<&Snapshot>) -> &str {
    version.map_or("", |version| &version.document.content)
}

#[test]
fn unchanged_files_are_written() {
    let (folder, mut server) = server(None);
    let guard = Guard::IfMatch(server.current.etag.clone());
    let ask = EditorRequest::Write { guard, document: document("recipe.txt", "R".to_owned()), want_current: true };
    assert!(matches!(server.answer(ask), ResponseOutcome::Saved(_)));
    assert!(server.is_saved());
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
    assert!(matches!(server.write("typed on"), ResponseOutcome::Saved(_)), "what was written is what is seen");
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"typed on");
}

#[test]
fn write_that_names_another_version_is_refused() {
    let (folder, mut server) = server(None);
    let guard = Guard::IfMatch("\"other\"".parse().unwrap());
    let ask = EditorRequest::Write { guard, document: document("recipe.txt", "R".to_owned()), want_current: true };
    assert_eq!(content(met(server.answer(ask)).current.as_ref()), "a\nT\nc\n");
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"a\nM\nc\n");
}

#[test]
fn changed_mine_is_met_and_not_overwritten() {
    let (folder, mut server) = server(None);
    let mine = folder.path().join("mine");
    fs::write(&mine, "a\nM\nc\nd\n").unwrap();
    let failed = met(server.write("R"));
    assert_eq!(content(failed.replaced.as_ref()), "a\nM\nc\n");
    assert_eq!(content(failed.current.as_ref()), "a\nM\nc\nd\n");
    assert_eq!(fs::read(&mine).unwrap(), b"a\nM\nc\nd\n");
    assert!(matches!(server.write("R2"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(&mine).unwrap(), b"R2");
}

#[test]
fn changed_mine_that_says_the_same_is_saved() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("mine"), "R").unwrap();
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(Saved { replayed: true, .. })));
}

#[test]
fn changed_theirs_goes_on_with_the_merge() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("theirs"), "a\nT2\nc\n").unwrap();
    let failed = met(server.write("R"));
    assert_eq!((content(failed.current.as_ref()), failed.replaced), ("a\nT2\nc\n", None));
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(_)));
}

#[test]
fn changed_theirs_after_changed_mine_says_what_it_replaced() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("mine"), "a\nM\nc\nd\n").unwrap();
    met(server.write("R"));
    fs::write(folder.path().join("theirs"), "a\nT2\nc\n").unwrap();
    let failed = met(server.write("R2"));
    assert_eq!(content(failed.replaced.as_ref()), "a\nT\nc\n");
    assert_eq!(content(failed.current.as_ref()), "a\nT2\nc\n");
}

#[test]
fn changed_base_is_told_while_it_matters() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("base"), "a\nB2\nc\n").unwrap();
    assert_eq!(met(server.write("R")).base.map(|base| base.content), Some("a\nB2\nc\n".to_owned()));
    fs::write(folder.path().join("mine"), "other").unwrap();
    met(server.write("R"));
    fs::write(folder.path().join("base"), "again").unwrap();
    assert!(
        matches!(server.write("R"), ResponseOutcome::Saved(_)),
        "the result is merged with mine, and needs no base"
    );
}

#[test]
fn output_is_compared_and_mine_is_left_alone() {
    let (folder, mut server) = server(Some("output"));
    let output = folder.path().join("output");
    fs::write(&output, "came meanwhile").unwrap();
    let failed = met(server.write("R"));
    assert_eq!((content(failed.replaced.as_ref()), content(failed.current.as_ref())), ("", "came meanwhile"));
    fs::write(folder.path().join("mine"), "a\nM2\nc\n").unwrap();
    let failed = met(server.write("R2"));
    assert_eq!(content(failed.replaced.as_ref()), "a\nM\nc\n", "mine is a side of the merge here");
    assert!(matches!(server.write("R3"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(&output).unwrap(), b"R3");
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"a\nM2\nc\n");
}

#[test]
fn merge_without_a_conflict_begins_again() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("theirs"), "a\nb\nc\n").unwrap();
    assert_eq!(server.settled(), None);
    met(server.write("R"));
    server.begin_again().unwrap();
    assert_eq!(server.settled().as_deref(), Some("a\nM\nc\n"), "theirs changed nothing");
    assert!(matches!(server.write("a\nM\nc\n"), ResponseOutcome::Saved(_)));
}

#[test]
fn output_that_changed_is_not_overwritten_unseen() {
    let (folder, mut server) = server(Some("output"));
    fs::write(folder.path().join("output"), "came meanwhile").unwrap();
    met(server.write("R"));
    assert!(
        server.begin_again().unwrap_err().ends_with("output has changed since it was read, and was not overwritten")
    );
}

#[test]
fn what_cannot_be_written_is_refused_with_the_cause() {
    let (folder, mut server) = server(None);
    let mine = folder.path().join("mine");
    fs::rename(&mine, folder.path().join("moved")).unwrap();
    assert!(detail(server.write("R")).ends_with("mine is gone: it was moved or deleted"));
    fs::write(&mine, b"\xff\xfe").unwrap();
    assert!(detail(server.write("R")).ends_with("mine has changed since it was read, and is not UTF-8 now"));
    assert!(!server.is_saved());
}

/// A draft of that text in that merge.
fn draft_in(base: Snapshot, mine: &str, theirs: Snapshot) -> Draft {
    let mine = document("recipe.txt", mine.to_owned());
    let merge = MergeDraft {
        base: base.document.clone(),
        base_tag: Some(base.etag.clone()),
        mine: mine.clone(),
        sent: None,
        theirs,
        over: None,
        title: Choice::Undecided,
        parent: Choice::Undecided,
        format: Choice::Undecided,
        full_override: None,
        decisions: Vec::new(),
        hands: Vec::new(),
    };
    Draft { merge: Some(Box::new(merge)), ..Draft::new(Some(base), mine) }
}

#[test]
fn draft_of_the_same_texts_goes_on_as_it_was() {
    let (folder, mut server) = server(None);
    let draft = draft_in(server.base(), "a\nM\nc\n", server.current.clone());
    assert!(server.is_current(&draft));
    let current = server.current.clone();
    server.restore(&draft);
    assert_eq!(server.current, current);
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
}

#[test]
fn draft_with_typed_words_is_of_the_same_files() {
    for output in [None, Some("output")] {
        let (folder, mut server) = server(output);
        let draft = draft_in(server.base(), "a\nM and typed\nc\n", server.current.clone());
        assert!(server.is_current(&draft), "{output:?}");
        server.mine.text.push_str("changed\n");
        assert!(!server.is_current(&draft), "{output:?}: my file has changed");
        server.mine.text = "a\nM\nc\n".to_owned();
        server.restore(&draft);
        assert!(matches!(server.write("R"), ResponseOutcome::Saved(_)), "{output:?}: no file has changed");
        assert_eq!(fs::read(folder.path().join(output.unwrap_or("mine"))).unwrap(), b"R");
    }
}

#[test]
fn draft_of_older_texts_meets_what_has_changed_since() {
    let (folder, mut server) = server(None);
    let base = version_of(&server, VersionKind::Base, "a\nb\nc\n", "a\nM old\nc\n");
    let theirs = version_of(&server, VersionKind::Theirs, "a\nT old\nc\n", "a\nM old\nc\n");
    let draft = draft_in(base, "a\nM old\nc\n", theirs.clone());
    assert!(!server.is_current(&draft));
    server.restore(&draft);
    assert_eq!(server.current, theirs);
    assert_eq!(content(met(server.write("R")).current.as_ref()), "a\nT\nc\n", "theirs is another by now");
    let failed = met(server.write("R"));
    assert_eq!(content(failed.replaced.as_ref()), "a\nM old\nc\n");
    assert_eq!(content(failed.current.as_ref()), "a\nM\nc\n", "and mine as well");
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
}

#[test]
fn draft_that_had_met_the_file_goes_on_with_it() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("mine"), "a\nM\nc\nd\n").unwrap();
    let failed = met(server.write("R"));
    let draft = draft_in(failed.replaced.unwrap(), "R", failed.current.clone().unwrap());
    // The next run reads the files as they are now.
    let texts = [server.mine.clone(), server.base.clone(), server.theirs.clone()];
    let mut next = FileServer::new("recipe.txt".to_owned(), texts, None, None);
    assert!(next.is_current(&draft));
    next.restore(&draft);
    assert_eq!(Some(next.current.clone()), failed.current);
    fs::write(folder.path().join("base"), "another").unwrap();
    assert!(matches!(next.write("R"), ResponseOutcome::Saved(_)), "the base does not matter any more");
}

#[test]
fn draft_for_an_output_of_unknown_content_overwrites_nothing() {
    let (folder, mut server) = server(Some("output"));
    let draft = draft_in(server.base(), "a\nM\nc\n", server.current.clone());
    fs::write(folder.path().join("output"), "written since").unwrap();
    server.seen = SeenContent::of(&folder.path().join("output"), MAX_BYTES).unwrap();
    assert!(!server.is_current(&draft));
    server.restore(&draft);
    assert_eq!(content(met(server.write("R")).current.as_ref()), "written since");
    assert_eq!(fs::read(folder.path().join("output")).unwrap(), b"written since");
}

#[test]
fn draft_of_a_document_is_none_of_files() {
    let (_folder, mut server) = server(None);
    let tag: EntityTag = "\"v1-00000000\"".parse().unwrap();
    let snapshot = Snapshot { etag: tag, author: None, at: None, document: server.mine() };
    let draft = Draft::new(Some(snapshot), server.mine());
    assert!(!server.is_current(&draft));
    let current = server.current.clone();
    server.restore(&draft);
    assert_eq!(server.current, current);
}

fn version_of(server: &FileServer, kind: VersionKind, text: &str, seen: &str) -> Snapshot {
    let etag = VersionOrigin::tag(kind, text, &SeenContent::Content(seen.as_bytes().to_vec()), seen);
    Snapshot { etag, author: None, at: None, document: document(&server.title, text.to_owned()) }
}

#[test]
fn tags_are_the_same_in_the_next_run() {
    let seen = SeenContent::Content(b"mine".to_vec());
    let tag = |text| VersionOrigin::tag(VersionKind::Theirs, text, &seen, "mine");
    assert_eq!(tag("a\n"), tag("a\n"));
    assert_ne!(tag("a\n"), tag("b\n"));
    let origin =
        VersionOrigin { kind: VersionKind::Theirs, text: hash(b"a\n"), seen: hash(b"mine"), mine: Some(hash(b"mine")) };
    assert_eq!(VersionOrigin::of(&tag("a\n")), Some(origin));
    assert_eq!(VersionOrigin::of(&"\"v1-00000000\"".parse().unwrap()), None);
    let earlier = tag("a\n").to_string().rsplit_once('-').map(|(start, _)| format!("{start}\""));
    let earlier = earlier.and_then(|tag| VersionOrigin::of(&tag.parse().unwrap()));
    assert_eq!(earlier, Some(VersionOrigin { mine: None, ..origin }), "an earlier program left my file out");
}
