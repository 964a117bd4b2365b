//! Tests of the server of files: writes, files that change meanwhile, and drafts of earlier runs.

use super::*;
use editor::MergeDraft;
use merge::Choice;
use std::fs;

/// Returns a server of three files, and their folder.
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

fn failure_of(outcome: ResponseOutcome) -> PreconditionFailure {
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
    let ask =
        EditorRequest::Write { guard, document: document("recipe.txt", "R".to_owned()).into(), want_current: true };
    assert!(matches!(server.answer(ask), ResponseOutcome::Saved(_)));
    assert!(server.is_saved());
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
    assert!(matches!(server.write("more"), ResponseOutcome::Saved(_)), "the server knows its own write");
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"more");
}

#[test]
fn write_that_names_another_version_is_refused() {
    let (folder, mut server) = server(None);
    let guard = Guard::IfMatch("\"other\"".parse().unwrap());
    let ask =
        EditorRequest::Write { guard, document: document("recipe.txt", "R".to_owned()).into(), want_current: true };
    assert_eq!(content(failure_of(server.answer(ask)).current.as_ref()), "a\nT\nc\n");
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"a\nM\nc\n");
}

#[test]
fn changed_mine_is_returned_and_not_overwritten() {
    let (folder, mut server) = server(None);
    let mine = folder.path().join("mine");
    fs::write(&mine, "a\nM\nc\nd\n").unwrap();
    let failure = failure_of(server.write("R"));
    assert_eq!(content(failure.replaced.as_ref()), "a\nM\nc\n");
    assert_eq!(content(failure.current.as_ref()), "a\nM\nc\nd\n");
    assert_eq!(fs::read(&mine).unwrap(), b"a\nM\nc\nd\n");
    assert!(matches!(server.write("R2"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(&mine).unwrap(), b"R2");
}

#[test]
fn mine_changed_to_the_result_counts_as_saved() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("mine"), "R").unwrap();
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(Saved { replayed: true, .. })));
}

#[test]
fn changed_theirs_continues_the_merge() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("theirs"), "a\nT2\nc\n").unwrap();
    let failure = failure_of(server.write("R"));
    assert_eq!((content(failure.current.as_ref()), failure.replaced), ("a\nT2\nc\n", None));
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(_)));
}

#[test]
fn theirs_changed_after_mine_comes_with_its_old_text() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("mine"), "a\nM\nc\nd\n").unwrap();
    failure_of(server.write("R"));
    fs::write(folder.path().join("theirs"), "a\nT2\nc\n").unwrap();
    let failure = failure_of(server.write("R2"));
    assert_eq!(content(failure.replaced.as_ref()), "a\nT\nc\n");
    assert_eq!(content(failure.current.as_ref()), "a\nT2\nc\n");
}

#[test]
fn changed_base_fails_a_write_only_while_it_matters() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("base"), "a\nB2\nc\n").unwrap();
    assert_eq!(failure_of(server.write("R")).base.map(|base| base.content), Some("a\nB2\nc\n".to_owned()));
    fs::write(folder.path().join("mine"), "other").unwrap();
    failure_of(server.write("R"));
    fs::write(folder.path().join("base"), "again").unwrap();
    assert!(
        matches!(server.write("R"), ResponseOutcome::Saved(_)),
        "the result was merged with mine, and the base does not matter any more"
    );
}

#[test]
fn output_is_compared_and_mine_is_not_written() {
    let (folder, mut server) = server(Some("output"));
    let output = folder.path().join("output");
    fs::write(&output, "new").unwrap();
    let failure = failure_of(server.write("R"));
    assert_eq!((content(failure.replaced.as_ref()), content(failure.current.as_ref())), ("", "new"));
    fs::write(folder.path().join("mine"), "a\nM2\nc\n").unwrap();
    let failure = failure_of(server.write("R2"));
    assert_eq!(content(failure.replaced.as_ref()), "a\nM\nc\n", "mine is only read");
    assert!(matches!(server.write("R3"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(&output).unwrap(), b"R3");
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"a\nM2\nc\n");
}

#[test]
fn merge_without_conflicts_begins_again() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("theirs"), "a\nb\nc\n").unwrap();
    assert_eq!(server.settled(), None);
    failure_of(server.write("R"));
    server.begin_again().unwrap();
    assert_eq!(server.settled().as_deref(), Some("a\nM\nc\n"), "theirs changed nothing");
    assert!(matches!(server.write("a\nM\nc\n"), ResponseOutcome::Saved(_)));
}

#[test]
fn changed_output_does_not_begin_again() {
    let (folder, mut server) = server(Some("output"));
    fs::write(folder.path().join("output"), "new").unwrap();
    failure_of(server.write("R"));
    assert!(
        server.begin_again().unwrap_err().ends_with("output has changed since it was read, and was not overwritten")
    );
}

#[test]
fn impossible_write_is_refused_with_the_cause() {
    let (folder, mut server) = server(None);
    let mine = folder.path().join("mine");
    fs::rename(&mine, folder.path().join("moved")).unwrap();
    assert!(detail(server.write("R")).ends_with("mine is gone: it was moved or deleted"));
    fs::write(&mine, b"\xff\xfe").unwrap();
    assert!(detail(server.write("R")).ends_with("mine has changed since it was read, and is not UTF-8 now"));
    assert!(!server.is_saved());
}

/// Returns a draft of `mine` in a merge with `theirs` over a base.
fn draft_in(base: Snapshot, mine: &str, theirs: Snapshot) -> Draft {
    let mine = document("recipe.txt", mine.to_owned());
    let merge = MergeDraft {
        base: base.document.clone().into(),
        base_tag: Some(base.etag.clone()),
        mine: mine.clone().into(),
        sent: None,
        theirs: theirs.into(),
        over: None,
        title: Choice::Undecided,
        parent: Choice::Undecided,
        format: Choice::Undecided,
        full_override: None,
        decisions: Vec::new(),
        hands: Vec::new(),
    };
    Draft { merge: Some(merge.into()), ..Draft::new(Some(base), mine) }
}

#[test]
fn draft_of_the_present_texts_is_restored() {
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
fn draft_with_typed_text_is_of_the_same_files() {
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
fn draft_of_older_texts_finds_each_changed_file() {
    let (folder, mut server) = server(None);
    let base = version_of(&server, VersionKind::Base, "a\nb\nc\n", "a\nM old\nc\n");
    let theirs = version_of(&server, VersionKind::Theirs, "a\nT old\nc\n", "a\nM old\nc\n");
    let draft = draft_in(base, "a\nM old\nc\n", theirs.clone());
    assert!(!server.is_current(&draft));
    server.restore(&draft);
    assert_eq!(server.current, theirs);
    assert_eq!(content(failure_of(server.write("R")).current.as_ref()), "a\nT\nc\n", "theirs has changed since");
    let failure = failure_of(server.write("R"));
    assert_eq!(content(failure.replaced.as_ref()), "a\nM old\nc\n");
    assert_eq!(content(failure.current.as_ref()), "a\nM\nc\n", "mine has changed, too");
    assert!(matches!(server.write("R"), ResponseOutcome::Saved(_)));
    assert_eq!(fs::read(folder.path().join("mine")).unwrap(), b"R");
}

#[test]
fn draft_merged_with_the_changed_target_is_restored() {
    let (folder, mut server) = server(None);
    fs::write(folder.path().join("mine"), "a\nM\nc\nd\n").unwrap();
    let failure = failure_of(server.write("R"));
    let draft = draft_in(failure.replaced.unwrap(), "R", failure.current.clone().unwrap());
    // The next run reads the files as they are now.
    let texts = [server.mine.clone(), server.base.clone(), server.theirs.clone()];
    let mut next = FileServer::new("recipe.txt".to_owned(), texts, None, None);
    assert!(next.is_current(&draft));
    next.restore(&draft);
    assert_eq!(Some(next.current.clone()), failure.current);
    fs::write(folder.path().join("base"), "another").unwrap();
    assert!(matches!(next.write("R"), ResponseOutcome::Saved(_)), "the base does not matter any more");
}

#[test]
fn draft_does_not_overwrite_an_output_changed_since() {
    let (folder, mut server) = server(Some("output"));
    let draft = draft_in(server.base(), "a\nM\nc\n", server.current.clone());
    fs::write(folder.path().join("output"), "written since").unwrap();
    server.seen = SeenContent::of(&folder.path().join("output"), MAX_BYTES).unwrap();
    assert!(!server.is_current(&draft));
    server.restore(&draft);
    assert_eq!(content(failure_of(server.write("R")).current.as_ref()), "written since");
    assert_eq!(fs::read(folder.path().join("output")).unwrap(), b"written since");
}

#[test]
fn draft_of_a_document_is_not_restored() {
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
fn tags_are_stable_across_runs() {
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
    assert_eq!(earlier, Some(VersionOrigin { mine: None, ..origin }), "earlier releases left out the hash of my file");
}
