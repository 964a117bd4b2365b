//! Follows the server's record of all exchanges for as long as the session lasts.
//!
//! Only this record shows that a request is held; a client that may not read it shows the wire without the gate. A
//! stream that broke off is opened again. The exchanges in between are missing, which an event reports.

use std::time::Duration;

use client::{Client, ClientError, Exchanges};
use contract::Exchange;

use crate::effect::RecordStart;
use crate::event::Event;
use crate::inbox::EventSender;

/// The shortest and the longest delay before the record is opened again.
const RECONNECT_DELAYS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// Sends the exchanges of an open record as events until the stream breaks off.
///
/// Those for which `is_shown` returns false are left out.
pub(super) async fn forward(mut exchanges: Exchanges, events: EventSender, is_shown: fn(&Exchange) -> bool) {
    while let Ok(exchange) = exchanges.next().await {
        if !is_shown(&exchange) {
            continue;
        }
        if events.deliver(Event::Recorded(Box::new(exchange))).await.is_err() {
            return;
        }
    }
    let _ = events.deliver(Event::RecordLost).await;
}

/// Sends the exchanges that are on record as events, as far as they can be read.
async fn read_past(client: &Client, events: &EventSender) {
    let mut after = 0;
    loop {
        let page = match client.recorded_exchanges(after).await {
            Ok(page) => page,
            // The stream that follows reports what is wrong with the server.
            Err(why) => return tracing::info!(%why, "the record of earlier exchanges was not read"),
        };
        for exchange in page.exchanges {
            if events.deliver(Event::Recorded(Box::new(exchange))).await.is_err() {
                return;
            }
        }
        // A server that leads back to an earlier page would never end.
        match page.next.filter(|next| *next > after) {
            Some(next) => after = next,
            None => return,
        }
    }
}

/// Sends what the server records as events until the loop has ended.
///
/// Stops early if the server refuses to show its record.
pub(super) async fn follow(client: Client, start: RecordStart, events: EventSender) {
    let mut wait = RECONNECT_DELAYS.0;
    while !events.is_closed() {
        match client.exchanges().await {
            Ok(exchanges) => {
                wait = RECONNECT_DELAYS.0;
                if events.deliver(Event::RecordBegins).await.is_err() {
                    return;
                }
                // The stream is open already, so no exchange is missed between the two.
                if start == RecordStart::Kept {
                    read_past(&client, &events).await;
                }
                forward(exchanges, events.clone(), |_| true).await;
            }
            Err(ClientError::Lost(_)) => {}
            Err(why) => {
                tracing::info!(%why, "the server does not show its record of exchanges");
                return;
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RECONNECT_DELAYS.1);
    }
}
