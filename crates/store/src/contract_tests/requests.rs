//! Short ways to make requests, for the rules and for a backend's own tests.

#![expect(clippy::missing_panics_doc, reason = "each function panics if the request is not a valid one, or fails")]
#![expect(clippy::must_use_candidate, reason = "a test may need no more than that the function does not panic")]

use std::sync::Arc;

use contract::{Author, Document, DocumentId, Timestamp};
use precondition::policy::Etags;
use precondition::{BodyState, Conditions, EntityTag, FailureReason, Method, Policy, Verdict};

use crate::outcome::{WriteEffect, WriteOutcome};
use crate::request::{DocumentChange, JudgeRequest, WriteRequest};
use crate::revision::StoredVersion;
use crate::store::Store;

/// Returns the id with this text.
pub fn id(text: &str) -> DocumentId {
    text.parse().unwrap()
}

/// Returns the tag with this text, in its quotation marks.
pub fn tag(text: &str) -> EntityTag {
    text.parse().unwrap()
}

/// Returns a document with the title `T` and this content.
pub fn document(content: &str) -> Document {
    Document { title: "T".into(), content: content.into(), parent: None }
}

/// Returns a document under this parent.
pub fn under(parent: &str) -> Document {
    Document { parent: Some(id(parent)), ..document("child") }
}

/// Returns a write by bob at second 1000, under the strict policy.
pub fn request(name: &str, conditions: Conditions, change: DocumentChange) -> WriteRequest {
    WriteRequest {
        id: id(name),
        conditions,
        change,
        author: "bob".parse::<Author>().unwrap(),
        at: Timestamp::from_millis(1_000_000),
        policy: Policy::default(),
        policy_revision: None,
        settings_revision: None,
    }
}

/// Returns a question whether the version with this tag is still current.
pub fn revalidation(name: &str, tag: &EntityTag) -> JudgeRequest {
    JudgeRequest {
        id: id(name),
        conditions: Conditions::from_fields([("If-None-Match", &tag.to_bytes()[..])]),
        method: Method::Read,
        body: BodyState::Read,
        author: None,
        now: Timestamp::from_millis(1_000_000).to_http_date(),
        policy: Policy::default(),
    }
}

/// Makes the write of [`request`].
pub async fn write(store: &dyn Store, name: &str, conditions: Conditions, change: DocumentChange) -> WriteOutcome {
    store.write(request(name, conditions, change)).await.unwrap()
}

/// Creates a document with this content.
pub async fn create(store: &dyn Store, name: &str, content: &str) -> Arc<StoredVersion> {
    put_new(store, name, document(content)).await
}

/// Creates this document.
pub async fn put_new(store: &dyn Store, name: &str, document: Document) -> Arc<StoredVersion> {
    match write(store, name, Conditions::if_none_match_any(), DocumentChange::put(document)).await.effect {
        WriteEffect::Created(stored) => stored,
        other => panic!("not created: {other:?}"),
    }
}

/// Replaces the version with this tag.
pub async fn put(store: &dyn Store, name: &str, seen: &EntityTag, content: &str) -> WriteOutcome {
    write(store, name, Conditions::if_match(seen.clone()), DocumentChange::put(document(content))).await
}

/// Deletes the version with this tag.
pub async fn delete(store: &dyn Store, name: &str, seen: &EntityTag) -> WriteOutcome {
    write(store, name, Conditions::if_match(seen.clone()), DocumentChange::Delete).await
}

/// Returns the version that replaced another one.
pub fn changed(outcome: WriteOutcome) -> Arc<StoredVersion> {
    match outcome.effect {
        WriteEffect::Changed(stored) => stored,
        other => panic!("not changed: {other:?}"),
    }
}

/// Returns why a write was refused.
pub fn reason(outcome: &WriteOutcome) -> FailureReason {
    match &outcome.judgement.verdict {
        Verdict::Failed(failure) => failure.reason,
        other => panic!("not failed: {other:?}"),
    }
}

/// Returns the tag of a version, of our own kind.
pub fn own(stored: &Arc<StoredVersion>) -> EntityTag {
    stored.etag(Etags::Version)
}
