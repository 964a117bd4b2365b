//! Gathers the facts that a judgement rests on.

use std::sync::Arc;

use contract::DocumentId;
use precondition::Conditions;
use precondition::policy::Etags;

use super::error::PostgresError;
use super::session::Session;
use super::{queries, tree};
use crate::facts::{Descendants, WriteFacts, tags_to_look_up};
use crate::head::{Head, TagOrigin};
use crate::request::DocumentChange;
use crate::revision::DocumentState;

/// Gathers the facts in the transaction of this session.
///
/// `head` is the document in the same transaction. Tags that it knows are not looked up.
///
/// `change` is the change if it changes the tree, and `None` otherwise: then nothing about the tree is gathered.
pub(super) async fn gather_facts(
    session: Session<'_>,
    id: &DocumentId,
    head: Option<&Head>,
    conditions: &Conditions,
    change: Option<&DocumentChange>,
    kind: Etags,
) -> Result<WriteFacts, PostgresError> {
    let found = DocumentState::from(head.map(|head| Arc::clone(head.stored())));
    let mut issued = Vec::new();
    let current = found.current().map(|stored| stored.etag(kind));
    for tag in tags_to_look_up(conditions, current.as_ref()) {
        match head.filter(|_| kind == Etags::Version).map_or(TagOrigin::Unknown, |head| head.look_up(&tag)) {
            TagOrigin::Issued(known) => issued.push(known),
            TagOrigin::NeverIssued => {}
            TagOrigin::Unknown => {
                let found = queries::issued_versions(session, id, &tag, kind).await?;
                issued.extend(found.into_iter().map(Arc::new));
            }
        }
    }
    let (mut below, mut ancestors) = (Descendants::default(), Vec::new());
    if let Some(change) = change {
        below = tree::descendants(session, id).await?;
        if let Some(parent) = change.parent() {
            ancestors = tree::ancestors(session, &parent).await?;
        }
    }
    Ok(WriteFacts { found, issued, below, ancestors })
}

/// Returns whether a change of this document may change which document is under which.
pub(super) fn changes_tree(found: &DocumentState, change: &DocumentChange) -> bool {
    let before =
        found.current().and_then(|stored| stored.document.as_ref()).and_then(|document| document.parent.as_ref());
    match change {
        DocumentChange::Put(document) | DocumentChange::Create(document) => document.parent.as_ref() != before,
        DocumentChange::Patch { patch, .. } => {
            patch.get("parent").is_some_and(|parent| parent.as_str() != before.map(DocumentId::as_str))
        }
        DocumentChange::Delete => true,
    }
}
