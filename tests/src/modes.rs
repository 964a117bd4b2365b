//! Parses the terminal modes that a program switched on and off from the bytes that it wrote.
//!
//! The modes are DEC private modes: `ESC [ ? 1049 h` sets mode 1049 (the alternate screen), and `l` at the end resets
//! it. All modes are parsed, known or not, so that an unknown one that is left on is found too.

use std::collections::{BTreeMap, BTreeSet};

/// The modes that are on in a fresh terminal: lines wrap, and the cursor is shown.
const ON_BY_DEFAULT: [u16; 2] = [7, 25];

/// Returns the private modes that these bytes set or reset.
#[must_use]
pub fn switched(output: &[u8]) -> BTreeSet<u16> {
    last_state(output).into_keys().collect()
}

/// Returns the private modes that differ from those of a fresh terminal after these bytes.
#[must_use]
pub fn left_behind(output: &[u8]) -> BTreeSet<u16> {
    let state = last_state(output).into_iter();
    state.filter(|(mode, on)| *on != ON_BY_DEFAULT.contains(mode)).map(|(mode, _)| mode).collect()
}

/// Returns how many more keyboard protocols these bytes push than pop (`ESC [ > … u`, `ESC [ < u`).
#[must_use]
pub fn keyboards_left(output: &[u8]) -> i32 {
    let text = String::from_utf8_lossy(output);
    let sequences = || text.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('u').map(|(before, _)| before));
    let numbers = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b';');
    let mut left = 0;
    for sequence in sequences() {
        left += i32::from(sequence.strip_prefix('>').is_some_and(numbers));
        left -= i32::from(sequence.strip_prefix('<').is_some_and(numbers));
    }
    left
}

fn last_state(output: &[u8]) -> BTreeMap<u16, bool> {
    let text = String::from_utf8_lossy(output);
    let mut state = BTreeMap::new();
    for sequence in text.split("\x1b[?").skip(1) {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(sequence.len());
        let on = match sequence[end..].chars().next() {
            Some('h') => true,
            Some('l') => false,
            _ => continue,
        };
        for mode in sequence[..end].split(';').filter_map(|number| number.parse().ok()) {
            state.insert(mode, on);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mode_that_is_reset_is_not_left_behind() {
        let output = b"\x1b[?1049h\x1b[?25lhello\x1b[?1000;1006h\x1b[?2004h\x1b[?6n";
        assert_eq!(Vec::from_iter(left_behind(output)), [25, 1000, 1006, 1049, 2004]);
        let output = [&output[..], b"\x1b[?2004l\x1b[?1006;1000l\x1b[?25h\x1b[?1049l"].concat();
        assert!(left_behind(&output).is_empty());
        assert_eq!(switched(&output).len(), 5);
    }

    #[test]
    fn pushed_keyboard_protocols_are_counted() {
        assert_eq!(keyboards_left(b"\x1b[>1u hello \x1b[31mu"), 1);
        assert_eq!(keyboards_left(b"\x1b[>5u hello \x1b[<1u"), 0);
        assert_eq!(keyboards_left(b"\x1b[>5u hello \x1b[<u"), 0);
    }
}
