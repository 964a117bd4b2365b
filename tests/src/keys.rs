//! The bytes that a terminal sends for keys.

/// Enter.
pub const ENTER: &str = "\r";
/// Escape. Send it alone: with more bytes behind it, it would be taken for the beginning of a sequence.
pub const ESC: &str = "\x1b";
/// Arrow down.
pub const DOWN: &str = "\x1b[B";
/// Arrow up.
pub const UP: &str = "\x1b[A";
/// End, the key.
pub const END: &str = "\x1b[F";
/// Home, the key.
pub const HOME: &str = "\x1b[H";

/// Returns Ctrl with a lower-case letter.
#[must_use]
pub fn ctrl(letter: char) -> String {
    char::from(u8::try_from(letter).expect("a small letter") & 0x1f).to_string()
}

/// Returns Alt with a character.
#[must_use]
pub fn alt(character: char) -> String {
    format!("\x1b{character}")
}

/// Returns a function key, from 1 to 12.
#[must_use]
pub fn f(number: usize) -> &'static str {
    const KEYS: [&str; 12] = [
        "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~", "\x1b[20~", "\x1b[21~",
        "\x1b[23~", "\x1b[24~",
    ];
    KEYS[number - 1]
}
