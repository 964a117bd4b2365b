//! The versions of one document: which there are, which is looked at, and when to ask for them again.
//!
//! What is *not* here: what the list shows about lost updates, which is [`traffic::lineage`]; bringing a version back,
//! which is the editor's; and how it all looks.

pub(crate) mod detail;

use contract::{DocumentId, Version};
use traffic::lineage::{LineageEntry, lineage_of};

use crate::refetch::Refetch;
use crate::scroll::moved_selection;

/// How many versions are asked for, the newest: a graph of more is no picture, and no document may make us read for
/// ever.
pub(crate) const MAX_VERSIONS: usize = 300;

/// The history of a document on the screen.
#[derive(Debug, Clone)]
pub(crate) struct VersionsView {
    pub(crate) document: DocumentId,
    /// The versions, newest first; none before they are here.
    history: Option<Vec<LineageEntry>>,
    /// Why they were not told the last time.
    trouble: Option<String>,
    /// The number of the version that is selected: a version, never a place in the list. `None` if there is none.
    selected: Option<u64>,
    asking: Refetch,
}

impl VersionsView {
    /// A history that was asked for.
    pub(crate) fn loading(document: DocumentId) -> Self {
        Self { document, history: None, trouble: None, selected: None, asking: Refetch::Once }
    }

    /// There may be a newer version than those in the list. True where the list has to be asked for: it never is twice
    /// at a time, however fast versions are made.
    pub(crate) fn mark_outdated(&mut self) -> bool {
        self.asking.mark_outdated()
    }

    /// Takes the list in. True where it has to be asked for again. What was known stays where nothing was told.
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

    /// The versions, newest first; none before they are here.
    pub(crate) fn history(&self) -> Option<&[LineageEntry]> {
        self.history.as_deref()
    }

    /// Why they were not told the last time.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Whether there are versions that are older than those in the list.
    pub(crate) fn has_older(&self) -> bool {
        self.history().and_then(<[LineageEntry]>::last).is_some_and(|oldest| oldest.version.version > 1)
    }

    /// Returns the place of the selected version, or `None` if no version is selected.
    pub(crate) fn selected(&self) -> Option<usize> {
        let selected = self.selected?;
        self.history()?.iter().position(|told| told.version.version == selected)
    }

    /// The version that is selected.
    pub(crate) fn chosen(&self) -> Option<&LineageEntry> {
        self.history()?.get(self.selected()?)
    }

    /// Moves the selection, to older versions where positive. If no version is selected, it begins at an end of the
    /// list.
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

    /// The versions from 1 to `newest`, the newest first, each made from the one before.
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
        assert!(!versions.mark_outdated(), "it is on its way");
        assert!(!versions.mark_outdated());
        assert!(versions.set_versions(Ok(three())), "once more, for all that happened meanwhile");
        assert!(!versions.set_versions(Ok(three())));
        assert!(versions.mark_outdated(), "nothing is on its way");
    }

    #[test]
    fn what_was_known_stays_where_nothing_was_told() {
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        versions.set_versions(Ok(three()));
        versions.set_versions(Err("nobody there".to_owned()));
        assert_eq!(versions.history().map(<[LineageEntry]>::len), Some(3));
        assert_eq!(versions.trouble(), Some("nobody there"));
        versions.set_versions(Ok(three()));
        assert_eq!(versions.trouble(), None);
    }

    #[test]
    fn the_selection_is_a_version_whatever_the_list_becomes() {
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
        assert_eq!((number(&versions), versions.has_older()), (None, true), "what was selected is not there any more");
        versions.select(1);
        assert_eq!(number(&versions), Some(4), "down begins at the top");
    }
}
