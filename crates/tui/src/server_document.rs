//! A document as the server has it: its text and its versions, for the stage's pane of the server.
//!
//! The stage itself reads the server after each write. Nothing in here comes from an editor, whose text may be old.
//! [`mod@crate::update`] decides when to look again, and [`crate::content::server_pane`] has the words.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use contract::{Author, Document, DocumentId, Exchange, Version};
use merge_view::list_diff::hunks;
use traffic::shown_version;

use crate::event::DocumentLook;
use crate::refetch::Refetch;

/// The number of newest versions that are read: more than a strip has room for.
pub(crate) const MAX_STRIP_VERSIONS: usize = 60;

/// The time limit for comparing two versions; after it the result is coarser, and still correct.
const DIFF_BUDGET: Duration = Duration::from_millis(50);

/// How many lines two versions may have in total to be compared without a time limit.
const MAX_LINES_WITHOUT_DEADLINE: usize = 1000;

/// How many readings of versions are kept before those of older versions are forgotten.
const MAX_READINGS: usize = 2000;

/// A document as the server has it.
#[derive(Debug, Clone)]
pub(crate) struct ServerDocument {
    id: Option<DocumentId>,
    /// The result of the last look at the document, or `None` before the first.
    look: Option<DocumentLook>,
    /// The lines of the text that the newest version has changed, by their indexes.
    changed: Vec<usize>,
    /// Whether the newest version was written by the last request.
    is_fresh: bool,
    /// Why the last look failed, if it did.
    trouble: Option<String>,
    asking: Refetch,
    /// Which versions people have read, by their tags.
    readings: BTreeSet<(Author, String)>,
    /// The numbers of the versions that were overwritten unseen.
    overwritten: BTreeSet<(DocumentId, u64)>,
    /// The newest judged version of each document.
    ///
    /// A version is judged once it is known whether its writer had seen the version before it.
    judged: BTreeMap<DocumentId, u64>,
}

impl Default for ServerDocument {
    fn default() -> Self {
        Self {
            id: None,
            look: None,
            changed: Vec::new(),
            is_fresh: false,
            trouble: None,
            asking: Refetch::No,
            readings: BTreeSet::new(),
            overwritten: BTreeSet::new(),
            judged: BTreeMap::new(),
        }
    }
}

impl ServerDocument {
    /// Returns the document's id, or `None` if no document is shown yet.
    pub(crate) fn id(&self) -> Option<&DocumentId> {
        self.id.as_ref()
    }

    /// Shows another document. Returns whether to look at it now.
    pub(crate) fn follow(&mut self, id: &DocumentId) -> bool {
        if self.id.as_ref() == Some(id) {
            return false;
        }
        self.id = Some(id.clone());
        self.look = None;
        self.changed.clear();
        self.is_fresh = false;
        self.trouble = None;
        self.asking.mark_outdated()
    }

    /// Notes that the document may have changed. Returns whether to look at it now.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        self.id.is_some() && self.asking.mark_outdated()
    }

    /// Returns whether a look is in flight, so that the view may be outdated.
    pub(crate) fn is_looking(&self) -> bool {
        self.asking != Refetch::No
    }

    /// Ends the highlight of the lines that the last write changed.
    pub(crate) fn settle(&mut self) {
        self.is_fresh = false;
    }

    /// Notes which version a response has shown to the author of the request.
    pub(crate) fn note_reading(&mut self, exchange: &Exchange) {
        let (Some(author), Some(tag)) = (&exchange.author, shown_version(exchange)) else { return };
        self.readings.insert((author.clone(), tag));
    }

    /// Handles the result of a look. Returns whether to look again.
    ///
    /// `people` are the authors whose readings are known. After a failure, the earlier result stays.
    pub(crate) fn on_look(&mut self, id: &DocumentId, look: Result<DocumentLook, String>, people: &[Author]) -> bool {
        let again = self.asking.on_answer();
        if self.id.as_ref() != Some(id) {
            return again;
        }
        match look {
            Ok(look) => {
                self.judge(id, &look.versions, people);
                let newest = |look: &DocumentLook| look.versions.first().map_or(0, |version| version.version);
                self.is_fresh |= self.look.as_ref().is_some_and(|before| newest(before) < newest(&look));
                self.changed = changed_lines(&look);
                self.look = Some(look);
                self.trouble = None;
                self.forget_old_readings();
            }
            Err(why) => self.trouble = Some(why),
        }
        again
    }

    /// Notes which of the versions were overwritten unseen.
    ///
    /// Each version is judged once, because its writer may read the version before it later. For authors whose readings
    /// are not known, the history decides: it has the version that they named.
    fn judge(&mut self, id: &DocumentId, versions: &[Version], people: &[Author]) {
        let judged = self.judged.get(id).copied().unwrap_or(0);
        for pair in versions.windows(2).filter(|pair| pair[0].version > judged) {
            let (after, before) = (&pair[0], &pair[1]);
            let is_unseen = if people.contains(&after.author) {
                !self.readings.contains(&(after.author.clone(), before.etag.to_string()))
            } else {
                after.skips_parent()
            };
            if is_unseen && before.author != after.author && !before.deleted {
                self.overwritten.insert((id.clone(), before.version));
            }
        }
        if let Some(newest) = versions.first() {
            self.judged.insert(id.clone(), newest.version);
        }
    }

    fn forget_old_readings(&mut self) {
        if let Some(look) = self.look.as_ref().filter(|_| self.readings.len() > MAX_READINGS) {
            self.readings.retain(|(_, tag)| look.versions.iter().any(|version| version.etag.to_string() == *tag));
        }
    }

    /// Returns whether the document was looked at.
    pub(crate) fn is_known(&self) -> bool {
        self.look.is_some()
    }

    /// Returns why the last look failed, or `None` if it did not.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Returns the newest versions, newest first.
    pub(crate) fn versions(&self) -> &[Version] {
        self.look.as_ref().map_or(&[], |look| &look.versions)
    }

    /// Returns the newest version, which may be a delete, or `None` if there is none.
    pub(crate) fn newest(&self) -> Option<&Version> {
        self.versions().first()
    }

    /// Returns the current text, or `None` if there is no document or its text is not known.
    pub(crate) fn text(&self) -> Option<&Document> {
        self.look.as_ref()?.text.as_ref()
    }

    /// Returns whether this version was overwritten unseen: a lost update.
    pub(crate) fn is_overwritten(&self, version: &Version) -> bool {
        self.id.as_ref().is_some_and(|id| self.overwritten.contains(&(id.clone(), version.version)))
    }

    /// Returns the indexes of the lines of the text that the newest version has changed, in order.
    pub(crate) fn changed(&self) -> &[usize] {
        &self.changed
    }

    /// Returns whether the changed lines are highlighted, because the last request wrote them.
    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh
    }
}

/// Returns the indexes of the lines that the newest version has changed.
fn changed_lines(look: &DocumentLook) -> Vec<usize> {
    let lines = |document: &Document| document.content.lines().map(str::to_owned).collect::<Vec<_>>();
    let Some(text) = &look.text else { return Vec::new() };
    match (&look.replaced, look.versions.get(1)) {
        (Some(replaced), _) => {
            let (old, new) = (lines(replaced), lines(text));
            // A lesson's texts are short, and each run of a lesson must look the same on any machine.
            let is_long = old.len() + new.len() > MAX_LINES_WITHOUT_DEADLINE;
            let deadline = is_long.then(|| Instant::now() + DIFF_BUDGET);
            hunks(&old, &new, deadline).into_iter().flat_map(|hunk| hunk.new).collect()
        }
        // The document is new, so all of its lines are.
        (None, before) if before.is_none_or(|before| before.deleted) => (0..text.content.lines().count()).collect(),
        (None, _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use contract::{EntityTag, Message, Timestamp};

    use super::*;

    fn id() -> DocumentId {
        "party".parse().unwrap()
    }

    fn tag(number: u64) -> EntityTag {
        format!("\"v{number}-00000000\"").parse().unwrap()
    }

    /// Returns a version that names the version `based_on`.
    fn version(number: u64, author: &str, based_on: u64) -> Version {
        Version {
            version: number,
            etag: tag(number),
            author: author.parse().unwrap(),
            at: Timestamp::from_millis(number),
            parent_etag: (number > 1).then(|| tag(number - 1)),
            based_on: (based_on > 0).then(|| tag(based_on)),
            deleted: false,
        }
    }

    fn text(content: &str) -> Document {
        Document { content: content.to_owned(), ..Document::default() }
    }

    /// Returns a look at these versions, oldest first.
    fn look(mut versions: Vec<Version>, now: &str, replaced: Option<&str>) -> DocumentLook {
        versions.reverse();
        DocumentLook { versions, text: Some(text(now)), replaced: replaced.map(text) }
    }

    /// Returns a response that shows a version to an author.
    fn reading(author: &str, number: u64) -> Exchange {
        let body = r#"{"title":"","content":""}"#.to_owned();
        Exchange {
            number: 1,
            author: Some(author.parse().unwrap()),
            received: Timestamp::default(),
            judged: None,
            answered: None,
            method: "GET".to_owned(),
            target: "/api/documents/party".to_owned(),
            request: Message::default(),
            status: Some(200),
            response: Some(Message { fields: vec![("ETag".to_owned(), tag(number).to_string())], body, cut: false }),
            lost: None,
            evaluation: Vec::new(),
        }
    }

    fn overwritten(server: &ServerDocument) -> Vec<u64> {
        server.versions().iter().filter(|version| server.is_overwritten(version)).map(|one| one.version).collect()
    }

    #[test]
    fn lines_of_the_last_write_are_marked_until_the_next_event() {
        let mut server = ServerDocument::default();
        assert!(server.follow(&id()) && !server.follow(&id()));
        assert!(!server.on_look(&id(), Ok(look(vec![version(1, "Teacher", 0)], "a\nb\n", None)), &[]));
        assert!(!server.is_fresh(), "it was there before");
        assert!(server.mark_outdated() && server.is_looking());
        let versions = vec![version(1, "Teacher", 0), version(2, "Alice", 1)];
        assert!(!server.on_look(&id(), Ok(look(versions.clone(), "a\nc\nd\n", Some("a\nb\n"))), &[]));
        assert!(server.is_fresh());
        assert_eq!(server.changed(), [1, 2]);
        server.settle();
        assert!(!server.is_fresh());
        server.mark_outdated();
        server.on_look(&id(), Ok(look(versions, "a\nc\nd\n", Some("a\nb\n"))), &[]);
        assert!(!server.is_fresh(), "a refused write changes nothing");
    }

    #[test]
    fn all_lines_of_a_new_document_are_marked() {
        let mut server = ServerDocument::default();
        server.follow(&id());
        let nothing = DocumentLook { versions: Vec::new(), text: None, replaced: None };
        server.on_look(&id(), Ok(nothing), &[]);
        server.mark_outdated();
        server.on_look(&id(), Ok(look(vec![version(1, "Alice", 0)], "a\nb\n", None)), &[]);
        assert_eq!((server.changed(), server.is_fresh()), ([0, 1].as_slice(), true));
    }

    #[test]
    fn version_is_lost_if_the_next_writer_had_not_read_it() {
        let people = ["Alice", "Bob"].map(|name| name.parse().unwrap());
        let versions = vec![version(1, "Teacher", 0), version(2, "Alice", 1), version(3, "Bob", 2)];
        let mut server = ServerDocument::default();
        server.follow(&id());
        server.note_reading(&reading("Alice", 1));
        server.on_look(&id(), Ok(look(versions[..2].to_vec(), "", Some(""))), &people);
        assert_eq!(overwritten(&server), Vec::<u64>::new());
        // Bob named version 2, but nothing showed it to him.
        server.on_look(&id(), Ok(look(versions.clone(), "", Some(""))), &people);
        assert_eq!(overwritten(&server), [2]);
        server.note_reading(&reading("Bob", 2));
        server.on_look(&id(), Ok(look(versions, "", Some(""))), &people);
        assert_eq!(overwritten(&server), [2], "reading it later does not bring it back");
    }

    #[test]
    fn history_decides_about_authors_who_are_not_on_the_stage() {
        let versions = |based_on| vec![version(1, "Alice", 0), version(2, "Alice", 1), version(3, "curl", based_on)];
        for (based_on, lost) in [(1, vec![2]), (2, vec![]), (0, vec![])] {
            let mut server = ServerDocument::default();
            server.follow(&id());
            server.on_look(&id(), Ok(look(versions(based_on), "", Some(""))), &[]);
            assert_eq!(overwritten(&server), lost, "based on {based_on}");
        }
    }

    #[test]
    fn result_about_another_document_is_dropped() {
        let mut server = ServerDocument::default();
        server.follow(&id());
        let other = "other".parse().unwrap();
        assert!(!server.follow(&other), "a look is in flight");
        assert!(server.on_look(&id(), Ok(look(vec![version(1, "Alice", 0)], "a", None)), &[]), "look at the other");
        assert!(!server.is_known());
        server.on_look(&other, Err("no server".to_owned()), &[]);
        assert_eq!((server.trouble(), server.is_looking()), (Some("no server"), false));
    }
}
