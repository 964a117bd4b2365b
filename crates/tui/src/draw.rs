//! The frame: what is known, as it is seen. Drawing changes nothing.

mod drafts;
mod exchange;
mod filter;
mod footer;
mod gate;
mod heading;
mod help;
mod list;
mod menu;
mod narration;
mod pane;
mod panel;
mod path;
mod question;
mod rim;
mod sequence;
mod status;
mod takes;
mod text;
mod version;
mod versions;
mod wire;

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use crate::layout::{COMFORT, Layout};
use crate::screen::{Screen, Scroll};
use crate::state::{Kind, State};
use crate::theme::{Role, Theme};

pub(crate) use exchange::lines as exchange_lines;
pub(crate) use narration::height as narration_height;
pub(crate) use pane::{is_view_drawn, merge_area, sides, text_area, view_area};
pub(crate) use panel::panel_at;
pub(crate) use wire::exchange_at;

/// Draws everything.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    if frame.area().is_empty() {
        return;
    }
    draw_all(state, frame);
    if state.theme.is_ascii() {
        rim::to_ascii(frame.buffer_mut());
    }
}

fn draw_all(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let layout = Layout::new(state, area);
    if let Some(area) = layout.heading {
        heading::draw(state, frame, area);
    }
    if state.kind == Kind::Menu {
        menu::draw(state, frame, screen_area(&layout, area));
    }
    if let Some(area) = layout.narration {
        narration::draw(state, frame, area);
    }
    if let Some(area) = layout.coach {
        heading::draw_coach(state, frame, area);
    }
    for place in &layout.panes {
        pane::draw(state, frame, place);
    }
    for place in &layout.panes {
        panel::draw(state, frame, &layout, place);
    }
    if let Some(area) = layout.wire {
        wire::draw(state, frame, area);
    }
    if let Some(screen) = state.screens.last() {
        draw_screen(state, frame, screen, screen_area(&layout, area));
    }
    if let Some(area) = layout.footer {
        footer::draw(state, frame, area);
    }
    if let Some(area) = layout.too_small {
        let words =
            format!("{}×{} is small: {}×{} is better", frame.area().width, frame.area().height, COMFORT.0, COMFORT.1);
        frame.render_widget(Line::styled(words, state.theme.style(Role::Warning)), area);
    }
}

/// Where what lies on top is drawn: over everything but the footer.
fn screen_area(layout: &Layout, area: Rect) -> Rect {
    let last = u16::from(layout.footer.is_some() || layout.too_small.is_some());
    Rect { height: area.height - last, ..area }
}

fn draw_screen(state: &State, frame: &mut Frame<'_>, screen: &Screen, area: Rect) {
    match screen {
        Screen::Help(help) => {
            let lines = help::lines(state, help.about, inner(area).width);
            scrolled(state, frame, area, "help", help.scroll, &lines);
        }
        Screen::Exchange(whole) => {
            let title = format!("exchange {}", whole.number);
            scrolled(
                state,
                frame,
                area,
                &title,
                whole.scroll,
                &exchange::lines(state, whole.number, inner(area).width),
            );
        }
        Screen::Bury(bury) => {
            let lines = question::bury_lines(state, &bury.lines, inner(area).width);
            scrolled(state, frame, area, "overwrite theirs", bury.scroll, &lines);
        }
        Screen::Filter(typed) => filter::draw(state, frame, area, typed),
        Screen::Version(one) => {
            let lines = version::lines(state, one, inner(area).width);
            scrolled(state, frame, area, &version::title(one), one.scroll, &lines);
        }
        Screen::Versions(versions) => versions::draw(state, frame, area, versions),
        Screen::Takes(takes) => {
            let lines = takes::lines(state, takes, inner(area).width);
            scrolled(state, frame, area, "the same lesson under other policies", takes.scroll, &lines);
        }
        Screen::Documents(documents) => list::draw(state, frame, area, documents),
        Screen::Path(path) => path::draw(state, frame, area, path),
        Screen::Delete(etag) => question::draw_delete(state, frame, area, etag),
        Screen::LetGo => question::draw_let_go(state, frame, area),
        Screen::Unsaved => question::draw_unsaved(state, frame, area),
        Screen::Drafts(chooser) => drafts::draw(state, frame, area, chooser),
        Screen::Draft(view) => {
            let lines = drafts::lines(state, view, inner(area).width);
            scrolled(state, frame, area, "a draft", view.scroll, &lines);
        }
        Screen::DiscardDraft(found) => question::draw_discard_draft(state, frame, area, found),
        Screen::KeepAs(keep) => drafts::draw_keep_as(state, frame, area, keep),
    }
}

/// The last line that may stand first in what lies on top, or in the panel over the text, and how many lines a page
/// has.
pub(crate) fn scroll_room(state: &State) -> (usize, usize) {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    let inner = inner(screen_area(&Layout::new(state, area), area));
    let lines = match state.screens.last() {
        Some(Screen::Help(help)) => help::lines(state, help.about, inner.width).len(),
        Some(Screen::Exchange(whole)) => exchange::lines(state, whole.number, inner.width).len(),
        Some(Screen::Version(one)) => version::lines(state, one, inner.width).len(),
        Some(Screen::Bury(bury)) => question::bury_lines(state, &bury.lines, inner.width).len(),
        Some(Screen::Draft(view)) => drafts::lines(state, view, inner.width).len(),
        Some(Screen::Takes(takes)) => takes::lines(state, takes, inner.width).len(),
        None => return panel::scroll_room(state),
        _ => 0,
    };
    (lines.saturating_sub(inner.height.into()), inner.height.into())
}

/// Something longer than its room, in a frame that says how far it is scrolled.
fn scrolled(state: &State, frame: &mut Frame<'_>, area: Rect, title: &str, scroll: Scroll, lines: &[Line<'static>]) {
    let room = inner(area);
    let height = usize::from(room.height);
    let last = lines.len().saturating_sub(height);
    let first = scroll.first(last);
    let mut block = framed(&state.theme, title, true);
    if last > 0 {
        let shown = format!(" {}–{} of {} ", first + 1, (first + height).min(lines.len()), lines.len());
        block = block.title_bottom(Line::styled(shown, state.theme.style(Role::Dim)).right_aligned());
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let visible = lines.iter().skip(first).take(height).cloned().collect::<Vec<_>>();
    frame.render_widget(Paragraph::new(visible), room);
}

/// A frame with a title. What has the keys has a thick frame and a title in reverse video.
fn framed(theme: &Theme, title: &str, focused: bool) -> Block<'static> {
    let role = if focused { Role::Focus } else { Role::Dim };
    let block = Block::bordered().border_style(theme.style(role)).title(heading_of(theme, title, focused));
    if focused { block.border_type(BorderType::Thick) } else { block }
}

/// A title for a frame.
fn heading_of(theme: &Theme, title: &str, focused: bool) -> Line<'static> {
    if focused {
        let style = theme.style(Role::Focus).add_modifier(Modifier::REVERSED);
        Line::from(Span::styled(format!(" {} {title} ", theme.glyphs.focus), style))
    } else {
        Line::from(Span::styled(format!(" {title} "), theme.style(Role::Title)))
    }
}

/// What is left within a frame.
fn inner(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}
