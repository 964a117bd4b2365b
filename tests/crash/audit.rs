//! Compares the histories of all documents with what their writers were told about every write.

use std::collections::BTreeMap;
#[cfg(feature = "postgres")]
use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use tests::documents::{expect, get, path};
use tests::http::Request;
use tests::serve::Server;

use crate::load::{Attempt, Fate};

/// A version, as the server reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) etag: String,
    pub(crate) author: String,
    parent: Option<String>,
    based_on: Option<String>,
    pub(crate) deleted: bool,
}

/// How many writes were followed up, by their outcome.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) acknowledged: usize,
    refused: usize,
    applied: usize,
    absent: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, refused, applied, absent } = self;
        let all = acknowledged + refused + applied + absent;
        write!(
            f,
            "{all} writes followed up: {acknowledged} acknowledged and applied, {refused} refused and not applied, "
        )?;
        write!(f, "{} unanswered ({applied} applied, {absent} not applied)", applied + absent)
    }
}

/// All documents' histories and all writes so far.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    /// The versions of each document, oldest first.
    pub(crate) histories: BTreeMap<String, Vec<Version>>,
    pub(crate) counts: Counts,
}

impl Audit {
    /// Returns the tags of all versions of a document.
    #[cfg(feature = "postgres")]
    pub(crate) fn tags(server: &Server, document: &str) -> BTreeSet<String> {
        history(server, document).into_iter().map(|version| version.etag).collect()
    }

    /// Finds out what became of these attempts, and asserts that no other version is new.
    pub(crate) fn follow_up(&mut self, server: &Server, attempts: &[Attempt]) {
        let mut of_document: BTreeMap<&str, Vec<&Attempt>> = BTreeMap::new();
        for attempt in attempts {
            self.histories.entry(attempt.document.clone()).or_default();
            of_document.entry(&attempt.document).or_default().push(attempt);
        }
        for (document, known) in &mut self.histories {
            let history = history(server, document);
            check_chain(document, &history);
            assert!(
                history.starts_with(known),
                "{document}: the history before the kill is a prefix of the history after it"
            );
            let new: Vec<_> = history[known.len()..].iter().map(|v| (v, text(server, document, v))).collect();
            let attempts = of_document.remove(document.as_str()).unwrap_or_default();
            let made: usize = attempts.iter().map(|attempt| self.counts.follow_up(attempt, &new)).sum();
            assert_eq!(made, new.len(), "{document}: a known attempt created each version");
            check_current(server, document, history.last());
            *known = history;
        }
    }
}

impl Counts {
    /// Finds the version that an attempt created, and returns how many it created: 0 or 1.
    fn follow_up(&mut self, attempt: &Attempt, new: &[(&Version, Option<String>)]) -> usize {
        let is_from = |version: &Version, text: &Option<String>| match &attempt.text {
            Some(_) => *text == attempt.text,
            None => version.deleted && version.author == attempt.author && version.based_on == attempt.based_on,
        };
        let mut made = new.iter().filter(|(version, text)| is_from(version, text)).map(|(version, _)| *version);
        let version = made.next();
        assert_eq!(made.next(), None, "a write was applied twice: {attempt}");
        if let Some(version) = version {
            assert_eq!(version.author, attempt.author, "{version:?} and {attempt}");
            assert_eq!(version.based_on, attempt.based_on, "{version:?} and {attempt}");
        }
        match (&attempt.fate, version) {
            (Fate::Acknowledged(tag), Some(version)) => {
                assert!(tag.as_ref().is_none_or(|tag| *tag == version.etag), "{version:?} and {attempt}");
                self.acknowledged += 1;
            }
            (Fate::Acknowledged(_), None) => panic!("an acknowledged write is lost: {attempt}"),
            (Fate::Refused, Some(version)) => panic!("a refused write was applied: {version:?} and {attempt}"),
            (Fate::Refused, None) => self.refused += 1,
            (Fate::Unanswered, Some(_)) => self.applied += 1,
            (Fate::Unanswered, None) => self.absent += 1,
        }
        usize::from(version.is_some())
    }
}

/// Returns all versions, oldest first, read page by page.
fn history(server: &Server, document: &str) -> Vec<Version> {
    let mut newest_first = Vec::new();
    let mut before = String::new();
    loop {
        let response = server.answer(&Request::new("GET", &format!("{}/versions?limit=1000{before}", path(document))));
        if response.status == 404 && newest_first.is_empty() {
            return newest_first;
        }
        let page = expect(200, response).json();
        newest_first.extend(page["versions"].as_array().expect("a list of versions").iter().map(version));
        match &page["next"] {
            Value::Null => break,
            next => before = format!("&before={next}"),
        }
    }
    newest_first.reverse();
    newest_first
}

fn version(value: &Value) -> Version {
    let word = |member: &str| value[member].as_str().map(str::to_owned);
    Version {
        number: value["version"].as_u64().expect("a version has a number"),
        etag: word("etag").expect("a version has a tag"),
        author: word("author").expect("a version has an author"),
        parent: word("parentEtag"),
        based_on: word("basedOn"),
        deleted: value["deleted"].as_bool().expect("a version says whether it is a deletion"),
    }
}

/// Returns the text of a version, or `None` for a deletion.
fn text(server: &Server, document: &str, version: &Version) -> Option<String> {
    let response = server.answer(&Request::new("GET", &format!("{}/versions/{}", path(document), version.number)));
    if version.deleted {
        expect(410, response);
        return None;
    }
    let response = expect(200, response);
    assert_eq!(response.etag(), version.etag, "{document}: {response}");
    response.word("content")
}

/// Asserts that no number is missing, and that each version is based on the one before it.
///
/// A version after a deletion is based on none.
fn check_chain(document: &str, history: &[Version]) {
    let mut before: Option<&Version> = None;
    for version in history {
        assert_eq!(version.number, before.map_or(1, |before| before.number + 1), "{document}: {version:?}");
        assert_eq!(version.parent.as_ref(), before.map(|before| &before.etag), "{document}: {version:?}");
        let seen = before.filter(|before| !before.deleted).map(|before| &before.etag);
        assert_eq!(version.based_on.as_ref(), seen, "{document}: {version:?}");
        before = Some(version);
    }
}

/// Asserts that the document is its last version.
fn check_current(server: &Server, document: &str, last: Option<&Version>) {
    let response = server.answer(&get(document));
    match last {
        None => assert_eq!(response.status, 404, "{document}: {response}"),
        Some(last) if last.deleted => assert_eq!(response.status, 410, "{document}: {response}"),
        Some(last) => {
            assert_eq!((response.status, response.etag()), (200, last.etag.clone()), "{document}: {response}");
            assert_eq!(response.word("content"), text(server, document, last), "{document}");
        }
    }
}
