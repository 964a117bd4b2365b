//! The server's gate, as this client knows it: what the gate holds, and which changes are under way.
//!
//! The requests that wait at the gate are in the wire (`crate::wire`), because users look at requests there. `update`
//! has what the keys do; [`crate::runtime`] sends the requests to the gate.

use contract::Hold;

/// A request to a server's gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateRequest {
    /// Report what the gate holds, and which requests wait.
    Look,
    /// Report which requests of this client wait, since the server shows no others.
    LookAtOwn,
    /// Hold these requests from now on, at most until this program ends.
    Hold(Hold),
    /// Release the request with this number, which is the server's.
    LetGo(u64),
    /// Release these requests in this order, and then all others in the order of their arrival.
    LetAllGo {
        /// The server's numbers.
        first: Vec<u64>,
    },
    /// Release the request with this number, and lose its response.
    LoseAnswerOf(u64),
    /// Release the request with this number, which the proxy sends twice.
    SendTwice(u64),
    /// Hold nothing and release all requests, because the leader leaves.
    Open,
}

/// The gate, as far as this client knows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct GateView {
    /// The requests that the gate holds, as last reported; `None` before the first report.
    pub(crate) hold: Option<Hold>,
    /// The hold that the user wants, until the server confirms it.
    pub(crate) wanted: Option<Hold>,
    /// Whether the server refuses to let this client lead the gate.
    pub(crate) is_withheld: bool,
    /// The paths of this client's own requests that wait, as far as only those are shown.
    pub(crate) own_held: Vec<String>,
    /// Whether this client set the present hold.
    pub(crate) is_mine: bool,
    /// Whether the server's record is followed, which shows the held requests of all clients.
    pub(crate) follows: bool,
    /// Our number for the write whose response is about to be lost.
    pub(crate) losing: Option<u64>,
}

/// Returns the next hold for the key that cycles through all of them.
pub(crate) const fn next_hold(hold: Hold) -> Hold {
    match hold {
        Hold::None => Hold::Writes,
        Hold::Writes => Hold::All,
        Hold::All => Hold::None,
    }
}
