//! Text that the user took out: cut, or replaced by an old version.
//!
//! A draft keeps it until a save has succeeded. It is not unsaved text, since the user took it out. But a single key
//! did so, and the text may be on its way to another place.

use std::sync::Arc;

use crate::unplaced::join;

/// Text that was taken out and, as far as known, not put anywhere else yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aside {
    /// The text that an old version replaced, or that an earlier run had taken out.
    replaced: Option<Arc<str>>,
    /// The text that was cut last.
    cut: Option<Arc<str>>,
    /// Both as one text, which the draft of each key shares.
    all: Option<Arc<str>>,
    /// Whether a save was sent after the text was set aside.
    is_sent: bool,
    /// Whether my text is an old version that was brought back, without edits.
    is_old_version: bool,
}

impl Aside {
    /// Continues with the text that a draft kept.
    pub(crate) fn restored(text: Option<Arc<str>>) -> Self {
        Self { all: text.clone(), replaced: text, ..Self::default() }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.all.is_none()
    }

    /// Returns all of it as one text.
    pub(crate) const fn text(&self) -> Option<&Arc<str>> {
        self.all.as_ref()
    }

    /// Records the text that was cut. As in the register, it replaces the text that was cut before.
    pub(crate) fn cut(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.cut = Some(text.into());
            self.is_sent = false;
            self.join();
        }
    }

    /// Records my text, which an old version replaces.
    ///
    /// An old version that replaces another is not recorded.
    pub(crate) fn replace(&mut self, mine: &str) {
        let is_known = self.replaced.as_ref().is_some_and(|replaced| replaced.contains(mine));
        if !std::mem::replace(&mut self.is_old_version, true) && !mine.trim().is_empty() {
            self.is_sent = false;
            if !is_known {
                self.replaced = Some(self.replaced.take().map_or_else(|| mine.into(), |all| join(&all, mine).into()));
                self.join();
            }
        }
    }

    fn join(&mut self) {
        let is_in_it = |cut: &&Arc<str>| self.replaced.as_ref().is_some_and(|replaced| replaced.contains(&***cut));
        let cut = self.cut.as_ref().filter(|cut| !is_in_it(cut));
        self.all = self.replaced.iter().chain(cut).cloned().reduce(|all, text| join(&all, &text).into());
    }

    /// Records that my text has changed.
    pub(crate) const fn typed(&mut self) {
        self.is_old_version = false;
    }

    /// Records that my text is on its way to the server.
    pub(crate) const fn sent(&mut self) {
        self.is_sent = true;
    }

    /// Forgets what was taken out before the save that the server has acknowledged.
    pub(crate) fn saved(&mut self) {
        if self.is_sent {
            *self = Self::default();
        }
    }
}
