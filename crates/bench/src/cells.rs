//! The cells of the table: a workload, a server, and a number of connections.

use crate::workload::Workload;

/// The numbers of concurrent connections: one person, a room, a crowd.
pub(crate) const CONNECTION_COUNTS: [usize; 3] = [1, 16, 64];

/// The server on which a cell is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServerUnderTest {
    /// The bare route.
    Bare,
    /// The server with as many documents as a room writes.
    Few,
    /// The server with very many documents, of which as many are read as of the few.
    Many,
    /// The server with very many documents, of which all are read in turn: more than its memory may hold.
    AllOfMany,
    /// The server with few documents, while many watch others.
    Watched,
}

/// The kinds of work, in the order of the table.
pub(crate) const WORKLOADS: [Workload; 5] =
    [Workload::Revalidate, Workload::Read, Workload::Write, Workload::Contend, Workload::Unguarded];

/// A cell of the table: server, workload (its place in [`WORKLOADS`]) and number of connections.
pub(crate) type CellKey = (ServerUnderTest, usize, usize);

/// The workloads that are measured with very many documents, and again with few, in turns.
pub(crate) const COMPARED_CELLS: [(usize, usize); 2] = [(0, 16), (2, 64)];
