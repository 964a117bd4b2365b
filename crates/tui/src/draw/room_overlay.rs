//! The overlays of a room's leader.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use terminal::theme::Role;

use super::border::framed;
use super::scrolled::draw_scrolled;
use super::{confirm, question_form, seeds};
use crate::action::Context;
use crate::content::{controls, led_question, room, room_join};
use crate::layout::inner;
use crate::messages;
use crate::room_overlay::{PeopleView, RoomOverlay};
use crate::state::State;

/// Draws an overlay of a room.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, overlay: &RoomOverlay) {
    match overlay {
        RoomOverlay::People(view) => draw_people(state, frame, area, view),
        RoomOverlay::Join(view) => {
            let lines = room_join::lines(state, view.shows_leader, inner(area));
            draw_scrolled(state, frame, area, "how people join", view.scroll, &lines);
        }
        RoomOverlay::EndServer => {
            confirm::draw(state, frame, area, "end the server?", &messages::end_server(state), Context::EndServer);
        }
        RoomOverlay::Controls(scroll) => {
            let lines = controls::lines(state, inner(area).width);
            draw_scrolled(state, frame, area, "controls", *scroll, &lines);
        }
        RoomOverlay::NewRound(document) => {
            confirm::draw(state, frame, area, "a new round?", &messages::new_round(state, document), Context::NewRound);
        }
        RoomOverlay::AskQuestion => question_form::draw(state, frame, area),
        RoomOverlay::Seeds(chooser) => seeds::draw(state, frame, area, chooser),
        // It has an area of its own.
        RoomOverlay::LedQuestion(_) => {}
        RoomOverlay::WithdrawQuestion => {
            let words = led_question::withdraw_words(state);
            confirm::draw(state, frame, area, "withdraw the question?", &words, Context::Question);
        }
        RoomOverlay::Remove(name) => {
            confirm::draw(state, frame, area, "remove?", &messages::remove_person(name), Context::Question);
        }
    }
}

/// Draws the people in a list, and what is known of the selected one below it.
fn draw_people(state: &State, frame: &mut Frame<'_>, area: Rect, view: &PeopleView) {
    let selected = view.selected(&state.room);
    let room = inner(area);
    let about = room::about_person(state, selected, room.width);
    let height = u16::try_from(about.len()).unwrap_or_default();
    let [list, foot] = Split::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(room);
    let mut block = framed(&state.theme, &room::title(state, 0), true);
    if let Some(at) = selected {
        let count = format!(" {} of {} ", at + 1, state.room.room.attendees().len());
        block = block.title_bottom(Line::styled(count, state.theme.style(Role::Dim)).right_aligned());
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(room::person_rows(state, selected, list.width, list.height)), list);
    frame.render_widget(Paragraph::new(about), foot);
}
