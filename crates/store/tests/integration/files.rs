//! Files that are removed while a store is open, and a full disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use precondition::Conditions;
use store::contract_tests::requests::{create, document, id, request};
use store::{DocumentChange, DocumentState, ListQuery, SqliteStore, Store, StoreError};

async fn try_to_create(store: &dyn Store, name: &str) -> Result<(), StoreError> {
    let change = DocumentChange::put(document("new"));
    store.write(request(name, Conditions::if_none_match_any(), change)).await.map(|_| ())
}

#[tokio::test]
async fn removed_or_replaced_file_takes_no_writes() {
    for taken in ["documents.db", "documents.db-wal", "documents.db-shm"] {
        for replaced in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("documents.db");
            let store = SqliteStore::open(&path).unwrap();
            create(&store, "a", "one").await;
            let (file, away) = (folder.path().join(taken), folder.path().join("away"));
            fs::rename(&file, &away).unwrap();
            if replaced {
                fs::copy(&away, &file).unwrap();
            }
            let what = format!("{taken}, replaced: {replaced}");
            assert_eq!(try_to_create(&store, "b").await, Err(StoreError::Replaced), "{what}");
            assert_eq!(store.health().await, Err(StoreError::Replaced), "{what}");
            // Reads still work, also those that need the file.
            let listed = store.list(ListQuery { after: None, limit: 9, bytes: usize::MAX }).await.unwrap();
            assert_eq!(listed.items.len(), 1, "{what}");
            assert!(matches!(store.read(&id("b")).await.unwrap(), DocumentState::NeverExisted), "{what}");
            // When the file is back, writes succeed again.
            fs::rename(&away, &file).unwrap();
            assert_eq!(try_to_create(&store, "b").await, Ok(()), "{what}");
            assert_eq!(store.health().await, Ok(()), "{what}");
        }
    }
}

#[tokio::test]
async fn removed_lock_file_refuses_no_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    fs::remove_file(folder.path().join("documents.db.lock")).unwrap();
    assert_eq!(try_to_create(&store, "a").await, Ok(()));
}

/// A folder on a small file system of its own.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    /// Mounts the file system, or prints why this test is skipped: only root may mount.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path()).output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(folder)),
            other => {
                eprintln!("skipped: mount is refused ({other:?})");
                None
            }
        }
    }

    fn fill(&self) {
        for bytes in [64 * 1024, 4096, 1] {
            let mut files = (0..).map(|number| self.0.path().join(format!("fill-{bytes}-{number}")));
            while files.next().is_some_and(|file| fs::write(file, vec![0; bytes]).is_ok()) {}
        }
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[cfg(target_os = "linux")]
fn is_full(folder: &Path) -> bool {
    fs::write(folder.join("one-byte-more"), "x").is_err()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn store_on_a_full_disk_starts_and_is_read() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    create(&store, "a", "one").await;
    drop(store);
    disk.fill();
    assert!(is_full(disk.0.path()));
    for _ in 0..2 {
        let store = SqliteStore::open(&path).unwrap();
        let found = store.read(&id("a")).await.unwrap();
        assert_eq!(found.current().and_then(|stored| stored.document.clone()), Some(document("one").into()));
        assert_eq!(try_to_create(&store, "b").await, Err(StoreError::Full));
        assert!(matches!(store.read(&id("b")).await.unwrap(), DocumentState::NeverExisted));
    }
    // When there is room again, the open store takes writes, and so does one that is opened then.
    let store = SqliteStore::open(&path).unwrap();
    for entry in fs::read_dir(disk.0.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("fill") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    assert_eq!(try_to_create(&store, "b").await, Ok(()));
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.latest_sequence().await.unwrap(), 2);
    assert!(disk.0.path().join("documents.db-shm").exists(), "other programs can read it again");
}
