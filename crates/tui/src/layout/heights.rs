//! The rows of each part of the screen. The people get the rest.
//!
//! The rows of the wire and of the server depend on the size only, so that they stay in place from step to step: the
//! narration takes its rows from the people above them. A merge takes rows from both if its texts need them.

use merge_view::MergeView;
use ratatui::layout::Rect;

use super::people;
use super::shapes::{COMFORTABLE_SIZE, MIN_EDITOR_ROWS, is_merging};
use crate::action::Context;
use crate::content::{self, key_moment, narration, room, server_pane, swarm};
use crate::lesson_session::LessonSession;
use crate::open_document::OpenDocument;
use crate::pane::Pane;
use crate::state::{Focus, SessionKind, State};
use crate::wire::PanelMode;

/// From this height on, the server has a pane; below, it has one line in a lesson.
const MIN_SERVER_PANE_HEIGHT: u16 = 24;

/// The fewest rows of the server's pane: its border, and a line of text.
const MIN_SERVER_ROWS: u16 = 3;

/// From this number of rows on, fifty people fit above fifteen rows of the wire.
const MIN_ROWS_FOR_FIFTY: u16 = 38;

/// The fewest rows that a room and the wire share evenly; in fewer, the people come first.
const MIN_SHARED_ROWS: u16 = 16;

/// How many rows each part gets; the people get the rest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heights {
    pub(super) heading: u16,
    pub(super) coach: u16,
    pub(super) narration: u16,
    pub(super) server: u16,
    pub(super) wire: u16,
    pub(super) footer: u16,
}

impl Heights {
    pub(super) fn new(state: &State, area: Rect) -> Self {
        let height = area.height;
        let footer = u16::from(height > 1);
        match state.kind {
            SessionKind::Menu => Self { footer, ..Self::default() },
            SessionKind::Lesson => Self::of_a_lesson(state, area, footer),
            SessionKind::Room => Self::of_a_room(state, area, footer),
            SessionKind::Stage | SessionKind::Single | SessionKind::Files if area.width < COMFORTABLE_SIZE.0 => {
                Self { footer, ..Self::default() }
            }
            SessionKind::Stage | SessionKind::Single | SessionKind::Files if height < COMFORTABLE_SIZE.1 => {
                Self { footer, ..Self::default() }
            }
            SessionKind::Stage | SessionKind::Single | SessionKind::Files => {
                Self::without_a_lesson(state, height, footer)
            }
        }
    }

    /// Returns the heights in a room. The people get the rows that they need, and the wire the others.
    fn of_a_room(state: &State, area: Rect, footer: u16) -> Self {
        let heading = u16::from(area.height >= 10);
        let rest = area.height.saturating_sub(footer + heading);
        let most = if rest < MIN_SHARED_ROWS {
            rest.saturating_sub(MIN_WIRE_ROWS)
        } else if rest < MIN_ROWS_FOR_FIFTY {
            rest / 2
        } else {
            rest * 3 / 5
        };
        let wire = match state.server.wire_shown {
            PanelMode::Off => 0,
            PanelMode::List | PanelMode::Sequence => rest - room::needed_rows(state, area.width, most).min(most),
        };
        Self { heading, wire: if wire < MIN_WIRE_ROWS { 0 } else { wire }, footer, ..Self::default() }
    }

    fn without_a_lesson(state: &State, height: u16, footer: u16) -> Self {
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
        let is_required = state.context() == Context::Required;
        let server = match height {
            _ if !state.is_stage() || height < MIN_SERVER_PANE_HEIGHT => 0,
            // A merge, or the panel after a 428, needs the rows more.
            _ if is_merging(state, state.people.seat) || is_required => MIN_SERVER_ROWS,
            _ => server_rows(state, height),
        };
        let rest = height - footer - heading - coach - server;
        let diagram = state.server.wire_shown == PanelMode::Sequence;
        let wire = match height {
            _ if state.server.wire_shown == PanelMode::Off => 0,
            0..16 => 0,
            16..32 if merging || is_required => {
                if server > 0 {
                    0
                } else {
                    3 + u16::from(is_required)
                }
            }
            // The names stay above the arrows, and each exchange has two arrows.
            16..20 if diagram => 6,
            16..20 => 4,
            _ if merging => (rest / 5).clamp(3, 8),
            _ if diagram => (rest / 2).clamp(6, 24),
            // The exchange and what it lost; the editor's notice says the rest.
            20..30 => 4,
            _ => (rest * 7 / 20).clamp(5, 16),
        };
        Self { heading, coach, server, wire, footer, ..Self::default() }
    }

    /// Returns the heights in a lesson. The narration gets the rows that it needs.
    ///
    /// While an editor or the wire has the focus, the narration gets at most a third of the terminal.
    fn of_a_lesson(state: &State, area: Rect, footer: u16) -> Self {
        let height = area.height - footer;
        let needs = narration_height(state, area.width);
        let merging = is_merging(state, state.people.seat) && state.people.focus != Focus::Wire;
        let is_low = area.height < MIN_SERVER_PANE_HEIGHT;
        let reads = |course: &LessonSession| course.asked.is_some() || (course.level.is_some() && is_low);
        let asked = state.lesson.course.as_ref().is_some_and(reads);
        // A question and a key moment are about what was sent.
        let needs_wire = key_moment::exchange(state).is_some()
            || state.lesson.course.as_ref().is_some_and(|course| course.asked.is_some());
        let watches = state.people.focus == Focus::Lesson;
        let swarm = swarm::shown(state).map(|course| swarm::needed_rows(course) + 2);
        let people = match people::min_rows(state, (area.width, area.height)) {
            _ if let Some(rows) = swarm => rows.min(height / 2),
            // The result of a merge must not lose its last lines in a tall terminal.
            _ if merging && area.height >= TALL_ROWS => merge_rows(state, area.width).min(height * 2 / 3),
            _ if merging => MIN_EDITOR_ROWS,
            least => least.max(height / 4).min(height / 2),
        };
        let server = match area.height {
            0..COMFORTABLE_ROWS => 0,
            // Simulated writers have a document of their own, and their requests are not on the wire.
            _ if swarm.is_some() => 0,
            // A question needs the row more.
            _ if area.height < MIN_SERVER_PANE_HEIGHT => u16::from(!asked || needs + 2 <= height),
            // A merge shows its result only if it gets nearly all rows: the server has one line.
            0..32 if merging => 1,
            _ if merging => MIN_SERVER_ROWS,
            _ => server_rows(state, height),
        };
        let wire = match area.height {
            _ if state.server.wire_shown == PanelMode::Off => 0,
            0..20 => 0,
            _ if swarm.is_some() && area.height < TALL_ROWS => 0,
            _ if swarm.is_some() => MIN_WIRE_ROWS,
            20..TALL_ROWS if merging && watches && needs_wire => MIN_WIRE_ROWS,
            // Otherwise, the three texts of a merge need the rows more.
            20..TALL_ROWS if merging => 0,
            20..TALL_ROWS => 5,
            TALL_ROWS..48 => 10,
            _ => (height / 4).min(20),
        };
        let least_wire = if watches { wire.min(MIN_WIRE_ROWS) } else { 0 };
        let most = match state.people.focus {
            // The last row names the people.
            Focus::Lesson if asked => height.saturating_sub(u16::from(area.height >= COMFORTABLE_ROWS)),
            Focus::Lesson => height.saturating_sub(MIN_EDITOR_ROWS),
            Focus::Editor | Focus::Wire => height / 3,
        };
        let narration = needs.min(most);
        let heights = Self { narration, server, wire, footer, ..Self::default() };
        heights.with_room_for_people(height, people, least_wire, asked)
    }

    /// Gives the people more rows if they have too few: from the wire, the server, the narration.
    ///
    /// The wire keeps its least rows unless the people would have hardly any.
    fn with_room_for_people(mut self, height: u16, people: u16, least_wire: u16, asked: bool) -> Self {
        let missing =
            |heights: &Self| (heights.narration + heights.server + heights.wire + people).saturating_sub(height);
        // A wire of fewer rows would show no exchange.
        self.wire = self.wire.saturating_sub(missing(&self));
        if self.wire < MIN_WIRE_ROWS {
            let has_room = self.narration + self.server + least_wire + MIN_EDITOR_ROWS < height;
            self.wire = if has_room { least_wire } else { 0 };
        }
        let least = self.server.min(MIN_SERVER_ROWS);
        self.server = self.server.saturating_sub(missing(&self)).max(least);
        if !asked {
            let most = height.saturating_sub(self.server + self.wire + people.min(MIN_EDITOR_ROWS));
            self.narration = self.narration.min(most.max(MIN_NARRATION_ROWS));
        }
        self
    }
}

/// The rows below which the terminal is small.
const COMFORTABLE_ROWS: u16 = COMFORTABLE_SIZE.1;

/// The height from which on a terminal is tall: everything has room beside a merge.
const TALL_ROWS: u16 = 32;

/// The fewest rows of the wire: its border, and the last two exchanges.
const MIN_WIRE_ROWS: u16 = 4;

/// The rows around a merge view: a border, two notices, a status line, and a status in large digits.
const ROWS_AROUND_MERGE: u16 = 5 + key_moment::DIGIT_ROWS;

/// Returns the rows that the people need during a merge: its texts, and a line for each other person.
fn merge_rows(state: &State, width: u16) -> u16 {
    let pane = state.people.panes.get(state.people.seat);
    let conflict = pane.and_then(Pane::document).and_then(OpenDocument::shown_conflict);
    let merge = conflict.map_or(0, |conflict| MergeView::full_height(conflict, width));
    let others = u16::try_from(content::people::all(state).len()).unwrap_or(u16::MAX).saturating_sub(1);
    merge.saturating_add(ROWS_AROUND_MERGE).saturating_add(others)
}

/// The fewest rows of the narration: its border, and a line.
const MIN_NARRATION_ROWS: u16 = 3;

/// Returns the rows of the server's pane: as many as its text needs, within what the terminal allows.
fn server_rows(state: &State, height: u16) -> u16 {
    let needs = u16::try_from(server_pane::needed_lines(state)).unwrap_or(u16::MAX).saturating_add(2);
    let most = match height {
        0..30 => 4,
        30..44 => 9,
        _ => 12,
    };
    needs.clamp(MIN_SERVER_ROWS + 1, most)
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
