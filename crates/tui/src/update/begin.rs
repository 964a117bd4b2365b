//! The beginning of a session: what is done first.

use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::state::{SessionKind, State};

/// Returns what is done first. A lesson begins with its opening scene, as the pass for lessons does after every event.
pub(super) fn begin(state: &State) -> Vec<Effect> {
    let opens = state.people.panes.iter().enumerate().filter_map(|(seat, pane)| {
        let document = pane.opens_first.clone()?;
        Some(Effect::Open { seat, document })
    });
    let on_top = state.overlays.iter().filter_map(|screen| match screen {
        Overlay::Drafts(chooser) => Some(Effect::Open { seat: chooser.seat, document: chooser.document.clone() }),
        Overlay::Documents(_) => Some(Effect::List { seat: state.people.seat }),
        _ => None,
    });
    match state.kind {
        SessionKind::Menu | SessionKind::Lesson => Vec::new(),
        SessionKind::Stage => [Effect::FollowRecord, Effect::ReadPolicy].into_iter().chain(opens).collect(),
        SessionKind::Single => [Effect::ReadPolicy].into_iter().chain(on_top).collect(),
        SessionKind::Files => on_top.collect(),
    }
}
