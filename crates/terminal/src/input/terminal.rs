//! Reads the terminal's keys, pastes, clicks and sizes as events, on Unix.

use std::time::{Duration, Instant};

use crossterm::event::Event as Raw;
use signal_hook::consts::SIGCONT;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use super::clicks::ClickCounter;
use super::early_input::EarlyInput;
use super::event;
use super::stop::StopRequests;
use super::tty::{DRAIN_PATIENCE, Tty, TtyRead, size};
use super::wheel;
use crate::event::{EventSink, StopReason, TerminalEvent};

/// Reads the terminal until it is gone or a stop is requested.
///
/// `early` is what arrived before. After a stop request, everything that was typed before it is delivered first.
pub async fn read_terminal<S: EventSink>(mut stops: StopRequests<S>, events: S, early: EarlyInput) {
    let stop = match Tty::open() {
        Ok(tty) => tokio::select! {
            stop = read(tty, early, &mut stops, &events) => stop,
            () = send_sizes(&events) => StopReason::HangUp,
        },
        Err(error) => {
            tracing::warn!(%error, "the terminal cannot be read");
            StopReason::HangUp
        }
    };
    // The user cannot type any more, so they cannot quit. An error means that the program is ending already.
    let _ = events.send(TerminalEvent::Stopped(stop));
}

/// Delivers keys, pastes and clicks. Returns the reason for which there are no more.
async fn read<S: EventSink>(mut tty: Tty, early: EarlyInput, stops: &mut StopRequests<S>, events: &S) -> StopReason {
    let EarlyInput { decoder: mut input, events: arrived, has_keyboard_protocol } = early;
    let mut clicks = ClickCounter::default();
    let reported = has_keyboard_protocol.then_some(TerminalEvent::KeyboardProtocol);
    for event in reported.into_iter().chain(arrived.into_iter().filter_map(event)) {
        if events.deliver(event).await.is_err() {
            return StopReason::HangUp;
        }
    }
    let mut asked = None;
    loop {
        let patience = input.timeout().filter(|_| asked.is_none());
        let read = tokio::select! {
            biased;
            stop = stops.next(), if asked.is_none() => {
                asked = Some(stop);
                tty.drain();
                continue;
            }
            read = tty.read() => Some(read),
            () = sleep(DRAIN_PATIENCE), if asked.is_some() => Some(TtyRead::Drained),
            () = sleep(patience.unwrap_or_default()), if patience.is_some() => None,
        };
        let is_last = matches!(read, Some(TtyRead::Drained | TtyRead::Gone));
        let told = match read {
            Some(TtyRead::Bytes(bytes)) => input.push(&bytes),
            // Nothing follows, so an incomplete sequence stays incomplete.
            Some(TtyRead::Drained | TtyRead::Gone) => input.expire(Duration::MAX),
            // Ctrl-D, typed while another program had switched off raw mode.
            Some(TtyRead::EndOfFile) => continue,
            // On a busy machine, the timeout may pass before we read bytes that arrived in time.
            None if tty.has_input() => continue,
            None => input.expire(patience.unwrap_or_default()),
        };
        for event in input.take_reports().into_iter().chain(wheel::joined(told.into_iter().filter_map(event))) {
            if events.deliver(clicks.counted(event, Instant::now())).await.is_err() {
                return StopReason::HangUp;
            }
        }
        if is_last {
            return asked.unwrap_or(StopReason::HangUp);
        }
    }
}

/// Sends the terminal's size each time that it may have changed, until the program ends.
///
/// A stopped or background process gets no signal when the size changes. So the size is sent after SIGCONT as well.
async fn send_sizes(events: &impl EventSink) {
    let (Ok(mut changed), Ok(mut continued)) =
        (signal(SignalKind::window_change()), signal(SignalKind::from_raw(SIGCONT)))
    else {
        tracing::warn!("cannot watch the terminal's size");
        return std::future::pending().await;
    };
    loop {
        tokio::select! {
            _ = changed.recv() => {}
            _ = continued.recv() => {}
        }
        if let Some((width, height)) = size()
            && let Some(event) = event(Raw::Resize(width, height))
            && events.send(event).is_err()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::input::stop::stop_requests;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    /// Returns the stop and the events if these bytes are unread when a stop is requested.
    async fn stop_with_unread(unread: &[u8]) -> (StopReason, UnboundedReceiver<TerminalEvent>) {
        let (mut keyboard, terminal) = UnixStream::pair().unwrap();
        keyboard.write_all(unread).unwrap();
        let (events, received) = unbounded_channel();
        let (sender, mut stops) = stop_requests(&events);
        sender.send(StopReason::Terminate);
        (read(Tty::of(terminal.into()).unwrap(), EarlyInput::default(), &mut stops, &events).await, received)
    }

    #[tokio::test]
    async fn unread_keys_are_delivered_before_the_stop() {
        let words = "words ".repeat(20_000);
        let (stop, mut events) = stop_with_unread(words.as_bytes()).await;
        assert_eq!(stop, StopReason::Terminate);
        let mut typed = String::new();
        while let Ok(event) = events.try_recv() {
            let TerminalEvent::Pasted(text) = event else { panic!("{event:?}") };
            typed.push_str(&text);
        }
        assert!(typed == words, "{} of {} bytes", typed.len(), words.len());
    }

    #[tokio::test]
    async fn unfinished_paste_is_delivered_before_the_stop() {
        let (_, mut events) = stop_with_unread(b"\x1b[200~not the whole").await;
        assert!(matches!(events.try_recv(), Ok(TerminalEvent::Pasted(text)) if text == "not the whole"));
        assert!(events.try_recv().is_err());
    }
}
