//! The versions of one document: the list, its filter, the selected and the marked version.
//!
//! Not in here: lost updates in the list ([`traffic::lineage`]), one version and its comparison ([`detail`]), and
//! drawing.

pub(crate) mod detail;

use contract::{DocumentId, Version};
use editor::Guard;
use terminal::line_input::LineInput;
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
    /// The number of the version that others are compared with.
    marked: Option<u64>,
    /// A part of an author's name, or the number of a version; all versions are shown if it is empty.
    filter: String,
    /// Whether the next list selects its newest version: the user has just made it.
    selects_newest: bool,
    asking: Refetch,
}

/// The prompt for a filter of the versions.
#[derive(Debug, Clone)]
pub(crate) struct VersionFilterPrompt {
    pub(crate) line: LineInput,
    /// The filter before the prompt was opened.
    pub(crate) before: String,
}

impl VersionsView {
    /// Returns a list that has been requested.
    pub(crate) fn loading(document: DocumentId) -> Self {
        Self {
            document,
            history: None,
            trouble: None,
            selected: None,
            marked: None,
            filter: String::new(),
            selects_newest: false,
            asking: Refetch::Once,
        }
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
                let is_marked = |told: &LineageEntry| Some(told.version.version) == self.marked;
                self.marked = self.marked.filter(|_| history.iter().any(is_marked));
                self.history = Some(history);
                self.trouble = None;
                if is_first || self.selects_newest {
                    self.selected = self.shown().first().map(|at| self.number_at(*at));
                }
            }
            Err(why) => self.trouble = Some(why),
        }
        let again = self.asking.on_answer();
        // A list that was requested before the user's version was made may lack it.
        self.selects_newest &= again;
        again
    }

    /// Has the next list select its newest version.
    pub(crate) fn select_newest(&mut self) {
        self.selects_newest = true;
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

    /// Returns the number of the marked version, or `None` if none is marked.
    pub(crate) const fn marked(&self) -> Option<u64> {
        self.marked
    }

    /// Marks the selected version, or removes its mark.
    pub(crate) fn toggle_mark(&mut self) {
        let chosen = self.chosen().map(|told| told.version.version);
        self.marked = chosen.filter(|_| self.marked != chosen);
    }

    /// Returns the filter; empty if all versions are shown.
    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    /// Sets the filter. A version that it hides loses the selection to the first one that is shown.
    pub(crate) fn set_filter(&mut self, filter: &str) {
        filter.trim().clone_into(&mut self.filter);
        let shown = self.shown();
        if self.selected().is_none_or(|at| !shown.contains(&at)) {
            self.selected = shown.first().map(|at| self.number_at(*at));
        }
    }

    /// Returns the indexes of the versions that the filter shows: all if it is empty.
    pub(crate) fn shown(&self) -> Vec<usize> {
        let history = self.history.as_deref().unwrap_or_default();
        let wanted = self.filter.to_lowercase();
        let number: Option<u64> = wanted.strip_prefix('v').unwrap_or(&wanted).parse().ok();
        let is_shown = |told: &LineageEntry| {
            Some(told.version.version) == number || told.version.author.as_str().to_lowercase().contains(&wanted)
        };
        (0..history.len()).filter(|at| is_shown(&history[*at])).collect()
    }

    /// Returns the version to compare another one with if none is marked.
    ///
    /// It is the newest, or for the newest the one below. Returns `None` if there is no such version, or if it is a
    /// delete.
    pub(crate) fn counterpart_of(&self, number: u64) -> Option<u64> {
        let mut others = self.history()?.iter().map(|told| &told.version).filter(|version| version.version != number);
        others.next().filter(|version| !version.deleted).map(|version| version.version)
    }

    /// Returns the condition under which a version replaces the newest one in the list.
    ///
    /// Returns `None` if the list is empty or not here.
    /// A document that was deleted is created again.
    pub(crate) fn restore_guard(&self) -> Option<Guard> {
        let newest = &self.history()?.first()?.version;
        Some(if newest.deleted { Guard::IfNoneMatchAny } else { Guard::IfMatch(newest.etag.clone()) })
    }

    /// Moves the selection, to older versions if `by` is positive.
    ///
    /// If no version is selected, it starts from an end of the list.
    pub(crate) fn select(&mut self, by: isize) {
        let shown = self.shown();
        let selected = self.selected().and_then(|selected| shown.iter().position(|at| *at == selected));
        let to = moved_selection(selected, by, shown.len());
        if let Some(at) = shown.get(to) {
            self.selected = Some(self.number_at(*at));
        }
    }

    fn number_at(&self, at: usize) -> u64 {
        self.history.as_deref().unwrap_or_default()[at].version.version
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

    #[test]
    fn filter_shows_an_author_or_one_number() {
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        let mut listed = history(12);
        listed[2].author = "Bob".parse().unwrap();
        listed[11].author = "Robert 12".parse().unwrap();
        versions.set_versions(Ok(listed));
        let numbers =
            |versions: &VersionsView| versions.shown().into_iter().map(|at| versions.number_at(at)).collect::<Vec<_>>();
        for (filter, expected) in [("BOB", &[10][..]), (" ob ", &[10, 1]), ("v10", &[10]), ("12", &[12, 1]), ("x", &[])]
        {
            versions.set_filter(filter);
            assert_eq!(numbers(&versions), expected, "{filter}");
        }
        assert_eq!(versions.chosen(), None, "nothing is shown");
        versions.set_filter("ob");
        assert_eq!(versions.chosen().map(|told| told.version.version), Some(10));
        versions.select(1);
        versions.set_filter("");
        assert_eq!(versions.chosen().map(|told| told.version.version), Some(1), "it is still shown");
        assert_eq!(numbers(&versions).len(), 12);
    }

    #[test]
    fn mark_stays_on_its_version_and_ends_with_it() {
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        versions.set_versions(Ok(three()));
        versions.toggle_mark();
        versions.select(1);
        versions.set_versions(Ok(history(4)));
        assert_eq!(versions.marked(), Some(3));
        versions.toggle_mark();
        assert_eq!(versions.marked(), Some(2), "another version takes the mark");
        versions.toggle_mark();
        assert_eq!(versions.marked(), None);
        versions.toggle_mark();
        versions.set_versions(Ok(history(4).into_iter().filter(|version| version.version > 2).collect()));
        assert_eq!(versions.marked(), None);
    }

    #[test]
    fn restore_names_the_newest_version_or_that_there_is_none() {
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        assert_eq!(versions.restore_guard(), None);
        let mut listed = three();
        versions.set_versions(Ok(listed.clone()));
        assert_eq!(versions.restore_guard(), Some(Guard::IfMatch("\"v3-00000000\"".parse().unwrap())));
        listed[0].deleted = true;
        versions.set_versions(Ok(listed));
        assert_eq!(versions.restore_guard(), Some(Guard::IfNoneMatchAny));
    }

    #[test]
    fn users_own_version_is_selected_when_the_list_has_it() {
        let number = |versions: &VersionsView| versions.chosen().map(|told| told.version.version);
        let mut versions = VersionsView::loading("welcome".parse().unwrap());
        versions.set_versions(Ok(three()));
        versions.select(9);
        versions.mark_outdated();
        versions.select_newest();
        versions.mark_outdated();
        versions.set_versions(Ok(three()));
        versions.set_versions(Ok(history(4)));
        assert_eq!(number(&versions), Some(4), "the first list was requested too early");
        versions.mark_outdated();
        versions.set_versions(Ok(history(5)));
        assert_eq!(number(&versions), Some(4));
    }
}
