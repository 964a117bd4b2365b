//! Rules of the tree of documents: parents exist, without a cycle, and not too deep.

use contract::DocumentId;
use precondition::Conditions;
use serde_json::json;

use super::database::{TestDatabase, open};
use super::requests::{create, delete, document, id, own, put_new, under, write};
use crate::facts::{MAX_CHILDREN_LISTED, MAX_DEPTH};
use crate::outcome::{WriteConflict, WriteEffect};
use crate::request::DocumentChange;
use crate::store::Store;

pub(super) async fn documents_stay_in_a_tree(database: &dyn TestDatabase) {
    let store = open(database).await;
    let root = create(&*store, "root", "").await;
    let inner = put_new(&*store, "inner", under("root")).await;
    put_new(&*store, "leaf", under("inner")).await;

    let refused = delete(&*store, "root", &own(&root)).await;
    assert_eq!(refused.effect, WriteEffect::Conflict(WriteConflict::Children { first: vec![id("inner")], count: 1 }));
    let orphan = write(&*store, "x", Conditions::if_none_match_any(), DocumentChange::put(under("nowhere"))).await;
    assert_eq!(orphan.effect, WriteEffect::Conflict(WriteConflict::NoParent(id("nowhere"))));
    for parent in ["root", "inner", "leaf"] {
        let circle = write(&*store, "root", Conditions::if_match(own(&root)), DocumentChange::put(under(parent))).await;
        assert_eq!(circle.effect, WriteEffect::Conflict(WriteConflict::Cycle(id(parent))), "{parent}");
    }
    let patch = DocumentChange::Patch { patch: json!({"parent": "leaf"}), limit: 100 };
    let circle = write(&*store, "root", Conditions::if_match(own(&root)), patch).await;
    assert_eq!(circle.effect, WriteEffect::Conflict(WriteConflict::Cycle(id("leaf"))));

    let stale = delete(&*store, "root", &own(&inner)).await;
    assert!(matches!(stale.effect, WriteEffect::Refused(_)), "the condition is judged before the children are counted");
    assert_eq!(store.latest_sequence().await.unwrap(), 3);
}

pub(super) async fn deleted_document_cannot_be_a_parent(database: &dyn TestDatabase) {
    let store = open(database).await;
    let parent = create(&*store, "parent", "").await;
    let child = put_new(&*store, "child", under("parent")).await;
    assert!(matches!(delete(&*store, "child", &own(&child)).await.effect, WriteEffect::Deleted(_)));
    assert!(matches!(delete(&*store, "parent", &own(&parent)).await.effect, WriteEffect::Deleted(_)));
    let no_parent = WriteEffect::Conflict(WriteConflict::NoParent(id("parent")));
    assert_eq!(place(&*store, "child", under("parent")).await, no_parent);
    create(&*store, "parent", "again").await;
    assert!(matches!(place(&*store, "child", under("parent")).await, WriteEffect::Created(_)));
}

/// Puts a document, whether or not it exists.
async fn place(store: &dyn Store, name: &str, document: contract::Document) -> WriteEffect {
    let conditions = match store.read(&id(name)).await.unwrap().current() {
        Some(stored) => Conditions::if_match(own(stored)),
        None => Conditions::if_none_match_any(),
    };
    write(store, name, conditions, DocumentChange::put(document)).await.effect
}

pub(super) async fn nesting_deeper_than_the_limit_is_a_conflict(database: &dyn TestDatabase) {
    let store = open(database).await;
    create(&*store, "d0", "top").await;
    for depth in 1..=MAX_DEPTH {
        put_new(&*store, &format!("d{depth}"), under(&format!("d{}", depth - 1))).await;
    }
    let too_deep = |parent: &str| WriteEffect::Conflict(WriteConflict::TooDeep(id(parent)));
    assert_eq!(place(&*store, "more", under("d100")).await, too_deep("d100"));
    // With all its descendants, a document may be too high for a place in which it would fit alone.
    create(&*store, "x", "").await;
    put_new(&*store, "y", under("x")).await;
    put_new(&*store, "z", under("y")).await;
    assert_eq!(place(&*store, "x", under("d98")).await, too_deep("d98"));
    assert!(matches!(place(&*store, "x", under("d97")).await, WriteEffect::Changed(_)));
    let cycle = WriteEffect::Conflict(WriteConflict::Cycle(id("d100")));
    assert_eq!(place(&*store, "d0", under("d100")).await, cycle);
    // When a descendant moves away, there is room.
    assert!(matches!(place(&*store, "z", document("moved to the top")).await, WriteEffect::Changed(_)));
    assert!(matches!(place(&*store, "x", under("d98")).await, WriteEffect::Changed(_)));
}

pub(super) async fn refused_delete_lists_a_hundred_children_and_counts_all(database: &dyn TestDatabase) {
    const CHILDREN: usize = MAX_CHILDREN_LISTED + 30;
    let store = open(database).await;
    let top = create(&*store, "top", "").await;
    let mut children = Vec::new();
    for number in 0..CHILDREN {
        children.push(put_new(&*store, &format!("c{number:03}"), under("top")).await);
    }
    let refused = delete(&*store, "top", &own(&top)).await;
    let first: Vec<DocumentId> = (0..MAX_CHILDREN_LISTED).map(|number| id(&format!("c{number:03}"))).collect();
    let count = u64::try_from(CHILDREN).unwrap();
    assert_eq!(refused.effect, WriteEffect::Conflict(WriteConflict::Children { first, count }));
    for (number, child) in children.iter().enumerate() {
        delete(&*store, &format!("c{number:03}"), &own(child)).await;
    }
    assert!(matches!(delete(&*store, "top", &own(&top)).await.effect, WriteEffect::Deleted(_)));
}
