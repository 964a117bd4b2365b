//! Reading the console where there is no terminal of Unix: by the library that draws.

use crossterm::event::EventStream;
use futures_util::StreamExt as _;

use super::event;
use crate::event::{Event, Stop};
use crate::inbox::EventSender;

/// What was read and not told yet: that is the library's business.
#[derive(Clone, Default)]
pub(crate) struct Pending;

/// Reads the console until it is gone.
pub(crate) async fn read_terminal(_: Pending, events: EventSender) {
    let mut stream = EventStream::new();
    while let Some(Ok(raw)) = stream.next().await {
        if let Some(event) = event(raw)
            && events.deliver(event).await.is_err()
        {
            return;
        }
    }
    // Nobody can type any more, so nobody can quit.
    let _ = events.send(Event::Stopped(Stop::HangUp));
}
