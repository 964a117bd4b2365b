//! One editor: a frame with its name, the text or the merge, and under it the notice and the line of state.

use editor::Notice;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};

use super::{framed, status, text};
use crate::action::Context;
use crate::layout::{Place, Shape};
use crate::merge_view;
use crate::pane::Pane;
use crate::people::{self, Side, Sides};
use crate::state::{Focus, State};
use crate::theme::Role;
use crate::visible::visible;
use crate::work::Work;

/// The parts of an editor, from top to bottom.
struct Parts {
    text: Rect,
    notice: Rect,
    status: Rect,
}

/// Draws one editor.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, place: &Place) {
    let pane = &state.panes[place.seat];
    if place.shape == Shape::Strip {
        frame.render_widget(status::strip(state, pane, place.area.width), place.area);
        return;
    }
    let focused = has_the_keys(state, place);
    frame.render_widget(frame_of(state, pane, focused, place.area.width), place.area);
    let parts = parts(state, pane, place);
    match pane.work() {
        Some(work) => draw_work(state, frame, work, parts.text, focused),
        None => frame.render_widget(Line::styled("no document is open", state.theme.style(Role::Dim)), parts.text),
    }
    let notice = status::notice(state, pane, parts.notice.width, parts.notice.height.into());
    frame.render_widget(Paragraph::new(notice), parts.notice);
    frame
        .render_widget(Paragraph::new(status::lines(state, pane, parts.status.width, place.with_policy)), parts.status);
}

/// Where the text of that editor stands: where a click means a place in it.
pub(crate) fn text_area(state: &State, place: &Place) -> Rect {
    match place.shape {
        Shape::Strip => Rect::default(),
        Shape::Whole => parts(state, &state.panes[place.seat], place).text,
    }
}

/// Whether what is typed goes into that editor.
fn has_the_keys(state: &State, place: &Place) -> bool {
    state.seat == place.seat && state.focus == Focus::Editor && state.screens.is_empty()
}

/// A merge has three texts to show side by side, and needs every column: its frame has no sides.
fn borders(pane: &Pane) -> Borders {
    let merging = pane.work().is_some_and(|work| work.merge_view.is_some());
    if merging { Borders::TOP | Borders::BOTTOM } else { Borders::ALL }
}

/// What is left within the frame.
fn room(pane: &Pane, area: Rect) -> Rect {
    Block::new().borders(borders(pane)).inner(area)
}

/// The line of state gets all the lines that it needs; the text gets what the notice leaves, and at least one line.
fn parts(state: &State, pane: &Pane, place: &Place) -> Parts {
    let inner = room(pane, place.area);
    let status = u16::try_from(status::lines(state, pane, inner.width, place.with_policy).len()).unwrap_or(1);
    // A panel says it all itself.
    let most = match pane.work().map(Work::context) {
        Some(Context::Required | Context::Deleted) => 0,
        // The head of the merge says it too, and every row is wanted.
        Some(Context::Merge | Context::MergeText) if inner.height < 16 => u16::from(!is_said_by_the_merge(pane)).into(),
        _ if is_bad_news(pane) => usize::from(inner.height / 2).clamp(1, 7),
        _ => usize::from(inner.height / 3).clamp(1, 4),
    };
    let notice = u16::try_from(status::notice(state, pane, inner.width, most).len()).unwrap_or(0);
    let notice = notice.min(inner.height.saturating_sub(status + 1));
    // Where there is hardly any room, the state comes first.
    let status = status.min(inner.height);
    let rows = Split::vertical([Constraint::Fill(1), Constraint::Length(notice), Constraint::Length(status)]);
    let [text, notice, status] = rows.areas(inner);
    Parts { text, notice, status }
}

/// Whether the notice is about where the merge stands.
fn is_said_by_the_merge(pane: &Pane) -> bool {
    let said =
        |notice: &Notice| matches!(notice, Notice::Merging { .. } | Notice::MergedAnew { .. } | Notice::Decided { .. });
    pane.work().and_then(|work| work.editor.notice()).is_some_and(said)
}

/// Whether the notice tells of a text that is gone: that is worth the room of other text.
fn is_bad_news(pane: &Pane) -> bool {
    pane.work().is_some_and(|work| match work.editor.notice() {
        Some(Notice::Buried { .. }) => true,
        Some(Notice::Reloaded { .. }) => work.missing.is_some(),
        _ => false,
    })
}

fn frame_of(state: &State, pane: &Pane, focused: bool, width: u16) -> Block<'static> {
    let (glyph, role) = state.theme.person(number(state, &pane.me));
    let name = visible(pane.me.as_str()).into_owned();
    let room = usize::from(width);
    let document = text::cut(&document_title(pane), (room / 2).saturating_sub(2), state.theme.glyphs.more);
    let long = format!("{glyph} {name} has the keys");
    let fits = text::width(&long) + text::width(&document) + 9 <= room;
    let title = if focused && fits { long } else { format!("{glyph} {name}") };
    let block = framed(&state.theme, &title, focused);
    let block = block.borders(borders(pane)).border_style(state.theme.style(if focused { role } else { Role::Dim }));
    if document.is_empty() {
        return block;
    }
    let document = Span::styled(format!(" {document} "), state.theme.style(Role::Title));
    block.title(Line::from(document).right_aligned())
}

/// The name of the document in view, and its title where that is another.
fn document_title(pane: &Pane) -> String {
    let Some(work) = pane.work() else { return String::new() };
    let (id, title) = (work.editor.id().as_str(), visible(&work.editor.mine().title));
    if title == id || title.is_empty() { id.to_owned() } else { format!("{id}: {title}") }
}

fn draw_work(state: &State, frame: &mut Frame<'_>, work: &Work, area: Rect, focused: bool) {
    if let (Some(view), Some(conflict)) = (&work.merge_view, work.editor.conflict()) {
        let sides = sides(state, work, conflict);
        merge_view::draw(frame, area, conflict, view, &state.theme, &sides, focused);
    } else {
        work.buffer.draw(frame, area, focused && work.context() == Context::Text, &state.theme);
    }
}

/// Which sign and colour somebody has. Files are nobody whom one could meet elsewhere: they have the first two.
fn number(state: &State, author: &contract::Author) -> usize {
    if state.is_files() { 0 } else { people::number(author) }
}

/// Who is who in a merge.
pub(crate) fn sides(state: &State, work: &Work, conflict: &editor::Conflict) -> Sides {
    let me = work.editor.me();
    let theirs = conflict.theirs();
    let mine = number(state, me);
    let beside = |author| if state.is_files() { mine + 1 } else { people::number_beside(author, mine) };
    // Files have names, and no tags.
    let tagged = |etag: &contract::EntityTag| (!state.is_files()).then(|| etag.clone());
    Sides {
        mine: Side { author: Some(me.clone()), person: mine, etag: None },
        theirs: Side {
            author: theirs.author.clone(),
            person: theirs.author.as_ref().map_or(people::NOBODY, beside),
            etag: tagged(&theirs.etag),
        },
        base: work.editor.base().and_then(|base| tagged(&base.etag)),
    }
}
