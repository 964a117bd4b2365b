//! A room as its leader sees it: the people, the counters, and the faults that were asked for.
//!
//! The people and the counters are a model of their own, [`traffic::room`]; here is only what the screen adds.

use contract::FaultSettings;
use traffic::room::{Room, RosterOrder};

/// The people who use a server, and how they are shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoomView {
    pub(crate) room: Room,
    pub(crate) order: RosterOrder,
    /// The faults that the server injects, as far as this session has set them.
    pub(crate) faults: FaultSettings,
}
