//! Types into an editor in a pseudo-terminal, and times when each key is shown.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

use crate::error::Error;
use crate::process;

/// The pause after a key has been shown: a person who types fast presses a key every 80 ms.
pub(super) const PAUSE: Duration = Duration::from_millis(10);

/// The interval of a key that is held down: faster than any keyboard repeats.
pub(super) const REPEAT: Duration = Duration::from_millis(5);

/// How long an editor may take for all keys of one kind.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// The keys, in turn.
///
/// So many are never sent ahead of the screen, so the last one shown tells how far the editor is.
const KEYS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Ctrl-End, which goes to the end of the text in all the editors.
const TO_THE_END: &[u8] = b"\x1b[1;5F";

/// An editor counts as settled if it has written nothing for this long.
const QUIET: Duration = Duration::from_millis(300);

/// The questions that a program may ask its terminal, and what an xterm answers.
///
/// A program that waits for an answer would otherwise open late.
const ANSWERS: [(&[u8], &[u8]); 3] =
    [(b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b[0c", b"\x1b[?62;22c"), (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x1b\\")];

/// An editor in a pseudo-terminal, which ends when this value is dropped.
pub(super) struct Typist {
    child: Box<dyn Child + Send + Sync>,
    /// Kept open: the editor would be hung up on otherwise.
    _terminal: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    parser: Parser,
    /// The number of keys typed so far.
    typed: usize,
}

impl Typist {
    /// Starts an editor.
    ///
    /// # Errors
    ///
    /// If there is no pseudo-terminal, or the program does not start.
    pub(super) fn new(command: CommandBuilder) -> Result<Self, Error> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Terminal(error.to_string());
        let size = PtySize { rows: ROWS, cols: COLUMNS, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).map_err(|error| failed(error.into()))?;
        let child = pair.slave.spawn_command(command).map_err(|error| failed(error.into()))?;
        let keyboard = pair.master.take_writer().map_err(|error| failed(error.into()))?;
        let mut reader = pair.master.try_clone_reader().map_err(|error| failed(error.into()))?;
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = vec![0; 64 * 1024];
            // The read fails when the terminal is closed.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send((Instant::now(), bytes[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let parser = Parser::new(nonzero(ROWS), nonzero(COLUMNS), 0);
        Ok(Self { child, _terminal: pair.master, keyboard, output, parser, typed: 0 })
    }

    /// Waits until a text is on the screen. Returns the time of the bytes that brought it there.
    ///
    /// # Errors
    ///
    /// If the text does not appear in time.
    pub(super) fn until_shown(&mut self, text: &str) -> Result<Instant, Error> {
        self.until(PATIENCE, |screen| screen.contents().contains(text))
            .ok_or_else(|| Error::Terminal(format!("{text:?} did not appear:\n{}", self.parser.screen().contents())))
    }

    /// Waits until the editor writes nothing more.
    pub(super) fn settle(&mut self) {
        while self.read(Instant::now() + QUIET).is_some() {}
    }

    /// Returns the resident memory of the editor, in bytes.
    pub(super) fn resident(&self) -> u64 {
        self.child.process_id().map_or(0, |process| process::resident(&process.to_string()))
    }

    /// Goes to the end of the text.
    pub(super) fn go_to_the_end(&mut self) {
        self.send(TO_THE_END);
        self.settle();
    }

    /// Types keys one after the other. Returns how long each took until it was shown.
    ///
    /// Stops early if it takes too long.
    ///
    /// # Errors
    ///
    /// If a key is never shown.
    pub(super) fn type_keys(&mut self, count: usize) -> Result<Vec<Duration>, Error> {
        let end = Instant::now() + PATIENCE;
        let mut took = Vec::with_capacity(count);
        while took.len() < count && Instant::now() < end {
            let key = self.next_key();
            let sent = self.send(&[key]);
            let shown = self.until(PATIENCE, |screen| last_typed(screen) == Some(key));
            let shown = shown.ok_or_else(|| {
                Error::Terminal(format!("a key was never shown:\n{}", self.parser.screen().contents()))
            })?;
            took.push(shown.duration_since(sent));
            // What the editor does after the frame is done by the next key, as with a person.
            while self.read(Instant::now() + PAUSE).is_some() {}
        }
        Ok(took)
    }

    /// Holds a key down, and returns each key's time until it was shown, and the most keys not shown.
    ///
    /// Stops early if it takes too long.
    pub(super) fn hold(&mut self, count: usize) -> (Vec<Duration>, usize) {
        let (mut sent, mut took, mut behind) = (Vec::with_capacity(count), Vec::with_capacity(count), 0);
        let first = self.typed;
        let end = Instant::now() + PATIENCE + REPEAT * u32::try_from(count).unwrap_or(u32::MAX);
        let mut next = Instant::now();
        while took.len() < count && Instant::now() < end {
            if sent.len() < count && Instant::now() >= next {
                // More keys than there are different ones would be ambiguous: the editor is far behind already.
                if sent.len() - took.len() < KEYS.len() - 1 {
                    let key = self.next_key();
                    sent.push(self.send(&[key]));
                }
                next += REPEAT;
            }
            let until = if sent.len() < count { next } else { end };
            let Some(at) = self.read(until) else { continue };
            let Some(key) = last_typed(self.parser.screen()) else { continue };
            behind = behind.max(sent.len() - took.len());
            let shown = (took.len()..sent.len()).find(|place| KEYS[(first + place) % KEYS.len()] == key);
            if let Some(shown) = shown {
                took.extend(sent[took.len()..=shown].iter().map(|sent| at.saturating_duration_since(*sent)));
            }
        }
        (took, behind)
    }

    fn next_key(&mut self) -> u8 {
        let key = KEYS[self.typed % KEYS.len()];
        self.typed += 1;
        key
    }

    /// Sends bytes to the editor. Returns the time just before.
    pub(super) fn send(&mut self, keys: &[u8]) -> Instant {
        let sent = Instant::now();
        // An editor that has ended is noticed when its screen is waited for.
        let _ = self.keyboard.write_all(keys).and_then(|()| self.keyboard.flush());
        sent
    }

    fn until(&mut self, patience: Duration, is_so: impl Fn(&Screen) -> bool) -> Option<Instant> {
        let end = Instant::now() + patience;
        loop {
            let at = self.read(end)?;
            if is_so(self.parser.screen()) {
                return Some(at);
            }
        }
    }

    /// Draws the next output on the screen. Returns when it came, or `None` if none came in time.
    fn read(&mut self, end: Instant) -> Option<Instant> {
        let (at, bytes) = match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(read) => read,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        self.parser.process(&bytes);
        for (question, answer) in ANSWERS {
            if bytes.windows(question.len()).any(|window| window == question) {
                self.send(answer);
            }
        }
        Some(at)
    }
}

impl Drop for Typist {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the character before the cursor: at the beginning of a row, the last one of the row above.
fn last_typed(screen: &Screen) -> Option<u8> {
    let (row, column) = screen.cursor_position();
    let key_at = |row: u16, column: u16| {
        let byte = screen.cell(row, column)?.contents().bytes().next()?;
        KEYS.contains(&byte).then_some(byte)
    };
    let here = column.checked_sub(1).and_then(|before| key_at(row, before));
    here.or_else(|| {
        let above = row.checked_sub(1)?;
        (0..COLUMNS).rev().find_map(|column| key_at(above, column))
    })
}

const fn nonzero(number: u16) -> NonZeroU16 {
    match NonZeroU16::new(number) {
        Some(number) => number,
        None => NonZeroU16::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_typed_is_before_the_cursor_or_ends_the_row_above() {
        let mut parser = Parser::new(nonzero(ROWS), nonzero(COLUMNS), 0);
        parser.process(b"xyz");
        assert_eq!(last_typed(parser.screen()), Some(b'z'));
        parser.process(b"\r\n");
        assert_eq!(last_typed(parser.screen()), Some(b'z'));
    }
}
