//! A document as the server has it: its text and its versions, for the stage's pane of the server.
//!
//! The stage itself reads the server after each write. Nothing in here comes from an editor, whose text may be old.
//! [`mod@crate::update`] decides when to look again, and [`crate::content::server_pane`] has the words.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use contract::{Author, Document, DocumentId, Exchange, Version};
use merge_view::list_diff::{ListHunk, hunks};
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

/// A line that the newest version overwrote unseen, and its place in the newest text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LostRow {
    /// The index of the line of the newest text before which it was.
    pub(crate) before: usize,
    /// The line, without its end.
    pub(crate) line: String,
}

/// A document as the server has it.
#[derive(Debug, Clone)]
pub(crate) struct ServerDocument {
    id: Option<DocumentId>,
    /// The result of the last look at the document, or `None` before the first.
    look: Option<DocumentLook>,
    /// The lines of the text that the newest version has changed, by their indexes.
    changed: Vec<usize>,
    /// The lines of the version before that the newest version overwrote unseen.
    lost: Vec<LostRow>,
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
            lost: Vec::new(),
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
        self.lost.clear();
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
                let changes = changes(&look);
                // A look at the same version again finds the same lost lines.
                if self.look.as_ref().is_none_or(|before| newest(before) != newest(&look)) {
                    self.lost = self.lost_rows(&look, &changes);
                }
                self.changed = match &look.replaced {
                    Some(_) => changes.into_iter().flat_map(|hunk| hunk.new).collect(),
                    None => all_lines_if_new(&look),
                };
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

    /// Returns the lines of the version before that the newest version overwrote unseen.
    ///
    /// Only lines that the version before had introduced are lost. If the look before was not at that version, nothing
    /// says which lines it had introduced: all that are gone count.
    fn lost_rows(&self, look: &DocumentLook, changes: &[ListHunk]) -> Vec<LostRow> {
        let (Some(replaced), Some(overwritten)) = (&look.replaced, look.versions.get(1)) else { return Vec::new() };
        if !self.is_overwritten(overwritten) {
            return Vec::new();
        }
        let seen =
            self.look.as_ref().filter(|seen| seen.versions.first().map(|one| &one.etag) == Some(&overwritten.etag));
        let is_introduced = |at: &usize| seen.is_none() || self.changed.contains(at);
        let old: Vec<&str> = replaced.content.lines().collect();
        let is_kept = |line: &str| look.text.as_ref().is_some_and(|text| text.content.lines().any(|new| new == line));
        let place = |hunk: &ListHunk, at: usize| hunk.new.start + (at - hunk.old.start).min(hunk.new.len());
        let gone = changes.iter().flat_map(|hunk| hunk.old.clone().map(move |at| (at, place(hunk, at))));
        gone.filter(|(at, _)| is_introduced(at))
            .filter_map(|(at, before)| Some((before, *old.get(at)?)))
            .filter(|(_, line)| !line.trim().is_empty() && !is_kept(line))
            .map(|(before, line)| LostRow { before, line: line.to_owned() })
            .collect()
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

    /// Returns the lines that the last request overwrote unseen, in their order, with their author.
    ///
    /// Returns `None` if it lost none, or if there was a request since.
    pub(crate) fn lost(&self) -> Option<(&Author, &[LostRow])> {
        let overwritten = self.versions().get(1).filter(|_| self.is_fresh && !self.lost.is_empty())?;
        Some((&overwritten.author, &self.lost))
    }

    /// Returns whether the changed lines are highlighted, because the last request wrote them.
    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh
    }
}

/// Returns the changes of the newest version to the text that it replaced, if there was a text.
fn changes(look: &DocumentLook) -> Vec<ListHunk> {
    let lines = |document: &Document| document.content.lines().map(str::to_owned).collect::<Vec<_>>();
    let (Some(text), Some(replaced)) = (&look.text, &look.replaced) else { return Vec::new() };
    let (old, new) = (lines(replaced), lines(text));
    // A lesson's texts are short, and each run of a lesson must look the same on any machine.
    let is_long = old.len() + new.len() > MAX_LINES_WITHOUT_DEADLINE;
    let deadline = is_long.then(|| Instant::now() + DIFF_BUDGET);
    hunks(&old, &new, deadline)
}

/// Returns the indexes of all lines if the document is new, and otherwise none.
fn all_lines_if_new(look: &DocumentLook) -> Vec<usize> {
    let is_new = look.versions.get(1).is_none_or(|before| before.deleted);
    let text = look.text.as_ref().filter(|_| is_new);
    text.map_or_else(Vec::new, |text| (0..text.content.lines().count()).collect())
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
            client_address: None,
            server: None,
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
            anomalies: Vec::new(),
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
    fn lost_lines_keep_their_old_place_until_the_next_request() {
        let people = ["Alice", "Bob"].map(|name| name.parse().unwrap());
        let versions = vec![version(1, "Teacher", 0), version(2, "Alice", 1), version(3, "Bob", 1)];
        let rows = |first_look: &[Version]| {
            let mut server = ServerDocument::default();
            server.follow(&id());
            server.note_reading(&reading("Alice", 1));
            server.on_look(&id(), Ok(look(vec![version(1, "Teacher", 0)], "a\nb\nc\n", None)), &people);
            server.on_look(&id(), Ok(look(first_look.to_vec(), "a\nB\nc\n", Some("a\nb\nc\n"))), &people);
            assert_eq!(server.lost(), None);
            server.on_look(&id(), Ok(look(versions.clone(), "a\nb\nC\n", Some("a\nB\nc\n"))), &people);
            let lost = server.lost().map(|(who, rows)| (who.to_string(), rows.to_vec()));
            server.on_look(&id(), Ok(look(versions.clone(), "a\nb\nC\n", Some("a\nB\nc\n"))), &people);
            assert_eq!(server.lost().map(|(who, rows)| (who.to_string(), rows.to_vec())), lost, "the same version");
            server.settle();
            assert_eq!(server.lost(), None);
            lost
        };
        let row = |before, line: &str| LostRow { before, line: line.to_owned() };
        // Bob replaced `c`, which he had read; `B` he had not read.
        assert_eq!(rows(&versions[..2]), Some(("Alice".to_owned(), vec![row(1, "B")])));
        // If version 2 was never looked at, nothing says that `c` is older.
        assert_eq!(rows(&versions[..1]), Some(("Alice".to_owned(), vec![row(1, "B"), row(2, "c")])));
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
