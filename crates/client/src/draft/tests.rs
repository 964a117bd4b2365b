//! Drafts in temporary folders.

use contract::Timestamp;
use tempfile::{TempDir, tempdir};

use super::*;

fn file(folder: &TempDir) -> DraftFile {
    named(folder, "http://127.0.0.1:4280", "welcome", "alice")
}

fn named(folder: &TempDir, server: &str, document: &str, author: &str) -> DraftFile {
    let drafts = Drafts::new(folder.path().join("ifmatch").join("drafts"));
    drafts.of(&server.parse().unwrap(), &document.parse().unwrap(), &author.parse().unwrap())
}

fn draft(content: &str) -> Draft {
    let document = |content: &str| Document { title: "T".to_owned(), content: content.to_owned(), parent: None };
    let base = Snapshot {
        etag: "\"v5-d4f8c2a1\"".parse().unwrap(),
        author: Some("bob".parse().unwrap()),
        at: Some(Timestamp::from_millis(784_111_777_000)),
        document: document("one\r\n"),
    };
    Draft { base: Some(base), mine: document(content), by_hand: None }
}

fn kept(content: &str) -> Wanted {
    Wanted::Kept(Box::new(draft(content)))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_kept_is_read_again_until_it_is_forgotten() {
    let folder = tempdir().unwrap();
    let file = file(&folder);
    assert_eq!(file.read().unwrap(), Found::Nothing);
    file.forget().unwrap();
    file.keep(&draft("first")).unwrap();
    file.keep(&draft("two\r\nthree \u{1f600}")).unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(draft("two\r\nthree \u{1f600}")));
    let none = Draft { base: None, ..draft("new") };
    file.keep(&none).unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(none));
    let by_hand = Draft { by_hand: Some("of a merge\n".to_owned()), ..draft("new") };
    file.keep(&by_hand).unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(by_hand));
    assert_eq!(names(file.path().parent().unwrap()).len(), 1, "nothing is left beside it");
    file.forget().unwrap();
    assert_eq!(file.read().unwrap(), Found::Nothing);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_a_draft() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempdir().unwrap();
    let file = file(&folder);
    file.keep(&draft("secret")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.path()), 0o600);
    assert_eq!(mode(file.path().parent().unwrap()), 0o700);
}

#[test]
fn each_server_document_and_author_has_a_file_of_its_own() {
    let folder = tempdir().unwrap();
    let longest = format!("http://{}.example:4280/%2F..%2F{}", "a".repeat(60), "b".repeat(500));
    let files = [
        named(&folder, "http://127.0.0.1:4280", "welcome", "alice"),
        named(&folder, "http://127.0.0.1:4281", "welcome", "alice"),
        named(&folder, "http://127.0.0.1:4280", "welcome2", "alice"),
        named(&folder, "http://127.0.0.1:4280", "welcome", "../../alice"),
        named(&folder, "http://127.0.0.1:4280", "con", &"é".repeat(64)),
        named(&folder, &longest, &"a".repeat(64), "CON"),
    ];
    for (number, file) in files.iter().enumerate() {
        file.keep(&draft(&number.to_string())).unwrap();
    }
    for (number, file) in files.iter().enumerate() {
        assert_eq!(file.read().unwrap(), Found::Draft(draft(&number.to_string())));
        let name = file.path().file_name().unwrap().to_str().unwrap();
        assert!(name.len() < 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)), "{name}");
    }
    assert_eq!(names(files[0].path().parent().unwrap()).len(), files.len());
    // The same server, written in another way.
    assert_eq!(files[0], named(&folder, "127.0.0.1:4280/", "welcome", "alice"));
}

#[test]
fn a_broken_draft_is_set_aside_and_never_deleted() {
    let folder = tempdir().unwrap();
    let file = file(&folder);
    file.keep(&draft("x")).unwrap();
    let good = fs::read_to_string(file.path()).unwrap();
    let half = &good[..good.len() / 2];
    let newer = good.replace("\"format\": 1", "\"format\": 2");
    let others = good.replace("\"author\": \"alice\"", "\"author\": \"carol\"");
    let broken = [half, "", "\u{fffd}", "{}", newer.as_str(), others.as_str()];
    for (number, bytes) in broken.iter().enumerate() {
        fs::write(file.path(), bytes).unwrap();
        let Found::SetAside { path, why } = file.read().unwrap() else { panic!("{bytes}") };
        assert!(path.to_str().unwrap().ends_with(&format!(".broken-{}", number + 1)), "{path:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), *bytes);
        assert!(!why.is_empty());
        assert_eq!(file.read().unwrap(), Found::Nothing);
    }
    file.keep(&draft("y")).unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(draft("y")));
    assert_eq!(names(file.path().parent().unwrap()).len(), broken.len() + 1);
}

#[test]
fn what_a_crash_left_behind_is_in_nobodys_way() {
    let folder = tempdir().unwrap();
    let file = file(&folder);
    file.keep(&draft("x")).unwrap();
    fs::write(file.path().with_extension(format!("{}.tmp", std::process::id())), "half").unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(draft("x")));
    file.keep(&draft("y")).unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(draft("y")));
    assert_eq!(names(file.path().parent().unwrap()).len(), 1);
}

#[test]
fn a_draft_that_cannot_be_kept_is_said_with_its_path() {
    let folder = tempdir().unwrap();
    let blocked = folder.path().join("a file, not a folder");
    fs::write(&blocked, "").unwrap();
    let file =
        Drafts::new(&blocked).of(&"http://a".parse().unwrap(), &"welcome".parse().unwrap(), &"alice".parse().unwrap());
    let sentence = file.keep(&draft("x")).unwrap_err().to_string();
    assert!(sentence.contains("welcome-") && sentence.contains("could not be kept"), "{sentence}");
}

#[tokio::test]
async fn the_last_wish_is_fulfilled_before_the_keeper_ends() {
    let folder = tempdir().unwrap();
    let file = file(&folder);
    let (wish, wanted) = watch::channel(Wanted::default());
    for number in 0..100 {
        wish.send_replace(kept(&number.to_string()));
    }
    let keeper = tokio::spawn(keep_drafts(file.clone(), wanted, |error| panic!("{error}")));
    wish.send_replace(kept("last"));
    drop(wish);
    keeper.await.unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(draft("last")));

    let (wish, wanted) = watch::channel(Wanted::default());
    wish.send_replace(Wanted::Forgotten);
    drop(wish);
    keep_drafts(file.clone(), wanted, |error| panic!("{error}")).await;
    assert_eq!(file.read().unwrap(), Found::Nothing);
}

#[tokio::test]
async fn a_failure_is_told_and_the_keeper_goes_on() {
    let folder = tempdir().unwrap();
    let file = file(&folder);
    let parent = file.path().parent().unwrap().to_owned();
    fs::create_dir_all(parent.parent().unwrap()).unwrap();
    fs::write(&parent, "in the way").unwrap();
    let (wish, wanted) = watch::channel(Wanted::default());
    let (told, mut failures) = tokio::sync::mpsc::unbounded_channel();
    let keeper = tokio::spawn(keep_drafts(file.clone(), wanted, move |error| told.send(error).unwrap()));
    wish.send_replace(kept("x"));
    failures.recv().await.unwrap();
    fs::remove_file(&parent).unwrap();
    wish.send_replace(kept("y"));
    drop(wish);
    keeper.await.unwrap();
    assert_eq!(file.read().unwrap(), Found::Draft(draft("y")));
}
