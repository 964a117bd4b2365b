//! The things that are measured.

/// A thing that is measured, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PostgresCase {
    Pgbench,
    PgbenchNumbered,
    PgbenchNotified,
    OneServer,
    ThreeServers,
    BareSelect,
    Revalidate,
    ContendSqlite,
    Contend,
    ContendThreeServers,
}

impl PostgresCase {
    pub(super) const ALL: [Self; 10] = [
        Self::Pgbench,
        Self::OneServer,
        Self::ThreeServers,
        Self::PgbenchNumbered,
        Self::PgbenchNotified,
        Self::BareSelect,
        Self::Revalidate,
        Self::ContendSqlite,
        Self::Contend,
        Self::ContendThreeServers,
    ];

    /// Returns the name in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pgbench => "pgbench: lock, insert, update",
            Self::PgbenchNumbered => "pgbench, numbered events",
            Self::PgbenchNotified => "pgbench, numbered, NOTIFY",
            Self::OneServer => "PUT, own: one server",
            Self::ThreeServers => "PUT, own: three servers",
            Self::BareSelect => "bare axum, one select: 304",
            Self::Revalidate => "GET, If-None-Match: 304",
            Self::ContendSqlite => "PUT, one document: SQLite",
            Self::Contend => "PUT, one document: one server",
            Self::ContendThreeServers => "PUT, one document: three",
        }
    }

    /// Returns whether it is one of pgbench alone, without a server.
    pub(super) fn is_pgbench(self) -> bool {
        matches!(self, Self::Pgbench | Self::PgbenchNumbered | Self::PgbenchNotified)
    }

    /// Returns the numbers of connections with which it is measured.
    pub(super) fn connection_counts(self) -> &'static [usize] {
        match self {
            Self::Pgbench | Self::OneServer | Self::BareSelect | Self::Revalidate => &[1, 16, 64],
            Self::ThreeServers | Self::ContendSqlite | Self::Contend | Self::ContendThreeServers => &[16, 64],
            Self::PgbenchNumbered | Self::PgbenchNotified => &[64],
        }
    }
}
