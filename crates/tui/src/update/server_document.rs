//! When the stage looks at the document that the server has, and which document that is.
//!
//! In free play, it is the document in view of the current editor. In a lesson, it is the one that the last request was
//! about or, when a level begins, the level's own. Plain mode shows no pane of the server, so it never looks.

use contract::{ApiPath, DocumentId, Exchange};

use crate::content::people;
use crate::effect::Effect;
use crate::event::DocumentLook;
use crate::state::{SessionKind, State};

/// Follows the document in view of the current editor.
///
/// A lesson begins with the document that it opens.
pub(super) fn follow(state: &mut State) -> Option<Effect> {
    let wanted = match state.kind {
        SessionKind::Menu | SessionKind::Single | SessionKind::Files | SessionKind::Room => None,
        SessionKind::Stage => {
            let pane = state.people.panes.get(state.people.seat)?;
            pane.document().map(|work| work.editor.id()).or(pane.opens_first.as_ref())
        }
        SessionKind::Lesson if state.server.document.id().is_some() => None,
        SessionKind::Lesson => state.lesson.course.as_ref().map(|course| &course.player().lesson().opens),
    };
    let wanted = wanted.cloned()?;
    show(state, &wanted)
}

/// Shows this document, and looks at it if it is another one than before.
pub(super) fn show(state: &mut State, id: &DocumentId) -> Option<Effect> {
    (has_pane(state) && state.server.document.follow(id)).then(|| Effect::LookAtServer { document: id.clone() })
}

/// Returns whether the session shows the server.
fn has_pane(state: &State) -> bool {
    state.is_shared() && state.plain.is_none()
}

/// Looks at the document again if this one is shown.
pub(super) fn on_changed(state: &mut State, id: &DocumentId) -> Option<Effect> {
    let asks = state.server.document.id() == Some(id) && state.server.document.mark_outdated();
    asks.then(|| Effect::LookAtServer { document: id.clone() })
}

/// Looks at the document again after the event stream has opened: the server may have been replaced.
pub(super) fn on_connected(state: &mut State) -> Option<Effect> {
    let id = state.server.document.id().cloned()?;
    on_changed(state, &id)
}

/// Looks at the document again after a request that may have written. A new request ends the highlight.
pub(super) fn on_exchange(state: &mut State, exchange: &Exchange) -> Option<Effect> {
    if !has_pane(state) {
        return None;
    }
    if exchange.is_open() {
        state.server.document.settle();
        return None;
    }
    state.server.document.note_reading(exchange);
    let Some(ApiPath::Document(id)) = ApiPath::parse(&exchange.target) else { return None };
    let shown = (state.kind == SessionKind::Lesson).then(|| show(state, &id)).flatten();
    shown.or_else(|| if exchange.is_read() { None } else { on_changed(state, &id) })
}

/// Handles the result of a look, and looks again if the document may have changed meanwhile.
pub(super) fn on_look(state: &mut State, id: &DocumentId, look: Result<Box<DocumentLook>, String>) -> Vec<Effect> {
    let people: Vec<_> = people::all(state).into_iter().cloned().collect();
    let again = state.server.document.on_look(id, look.map(|look| *look), &people);
    let document = state.server.document.id().cloned().filter(|_| again);
    document.map(|document| Effect::LookAtServer { document }).into_iter().collect()
}
