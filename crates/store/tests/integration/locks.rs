//! One process holds the file of a store, by whichever name.
//!
//! Files that cannot be held are refused untouched.

use std::fs;
use std::path::Path;

use store::contract_tests::requests::{changed, create, own, put};
use store::{SqliteOpenError, SqliteStore, Store};

fn refusal(path: &Path) -> SqliteOpenError {
    match SqliteStore::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

#[tokio::test]
async fn one_process_holds_a_store_by_whichever_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    let seen = create(&store, "a", "one").await;

    let roundabout = folder.path().join(".").join("x").join("..").join("documents.db");
    fs::create_dir(folder.path().join("x")).unwrap();
    let mut names = vec![path.clone(), roundabout];
    #[cfg(unix)]
    {
        let link = folder.path().join("x").join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        names.push(link);
    }
    for name in names {
        let SqliteOpenError::Locked { path: held, by } = refusal(&name) else { panic!("{}", name.display()) };
        assert_eq!(held, path.canonicalize().unwrap());
        assert_eq!(by, format!(" (process {})", std::process::id()));
    }

    // A program that only reads is let in, and releases none of our locks when it ends.
    for _ in 0..2 {
        let shell = rusqlite::Connection::open(&path).unwrap();
        let count: i64 = shell.query_row("SELECT count(*) FROM version", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 1);
    }
    changed(put(&store, "a", &own(&seen), "two").await);
    assert!(matches!(refusal(&path), SqliteOpenError::Locked { .. }));

    drop(store);
    let again = SqliteStore::open(&path).unwrap();
    assert_eq!(again.latest_sequence().await.unwrap(), 2);
}

#[cfg(unix)]
#[test]
fn a_file_with_two_names_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("documents.db"), folder.path().join("other.db"));
    drop(SqliteStore::open(&path).unwrap());
    fs::hard_link(&path, &other).unwrap();
    for name in [&path, &other] {
        let error = refusal(name);
        assert_eq!(error, SqliteOpenError::HardLinked(name.clone()));
        assert!(error.to_string().ends_with("remove one of the names"), "{error}");
    }
    fs::remove_file(&other).unwrap();
    SqliteStore::open(&path).unwrap();
}

/// On Linux the database itself is locked as well, so removing the file of the lock does not help.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn removed_lock_file_lets_no_second_server_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    let first = create(&store, "a", "one").await;
    fs::remove_file(folder.path().join("documents.db.lock")).unwrap();
    assert!(matches!(refusal(&path), SqliteOpenError::Locked { .. }));
    // SQLite's own locks are not disturbed: other programs read and copy the store while it is served.
    let shell = rusqlite::Connection::open(&path).unwrap();
    let copy = folder.path().join("copy.db");
    shell.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    drop(shell);
    changed(put(&store, "a", &own(&first), "two").await);
    drop(store);
    assert_eq!(SqliteStore::open(&copy).unwrap().latest_sequence().await.unwrap(), 1);
    assert_eq!(SqliteStore::open(&path).unwrap().latest_sequence().await.unwrap(), 2);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn new_store_files_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    store.latest_sequence().await.unwrap();
    let made = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(made.map(|path| assert_eq!(mode(&path), 0o600, "{}", path.display())).count(), 4);
}

#[cfg(unix)]
#[tokio::test]
async fn mode_of_an_existing_store_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    drop(SqliteStore::open(&path).unwrap());
    set_mode(&path, 0o640);
    let store = SqliteStore::open(&path).unwrap();
    create(&store, "a", "one").await;
    assert_eq!(mode(&path), 0o640);
    drop(store);
    assert_eq!(mode(&path), 0o640);
}

#[cfg(unix)]
#[test]
fn read_only_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    drop(SqliteStore::open(&path).unwrap());
    fs::remove_file(folder.path().join("documents.db.lock")).unwrap();
    set_mode(&path, 0o444);
    let before = everything_in(folder.path());
    assert_eq!(refusal(&path), SqliteOpenError::ReadOnly { path: path.clone(), mode: 0o444 });
    assert_eq!(everything_in(folder.path()), before);
}

/// Returns the name, the bytes, the mode and the time of each file in a folder.
fn everything_in(folder: &Path) -> Vec<(String, Vec<u8>, fs::Permissions, std::time::SystemTime)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let (entry, path) = entry.map(|entry| (entry.file_name().into_string().unwrap(), entry.path())).unwrap();
            let metadata = fs::metadata(&path).unwrap();
            (entry, fs::read(&path).unwrap(), metadata.permissions(), metadata.modified().unwrap())
        })
        .collect();
    files.sort_by(|one, other| one.0.cmp(&other.0));
    files
}

#[test]
fn file_that_is_not_a_store_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.db");
    let foreign = |sql: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(sql).unwrap();
        connection
    };
    let refused_untouched = |what: &str| {
        #[cfg(unix)]
        set_mode(&path, 0o644);
        let before = everything_in(folder.path());
        let error = refusal(&path);
        assert_eq!(everything_in(folder.path()), before, "{what}: {error}");
        for name in before {
            fs::remove_file(folder.path().join(name.0)).unwrap();
        }
        error
    };
    let tables = "CREATE TABLE people (name); INSERT INTO people VALUES ('Ada');";

    drop(foreign(tables));
    assert_eq!(refused_untouched("rollback journal"), SqliteOpenError::Foreign(path.clone()));
    drop(foreign("PRAGMA application_id = 7"));
    assert_eq!(refused_untouched("only an id"), SqliteOpenError::Foreign(path.clone()));
    drop(foreign(&format!("PRAGMA journal_mode = WAL; {tables}")));
    assert_eq!(refused_untouched("write-ahead log, closed"), SqliteOpenError::Foreign(path.clone()));
    for text in ["one line\n".to_owned(), "a letter, surely not a database ".repeat(400)] {
        fs::write(&path, text).unwrap();
        assert_eq!(refused_untouched("a text"), SqliteOpenError::NoDatabase(path.clone()));
    }
    drop(SqliteStore::open(&path).unwrap());
    fs::remove_file(folder.path().join("f.db.lock")).unwrap();
    drop(foreign("PRAGMA user_version = 99"));
    assert!(matches!(refused_untouched("a newer store"), SqliteOpenError::Newer { found: 99, .. }));
}

/// The program of this database was killed, so all that it wrote is still in the log.
#[test]
fn foreign_database_with_a_log_keeps_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let killed = tempfile::tempdir().unwrap();
    let living = rusqlite::Connection::open(folder.path().join("f.db")).unwrap();
    living.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE people (name)").unwrap();
    for name in ["f.db", "f.db-wal", "f.db-shm"] {
        fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    let path = killed.path().join("f.db");
    let content = || ["f.db", "f.db-wal"].map(|name| fs::read(killed.path().join(name)).unwrap());
    let before = content();
    assert!(before[1].len() > 4096);
    assert_eq!(refusal(&path), SqliteOpenError::Foreign(path));
    assert_eq!(content(), before);
    assert!(!killed.path().join("f.db.lock").exists());
}
