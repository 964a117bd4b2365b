//! The list that plain mode printed last: a line names a document by its id or its number.
//!
//! A change of a document names the version that was printed, since that is what the user knows of it.

use client::EntryChange;
use contract::{DocumentEntry, DocumentId};
use editor::ResponseOutcome;

/// A document of the list that was printed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedDocument {
    pub(crate) id: DocumentId,
    /// The entry as the user knows it, or `None` if the server does not have the document.
    pub(crate) entry: Option<DocumentEntry>,
}

/// Returns the document with this name or, if there is none, with this number.
pub(crate) fn find<'a>(listed: &'a [ListedDocument], name: &str) -> Option<&'a ListedDocument> {
    let by_name = listed.iter().find(|one| one.id.as_str() == name);
    by_name.or_else(|| listed.get(name.parse::<usize>().ok()?.checked_sub(1)?))
}

/// Takes in the outcome of a change, as the user is told of it. The numbers of the documents stay.
pub(crate) fn on_changed(
    listed: &mut [ListedDocument],
    document: &DocumentId,
    change: &EntryChange,
    outcome: &ResponseOutcome,
) {
    let Some(one) = listed.iter_mut().find(|one| one.id == *document) else { return };
    match (outcome, change, &mut one.entry) {
        (ResponseOutcome::Saved(saved), EntryChange::Title(title), Some(entry)) => {
            (entry.etag, entry.title) = (saved.etag.clone(), title.clone());
        }
        (ResponseOutcome::Saved(saved), EntryChange::Parent(parent), Some(entry)) => {
            (entry.etag, entry.parent) = (saved.etag.clone(), parent.clone());
        }
        (ResponseOutcome::Failed(failed), ..) if failed.deleted.is_some() => one.entry = None,
        // The words about a refusal tell of the newer version, so the next attempt is about that one.
        (ResponseOutcome::Failed(failed), _, Some(entry)) => {
            if let Some(current) = &failed.current {
                entry.title.clone_from(&current.document.title);
                entry.parent.clone_from(&current.document.parent);
                entry.author = current.author.clone().unwrap_or_else(|| entry.author.clone());
                entry.etag = current.etag.clone();
            } else if let Some(etag) = &failed.etag {
                entry.etag = etag.clone();
            }
        }
        (ResponseOutcome::Deleted | ResponseOutcome::Gone(_) | ResponseOutcome::Absent, ..) => one.entry = None,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use contract::{Document, Snapshot, Timestamp};
    use editor::{PreconditionFailure, Saved};

    use super::*;

    fn listed(ids: &[&str]) -> Vec<ListedDocument> {
        let entry = |id: &DocumentId| DocumentEntry {
            id: id.clone(),
            title: "Old".to_owned(),
            etag: "\"v1-00000000\"".parse().unwrap(),
            author: "Alice".parse().unwrap(),
            updated_at: Timestamp::default(),
            parent: None,
        };
        let ids = ids.iter().map(|id| id.parse::<DocumentId>().unwrap());
        ids.map(|id| ListedDocument { entry: Some(entry(&id)), id }).collect()
    }

    fn after(change: &EntryChange, outcome: &ResponseOutcome) -> Option<(String, String)> {
        let mut documents = listed(&["plan"]);
        on_changed(&mut documents, &"plan".parse().unwrap(), change, outcome);
        documents.remove(0).entry.map(|entry| (entry.title, entry.etag.to_string()))
    }

    #[test]
    fn name_comes_before_a_number() {
        let documents = listed(&["plan", "1", "notes"]);
        let found = |name| find(&documents, name).map(|one| one.id.as_str());
        assert_eq!([found("plan"), found("1"), found("3")], [Some("plan"), Some("1"), Some("notes")]);
        assert_eq!([found("0"), found("4"), found("other")], [None; 3]);
    }

    #[test]
    fn next_change_names_the_version_that_the_user_was_told_of() {
        let title = EntryChange::Title("New".to_owned());
        let etag = || "\"v2-00000000\"".parse().unwrap();
        let saved = Saved { etag: etag(), at: None, created: false, replayed: false, overwrote: None };
        let known = |title: &str| Some((title.to_owned(), "\"v2-00000000\"".to_owned()));
        assert_eq!(after(&title, &ResponseOutcome::Saved(saved)), known("New"));
        let document = Document { title: "Bob's".to_owned(), ..Document::default() };
        let current = Some(Snapshot { etag: etag(), author: None, at: None, document });
        let failed = PreconditionFailure { current, ..PreconditionFailure::default() };
        assert_eq!(after(&title, &ResponseOutcome::Failed(Box::new(failed))), known("Bob's"));
        assert_eq!(after(&EntryChange::Delete, &ResponseOutcome::Deleted), None);
        let unknown = after(&title, &ResponseOutcome::Unanswered("lost".to_owned()));
        assert_eq!(unknown, Some(("Old".to_owned(), "\"v1-00000000\"".to_owned())));
    }
}
