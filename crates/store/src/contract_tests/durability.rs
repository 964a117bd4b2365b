//! Rules of what a store keeps: when it is opened again, and when old texts are removed.

use std::num::NonZeroU64;
use std::time::Duration;

use precondition::FailureReason;
use precondition::policy::Etags;

use super::database::{TestDatabase, open};
use super::requests::{changed, create, id, own, put, reason};
use crate::options::{MIN_KEPT_VERSIONS, Retention, StoreOptions};
use crate::revision::DocumentState;

pub(super) async fn reopened_store_holds_what_was_acknowledged(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    drop(store);

    let store = open(database).await;
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(second.clone()));
    assert_eq!(store.version(&id("a"), 1).await.unwrap(), Some(first));
    let third = changed(put(&*store, "a", &own(&second), "three").await);
    assert_eq!(third.revision.stamp.version, 3);
    assert_eq!(store.latest_sequence().await.unwrap(), 3);
}

/// A store removes texts whenever it likes, but removes them while it is idle.
pub(super) async fn texts_outside_the_retention_are_removed(database: &dyn TestDatabase) {
    let kept = MIN_KEPT_VERSIONS + 2;
    let retention = Retention { versions: NonZeroU64::new(kept), time: None };
    let store = database.open(StoreOptions { retention, ..StoreOptions::default() }).await;
    let mut written = vec![create(&*store, "a", "1").await];
    for number in 2..=20 {
        written.push(changed(put(&*store, "a", &own(&written[number - 2]), &number.to_string()).await));
    }
    let last_removed = 20 - kept;
    let is_removed = async |number| store.version(&id("a"), number).await.unwrap().unwrap().is_text_removed();
    while !is_removed(last_removed).await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for before in &written {
        let number = before.revision.stamp.version;
        let stored = store.version(&id("a"), number).await.unwrap().unwrap();
        assert_eq!(stored.revision, before.revision, "all but the text stays");
        assert_eq!(stored.is_text_removed(), number <= last_removed, "version {number}");
        assert!(stored.document.is_none() || stored.document == before.document);
    }
    assert!(store.has_issued(&id("a"), vec![own(&written[0])], Etags::Version).await.unwrap());
    assert_eq!(reason(&put(&*store, "a", &own(&written[0]), "another").await), FailureReason::Stale);
}
