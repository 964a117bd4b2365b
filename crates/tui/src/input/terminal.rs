//! The terminal's keys, pastes, clicks and sizes, as events.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossterm::event::Event as Raw;
use signal_hook::consts::SIGCONT;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use super::bursts::Bursts;
use super::decoder::Decoder;
use super::event;
use super::tty::{Read, Tty, size};
use crate::event::{Event, Stop};
use crate::inbox::EventSender;

/// What was read and not told yet, because it may be a part of something longer. It is shared, so that nothing of a paste
/// is lost if the program is asked to end before the paste has.
#[derive(Clone, Default)]
pub(crate) struct Pending(Arc<Mutex<Input>>);

impl Pending {
    /// Tells what it means if nothing follows.
    pub(super) fn tell(&self, events: &EventSender) {
        for event in self.lock().expire(Duration::MAX).into_iter().filter_map(event) {
            // An error means that the program is ending already.
            let _ = events.send(event);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Input> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the terminal until it is gone.
pub(crate) async fn read_terminal(pending: Pending, events: EventSender) {
    match Tty::open() {
        Ok(mut tty) => tokio::select! {
            () = read(&mut tty, &pending, &events) => {}
            () = tell_sizes(&events) => {}
        },
        Err(error) => tracing::warn!(%error, "the terminal cannot be read"),
    }
    pending.tell(&events);
    // Nobody can type any more, so nobody can quit. An error means that the program is ending already.
    let _ = events.send(Event::Stopped(Stop::HangUp));
}

/// Tells keys, pastes and clicks until the terminal is gone, or until the program ends.
async fn read(tty: &mut Tty, pending: &Pending, events: &EventSender) {
    loop {
        let patience = pending.lock().patience();
        let read = tokio::select! {
            biased;
            read = tty.read() => Some(read),
            () = sleep(patience.unwrap_or_default()), if patience.is_some() => None,
        };
        let told = match read {
            Some(Read::Bytes(bytes)) => pending.lock().push(&bytes),
            Some(Read::Gone) => return,
            // Another program set the terminal so for a moment.
            Some(Read::EndOfFile) => continue,
            // On a busy machine the time may be over before what came in time was read.
            None if tty.has_input() => continue,
            None => pending.lock().expire(patience.unwrap_or_default()),
        };
        for event in told.into_iter().filter_map(event) {
            if events.deliver(event).await.is_err() {
                return;
            }
        }
    }
}

/// Tells the terminal's size each time that it may have changed, until the program ends.
///
/// A process that is stopped, or in the background, gets no signal when the size changes. So the size is told after each
/// stop as well.
async fn tell_sizes(events: &EventSender) {
    let (Ok(mut changed), Ok(mut continued)) =
        (signal(SignalKind::window_change()), signal(SignalKind::from_raw(SIGCONT)))
    else {
        tracing::warn!("changes of the terminal's size will not be seen");
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

/// From bytes to events, with time as one of them.
#[derive(Default)]
struct Input {
    decoder: Decoder,
    bursts: Bursts,
}

impl Input {
    fn push(&mut self, bytes: &[u8]) -> Vec<Raw> {
        self.bursts.gather(self.decoder.push(bytes))
    }

    fn patience(&self) -> Option<Duration> {
        self.decoder.patience().into_iter().chain(self.bursts.patience()).min()
    }

    /// Takes note that nothing was read for that long.
    fn expire(&mut self, silence: Duration) -> Vec<Raw> {
        if self.bursts.patience().is_some_and(|patience| patience <= silence) {
            self.bursts.expire();
        }
        if self.decoder.patience().is_some_and(|patience| patience <= silence) {
            return self.bursts.gather(self.decoder.expire());
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pending_can_be_told_at_once() {
        let pending = Pending::default();
        let (sender, mut events) = crate::inbox::inbox();
        assert!(pending.lock().push(b"\x1b[200~not the whole").is_empty());
        pending.tell(&sender);
        assert!(matches!(events.try_recv(), Some(Event::Pasted(text)) if text == "not the whole"));
        pending.tell(&sender);
        assert!(events.try_recv().is_none(), "it is told once");
    }

    /// A pause in a paste without brackets does not end what the decoder waits for.
    #[test]
    fn each_wait_has_its_own_time() {
        let mut input = Input::default();
        input.push(format!("{}\x1b[200~pasted", "x".repeat(100)).as_bytes());
        let short = input.patience().expect("both wait");
        assert!(input.expire(short).is_empty());
        let long = input.patience().expect("the paste is open");
        assert!(long > short);
        assert_eq!(input.expire(long), [Raw::Paste("pasted".to_owned())]);
        assert_eq!(input.patience(), None);
    }
}
