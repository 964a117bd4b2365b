//! The layout: a pure function of the state and the size of the terminal.
//!
//! As the terminal gets smaller, the wire, the second editor, the coach and the heading disappear, in this order. The
//! text and its status line stay. In a lesson, the narration gets its rows first, and a question may fill a small
//! terminal.

mod pane;
mod panel;
mod panel_foot;
mod scroll_room;
mod wire;

use ratatui::layout::{Constraint, Layout as Split, Margin, Rect};

use crate::action::Context;
use crate::content::narration;
use crate::ids::EditorIndex;
use crate::open_document::{OpenDocument, OpenedView};
use crate::pane::Pane;
use crate::state::{Focus, SessionKind, State};
use crate::wire::PanelMode;
pub(crate) use pane::{PaneBody, borders, is_gone, is_view_drawn, merge_area, parts, text_area, view_area};
pub(crate) use panel::{panel_at, shown_panel};
pub(crate) use panel_foot::{foot, panel_parts};
pub(crate) use scroll_room::scroll_room;
pub(crate) use wire::exchange_at;

/// The columns and rows below which the screen says that the terminal is small, and drops most parts.
pub(crate) const COMFORTABLE_SIZE: (u16, u16) = (40, 12);

/// The fewest columns in which two editors are side by side.
const MIN_TWO_COLUMNS: u16 = 80;

/// The fewest columns of an editor beside others.
const MIN_ONE_COLUMNS: u16 = 40;

/// The rows that an editor keeps below the narration: a border, a line of text, a notice, and a status.
const MIN_EDITOR_ROWS: u16 = 5;

/// The form in which an editor is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayoutShape {
    /// Whole, in a border.
    Whole,
    /// As one line: its name and its status.
    Strip,
}

/// The area of an editor on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PaneRect {
    pub(crate) seat: EditorIndex,
    pub(crate) area: Rect,
    pub(crate) shape: LayoutShape,
    /// Whether its status line has to show the server's policy, because nothing else does.
    pub(crate) with_policy: bool,
}

/// The areas of all parts of the screen. A part without room is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) heading: Option<Rect>,
    pub(crate) coach: Option<Rect>,
    pub(crate) narration: Option<Rect>,
    pub(crate) panes: Vec<PaneRect>,
    pub(crate) wire: Option<Rect>,
    pub(crate) footer: Option<Rect>,
    /// The line that says that the terminal is too small.
    pub(crate) too_small: Option<Rect>,
}

impl Layout {
    pub(crate) fn new(state: &State, area: Rect) -> Self {
        let small = area.width < COMFORTABLE_SIZE.0 || area.height < COMFORTABLE_SIZE.1;
        let heights = Heights::new(state, area, small);
        let rows = Split::vertical([
            Constraint::Length(heights.heading),
            Constraint::Length(heights.coach),
            Constraint::Length(heights.narration),
            Constraint::Fill(1),
            Constraint::Length(heights.wire),
            Constraint::Length(heights.footer),
        ]);
        let [heading, coach, narration, main, wire, last] = rows.areas(area);
        let some = |area: Rect| (!area.is_empty()).then_some(area);
        let with_policy = heights.heading == 0 && state.lesson.course.is_none();
        // If only the editors or the wire fit, the one with the focus is shown.
        let wire_instead =
            state.server.wire_shown != PanelMode::Off && heights.wire == 0 && state.people.focus == Focus::Wire;
        Self {
            heading: some(heading),
            coach: some(coach),
            narration: some(narration),
            panes: if wire_instead { Vec::new() } else { panes(state, main, with_policy) },
            wire: if wire_instead { some(main) } else { some(wire) },
            footer: some(last).filter(|_| !small),
            too_small: some(last).filter(|_| small),
        }
    }
}

/// How many rows each part gets; the editors get the rest.
struct Heights {
    heading: u16,
    coach: u16,
    narration: u16,
    wire: u16,
    footer: u16,
}

impl Heights {
    fn new(state: &State, area: Rect, small: bool) -> Self {
        let height = area.height;
        let footer = u16::from(height > 1);
        if state.kind == SessionKind::Menu {
            return Self { heading: 0, coach: 0, narration: 0, wire: 0, footer };
        }
        if state.kind == SessionKind::Lesson {
            return Self::of_a_lesson(state, area, footer);
        }
        if small {
            return Self { heading: 0, coach: 0, narration: 0, wire: 0, footer };
        }
        // A merge takes rows from the wire unless the wire has the focus; below 32 rows, only while the merge has it.
        let merging = state.people.focus != Focus::Wire
            && is_merging(state, state.people.seat)
            && (height >= 32 || state.document().is_some_and(OpenDocument::is_entered));
        let heading = u16::from(height >= 16 && !state.is_files());
        let coach = match height {
            _ if !state.is_stage() => 0,
            0..16 if merging => 0,
            0..20 => 1,
            20..32 if merging => 1,
            _ => 2,
        };
        let rest = height - footer - heading - coach;
        let diagram = state.server.wire_shown == PanelMode::Sequence;
        let wire = match height {
            _ if state.server.wire_shown == PanelMode::Off => 0,
            0..16 => 0,
            // A merge, or the panel after a 428, needs the rows more while it has the focus.
            16..32 if merging => 3,
            16..32 if state.context() == Context::Required => 4,
            // The names stay above the arrows, and each exchange has two arrows.
            16..20 if diagram => 6,
            16..20 => 4,
            _ if merging => (rest / 5).clamp(3, 8),
            _ if diagram => (rest / 2).clamp(7, 24),
            _ => (rest * 7 / 20).clamp(5, 16),
        };
        Self { heading, coach, narration: 0, wire, footer }
    }

    /// Returns the heights in a lesson.
    ///
    /// The narration gets the rows it needs, and at least those it usually needs, so that the parts below do not jump.
    /// While an editor or the wire has the focus, the narration gets at most a third of the terminal.
    fn of_a_lesson(state: &State, area: Rect, footer: u16) -> Self {
        let height = area.height - footer;
        let needs = narration_height(state, area.width);
        let merging = is_merging(state, state.people.seat);
        let mostly = match height {
            0..16 => 0,
            // The merge view, including a result that is edited by hand, needs every row.
            16..32 if merging => 3,
            16..32 => 7,
            _ => 9,
        };
        let asked = state.lesson.course.as_ref().is_some_and(|course| course.asked.is_some());
        let least = if asked { 0 } else { MIN_EDITOR_ROWS };
        let most = match state.people.focus {
            Focus::Lesson => height.saturating_sub(least),
            Focus::Editor | Focus::Wire => height / 3,
        };
        let narration = needs.max(mostly).min(most);
        let rest = height - narration;
        let wire = match rest {
            _ if state.server.wire_shown == PanelMode::Off => 0,
            0..12 => 0,
            // The three texts of a merge need the rows more. In a tall terminal, the wire keeps its names and the last
            // two arrows.
            _ if merging && height < 32 => 0,
            _ if merging => (rest / 3).clamp(5, 9),
            _ => (rest / 2).clamp(6, 20),
        };
        Self { heading: 0, coach: 0, narration, wire, footer }
    }
}

fn panes(state: &State, area: Rect, with_policy: bool) -> Vec<PaneRect> {
    let whole = |seat, area| PaneRect { seat, area, shape: LayoutShape::Whole, with_policy };
    let count = u16::try_from(state.people.panes.len()).unwrap_or(u16::MAX);
    if count == 0 || area.is_empty() {
        return Vec::new();
    }
    if state.lesson.course.is_some()
        && count.saturating_mul(MIN_ONE_COLUMNS) > area.width
        && area.height >= MIN_EDITOR_ROWS + count - 1
    {
        return single_pane(state, area, with_policy);
    }
    if count < 2 || area.width < MIN_TWO_COLUMNS || count.saturating_mul(MIN_ONE_COLUMNS) > area.width {
        return vec![whole(state.people.seat, area)];
    }
    if is_merging(state, state.people.seat) && state.people.focus != Focus::Wire && area.height > 8 {
        return single_pane(state, area, with_policy);
    }
    let columns = Split::horizontal(vec![Constraint::Fill(1); count.into()]).split(area);
    columns.iter().enumerate().map(|(seat, area)| whole(seat, *area)).collect()
}

fn is_merging(state: &State, seat: EditorIndex) -> bool {
    let unfolded = |work: &OpenDocument| work.unfolded_view() == Some(OpenedView::Merge);
    state.people.panes.get(seat).and_then(Pane::document).is_some_and(unfolded)
}

/// Returns the areas of the editors: the current one gets all rows except one for each other editor.
fn single_pane(state: &State, area: Rect, with_policy: bool) -> Vec<PaneRect> {
    let length =
        |seat: EditorIndex| if seat == state.people.seat { Constraint::Fill(1) } else { Constraint::Length(1) };
    let rows = Split::vertical((0..state.people.panes.len()).map(length)).split(area);
    let place = |(seat, area): (EditorIndex, &Rect)| {
        let shape = if seat == state.people.seat { LayoutShape::Whole } else { LayoutShape::Strip };
        PaneRect { seat, area: *area, shape, with_policy }
    };
    rows.iter().enumerate().map(place).collect()
}

/// Returns the area within a border.
pub(crate) fn inner(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}

/// Returns the area of an overlay: the screen without the footer.
pub(crate) fn overlay_area(layout: &Layout, area: Rect) -> Rect {
    let last = u16::from(layout.footer.is_some() || layout.too_small.is_some());
    Rect { height: area.height - last, ..area }
}

/// Returns the rows that the narration needs at a given width, including its border.
fn narration_height(state: &State, width: u16) -> u16 {
    let lines = state
        .lesson
        .course
        .as_ref()
        .map_or(0, |course| narration::lines(state, course, width.saturating_sub(2)).all.len());
    u16::try_from(lines + 2).unwrap_or(u16::MAX)
}
