//! The cells of the table: what is measured, and on which server.

use crate::workload::Workload;

/// How many connections there are at once: one person, a room, a crowd.
pub(crate) const CONNECTION_COUNTS: [usize; 3] = [1, 16, 64];

/// On which server a cell is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServerUnderTest {
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
pub(crate) const WORKLOADS: [Workload; 5] =
    [Workload::Revalidate, Workload::Read, Workload::Write, Workload::Contend, Workload::Unguarded];

/// A cell of the table: on which server, what (its place in [`WORKLOADS`]), over how many connections.
pub(crate) type CellKey = (ServerUnderTest, usize, usize);

/// What is measured with very many documents, and again with few, in turns.
pub(crate) const COMPARED_CELLS: [(usize, usize); 2] = [(0, 16), (2, 64)];
