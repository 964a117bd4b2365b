//! One changed place of the text: how the base has it, how mine, and how the newer version.

use contract::{Author, EntityTag};
use editor::{ChangedBy, TextChange, Writer};
use ratatui::text::{Line, Span};
use terminal::person_style::NO_AUTHOR;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::sides::person_number;
use super::{tags, text};
use crate::action::{Action, Context};
use crate::open_document::OpenDocument;
use crate::state::State;

/// The most lines of one text that are shown.
const MAX_SHOWN_LINES: usize = 500;

/// In fewer columns, the texts need the rows of the other words and of the blanks between them.
const COMFORTABLE_COLUMNS: usize = 60;

/// Returns the title of the frame.
pub(crate) fn title(state: &State) -> String {
    match state.document().and_then(OpenDocument::change_at_cursor) {
        Some(change) if change.mine.len() > 1 => {
            format!("change in lines {} to {}", change.mine.start + 1, change.mine.end)
        }
        Some(change) => format!("change at line {}", change.lines().start + 1),
        None => "change".to_owned(),
    }
}

/// Returns the change at the cursor, for a given width.
pub(crate) fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let style = |role| state.theme.style(role);
    let Some((work, change)) = state.document().and_then(|work| Some((work, work.change_at_cursor()?))) else {
        return text::paragraph("This line is as in the base.", width, style(Role::Info));
    };
    let Some(changes) = work.editor.changes() else { return Vec::new() };
    let mut lines = text::paragraph(&sentence(state, work, &change, width), width, style(Role::Text));
    let base = work.editor.base().map(|base| &base.etag);
    let heading = vec![Span::styled(format!("base {}", tag(state, base)), style(Role::Base))];
    part(state, heading, &changes.base_text(&change.base), width, &mut lines);
    if change.by != ChangedBy::Theirs {
        let heading = vec![person(state, Some(work.editor.me())), Span::raw(", not saved")];
        part(state, heading, &changes.my_text(&change.mine), width, &mut lines);
    }
    if let Some(newer) = work.editor.newer_text().filter(|_| change.by != ChangedBy::Mine) {
        let known = work.editor.introduced_by(&change);
        let version = known.unwrap_or(newer);
        let at = version.at.map(|at| format!(", {}", sanitize(&at.to_string()))).unwrap_or_default();
        let tagged = Span::raw(format!(" {}{at}", tag(state, Some(&version.etag))));
        let heading = vec![person(state, known.and_then(|known| known.author.as_ref())), tagged];
        part(state, heading, &changes.their_text(&change.theirs), width, &mut lines);
    }
    lines
}

/// Returns what the change is and, if there is room, what follows from it.
fn sentence(state: &State, work: &OpenDocument, change: &TextChange, width: usize) -> String {
    let author = match work.editor.introduced_by(change) {
        Some(version) => work.editor.writer_of(version.author.as_ref(), &version.etag),
        // Several versions came at once; each of their authors can have made the change.
        None => Writer::Others,
    };
    let same = match author {
        Writer::Me => "You saved the same change by another request.".to_owned(),
        _ => format!("You and {} made the same change.", sanitize(&author.to_string())),
    };
    let author = author.to_string();
    let author = sanitize(&author);
    let revert = state.hint_for(Action::RevertChange, Context::Change);
    let (what, then) = match change.by {
        ChangedBy::Mine => {
            ("You changed this.".to_owned(), format!("{revert} takes it back, as one step that can be undone."))
        }
        ChangedBy::Theirs => (
            format!("{author} saved this after the version that you have."),
            "Your next save will get a 412, and the merge takes both changes.".to_owned(),
        ),
        ChangedBy::Both => (same, "The merge will have nothing to ask here.".to_owned()),
        ChangedBy::Conflict => (
            format!("A conflict is coming: {author} changed the same lines."),
            "Your next save will get a 412, and the merge will ask which lines to keep.".to_owned(),
        ),
    };
    if width < COMFORTABLE_COLUMNS { what } else { format!("{what} {then}") }
}

fn tag(state: &State, etag: Option<&EntityTag>) -> String {
    etag.map_or_else(|| "none".to_owned(), |etag| sanitize(&tags::shown(state, &etag.to_string())).into_owned())
}

/// Returns the sign and the name of an author.
fn person(state: &State, author: Option<&Author>) -> Span<'static> {
    let (glyph, role) = state.theme.person(author.map_or(NO_AUTHOR, |author| person_number(state, author)));
    let name = author.map_or_else(|| "others".to_owned(), |author| sanitize(author.as_str()).into_owned());
    Span::styled(format!("{glyph} {name}"), state.theme.style(role))
}

/// Adds one text of the change below its heading.
fn part(state: &State, heading: Vec<Span<'static>>, shown: &[String], width: usize, lines: &mut Vec<Line<'static>>) {
    if width >= COMFORTABLE_COLUMNS {
        lines.push(Line::default());
    }
    lines.push(text::clip(heading, width, state.theme.glyphs.more));
    if shown.is_empty() {
        lines.push(Line::styled("  (no line here)", state.theme.style(Role::Dim)));
    }
    let style = state.theme.as_written(state.theme.style(Role::Text));
    for line in shown.iter().take(MAX_SHOWN_LINES) {
        let rows = text::chop(&sanitize(line), width.saturating_sub(2).max(1));
        // The bar shows an empty line.
        let bar = Span::styled(format!("{} ", state.theme.glyphs.bar), state.theme.style(Role::Dim));
        lines.extend(rows.into_iter().map(|row| Line::from(vec![bar.clone(), Span::styled(row, style)])));
    }
    if let Some(more) = shown.len().checked_sub(MAX_SHOWN_LINES).filter(|more| *more > 0) {
        lines.push(Line::styled(format!("  ({more} more lines)"), state.theme.style(Role::Dim)));
    }
}
