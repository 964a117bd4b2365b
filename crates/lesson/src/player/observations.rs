//! The observations that claims and placeholders need.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Author, Document, DocumentId, Exchange, Version};
use serde_json::Value;

use super::attempt::LevelObservations;
use crate::placeholders::Placeholder;
use crate::run_log::{DocumentView, EditorView};
use crate::swarm_result::SwarmResult;

/// The observations so far that claims and placeholders need.
#[derive(Debug, Clone, Default)]
pub(super) struct Observations {
    /// The last exchange of each author.
    pub(super) last: BTreeMap<Author, Exchange>,
    /// The last exchange of each author with each method.
    pub(super) last_of: BTreeMap<(Author, String), Exchange>,
    pub(super) editors: BTreeMap<Author, EditorView>,
    pub(super) documents: BTreeMap<DocumentId, DocumentView>,
    /// The authors of held requests in the order of arrival, with the numbers of the exchanges.
    pub(super) held: Vec<(Author, u64)>,
    /// The authors, each with the tag of a version whose text they were shown.
    pub(super) shown: BTreeSet<(Author, String)>,
    /// The tag of the last text that each author received, which is the base of a client without an editor.
    pub(super) received: BTreeMap<Author, String>,
    /// The results of simulated writers, in the order of their runs.
    pub(super) swarms: Vec<SwarmResult>,
    /// The observations since the level began, or `None` before it.
    pub(super) in_level: Option<LevelObservations>,
}

impl Observations {
    pub(super) fn remember(&mut self, exchange: &Exchange) {
        if let (Some(author), Some(tag)) = (&exchange.author, traffic::shown_version(exchange)) {
            self.shown.insert((author.clone(), tag.clone()));
            self.received.insert(author.clone(), tag);
        }
        if let Some(author) = &exchange.author {
            if let Some(in_level) = &mut self.in_level {
                in_level.remember(author, exchange);
            }
            self.last.insert(author.clone(), exchange.clone());
            self.last_of.insert((author.clone(), exchange.method.clone()), exchange.clone());
        }
    }

    /// Records a document, and returns it with the lost updates in its history.
    pub(super) fn look(&mut self, id: DocumentId, document: Option<Document>, versions: Vec<Version>) -> DocumentView {
        // Each version is judged once: its writer may be shown the version before it later.
        let before = self.documents.get(&id);
        let (known, mut lost_updates) =
            before.map_or((0, Vec::new()), |before| (before.versions.len(), before.lost_updates.clone()));
        let newer = versions.iter().skip(known.saturating_sub(1)).cloned().collect();
        let shown = |who: &Author, tag: &str| self.shown.contains(&(who.clone(), tag.to_owned()));
        lost_updates.extend(DocumentView::new(None, newer, shown).lost_updates);
        let view = DocumentView { document, versions, lost_updates };
        self.documents.insert(id, view.clone());
        view
    }

    pub(super) fn number_of(&self, who: &Author) -> u64 {
        self.last.get(who).map_or(0, |exchange| exchange.number)
    }

    /// Returns the value of a placeholder, or `None` if there is none yet.
    pub(super) fn value_of(&self, placeholder: &Placeholder) -> Option<String> {
        let who: Author = placeholder.who.parse().ok()?;
        if placeholder.key == "base" {
            let received = || self.received.get(&who).cloned();
            return self.editors.get(&who).map_or_else(received, |editor| editor.base.clone());
        }
        let answer = self.last.get(&who)?.response.as_ref()?;
        let Some(member) = placeholder.key.strip_prefix("body.") else {
            return answer.field(&placeholder.key).map(str::to_owned);
        };
        let body: Value = serde_json::from_str(&answer.body).ok()?;
        match body.get(member)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}
