//! The areas of an editor's parts: the text, the view around it, the notice, and the status line.

use editor::EditorNotice;
use merge_view::{MergeView, PaneShare};
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::widgets::{Block, Borders};

use super::panel_foot::{MIN_TEXT_ROWS, height_below};
use super::{Layout, LayoutShape, PaneRect};
use crate::action::Context;
use crate::content::{find, key_moment, status};
use crate::file_messages;
use crate::open_document::{OpenDocument, OpenedView};
use crate::pane::Pane;
use crate::state::{Focus, State};

/// The areas of an editor's parts, from top to bottom.
pub(crate) struct PaneParts {
    /// The status of the key moment; empty if there is none, or no room for it.
    pub(crate) key_moment: Rect,
    pub(crate) body: PaneBody,
    /// The notice, or the prompt that finds in the text.
    pub(crate) notice: Rect,
    pub(crate) status: Rect,
}

/// The areas of a text and of the merge view that shares the text's area.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PaneBody {
    pub(crate) text: Rect,
    /// The merge view; empty if there is no merge, or no room for the view.
    pub(crate) merge: Rect,
    /// The line that replaces the merge view if that has no room or is folded.
    pub(crate) line: Rect,
}

/// The fewest rows and columns in which a merge view is useful.
const MIN_MERGE_ROWS: u16 = 10;

const MIN_MERGE_COLUMNS: u16 = 66;

/// The fewest rows in which a merge view that takes the whole editor shows its result.
const WHOLE_MERGE_ROWS: u16 = 12;

/// Returns the area of an editor's text, in which a click sets the cursor.
///
/// The area is empty while the merge takes the whole editor.
pub(crate) fn text_area(state: &State, place: &PaneRect) -> Rect {
    body(state, place).text
}

/// Returns the area of an editor's merge view or of its one-line form; a click there enters the merge.
pub(crate) fn view_area(state: &State, place: &PaneRect) -> Rect {
    let PaneBody { merge, line, .. } = body(state, place);
    if merge.is_empty() { line } else { merge }
}

/// Returns whether the view that opened by itself beside the current text has more than one line.
pub(crate) fn is_view_drawn(state: &State) -> bool {
    // Without a view, the layout is not needed: it is the most expensive part of a frame.
    let Some(view) = state.document().and_then(OpenDocument::unfolded_view) else { return false };
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    let Some(place) = layout.panes.iter().find(|place| place.seat == state.people.seat) else { return false };
    match view {
        OpenedView::Merge => !body(state, place).merge.is_empty(),
        OpenedView::Required | OpenedView::Deleted => {
            place.shape == LayoutShape::Whole && height_below(state, place, rows(state, place)[0]) > 0
        }
    }
}

/// Returns the area and the share of an editor's merge view; if not shown, those after it is entered.
pub(crate) fn merge_area(state: &State, place: &PaneRect) -> (Rect, PaneShare) {
    let PaneBody { text, merge, .. } = body(state, place);
    match (merge.is_empty(), text.is_empty()) {
        (true, _) => (full_body(state, place), PaneShare::Whole),
        (false, true) => (merge, PaneShare::Whole),
        (false, false) => (merge, PaneShare::AroundText),
    }
}

fn body(state: &State, place: &PaneRect) -> PaneBody {
    match place.shape {
        LayoutShape::Strip => PaneBody::default(),
        LayoutShape::Whole => parts(state, place).body,
    }
}

/// Returns the area within an editor's border, without its notice and its status line.
pub(super) fn full_body(state: &State, place: &PaneRect) -> Rect {
    match place.shape {
        LayoutShape::Strip => Rect::default(),
        LayoutShape::Whole => rows(state, place)[0],
    }
}

/// Returns whether an editor shows its text despite a merge: the text has the focus, or had it last.
fn keeps_text(state: &State, place: &PaneRect) -> bool {
    let is_entered = state.people.panes[place.seat].document().is_some_and(OpenDocument::is_entered);
    place.seat == state.people.seat && state.people.focus != Focus::Lesson && !is_entered
}

/// Returns whether the merge view takes the whole editor: its three texts need every column.
fn is_all_merge(state: &State, place: &PaneRect) -> bool {
    let merging =
        state.people.panes[place.seat].document().is_some_and(|work| work.unfolded_view() == Some(OpenedView::Merge));
    merging && !keeps_text(state, place)
}

/// Returns an editor's borders.
///
/// The borders at the sides are omitted if a merge is as wide as the screen.
pub(crate) fn borders(state: &State, place: &PaneRect) -> Borders {
    let spans_the_screen = place.area.width == state.size.0;
    if is_all_merge(state, place) && spans_the_screen { Borders::TOP | Borders::BOTTOM } else { Borders::ALL }
}

/// Returns the areas of the text, the notice and the status line.
///
/// The status line gets all the lines it needs; the text gets what the notice leaves, and at least one line. A long
/// notice may take all rows that are empty anyway.
fn rows(state: &State, place: &PaneRect) -> [Rect; 3] {
    let pane = &state.people.panes[place.seat];
    let inner = Block::new().borders(borders(state, place)).inner(place.area);
    let status = u16::try_from(status::lines(state, pane, inner.width, place.with_policy).len()).unwrap_or(1);
    let work = pane.document();
    let beside_a_panel = Rect { height: inner.height.saturating_sub(status), ..inner };
    let most = match work.map(OpenDocument::context) {
        // The panel says the same.
        _ if is_said_by_panel(pane) && height_below(state, place, beside_a_panel) > 0 => 0,
        // The merge view shows its progress, and needs the rows.
        _ if is_said_by_merge(state, pane) && (inner.height < 16 || !is_all_merge(state, place)) => {
            // A notice that a newer version was merged gets a line.
            usize::from(inner.height >= 16 && is_merged_again(pane))
        }
        Some(Context::Merge | Context::MergeText) if inner.height < 16 => 1,
        _ if is_bad_news(pane) => {
            usize::from(inner.height / 2).clamp(1, 7).max(free_rows(state, place, beside_a_panel))
        }
        _ => usize::from(inner.height / 3).clamp(1, 4).max(free_rows(state, place, beside_a_panel)),
    };
    let notice = match find::height(state, inner.height) {
        rows @ 1.. if place.seat == state.people.seat => rows,
        _ => u16::try_from(status::notice(state, pane, inner.width, most).len()).unwrap_or(0),
    };
    let notice = notice.min(inner.height.saturating_sub(status + 1));
    // If the editor has very few rows, the status line comes first, but leaves a row for a key moment.
    let has_moment = key_moment::status_of(state, &pane.me).is_some();
    let status = status.min(inner.height.saturating_sub(u16::from(has_moment)));
    let [room, notice, status] =
        Split::vertical([Constraint::Fill(1), Constraint::Length(notice), Constraint::Length(status)]).areas(inner);
    let banner = key_moment_height(state, place, room, notice.height);
    [Rect { y: room.y + banner, height: room.height - banner, ..room }, notice, status]
}

/// Returns the rows that the body does not need, which a long notice may take.
fn free_rows(state: &State, place: &PaneRect, room: Rect) -> usize {
    let pane = &state.people.panes[place.seat];
    let Some(work) = pane.document() else { return 0 };
    let lines = as_rows(work.buffer.lines().len());
    let has_moment = key_moment::status_of(state, &pane.me).is_some();
    let body = match work.shown_conflict() {
        Some(conflict) if is_all_merge(state, place) => {
            MergeView::full_height(conflict, room.width).max(WHOLE_MERGE_ROWS)
        }
        // The merge view takes a share of all rows.
        Some(_) => return 0,
        None => match height_below(state, place, room) {
            0 if has_moment => lines.max(MIN_TEXT_ROWS),
            0 => lines,
            panel => lines.max(MIN_TEXT_ROWS).saturating_add(panel),
        },
    };
    let digits = if has_moment { key_moment::DIGIT_ROWS } else { 0 };
    room.height.saturating_sub(body.saturating_add(digits)).into()
}

fn as_rows(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Returns the rows of the key moment above the body: those of large digits, one, or none.
///
/// If there are none, the key moment takes the first row of the notice.
fn key_moment_height(state: &State, place: &PaneRect, room: Rect, notice: u16) -> u16 {
    let Some(code) = key_moment::status_of(state, &state.people.panes[place.seat].me) else { return 0 };
    let least = if is_all_merge(state, place) { WHOLE_MERGE_ROWS } else { MIN_TEXT_ROWS };
    match room.height.saturating_sub(least) {
        key_moment::DIGIT_ROWS.. if usize::from(room.width) >= key_moment::large_width(code) => key_moment::DIGIT_ROWS,
        1.. => 1,
        0 if notice == 0 => room.height.min(1),
        0 => 0,
    }
}

pub(crate) fn parts(state: &State, place: &PaneRect) -> PaneParts {
    let [room, notice, status] = rows(state, place);
    let text = Rect { height: room.height.saturating_sub(height_below(state, place, room)), ..room };
    let only_text = PaneBody { text, ..PaneBody::default() };
    let work = state.people.panes[place.seat].document();
    let body = match work {
        Some(work) if is_gone(work) => beside_a_line(room),
        Some(work) if work.shown_conflict().is_some() => {
            if is_all_merge(state, place) {
                PaneBody { merge: room, ..PaneBody::default() }
            } else {
                let unfolded = work.unfolded_view() == Some(OpenedView::Merge);
                around(room).filter(|_| unfolded).unwrap_or_else(|| beside_a_line(room))
            }
        }
        _ => only_text,
    };
    let has_moment = key_moment::status_of(state, &state.people.panes[place.seat].me).is_some();
    let whole = Rect { height: room.bottom() - border_top(state, place), ..room };
    let above = key_moment_height(state, place, whole, notice.height);
    let (key_moment, notice) = if has_moment && above == 0 {
        // If there is no row for the key moment, it takes the first row of the notice.
        let first = notice.height.min(1);
        (Rect { height: first, ..notice }, Rect { y: notice.y + first, height: notice.height - first, ..notice })
    } else {
        (Rect { y: room.y.saturating_sub(above), height: above, ..room }, notice)
    };
    PaneParts { key_moment, body, notice, status }
}

/// Returns the first row within an editor's border.
fn border_top(state: &State, place: &PaneRect) -> u16 {
    Block::new().borders(borders(state, place)).inner(place.area).y
}

/// Returns the areas with the merge view below or beside the text, or `None` if these do not fit.
fn around(room: Rect) -> Option<PaneBody> {
    if room.height >= MIN_TEXT_ROWS + MIN_MERGE_ROWS {
        let height = (room.height * 3 / 5).clamp(MIN_MERGE_ROWS, room.height - MIN_TEXT_ROWS);
        let text = Rect { height: room.height - height, ..room };
        return Some(PaneBody { text, merge: Rect { y: text.bottom(), height, ..room }, ..PaneBody::default() });
    }
    // One column separates the text and the merge view.
    let width = room.width * 2 / 5;
    let merge = Rect { x: room.x + width + 1, width: room.width.saturating_sub(width + 1), ..room };
    let fits = room.height >= MIN_TEXT_ROWS && merge.width >= MIN_MERGE_COLUMNS;
    fits.then_some(PaneBody { text: Rect { width, ..room }, merge, ..PaneBody::default() })
}

fn beside_a_line(room: Rect) -> PaneBody {
    let line = room.height.min(1);
    let text = Rect { height: room.height - line, ..room };
    PaneBody { text, line: Rect { y: text.bottom(), height: line, ..room }, ..PaneBody::default() }
}

/// Returns whether the user is still in a view that a response has ended, with nothing left to show.
pub(crate) fn is_gone(work: &OpenDocument) -> bool {
    work.context() == Context::Ended && work.shown_conflict().is_none()
}

/// Returns whether the open panel says everything that the notice says.
fn is_said_by_panel(pane: &Pane) -> bool {
    pane.document().is_none_or(|work| {
        let notice = work.editor.notice();
        match work.open_view() {
            Some(OpenedView::Required) => matches!(notice, Some(EditorNotice::Required(_))),
            Some(OpenedView::Deleted) => {
                matches!(
                    notice,
                    None | Some(EditorNotice::Deleted | EditorNotice::Missing | EditorNotice::DeletedBy(_))
                )
            }
            Some(OpenedView::Merge) | None => false,
        }
    })
}

/// Returns whether the notice is about the progress of the merge, which the merge view shows.
fn is_said_by_merge(state: &State, pane: &Pane) -> bool {
    if pane.document().and_then(|work| work.editor.notice()).is_some_and(file_messages::is_news) && state.is_files() {
        return false;
    }
    let said = |notice: &EditorNotice| {
        matches!(notice, EditorNotice::Merging { .. } | EditorNotice::MergedAnew { .. } | EditorNotice::Decided { .. })
    };
    pane.document().and_then(|work| work.editor.notice()).is_some_and(said)
}

/// Returns whether the notice says that a further version was merged.
fn is_merged_again(pane: &Pane) -> bool {
    matches!(pane.document().and_then(|work| work.editor.notice()), Some(EditorNotice::MergedAnew { .. }))
}

/// Returns whether the notice announces a lost text, and so may take rows from the text.
fn is_bad_news(pane: &Pane) -> bool {
    pane.document().is_some_and(|work| match work.editor.notice() {
        Some(EditorNotice::Overwrote { .. }) => true,
        Some(EditorNotice::Reloaded { .. }) => work.missing.is_some(),
        _ => false,
    })
}
