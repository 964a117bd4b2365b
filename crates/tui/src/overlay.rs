//! The overlays: views over the editors and the wire, in a stack.
//!
//! The topmost overlay has the focus. Closing it changes nothing below it.

use client::FoundDraft;
use contract::{DocumentEntry, DocumentId, EntityTag};
use lesson::compare::ComparisonTable;
use terminal::edit::Edit;
use terminal::line_input::LineInput;
use traffic::FilterError;

use crate::action::Context;
use crate::drafts::{DraftChooser, DraftView};
use crate::find::FindPrompt;
use crate::ids::DocumentKey;
use crate::palette::Palette;
use crate::refetch::Refetch;
use crate::scroll::{Scroll, moved_selection};
use crate::versions::VersionsView;
use crate::versions::detail::VersionDetail;

/// A view over the editors and the wire.
#[derive(Debug, Clone)]
pub(crate) enum Overlay {
    /// The help for a context.
    Help(HelpView),
    /// Every action by name.
    Palette(Box<Palette>),
    /// One whole exchange.
    Exchange(ExchangeView),
    /// The prompt for a filter of the exchanges.
    Filter(Box<FilterPrompt>),
    /// The prompt that finds and replaces words in the text in view.
    Find(Box<FindPrompt>),
    /// The prompt for the number of a line in the text in view.
    GoToLine(Box<LineInput>),
    /// The documents.
    Documents(Box<DocumentChooser>),
    /// The versions of the document in view.
    Versions(Box<VersionsView>),
    /// One version: whole, or compared with the user's text.
    Version(Box<VersionDetail>),
    /// The change of the text at the cursor, scrolled.
    Change(Scroll),
    /// The question before an overwrite, with the lines that would be lost.
    Overwrite(OverwriteConfirm),
    /// The prompt for the path to which the result of a merge of files is written instead.
    Path(Box<LineInput>),
    /// The question whether to delete the version with this tag of the document in view.
    Delete(EntityTag),
    /// The question whether to discard unsaved text whose document another client deleted.
    DiscardMine,
    /// The question about unsaved text before the user leaves.
    Unsaved,
    /// The drafts of a document that is being opened.
    Drafts(Box<DraftChooser>),
    /// One whole draft.
    Draft(Box<DraftView>),
    /// The question whether to delete a draft.
    DiscardDraft(Box<FoundDraft>),
    /// The prompt for the path of a file for unsaved text.
    KeepAs(Box<SavePathPrompt>),
    /// The question whether to show the outcome of steps that come later in the lesson.
    ShowAhead,
    /// The lesson under every policy, side by side.
    PolicyComparison(PolicyComparison),
}

/// The help, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct HelpView {
    /// The context in which the user asked for help.
    pub(crate) about: Context,
    pub(crate) scroll: Scroll,
}

/// The lesson under every policy, side by side, scrolled.
#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyComparison {
    /// The table, or why there is none; `None` while it is being computed.
    pub(crate) table: Option<Result<ComparisonTable, String>>,
    pub(crate) scroll: Scroll,
}

/// One whole exchange, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeView {
    pub(crate) number: u64,
    pub(crate) scroll: Scroll,
}

/// The prompt for a filter, and its preview.
#[derive(Debug, Clone)]
pub(crate) struct FilterPrompt {
    pub(crate) line: LineInput,
    /// The number of exchanges that match, or why the text is not a valid filter.
    pub(crate) found: Result<usize, FilterError>,
}

impl FilterPrompt {
    pub(crate) fn text(&self) -> &str {
        self.line.text()
    }
}

/// The prompt for the path of a file for unsaved text.
#[derive(Debug, Clone)]
pub(crate) struct SavePathPrompt {
    /// The document that has the text.
    pub(crate) work: DocumentKey,
    pub(crate) line: LineInput,
    /// The reason why the text could not be written to the last path.
    pub(crate) trouble: Option<String>,
}

impl SavePathPrompt {
    pub(crate) fn path(&self) -> &str {
        self.line.text().trim()
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
    /// Returns the context of keys while this overlay is the topmost.
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Help(_) => Context::Help,
            Self::Palette(_) => Context::Palette,
            Self::Exchange(_) => Context::Exchange,
            Self::Filter(_) => Context::Filter,
            Self::Find(prompt) if prompt.types_replacement() => Context::Replace,
            Self::Find(_) => Context::Find,
            Self::GoToLine(_) => Context::GoToLine,
            Self::Documents(_) => Context::Documents,
            Self::Versions(_) => Context::Versions,
            Self::Version(_) => Context::Version,
            Self::Change(_) => Context::Change,
            Self::Overwrite(_) => Context::Overwrite,
            Self::Path(_) | Self::KeepAs(_) => Context::Path,
            Self::Delete(_) | Self::DiscardMine | Self::DiscardDraft(_) | Self::ShowAhead => Context::Question,
            Self::Unsaved => Context::Unsaved,
            Self::Drafts(_) => Context::Drafts,
            Self::Draft(_) => Context::Draft,
            Self::PolicyComparison(_) => Context::PolicyComparison,
        }
    }

    /// Returns the list of drafts, or `None` if this is another overlay.
    pub(crate) fn draft_chooser(&self) -> Option<&DraftChooser> {
        if let Self::Drafts(chooser) = self { Some(chooser) } else { None }
    }

    /// Like [`Overlay::draft_chooser`], for changes.
    pub(crate) fn draft_chooser_mut(&mut self) -> Option<&mut DraftChooser> {
        if let Self::Drafts(chooser) = self { Some(chooser) } else { None }
    }

    /// Returns the scroll position for changes, or `None` if this overlay does not scroll.
    pub(crate) fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Help(help) => Some(&mut help.scroll),
            Self::Exchange(view) => Some(&mut view.scroll),
            Self::Version(detail) => Some(&mut detail.scroll),
            Self::Change(scroll) => Some(scroll),
            Self::Overwrite(confirm) => Some(&mut confirm.scroll),
            Self::PolicyComparison(comparison) => Some(&mut comparison.scroll),
            Self::Draft(view) => Some(&mut view.scroll),
            Self::Filter(_)
            | Self::Find(_)
            | Self::GoToLine(_)
            | Self::Palette(_)
            | Self::Path(_)
            | Self::Documents(_)
            | Self::Versions(_)
            | Self::Delete(_)
            | Self::DiscardMine
            | Self::ShowAhead
            | Self::Unsaved
            | Self::Drafts(_)
            | Self::DiscardDraft(_)
            | Self::KeepAs(_) => None,
        }
    }
}

/// The list of documents, and the line in which the user types a name.
#[derive(Debug, Clone)]
pub(crate) struct DocumentChooser {
    /// The documents, or `None` until the first list has arrived.
    known: Option<Vec<DocumentEntry>>,
    /// The error of the last request for the list.
    trouble: Option<String>,
    refetch: Refetch,
    /// A name, or a part of one.
    name: LineInput,
    /// The name of the selected document, if one is selected.
    ///
    /// A name rather than an index, so that a changed list keeps the selection.
    selected: Option<String>,
}

/// A row of the list of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentRow<'a> {
    /// A document that exists.
    There(&'a DocumentEntry),
    /// The typed name, if no document has it.
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
    /// Returns a list whose entries were requested.
    pub(crate) fn loading() -> Self {
        Self { known: None, trouble: None, refetch: Refetch::Once, name: LineInput::new(), selected: None }
    }

    /// Marks the list as outdated. Returns whether to request it now.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        self.refetch.mark_outdated()
    }

    /// Sets the entries, or why the request for them failed. Returns whether to request them again.
    ///
    /// After a failure, the previous entries stay. If the list no longer has the selected document, no document is
    /// selected.
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
        self.refetch.on_answer()
    }

    /// Returns the documents, or `None` until the first list has arrived.
    pub(crate) fn entries(&self) -> Option<&[DocumentEntry]> {
        self.known.as_deref()
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
    pub(crate) fn type_in(&mut self, edit: &Edit) {
        if self.name.apply(edit, &mut String::new()) {
            self.select_best_match();
        }
    }

    /// Selects the document with the typed name, or else the first row.
    fn select_best_match(&mut self) {
        let rows = self.rows();
        let typed = self.typed_text();
        let row = rows.iter().find(|row| row.name() == typed && matches!(row, DocumentRow::There(_)));
        self.selected = row.or(rows.first()).map(|row| row.name().to_owned());
    }

    /// Returns the typed text, without blanks at its ends.
    pub(crate) fn typed_text(&self) -> &str {
        self.name.text().trim()
    }

    /// Returns the documents whose name or title contains the typed text, then that text if it is new.
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

    /// Returns the index of the selected row, or `None` if none is selected.
    pub(crate) fn selected(&self) -> Option<usize> {
        let selected = self.selected.as_deref()?;
        self.rows().iter().position(|row| row.name() == selected)
    }

    /// Moves the selection by a number of rows, positive if down.
    pub(crate) fn select(&mut self, by: isize) {
        let rows = self.rows();
        let to = moved_selection(self.selected(), by, rows.len());
        self.selected = rows.get(to).map(|row| row.name().to_owned());
    }

    /// Returns the selected document, or why the typed name is not valid; `None` if no row is selected.
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
    fn selection_stays_on_its_document_when_the_list_changes() {
        let mut list = documents(&["bread", "water"], "");
        assert_eq!(chosen(&list).as_deref(), Some("bread"), "the first");
        list.select(1);
        list.set_entries(Ok(entries(&["apple", "bread", "water"])));
        assert_eq!(chosen(&list).as_deref(), Some("water"), "a new document above does not take the selection");
        list.set_entries(Err("no server".to_owned()));
        assert_eq!((chosen(&list).as_deref(), list.trouble()), (Some("water"), Some("no server")));
        list.set_entries(Ok(entries(&["apple", "bread"])));
        assert_eq!((chosen(&list), list.trouble()), (None, None), "after a delete, no document is selected");
        list.select(-1);
        assert_eq!(chosen(&list).as_deref(), Some("bread"), "up begins at the bottom");
        list.set_entries(Ok(Vec::new()));
        list.select(1);
        assert_eq!(chosen(&list), None);
        list.set_entries(Ok(entries(&["apple"])));
        assert_eq!(chosen(&list), None, "a new document is not selected by itself");
    }

    #[test]
    fn typed_name_selects_its_document() {
        assert_eq!(chosen(&documents(&["about-water", "water"], "water")).as_deref(), Some("water"));
        let mut wine = documents(&["bread"], "wine");
        wine.set_entries(Ok(entries(&["bread", "wine"])));
        assert_eq!(chosen(&wine).as_deref(), Some("wine"), "another client created it meanwhile");
    }

    #[test]
    fn typed_text_narrows_the_list_or_names_a_new_document() {
        assert_eq!(documents(&["bread", "water"], "").rows().len(), 2);
        let narrowed = documents(&["bread", "water"], "bre");
        assert_eq!(narrowed.rows().len(), 2, "an existing document, and the new name");
        assert_eq!(narrowed.chosen().unwrap().unwrap().as_str(), "bread");
        let exact = documents(&["bread", "bread-2"], "bread");
        assert_eq!(exact.rows().len(), 2, "the name of an existing document is not offered as a new one");
        let mut new = documents(&["bread"], "wine");
        assert_eq!(new.rows(), [DocumentRow::New("wine")]);
        new.select(5);
        assert_eq!(new.chosen().unwrap().unwrap().as_str(), "wine");
    }

    #[test]
    fn invalid_name_is_explained() {
        assert!(documents(&[], "No Name").chosen().unwrap().unwrap_err().contains("1 to 64"));
        assert_eq!(documents(&[], "").chosen(), None);
    }

    #[test]
    fn scrolling_stays_within_the_lines() {
        let mut scroll = Scroll::END;
        scroll.by(-1, 10);
        assert_eq!(scroll.first(10), 9);
        assert_eq!(scroll.first(4), 4, "the view has become taller");
        scroll.by(-100, 10);
        assert_eq!(scroll.first(10), 0);
        scroll.by(100, 0);
        assert_eq!(scroll.first(10), 0);
    }
}
