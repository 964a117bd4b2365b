//! What was seen so far, as far as claims and places in texts ask for it.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Author, DocumentId, Exchange};
use serde_json::Value;

use crate::placeholders::Placeholder;
use crate::run_log::{DocumentView, EditorView};

/// What was seen so far, as far as claims and places ask for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Observations {
    pub(super) last: BTreeMap<Author, Exchange>,
    /// The last of each method.
    pub(super) last_of: BTreeMap<(Author, String), Exchange>,
    pub(super) editors: BTreeMap<Author, EditorView>,
    pub(super) documents: BTreeMap<DocumentId, DocumentView>,
    /// Who is held, in the order of arrival, with the number of the exchange.
    pub(super) held: Vec<(Author, u64)>,
    /// The tags of versions whose text was shown to somebody.
    pub(super) shown: BTreeSet<(Author, String)>,
}

impl Observations {
    pub(super) fn remember(&mut self, exchange: &Exchange) {
        if let (Some(author), Some(tag)) = (&exchange.author, shown_by(exchange)) {
            self.shown.insert((author.clone(), tag));
        }
        if let Some(author) = &exchange.author {
            self.last.insert(author.clone(), exchange.clone());
            self.last_of.insert((author.clone(), exchange.method.clone()), exchange.clone());
        }
    }

    pub(super) fn number_of(&self, who: &Author) -> u64 {
        self.last.get(who).map_or(0, |exchange| exchange.number)
    }

    /// What stands in a place.
    pub(super) fn value_of(&self, place: &Placeholder) -> Option<String> {
        let who: Author = place.who.parse().ok()?;
        if place.what == "base" {
            return self.editors.get(&who)?.base.clone();
        }
        let answer = self.last.get(&who)?.response.as_ref()?;
        let Some(member) = place.what.strip_prefix("body.") else {
            return answer.field(&place.what).map(str::to_owned);
        };
        let body: Value = serde_json::from_str(&answer.body).ok()?;
        match body.get(member)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// The tag of the version whose text an answer shows, where it shows one.
fn shown_by(exchange: &Exchange) -> Option<String> {
    let answer = exchange.response.as_ref()?;
    let body: Value = serde_json::from_str(&answer.body).ok()?;
    body.get("content")?;
    answer.field("ETag").map(str::to_owned)
}
