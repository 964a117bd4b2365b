//! Drawing of a frame from the state. Drawing does not change the state.

mod border;
mod card;
mod confirm;
mod documents;
mod drafts;
mod filter;
mod find;
mod footer;
mod gutter;
mod heading;
mod menu;
mod narration;
mod palette;
mod pane;
mod panel;
mod path;
mod question;
mod question_form;
mod room;
mod room_overlay;
mod scrolled;
mod seeds;
mod sequence;
mod server_pane;
mod swarm;
mod versions;
mod wire;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use terminal::ascii::to_ascii;
use terminal::theme::Role;

use crate::content::swarm::shown as shown_swarm;
use crate::content::{change, draft, exchange, help, overwrite, policy_comparison, version};
use crate::layout::{COMFORTABLE_SIZE, Layout, entered_lines, entered_question_area, inner, overlay_area};
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::scroll::Scroll;
use crate::state::{SessionKind, State};
use scrolled::draw_scrolled;

/// Draws the whole frame.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    if frame.area().is_empty() {
        return;
    }
    draw_all(state, frame);
    if state.theme.is_ascii() {
        to_ascii(frame.buffer_mut());
    }
}

fn draw_all(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let layout = Layout::new(state, area);
    if let Some(area) = layout.heading {
        heading::draw(state, frame, area);
    }
    if state.kind == SessionKind::Menu {
        menu::draw(state, frame, overlay_area(&layout, area));
    }
    if let Some(area) = layout.coach {
        heading::draw_coach(state, frame, area);
    }
    if let Some(area) = layout.room {
        room::draw(state, frame, area);
    }
    if let Some((area, course)) = layout.swarm.zip(shown_swarm(state)) {
        swarm::draw(state, course, frame, area);
    }
    for place in &layout.panes {
        pane::draw(state, frame, place);
    }
    for place in &layout.cards {
        card::draw(state, frame, place);
    }
    if let Some(area) = layout.others {
        card::draw_others(state, frame, area, &layout.shown_people());
    }
    if let Some(area) = layout.server {
        server_pane::draw(state, frame, area);
    }
    for place in &layout.panes {
        panel::draw(state, frame, &layout, place);
    }
    if let Some(area) = layout.wire {
        wire::draw(state, frame, area);
    }
    // Its border explains the masks, if there are any in what is drawn above.
    if let Some(area) = layout.narration {
        narration::draw(state, frame, area);
    }
    if let Some(area) = layout.question {
        question::draw(state, frame, area);
    }
    if let Some(screen) = state.overlays.last() {
        draw_overlay(state, frame, screen, overlay_area(&layout, area));
    }
    if let Some(area) = layout.footer {
        footer::draw(state, frame, area);
    }
    if let Some(area) = layout.too_small {
        let words = format!(
            "{}×{} is small: {}×{} is better",
            frame.area().width,
            frame.area().height,
            COMFORTABLE_SIZE.0,
            COMFORTABLE_SIZE.1
        );
        frame.render_widget(Line::styled(words, state.theme.style(Role::Warning)), area);
    }
}

fn draw_overlay(state: &State, frame: &mut Frame<'_>, screen: &Overlay, area: Rect) {
    match screen {
        Overlay::Help(help) => {
            let lines = help::lines(state, help.about, inner(area).width);
            draw_scrolled(state, frame, area, "help", help.scroll, &lines);
        }
        Overlay::Exchange(view) => {
            let title = format!("exchange {}", view.number);
            draw_scrolled(
                state,
                frame,
                area,
                &title,
                view.scroll,
                &exchange::lines(state, view.number, inner(area).width),
            );
        }
        Overlay::Overwrite(confirm) => {
            let lines = overwrite::lines(state, &confirm.lines, inner(area).width);
            draw_scrolled(state, frame, area, "overwrite theirs", confirm.scroll, &lines);
        }
        Overlay::Change(scroll) => {
            draw_scrolled(state, frame, area, &change::title(state), *scroll, &change::lines(state, inner(area).width));
        }
        Overlay::Palette(found) => palette::draw(state, frame, area, found),
        Overlay::Filter(prompt) => filter::draw(state, frame, area, prompt),
        // The pane of the text draws the prompt below it.
        Overlay::Find(_) | Overlay::GoToLine(_) => {}
        Overlay::Version(detail) => {
            let lines = version::lines(state, detail, inner(area).width).lines;
            draw_scrolled(state, frame, area, &version::title(detail), detail.scroll, &lines);
        }
        Overlay::Versions(versions) => versions::draw(state, frame, area, versions),
        Overlay::VersionFilter(prompt) => versions::draw_filter(state, frame, area, prompt),
        Overlay::PolicyComparison(comparison) => {
            let lines = policy_comparison::lines(state, comparison, inner(area).width);
            draw_scrolled(state, frame, area, "the same lesson under other policies", comparison.scroll, &lines);
        }
        Overlay::Room(overlay) => match &**overlay {
            RoomOverlay::LedQuestion(scroll) => draw_question(state, frame, screen, *scroll),
            overlay => room_overlay::draw(state, frame, area, overlay),
        },
        Overlay::Documents(documents) => documents::draw(state, frame, area, documents, None),
        Overlay::DeleteEntry(entry) => confirm::draw_delete_entry(state, frame, area, entry),
        // The list stays in view below the prompt; without a list, the pane of the text draws the prompt.
        Overlay::Property(prompt) => {
            if let Some(list) = state.list_below() {
                documents::draw(state, frame, area, list, Some(prompt));
            }
        }
        Overlay::Path(path) => path::draw(state, frame, area, path),
        Overlay::Delete(etag) => confirm::draw_delete(state, frame, area, etag),
        Overlay::ShowAhead => confirm::draw_show_ahead(state, frame, area),
        Overlay::DiscardMine => confirm::draw_discard_mine(state, frame, area),
        Overlay::Unsaved => confirm::draw_unsaved(state, frame, area),
        Overlay::Drafts(chooser) => drafts::draw(state, frame, area, chooser),
        Overlay::Draft(view) => {
            let lines = draft::lines(state, view, inner(area).width);
            draw_scrolled(state, frame, area, "a draft", view.scroll, &lines);
        }
        Overlay::DiscardDraft(found) => confirm::draw_discard_draft(state, frame, area, found),
        Overlay::RoomQuestion(view) => draw_question(state, frame, screen, view.scroll),
        Overlay::KeepAs(prompt) => drafts::draw_keep_as(state, frame, area, prompt),
    }
}

/// Draws the leader's question, which the user has entered.
fn draw_question(state: &State, frame: &mut Frame<'_>, overlay: &Overlay, scroll: Scroll) {
    let area = entered_question_area(state, overlay, frame.area());
    let lines = entered_lines(state, overlay, inner(area).width);
    draw_scrolled(state, frame, area, &question::fitting_title(state, area.width), scroll, &lines);
}
