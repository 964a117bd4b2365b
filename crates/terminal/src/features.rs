//! The features of a terminal that its user can switch off.

/// The largest text that is put into the terminal's clipboard, in bytes.
///
/// With its Base64 and the bytes around it, the sequence has at most 100,000 bytes. That is the limit of hterm; xterm,
/// tmux and most other terminals accept more, and one that is exceeded drops the whole text without a word.
pub const MAX_CLIPBOARD_BYTES: usize = 74_991;

/// The features of a terminal that its user can switch off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalFeatures {
    /// Whether clicks and the wheel come to this program. If not, the terminal itself selects text.
    pub mouse: bool,
    /// Whether text that is copied is also sent to the terminal's clipboard.
    pub clipboard: bool,
}

impl Default for TerminalFeatures {
    fn default() -> Self {
        Self { mouse: true, clipboard: true }
    }
}
