//! The measurements of one editor with one text.

use std::time::Duration;

/// One editor with one text.
pub(crate) struct EditorRow {
    pub(super) text: &'static str,
    pub(super) editor: &'static str,
    pub(super) opened: Duration,
    /// Each sorted.
    pub(super) keys: Vec<Duration>,
    pub(super) held: Vec<Duration>,
    /// The keys that were sent in each way, whether or not they were shown in time.
    pub(super) sent: [usize; 2],
    pub(super) behind: usize,
    /// The growth of the process, in bytes of memory per byte of text.
    ///
    /// It is `None` if the text is too small to tell.
    pub(super) memory: Option<f64>,
}
