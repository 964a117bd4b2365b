//! The list of documents: its columns, its rows, and what the rows have no room for.
//!
//! The title and the version are always there. The other columns are dropped one by one if the screen is narrow; what
//! was dropped is then said below the list, about the selected document.

use contract::{DocumentEntry, DocumentId};
use editor::EditorPhase;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::short_tag;
use unicode_segmentation::UnicodeSegmentation;

use super::text;
use crate::documents::{DocumentChooser, DocumentRow, EntryWidths, LocalDocument};
use crate::list_ages::age;
use crate::open_document::OpenDocument;
use crate::pane::Pane;
use crate::state::State;

/// The columns in front of a row, for the sign of the selected one.
const POINTER_WIDTH: usize = 2;

/// The widest column of ids, of authors (after their sign) and of parents.
const MAX_NAME_WIDTH: usize = 24;

/// The fewest columns of a title, before other columns get any.
const MIN_TITLE_WIDTH: usize = 16;

/// The columns of the longest age, such as '59 min ago'.
const AGE_WIDTH: usize = 10;

/// The columns of the longest word about an open document.
const HERE_WIDTH: usize = 8;

/// The width from which the columns have headings.
const HEADINGS_WIDTH: usize = 60;

/// The width from which two blanks are between columns, and not one.
const WIDE_GAP_WIDTH: usize = 100;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DocumentColumn {
    Id,
    Title,
    Version,
    Author,
    Age,
    Parent,
    Here,
}

impl DocumentColumn {
    /// All columns, from left to right.
    const ALL: [Self; 7] = [Self::Id, Self::Title, Self::Version, Self::Author, Self::Age, Self::Parent, Self::Here];

    /// The columns that a narrow list may lack, the most important first.
    const OPTIONAL: [Self; 5] = [Self::Id, Self::Here, Self::Author, Self::Age, Self::Parent];

    const fn heading(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Version => "version",
            Self::Author => "saved by",
            Self::Age => "when",
            Self::Parent => "parent",
            Self::Here => "here",
        }
    }
}

/// The columns that fit, from left to right, each with its width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentColumns {
    columns: Vec<(DocumentColumn, usize)>,
    /// The blanks between two columns.
    gap: usize,
    has_headings: bool,
    /// Whether the version is the whole tag, and not only its number.
    has_tags: bool,
}

impl DocumentColumns {
    /// Returns the columns of a list in rows of `room` columns, under headings or not.
    pub(crate) fn new(documents: &DocumentChooser, is_any_here: bool, room: usize, has_headings: bool) -> Self {
        let widths = documents.widths();
        let has_headings = has_headings && room >= HEADINGS_WIDTH;
        let least = |column: DocumentColumn, width: usize| {
            if has_headings { width.max(column.heading().len()) } else { width }
        };
        let natural = |column| least(column, natural_width(column, widths));
        let (title, version) = (natural(DocumentColumn::Title), natural(DocumentColumn::Version));
        let gap = if room < WIDE_GAP_WIDTH { 1 } else { 2 };
        let room = room.saturating_sub(POINTER_WIDTH);
        let mut used = title.min(MIN_TITLE_WIDTH) + gap + version;
        let mut shown = vec![DocumentColumn::Title, DocumentColumn::Version];
        for column in DocumentColumn::OPTIONAL {
            let is_empty = match column {
                DocumentColumn::Parent => widths.parent == 0,
                DocumentColumn::Here => !is_any_here,
                _ => false,
            };
            if !is_empty && used + gap + natural(column) <= room {
                used += gap + natural(column);
                shown.push(column);
            }
        }
        // The title gets the columns that are left.
        let title_width = title.min((room + title.min(MIN_TITLE_WIDTH)).saturating_sub(used));
        let left = (room + title.min(MIN_TITLE_WIDTH)).saturating_sub(used + title_width);
        let has_tags = title_width == title && widths.etag > version && widths.etag - version <= left;
        let width = |column| match column {
            DocumentColumn::Title => title_width,
            DocumentColumn::Version if has_tags => widths.etag,
            column => natural(column),
        };
        let columns = DocumentColumn::ALL.into_iter().filter(|column| shown.contains(column));
        Self { columns: columns.map(|column| (column, width(column))).collect(), gap, has_headings, has_tags }
    }

    fn has(&self, wanted: DocumentColumn) -> bool {
        self.columns.iter().any(|(column, _)| *column == wanted)
    }

    /// Returns the headings of the columns, or `None` if they have none.
    pub(crate) fn headings(&self, state: &State, room: usize) -> Option<Line<'static>> {
        let heading = |(column, width): &(DocumentColumn, usize)| {
            format!("{:<width$}{:gap$}", column.heading(), "", gap = self.gap)
        };
        let words: String = self.columns.iter().map(heading).collect();
        let line = format!("{:POINTER_WIDTH$}{}", "", words.trim_end());
        let line = text::cut(&line, room, state.theme.glyphs.more);
        self.has_headings.then(|| Line::styled(line, state.theme.style(Role::Dim)))
    }
}

/// Returns the columns that the widest entry needs in a column.
fn natural_width(column: DocumentColumn, widths: EntryWidths) -> usize {
    match column {
        DocumentColumn::Id => widths.id.min(MAX_NAME_WIDTH),
        DocumentColumn::Title => widths.title,
        // The number of a version, such as v12; a tag without a number is cut.
        DocumentColumn::Version => 4,
        // A sign and a blank are in front of the name.
        DocumentColumn::Author => widths.author.min(MAX_NAME_WIDTH) + 2,
        DocumentColumn::Age => AGE_WIDTH,
        DocumentColumn::Parent => widths.parent.min(MAX_NAME_WIDTH),
        DocumentColumn::Here => HERE_WIDTH,
    }
}

/// Returns a row of the list.
pub(crate) fn line(
    state: &State,
    documents: &DocumentChooser,
    columns: &DocumentColumns,
    row: &DocumentRow<'_>,
    room: usize,
    is_selected: bool,
) -> Line<'static> {
    let glyph = if is_selected { state.theme.glyphs.focus } else { " " };
    let mut spans = vec![Span::raw(format!("{glyph} "))];
    match row {
        DocumentRow::There(entry, letters) => {
            for (number, (column, width)) in columns.columns.iter().enumerate() {
                let cell =
                    cell(state, documents, *column, columns.has_tags, entry, (letters.in_id(), letters.in_title()));
                spans.extend(column_spans(state, cell, *width, if number == 0 { 0 } else { columns.gap }));
            }
        }
        DocumentRow::Local(here, letters) => {
            for (number, (column, width)) in columns.columns.iter().enumerate() {
                let cell = cell_here(state, *column, here, (letters.in_id(), letters.in_title()));
                spans.extend(column_spans(state, cell, *width, if number == 0 { 0 } else { columns.gap }));
            }
        }
        DocumentRow::New { typed, id } => {
            spans.push(Span::raw("create "));
            spans.push(Span::styled(sanitize(typed).into_owned(), state.theme.style(Role::Title)));
            let note = match id {
                Some(id) if id.as_str() == *typed => None,
                Some(id) => Some(format!("  with the id {id}")),
                None => Some("  not possible: too long for a title".to_owned()),
            };
            spans.extend(note.map(|note| Span::styled(note, state.theme.style(Role::Dim))));
        }
    }
    let line = text::clip(spans, room, state.theme.glyphs.more);
    if is_selected { state.theme.selected_line(line) } else { line }
}

fn cell(
    state: &State,
    documents: &DocumentChooser,
    column: DocumentColumn,
    has_tags: bool,
    entry: &DocumentEntry,
    (in_id, in_title): (&[usize], &[usize]),
) -> Vec<Span<'static>> {
    let style = |role| state.theme.style(role);
    match column {
        DocumentColumn::Id => marked(entry.id.as_str(), in_id, style(Role::Title), style(Role::Key)),
        DocumentColumn::Title => marked(&sanitize(&entry.title), in_title, style(Role::Text), style(Role::Key)),
        DocumentColumn::Version => {
            let tag = entry.etag.to_string();
            let tag = if has_tags { tag } else { short_tag(&tag) };
            vec![Span::styled(sanitize(&tag).into_owned(), style(Role::Tag))]
        }
        DocumentColumn::Author => author_spans(state, entry),
        DocumentColumn::Age => vec![Span::styled(age(entry.updated_at, state.list_time(documents)), style(Role::Dim))],
        DocumentColumn::Parent => {
            let parent = entry.parent.as_ref().map_or("", |parent| parent.as_str());
            vec![Span::styled(parent.to_owned(), style(Role::Text))]
        }
        DocumentColumn::Here => {
            let (words, role) = words_here(state, documents, &entry.id).unwrap_or(("", Role::Dim));
            vec![Span::styled(words, style(role))]
        }
    }
}

/// Returns a cell in its column, after the blanks between two columns.
fn column_spans(state: &State, cell: Vec<Span<'static>>, width: usize, gap: usize) -> Vec<Span<'static>> {
    let cell = text::clip(cell, width, state.theme.glyphs.more);
    let fill = width.saturating_sub(cell.width());
    let blanks = |count: usize| std::iter::once(Span::raw(" ".repeat(count)));
    blanks(gap).chain(cell.spans).chain(blanks(fill)).collect()
}

/// Returns a cell of a document that only this editor has.
fn cell_here(
    state: &State,
    column: DocumentColumn,
    here: &LocalDocument,
    (in_id, in_title): (&[usize], &[usize]),
) -> Vec<Span<'static>> {
    let style = |role| state.theme.style(role);
    match column {
        DocumentColumn::Id => marked(here.id.as_str(), in_id, style(Role::Title), style(Role::Key)),
        DocumentColumn::Title => marked(&sanitize(&here.title), in_title, style(Role::Text), style(Role::Key)),
        DocumentColumn::Version => vec![Span::styled("none", style(Role::Dim))],
        DocumentColumn::Here => vec![Span::styled(here.reason.word(), style(here.reason.role()))],
        DocumentColumn::Author | DocumentColumn::Age | DocumentColumn::Parent => Vec::new(),
    }
}

/// Returns why the server does not have a document that is open here.
pub(crate) fn details_here(state: &State, columns: &DocumentColumns, here: &LocalDocument) -> Vec<Span<'static>> {
    let style = |role| state.theme.style(role);
    let id = Span::styled(format!("{} · ", here.id), style(Role::Title));
    let why = Span::styled(here.reason.sentence(), style(here.reason.role()));
    if columns.has(DocumentColumn::Id) { vec![why] } else { vec![id, why] }
}

fn author_spans(state: &State, entry: &DocumentEntry) -> Vec<Span<'static>> {
    let (glyph, role) = state.sign_of(Some(&entry.author));
    vec![Span::styled(format!("{glyph} {}", sanitize(entry.author.as_str())), state.theme.style(role))]
}

/// Returns a text in one style, with some of its characters, by index, in another.
///
/// A grapheme is marked as a whole, since its characters share their columns.
fn marked(words: &str, places: &[usize], style: Style, mark: Style) -> Vec<Span<'static>> {
    let mut spans: Vec<(String, bool)> = Vec::new();
    let mut first = 0;
    for glyph in words.graphemes(true) {
        let end = first + glyph.chars().count();
        let is_marked = places.iter().any(|place| (first..end).contains(place));
        match spans.last_mut().filter(|(_, other)| *other == is_marked) {
            Some((run, _)) => run.push_str(glyph),
            None => spans.push((glyph.to_owned(), is_marked)),
        }
        first = end;
    }
    spans.into_iter().map(|(run, is_marked)| Span::styled(run, if is_marked { mark } else { style })).collect()
}

/// Returns the document if it is open in the editor that shows the list.
pub(crate) fn open_here<'a>(state: &'a State, id: &DocumentId) -> Option<&'a OpenDocument> {
    let documents = state.people.panes.get(state.people.seat).map(Pane::documents)?;
    documents.iter().find(|work| work.editor.id() == id)
}

/// Returns the word for what this machine has of a document: its state if it is open, or else a draft.
pub(crate) fn words_here(state: &State, documents: &DocumentChooser, id: &DocumentId) -> Option<(&'static str, Role)> {
    let open = open_here(state, id).map(here_words);
    open.or_else(|| documents.has_draft(id).then_some(("draft", Role::Info)))
}

/// Returns the state of an open document in one word.
fn here_words(work: &OpenDocument) -> (&'static str, Role) {
    match work.editor.phase() {
        EditorPhase::Saving => ("saving", Role::Info),
        EditorPhase::Merging => ("merging", Role::Warning),
        EditorPhase::DeletedBy(_) | EditorPhase::Missing => ("deleted", Role::Warning),
        // The list names the version that the server has; what matters here is the user's own text.
        _ if work.editor.has_unsaved() => ("edited", Role::Info),
        EditorPhase::Stale => ("stale", Role::Warning),
        EditorPhase::Opening
        | EditorPhase::Unread
        | EditorPhase::Clean
        | EditorPhase::Edited
        | EditorPhase::Offline => ("open", Role::Good),
    }
}

/// Returns what the columns do not show of a document, or `None` if they show everything.
pub(crate) fn details(
    state: &State,
    documents: &DocumentChooser,
    columns: &DocumentColumns,
    entry: &DocumentEntry,
) -> Option<Vec<Span<'static>>> {
    let mut parts: Vec<Vec<Span<'static>>> = Vec::new();
    let style = |role| state.theme.style(role);
    if !columns.has(DocumentColumn::Id) {
        parts.push(vec![Span::styled(entry.id.to_string(), style(Role::Title))]);
    }
    if !columns.has(DocumentColumn::Author) {
        parts.push(author_spans(state, entry));
    }
    if !columns.has(DocumentColumn::Age) {
        parts.push(vec![Span::styled(age(entry.updated_at, state.list_time(documents)), style(Role::Dim))]);
    }
    if !columns.has(DocumentColumn::Here)
        && let Some((words, role)) = words_here(state, documents, &entry.id)
    {
        parts.push(vec![Span::styled(format!("{words} here"), style(role))]);
    }
    if !columns.has(DocumentColumn::Parent)
        && let Some(parent) = &entry.parent
    {
        parts.push(vec![Span::raw(format!("in {parent}"))]);
    }
    let between = Span::styled(" · ", style(Role::Dim));
    (!parts.is_empty()).then(|| parts.join(&between))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::Timestamp;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    /// The accent is a character of its own, and the letter after it is the third.
    #[test]
    fn marked_graphemes_stay_whole() {
        let spans = marked("e\u{301}ab", &[2], Style::new(), Style::new().bold());
        let shown: Vec<_> = spans.iter().map(|span| (&*span.content, span.style != Style::new())).collect();
        assert_eq!(shown, [("e\u{301}", false), ("a", true), ("b", false)]);
    }

    fn columns(widths: [usize; 5], room: usize) -> Vec<(DocumentColumn, usize)> {
        let entry = DocumentEntry {
            id: "a".repeat(widths[0]).parse().unwrap(),
            title: "t".repeat(widths[1]),
            etag: "\"v1-00000000\"".parse().unwrap(),
            author: "b".repeat(widths[3]).parse().unwrap(),
            updated_at: Timestamp::default(),
            parent: "p".repeat(widths[4]).parse().ok(),
        };
        let mut documents = DocumentChooser::loading();
        documents
            .set_listing(Ok(client::DocumentListing { documents: vec![entry], ..client::DocumentListing::default() }));
        DocumentColumns::new(&documents, true, room, true).columns
    }

    #[test]
    fn narrow_list_keeps_title_and_version() {
        let shown = |room| columns([10, 20, 3, 8, 8], room).into_iter().map(|(column, _)| column).collect::<Vec<_>>();
        assert_eq!(shown(118), DocumentColumn::ALL);
        assert_eq!(shown(38), [DocumentColumn::Id, DocumentColumn::Title, DocumentColumn::Version]);
        assert_eq!(shown(24), [DocumentColumn::Title, DocumentColumn::Version]);
    }

    proptest! {
        #[test]
        fn columns_never_exceed_their_room(
            id in 1usize..64, title in 1usize..90, author in 1usize..64, parent in 0usize..64, room in 24usize..200,
        ) {
            let columns = columns([id, title, 0, author, parent], room);
            let gap = if room < WIDE_GAP_WIDTH { 1 } else { 2 };
            let used: usize = columns.iter().map(|(_, width)| width + gap).sum();
            prop_assert!(POINTER_WIDTH + used - gap <= room, "{columns:?}");
            prop_assert!(columns.iter().all(|(column, width)| *width > 0 || *column == DocumentColumn::Title));
        }

        #[test]
        fn marking_changes_no_text(words in "[a-zé日e\u{301}👩]{0,12}", places in prop::collection::vec(0usize..12, 0..4)) {
            let spans = marked(&words, &places, Style::new(), Style::new().bold());
            let joined: String = spans.iter().map(|span| &*span.content).collect();
            prop_assert_eq!(joined.width(), words.width());
            prop_assert_eq!(joined, words);
        }
    }
}
