//! The program's own clipboard.

/// The text that a paste inserts, and pasted text that found no place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clipboard {
    /// The text that was cut or copied last, in any editor. A paste inserts it.
    pub(crate) register: String,
    /// Text that was pasted while no document was open, and no field took it.
    pub(crate) kept: Option<String>,
    /// Whether copied text stays in the program, and is not sent to the terminal's clipboard.
    pub(crate) is_private: bool,
}
