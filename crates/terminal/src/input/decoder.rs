//! Decodes a terminal's bytes into keys, clicks and pastes.
//!
//! The decoder is pure: it uses no file and no clock. The caller reads the bytes, and calls [`Decoder::expire`] if
//! nothing followed within [`Decoder::timeout`]. Until then, the decoder keeps bytes that may be part of a longer
//! sequence; after `expire` it keeps none. So no byte sequence, however broken, blocks later keys:
//!
//! - A paste whose end marker never arrives ends when the terminal falls silent. The text that arrived is delivered.
//! - Escape is a key if nothing follows it. Escape is also the first byte of most special keys.
//! - A truncated character, or a byte that is not UTF-8, becomes U+FFFD; decoding continues with the next byte.
//!
//! How the bytes are split over reads makes no difference, with one exception: if Escape timed out and was delivered as
//! a key, the rest of its sequence is recognised only if it arrives in one piece.
//!
//! After [`Decoder::expect_replies`], the terminal's replies to our own questions are recognised even if they arrive in
//! pieces with long pauses between them. No piece is ever taken for text.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::reply::{self, AwaitedReplies, TerminalReply};
use super::sequences::{self, SequenceMeaning};

/// The time after which an Escape with nothing behind it is a key.
///
/// A terminal sends the bytes of a key together; only a network separates them. With a longer timeout, a letter typed
/// soon after Escape would be taken for Alt with that letter.
const ESCAPE_TIMEOUT: Duration = Duration::from_millis(50);

/// The time that a sequence longer than an Escape has to arrive.
///
/// No key press looks like the beginning of one.
const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);

/// The time in which the rest of a sequence is still recognised after its Escape timed out.
const REJOIN_TIMEOUT: Duration = Duration::from_secs(1);

/// The silence that ends a paste without an end marker.
///
/// It is long because the text that arrives after it is taken for keys.
const PASTE_TIMEOUT: Duration = Duration::from_secs(2);

/// The most bytes of a paste in one event; a longer paste is delivered in pieces.
const MAX_PASTE_BYTES: usize = 4 * 1024 * 1024;

/// The most bytes of a reply of the terminal, such as a colour. Longer ones are taken for text.
const MAX_ANSWER_BYTES: usize = 4096;

/// The most bytes of a control sequence. The longest that terminals send have about 30.
const MAX_SEQUENCE_BYTES: usize = 64;

const ESC: u8 = 0x1b;
const BELL: u8 = 0x07;
const PASTE_END: &[u8] = b"\x1b[201~";

/// Decodes a terminal's bytes into events.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    /// Bytes that are not decoded yet: the beginning of a sequence, or the text of a paste.
    pending: Vec<u8>,
    /// If `pending` is the text of a paste: the length of the prefix without an end marker.
    paste: Option<usize>,
    /// Whether an Escape has just timed out, so that the rest of its sequence may still follow.
    gave_up_escape: bool,
    /// The replies that the terminal owes us.
    awaited: AwaitedReplies,
    /// Whether the Escape in front of `pending` was delivered as a key, and may begin a reply.
    is_escape_delivered: bool,
    /// The beginning of a reply that has just timed out, so that the rest of it may still follow.
    given_up_reply: Vec<u8>,
    /// The replies that have not been taken yet.
    replies: Vec<TerminalReply>,
}

/// The result of decoding the first bytes.
enum DecodeStep {
    /// The meaning depends on bytes that have not arrived.
    Incomplete,
    /// The number of bytes consumed, and the event, or `None` if they mean nothing.
    Complete(usize, Option<Event>),
    /// The number of bytes consumed; a paste begins behind them.
    PasteBegins(usize),
    /// The number of bytes consumed, and the terminal's reply.
    Reply(usize, TerminalReply),
}

impl Decoder {
    /// Expects replies to the questions that are sent to the terminal now.
    pub fn expect_replies(&mut self) {
        self.awaited = AwaitedReplies::all();
    }

    /// Returns the replies that have arrived since the last call.
    pub fn take_replies(&mut self) -> Vec<TerminalReply> {
        std::mem::take(&mut self.replies)
    }

    /// Decodes further bytes, and returns the events that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let given_up = std::mem::take(&mut self.given_up_reply);
        if std::mem::take(&mut self.gave_up_escape) {
            let may_be_reply = self.awaited.any() && reply::is_begun(&[&[ESC], bytes].concat());
            if may_be_reply || is_rest_of_sequence(bytes) {
                self.pending.push(ESC);
            }
            self.is_escape_delivered = may_be_reply;
        } else if !given_up.is_empty() && reply::is_begun(&[&given_up, bytes].concat()) {
            self.pending = given_up;
        }
        self.pending.extend_from_slice(bytes);
        if self.is_escape_delivered && !reply::is_begun(&self.pending) {
            // The user typed what follows the Escape.
            self.is_escape_delivered = false;
            self.pending.remove(0);
        }
        let mut events = Vec::new();
        self.take(&mut events);
        events
    }

    /// Returns how long to wait before [`Decoder::expire`] is called, or `None` if nothing is pending.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        match self.pending.as_slice() {
            _ if self.paste.is_some() => Some(PASTE_TIMEOUT),
            [] => (self.gave_up_escape || !self.given_up_reply.is_empty()).then_some(REJOIN_TIMEOUT),
            [ESC] | [ESC, ESC] => Some(ESCAPE_TIMEOUT),
            _ => Some(SEQUENCE_TIMEOUT),
        }
    }

    /// Returns the events of the pending bytes if nothing follows them. Called after [`Decoder::timeout`].
    pub fn expire(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.given_up_reply.clear();
        if self.paste.is_none() && self.awaited.any() {
            self.give_up_reply();
            self.take(&mut events);
        }
        if self.paste.take().is_some() {
            let text = std::mem::take(&mut self.pending);
            events.extend((!text.is_empty()).then(|| pasted(&text)));
        }
        self.gave_up_escape = self.pending.last() == Some(&ESC);
        while !self.pending.is_empty() {
            let (length, event) = cut_off(&self.pending);
            self.pending.drain(..length);
            events.extend(event);
            self.take(&mut events);
        }
        events
    }

    /// Decodes and removes the complete part of `pending`.
    fn take(&mut self, events: &mut Vec<Event>) {
        let awaits_replies = self.awaited.any();
        let mut taken = 0;
        loop {
            let rest = &self.pending[taken..];
            let length = match &mut self.paste {
                Some(searched) => match paste_step(rest, searched) {
                    Some((text, length)) => {
                        events.push(pasted(&rest[..text]));
                        self.paste = (text == length).then_some(0);
                        length
                    }
                    None => break,
                },
                None => match expected_reply(awaits_replies, rest).unwrap_or_else(|| step(rest)) {
                    DecodeStep::Incomplete => break,
                    DecodeStep::Reply(length, reply) => {
                        self.awaited.on_reply(reply);
                        self.replies.push(reply);
                        length
                    }
                    DecodeStep::Complete(length, event) => {
                        events.extend(event);
                        length
                    }
                    DecodeStep::PasteBegins(length) => {
                        self.paste = Some(0);
                        length
                    }
                },
            };
            taken += length;
        }
        self.pending.drain(..taken);
        self.is_escape_delivered &= taken == 0;
    }

    /// Removes the beginning of a reply whose rest has not arrived in time. It is not text.
    fn give_up_reply(&mut self) {
        // A user may have typed `[?` after an Escape.
        let certain = if self.is_escape_delivered {
            reply::certain_background(&self.pending)
        } else {
            reply::certain_beginning(&self.pending)
        };
        if certain > 0 && certain == self.pending.len() {
            // The rest may still follow, and is not text either.
            self.given_up_reply = std::mem::take(&mut self.pending);
        } else {
            let delivered = usize::from(self.is_escape_delivered && self.pending.first() == Some(&ESC));
            self.pending.drain(..certain.max(delivered));
        }
        self.is_escape_delivered = false;
    }
}

fn pasted(text: &[u8]) -> Event {
    Event::Paste(String::from_utf8_lossy(text).into_owned())
}

/// Returns how many bytes of a paste to deliver and to consume, or `None` if more are needed.
///
/// If the paste ends there, the second number includes the end marker.
fn paste_step(bytes: &[u8], searched: &mut usize) -> Option<(usize, usize)> {
    let end = bytes[*searched..].windows(PASTE_END.len()).position(|window| window == PASTE_END);
    match end.map(|end| *searched + end) {
        Some(end) if end <= MAX_PASTE_BYTES => Some((end, end + PASTE_END.len())),
        None if bytes.len() < MAX_PASTE_BYTES + PASTE_END.len() => {
            *searched = bytes.len().saturating_sub(PASTE_END.len() - 1);
            None
        }
        _ => {
            let is_boundary = |at: &usize| bytes[*at] & 0xc0 != 0x80;
            let cut = (MAX_PASTE_BYTES - 3..=MAX_PASTE_BYTES).rev().find(is_boundary).unwrap_or(MAX_PASTE_BYTES);
            Some((cut, cut))
        }
    }
}

/// Decodes the terminal's reply to a question, or returns `None` if the bytes are something else.
fn expected_reply(awaits_replies: bool, bytes: &[u8]) -> Option<DecodeStep> {
    let (length, reply) = reply::whole(bytes).filter(|_| awaits_replies)?;
    Some(DecodeStep::Reply(length, reply))
}

/// Decodes the first key, click or reply of the terminal.
fn step(bytes: &[u8]) -> DecodeStep {
    match bytes {
        [] => DecodeStep::Incomplete,
        [ESC, ..] => escaped(bytes),
        [byte @ (0..=0x1f | 0x7f), ..] => DecodeStep::Complete(1, Some(Event::Key(control(*byte)))),
        _ => character(bytes),
    }
}

/// Decodes a sequence that begins with Escape.
fn escaped(bytes: &[u8]) -> DecodeStep {
    match &bytes[1..] {
        [] | [ESC] => DecodeStep::Incomplete,
        [b'[', ..] => control_sequence(bytes),
        [b'O', ..] => single_shift(bytes),
        [b']' | b'P' | b'_', ..] => answer(bytes),
        // Some terminals put an Escape before an arrow that is pressed with Alt. Before anything else, Escape is a key.
        [ESC, b'[' | b'O', ..] => with_alt(bytes),
        [ESC, ..] => DecodeStep::Complete(1, Some(key(KeyCode::Esc))),
        _ => with_alt(bytes),
    }
}

/// Decodes Escape and a key as that key with Alt, or as Escape if something other than a key follows.
fn with_alt(bytes: &[u8]) -> DecodeStep {
    match step(&bytes[1..]) {
        DecodeStep::Incomplete => DecodeStep::Incomplete,
        DecodeStep::Complete(length, Some(Event::Key(key))) => {
            let key = KeyEvent { modifiers: key.modifiers | KeyModifiers::ALT, ..key };
            DecodeStep::Complete(1 + length, Some(Event::Key(key)))
        }
        DecodeStep::Complete(..) | DecodeStep::PasteBegins(_) | DecodeStep::Reply(..) => {
            DecodeStep::Complete(1, Some(key(KeyCode::Esc)))
        }
    }
}

/// Decodes a control sequence: `ESC [`, parameters (0x20 to 0x3F), and a final byte (ECMA-48, 5.4).
fn control_sequence(bytes: &[u8]) -> DecodeStep {
    match &bytes[2..] {
        // The oldest form of a mouse event: three bytes of any value follow.
        [b'M', mouse @ ..] => {
            return mouse.first_chunk::<3>().map_or(DecodeStep::Incomplete, |mouse| old_mouse(*mouse));
        }
        // The Linux console's F1 to F5: the only sequence that continues after a byte that ends every other one.
        [b'['] => return DecodeStep::Incomplete,
        [b'[', letter @ b'A'..=b'E', ..] => return DecodeStep::Complete(4, Some(key(KeyCode::F(1 + letter - b'A')))),
        _ => {}
    }
    let body = &bytes[2..bytes.len().min(MAX_SEQUENCE_BYTES)];
    // rxvt ends its keys with Shift by a dollar sign, which other terminals use as an intermediate byte.
    let digits = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_end = |at: usize, byte: u8| !(0x20..=0x3f).contains(&byte) || (byte == b'$' && at > 0 && at == digits);
    let Some(ends_at) = (0..body.len()).find(|at| is_end(*at, body[*at])).map(|at| 2 + at) else {
        return if bytes.len() < MAX_SEQUENCE_BYTES {
            DecodeStep::Incomplete
        } else {
            DecodeStep::Complete(MAX_SEQUENCE_BYTES, None)
        };
    };
    let last = bytes[ends_at];
    if !matches!(last, b'$' | 0x40..=0x7e) {
        // A byte that cannot be part of the sequence ends it, and is decoded by itself.
        return DecodeStep::Complete(ends_at, None);
    }
    match sequences::control(&bytes[2..ends_at], last) {
        Some(SequenceMeaning::Event(event)) => DecodeStep::Complete(ends_at + 1, Some(event)),
        Some(SequenceMeaning::PasteBegins) => DecodeStep::PasteBegins(ends_at + 1),
        Some(SequenceMeaning::KeyboardProtocol) => DecodeStep::Reply(ends_at + 1, TerminalReply::Keyboard),
        None => DecodeStep::Complete(ends_at + 1, None),
    }
}

/// Decodes a mouse's button, column and row: each is one byte, to which 32 was added.
fn old_mouse(mouse: [u8; 3]) -> DecodeStep {
    match mouse.map(|byte| byte.checked_sub(32)) {
        [Some(button), Some(column), Some(row)] => {
            DecodeStep::Complete(6, sequences::mouse(button.into(), column.into(), row.into(), false))
        }
        _ => DecodeStep::Complete(3, None),
    }
}

/// Decodes a key that begins with `ESC O`, perhaps with a modifier before its letter.
fn single_shift(bytes: &[u8]) -> DecodeStep {
    let modifier = bytes.iter().take(MAX_SEQUENCE_BYTES).skip(2).take_while(|byte| matches!(byte, b'0'..=b'9' | b';'));
    let ends_at = 2 + modifier.count();
    if ends_at >= MAX_SEQUENCE_BYTES {
        return DecodeStep::Complete(ends_at, None);
    }
    let Some(last) = bytes.get(ends_at) else { return DecodeStep::Incomplete };
    match sequences::shifted(&bytes[2..ends_at], *last) {
        Some(event) => DecodeStep::Complete(ends_at + 1, Some(event)),
        None if ends_at == 2 => DecodeStep::Complete(2, Some(alt('O'))),
        None => DecodeStep::Complete(ends_at, None),
    }
}

/// Decodes a terminal's reply to a query: `ESC ]`, `ESC P` or `ESC _`, up to `ESC \` or a bell.
///
/// Replies to our own questions are decoded by `expected_reply`. All others are for an earlier program, and arrive
/// late. They are not text and are dropped. Without such an end, the bytes are a key with Alt, and text behind it.
fn answer(bytes: &[u8]) -> DecodeStep {
    let is_text = |byte: &u8| (0x20..0x7f).contains(byte);
    let length = bytes.iter().take(MAX_ANSWER_BYTES).skip(2).take_while(|byte| is_text(byte)).count();
    match &bytes[2 + length..] {
        _ if 2 + length >= MAX_ANSWER_BYTES => DecodeStep::Complete(2, Some(alt(bytes[1].into()))),
        [] | [ESC] => DecodeStep::Incomplete,
        [BELL, ..] => DecodeStep::Complete(2 + length + 1, None),
        [ESC, b'\\', ..] => DecodeStep::Complete(2 + length + 2, None),
        _ => DecodeStep::Complete(2, Some(alt(bytes[1].into()))),
    }
}

/// Decodes a character.
fn character(bytes: &[u8]) -> DecodeStep {
    let first = &bytes[..bytes.len().min(4)];
    let Some(chunk) = first.utf8_chunks().next() else { return DecodeStep::Incomplete };
    if let Some(character) = chunk.valid().chars().next() {
        return DecodeStep::Complete(character.len_utf8(), Some(typed(character)));
    }
    let broken = chunk.invalid().len();
    let may_go_on = broken == bytes.len() && broken < 4 && is_beginning(first);
    if may_go_on {
        DecodeStep::Incomplete
    } else {
        DecodeStep::Complete(broken, Some(typed(char::REPLACEMENT_CHARACTER)))
    }
}

/// Returns whether these bytes are a character whose end is missing.
fn is_beginning(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// Decodes the first bytes of an incomplete sequence: returns how many to consume, and the event.
fn cut_off(bytes: &[u8]) -> (usize, Option<Event>) {
    match bytes {
        [ESC] | [ESC, ESC, ..] => (1, Some(key(KeyCode::Esc))),
        [ESC, letter @ (b'[' | b'O')] | [ESC, letter @ (b']' | b'P' | b'_'), ..] => (2, Some(alt((*letter).into()))),
        [ESC, b'[' | b'O', ..] => (bytes.len(), None),
        [ESC, ..] => (1, Some(key(KeyCode::Esc))),
        _ => (bytes.len(), Some(typed(char::REPLACEMENT_CHARACTER))),
    }
}

/// Returns whether these bytes are the rest of a sequence whose Escape has timed out.
///
/// If a user types `[` and then `A`, they arrive in separate reads.
fn is_rest_of_sequence(bytes: &[u8]) -> bool {
    if bytes.first() != Some(&b'[') {
        return false;
    }
    match step(&[&[ESC], bytes].concat()) {
        DecodeStep::Complete(length, Some(_)) => length > 2 && bytes.get(length - 1).is_none_or(|next| *next == ESC),
        DecodeStep::PasteBegins(_) | DecodeStep::Reply(..) => true,
        DecodeStep::Complete(_, None) | DecodeStep::Incomplete => false,
    }
}

/// Returns the key that sends a control byte.
fn control(byte: u8) -> KeyEvent {
    let with_control = |letter: u8| KeyEvent::new(KeyCode::Char(letter.into()), KeyModifiers::CONTROL);
    match byte {
        b'\r' => KeyCode::Enter.into(),
        b'\t' => KeyCode::Tab.into(),
        0x7f => KeyCode::Backspace.into(),
        0 => with_control(b' '),
        1..=0x1a => with_control(byte - 1 + b'a'),
        _ => with_control(byte - 0x1c + b'4'),
    }
}

fn typed(character: char) -> Event {
    key(KeyCode::Char(character))
}

fn alt(character: char) -> Event {
    Event::Key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::ALT))
}

fn key(code: KeyCode) -> Event {
    Event::Key(code.into())
}

#[cfg(test)]
mod tests;
