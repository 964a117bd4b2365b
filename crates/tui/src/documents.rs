//! The list of documents: its entries, the search in it, and the selection.
//!
//! How a row is laid out is in [`crate::content::documents`], what the keys do in `update::documents`.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use client::DocumentListing;
use contract::document::MAX_TITLE_BYTES;
use contract::{DocumentEntry, DocumentId, Timestamp};
use terminal::edit::Edit;
use terminal::line_input::LineInput;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use unicode_width::UnicodeWidthStr;

use crate::fuzzy::FuzzyQuery;
use crate::refetch::Refetch;
use crate::scroll::moved_selection;
use crate::title_id::id_of_title;

/// The most characters of a title in which letters are searched.
///
/// A title may have a thousand, of which a row shows the first few; and each key searches all titles.
const MAX_SEARCHED_CHARS: usize = 80;

/// The list of documents, and the line in which the user types a name or a part of one.
#[derive(Debug, Clone)]
pub(crate) struct DocumentChooser {
    /// The documents, or `None` until the first list has arrived.
    known: Option<Vec<DocumentEntry>>,
    /// The documents that are open in this editor and that the list does not have.
    here: Vec<LocalDocument>,
    /// When the server made the list, if it said so.
    as_of: Option<Timestamp>,
    /// The documents of which this machine has a draft that no editor holds.
    drafts: BTreeSet<DocumentId>,
    /// The error of the last request for the list.
    trouble: Option<String>,
    refetch: Refetch,
    /// The outcome of the last change of an entry, until the next key.
    answer: Option<(Role, String)>,
    /// A name, or a part of one.
    name: LineInput,
    /// The documents that fit what is typed, the best fit first.
    found: Vec<FoundDocument>,
    widths: EntryWidths,
    /// The id of a new document with the typed name.
    new_id: Option<DocumentId>,
    /// The name of the selected document, if one is selected.
    ///
    /// A name rather than an index, so that a changed list keeps the selection.
    selected: Option<String>,
}

/// The columns that the widest entry of a list needs for each of its properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct EntryWidths {
    pub(crate) id: usize,
    /// Of the part of the title that is searched.
    pub(crate) title: usize,
    pub(crate) etag: usize,
    pub(crate) author: usize,
    /// 0 if no document has a parent.
    pub(crate) parent: usize,
}

impl EntryWidths {
    fn of(entries: &[DocumentEntry]) -> Self {
        entries.iter().fold(Self::default(), |most, entry| Self {
            id: most.id.max(entry.id.as_str().len()),
            title: most.title.max(searched_title(&entry.title).width()),
            etag: most.etag.max(entry.etag.to_string().len()),
            author: most.author.max(sanitize(entry.author.as_str()).width()),
            parent: most.parent.max(entry.parent.as_ref().map_or(0, |parent| parent.as_str().len())),
        })
    }
}

/// A document that is open in this editor, and that the server does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalDocument {
    pub(crate) id: DocumentId,
    /// The title of the user's text.
    pub(crate) title: String,
    pub(crate) reason: AbsenceReason,
}

/// Why the server does not have a document that is open here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AbsenceReason {
    /// No save has created it yet.
    New,
    /// It was deleted, or its store lost it.
    Deleted,
}

impl AbsenceReason {
    /// Returns the word for the column of what is open here.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Deleted => "deleted",
        }
    }

    /// Returns the whole reason.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::New => "not on the server: it is open here, and the first save creates it",
            Self::Deleted => "not on the server any more: it was deleted, and your text is still open here",
        }
    }

    pub(crate) const fn role(self) -> Role {
        match self {
            Self::New => Role::Info,
            Self::Deleted => Role::Warning,
        }
    }
}

/// A document that fits what is typed.
#[derive(Debug, Clone)]
struct FoundDocument {
    /// Its index: in the list, and after that in the documents that are only here.
    at: usize,
    letters: MatchedLetters,
}

/// The letters of a document's id or title that the user typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MatchedLetters {
    /// Nothing is typed.
    None,
    /// Characters of the id, by index.
    Id(Vec<usize>),
    /// Characters of the sanitized title, by index.
    Title(Vec<usize>),
}

impl MatchedLetters {
    /// Returns the letters of the id.
    pub(crate) fn in_id(&self) -> &[usize] {
        if let Self::Id(places) = self { places } else { &[] }
    }

    /// Returns the letters of the sanitized title.
    pub(crate) fn in_title(&self) -> &[usize] {
        if let Self::Title(places) = self { places } else { &[] }
    }
}

/// A row of the list of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentRow<'a> {
    /// A document that exists, and its letters that are typed.
    There(&'a DocumentEntry, &'a MatchedLetters),
    /// A document that is open here and not on the server, and its letters that are typed.
    Local(&'a LocalDocument, &'a MatchedLetters),
    /// The typed name, if no document has it.
    New {
        typed: &'a str,
        /// The id of the new document; `None` if the name is too long for one.
        id: Option<&'a DocumentId>,
    },
}

impl<'a> DocumentRow<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::There(entry, _) => entry.id.as_str(),
            Self::Local(here, _) => here.id.as_str(),
            Self::New { typed, .. } => typed,
        }
    }
}

impl DocumentChooser {
    /// Returns a list whose entries were requested.
    pub(crate) fn loading() -> Self {
        Self {
            known: None,
            here: Vec::new(),
            as_of: None,
            drafts: BTreeSet::new(),
            trouble: None,
            refetch: Refetch::Once,
            answer: None,
            name: LineInput::new(),
            found: Vec::new(),
            widths: EntryWidths::default(),
            new_id: None,
            selected: None,
        }
    }

    /// Marks the list as outdated. Returns whether to request it now.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        self.refetch.mark_outdated()
    }

    /// Sets the entries, or why the request for them failed. Returns whether to request them again.
    ///
    /// After a failure, the previous entries stay. If the list no longer has the selected document, no document is
    /// selected.
    pub(crate) fn set_listing(&mut self, listed: Result<DocumentListing, String>) -> bool {
        match listed {
            Ok(DocumentListing { documents, as_of, drafts }) => {
                self.drafts = drafts;
                let is_first = self.known.replace(documents).is_none();
                self.as_of = as_of;
                self.trouble = None;
                self.measure_and_search();
                if is_first && self.selected.is_none() {
                    self.select_best_match();
                }
            }
            Err(why) => self.trouble = Some(why),
        }
        self.refetch.on_answer()
    }

    /// Sets the documents that are open in this editor and that the server does not have.
    pub(crate) fn set_here(&mut self, here: Vec<LocalDocument>) {
        if here != self.here {
            self.here = here;
            self.measure_and_search();
        }
    }

    /// Returns whether this machine has a draft of a document that no editor holds.
    pub(crate) fn has_draft(&self, id: &DocumentId) -> bool {
        self.drafts.contains(id)
    }

    /// Returns whether this machine has a draft of any document of the list.
    pub(crate) fn has_drafts(&self) -> bool {
        !self.drafts.is_empty()
    }

    /// Returns the documents that are open in this editor and that the server does not have.
    pub(crate) fn here(&self) -> &[LocalDocument] {
        &self.here
    }

    fn measure_and_search(&mut self) {
        self.widths = EntryWidths::of(self.known.as_deref().unwrap_or_default());
        for here in &self.here {
            self.widths.id = self.widths.id.max(here.id.as_str().len());
            self.widths.title = self.widths.title.max(searched_title(&here.title).width());
        }
        self.search();
    }

    /// Returns the documents, or `None` until the first list has arrived.
    pub(crate) fn entries(&self) -> Option<&[DocumentEntry]> {
        self.known.as_deref()
    }

    /// Returns the columns that the widest of the documents need.
    pub(crate) fn widths(&self) -> EntryWidths {
        self.widths
    }

    /// Returns when the server made the list, or `None` if that is not known.
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// Returns why the last request for the list failed, or `None` if it succeeded.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Returns the line in which the user types a name.
    pub(crate) fn line(&self) -> &LineInput {
        &self.name
    }

    /// Edits the line, and selects the document that is most likely meant.
    ///
    /// `register` holds what is cut, copied and pasted.
    pub(crate) fn type_in(&mut self, edit: &Edit, register: &mut String) {
        self.answer = None;
        if self.name.apply(edit, register) {
            self.search();
            self.select_best_match();
        }
    }

    /// Finds the documents whose id or title has the typed letters, and puts the best fit first.
    ///
    /// Of equal fits, the order is that of the list. The document with exactly the typed id comes first.
    fn search(&mut self) {
        self.new_id = new_id(self.typed_text(), self.known.as_deref().unwrap_or_default(), &self.here);
        let typed = self.typed_text();
        let entries = self.known.as_deref().unwrap_or_default();
        if typed.is_empty() {
            let all = 0..entries.len() + self.here.len();
            self.found = all.map(|at| FoundDocument { at, letters: MatchedLetters::None }).collect();
            return;
        }
        let query = FuzzyQuery::new(typed);
        let names = entries.iter().map(|entry| (&entry.id, &entry.title));
        let names = names.chain(self.here.iter().map(|here| (&here.id, &here.title)));
        let fit = |(at, (name, title)): (usize, (&DocumentId, &String))| {
            let id = query.match_in(name.as_str());
            let title = query.match_in(searched_title(title).as_ref());
            let (score, letters) = match (id, title) {
                (Some(id), Some(title)) if title.score > id.score => (title.score, MatchedLetters::Title(title.places)),
                (Some(id), _) => (id.score, MatchedLetters::Id(id.places)),
                (None, Some(title)) => (title.score, MatchedLetters::Title(title.places)),
                (None, None) => return None,
            };
            Some(((Reverse(name.as_str() == typed), Reverse(score)), FoundDocument { at, letters }))
        };
        let mut found: Vec<_> = names.enumerate().filter_map(fit).collect();
        found.sort_by_key(|(fit, _)| *fit);
        self.found = found.into_iter().map(|(_, document)| document).collect();
    }

    /// Selects the document with the typed name, or else the first row.
    fn select_best_match(&mut self) {
        self.selected = self.rows().first().map(|row| row.name().to_owned());
    }

    /// Returns the typed text, without blanks at its ends.
    pub(crate) fn typed_text(&self) -> &str {
        self.name.text().trim()
    }

    /// Returns the documents that fit the typed text, the best fit first.
    ///
    /// If no document has that text as its id, it is the last row.
    pub(crate) fn rows(&self) -> Vec<DocumentRow<'_>> {
        let typed = self.typed_text();
        let entries = self.known.as_deref().unwrap_or_default();
        let found = self.found.iter().filter_map(|found| match entries.get(found.at) {
            Some(entry) => Some(DocumentRow::There(entry, &found.letters)),
            None => self.here.get(found.at - entries.len()).map(|here| DocumentRow::Local(here, &found.letters)),
        });
        let mut rows: Vec<_> = found.collect();
        let is_known = rows.first().is_some_and(|row| row.name() == typed);
        if !typed.is_empty() && !is_known {
            rows.push(DocumentRow::New { typed, id: self.new_id.as_ref() });
        }
        rows
    }

    /// Returns how many documents fit the typed text.
    pub(crate) fn found_count(&self) -> usize {
        self.found.len()
    }

    /// Returns the index of the selected row among `rows`, or `None` if none is selected.
    pub(crate) fn selected_in(&self, rows: &[DocumentRow<'_>]) -> Option<usize> {
        let selected = self.selected.as_deref()?;
        rows.iter().position(|row| row.name() == selected)
    }

    /// Moves the selection by a number of rows, positive if down.
    pub(crate) fn select(&mut self, by: isize) {
        self.answer = None;
        let rows = self.rows();
        let to = moved_selection(self.selected_in(&rows), by, rows.len());
        self.selected = rows.get(to).map(|row| row.name().to_owned());
    }

    /// Returns the selected row, or `None` if none is selected.
    pub(crate) fn selected_row(&self) -> Option<DocumentRow<'_>> {
        let rows = self.rows();
        rows.get(self.selected_in(&rows)?).copied()
    }

    /// Returns the selected document, or `None` if none is selected, or only a new name.
    pub(crate) fn selected_entry(&self) -> Option<&DocumentEntry> {
        match self.selected_row()? {
            DocumentRow::There(entry, _) => Some(entry),
            DocumentRow::Local(..) | DocumentRow::New { .. } => None,
        }
    }

    /// Sets the outcome of a change of an entry, in words.
    pub(crate) fn set_answer(&mut self, role: Role, words: String) {
        self.answer = Some((role, words));
    }

    /// Returns the outcome of the last change of an entry, if no key was pressed since.
    pub(crate) fn answer(&self) -> Option<&(Role, String)> {
        self.answer.as_ref()
    }

    /// Returns the selected document, or why the typed name is not valid; `None` if no row is selected.
    pub(crate) fn chosen(&self) -> Option<Result<DocumentId, String>> {
        Some(match self.selected_row()? {
            DocumentRow::There(entry, _) => Ok(entry.id.clone()),
            DocumentRow::Local(here, _) => Ok(here.id.clone()),
            DocumentRow::New { id: Some(id), .. } => Ok(id.clone()),
            DocumentRow::New { typed, id: None } => {
                Err(format!("a title has at most {MAX_TITLE_BYTES} bytes, and this one has {}", typed.len()))
            }
        })
    }

    /// Returns the title of the selected new document; `None` if it exists, or if its name is its id.
    pub(crate) fn chosen_title(&self) -> Option<&str> {
        match self.selected_row()? {
            DocumentRow::New { typed, id: Some(id) } if typed != id.as_str() => Some(typed),
            DocumentRow::New { .. } | DocumentRow::There(..) | DocumentRow::Local(..) => None,
        }
    }
}

/// Returns the id of a new document with a typed name: the name itself, or an id made of a title.
///
/// A title such as 'My week' gets the id `my-week`, or `my-week-2` if a document has that one. Other letters than those
/// of an id are spelled with these: 'Köln' becomes `koln`, and 'Заметки' `zametki`. `None` if it is too long for a
/// title.
fn new_id(typed: &str, entries: &[DocumentEntry], here: &[LocalDocument]) -> Option<DocumentId> {
    if typed.is_empty() || typed.len() > MAX_TITLE_BYTES {
        return None;
    }
    if let Ok(id) = typed.parse() {
        return Some(id);
    }
    let id = id_of_title(typed);
    let taken = || entries.iter().map(|entry| &entry.id).chain(here.iter().map(|here| &here.id));
    let is_free = |id: &String| !taken().any(|taken| taken.as_str() == id);
    let numbered = (2..).map(|number: usize| format!("{id}-{number}"));
    std::iter::once(id.to_string()).chain(numbered).find(is_free)?.parse().ok()
}

/// Returns the part of a title in which letters are searched, as it is shown.
fn searched_title(title: &str) -> Cow<'_, str> {
    let end = title.char_indices().nth(MAX_SEARCHED_CHARS).map_or(title.len(), |(at, _)| at);
    sanitize(&title[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(ids: &[&str]) -> DocumentListing {
        let entry = |id: &&str| DocumentEntry {
            id: id.parse().unwrap(),
            title: format!("About {id}"),
            etag: "\"v1-00000000\"".parse().unwrap(),
            author: "Alice".parse().unwrap(),
            updated_at: Timestamp::default(),
            parent: None,
        };
        DocumentListing { documents: ids.iter().map(entry).collect(), as_of: None, drafts: BTreeSet::new() }
    }

    fn documents(ids: &[&str], typed: &str) -> DocumentChooser {
        let mut documents = DocumentChooser::loading();
        documents.set_listing(Ok(listing(ids)));
        documents.type_in(&Edit::InsertText(typed.to_owned()), &mut String::new());
        documents
    }

    fn chosen(documents: &DocumentChooser) -> Option<String> {
        documents.chosen().map(|chosen| chosen.unwrap().to_string())
    }

    fn names(documents: &DocumentChooser) -> Vec<String> {
        documents.rows().into_iter().map(|row| row.name().to_owned()).collect()
    }

    #[test]
    fn selection_stays_on_its_document_when_the_list_changes() {
        let mut list = documents(&["bread", "water"], "");
        assert_eq!(chosen(&list).as_deref(), Some("bread"), "the first");
        list.select(1);
        list.set_listing(Ok(listing(&["apple", "bread", "water"])));
        assert_eq!(chosen(&list).as_deref(), Some("water"), "a new document above does not take the selection");
        list.set_listing(Err("no server".to_owned()));
        assert_eq!((chosen(&list).as_deref(), list.trouble()), (Some("water"), Some("no server")));
        list.set_listing(Ok(listing(&["apple", "bread"])));
        assert_eq!((chosen(&list), list.trouble()), (None, None), "after a delete, no document is selected");
        list.select(-1);
        assert_eq!(chosen(&list).as_deref(), Some("bread"), "up begins at the bottom");
        list.set_listing(Ok(listing(&[])));
        list.select(1);
        assert_eq!(chosen(&list), None);
        list.set_listing(Ok(listing(&["apple"])));
        assert_eq!(chosen(&list), None, "a new document is not selected by itself");
    }

    #[test]
    fn typed_name_selects_its_document() {
        assert_eq!(chosen(&documents(&["about-water", "water"], "water")).as_deref(), Some("water"));
        let mut wine = documents(&["bread"], "wine");
        wine.set_listing(Ok(listing(&["bread", "wine"])));
        assert_eq!(chosen(&wine).as_deref(), Some("wine"), "another client created it meanwhile");
    }

    #[test]
    fn typed_letters_narrow_the_list_or_name_a_new_document() {
        assert_eq!(names(&documents(&["bread", "water"], "")), ["bread", "water"]);
        assert_eq!(names(&documents(&["bread", "water"], "bre")), ["bread", "bre"], "a document, and the new name");
        assert_eq!(names(&documents(&["bread", "bread-2"], "bread")), ["bread", "bread-2"], "the name is taken");
        let mut new = documents(&["bread"], "wine");
        assert_eq!(new.rows(), [DocumentRow::New { typed: "wine", id: Some(&"wine".parse().unwrap()) }]);
        new.select(5);
        assert_eq!(new.chosen().unwrap().unwrap().as_str(), "wine");
    }

    #[test]
    fn letters_need_not_be_together_and_the_best_fit_is_first() {
        let list = documents(&["plan-of-2025", "shop-list", "team-plan"], "tpl");
        assert_eq!(names(&list)[0], "team-plan");
        assert_eq!(names(&documents(&["sharp-list", "shop-list"], "shop"))[0], "shop-list");
        assert_eq!(names(&documents(&["a-plan", "plan"], "plan")), ["plan", "a-plan"], "the exact id comes first");
    }

    #[test]
    fn title_is_searched_too_and_its_letters_are_marked() {
        let mut list = documents(&["x1", "x2"], "");
        let mut listing = listing(&["x1", "x2"]);
        listing.documents[1].title = "Weekly plan".to_owned();
        list.set_listing(Ok(listing));
        list.type_in(&Edit::InsertText("wp".to_owned()), &mut String::new());
        let rows = list.rows();
        let DocumentRow::There(entry, letters) = rows[0] else { panic!("{rows:?}") };
        assert_eq!((entry.id.as_str(), letters), ("x2", &MatchedLetters::Title(vec![0, 7])));
        let id = documents(&["bread"], "bd");
        assert!(matches!(id.rows()[0], DocumentRow::There(_, MatchedLetters::Id(places)) if *places == [0, 4]));
    }

    #[test]
    fn end_of_a_long_title_is_not_searched() {
        let mut list = documents(&["x1"], "");
        let mut listing = listing(&["x1"]);
        listing.documents[0].title = format!("{}plan", "é".repeat(MAX_SEARCHED_CHARS));
        list.set_listing(Ok(listing));
        list.type_in(&Edit::InsertText("plan".to_owned()), &mut String::new());
        assert_eq!(names(&list), ["plan"], "only the new name");
    }

    #[test]
    fn typed_title_makes_a_free_id() {
        for (typed, id) in [
            ("My week", "my-week"),
            ("  Été: 2026!  ", "ete-2026"),
            ("Für Köln", "fur-koln"),
            ("Notes", "notes"),
            ("Заметки", "zametki"),
            ("図書館", "tu-shu-guan"),
            ("--", "document"),
            ("Bread", "bread-2"),
        ] {
            let list = documents(&["bread"], typed);
            let created = list.rows().pop().unwrap();
            assert_eq!(created, DocumentRow::New { typed: typed.trim(), id: Some(&id.parse().unwrap()) });
        }
        let mut list = documents(&["my-week", "my-week-2"], "My week");
        list.select(9);
        assert_eq!((chosen(&list).as_deref(), list.chosen_title()), (Some("my-week-3"), Some("My week")));
        let list = documents(&["bread"], "wine");
        assert_eq!((chosen(&list).as_deref(), list.chosen_title()), (Some("wine"), None), "an id is its own title");
        assert_eq!(documents(&["bread"], "").chosen_title(), None, "a document that exists keeps its title");
    }

    #[test]
    fn long_title_makes_a_valid_id_and_a_too_long_one_is_explained() {
        let words = "seven words ".repeat(20);
        assert_eq!(chosen(&documents(&[], &words)).unwrap(), "seven-words-seven-words-seven-words-seven-words");
        assert!(documents(&[], &"W".repeat(1025)).chosen().unwrap().unwrap_err().contains("1024 bytes"));
        assert_eq!(documents(&[], "").chosen(), None);
    }
}
