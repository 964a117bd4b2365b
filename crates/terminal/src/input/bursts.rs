//! Recognises a paste that arrives as keys: more characters at a time than a user can type.
//!
//! Not every terminal brackets its pastes. If pasted text were taken for keys, each character would cost a whole key
//! press, and in a view other than a text each letter would be a command. No user types [`MIN_BURST`] characters
//! between two reads of the terminal, so such a run is a paste, and so are the characters that follow it without a
//! pause.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The length of the shortest run of characters that is a paste.
const MIN_BURST: usize = 64;

/// The silence that ends a paste delivered as keys.
const BURST_PAUSE: Duration = Duration::from_millis(50);

/// Finds pastes among key events.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    /// Whether a paste is still arriving, to which further characters belong.
    is_pasting: bool,
}

impl Bursts {
    /// Returns the events of one read, with each run of pasted characters replaced by a paste event.
    pub(super) fn gather(&mut self, events: Vec<Event>) -> Vec<Event> {
        let mut gathered = Vec::new();
        let mut waiting: Vec<Event> = Vec::new();
        for event in events {
            if character(&event).is_some() {
                waiting.push(event);
            } else {
                self.close_run(&mut waiting, &mut gathered);
                self.is_pasting &= !matches!(event, Event::Key(_));
                gathered.push(event);
            }
        }
        self.close_run(&mut waiting, &mut gathered);
        gathered
    }

    /// Returns the length of the silence that ends the paste, or `None` if there is no paste.
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.is_pasting.then_some(BURST_PAUSE)
    }

    /// Ends the paste: nothing was read during [`Bursts::timeout`].
    pub(super) fn expire(&mut self) {
        self.is_pasting = false;
    }

    fn close_run(&mut self, run: &mut Vec<Event>, gathered: &mut Vec<Event>) {
        self.is_pasting |= run.len() >= MIN_BURST;
        if self.is_pasting && !run.is_empty() {
            gathered.push(Event::Paste(run.drain(..).filter_map(|event| character(&event)).collect()));
        } else {
            gathered.append(run);
        }
    }
}

/// Returns the character that a key press types, or `None` if it types none.
fn character(event: &Event) -> Option<char> {
    let Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) = event else { return None };
    match (code, *modifiers) {
        (KeyCode::Char(character), KeyModifiers::NONE | KeyModifiers::SHIFT) => Some(*character),
        (KeyCode::Enter, KeyModifiers::NONE) | (KeyCode::Char('j'), KeyModifiers::CONTROL) => Some('\n'),
        (KeyCode::Tab, KeyModifiers::NONE) => Some('\t'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Decoder;

    fn read(bursts: &mut Bursts, text: &str) -> Vec<Event> {
        bursts.gather(Decoder::default().push(text.as_bytes()))
    }

    fn pasted(text: &str) -> Vec<Event> {
        vec![Event::Paste(text.to_owned())]
    }

    #[test]
    fn characters_too_many_to_type_are_a_paste() {
        let mut bursts = Bursts::default();
        let line = "a line\twith é\r";
        let text = line.repeat(5);
        assert_eq!(read(&mut bursts, &text), pasted(&text.replace('\r', "\n")));
        assert_eq!(bursts.timeout(), Some(BURST_PAUSE));
        assert_eq!(read(&mut bursts, "the rest\n"), pasted("the rest\n"), "without a pause");
        bursts.expire();
        assert_eq!(bursts.timeout(), None);
        assert_eq!(read(&mut bursts, "typed").len(), 5, "after a pause");
    }

    #[test]
    fn typed_characters_are_keys() {
        let mut bursts = Bursts::default();
        assert_eq!(read(&mut bursts, &"x".repeat(MIN_BURST - 1)).len(), MIN_BURST - 1);
        assert_eq!(bursts.timeout(), None);
        let with_an_arrow = format!("{0}\x1b[D{0}", "x".repeat(MIN_BURST - 1));
        assert_eq!(read(&mut bursts, &with_an_arrow).len(), 2 * MIN_BURST - 1, "each run is too short");
        let moved = "\x1b[<35;1;1M".repeat(500);
        assert_eq!(read(&mut bursts, &moved).len(), 500);
        assert_eq!(bursts.timeout(), None);
    }

    #[test]
    fn key_after_a_burst_is_a_key() {
        let mut bursts = Bursts::default();
        let events = read(&mut bursts, &format!("{}\x13x", "x".repeat(MIN_BURST)));
        assert_eq!(events.len(), 3, "{events:?}");
        assert!(matches!(events[..], [Event::Paste(_), Event::Key(_), Event::Key(_)]), "{events:?}");
        assert_eq!(bursts.timeout(), None);
    }
}
