//! The layout: a pure function of the state and the size of the terminal.
//!
//! From top to bottom: the heading and the coach, or the narration of a lesson; the people; the server; the wire; the
//! keys. As the terminal gets smaller, parts disappear in this order:
//!
//! 1. the wire loses rows, and then disappears (it comes back instead of the people while it has the focus);
//! 2. the server's pane loses rows of its text, and below 24 rows it becomes one line in a lesson;
//! 3. editors that are not side by side any more become cards, then one line each, and at last are only named;
//! 4. the coach, and the heading.
//!
//! The text of the current editor and its status line stay. In a lesson, the narration gets the rows it needs, and a
//! question may fill a small terminal, except for the line that names the people.

mod entered_question;
mod heights;
mod pane;
mod panel;
mod panel_foot;
mod people;
mod question;
mod scroll_room;
mod shapes;
mod wire;

use ratatui::layout::{Constraint, Layout as Split, Margin, Rect};

use crate::content::swarm;
use crate::ids::PersonIndex;
use crate::state::{Focus, State};
use crate::wire::PanelMode;
pub(crate) use entered_question::{entered_lines, entered_question_area, question_area};
use heights::Heights;
pub(crate) use pane::{PaneBody, borders, is_gone, is_view_drawn, merge_area, parts, text_area, view_area};
pub(crate) use panel::{panel_at, shown_panel};
pub(crate) use panel_foot::{foot, panel_parts};
pub(crate) use people::CardRect;
pub(crate) use question::{QuestionShape, question_shape};
pub(crate) use scroll_room::{overlay_width, scroll_room};
pub(crate) use shapes::{COMFORTABLE_SIZE, LayoutShape, NARROW_NOTE_COLUMNS, PaneRect};
pub(crate) use wire::exchange_at;

/// The areas of all parts of the screen. A part without room is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) heading: Option<Rect>,
    pub(crate) coach: Option<Rect>,
    pub(crate) narration: Option<Rect>,
    /// The people and the counters of a room.
    pub(crate) room: Option<Rect>,
    /// The simulated writers of a lesson, in the place of the people.
    pub(crate) swarm: Option<Rect>,
    pub(crate) panes: Vec<PaneRect>,
    /// The cards of clients without an editor, and of editors that have no room.
    pub(crate) cards: Vec<CardRect>,
    /// The line that names the people without an area.
    pub(crate) others: Option<Rect>,
    /// The pane of the server, or one line.
    pub(crate) server: Option<Rect>,
    pub(crate) wire: Option<Rect>,
    /// The leader's question, while the user is not in it.
    pub(crate) question: Option<Rect>,
    pub(crate) footer: Option<Rect>,
    /// The line that says that the terminal is too small.
    pub(crate) too_small: Option<Rect>,
}

impl Layout {
    pub(crate) fn new(state: &State, area: Rect) -> Self {
        let small = area.width < COMFORTABLE_SIZE.0 || area.height < COMFORTABLE_SIZE.1;
        let question = question::rows_beside(state, area);
        let heights = Heights::new(state, Rect { height: area.height - question, ..area });
        let rows = Split::vertical([
            Constraint::Length(heights.heading),
            Constraint::Length(heights.coach),
            Constraint::Length(heights.narration),
            Constraint::Fill(1),
            Constraint::Length(heights.server),
            Constraint::Length(heights.wire),
            Constraint::Length(question),
            Constraint::Length(heights.footer),
        ]);
        let [heading, coach, narration, main, server, wire, question, last] = rows.areas(area);
        let some = |area: Rect| (!area.is_empty()).then_some(area);
        let with_policy = heights.heading == 0 && state.lesson.course.is_none();
        // If only the people or the wire fit, the one with the focus is shown.
        let wire_instead =
            state.server.wire_shown != PanelMode::Off && heights.wire == 0 && state.people.focus == Focus::Wire;
        let has_swarm = !wire_instead && swarm::shown(state).is_some();
        let people = if wire_instead || has_swarm || state.is_room() {
            people::PeopleAreas::default()
        } else {
            people::people_areas(state, main, with_policy)
        };
        Self {
            heading: some(heading),
            coach: some(coach),
            narration: some(narration),
            room: some(main).filter(|_| state.is_room() && !wire_instead),
            swarm: some(main).filter(|_| has_swarm),
            panes: people.panes,
            cards: people.cards,
            others: people.others,
            server: some(server),
            wire: if wire_instead { some(main) } else { some(wire) },
            question: some(question),
            footer: some(last).filter(|_| !small),
            too_small: some(last).filter(|_| small),
        }
    }

    /// Returns the people who have an editor or a card on the screen.
    pub(crate) fn shown_people(&self) -> Vec<PersonIndex> {
        self.panes.iter().map(|place| place.seat).chain(self.cards.iter().map(|card| card.person)).collect()
    }
}

/// Returns the area within a border.
pub(crate) fn inner(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}

/// Returns the area of an overlay: the screen without the footer and the leader's question.
pub(crate) fn overlay_area(layout: &Layout, area: Rect) -> Rect {
    let last = u16::from(layout.footer.is_some() || layout.too_small.is_some());
    let question = layout.question.map_or(0, |question| question.height);
    Rect { height: area.height - last - question, ..area }
}
