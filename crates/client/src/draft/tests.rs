//! Drafts in temporary folders. A killed editor is simulated by its files without a held lock.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use contract::{Document, DocumentId, Snapshot, Timestamp};
use editor::{Draft, HandAbout, HandRecord, MergeDraft, MergedOver};
use merge::{Choice, Decision, DecisionRecord, Ending, Format};
use tempfile::{TempDir, tempdir};

use super::*;

mod edits;
mod keeping;

const SERVER: &str = "http://127.0.0.1:4280";

fn drafts(folder: &TempDir) -> Drafts {
    Drafts::new(folder.path().join("ifmatch").join("drafts"))
}

fn key(server: &str, document: &str, author: &str) -> DraftKey {
    let (document, author) = (document.parse().unwrap(), author.parse().unwrap());
    DraftKey::Document { server: server.parse().unwrap(), document, author }
}

fn alice() -> DraftKey {
    key(SERVER, "welcome", "alice")
}

fn document(content: &str) -> Document {
    Document { title: "T".to_owned(), content: content.to_owned(), parent: None }
}

fn snapshot(etag: &str, content: &str) -> Snapshot {
    Snapshot {
        etag: etag.parse().unwrap(),
        author: Some("bob".parse().unwrap()),
        at: Some(Timestamp::from_millis(784_111_777_000)),
        document: document(content),
    }
}

fn draft(content: &str) -> Draft {
    Draft::new(Some(snapshot("\"v5-d4f8c2a1\"", "one\r\n")), document(content))
}

/// Writes a draft of an editor that lives as long as the returned file.
fn kept(drafts: &Drafts, key: DraftKey, content: &str) -> DraftFile {
    let mut file = drafts.begin(key);
    file.keep(&draft(content)).unwrap();
    file
}

/// Writes a draft of an editor that was killed `age` ago.
fn left(drafts: &Drafts, key: DraftKey, content: &str, age: Duration) {
    let path = kept(drafts, key, content).path().unwrap();
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
}

const AGE: Duration = Duration::from_secs(60);

fn texts(lookup: &FoundDrafts) -> Vec<String> {
    lookup.drafts.iter().map(|found| found.draft.mine.content.to_string()).collect()
}

fn names(drafts: &Drafts) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(drafts.folder())
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

/// Returns the name of the first draft's file.
fn json_name(drafts: &Drafts) -> String {
    let mut names = names(drafts).into_iter();
    names.find(|name| Path::new(name).extension().is_some_and(|end| end == "json")).expect("there is a draft")
}

#[test]
fn draft_is_read_as_kept_until_it_is_forgotten() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    assert_eq!(drafts.find(&alice()).unwrap(), FoundDrafts::default());
    let mut file = drafts.begin(alice());
    file.forget().unwrap();
    assert_eq!((file.path(), names(&drafts).len()), (None, 0), "an editor that only reads leaves nothing behind");
    let none = Draft { base: None, ..draft("new") };
    let by_hand = Draft { manual_edit: Some("of a merge\n".into()), ..draft("new") };
    for kept in [draft("first"), draft("two\r\nthree \u{1f600}"), none, by_hand] {
        file.keep(&kept).unwrap();
        assert_eq!(names(&drafts).len(), 2, "a draft and its lock");
        drop(file);
        let found = drafts.find(&alice()).unwrap().drafts;
        let (taken, read) = drafts.take(&found[0].id, alice()).unwrap().expect("no living editor holds it");
        assert_eq!((&found[0].draft, &read), (&kept, &kept));
        file = taken;
    }
    file.forget().unwrap();
    assert_eq!(names(&drafts), Vec::<String>::new());
    drop(file);
    assert_eq!(drafts.find(&alice()).unwrap(), FoundDrafts::default());
}

#[test]
fn documents_with_left_drafts_are_known_by_their_files() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let documents: Vec<DocumentId> = ["a", "a-b", "notes", "welcome"].map(|id| id.parse().unwrap()).into();
    let found = || {
        let (server, author) = (SERVER.parse().unwrap(), "alice".parse().unwrap());
        let found = drafts.documents_with_drafts(&server, &author, documents.iter()).unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found(), [""; 0], "there is no folder");
    left(&drafts, alice(), "left", AGE);
    left(&drafts, key(SERVER, "a-b", "alice"), "left", AGE);
    left(&drafts, key(SERVER, "notes", "bob"), "another author", AGE);
    left(&drafts, key("http://127.0.0.1:1", "a", "alice"), "another server", AGE);
    left(&drafts, key(SERVER, "elsewhere", "alice"), "not on the list", AGE);
    assert_eq!(found(), ["a-b", "welcome"]);
    let open = kept(&drafts, key(SERVER, "notes", "alice"), "of an open editor");
    assert_eq!(found(), ["a-b", "welcome"], "the editor that holds it has the text");
    drop(open);
    assert_eq!(found(), ["a-b", "notes", "welcome"]);
}

#[test]
fn two_editors_keep_two_drafts() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let first = kept(&drafts, alice(), "first");
    let second = kept(&drafts, alice(), "second");
    assert_ne!(first.path(), second.path());
    drop((first, second));
    let mut found = drafts.find(&alice()).unwrap();
    found.drafts.sort_by_key(|found| found.draft.mine.content.to_string());
    assert_eq!(texts(&found), ["first", "second"]);
}

#[test]
fn a_save_keeps_the_draft_of_another_editor() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let first = kept(&drafts, alice(), "first");
    let mut second = kept(&drafts, alice(), "second");
    second.forget().unwrap();
    drop(first);
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["first"]);
}

#[test]
fn the_draft_of_a_living_editor_is_not_offered() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    left(&drafts, alice(), "left", AGE);
    let file = kept(&drafts, alice(), "living");
    let found = drafts.find(&alice()).unwrap();
    assert_eq!((texts(&found), found.held.len()), (vec!["left".to_owned()], 1));
    drop(file);
    let found = drafts.find(&alice()).unwrap();
    assert_eq!(
        (texts(&found), found.held.len()),
        (["living", "left"].map(str::to_owned).to_vec(), 0),
        "the newest first"
    );
}

#[test]
fn a_draft_is_taken_over_once() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    left(&drafts, alice(), "left", AGE);
    let found = drafts.find(&alice()).unwrap();
    let id = &found.drafts[0].id;
    let (mut taken, _) = drafts.take(id, alice()).unwrap().expect("no living editor holds it");
    assert!(drafts.take(id, alice()).unwrap().is_none(), "another editor holds it");
    assert!(!drafts.discard(id).unwrap());
    taken.keep(&draft("more")).unwrap();
    assert_eq!(names(&drafts).len(), 2, "the draft continues in its own file");
    drop(taken);
    let (mut again, read) = drafts.take(id, alice()).unwrap().expect("that editor has ended");
    assert_eq!(read, draft("more"), "the draft's current content");
    again.forget().unwrap();
    assert!(drafts.take(id, alice()).unwrap().is_none(), "the draft is gone");
    assert_eq!(names(&drafts), Vec::<String>::new());
}

#[test]
fn a_name_is_never_used_again() {
    let folder = tempdir().unwrap();
    let mut file = kept(&drafts(&folder), alice(), "x");
    let first = file.path();
    file.forget().unwrap();
    file.keep(&draft("y")).unwrap();
    assert_ne!(file.path(), first, "another process may still have the first lock open");
}

#[test]
fn only_a_discarded_draft_is_deleted() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    for (at, text) in (1..).zip(["one", "two", "three"]) {
        left(&drafts, alice(), text, AGE * at);
    }
    let found = drafts.find(&alice()).unwrap();
    assert!(drafts.discard(&found.drafts[1].id).unwrap());
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["one", "three"]);
}

#[test]
fn a_removed_lock_file_costs_no_draft() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut file = kept(&drafts, alice(), "x");
    fs::remove_dir_all(drafts.folder()).unwrap();
    file.keep(&draft("y")).unwrap();
    fs::remove_file(file.path().unwrap().with_extension("lock")).unwrap();
    file.keep(&draft("z")).unwrap();
    let found = drafts.find(&alice()).unwrap();
    assert_eq!(
        (texts(&found), found.held.len()),
        (Vec::new(), 1),
        "it is locked again, and no older state is beside it"
    );
}

#[test]
fn a_draft_of_an_earlier_version_is_found_and_taken() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let old = r#"{"format": 1, "server": "http://127.0.0.1:4280", "document": "welcome", "author": "alice",
        "base": null, "mine": {"title": "T", "content": "old"}, "by_hand": "of a merge"}"#;
    fs::create_dir_all(drafts.folder()).unwrap();
    // The name that earlier versions gave to a draft of this key: it is still found there.
    let path = drafts.folder().join("welcome-728514a4cbcfa83a.json");
    fs::write(&path, old).unwrap();
    let found = drafts.find(&alice()).unwrap();
    let expected = Draft { base: None, manual_edit: Some("of a merge".into()), ..draft("old") };
    assert_eq!((&found.drafts[0].draft, found.drafts[0].matches), (&expected, DraftMatch::Exact));
    let (mut file, read) = drafts.take(&found.drafts[0].id, alice()).unwrap().expect("no living editor holds it");
    assert_eq!((read, file.path()), (expected, Some(path)));
    assert_eq!(drafts.find(&alice()).unwrap().held.len(), 1);
    file.forget().unwrap();
    assert_eq!(names(&drafts), Vec::<String>::new());
}

#[test]
fn respelled_draft_is_offered_and_says_what_differs() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let spelled = |server: &str, name: &str| {
        left(&drafts, key(server, "welcome", name), "x", AGE);
        let found = drafts.find(&alice()).unwrap().drafts.remove(0);
        assert!(drafts.discard(&found.id).unwrap());
        (found.matches, found.other_server, found.other_author)
    };
    let (exact, respelled, other) = (DraftMatch::Exact, DraftMatch::Respelled, DraftMatch::OtherServer);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(spelled("127.0.0.1:4280/", "alice"), (exact, None, None));
    assert_eq!(spelled("localhost:4280", "alice"), (respelled, some("http://localhost:4280"), None));
    assert_eq!(spelled("[::1]:4280", "alice"), (respelled, some("http://[::1]:4280"), None));
    assert_eq!(spelled(SERVER, "Alice"), (respelled, None, some("Alice")));
    assert_eq!(spelled("localhost:4280", "ALICE"), (respelled, some("http://localhost:4280"), some("ALICE")));
    assert_eq!(spelled("127.0.0.1:4281", "alice"), (other, some("http://127.0.0.1:4281"), None));
    for (server, document, name) in [(SERVER, "welcome", "bob"), (SERVER, "welcome-2", "alice"), (SERVER, "w", "alice")]
    {
        left(&drafts, key(server, document, name), "x", AGE);
    }
    assert_eq!(
        drafts.find(&alice()).unwrap(),
        FoundDrafts::default(),
        "the drafts are of another author, of another document"
    );
}

#[test]
fn a_draft_may_be_about_a_file() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let file = |path: &str| DraftKey::File(path.into());
    left(&drafts, file("/a/notes.txt"), "a", AGE);
    left(&drafts, file("/b/notes.txt"), "b", AGE);
    let found = drafts.find(&file("/b/notes.txt")).unwrap();
    assert_eq!((texts(&found), found.drafts[0].matches), (vec!["b".to_owned()], DraftMatch::Exact));
    let json = json_name(&drafts);
    assert!(json.starts_with("file-notes.txt-"), "{json}");
}

fn merging() -> Draft {
    let record = |decision: Decision, is_last| DecisionRecord {
        base: 0..1,
        mine: "mine\n".into(),
        theirs: "théirs\n".into(),
        decision,
        is_last_with_mine: is_last,
        is_last_with_theirs: !is_last,
    };
    let decisions = [
        Decision::Mine,
        Decision::Theirs,
        Decision::MineTheirs,
        Decision::TheirsMine,
        Decision::Base,
        Decision::Edited(b"by hand\n".to_vec()),
    ];
    let format = Format { byte_order_mark: true, ending: Ending::Crlf, final_newline: false };
    let merge = MergeDraft {
        base: document("one\r\n").into(),
        base_tag: Some("\"v5-d4f8c2a1\"".parse().unwrap()),
        mine: document("mine").into(),
        sent: None,
        theirs: snapshot("\"v6-00000000\"", "théirs").into(),
        over: Some(MergedOver { base: "seen".to_owned(), mine: "whole".to_owned() }),
        title: Choice::Edited("Title".to_owned()),
        parent: Choice::Edited(None),
        format: Choice::Edited(format),
        full_override: Some("whole again".to_owned()),
        decisions: decisions
            .into_iter()
            .zip([true, false].into_iter().cycle())
            .map(|(d, last)| record(d, last))
            .collect(),
        hands: [
            HandAbout::Title,
            HandAbout::Parent,
            HandAbout::Region { base: 0..1, mine: "mine\n".into(), theirs: "théirs\n".into() },
            HandAbout::Whole,
        ]
        .map(|about| HandRecord { about, text: "half a\nthought".to_owned() })
        .into(),
    };
    Draft { merge: Some(Arc::new(merge)), ..draft("mine") }
}

#[test]
fn a_merge_is_kept_with_every_decision() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let whole = merging();
    let merge = whole.merge.as_deref().unwrap();
    let bare = MergeDraft {
        base: document("another base").into(),
        base_tag: None,
        mine: document("mine, earlier").into(),
        sent: Some(document("the result").into()),
        over: None,
        title: Choice::Undecided,
        parent: Choice::Theirs,
        format: Choice::Base,
        full_override: None,
        decisions: Vec::new(),
        hands: Vec::new(),
        ..merge.clone()
    };
    let bare = Draft { merge: Some(Arc::new(bare)), ..draft("mine") };
    let [by_hand, aside, unread] = ["by\nhand", "cut\nout", "add x\nsave"].map(|text| Some(text.into()));
    let begun = Draft { base: None, manual_edit: by_hand, aside, unread, ..whole.clone() };
    for kept in [whole, bare, begun] {
        let mut file = drafts.begin(alice());
        file.keep(&kept).unwrap();
        drop(file);
        let found = drafts.find(&alice()).unwrap().drafts.remove(0);
        assert_eq!(found.draft, kept);
        drafts.discard(&found.id).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_draft_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let file = kept(&drafts, alice(), "secret");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(drafts.folder()), 0o700);
    // The temporary file gets these permissions before anything is written to it.
    let next = file.path().unwrap().with_extension("tmp");
    fs::write(&next, "left by a crash").unwrap();
    fs::set_permissions(&next, fs::Permissions::from_mode(0o666)).unwrap();
    let mut file = file;
    file.keep(&draft("secret")).unwrap();
    for name in names(&drafts) {
        assert_eq!(mode(&drafts.folder().join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_broken_draft_is_set_aside_and_never_deleted() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    left(&drafts, alice(), "x", AGE);
    let path = drafts.folder().join(json_name(&drafts));
    let good = fs::read_to_string(&path).unwrap();
    let half = &good[..good.len() / 2];
    let newer = good.replace("\"format\": 2", "\"format\": 5");
    assert_ne!(newer, good);
    let broken = [half, "", "\u{fffd}", "{}", newer.as_str()];
    for (number, bytes) in broken.iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        let other = key(SERVER, "welcome", "Alice");
        assert_eq!(drafts.find(&other).unwrap(), FoundDrafts::default(), "only an editor that looks for it is told");
        let found = drafts.find(&alice()).unwrap();
        let [UnreadableDraft { path: aside, why }] = &found.unreadable[..] else { panic!("{bytes}: {found:?}") };
        assert!(aside.to_str().unwrap().ends_with(&format!(".broken-{}", number + 1)), "{aside:?}");
        assert_eq!(fs::read_to_string(aside).unwrap(), *bytes);
        assert!(!why.is_empty() && found.drafts.is_empty());
        assert_eq!(drafts.find(&alice()).unwrap(), FoundDrafts::default());
    }
    assert_eq!(names(&drafts).len(), broken.len());
}

#[test]
fn an_unreadable_file_does_not_hide_other_drafts() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    left(&drafts, alice(), "good", AGE);
    // A folder in place of the draft: no system can read it as a file.
    let bad = drafts.folder().join(format!("{}-1-1.json", alice().stem()));
    fs::create_dir(&bad).unwrap();
    let found = drafts.find(&alice()).unwrap();
    assert_eq!(texts(&found), ["good"]);
    assert_eq!(found.unreadable.iter().map(|draft| &draft.path).collect::<Vec<_>>(), [&bad]);
}

#[test]
fn an_unrenamed_state_of_a_killed_editor_is_not_lost() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let file = kept(&drafts, alice(), "whole");
    let path = file.path().unwrap();
    drop(file);
    let [next, lock] = ["tmp", "lock"].map(|end| path.with_extension(end));
    let bytes = fs::read(&path).unwrap();

    // Written, but not yet renamed.
    fs::rename(&path, &next).unwrap();
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["whole"]);
    assert!(path.exists() && !next.exists());
    // Half of a newer state.
    fs::write(&next, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["whole"]);
    assert!(!next.exists());
    // Half a state, and nothing else.
    fs::rename(&path, &next).unwrap();
    fs::write(&next, &bytes[..bytes.len() / 2]).unwrap();
    let found = drafts.find(&alice()).unwrap();
    assert_eq!((found.drafts.len(), found.unreadable.len()), (0, 1));
    assert!(!next.exists() && !lock.exists());
    // Only a lock.
    fs::write(&lock, "").unwrap();
    drafts.find(&alice()).unwrap();
    assert!(!lock.exists());
}

/// Returns drafts whose folder's place is taken by a file.
fn blocked(folder: &TempDir) -> Drafts {
    let blocked = folder.path().join("a file, not a folder");
    fs::write(&blocked, "").unwrap();
    Drafts::new(&blocked)
}

#[test]
fn unwritable_draft_names_its_path_and_cause() {
    let folder = tempdir().unwrap();
    let mut file = blocked(&folder).begin(alice());
    let error = file.keep(&draft("x")).unwrap_err();
    assert_eq!(error.cause(), "a part of its path is a file, not a folder");
    let said = error.to_string();
    assert!(said.contains("a file, not a folder") && said.contains("could not be written"), "{said}");
    assert_eq!(file.path(), None);
}

/// A command from before the choice may be executed after the choice, since two threads are involved.
#[test]
fn early_commands_do_not_touch_the_continued_draft() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let early = |text: Option<&str>| DraftWish::Early(text.map(|text| Box::new(draft(text))));
    for (number, last) in [Some("typed early, too"), None].into_iter().enumerate() {
        left(&drafts, alice(), "an earlier run's", AGE);
        let writer = DraftWriter::before_choice(drafts.begin(alice()));
        assert_eq!(writer.early_draft(), None);
        writer.execute(&DraftCommand { generation: 1, wish: early(Some("typed early")) }).unwrap();
        let found = drafts.find(&alice()).unwrap();
        assert_eq!(found.held, [writer.early_draft().unwrap()]);
        let (file, _) = drafts.take(&found.drafts[0].id, alice()).unwrap().unwrap();
        writer.go_on_with(file);
        writer.execute(&DraftCommand { generation: 2, wish: early(last) }).unwrap();
        let mut kept: Vec<String> = Vec::new();
        let paths = names(&drafts).into_iter().map(|name| drafts.folder().join(name));
        for path in paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
            let json: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            kept.push(json["mine"]["content"].as_str().unwrap().to_owned());
        }
        kept.sort();
        let expected: Vec<&str> = std::iter::once("an earlier run's").chain(last).collect();
        assert_eq!(kept, expected, "{number}");
        writer.execute(&DraftCommand { generation: 3, wish: DraftWish::Kept(Box::new(draft("both"))) }).unwrap();
        drop(writer);
        let found = drafts.find(&alice()).unwrap();
        assert_eq!(texts(&found), ["both"]);
        drafts.discard(&found.drafts[0].id).unwrap();
    }
}

#[test]
fn first_draft_replaces_what_was_typed_early() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let writer = DraftWriter::before_choice(drafts.begin(alice()));
    let wish = DraftWish::Early(Some(Box::new(draft("typed early"))));
    writer.execute(&DraftCommand { generation: 1, wish }).unwrap();
    let early = writer.early_draft();
    let name = json_name(&drafts);
    writer.go_on_with(drafts.begin(alice()));
    writer.execute(&DraftCommand { generation: 2, wish: DraftWish::Kept(Box::new(draft("all"))) }).unwrap();
    assert_eq!((json_name(&drafts), names(&drafts).len()), (name, 2), "one file, which was renamed over");
    assert_eq!(writer.early_draft(), None);
    drop(writer);
    let found = drafts.find(&alice()).unwrap().drafts;
    assert_eq!(found.iter().map(|found| Some(&found.id)).collect::<Vec<_>>(), [early.as_ref()]);
    assert_eq!(found[0].draft.mine.content, "all");
}
