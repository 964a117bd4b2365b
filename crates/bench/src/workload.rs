//! The kinds of requests that are measured.

/// A kind of request, with the status that it is measured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Workload {
    /// GET with the current tag in If-None-Match: 304.
    Revalidate,
    /// GET: 200.
    Read,
    /// PUT with the current tag in If-Match, each connection to a document of its own: 200.
    Write,
    /// PUT with a tag in If-Match, all connections to one document: 200, or 412, which has the next tag.
    Contend,
    /// PUT with the tag of an older version in If-Match: 412.
    Stale,
    /// PUT without a condition: 428.
    Unguarded,
}

impl Workload {
    /// All workloads, in the order of the table.
    pub(crate) const ALL: [Self; 6] =
        [Self::Revalidate, Self::Read, Self::Write, Self::Contend, Self::Stale, Self::Unguarded];

    /// Returns the numbers of connections with which the workload is measured.
    pub(crate) fn connection_counts(self) -> &'static [usize] {
        match self {
            Self::Revalidate | Self::Write => &[1, 16, 64],
            Self::Read | Self::Contend | Self::Stale | Self::Unguarded => &[16, 64],
        }
    }

    /// Returns the name of the workload in a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Revalidate => "GET, If-None-Match: 304",
            Self::Read => "GET: 200",
            Self::Write => "PUT, If-Match, own: 200",
            Self::Contend => "PUT, If-Match, one: 200, 412",
            Self::Stale => "PUT, If-Match, stale: 412",
            Self::Unguarded => "PUT: 428",
        }
    }
}
