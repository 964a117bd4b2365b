//! Requests to end, in their order with what the user typed.
//!
//! A signal arrives by another way than keys do, and faster: keys that were pressed before it may still be unread in
//! the terminal. So a request to end goes to whatever reads the input. The reader takes in what is there, and only then
//! tells the event loop. Without a reader, the request is told at once.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::event::{EventSink, StopReason, TerminalEvent};

/// Asks the session to end, once everything that was typed before is taken in.
#[derive(Clone)]
pub struct StopSender<S> {
    requests: Sender<StopReason>,
    events: S,
}

/// The reader's side. A request that is not answered when this is dropped is told then.
pub struct StopRequests<S: EventSink> {
    requests: Receiver<StopReason>,
    events: S,
}

/// Connects whatever asks the session to end with the reader of the input.
pub fn stop_requests<S: EventSink>(events: &S) -> (StopSender<S>, StopRequests<S>) {
    // The first request counts, and further ones change nothing.
    let (sender, receiver) = channel(1);
    let events = || events.clone();
    (StopSender { requests: sender, events: events() }, StopRequests { requests: receiver, events: events() })
}

impl<S: EventSink> StopSender<S> {
    /// Asks for the end.
    pub fn send(&self, stop: StopReason) {
        match self.requests.try_send(stop) {
            Ok(()) | Err(TrySendError::Full(_)) => {}
            // Nothing is read any more. An error means that the program is ending already.
            Err(TrySendError::Closed(stop)) => drop(self.events.send(TerminalEvent::Stopped(stop))),
        }
    }
}

impl<S: EventSink> StopRequests<S> {
    /// Waits for a request. Nothing is lost if this is cancelled.
    pub(crate) async fn next(&mut self) -> StopReason {
        match self.requests.recv().await {
            Some(stop) => stop,
            // There is nothing left that could ask.
            None => std::future::pending().await,
        }
    }
}

impl<S: EventSink> Drop for StopRequests<S> {
    fn drop(&mut self) {
        self.requests.close();
        while let Ok(stop) = self.requests.try_recv() {
            // An error means that the program is ending already.
            let _ = self.events.send(TerminalEvent::Stopped(stop));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn request_is_told_if_nothing_reads() {
        let (events, mut told) = unbounded_channel::<TerminalEvent>();
        let (sender, requests) = stop_requests(&events);
        sender.send(StopReason::Terminate);
        assert!(told.try_recv().is_err(), "the reader decides when");
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
