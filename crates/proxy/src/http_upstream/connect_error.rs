//! The error that no connection could be opened.

/// The error that no connection could be opened.
pub(super) struct ConnectError {
    pub(super) why: String,
    /// The remedy, as a sentence without its full stop.
    pub(super) remedy: String,
}
