//! The server of a room that ends with the leader's screen: how people join it, and what its end means.

use std::fmt;

use crate::seed::SeedDocument;

/// The facts about a server that runs in this process.
#[derive(Clone, PartialEq, Eq)]
pub struct RoomHosting {
    /// The address for other machines, such as `http://192.0.2.7:4280`.
    pub address: String,
    /// The command with which a person joins.
    pub command: String,
    /// How people join, in lines; the room's code is among them, if there is one.
    pub join: Vec<String>,
    /// How the leader leads from another machine, in lines that only the leader may see.
    pub leader: Vec<String>,
    /// The store of the documents, as the command line names it.
    pub store: String,
    /// Whether the documents outlive the server.
    pub is_lasting: bool,
    /// The documents that are created when the screen opens, unless they exist.
    pub seeds: Vec<SeedDocument>,
    /// The server behind the proxy, if the hosted server is a proxy, which has no documents of its own.
    pub forwards_to: Option<String>,
}

impl fmt::Debug for RoomHosting {
    /// Hides the codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomHosting")
            .field("address", &self.address)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
