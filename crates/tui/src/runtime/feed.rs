//! The server's own record of the exchanges, followed for as long as the session lasts.
//!
//! It alone tells that a request is held. A client that may not read it has the same diagram without the gate. A stream
//! that broke off is opened again; what happened in between is missing, and the screen is told that.

use std::time::Duration;

use client::{Client, ClientError, Exchanges};

use crate::event::Event;
use crate::inbox::EventSender;

/// The waits between two tries: the first, and the longest.
const RECONNECT_DELAYS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// Tells what comes of a record that was opened, until it breaks off. No exchange that began since is missed.
pub(super) async fn forward(mut exchanges: Exchanges, events: EventSender) {
    while let Ok(exchange) = exchanges.next().await {
        if events.deliver(Event::Recorded(Box::new(exchange))).await.is_err() {
            return;
        }
    }
    let _ = events.deliver(Event::RecordLost).await;
}

/// Tells what the server records until the loop has ended, or until it is clear that it will not tell us.
pub(super) async fn follow(client: Client, events: EventSender) {
    let mut wait = RECONNECT_DELAYS.0;
    while !events.is_closed() {
        match client.exchanges().await {
            Ok(exchanges) => {
                wait = RECONNECT_DELAYS.0;
                if events.deliver(Event::RecordBegins).await.is_err() {
                    return;
                }
                forward(exchanges, events.clone()).await;
            }
            Err(ClientError::Lost(_)) => {}
            Err(why) => {
                tracing::info!(%why, "the server's record is not told to us");
                return;
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RECONNECT_DELAYS.1);
    }
}
