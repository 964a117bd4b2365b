//! Characters that arrive too many at once to have been typed are a paste, whatever the terminal calls them.
//!
//! Not every terminal brackets what it pastes. Taken as keys, pasted text would be typed character by character, each
//! with the cost of a key press; and in a view its letters would be decisions. No hand types as many characters between
//! two reads of the terminal as [`MIN_BURST`], so these are a paste, and so are those that follow without a pause.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The fewest characters in a row that are a paste.
const MIN_BURST: usize = 64;

/// The pause after which a paste that came as keys is over.
const BURST_PAUSE: Duration = Duration::from_millis(50);

/// Finds pastes among what was read.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    /// Whether characters belong to a paste that is still arriving.
    is_pasting: bool,
}

impl Bursts {
    /// Returns the events of one read, with pastes in place of characters that were not typed.
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

    /// Notes that nothing was read for that long.
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

/// The character that a key types by itself.
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
    fn characters_that_nobody_can_type_are_pasted() {
        let mut bursts = Bursts::default();
        let line = "a line\twith é\r";
        let text = line.repeat(5);
        assert_eq!(read(&mut bursts, &text), pasted(&text.replace('\r', "\n")));
        assert_eq!(bursts.timeout(), Some(BURST_PAUSE));
        assert_eq!(read(&mut bursts, "the rest\n"), pasted("the rest\n"), "as long as it goes on");
        bursts.expire();
        assert_eq!(bursts.timeout(), None);
        assert_eq!(read(&mut bursts, "typed").len(), 5, "after a pause");
    }

    #[test]
    fn what_a_hand_types_is_keys() {
        let mut bursts = Bursts::default();
        assert_eq!(read(&mut bursts, &"x".repeat(MIN_BURST - 1)).len(), MIN_BURST - 1);
        assert_eq!(bursts.timeout(), None);
        let with_an_arrow = format!("{0}\x1b[D{0}", "x".repeat(MIN_BURST - 1));
        assert_eq!(read(&mut bursts, &with_an_arrow).len(), 2 * MIN_BURST - 1, "no run is long enough");
        let moved = "\x1b[<35;1;1M".repeat(500);
        assert_eq!(read(&mut bursts, &moved).len(), 500);
        assert_eq!(bursts.timeout(), None);
    }

    #[test]
    fn a_key_behind_a_burst_is_a_key() {
        let mut bursts = Bursts::default();
        let events = read(&mut bursts, &format!("{}\x13x", "x".repeat(MIN_BURST)));
        assert_eq!(events.len(), 3, "{events:?}");
        assert!(matches!(events[..], [Event::Paste(_), Event::Key(_), Event::Key(_)]), "{events:?}");
        assert_eq!(bursts.timeout(), None);
    }
}
