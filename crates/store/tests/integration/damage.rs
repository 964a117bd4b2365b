//! Damaged files: a wrong byte is an error, and never another text.

use std::fs;

use store::contract_tests::requests::{create, document, id};
use store::{SqliteOpenError, SqliteStore, Store, StoreError};

#[tokio::test]
async fn damage_on_the_disk_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    create(&store, "a", "one").await;
    drop(store);
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute("UPDATE version SET content = 'onf'", []).unwrap();
    drop(by_hand);
    let store = SqliteStore::open(&path).unwrap();
    let error = store.read(&id("a")).await.unwrap_err();
    assert_eq!(error, StoreError::Damaged { id: id("a"), number: 1 });
}

#[test]
fn a_file_that_is_broken_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    drop(SqliteStore::open(&path).unwrap());
    let whole = fs::read(&path).unwrap();
    // The first page holds the schema. Without it nothing can be read, and nothing may be created in its place.
    let mut broken = whole.clone();
    broken[100..4096].fill(0xee);
    fs::write(&path, &broken).unwrap();
    let error = SqliteStore::open(&path).err().unwrap();
    assert!(matches!(error, SqliteOpenError::Corrupt { .. }), "{error:?}");
    assert_eq!(fs::read(&path).unwrap(), broken);
    fs::write(&path, &whole).unwrap();
    SqliteStore::open(&path).unwrap();
}

#[tokio::test]
async fn a_page_that_broke_is_an_error_and_never_another_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.db");
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..20 {
        create(&store, &format!("d{number}"), &"word ".repeat(1000)).await;
    }
    drop(store);
    let whole = fs::read(&path).unwrap();
    for page in 2..=whole.len() / 4096 {
        let mut broken = whole.clone();
        broken[(page - 1) * 4096..page * 4096].fill(0x5a);
        fs::write(&path, &broken).unwrap();
        // If opening fails, no wrong text is returned either.
        let Ok(store) = SqliteStore::open(&path) else { continue };
        for number in 0..20 {
            let found = store.read(&id(&format!("d{number}"))).await;
            match found {
                Ok(found) => {
                    let document = found.current().and_then(|stored| stored.document.clone());
                    assert_eq!(document, Some(document_of(1000).into()), "page {page}, document {number}");
                }
                Err(StoreError::Damaged { .. } | StoreError::Unreadable(_) | StoreError::Database(_)) => {}
                Err(other) => panic!("page {page}, document {number}: {other}"),
            }
        }
    }
}

fn document_of(words: usize) -> contract::Document {
    document(&"word ".repeat(words))
}
