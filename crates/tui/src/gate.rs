//! The server's gate, as its leader knows it: what it holds, and what was asked of it.
//!
//! Which requests wait at the gate is known to the wire (`crate::wire`), because people look at requests. Here is the
//! rest: whether the server lets this client lead at all, and what was asked that the server has not confirmed yet.
//! `update` has what the keys do, [`crate::runtime`] how the server is asked.

use contract::Hold;

/// A request to a server's gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateRequest {
    /// To know what it holds, and who waits.
    Look,
    /// That it holds such requests from now on, and no longer than this program lives.
    Hold(Hold),
    /// That one goes on, by the server's number.
    LetGo(u64),
    /// That these go on, one after the other, and then all others in the order of their arrival.
    LetAllGo {
        /// The server's numbers.
        first: Vec<u64>,
    },
    /// That one goes on, and that its response is lost.
    LoseAnswerOf(u64),
    /// That nothing is held any more, and all go on: the leader leaves.
    Open,
}

/// The gate, as far as it is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct GateView {
    /// What it holds; `None` while that is not known.
    pub(crate) hold: Option<Hold>,
    /// What it shall hold, while a change is under way.
    pub(crate) wanted: Option<Hold>,
    /// Whether the server said that it is not ours to lead.
    pub(crate) is_withheld: bool,
    /// Whether it was told from here to hold what it holds.
    pub(crate) is_mine: bool,
    /// Whether the server's record is followed: who leads sees who waits.
    pub(crate) follows: bool,
    /// Our number for the write whose answer is about to be lost.
    pub(crate) losing: Option<u64>,
}

/// Returns what is held next, if one key goes through all of it.
pub(crate) const fn next_hold(hold: Hold) -> Hold {
    match hold {
        Hold::None => Hold::Writes,
        Hold::Writes => Hold::All,
        Hold::All => Hold::None,
    }
}
