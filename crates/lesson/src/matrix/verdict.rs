//! The verdict about one run: was an update lost, or was the last write refused?
//!
//! It is computed from the requests and responses of the run, in their order, and compared with the history that the
//! server has at the end. Versions are told apart by their numbers, not by their tags: a deliberate mistake lets tags
//! repeat, and then an observer of tags believes that a writer has seen what they have not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use contract::{Author, Exchange, fields};
use serde_json::Value;
use thiserror::Error;

use crate::run_log::RunLog;
use crate::script::{Lesson, TEACHER};
use crate::stepping::NOT_HELD;

/// The cell of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatrixCell {
    /// An update was overwritten by a writer who had not seen it.
    Lost,
    /// A version was replaced by a writer who had seen the same text, but in an earlier version only.
    Unseen,
    /// Nothing was lost: the last write was refused with this status.
    Refused(u16),
    /// Nothing was lost: every write was applied.
    Kept,
}

impl fmt::Display for MatrixCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost => f.write_str("lost"),
            Self::Unseen => f.write_str("unseen"),
            Self::Refused(status) => write!(f, "refused {status}"),
            Self::Kept => f.write_str("kept"),
        }
    }
}

/// The reason why a run has no verdict.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MatrixError {
    /// A step could not be performed, for this reason.
    #[error("a step failed: {0}")]
    Impossible(String),
    /// No write was sent.
    #[error("no write was sent")]
    NoWrite,
    /// The exchanges do not explain the server's history.
    #[error("'{document}' has {versions} versions, but the responses tell of {told}")]
    History {
        /// The document's id.
        document: String,
        /// The number of versions that the server has.
        versions: usize,
        /// The number of versions that follow from the responses.
        told: usize,
    },
}

/// Returns the verdict about a run of a lesson.
///
/// # Errors
///
/// If a step could not be performed, or if the server's history differs from what its responses said.
pub fn verdict(lesson: &Lesson, log: &RunLog) -> Result<MatrixCell, MatrixError> {
    // Only a server that judges and writes apart holds a judged write, so there may be nothing to release.
    let is_expected = |why: &str| why.ends_with(NOT_HELD);
    if let Some(why) = log.failures().filter_map(|(_, claim)| claim.came.as_deref()).find(|why| !is_expected(why)) {
        return Err(MatrixError::Impossible(why.to_owned()));
    }
    let mut observer = Observer::new(lesson);
    for exchange in log.exchanges() {
        observer.observe(exchange);
    }
    for (id, view) in log.final_documents() {
        let told = observer.versions.get(id.as_str()).map_or(0, Vec::len);
        if told != view.versions.len() {
            return Err(MatrixError::History { document: id.to_string(), versions: view.versions.len(), told });
        }
    }
    let last_write = observer.last_write.ok_or(MatrixError::NoWrite)?;
    Ok(observer.overwritten.unwrap_or(last_write))
}

/// A version, as far as an observer of all exchanges knows it.
struct SeenVersion {
    author: Option<Author>,
    /// Title and text, or `None` after a delete.
    text: Option<Value>,
}

/// An observer of all exchanges, who knows which version each author was shown.
#[derive(Default)]
struct Observer {
    /// The versions of each document, oldest first.
    versions: BTreeMap<String, Vec<SeenVersion>>,
    /// The authors, each with a document and the index of a version that they were shown or wrote.
    shown: BTreeSet<(Author, String, usize)>,
    /// The worst that was done to a version.
    overwritten: Option<MatrixCell>,
    /// The outcome of the last write.
    last_write: Option<MatrixCell>,
}

impl Observer {
    fn new(lesson: &Lesson) -> Self {
        let first = lesson.documents.iter().map(|(id, document)| {
            let text = Some(text_of(&serde_json::json!({ "title": document.title, "content": document.content })));
            (id.to_string(), vec![SeenVersion { author: TEACHER.parse().ok(), text }])
        });
        Self { versions: first.collect(), ..Self::default() }
    }

    fn observe(&mut self, exchange: &Exchange) {
        let path = exchange.target.split('?').next().unwrap_or_default();
        let Some(id) = path.strip_prefix("/api/documents/").filter(|id| !id.contains('/')) else { return };
        let Some(author) = &exchange.author else { return };
        if !exchange.is_read() {
            let refused = exchange.status.filter(|status| *status >= 400);
            self.last_write = Some(refused.map_or(MatrixCell::Kept, MatrixCell::Refused));
            if is_applied(exchange) {
                self.write(author, id, exchange);
            }
        }
        let answer = exchange.response.as_ref().and_then(|answer| serde_json::from_str::<Value>(&answer.body).ok());
        let newest = self.versions.get(id).map_or(0, Vec::len);
        if answer.is_some_and(|body| body.get("content").is_some()) && newest > 0 {
            self.shown.insert((author.clone(), id.to_owned(), newest - 1));
        }
    }

    fn write(&mut self, author: &Author, id: &str, exchange: &Exchange) {
        let body = serde_json::from_str(&exchange.request.body).unwrap_or(Value::Null);
        let text = (exchange.method != "DELETE").then(|| text_of(&body));
        let versions = self.versions.entry(id.to_owned()).or_default();
        if versions.last().is_some_and(|last| last.text == text) {
            // What changes nothing makes no version.
            return;
        }
        let at = versions.len();
        if let Some((index, before)) = versions.iter().enumerate().next_back()
            && before.text.is_some()
            && before.author.as_ref() != Some(author)
            && !self.shown.contains(&(author.clone(), id.to_owned(), index))
        {
            let knows = |(index, version): (usize, &SeenVersion)| {
                version.text == before.text && self.shown.contains(&(author.clone(), id.to_owned(), index))
            };
            let cell = if versions.iter().enumerate().any(knows) { MatrixCell::Unseen } else { MatrixCell::Lost };
            self.overwritten = Some(self.overwritten.map_or(cell, |worst| worst.min(cell)));
        }
        versions.push(SeenVersion { author: Some(author.clone()), text });
        self.shown.insert((author.clone(), id.to_owned(), at));
    }
}

/// Returns whether a write was applied. A response is lost only after its write was applied.
fn is_applied(exchange: &Exchange) -> bool {
    let is_replayed = exchange.response.as_ref().is_some_and(|answer| answer.field(fields::REPLAYED).is_some());
    match exchange.status {
        Some(status) => (200..300).contains(&status) && !is_replayed,
        None => exchange.lost.is_some() && !exchange.was_not_sent(),
    }
}

/// Returns the title and the text of a document's JSON.
fn text_of(body: &Value) -> Value {
    Value::Array(["title", "content"].iter().map(|member| body.get(member).cloned().unwrap_or(Value::Null)).collect())
}
