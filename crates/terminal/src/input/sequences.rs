//! The control sequences that terminals send for keys and the mouse.
//!
//! Most terminals follow xterm's table (<https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>). rxvt, the Linux
//! console and the kitty keyboard protocol differ from it in some keys; their sequences are decoded too. Unknown
//! sequences are dropped, and never typed into a text.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The meaning of a control sequence.
pub(super) enum SequenceMeaning {
    /// A key, a click, or the focus.
    Event(Event),
    /// The text that follows is pasted.
    PasteBegins,
    /// The terminal has kitty's keyboard protocol.
    KeyboardProtocol,
}

/// Decodes `ESC [`, these parameters and this final byte, or returns `None` if they are unknown.
pub(super) fn control(parameters: &[u8], last: u8) -> Option<SequenceMeaning> {
    let parameters = str::from_utf8(parameters).ok()?;
    if let Some(parameters) = parameters.strip_prefix('<') {
        let is_released = last == b'm';
        let [button, column, row] = numbers(parameters)?;
        return (is_released || last == b'M')
            .then(|| mouse(button, column, row, is_released))?
            .map(SequenceMeaning::Event);
    }
    if last == b'u' && parameters.strip_prefix('?').is_some_and(|flags| flags.parse::<u8>().is_ok()) {
        return Some(SequenceMeaning::KeyboardProtocol);
    }
    if parameters.starts_with(['=', '>', '?']) {
        // A reply of the terminal, not a key.
        return None;
    }
    let event = match (parameters, last) {
        ("200", b'~') => return Some(SequenceMeaning::PasteBegins),
        ("", b'I') => Event::FocusGained,
        ("", b'O') => Event::FocusLost,
        (_, b'M') => {
            let [button, column, row] = numbers(parameters)?;
            mouse(button.checked_sub(32)?, column, row, false)?
        }
        (_, b'u') => unicode(parameters)?,
        (_, b'~' | b'$' | b'^' | b'@') => numbered(parameters, last)?,
        // A report of the cursor's position, which we did not request. With `1;` it could also be F3 with a modifier.
        (_, b'R') if !parameters.is_empty() && !parameters.starts_with("1;") => return None,
        _ => lettered(parameters, last)?,
    };
    Some(SequenceMeaning::Event(event))
}

/// Decodes `ESC O`, these parameters and this final byte, or returns `None` if they are unknown.
pub(super) fn shifted(parameters: &[u8], last: u8) -> Option<Event> {
    let parameters = str::from_utf8(parameters).ok()?;
    let keypad = match last {
        b'M' => KeyCode::Enter,
        b'a'..=b'd' => return Some(key(arrow(last.to_ascii_uppercase())?, KeyModifiers::CONTROL, KeyEventKind::Press)),
        b'j'..=b'y' => KeyCode::Char(char::from(last - b'j' + b'*')),
        b'X' => KeyCode::Char('='),
        _ => return lettered(parameters, last),
    };
    let (modifiers, kind) = modifiers(parameters.split(';').next_back())?;
    Some(key(keypad, modifiers, kind))
}

/// Decodes a key whose final byte is a letter: the arrows, Home and End, F1 to F4, Shift-Tab.
fn lettered(parameters: &str, last: u8) -> Option<Event> {
    let code = match last {
        b'A'..=b'D' => arrow(last)?,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(1 + last - b'P'),
        b'Z' => return Some(key(KeyCode::BackTab, KeyModifiers::SHIFT, KeyEventKind::Press)),
        b'a'..=b'd' if parameters.is_empty() => {
            return Some(key(arrow(last.to_ascii_uppercase())?, KeyModifiers::SHIFT, KeyEventKind::Press));
        }
        _ => return None,
    };
    // The modifier is the second number; a few terminals send it alone.
    let (modifiers, kind) = modifiers(parameters.split(';').next_back())?;
    Some(key(code, modifiers, kind))
}

const fn arrow(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        _ => return None,
    })
}

/// Decodes a key whose first parameter is its number: `3~`.
fn numbered(parameters: &str, last: u8) -> Option<Event> {
    let mut fields = parameters.split(';');
    let number: u8 = fields.next()?.parse().ok()?;
    if number == 27 && last == b'~' {
        // xterm's alternative form of a character with modifiers.
        let (modifiers, kind) = modifiers(fields.next())?;
        return coded(fields.next()?.parse().ok()?, modifiers, kind);
    }
    let code = match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number - 10),
        17..=21 => KeyCode::F(number - 11),
        23..=26 => KeyCode::F(number - 12),
        28 | 29 => KeyCode::F(number - 15),
        31..=34 => KeyCode::F(number - 17),
        _ => return None,
    };
    let (modifiers, kind) = modifiers(fields.next())?;
    let by_final_byte = match last {
        b'$' => KeyModifiers::SHIFT,
        b'^' => KeyModifiers::CONTROL,
        b'@' => KeyModifiers::CONTROL.union(KeyModifiers::SHIFT),
        _ => KeyModifiers::NONE,
    };
    Some(key(code, modifiers | by_final_byte, kind))
}

/// Decodes a key whose first parameter is its character: `97;5u`.
///
/// With Shift, the shifted character may follow behind a colon: `97:65;2u`. Behind another colon, there may be the
/// character at that place of a keyboard with Latin letters, so that Ctrl-S is on the same key everywhere.
fn unicode(parameters: &str) -> Option<Event> {
    let mut fields = parameters.split(';');
    let mut codes = fields.next()?.split(':');
    let code = codes.next()?.parse().ok()?;
    let (modifiers, kind) = modifiers(fields.next())?;
    let [shifted, latin]: [Option<u32>; 2] = [codes.next(), codes.next()].map(|field| field?.parse().ok());
    let has_command = modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let is_foreign = char::from_u32(code).is_some_and(|c| c.is_alphabetic() && !c.is_ascii());
    match (shifted, latin) {
        (_, Some(latin)) if has_command && is_foreign => coded(latin, modifiers, kind),
        (Some(shifted), _) if modifiers.contains(KeyModifiers::SHIFT) => {
            coded(shifted, modifiers.difference(KeyModifiers::SHIFT), kind)
        }
        _ => coded(code, modifiers, kind),
    }
}

/// Returns the key with a code of the kitty keyboard protocol.
///
/// The code is a character, or a number from the private use area.
fn coded(code: u32, modifiers: KeyModifiers, kind: KeyEventKind) -> Option<Event> {
    const KEYPAD: [KeyCode; 10] = [
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
    ];
    let code = match code {
        8 | 127 => KeyCode::Backspace,
        9 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 | 57414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        57399..=57408 => KeyCode::Char(char::from_digit(code - 57399, 10)?),
        57409..=57413 => KeyCode::Char(['.', '/', '*', '-', '+'][usize::try_from(code - 57409).ok()?]),
        57415 => KeyCode::Char('='),
        57416 => KeyCode::Char(','),
        57417..=57426 => KEYPAD[usize::try_from(code - 57417).ok()?],
        // The private use area has the keys that type nothing, such as Shift by itself.
        57344..=63743 => return None,
        _ => KeyCode::Char(char::from_u32(code).filter(|character| !character.is_control())?),
    };
    Some(key(code, modifiers, kind))
}

/// Decodes modifiers, and whether the key was released: `5` or `5:3`.
///
/// An absent field means an unmodified key press.
fn modifiers(field: Option<&str>) -> Option<(KeyModifiers, KeyEventKind)> {
    const BITS: [KeyModifiers; 6] = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    let (mask, kind) = field.unwrap_or_default().split_once(':').unwrap_or((field.unwrap_or_default(), ""));
    let mask: u8 = if mask.is_empty() { 1 } else { mask.parse().ok()? };
    let bits = mask.saturating_sub(1);
    let held = BITS.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
    let kind = match kind {
        "2" => KeyEventKind::Repeat,
        "3" => KeyEventKind::Release,
        _ => KeyEventKind::Press,
    };
    Some((held.fold(KeyModifiers::NONE, |all, (_, one)| all | one), kind))
}

/// Returns a mouse event, or `None` if the button is unknown.
///
/// The given column and row are counted from 1.
///
/// The button's number is in bits 0, 1, 6 and 7. Bits 2 to 4 are Shift, Alt and Control; bit 5 is motion.
pub(super) fn mouse(button: u16, column: u16, row: u16, is_released: bool) -> Option<Event> {
    let number = button & 0x03 | button >> 4 & 0x0c;
    let which = match number {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (number, button & 0x20 != 0) {
        (0..=2, false) if is_released => MouseEventKind::Up(which),
        (0..=2, false) => MouseEventKind::Down(which),
        (0..=2, true) => MouseEventKind::Drag(which),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3, true) => MouseEventKind::Moved,
        (4, _) => MouseEventKind::ScrollUp,
        (5, _) => MouseEventKind::ScrollDown,
        (6, _) => MouseEventKind::ScrollLeft,
        (7, _) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let held = [(0x04, KeyModifiers::SHIFT), (0x08, KeyModifiers::ALT), (0x10, KeyModifiers::CONTROL)];
    let held = held.into_iter().filter(|(bit, _)| button & bit != 0);
    let modifiers = held.fold(KeyModifiers::NONE, |all, (_, one)| all | one);
    Some(Event::Mouse(MouseEvent { kind, column: column.checked_sub(1)?, row: row.checked_sub(1)?, modifiers }))
}

/// Parses exactly `N` numbers.
fn numbers<const N: usize>(parameters: &str) -> Option<[u16; N]> {
    let numbers: Vec<u16> = parameters.split(';').map(str::parse).collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}

fn key(code: KeyCode, modifiers: KeyModifiers, kind: KeyEventKind) -> Event {
    Event::Key(KeyEvent::new_with_kind(code, modifiers, kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    fn read(bytes: &str) -> Option<Event> {
        let (parameters, last) = bytes.as_bytes().split_at(bytes.len() - 1);
        match control(parameters, last[0])? {
            SequenceMeaning::Event(event) => Some(event),
            SequenceMeaning::PasteBegins | SequenceMeaning::KeyboardProtocol => panic!("no key"),
        }
    }

    fn pressed(bytes: &str) -> String {
        match read(bytes) {
            Some(Event::Key(key)) if key.kind == KeyEventKind::Press => Key::from(key).to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn sequences_of_each_terminal_are_decoded() {
        let expected = [
            ("A", "↑"),
            ("1;5D", "Ctrl-←"),
            ("1;2H", "Shift-Home"),
            ("1;2R", "Shift-F3"),
            ("Z", "Shift-Tab"),
            ("5~", "PgUp"),
            ("3;5~", "Ctrl-Del"),
            ("24~", "F12"),
            ("b", "Shift-↓"),
            ("3$", "Shift-Del"),
            ("7^", "Ctrl-Home"),
            ("115;5u", "Ctrl-S"),
            ("97:65;2u", "A"),
            ("27u", "Esc"),
            ("13;2u", "Shift-Enter"),
            ("57400u", "1"),
            ("27;5;115~", "Ctrl-S"),
            // kitty's protocol: an unmodified Escape, a shifted sign with Alt, a Cyrillic letter on the key of S.
            ("27;1u", "Esc"),
            ("49:33;4u", "Alt-!"),
            ("1099::115;5u", "Ctrl-S"),
            ("115;69u", "Ctrl-S"),
            ("105;5u", "Tab"),
        ];
        for (bytes, name) in expected {
            assert_eq!(pressed(bytes), name, "{bytes}");
        }
    }

    #[test]
    fn unknown_sequences_are_dropped() {
        for bytes in ["201~", "12;40R", "?1;2c", ">0;276;0c", "?1049;2$y", "999~", "x", "57441;2u", "<0;1M", "<0;0;5M"]
        {
            assert!(read(bytes).is_none(), "{bytes}: {:?}", read(bytes));
        }
    }

    #[test]
    fn key_release_is_decoded() {
        let Some(Event::Key(key)) = read("97;1:3u") else { panic!() };
        assert_eq!(key.kind, KeyEventKind::Release);
    }

    #[test]
    fn mouse_events_are_decoded_in_every_form() {
        let mouse =
            |kind, column, row| Some(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
        assert_eq!(read("<0;10;5M"), mouse(MouseEventKind::Down(MouseButton::Left), 9, 4));
        assert_eq!(read("<0;10;5m"), mouse(MouseEventKind::Up(MouseButton::Left), 9, 4));
        assert_eq!(read("<35;300;200M"), mouse(MouseEventKind::Moved, 299, 199));
        assert_eq!(read("<65;1;1M"), mouse(MouseEventKind::ScrollDown, 0, 0));
        assert_eq!(read("96;7;2M"), mouse(MouseEventKind::ScrollUp, 6, 1));
    }
}
