//! The panels below a text: the explanation of a 428, and the choice after a delete.

use lesson::script::HiddenArea;
use ratatui::text::{Line, Span};
use terminal::theme::Role;

use super::{tags, text};
use crate::action::{Applies, Binding, BoundAction, Context};
use crate::availability::why_unavailable;
use crate::leaving_messages;
use crate::messages;
use crate::open_document::{OpenDocument, OpenedView};
use crate::state::State;

/// A panel: its text, and the keys that answer.
pub(crate) struct DocumentPanel {
    pub(crate) title: &'static str,
    pub(crate) words: Vec<Line<'static>>,
    pub(crate) choices: Vec<Line<'static>>,
    /// Whether the panel has the focus.
    pub(crate) focused: bool,
}

/// Returns the panel of a document, if one is open and not folded.
pub(crate) fn panel(state: &State, work: &OpenDocument, width: u16) -> Option<DocumentPanel> {
    let (title, words, context) = match work.unfolded_view()? {
        OpenedView::Merge => return None,
        OpenedView::Required => {
            ("428 Precondition Required", tags::shown(state, &messages::required(state, work)), Context::Required)
        }
        OpenedView::Deleted => ("the document is gone", messages::deleted(work), Context::Deleted),
    };
    if state.hides(HiddenArea::Panel) {
        let words = vec![Line::from(state.mask())];
        return Some(DocumentPanel { title: "", words, choices: Vec::new(), focused: false });
    }
    let words = text::paragraph(&words, width.into(), state.theme.style(Role::Text));
    let has_keys = matches!(work.context(), Context::Required | Context::Deleted);
    let choices = if has_keys {
        choices(state, context, width.into())
    } else {
        let way = messages::panel_entry_hint(state, work);
        vec![Line::styled(text::cut(&way, width.into(), state.theme.glyphs.more), state.theme.style(Role::Key))]
    };
    Some(DocumentPanel { title, words, choices, focused: has_keys })
}

/// Returns the keys that answer a question, as many on a line as fit.
pub(crate) fn choices(state: &State, context: Context, room: usize) -> Vec<Line<'static>> {
    // The answers about unsaved text depend on what happened to its draft.
    let is_off = |row: &Binding| context == Context::Unsaved && why_unavailable(row.action, state).is_some();
    let is_shown = |row: &Binding| row.applies != Applies::Everywhere && row.is_answer() && !is_off(row);
    let shown = state.keys.actions(context).iter().filter(|bound| is_shown(bound.row));
    let piece = |bound: &BoundAction| {
        let label = state.keys.label(bound.row.action, context);
        let key = Span::styled(label, state.theme.style(Role::Key));
        vec![key, Span::raw(format!(" {}", leaving_messages::hint(state, bound.row, context)))]
    };
    text::flow_spans(shown.map(piece).collect(), room, state.theme.glyphs.more)
}
