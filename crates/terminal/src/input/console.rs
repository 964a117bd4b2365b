//! Reads the console with crossterm, on systems other than Unix.

use std::time::Instant;

use crossterm::event::EventStream;
use futures_util::{FutureExt as _, StreamExt as _};

use super::clicks::ClickCounter;
use super::early_input::EarlyInput;
use super::event;
use super::stop::StopRequests;
use crate::event::{EventSink, StopReason, TerminalEvent};
use crate::output::Output;
use crate::theme::Background;

/// Asks nothing: crossterm reads the console, and it does not pass on the replies.
pub fn ask_keyboard(_: &mut Output) {}

/// Returns what is known without asking: nothing. See [`ask_keyboard`].
#[must_use]
pub fn ask_background(_: &mut Output) -> (Background, EarlyInput) {
    (Background::Unknown, EarlyInput::default())
}

/// Reads the console until it is gone or a stop is requested.
///
/// After a stop request, everything that was typed before it is delivered first.
pub async fn read_terminal<S: EventSink>(mut stops: StopRequests<S>, events: S, _: EarlyInput) {
    let mut stream = EventStream::new();
    let mut clicks = ClickCounter::default();
    let mut asked = None;
    loop {
        let next = if asked.is_some() {
            stream.next().now_or_never().flatten()
        } else {
            tokio::select! {
                biased;
                stop = stops.next() => {
                    asked = Some(stop);
                    continue;
                }
                next = stream.next() => next,
            }
        };
        let Some(Ok(raw)) = next else { break };
        if let Some(event) = event(raw)
            && events.deliver(clicks.counted(event, Instant::now())).await.is_err()
        {
            return;
        }
    }
    // The user cannot type any more, so they cannot quit. An error means that the program is ending already.
    let _ = events.send(TerminalEvent::Stopped(asked.unwrap_or(StopReason::HangUp)));
}
