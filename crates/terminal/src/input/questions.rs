//! Asks the terminal for its background and its keyboard protocol, once, before its keys are read.
//!
//! The keys that were typed meanwhile are kept. The decoder of this moment then goes on to decode everything else, so
//! that a reply which comes later, or in pieces, is still recognised.

use std::io::{Write as _, stdin};
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::early_input::EarlyInput;
use super::reply::{KEYBOARD_QUESTION, QUESTIONS, TerminalReply, reported_background};
use crate::foreground::is_in_foreground;
use crate::output::Output;
use crate::theme::Background;

/// The longest wait for the replies.
const REPLY_TIMEOUT: Duration = Duration::from_millis(100);

/// Asks whether the terminal has kitty's keyboard protocol, and waits for nothing.
///
/// A terminal that has it answers, which is delivered as
/// [`TerminalEvent::KeyboardProtocol`](crate::event::TerminalEvent::KeyboardProtocol).
pub fn ask_keyboard(output: &mut Output) {
    // The reply would come to another job. A failed write is noticed by the next frame.
    if is_in_foreground() {
        let _ = output.write_all(KEYBOARD_QUESTION).and_then(|()| output.flush());
    }
}

/// Asks the terminal for its background, and waits for at most 100 ms.
///
/// The terminal must be in raw mode: otherwise, its reply would be shown. A reply that comes later is delivered as
/// [`TerminalEvent::Background`](crate::event::TerminalEvent::Background).
#[must_use]
pub fn ask_background(output: &mut Output) -> (Background, EarlyInput) {
    let mut early = EarlyInput::default();
    // The reply would come to another job.
    if !is_in_foreground() || output.write_all(QUESTIONS).and_then(|()| output.flush()).is_err() {
        return (Background::Unknown, early);
    }
    early.decoder.expect_replies();
    let mut replies = Vec::new();
    let (begun, mut bytes) = (Instant::now(), [0; 4096]);
    while !replies.contains(&TerminalReply::Attributes) {
        let left = REPLY_TIMEOUT.saturating_sub(begun.elapsed());
        let Some(read) = read_within(left, &mut bytes) else { break };
        early.events.extend(early.decoder.push(&bytes[..read]));
        replies.extend(early.decoder.take_replies());
    }
    let background = reported_background(&replies);
    early.has_keyboard_protocol = replies.contains(&TerminalReply::Keyboard);
    tracing::debug!(?background, ?replies, micros = begun.elapsed().as_micros(), "the terminal was asked");
    (background.unwrap_or(Background::Unknown), early)
}

/// Reads some bytes of standard input, or returns `None` if none arrive in time, or no more will.
fn read_within(patience: Duration, bytes: &mut [u8]) -> Option<usize> {
    let input = stdin();
    let begun = Instant::now();
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        let left = Timespec { tv_sec: 0, tv_nsec: left.subsec_nanos().into() };
        let mut polled = [PollFd::from_borrowed_fd(input.as_fd(), PollFlags::IN)];
        match poll(&mut polled, Some(&left)) {
            Err(Errno::INTR) => {}
            Ok(ready) if ready > 0 => match rustix::io::read(input.as_fd(), &mut *bytes) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                // `read_terminal` finds out why, and reports it.
                Ok(0) | Err(_) => return None,
                Ok(read) => return Some(read),
            },
            Ok(_) | Err(_) => return None,
        }
    }
}
