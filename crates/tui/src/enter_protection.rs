//! The moment after a document has come into view, in which Enter is not for its text.
//!
//! Enter opens documents, begins free play and ends commands of a shell, and people press it twice; or they press it in
//! the list just as the leader's document opens in its place. The second Enter would be a line in a text that its user
//! has not read yet. Browsers protect their dialogs in the same way: Chromium ignores a click, and Firefox also Enter,
//! for about as long as a double click may take.
//!
//! Only Enter is ignored, and only as the first key: who types is writing, and Enter is part of that.

/// The time for which Enter is ignored after a document has come into view.
///
/// In a document that has opened by itself, it begins again with each key. It is the longest double click of common
/// desktops; a person needs about half of it to react to a new screen.
pub(crate) const PROTECTION_TIME: std::time::Duration = std::time::Duration::from_millis(500);

/// Whether Enter is ignored now, and the timer that ends this.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EnterProtection {
    is_on: bool,
    /// The generation of the timer: one that was set for an earlier protection is ignored.
    turn: u64,
}

impl EnterProtection {
    /// Returns whether Enter is ignored.
    pub(crate) const fn is_on(self) -> bool {
        self.is_on
    }

    /// Begins, or begins again. Returns the generation of the timer to set.
    pub(crate) const fn begin(&mut self) -> u64 {
        self.is_on = true;
        self.turn += 1;
        self.turn
    }

    /// Ends at once, since the user has typed or clicked.
    pub(crate) const fn end(&mut self) {
        self.is_on = false;
    }

    /// Ends after its time. Returns false if the timer was set for an earlier protection.
    pub(crate) const fn on_time(&mut self, turn: u64) -> bool {
        let ends = self.is_on && turn == self.turn;
        self.is_on &= !ends;
        ends
    }
}
