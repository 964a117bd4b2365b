//! The cells of the table: what is measured, and on which server.

use crate::work::Kind;

/// How many connections there are at once: one person, a room, a crowd.
pub(crate) const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// On which server a cell is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum On {
    /// The bare route.
    Bare,
    /// The server with as many documents as a room writes.
    Few,
    /// The server with very many, of which as many are asked for as of the few.
    Many,
    /// The same, where all of these are read in turn, and no memory that is bounded can hold them.
    AllOfMany,
    /// The server with few documents, while many watch others.
    Watched,
}

/// The number of a kind of work, for the order of the table.
pub(crate) const KINDS: [Kind; 5] = [Kind::Revalidate, Kind::Read, Kind::Write, Kind::Contend, Kind::Unguarded];

/// A cell of the table: on which server, what (its place in [`KINDS`]), over how many connections.
pub(crate) type Key = (On, usize, usize);

/// What is measured with very many documents, and again with few, in turns.
pub(crate) const COMPARED: [(usize, usize); 2] = [(0, 16), (2, 64)];
