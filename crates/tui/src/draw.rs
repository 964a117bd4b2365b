//! The frame: what is known, as it is seen. Drawing changes nothing.

mod confirm;
mod documents;
mod drafts;
mod exchange;
mod filter;
mod footer;
mod gate;
mod heading;
mod help;
mod menu;
mod narration;
mod pane;
mod panel;
mod path;
mod policy_comparison;
mod sequence;
mod status;
mod text;
mod version;
mod versions;
mod wire;

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};
use terminal::ascii::to_ascii;
use terminal::theme::{Role, Theme};

use crate::layout::{COMFORTABLE_SIZE, Layout};
use crate::overlay::Overlay;
use crate::scroll::Scroll;
use crate::state::{SessionKind, State};

pub(crate) use exchange::lines as exchange_lines;
pub(crate) use narration::height as narration_height;
pub(crate) use pane::{is_view_drawn, merge_area, side_styles, text_area, view_area};
pub(crate) use panel::panel_at;
pub(crate) use wire::exchange_at;

/// Draws everything.
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

/// Where what lies on top is drawn: over everything but the footer.
fn overlay_area(layout: &Layout, area: Rect) -> Rect {
    let last = u16::from(layout.footer.is_some() || layout.too_small.is_some());
    Rect { height: area.height - last, ..area }
}

fn draw_overlay(state: &State, frame: &mut Frame<'_>, screen: &Overlay, area: Rect) {
    match screen {
        Overlay::Help(help) => {
            let lines = help::lines(state, help.about, inner(area).width);
            draw_scrolled(state, frame, area, "help", help.scroll, &lines);
        }
        Overlay::Exchange(whole) => {
            let title = format!("exchange {}", whole.number);
            draw_scrolled(
                state,
                frame,
                area,
                &title,
                whole.scroll,
                &exchange::lines(state, whole.number, inner(area).width),
            );
        }
        Overlay::Overwrite(bury) => {
            let lines = confirm::overwrite_lines(state, &bury.lines, inner(area).width);
            draw_scrolled(state, frame, area, "overwrite theirs", bury.scroll, &lines);
        }
        Overlay::Filter(typed) => filter::draw(state, frame, area, typed),
        Overlay::Version(one) => {
            let lines = version::lines(state, one, inner(area).width);
            draw_scrolled(state, frame, area, &version::title(one), one.scroll, &lines);
        }
        Overlay::Versions(versions) => versions::draw(state, frame, area, versions),
        Overlay::PolicyComparison(takes) => {
            let lines = policy_comparison::lines(state, takes, inner(area).width);
            draw_scrolled(state, frame, area, "the same lesson under other policies", takes.scroll, &lines);
        }
        Overlay::Documents(documents) => documents::draw(state, frame, area, documents),
        Overlay::Path(path) => path::draw(state, frame, area, path),
        Overlay::Delete(etag) => confirm::draw_delete(state, frame, area, etag),
        Overlay::DiscardMine => confirm::draw_discard_mine(state, frame, area),
        Overlay::Unsaved => confirm::draw_unsaved(state, frame, area),
        Overlay::Drafts(chooser) => drafts::draw(state, frame, area, chooser),
        Overlay::Draft(view) => {
            let lines = drafts::lines(state, view, inner(area).width);
            draw_scrolled(state, frame, area, "a draft", view.scroll, &lines);
        }
        Overlay::DiscardDraft(found) => confirm::draw_discard_draft(state, frame, area, found),
        Overlay::KeepAs(keep) => drafts::draw_keep_as(state, frame, area, keep),
    }
}

/// The last line that may stand first in what lies on top, or in the panel over the text, and how many lines a page
/// has.
pub(crate) fn scroll_room(state: &State) -> (usize, usize) {
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    let inner = inner(overlay_area(&Layout::new(state, area), area));
    let lines = match state.screens.last() {
        Some(Overlay::Help(help)) => help::lines(state, help.about, inner.width).len(),
        Some(Overlay::Exchange(whole)) => exchange::lines(state, whole.number, inner.width).len(),
        Some(Overlay::Version(one)) => version::lines(state, one, inner.width).len(),
        Some(Overlay::Overwrite(bury)) => confirm::overwrite_lines(state, &bury.lines, inner.width).len(),
        Some(Overlay::Draft(view)) => drafts::lines(state, view, inner.width).len(),
        Some(Overlay::PolicyComparison(takes)) => policy_comparison::lines(state, takes, inner.width).len(),
        None => return panel::scroll_room(state),
        _ => 0,
    };
    (lines.saturating_sub(inner.height.into()), inner.height.into())
}

/// Something longer than its room, in a frame that says how far it is scrolled.
fn draw_scrolled(
    state: &State,
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    scroll: Scroll,
    lines: &[Line<'static>],
) {
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
