//! The clock of the database, by which all servers judge dates.
//!
//! Servers have clocks of their own, which may differ. `If-Unmodified-Since` names a time in the future if no version
//! of that time can have been read yet, on any server: so one clock has to tell. Versions get the time of their
//! server's clock, but never one in the future of the database's.

use contract::Timestamp;
use tokio_postgres::Row;

use super::error::PostgresError;
use super::rows::unsigned;
use super::session::Session;

/// The time by the clock of the database, in milliseconds, during a transaction too.
pub(super) const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT AS now";

/// Returns the time by the clock of the database.
pub(super) async fn now(session: Session<'_>) -> Result<Timestamp, PostgresError> {
    let rows = session.query(NOW, &[]).await?;
    let row = rows.first().ok_or(PostgresError::Unreadable("now"))?;
    in_row(row)
}

/// Returns the time in a row with the column `now`.
pub(super) fn in_row(row: &Row) -> Result<Timestamp, PostgresError> {
    Ok(Timestamp::from_millis(unsigned(row, "now")?))
}
