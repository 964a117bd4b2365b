//! Decodes everything that a terminal sends: keys, pastes with and without brackets, and replies.

use std::time::Duration;

use crossterm::event::Event as Raw;

use super::bursts::Bursts;
use super::decoder::Decoder;
use super::reply::TerminalReply;
use crate::event::TerminalEvent;
use crate::theme::Background;

/// The decoder of the terminal's bytes together with the recognition of unbracketed pastes.
#[derive(Debug, Default)]
pub(super) struct InputDecoder {
    decoder: Decoder,
    bursts: Bursts,
}

impl InputDecoder {
    /// Expects replies to the questions that are sent to the terminal now.
    pub(super) fn expect_replies(&mut self) {
        self.decoder.expect_replies();
    }

    /// Returns the replies that have arrived since the last call.
    pub(super) fn take_replies(&mut self) -> Vec<TerminalReply> {
        self.decoder.take_replies()
    }

    /// Returns what the terminal has reported about itself since the last call.
    pub(super) fn take_reports(&mut self) -> Vec<TerminalEvent> {
        let reported = |reply: TerminalReply| match reply {
            TerminalReply::Background(color) => Some(TerminalEvent::Background(Background::of(color))),
            TerminalReply::Keyboard => Some(TerminalEvent::KeyboardProtocol),
            TerminalReply::Attributes => None,
        };
        self.take_replies().into_iter().filter_map(reported).collect()
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Raw> {
        self.bursts.gather(self.decoder.push(bytes))
    }

    pub(super) fn timeout(&self) -> Option<Duration> {
        self.decoder.timeout().into_iter().chain(self.bursts.timeout()).min()
    }

    /// Returns the events that are complete because nothing was read for that long.
    pub(super) fn expire(&mut self, silence: Duration) -> Vec<Raw> {
        if self.bursts.timeout().is_some_and(|patience| patience <= silence) {
            self.bursts.expire();
        }
        if self.decoder.timeout().is_some_and(|patience| patience <= silence) {
            return self.bursts.gather(self.decoder.expire());
        }
        Vec::new()
    }
}
