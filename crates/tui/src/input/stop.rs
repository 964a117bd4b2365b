//! Requests to end, in their order with what the user typed.
//!
//! A signal arrives by another way than keys do, and faster: keys that were pressed before it may still be unread in
//! the terminal. So a request to end goes to whatever reads the input. The reader takes in what is there, and only then
//! tells the event loop. Without a reader, the request is told at once.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::event::{Event, StopReason};
use crate::inbox::EventSender;

/// Asks the session to end, once everything that was typed before is taken in.
#[derive(Clone)]
pub(crate) struct StopSender {
    requests: Sender<StopReason>,
    events: EventSender,
}

/// The reader's side. A request that is not answered when this is dropped is told then.
pub(crate) struct StopRequests {
    requests: Receiver<StopReason>,
    events: EventSender,
}

/// Connects whatever asks the session to end with the reader of the input.
pub(crate) fn stop_requests(events: &EventSender) -> (StopSender, StopRequests) {
    // The first request counts, and further ones change nothing.
    let (sender, receiver) = channel(1);
    let events = || events.clone();
    (StopSender { requests: sender, events: events() }, StopRequests { requests: receiver, events: events() })
}

impl StopSender {
    /// Asks for the end.
    pub(crate) fn send(&self, stop: StopReason) {
        match self.requests.try_send(stop) {
            Ok(()) | Err(TrySendError::Full(_)) => {}
            // Nothing is read any more. An error means that the program is ending already.
            Err(TrySendError::Closed(stop)) => drop(self.events.send(Event::Stopped(stop))),
        }
    }
}

impl StopRequests {
    /// Waits for a request. Nothing is lost if this is cancelled.
    pub(crate) async fn next(&mut self) -> StopReason {
        match self.requests.recv().await {
            Some(stop) => stop,
            // There is nothing left that could ask.
            None => std::future::pending().await,
        }
    }
}

impl Drop for StopRequests {
    fn drop(&mut self) {
        self.requests.close();
        while let Ok(stop) = self.requests.try_recv() {
            // An error means that the program is ending already.
            let _ = self.events.send(Event::Stopped(stop));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::inbox;

    #[test]
    fn request_is_told_if_nothing_reads() {
        let (events, mut told) = inbox();
        let (sender, requests) = stop_requests(&events);
        sender.send(StopReason::Terminate);
        assert!(told.try_recv().is_none(), "the reader decides when");
        drop(requests);
        assert!(matches!(told.try_recv(), Some(Event::Stopped(StopReason::Terminate))));
        sender.send(StopReason::HangUp);
        assert!(matches!(told.try_recv(), Some(Event::Stopped(StopReason::HangUp))));
    }

    #[tokio::test]
    async fn first_of_two_requests_counts() {
        let (events, _told) = inbox();
        let (sender, mut requests) = stop_requests(&events);
        sender.send(StopReason::Terminate);
        sender.send(StopReason::HangUp);
        assert_eq!(requests.next().await, StopReason::Terminate);
    }
}
