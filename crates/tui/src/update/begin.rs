//! The effects at the beginning of a session.

use crate::effect::{Effect, RecordStart};
use crate::overlay::Overlay;
use crate::room_request::RoomRequest;
use crate::seed::SeedSource;
use crate::state::{SessionKind, State};

/// Returns the first effects of a session.
///
/// A lesson has none: the pass that steps lessons after every event plays its opening scene.
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
        SessionKind::Stage => {
            [Effect::FollowRecord(RecordStart::Now), Effect::ReadPolicy].into_iter().chain(opens).collect()
        }
        SessionKind::Single => [Effect::ReadPolicy].into_iter().chain(on_top).collect(),
        SessionKind::Files => on_top.collect(),
        SessionKind::Room => {
            // A key that sets one fault sends all of them, so another leader's have to be known.
            let requests =
                [RoomRequest::ListPeople, RoomRequest::ReadFaults, RoomRequest::ReadSettings].map(Effect::Room);
            let seeds = state.room.hosting.as_ref().map(|hosting| hosting.seeds.clone()).unwrap_or_default();
            let seeds = (!seeds.is_empty()).then(|| Effect::Room(RoomRequest::Seed(SeedSource::Documents(seeds))));
            let record = [Effect::FollowRecord(RecordStart::Kept), Effect::ReadPolicy];
            record.into_iter().chain(requests).chain(seeds).collect()
        }
    }
}
