//! The cells of the table: a workload, a number of connections, and a server.

use crate::workload::Workload;

/// The most connections that write at the same time.
pub(crate) const MAX_WRITERS: usize = 64;

/// The server on which a cell is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServerUnderTest {
    /// `ifmatch serve` with as many documents as a room writes.
    Few,
    /// `ifmatch serve` with very many documents. As few of them are read as in [`Few`](Self::Few).
    Many,
    /// `ifmatch serve` with more documents than its memory may hold. All of them are read in turn.
    AllOfMany,
    /// `ifmatch serve` with few documents, while many watch others.
    Watched,
    /// The bare route.
    Bare,
    /// The yardstick.
    Yardstick,
    /// lighttpd. It, nginx and etcd are installed from Debian's packages.
    Lighttpd,
    /// nginx.
    Nginx,
    /// etcd.
    Etcd,
}

impl ServerUnderTest {
    /// Returns the name of the server in a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Few => "ifmatch",
            Self::Many => "ifmatch, many",
            Self::AllOfMany => "ifmatch, many, all",
            Self::Watched => "ifmatch, watched",
            Self::Bare => "bare axum",
            Self::Yardstick => "yardstick",
            Self::Lighttpd => "lighttpd",
            Self::Nginx => "nginx",
            Self::Etcd => "etcd",
        }
    }

    /// Returns whether the workload is measured on this server, in the rounds of the table.
    pub(crate) fn supports(self, workload: Workload) -> bool {
        match self {
            Self::Few | Self::Yardstick => true,
            Self::Bare | Self::Nginx => matches!(workload, Workload::Revalidate | Workload::Read),
            Self::Lighttpd => workload != Workload::Unguarded,
            Self::Etcd => matches!(workload, Workload::Write | Workload::Contend),
            Self::Many | Self::AllOfMany | Self::Watched => false,
        }
    }
}

/// A cell of the table: workload, number of connections and server.
pub(crate) type CellKey = (Workload, usize, ServerUnderTest);

/// The workloads that are measured with very many documents, and again with few, in turns.
pub(crate) const COMPARED_CELLS: [(Workload, usize); 4] =
    [(Workload::Revalidate, 16), (Workload::Read, 16), (Workload::Write, 64), (Workload::Stale, 16)];

/// The workloads that are measured while many clients watch, and again while none does, in turns.
pub(crate) const WATCHED_CELLS: [(Workload, usize); 2] = [(Workload::Revalidate, 16), (Workload::Write, 64)];
