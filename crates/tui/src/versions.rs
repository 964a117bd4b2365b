//! The versions of one document: the list, the selected version, and when to request the list again.
//!
//! Not in here: lost updates in the list ([`traffic::lineage`]), bringing a version back (the editor), and drawing.

pub(crate) mod detail;

use contract::{DocumentId, Version};
use traffic::lineage::{LineageEntry, lineage_of};

use crate::refetch::Refetch;
use crate::scroll::moved_selection;

/// The number of newest versions that are requested.
///
/// A graph of more versions could not be read, and a long history must not make the client read forever.
pub(crate) const MAX_VERSIONS: usize = 300;

/// The list of versions on the screen.
#[derive(Debug, Clone)]
pub(crate) struct VersionsView {
    pub(crate) document: DocumentId,
    /// The versions, newest first, or `None` before the first list has arrived.
    history: Option<Vec<LineageEntry>>,
    /// Why the last request for the list failed, if it did.
    trouble: Option<String>,
    /// The number of the selected version, which is not an index into the list; `None` if none is selected.
    selected: Option<u64>,
    asking: Refetch,
}

impl VersionsView {
    /// Returns a list that has been requested.
    pub(crate) fn loading(document: DocumentId) -> Self {
        Self { document, history: None, trouble: None, selected: None, asking: Refetch::Once }
    }

    /// Notes that there may be a newer version. Returns whether to request the list now.
    ///
    /// At most one request is in flight, however fast versions are made.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        self.asking.mark_outdated()
    }

    /// Handles the list, or why it is not known. Returns whether to request the list again.
    ///
    /// After a failure, the earlier list stays.
    pub(crate) fn set_versions(&mut self, listed: Result<Vec<Version>, String>) -> bool {
        match listed {
            Ok(versions) => {
                let is_first = self.history.is_none();
                let history = lineage_of(versions);
                if is_first {
                    self.selected = history.first().map(|told| told.version.version);
                }
                self.history = Some(history);
                self.trouble = None;
            }
            Err(why) => self.trouble = Some(why),
        }
        self.asking.on_answer()
    }

    /// Returns the versions, newest first, or `None` before the first list has arrived.
    pub(crate) fn history(&self) -> Option<&[LineageEntry]> {
        self.history.as_deref()
    }

    /// Returns why the last request for the list failed, if it did.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Returns whether there are older versions than those in the list.
    pub(crate) fn has_older(&self) -> bool {
        self.history().and_then(<[LineageEntry]>::last).is_some_and(|oldest| oldest.version.version > 1)
    }

    /// Returns the index of the selected version, or `None` if no version is selected.
    pub(crate) fn selected(&self) -> Option<usize> {
        let selected = self.selected?;
        self.history()?.iter().position(|told| told.version.version == selected)
    }

    /// Returns the selected version.
    pub(crate) fn chosen(&self) -> Option<&LineageEntry> {
        self.history()?.get(self.selected()?)
    }

    /// Moves the selection, to older versions if `by` is positive.
    ///
    /// If no version is selected, it starts from an end of the list.
    pub(crate) fn select(&mut self, by: isize) {
        let Some(history) = self.history().filter(|history| !history.is_empty()) else { return };
        let to = moved_selection(self.selected(), by, history.len());
        self.selected = Some(history[to].version.version);
    }
}

#[cfg(test)]
mod tests {
    use contract::{EntityTag, Timestamp};

    use super::*;

    /// Returns the versions from 1 to `newest`, the newest first, each based on the one before.
    fn history(newest: u64) -> Vec<Version> {
        let tag = |number: u64| -> EntityTag { format!("\"v{number}-00000000\"").parse().unwrap() };
        let version = |number: u64| Version {
            version: number,
            etag: tag(number),
            author: "Alice".parse().unwrap(),
            at: Timestamp::from_millis(number),
            parent_etag: (number > 1).then(|| tag(number - 1)),
            based_on: (number > 1).then(|| tag(number - 1)),
            deleted: false,
        };
        (1..=newest).rev().map(version).collect()
    }

    fn three() -> Vec<Version> {
        history(3)
    }

    #[test]
    fn list_is_fetched_once_at_a_time_and_again_if_outdated() {
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        assert!(!versions.mark_outdated(), "a request is in flight");
        assert!(!versions.mark_outdated());
        assert!(versions.set_versions(Ok(three())), "one more request covers all changes meanwhile");
        assert!(!versions.set_versions(Ok(three())));
        assert!(versions.mark_outdated(), "no request is in flight");
    }

    #[test]
    fn earlier_list_stays_after_a_failure() {
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        versions.set_versions(Ok(three()));
        versions.set_versions(Err("no server".to_owned()));
        assert_eq!(versions.history().map(<[LineageEntry]>::len), Some(3));
        assert_eq!(versions.trouble(), Some("no server"));
        versions.set_versions(Ok(three()));
        assert_eq!(versions.trouble(), None);
    }

    #[test]
    fn selection_is_a_version_whatever_the_list_becomes() {
        let number = |versions: &VersionsView| versions.chosen().map(|told| told.version.version);
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        versions.select(1);
        assert_eq!(number(&versions), None);
        versions.set_versions(Ok(three()));
        assert_eq!(number(&versions), Some(3));
        let more = history(4);
        versions.set_versions(Ok(more.clone()));
        assert_eq!(number(&versions), Some(3), "a newer version does not take the selection");
        versions.select(-9);
        assert_eq!(number(&versions), Some(4));
        versions.select(9);
        assert_eq!((number(&versions), versions.has_older()), (Some(1), false));
        versions.set_versions(Ok(more.into_iter().filter(|version| version.version > 2).collect()));
        assert_eq!(
            (number(&versions), versions.has_older()),
            (None, true),
            "the selected version is no longer in the list"
        );
        versions.select(1);
        assert_eq!(number(&versions), Some(4), "down begins at the top");
    }
}
