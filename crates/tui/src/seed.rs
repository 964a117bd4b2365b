//! Seed documents: the documents with which the leader of a room begins.
//!
//! They come from files or from the built-in lessons, and are created as any client would create them, with
//! `If-None-Match: *`. So a document that exists is never overwritten.

use std::path::PathBuf;

use contract::{Document, DocumentId};
use serde::{Deserialize, Serialize};
use terminal::sanitize::sanitize;

/// The most documents that a message names; of the others, it says how many there are.
const MAX_NAMED: usize = 3;

/// A document that is to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedDocument {
    /// The id.
    pub id: DocumentId,
    /// Title, text and parent.
    pub document: Document,
}

/// The place from which seed documents are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeedSource {
    /// They are here already.
    Documents(Vec<SeedDocument>),
    /// A file, or the text files of a folder.
    Path(PathBuf),
}

/// The outcome of creating a seed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeedOutcome {
    /// It was created.
    Created,
    /// It exists, and stays as it is: the server refused the write (412).
    Refused,
    /// It exists, and nothing was sent.
    ///
    /// The server judges no conditions now, and would have overwritten it.
    NotSent,
    /// It was not created, for this reason.
    Failed(String),
}

/// The outcomes of seed documents, in the order in which they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeedReport {
    /// Each document with its outcome.
    pub outcomes: Vec<(DocumentId, SeedOutcome)>,
}

impl SeedReport {
    /// Returns the documents that were created.
    pub fn created(&self) -> impl Iterator<Item = &DocumentId> {
        self.with(|outcome| *outcome == SeedOutcome::Created)
    }

    /// Returns the documents that exist now.
    pub fn existing(&self) -> impl Iterator<Item = &DocumentId> {
        self.with(|outcome| !matches!(outcome, SeedOutcome::Failed(_)))
    }

    /// Returns whether every document was created.
    #[must_use]
    pub fn is_all_created(&self) -> bool {
        self.outcomes.iter().all(|(_, outcome)| *outcome == SeedOutcome::Created)
    }

    fn with(&self, is_it: impl Fn(&SeedOutcome) -> bool) -> impl Iterator<Item = &DocumentId> {
        self.outcomes.iter().filter(move |(_, outcome)| is_it(outcome)).map(|(id, _)| id)
    }

    /// Returns what became of the documents, a clause for each kind of outcome.
    ///
    /// Reasons from the network are sanitized.
    #[must_use]
    pub fn clauses(&self) -> Vec<String> {
        let mut clauses = Vec::new();
        if let Some(names) = names(self.created()) {
            clauses.push(format!("created {names}"));
        }
        let refused: Vec<_> = self.with(|outcome| *outcome == SeedOutcome::Refused).collect();
        if let Some(names) = names(refused.iter().copied()) {
            clauses.push(format!("412: {names} {}", already(refused.len())));
        }
        let not_sent: Vec<_> = self.with(|outcome| *outcome == SeedOutcome::NotSent).collect();
        if let Some(names) = names(not_sent.iter().copied()) {
            clauses.push(format!("nothing sent: {names} {}", already(not_sent.len())));
        }
        clauses.extend(self.outcomes.iter().filter_map(|(id, outcome)| match outcome {
            SeedOutcome::Failed(why) => Some(format!("{id} was not created: {}", sanitize(why))),
            SeedOutcome::Created | SeedOutcome::Refused | SeedOutcome::NotSent => None,
        }));
        clauses
    }
}

const fn already(count: usize) -> &'static str {
    if count == 1 { "exists already, and stays as it is" } else { "exist already, and stay as they are" }
}

/// Returns the names of documents, such as `plan, notes and 5 more`, or `None` if there are none.
pub(crate) fn names<'a>(documents: impl Iterator<Item = &'a DocumentId>) -> Option<String> {
    let all: Vec<&str> = documents.map(DocumentId::as_str).collect();
    match all.len() {
        0 => None,
        1 => Some(all[0].to_owned()),
        count if count <= MAX_NAMED => Some(format!("{} and {}", all[..count - 1].join(", "), all[count - 1])),
        count => Some(format!("{} and {} more", all[..MAX_NAMED - 1].join(", "), count - MAX_NAMED + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: &[(&str, SeedOutcome)]) -> SeedReport {
        let parsed = |(id, outcome): &(&str, SeedOutcome)| (id.parse().unwrap(), outcome.clone());
        SeedReport { outcomes: outcomes.iter().map(parsed).collect() }
    }

    #[test]
    fn each_outcome_is_told_once() {
        let report = report(&[
            ("plan", SeedOutcome::Created),
            ("notes", SeedOutcome::Refused),
            ("tasks", SeedOutcome::Created),
            ("menu", SeedOutcome::Refused),
            ("rota", SeedOutcome::NotSent),
            ("big", SeedOutcome::Failed("413: too\u{1b}[2J large".to_owned())),
        ]);
        let clauses = report.clauses();
        assert_eq!(
            clauses[..3],
            [
                "created plan and tasks",
                "412: notes and menu exist already, and stay as they are",
                "nothing sent: rota exists already, and stays as it is",
            ]
        );
        assert!(clauses[3].starts_with("big was not created: 413: too") && !clauses[3].contains('\u{1b}'));
        assert!(!report.is_all_created());
        let existing: Vec<_> = report.existing().map(DocumentId::as_str).collect();
        assert_eq!(existing, ["plan", "notes", "tasks", "menu", "rota"]);
    }

    #[test]
    fn long_lists_are_counted() {
        let all: Vec<DocumentId> = ["a", "b", "c", "d", "e"].map(|id| id.parse().unwrap()).to_vec();
        let told = |count: usize| names(all[..count].iter());
        assert_eq!(told(0), None);
        assert_eq!(told(1).unwrap(), "a");
        assert_eq!(told(3).unwrap(), "a, b and c");
        assert_eq!(told(5).unwrap(), "a, b and 3 more");
    }
}
