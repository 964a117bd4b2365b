//! The lessons that the program brings along, in the order in which they are best taught.

/// Each file: what it is called where people look for it, and its text.
pub const FILES: [(&str, &str); 1] =
    [("demo/lessons/lost-update.toml", include_str!("../../../demo/lessons/lost-update.toml"))];
