//! What waits to be pasted.

/// What was cut, copied or kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clipboard {
    /// What was cut or copied last, in any editor.
    pub(crate) register: String,
    /// What was pasted where it had no place, and no document was open to keep it.
    pub(crate) kept: Option<String>,
}
