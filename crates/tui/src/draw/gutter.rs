//! The signs beside the line numbers: which lines differ from the base, and who changed them.
//!
//! A sign takes the blank in front of a line's number, so the gutter costs the text no column.

use editor::LineMark;
use ratatui::Frame;
use ratatui::layout::Rect;
use terminal::person_style::NO_AUTHOR;
use terminal::theme::Role;

use crate::content::sides::person_number;
use crate::open_document::OpenDocument;
use crate::state::State;

/// Draws the signs beside a text that is in an area.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, work: &OpenDocument, area: Rect) {
    let Some(changes) = work.editor.changes().filter(|changes| !changes.is_empty()) else { return };
    let rows: Vec<Option<usize>> = (0..area.height).map(|row| work.buffer.line_at_row(row)).collect();
    let (Some(Some(first)), Some(last)) = (rows.first(), rows.iter().flatten().last()) else { return };
    let marks = changes.marks(*first..last + 1);
    let mut above = None;
    for (line, place) in rows.iter().zip(area.rows()) {
        // Of a wrapped line, the first row in sight has the sign.
        if let Some(line) = line.filter(|line| above != Some(*line))
            && let Ok(at) = marks.binary_search_by_key(&line, |(line, _)| *line)
        {
            let (sign, role) = sign(state, work, line, marks[at].1);
            // Numbers are dim; a sign is not.
            let cell = &mut frame.buffer_mut()[(place.x, place.y)];
            cell.reset();
            cell.set_symbol(sign).set_style(state.theme.style(role));
        }
        above = *line;
    }
}

/// Returns the sign and the role of a mark beside a line.
fn sign(state: &State, work: &OpenDocument, line: usize, mark: LineMark) -> (&'static str, Role) {
    let glyphs = state.theme.glyphs;
    let mine = state.theme.person(person_number(state, work.editor.me())).1;
    match mark {
        LineMark::Added => (glyphs.added, mine),
        LineMark::Changed => (glyphs.changed, mine),
        LineMark::DeletedBelow => (glyphs.deleted_below, mine),
        LineMark::DeletedAbove => (glyphs.deleted_above, mine),
        LineMark::Theirs => {
            let author = work.author_of_change(line);
            state.theme.person(author.map_or(NO_AUTHOR, |author| person_number(state, author)))
        }
        LineMark::Both => (glyphs.both, Role::Both),
        LineMark::Conflict => (glyphs.warning, Role::Warning),
    }
}
