//! The server as the program knows it: its address, its policy, its gate, and the exchanges with it.

use contract::Exchange;
use precondition::Policy;
use precondition::policy::Preconditions;
use traffic::room::Editing;

use crate::gate::GateView;
use crate::server_document::ServerDocument;
use crate::server_names::ServerNames;
use crate::wire::{PanelMode, Wire};

/// The server as the program knows it.
#[derive(Debug, Clone)]
pub(crate) struct ServerView {
    /// The server's address, for display.
    pub(crate) address: String,
    /// The names of the servers, if a room has several.
    pub(crate) names: ServerNames,
    /// The server's policy, or `None` if it is not known.
    pub(crate) policy: Option<Policy>,
    /// The policy that a response contradicted, while the policy is being read again.
    pub(crate) doubted_policy: Option<Policy>,
    /// The precondition policy that was requested, while the change is in flight.
    pub(crate) wanted: Option<Preconditions>,
    /// The server's gate.
    pub(crate) gate: GateView,
    /// On the stage: a document as the server has it.
    pub(crate) document: ServerDocument,
    /// The exchanges with the server.
    pub(crate) wire: Wire,
    /// The state of the editor that its requests report.
    pub(crate) told_editing: Option<Editing>,
    /// How the wire panel shows them.
    pub(crate) wire_shown: PanelMode,
}

impl ServerView {
    /// Returns the short name of the server that received a request, if a room has several.
    pub(crate) fn name_of<'a>(&'a self, exchange: &'a Exchange) -> Option<&'a str> {
        let origin = exchange.server.as_deref()?;
        Some(self.names.short(origin).unwrap_or(origin))
    }
}
