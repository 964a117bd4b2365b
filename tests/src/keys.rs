//! Keys, as a terminal sends them.

/// Enter.
pub const ENTER: &str = "\r";
/// Escape. Alone, or what follows it would be taken for a part of the same key.
pub const ESC: &str = "\x1b";
/// The arrow down.
pub const DOWN: &str = "\x1b[B";
/// The arrow up.
pub const UP: &str = "\x1b[A";
/// To the end of the line.
pub const END: &str = "\x1b[F";
/// To the beginning of the line.
pub const HOME: &str = "\x1b[H";
/// Backwards through what Tab goes through.
pub const SHIFT_TAB: &str = "\x1b[Z";

/// Control and a small letter.
#[must_use]
pub fn ctrl(letter: char) -> String {
    char::from(u8::try_from(letter).expect("a small letter") & 0x1f).to_string()
}

/// Alt and a character.
#[must_use]
pub fn alt(character: char) -> String {
    format!("\x1b{character}")
}

/// A function key, from 1 to 12.
#[must_use]
pub fn f(number: usize) -> &'static str {
    const KEYS: [&str; 12] = [
        "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~", "\x1b[20~", "\x1b[21~",
        "\x1b[23~", "\x1b[24~",
    ];
    KEYS[number - 1]
}
