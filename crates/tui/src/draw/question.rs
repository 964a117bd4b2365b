//! Questions before something that cannot be taken back: what would happen, and the keys that answer.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::panel::{self, Panel};
use super::{inner, text};
use crate::action::{Action, Context, key_of};
use crate::screen::Scroll;
use crate::state::State;
use crate::theme::Role;
use crate::visible::visible;

/// Whether to delete the document in view.
pub(super) fn draw_delete(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(work) = state.work() else { return };
    let base = work.editor.base().map(|base| visible(&base.etag.to_string()).into_owned()).unwrap_or_default();
    let words = format!(
        "Delete '{}'? The request says If-Match: {base}, so it deletes this version and no newer one.",
        work.editor.id()
    );
    draw(state, frame, area, "delete", &words, Context::Question);
}

/// Whether to let unsaved text go with its document.
pub(super) fn draw_let_go(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(work) = state.work() else { return };
    let back = key_of(work.way_back(), Context::Text).map(|key| key.to_string()).unwrap_or_default();
    let words = format!(
        "Delete my text too? It is not saved, and no version at the server has it. {back} in the empty text brings it \
         back, until I leave."
    );
    draw(state, frame, area, "delete mine too?", &words, Context::Question);
}

/// What to do with unsaved text.
pub(super) fn draw_unsaved(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let unsaved = state.works().filter(|work| work.editor.has_unsaved());
    let names: Vec<_> =
        unsaved.map(|work| format!("{} ({})", work.editor.id(), visible(work.editor.me().as_str()))).collect();
    let leave = key_of(Action::Abandon, Context::Unsaved).map(|key| key.to_string()).unwrap_or_default();
    let then = if state.is_files() {
        format!("With {leave} nothing is written: the file stays as it is, with its conflicts.")
    } else if state.keeps_drafts {
        format!("With {leave} it is kept as a draft on this machine, and is here again the next time.")
    } else {
        format!("With {leave} it is gone: nothing is kept here.")
    };
    let words = format!("Not saved: {}. {then}", names.join(", "));
    draw(state, frame, area, "leave?", &words, Context::Unsaved);
}

/// What an overwrite would bury, and the question.
pub(super) fn bury_lines(state: &State, buried: &[String], width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let style = |role| state.theme.style(role);
    let theirs = state.work().and_then(|work| work.editor.conflict()).map(editor::Conflict::theirs);
    let author = theirs.and_then(|theirs| theirs.author.as_ref()).map_or("somebody", contract::Author::as_str);
    let etag = theirs.map(|theirs| visible(&theirs.etag.to_string()).into_owned()).unwrap_or_default();
    let words = format!(
        "My text replaces version {etag} by {}. If-Match names that version, so a newer one is not buried unseen. \
         This would be gone:",
        visible(author)
    );
    let mut lines = text::paragraph(&words, width, style(Role::Text));
    lines.push(Line::default());
    if buried.is_empty() {
        lines.push(Line::styled("nothing", style(Role::Dim)));
    }
    lines.extend(buried.iter().flat_map(|line| text::paragraph(&visible(line), width, style(Role::Bad))));
    lines.push(Line::default());
    lines.extend(panel::choices(state, Context::Bury, width));
    lines
}

fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, title: &'static str, words: &str, context: Context) {
    let width = usize::from(inner(area).width);
    let words = text::paragraph(words, width, state.theme.style(Role::Text));
    let panel = Panel { title, words, choices: panel::choices(state, context, width) };
    panel::draw_panel(state, frame, area, panel, Scroll::default());
}
