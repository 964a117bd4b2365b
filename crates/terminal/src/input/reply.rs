//! The terminal's replies to the questions that this program asks: its background, and its kind.
//!
//! The two questions are sent together. Nearly every terminal answers the second one (primary device attributes), and
//! terminals answer in order, so its answer means that no answer to the first one (OSC 11) will come.

use crate::theme::background::{Background, Rgb};

/// The questions, as the terminal receives them.
pub(super) const QUESTIONS: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// The question whether the terminal has kitty's keyboard protocol.
///
/// A terminal without it does not answer.
pub(super) const KEYBOARD_QUESTION: &[u8] = b"\x1b[?u";

/// A reply of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalReply {
    /// The colour of the background.
    Background(Rgb),
    /// The kind of the terminal. Its details do not matter.
    Attributes,
    /// The terminal has kitty's keyboard protocol.
    Keyboard,
}

/// Returns the background in these replies, or `None` if there is none.
pub(super) fn reported_background(replies: &[TerminalReply]) -> Option<Background> {
    replies.iter().find_map(|reply| match reply {
        TerminalReply::Background(color) => Some(Background::of(*color)),
        TerminalReply::Attributes | TerminalReply::Keyboard => None,
    })
}

/// The replies that the terminal owes us.
///
/// Some terminals never reply about their background, and some reply about it last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AwaitedReplies {
    background: bool,
    attributes: bool,
}

impl AwaitedReplies {
    /// Returns the replies to [`QUESTIONS`].
    pub(super) const fn all() -> Self {
        Self { background: true, attributes: true }
    }

    pub(super) const fn any(self) -> bool {
        self.background || self.attributes
    }

    /// Removes a reply that has arrived.
    pub(super) const fn on_reply(&mut self, reply: TerminalReply) {
        match reply {
            TerminalReply::Background(_) => self.background = false,
            TerminalReply::Attributes => self.attributes = false,
            TerminalReply::Keyboard => {}
        }
    }
}

/// The result of comparing bytes with the expected form of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReplyMatch {
    /// A whole reply, and its length.
    Complete(usize, TerminalReply),
    /// The beginning of a reply, and nothing else.
    Incomplete,
    /// The beginning of a reply of this length, and something else behind it.
    Broken(usize),
}

/// Returns the whole reply at the beginning of these bytes, and its length.
pub(super) fn whole(bytes: &[u8]) -> Option<(usize, TerminalReply)> {
    [background(bytes), attributes(bytes)].into_iter().find_map(|found| match found {
        ReplyMatch::Complete(length, reply) => Some((length, reply)),
        ReplyMatch::Incomplete | ReplyMatch::Broken(_) => None,
    })
}

/// Returns whether these bytes begin with a reply, or with the beginning of one.
pub(super) fn is_begun(bytes: &[u8]) -> bool {
    let is_unbroken = |found| !matches!(found, ReplyMatch::Broken(_));
    is_unbroken(background(bytes)) || is_unbroken(attributes(bytes)) || certain_beginning(bytes) > 0
}

/// Returns how many of these bytes are the beginning of a reply, or 0 if a user may have typed them.
///
/// A user can type `ESC ]` (Alt-\]) and `1`, but not `ESC ]11;rgb` within the time for a sequence.
pub(super) fn certain_beginning(bytes: &[u8]) -> usize {
    certain_background(bytes).max(attributes(bytes).length(bytes, ATTRIBUTES_PREFIX))
}

/// Like [`certain_beginning`], but only for the reply about the background.
pub(super) fn certain_background(bytes: &[u8]) -> usize {
    background(bytes).length(bytes, BACKGROUND_PREFIX)
}

impl ReplyMatch {
    /// Returns how many of `bytes` belong to the reply, or 0 if they are fewer than those of `prefix`.
    fn length(self, bytes: &[u8], prefix: &[u8]) -> usize {
        let length = match self {
            Self::Complete(length, _) | Self::Broken(length) => length,
            Self::Incomplete => bytes.len(),
        };
        if length < prefix.len() { 0 } else { length }
    }
}

/// The beginning of the reply about the background.
const BACKGROUND_PREFIX: &[u8] = b"\x1b]11;rgb";

/// Compares bytes with the reply about the background: `ESC ] 11 ; rgb:RRRR/GGGG/BBBB ESC \`.
///
/// Each part has one to four hexadecimal digits. A bell may end the reply, and `rgba:` with a fourth part may be in it.
fn background(bytes: &[u8]) -> ReplyMatch {
    let common = bytes.iter().zip(BACKGROUND_PREFIX).take_while(|(byte, expected)| byte == expected).count();
    if common < BACKGROUND_PREFIX.len() {
        return if common == bytes.len() { ReplyMatch::Incomplete } else { ReplyMatch::Broken(common) };
    }
    let mut at = common;
    let has_alpha = bytes.get(at) == Some(&b'a');
    at += usize::from(has_alpha);
    let mut parts = [0; 3];
    for number in 0..3 + usize::from(has_alpha) {
        let separator = if number == 0 { b':' } else { b'/' };
        match bytes.get(at) {
            None => return ReplyMatch::Incomplete,
            Some(byte) if *byte == separator => at += 1,
            Some(_) => return ReplyMatch::Broken(at),
        }
        let digits = bytes[at..].iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits == 0 {
            return if at == bytes.len() { ReplyMatch::Incomplete } else { ReplyMatch::Broken(at) };
        }
        if let Some(part) = parts.get_mut(number) {
            *part = scaled(&bytes[at..at + digits]);
        }
        at += digits;
    }
    let reply = TerminalReply::Background(Rgb(parts));
    match &bytes[at..] {
        [] | [0x1b] => ReplyMatch::Incomplete,
        [0x07, ..] => ReplyMatch::Complete(at + 1, reply),
        [0x1b, b'\\', ..] => ReplyMatch::Complete(at + 2, reply),
        _ => ReplyMatch::Broken(at),
    }
}

/// Returns a part of a colour as 8 bits: `f`, `ff`, `fff` and `ffff` are all 255.
fn scaled(digits: &[u8]) -> u8 {
    let value = digits.iter().fold(0, |value, digit| value * 16 + char::from(*digit).to_digit(16).unwrap_or(0));
    let largest = 16_u32.pow(u32::try_from(digits.len()).unwrap_or(1)) - 1;
    u8::try_from((value * 255 + largest / 2) / largest).unwrap_or(u8::MAX)
}

/// The beginning of the reply about the terminal's kind.
const ATTRIBUTES_PREFIX: &[u8] = b"\x1b[?";

/// Compares bytes with the reply about the terminal's kind: `ESC [ ? NUMBERS c`.
fn attributes(bytes: &[u8]) -> ReplyMatch {
    let common = bytes.iter().zip(ATTRIBUTES_PREFIX).take_while(|(byte, expected)| byte == expected).count();
    if common < ATTRIBUTES_PREFIX.len() {
        return if common == bytes.len() { ReplyMatch::Incomplete } else { ReplyMatch::Broken(common) };
    }
    let numbers = bytes[common..].iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';')).count();
    match bytes.get(common + numbers) {
        None => ReplyMatch::Incomplete,
        Some(b'c') => ReplyMatch::Complete(common + numbers + 1, TerminalReply::Attributes),
        Some(_) => ReplyMatch::Broken(common + numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(reply: &str) -> Option<[u8; 3]> {
        match background(reply.as_bytes()) {
            ReplyMatch::Complete(length, TerminalReply::Background(Rgb(parts))) if length == reply.len() => Some(parts),
            _ => None,
        }
    }

    #[test]
    fn backgrounds_in_every_form_are_read() {
        assert_eq!(color("\x1b]11;rgb:0000/2b2b/3636\x1b\\"), Some([0x00, 0x2b, 0x36]));
        assert_eq!(color("\x1b]11;rgb:ff/FF/0\x07"), Some([255, 255, 0]));
        assert_eq!(color("\x1b]11;rgba:1e1e/1e1e/1e1e/ffff\x1b\\"), Some([0x1e; 3]));
        assert_eq!(color("\x1b]11;rgb:f/8/800\x07"), Some([255, 136, 128]));
        for other in
            ["\x1b]10;rgb:0/0/0\x07", "\x1b]11;rgb:0/0\x07", "\x1b]11;#000000\x07", "\x1b]11;rgb:00000/0/0\x07"]
        {
            assert_eq!(color(other), None, "{other:?}");
        }
    }

    #[test]
    fn every_beginning_of_a_reply_is_incomplete() {
        for (reply, compare) in [
            (&b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"[..], background as fn(&[u8]) -> ReplyMatch),
            (b"\x1b]11;rgba:1e/1e/1e/ff\x07", background),
            (b"\x1b[?62;22c", attributes),
        ] {
            for end in 1..reply.len() {
                assert_eq!(compare(&reply[..end]), ReplyMatch::Incomplete, "{end}");
            }
            assert!(matches!(compare(reply), ReplyMatch::Complete(length, _) if length == reply.len()));
            let with_key = [&reply[..reply.len() - 2], b"x"].concat();
            assert_eq!(compare(&with_key), ReplyMatch::Broken(with_key.len() - 1));
        }
    }
}
