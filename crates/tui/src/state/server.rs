//! The server as it is known here: its address, its policy, its gate, and what crossed the wire.

use precondition::Policy;
use precondition::policy::Preconditions;

use crate::gate::GateView;
use crate::wire::{PanelMode, Wire};

/// What is known of the server.
#[derive(Debug, Clone)]
pub(crate) struct ServerView {
    /// Its address, to be shown.
    pub(crate) address: String,
    /// Its policy, as far as it is known.
    pub(crate) policy: Option<Policy>,
    /// The policy that a response has contradicted, while it is read again.
    pub(crate) doubted_policy: Option<Policy>,
    /// What it shall insist on, while a change is under way.
    pub(crate) wanted: Option<Preconditions>,
    /// Its gate, as far as it is known.
    pub(crate) gate: GateView,
    /// The exchanges with it.
    pub(crate) wire: Wire,
    /// How the wire panel shows them.
    pub(crate) wire_shown: PanelMode,
}
