//! Stores that are damaged on purpose, one place at a time.

use std::fs;
use std::path::PathBuf;

use contract::{DocumentId, Timestamp};
use precondition::{Conditions, Policy};

use super::*;
use crate::etag_chain::StateHash;
use crate::request::{DocumentChange, WriteRequest};
use crate::sqlite::backup::{BackupError, backup};
use crate::sqlite::columns::SCHEMA_WITH_SEALS;
use crate::sqlite::{SqliteStore, migrations};
use crate::store::Store as _;

/// Returns a closed store: `a` with three versions, `b` with one and its delete.
fn store() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (id, text) in [("a", Some("one")), ("b", Some("one")), ("a", Some("two")), ("b", None), ("a", Some("three"))] {
        runtime.block_on(write(&store, id, text));
    }
    drop(store);
    (folder, path)
}

async fn write(store: &SqliteStore, id: &str, text: Option<&str>) {
    let id: DocumentId = id.parse().unwrap();
    let conditions = match store.read(&id).await.unwrap().current() {
        Some(stored) => Conditions::if_match(stored.revision.stamp.tag.clone()),
        None => Conditions::if_none_match_any(),
    };
    let change = text.map_or(DocumentChange::Delete, |text| {
        DocumentChange::put(Document { title: "Title".to_owned(), content: text.to_owned(), parent: None })
    });
    let (author, at) = ("bob".parse().unwrap(), Timestamp::from_millis(1_800_000_000_000));
    let request = WriteRequest {
        id,
        conditions,
        change,
        author,
        at,
        policy: Policy::default(),
        policy_revision: None,
        settings_revision: None,
    };
    assert!(store.write(request).await.unwrap().appended().is_some());
}

fn problems(path: &Path) -> Vec<(Option<String>, Option<i64>, StoreFlaw)> {
    let mut problems = Vec::new();
    let checked = check(path, |problem| problems.push((problem.document, problem.version, problem.flaw))).unwrap();
    assert_eq!(checked.problems, problems.len() as u64);
    problems
}

fn damage(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn sound_store_has_no_problem_and_is_left_as_it_is() {
    let (folder, path) = store();
    let (bytes, there) = (fs::read(&path).unwrap(), names(folder.path()));
    let checked = check(&path, |problem| panic!("{problem:?}")).unwrap();
    assert_eq!((checked.documents, checked.versions, checked.problems), (2, 5, 0));
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(names(folder.path()), there, "no log is made, and none is left");
}

#[test]
fn each_damaged_column_is_named_with_its_version() {
    let tag = |sql: &str| {
        let (_folder, path) = store();
        damage(&path, sql);
        problems(&path)
    };
    let of = |document: &str, version: i64, flaw: StoreFlaw| vec![(Some(document.to_owned()), Some(version), flaw)];
    let second = "WHERE document = 'a' AND number = 2";
    assert_eq!(tag(&format!("UPDATE version SET content = 'tow' {second}")), of("a", 2, StoreFlaw::Text));
    assert_eq!(tag(&format!("UPDATE version SET title = '' {second}")), of("a", 2, StoreFlaw::Text));
    assert_eq!(tag(&format!("UPDATE version SET parent = 'b' {second}")), of("a", 2, StoreFlaw::Text));
    let hash = StateHash::of(None).to_string();
    assert_eq!(tag(&format!("UPDATE version SET hash = '{hash}' {second}")), of("a", 2, StoreFlaw::Hash));
    assert_eq!(tag(&format!("UPDATE version SET hash = 'x' {second}")), of("a", 2, StoreFlaw::Column("hash")));
    assert_eq!(
        tag(&format!("UPDATE version SET author = CAST(x'ff' AS TEXT) {second}")),
        of("a", 2, StoreFlaw::Column("author"))
    );
    assert_eq!(tag(&format!("UPDATE version SET title = NULL {second}")), of("a", 2, StoreFlaw::Column("text")));
    // The checksum of the row covers what no hash does. The version after it is not reported.
    for column in ["author = 'eve'", "at = at + 1", "based_on = NULL"] {
        assert_eq!(tag(&format!("UPDATE version SET {column} {second}")), of("a", 2, StoreFlaw::Seal), "{column}");
    }
    let removed = format!("UPDATE version SET content = NULL {second}");
    assert_eq!(tag(&removed), of("a", 2, StoreFlaw::NoText), "no removal is recorded");
    assert_eq!(tag(&format!("{removed}; UPDATE document SET removed = 2 WHERE id = 'a'")), []);
    let damaged = tag(&format!("UPDATE version SET etag = '\"v2-00000000\"' {second}"));
    let [(Some(document), Some(2), StoreFlaw::Tag { stored, computed })] = &damaged[..] else { panic!("{damaged:?}") };
    assert_eq!((document.as_str(), stored.as_str()), ("a", "\"v2-00000000\""));
    assert!(computed.starts_with("\"v2-") && computed != stored, "{computed}");
}

#[test]
fn missing_and_unlisted_versions_are_found() {
    let (_folder, path) = store();
    damage(&path, "DELETE FROM version WHERE document = 'a' AND number = 2");
    assert_eq!(problems(&path), [(Some("a".to_owned()), Some(2), StoreFlaw::Missing(2))]);
    damage(&path, "DELETE FROM document WHERE id = 'b'");
    assert!(problems(&path).contains(&(Some("b".to_owned()), None, StoreFlaw::Unlisted)));
    damage(&path, "INSERT INTO document (id, current, alive) VALUES ('c', 1, 1)");
    assert!(problems(&path).contains(&(Some("c".to_owned()), None, StoreFlaw::NoVersion)));
    damage(&path, "UPDATE document SET current = 1 WHERE id = 'a'");
    assert!(problems(&path).contains(&(Some("a".to_owned()), None, StoreFlaw::Current)));
}

#[test]
fn damaged_page_is_reported_and_not_an_error() {
    let (_folder, path) = store();
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let problems = problems(&path);
    assert!(problems.iter().any(|(_, _, flaw)| matches!(flaw, StoreFlaw::Database(_))), "{problems:?}");
}

#[test]
fn stores_of_older_schemas_are_checked_as_they_are() {
    for schema in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        migrations::make_older(&path, schema);
        let checked = check(&path, |problem| panic!("{problem:?}")).unwrap();
        assert_eq!((checked.schema, checked.versions), (schema, 125));
        let copy = folder.path().join("copy.db");
        assert_eq!(backup(&path, &copy, false).unwrap().versions, 125);
        damage(&copy, "UPDATE version SET author = 'eve' WHERE document = 'n1'");
        let flaw = (Some("n1".to_owned()), Some(1), StoreFlaw::Seal);
        assert_eq!(problems(&copy), if schema < SCHEMA_WITH_SEALS { vec![] } else { vec![flaw] });
        drop(migrations::open_file(&path).unwrap());
        let checked = check(&path, |problem| panic!("{problem:?}")).unwrap();
        assert_eq!((checked.schema, checked.versions), (5, 125));
    }
}

#[test]
fn what_is_no_store_is_an_error() {
    let (folder, path) = store();
    let fail = |path: &Path| check(path, |_| {}).unwrap_err();
    let missing = folder.path().join("nothing.db");
    assert_eq!(fail(&missing), SqliteOpenError::Missing(missing.clone()));
    assert!(!missing.exists(), "nothing is made");
    let text = folder.path().join("text");
    fs::write(&text, "a letter, surely not a database ".repeat(40)).unwrap();
    assert_eq!(fail(&text), SqliteOpenError::NoDatabase(text.clone()));
    damage(&path, "PRAGMA user_version = 99");
    assert!(matches!(fail(&path), SqliteOpenError::Newer { found: 99, .. }));
}

#[test]
fn open_store_is_checked_and_copied_with_its_log() {
    let (folder, path) = store();
    let open = SqliteStore::open(&path).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(write(&open, "new", Some("still in the log")));
    assert_eq!(check(&path, |problem| panic!("{problem:?}")).unwrap().versions, 6);
    let copy = folder.path().join("copy 100%?.db");
    let copied = backup(&path, &copy, false).unwrap();
    assert_eq!((copied.documents, copied.versions), (2, 6));
    assert_eq!(copied.bytes, fs::metadata(&copy).unwrap().len());
    runtime.block_on(write(&open, "new", Some("after the copy")));
    assert_eq!(check(&copy, |problem| panic!("{problem:?}")).unwrap().versions, 6);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let metadata = fs::metadata(&copy).unwrap();
        assert_eq!((metadata.permissions().mode() & 0o777, metadata.nlink()), (0o600, 1));
    }
    let served = SqliteStore::open(&copy).unwrap();
    runtime.block_on(write(&served, "new", Some("the copy goes on by itself")));
}

#[test]
fn copy_replaces_nothing_unless_asked() {
    let (folder, path) = store();
    let copy = folder.path().join("copy.db");
    fs::write(&copy, "precious").unwrap();
    let there = names(folder.path());
    assert_eq!(backup(&path, &copy, false), Err(BackupError::Exists(copy.clone())));
    assert_eq!(backup(&path, &path, true), Err(BackupError::Same(path.clone())));
    let log = folder.path().join("new.db-wal");
    fs::write(&log, "").unwrap();
    let new = folder.path().join("new.db");
    assert_eq!(backup(&path, &new, true), Err(BackupError::Log { to: new, log: log.clone() }));
    fs::remove_file(log).unwrap();
    assert_eq!(fs::read_to_string(&copy).unwrap(), "precious");
    assert_eq!(names(folder.path()), there, "nothing half-done is left");
    assert_eq!(backup(&path, &copy, true).unwrap().versions, 5);
    assert_eq!(names(folder.path()), there);
}

#[cfg(unix)]
#[test]
fn copy_over_a_read_only_file_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, path) = store();
    let copy = folder.path().join("copy.db");
    fs::write(&copy, "precious").unwrap();
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o444)).unwrap();
    let there = names(folder.path());
    let refused = backup(&path, &copy, true);
    assert_eq!(refused, Err(SqliteOpenError::ReadOnly { path: copy.clone(), mode: 0o444 }.into()));
    assert_eq!(fs::read_to_string(&copy).unwrap(), "precious");
    assert_eq!(names(folder.path()), there);
    // A link is replaced, and the file behind it stays.
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&copy, &link).unwrap();
    assert_eq!(backup(&path, &link, true).unwrap().versions, 5);
    assert_eq!(fs::read_to_string(&copy).unwrap(), "precious");
}
