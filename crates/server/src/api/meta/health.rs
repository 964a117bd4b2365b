//! `GET /healthz`: whether the server and its store are alive.

use std::time::Duration;

use axum::response::Response;
use serde_json::json;
use store::FollowerStatus;

use crate::fields::cache_control::NO_STORE;
use crate::http::representation;
use crate::problem::Refusal;
use crate::state::ServerState;

/// How long the events of other servers may take. A server that hears nothing asks every second.
const LATE: Duration = Duration::from_secs(5);

pub(crate) async fn healthz(app: &ServerState) -> Result<Response, Refusal> {
    app.store.health().await?;
    let mut health = json!({"status": "ok", "store": "ok"});
    if let Some(status) = app.store.database_status() {
        health["events"] = if is_late(&status.events) { "late" } else { "ok" }.into();
    }
    Ok(representation::json(&health, NO_STORE))
}

/// Returns whether this server does not hear in time what others write.
///
/// Its events then arrive late, in their order. Clients need not be sent to another server.
fn is_late(events: &FollowerStatus) -> bool {
    !events.is_connected || events.behind > LATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_late_without_a_connection_or_after_five_seconds() {
        let heard = FollowerStatus { is_connected: true, published: 0, behind: LATE, losses: 0 };
        assert!(!is_late(&heard));
        assert!(is_late(&FollowerStatus { is_connected: false, ..heard }));
        assert!(is_late(&FollowerStatus { behind: LATE + Duration::from_millis(1), ..heard }));
    }
}
