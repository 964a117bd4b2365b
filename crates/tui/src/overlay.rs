//! Screens that lie over the editors and the wire: a stack, one state each.
//!
//! The topmost has the keys. When it is closed, what was there before is as it was.

use client::FoundDraft;
use contract::{DocumentEntry, DocumentId, EntityTag};
use lesson::compare::ComparisonTable;
use terminal::buffer::TextBuffer;
use terminal::edit::Edit;
use traffic::FilterError;

use crate::action::Context;
use crate::drafts::{DraftChooser, DraftView};
use crate::ids::DocumentKey;
use crate::refetch::Refetch;
use crate::scroll::{Scroll, moved_selection};
use crate::versions::VersionsView;
use crate::versions::detail::VersionDetail;

/// Something that lies over the editors and the wire.
#[derive(Debug, Clone)]
pub(crate) enum Overlay {
    /// The keys for where I am.
    Help(HelpView),
    /// One exchange, whole.
    Exchange(ExchangeView),
    /// Which exchanges to show.
    Filter(Box<FilterPrompt>),
    /// The documents.
    Documents(Box<DocumentChooser>),
    /// The versions of the document in view.
    Versions(Box<VersionsView>),
    /// One of them, whole or beside my text.
    Version(Box<VersionDetail>),
    /// The question before an overwrite, with the lines that would be lost.
    Overwrite(OverwriteConfirm),
    /// The path of another file that the result of a merge of files is written to.
    Path(Box<TextBuffer>),
    /// Whether to delete the document in view, in the version with that tag.
    Delete(EntityTag),
    /// Whether to let unsaved text go with its document, which another client deleted.
    DiscardMine,
    /// What to do with unsaved text.
    Unsaved,
    /// The drafts to choose from before a document is opened.
    Drafts(Box<DraftChooser>),
    /// One of them, whole.
    Draft(Box<DraftView>),
    /// Whether to delete that draft.
    DiscardDraft(Box<FoundDraft>),
    /// Which file to write unsaved text into.
    KeepAs(Box<SavePathPrompt>),
    /// The lesson under every policy, side by side.
    PolicyComparison(PolicyComparison),
}

/// The help, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct HelpView {
    /// Where the keys were when help was wanted.
    pub(crate) about: Context,
    pub(crate) scroll: Scroll,
}

/// The lesson under every policy, scrolled.
#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyComparison {
    /// The table, or why there is none; nothing before it is here.
    pub(crate) table: Option<Result<ComparisonTable, String>>,
    pub(crate) scroll: Scroll,
}

/// One exchange, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeView {
    pub(crate) number: u64,
    pub(crate) scroll: Scroll,
}

/// A filter that is being typed.
#[derive(Debug, Clone)]
pub(crate) struct FilterPrompt {
    pub(crate) line: TextBuffer,
    /// How many exchanges it would show, or why it is no filter.
    pub(crate) found: Result<usize, FilterError>,
}

impl FilterPrompt {
    pub(crate) fn text(&self) -> &str {
        self.line.lines().first().map_or("", String::as_str)
    }
}

/// The path of a file that is being typed, for a text that no draft keeps.
#[derive(Debug, Clone)]
pub(crate) struct SavePathPrompt {
    /// Whose text.
    pub(crate) work: DocumentKey,
    pub(crate) line: TextBuffer,
    /// Why the last path was not taken.
    pub(crate) trouble: Option<String>,
}

impl SavePathPrompt {
    pub(crate) fn path(&self) -> &str {
        self.line.lines().first().map_or("", |line| line.trim())
    }
}

/// The lines that an overwrite would lose, and how far they are scrolled.
#[derive(Debug, Clone)]
pub(crate) struct OverwriteConfirm {
    /// The version that was shown.
    pub(crate) theirs: EntityTag,
    pub(crate) lines: Vec<String>,
    pub(crate) scroll: Scroll,
}

impl Overlay {
    /// Returns where the keys are while this is on top.
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Help(_) => Context::Help,
            Self::Exchange(_) => Context::Exchange,
            Self::Filter(_) => Context::Filter,
            Self::Documents(_) => Context::Documents,
            Self::Versions(_) => Context::Versions,
            Self::Version(_) => Context::Version,
            Self::Overwrite(_) => Context::Overwrite,
            Self::Path(_) | Self::KeepAs(_) => Context::Path,
            Self::Delete(_) | Self::DiscardMine | Self::DiscardDraft(_) => Context::Question,
            Self::Unsaved => Context::Unsaved,
            Self::Drafts(_) => Context::Drafts,
            Self::Draft(_) => Context::Draft,
            Self::PolicyComparison(_) => Context::PolicyComparison,
        }
    }

    /// Returns the drafts to choose from, if that is what this is.
    pub(crate) fn draft_chooser(&self) -> Option<&DraftChooser> {
        if let Self::Drafts(chooser) = self { Some(chooser) } else { None }
    }

    /// Like [`Overlay::draft_chooser`], to be changed.
    pub(crate) fn draft_chooser_mut(&mut self) -> Option<&mut DraftChooser> {
        if let Self::Drafts(chooser) = self { Some(chooser) } else { None }
    }

    /// Returns how far it is scrolled, if it scrolls.
    pub(crate) fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Help(help) => Some(&mut help.scroll),
            Self::Exchange(whole) => Some(&mut whole.scroll),
            Self::Version(one) => Some(&mut one.scroll),
            Self::Overwrite(confirm) => Some(&mut confirm.scroll),
            Self::PolicyComparison(takes) => Some(&mut takes.scroll),
            Self::Draft(view) => Some(&mut view.scroll),
            Self::Filter(_)
            | Self::Path(_)
            | Self::Documents(_)
            | Self::Versions(_)
            | Self::Delete(_)
            | Self::DiscardMine
            | Self::Unsaved
            | Self::Drafts(_)
            | Self::DiscardDraft(_)
            | Self::KeepAs(_) => None,
        }
    }
}

/// The list of documents, and the name that is being typed.
#[derive(Debug, Clone)]
pub(crate) struct DocumentChooser {
    /// The documents; `None` before they are here.
    known: Option<Vec<DocumentEntry>>,
    /// Why they were not told the last time.
    trouble: Option<String>,
    asking: Refetch,
    /// A name, or a part of one.
    name: TextBuffer,
    /// The name of the document that is selected: a document, never a place in the list. `None` if none is selected.
    selected: Option<String>,
}

/// A row of the list of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentRow<'a> {
    /// A document that is there.
    There(&'a DocumentEntry),
    /// The name that was typed, of a document that is not there.
    New(&'a str),
}

impl<'a> DocumentRow<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::There(entry) => entry.id.as_str(),
            Self::New(name) => name,
        }
    }
}

impl DocumentChooser {
    /// A list that was asked for.
    pub(crate) fn loading() -> Self {
        Self { known: None, trouble: None, asking: Refetch::Once, name: TextBuffer::single_line(), selected: None }
    }

    /// There may be other documents than those in the list. Returns whether to request the list now.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        self.asking.mark_outdated()
    }

    /// Takes the list in, or why it is not known. Returns whether to request it again. What was known stays if nothing
    /// was told. If the selected document is not in the list any more, none is selected.
    pub(crate) fn set_entries(&mut self, listed: Result<Vec<DocumentEntry>, String>) -> bool {
        match listed {
            Ok(entries) => {
                let is_first = self.known.replace(entries).is_none();
                self.trouble = None;
                if is_first && self.selected.is_none() {
                    self.select_best_match();
                }
            }
            Err(why) => self.trouble = Some(why),
        }
        self.asking.on_answer()
    }

    /// The documents; `None` before they are here.
    pub(crate) fn entries(&self) -> Option<&[DocumentEntry]> {
        self.known.as_deref()
    }

    /// Why they were not told the last time.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The line in which the name is typed.
    pub(crate) fn line(&self) -> &TextBuffer {
        &self.name
    }

    /// Types into the line. The selection goes to the document that is most likely meant.
    pub(crate) fn type_in(&mut self, edit: &Edit) {
        if self.name.apply(edit, &mut String::new()) {
            self.select_best_match();
        }
    }

    /// Selects the document with the name that was typed, or else the first row.
    fn select_best_match(&mut self) {
        let rows = self.rows();
        let typed = self.typed_text();
        let row = rows.iter().find(|row| row.name() == typed && matches!(row, DocumentRow::There(_)));
        self.selected = row.or(rows.first()).map(|row| row.name().to_owned());
    }

    /// Returns what was typed.
    pub(crate) fn typed_text(&self) -> &str {
        self.name.lines().first().map_or("", |line| line.trim())
    }

    /// The documents whose name or title holds what was typed, and what was typed where no document has that name.
    pub(crate) fn rows(&self) -> Vec<DocumentRow<'_>> {
        let typed = self.typed_text();
        let all = self.known.iter().flatten();
        let wanted = typed.to_lowercase();
        let found = all.filter(|e| e.id.as_str().contains(&wanted) || e.title.to_lowercase().contains(&wanted));
        let mut rows: Vec<_> = found.map(DocumentRow::There).collect();
        let known = rows.iter().any(|row| matches!(row, DocumentRow::There(entry) if entry.id.as_str() == typed));
        if !typed.is_empty() && !known {
            rows.push(DocumentRow::New(typed));
        }
        rows
    }

    /// Returns the place of the selected row, or `None` if none is selected.
    pub(crate) fn selected(&self) -> Option<usize> {
        let selected = self.selected.as_deref()?;
        self.rows().iter().position(|row| row.name() == selected)
    }

    /// Moves the selection, down if positive.
    pub(crate) fn select(&mut self, by: isize) {
        let rows = self.rows();
        let to = moved_selection(self.selected(), by, rows.len());
        self.selected = rows.get(to).map(|row| row.name().to_owned());
    }

    /// The document that is selected, or why what was typed is no name.
    pub(crate) fn chosen(&self) -> Option<Result<DocumentId, String>> {
        let rows = self.rows();
        Some(match rows.get(self.selected()?)? {
            DocumentRow::There(entry) => Ok(entry.id.clone()),
            DocumentRow::New(name) => name.parse().map_err(|why: contract::NameError| why.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(ids: &[&str]) -> Vec<DocumentEntry> {
        let entry = |id: &&str| DocumentEntry {
            id: id.parse().unwrap(),
            title: format!("About {id}"),
            etag: "\"v1-00000000\"".parse().unwrap(),
            author: "Alice".parse().unwrap(),
            updated_at: contract::Timestamp::default(),
            parent: None,
        };
        ids.iter().map(entry).collect()
    }

    fn documents(ids: &[&str], typed: &str) -> DocumentChooser {
        let mut documents = DocumentChooser::loading();
        documents.set_entries(Ok(entries(ids)));
        documents.type_in(&Edit::InsertText(typed.to_owned()));
        documents
    }

    fn chosen(documents: &DocumentChooser) -> Option<String> {
        documents.chosen().map(|chosen| chosen.unwrap().to_string())
    }

    #[test]
    fn selection_is_a_document_whatever_the_list_becomes() {
        let mut list = documents(&["bread", "water"], "");
        assert_eq!(chosen(&list).as_deref(), Some("bread"), "the first");
        list.select(1);
        list.set_entries(Ok(entries(&["apple", "bread", "water"])));
        assert_eq!(chosen(&list).as_deref(), Some("water"), "a new one above it does not take the selection");
        list.set_entries(Err("no server".to_owned()));
        assert_eq!((chosen(&list).as_deref(), list.trouble()), (Some("water"), Some("no server")));
        list.set_entries(Ok(entries(&["apple", "bread"])));
        assert_eq!((chosen(&list), list.trouble()), (None, None), "it was deleted, and nothing is selected");
        list.select(-1);
        assert_eq!(chosen(&list).as_deref(), Some("bread"), "up begins at the bottom");
        list.set_entries(Ok(Vec::new()));
        list.select(1);
        assert_eq!(chosen(&list), None);
        list.set_entries(Ok(entries(&["apple"])));
        assert_eq!(chosen(&list), None, "nothing selects itself");
    }

    #[test]
    fn name_that_is_typed_selects_its_document() {
        assert_eq!(chosen(&documents(&["about-water", "water"], "water")).as_deref(), Some("water"));
        let mut wine = documents(&["bread"], "wine");
        wine.set_entries(Ok(entries(&["bread", "wine"])));
        assert_eq!(chosen(&wine).as_deref(), Some("wine"), "made by somebody else meanwhile");
    }

    #[test]
    fn what_is_typed_narrows_the_list_or_names_a_new_one() {
        assert_eq!(documents(&["bread", "water"], "").rows().len(), 2);
        let narrowed = documents(&["bread", "water"], "bre");
        assert_eq!(narrowed.rows().len(), 2, "one that is there, and the new name");
        assert_eq!(narrowed.chosen().unwrap().unwrap().as_str(), "bread");
        let exact = documents(&["bread", "bread-2"], "bread");
        assert_eq!(exact.rows().len(), 2, "no second document of that name is offered");
        let mut new = documents(&["bread"], "wine");
        assert_eq!(new.rows(), [DocumentRow::New("wine")]);
        new.select(5);
        assert_eq!(new.chosen().unwrap().unwrap().as_str(), "wine");
    }

    #[test]
    fn what_is_no_name_is_told_why() {
        assert!(documents(&[], "No Name").chosen().unwrap().unwrap_err().contains("1 to 64"));
        assert_eq!(documents(&[], "").chosen(), None);
    }

    #[test]
    fn scrolling_stays_within_what_is_there() {
        let mut scroll = Scroll::END;
        scroll.by(-1, 10);
        assert_eq!(scroll.first(10), 9);
        assert_eq!(scroll.first(4), 4, "there is more room now");
        scroll.by(-100, 10);
        assert_eq!(scroll.first(10), 0);
        scroll.by(100, 0);
        assert_eq!(scroll.first(10), 0);
    }
}
