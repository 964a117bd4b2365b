//! The clock, and the time that a query takes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use precondition::HttpDate;
use tokio::time::sleep;

/// How long a server takes from the answer to one query to the next one.
///
/// It is far longer than a client needs to send two saves at once, so a race finds the gap each time.
const QUERY_TIME: Duration = Duration::from_millis(40);

/// The times that the responses of a server depend on. Tests have their own.
#[async_trait]
pub trait NoteTiming: Send + Sync {
    /// Returns the time of day, in whole seconds.
    fn now(&self) -> HttpDate;

    /// Waits as long as a query of a database takes.
    async fn query(&self);
}

/// The clock of the system, and a database that answers after 40 ms.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemTiming;

#[async_trait]
impl NoteTiming for SystemTiming {
    fn now(&self) -> HttpDate {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        HttpDate::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    async fn query(&self) {
        sleep(QUERY_TIME).await;
    }
}
