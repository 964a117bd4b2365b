//! What the tests of the store share: short ways to say what is asked.

use contract::{Author, Document, DocumentId, Timestamp};
use precondition::{Conditions, EntityTag, Policy};
use store::{DocumentChange, Store, StoredVersion, WriteEffect, WriteOutcome, WriteRequest};

pub(crate) fn id(text: &str) -> DocumentId {
    text.parse().unwrap()
}

pub(crate) fn tag(text: &str) -> EntityTag {
    text.parse().unwrap()
}

pub(crate) fn document(content: &str) -> Document {
    Document { title: "T".into(), content: content.into(), parent: None }
}

pub(crate) fn under(parent: &str) -> Document {
    Document { parent: Some(id(parent)), ..document("child") }
}

/// A write by bob at second 1000, under the strict policy.
pub(crate) fn request(name: &str, conditions: Conditions, change: DocumentChange) -> WriteRequest {
    WriteRequest {
        id: id(name),
        conditions,
        change,
        author: "bob".parse::<Author>().unwrap(),
        at: Timestamp::from_millis(1_000_000),
        policy: Policy::default(),
    }
}

pub(crate) async fn write(
    store: &dyn Store,
    name: &str,
    conditions: Conditions,
    change: DocumentChange,
) -> WriteOutcome {
    store.write(request(name, conditions, change)).await.unwrap()
}

pub(crate) async fn create(store: &dyn Store, name: &str, content: &str) -> StoredVersion {
    put_new(store, name, document(content)).await
}

pub(crate) async fn put_new(store: &dyn Store, name: &str, document: Document) -> StoredVersion {
    match write(store, name, Conditions::if_none_match_any(), DocumentChange::Put(document)).await.effect {
        WriteEffect::Created(stored) => stored,
        other => panic!("not created: {other:?}"),
    }
}

/// Puts a text in the place of the version with that tag.
pub(crate) async fn put(store: &dyn Store, name: &str, seen: &EntityTag, content: &str) -> WriteOutcome {
    write(store, name, Conditions::if_match(seen.clone()), DocumentChange::Put(document(content))).await
}

pub(crate) fn changed(outcome: WriteOutcome) -> StoredVersion {
    match outcome.effect {
        WriteEffect::Changed(stored) => stored,
        other => panic!("not changed: {other:?}"),
    }
}

pub(crate) fn own(stored: &StoredVersion) -> EntityTag {
    stored.revision.stamp.tag.clone()
}
