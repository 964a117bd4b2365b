//! Stop requests, delivered after the input that was typed before them.
//!
//! A signal does not pass through the terminal, so it overtakes keys: keys that were pressed before it may still be
//! unread. So a stop request goes to the reader of the input. The reader delivers the unread input, and only then sends
//! the stop to the event loop. If there is no reader, the stop is sent to the event loop immediately.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::event::{EventSink, StopReason, TerminalEvent};

/// The side that requests a stop.
#[derive(Clone)]
pub struct StopSender<S> {
    requests: Sender<StopReason>,
    events: S,
}

/// The reader's side. When it is dropped, a request that it has not taken is sent to the event loop.
pub struct StopRequests<S: EventSink> {
    requests: Receiver<StopReason>,
    events: S,
}

/// Returns the two sides of a connection between those who request a stop and the reader of the input.
pub fn stop_requests<S: EventSink>(events: &S) -> (StopSender<S>, StopRequests<S>) {
    // Only the first request counts.
    let (sender, receiver) = channel(1);
    let events = || events.clone();
    (StopSender { requests: sender, events: events() }, StopRequests { requests: receiver, events: events() })
}

impl<S: EventSink> StopSender<S> {
    /// Requests a stop.
    pub fn send(&self, stop: StopReason) {
        match self.requests.try_send(stop) {
            Ok(()) | Err(TrySendError::Full(_)) => {}
            // There is no reader. An error means that the program is already ending.
            Err(TrySendError::Closed(stop)) => drop(self.events.send(TerminalEvent::Stopped(stop))),
        }
    }
}

impl<S: EventSink> StopRequests<S> {
    /// Waits for a request. It is safe to cancel this: no request is lost.
    pub(crate) async fn next(&mut self) -> StopReason {
        match self.requests.recv().await {
            Some(stop) => stop,
            // Every sender was dropped.
            None => std::future::pending().await,
        }
    }
}

impl<S: EventSink> Drop for StopRequests<S> {
    fn drop(&mut self) {
        self.requests.close();
        while let Ok(stop) = self.requests.try_recv() {
            // An error means that the program is already ending.
            let _ = self.events.send(TerminalEvent::Stopped(stop));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn request_without_a_reader_is_an_event() {
        let (events, mut told) = unbounded_channel::<TerminalEvent>();
        let (sender, requests) = stop_requests(&events);
        sender.send(StopReason::Terminate);
        assert!(told.try_recv().is_err(), "the reader delivers it");
        drop(requests);
        assert!(matches!(told.try_recv(), Ok(TerminalEvent::Stopped(StopReason::Terminate))));
        sender.send(StopReason::HangUp);
        assert!(matches!(told.try_recv(), Ok(TerminalEvent::Stopped(StopReason::HangUp))));
    }

    #[tokio::test]
    async fn first_of_two_requests_counts() {
        let (events, _told) = unbounded_channel::<TerminalEvent>();
        let (sender, mut requests) = stop_requests(&events);
        sender.send(StopReason::Terminate);
        sender.send(StopReason::HangUp);
        assert_eq!(requests.next().await, StopReason::Terminate);
    }
}
