//! Changes that settled by themselves but deserve a look.
//!
//! A merge by lines does not see moves. Both sides add the same line at different places, and the result has it twice.
//! Or one side deletes a line that the other adds somewhere else, and it is back. Neither is a conflict, and usually
//! both are correct. But these are the ways in which a merge without a conflict goes wrong, so they are reported.

use crate::engine::Merge;
use crate::region::{RegionKind, Side};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The kind of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// Both added the line, at different places: the result has it twice.
    DoubledLine,
    /// One side deleted the line, the other added it at another place: the result has it again.
    DeletedLineReturned,
}

/// A change in regions without a conflict that deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    /// The kind of change.
    pub kind: NoticeKind,
    /// The side that has the line. For a line that both added, mine.
    pub side: Side,
    /// The index of the line in that side's text.
    pub line: usize,
    /// The index of the region with the line.
    pub region: usize,
    /// The index of the region in which the other side added or deleted the same line.
    pub other: usize,
}

/// The place at which one side added or deleted a line.
#[derive(Clone, Copy)]
struct LineChange {
    region: usize,
    /// The index in the side's text if the line was added, in the base if it was deleted.
    line: usize,
}

/// Lines by content, and where each was first added or deleted.
type LineChanges<'m> = HashMap<&'m [u8], LineChange, RandomState>;

impl Merge {
    /// Returns the notices about regions without a conflict, in the order of the regions.
    ///
    /// Lines without a letter or a digit, such as braces, are skipped: they come and go without meaning.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let (mine_added, mine_deleted) = self.line_changes(RegionKind::Mine, Side::Mine);
        let (theirs_added, theirs_deleted) = self.line_changes(RegionKind::Theirs, Side::Theirs);
        let mut notices = Vec::new();
        let mut note = |kind, side, added: &LineChanges, others: &LineChanges| {
            notices.extend(added.iter().filter_map(|(content, change)| {
                let other = others.get(content)?.region;
                Some(Notice { kind, side, line: change.line, region: change.region, other })
            }));
        };
        note(NoticeKind::DoubledLine, Side::Mine, &mine_added, &theirs_added);
        note(NoticeKind::DeletedLineReturned, Side::Mine, &mine_added, &theirs_deleted);
        note(NoticeKind::DeletedLineReturned, Side::Theirs, &theirs_added, &mine_deleted);
        notices.sort_by_key(|notice| (notice.region, notice.side == Side::Theirs, notice.line));
        notices
    }

    /// Returns the lines that one side alone added and deleted, in regions of that kind.
    ///
    /// Each region counts by itself: a line that only moved within a region was neither added nor deleted.
    fn line_changes(&self, kind: RegionKind, side: Side) -> (LineChanges<'_>, LineChanges<'_>) {
        let (mut added, mut deleted) = (LineChanges::default(), LineChanges::default());
        for &region in self.changes().iter().filter(|&&region| self.regions()[region].kind == kind) {
            let (base, own) = (self.lines_of(region, Side::Base), self.lines_of(region, side));
            for (content, &line) in own.iter().filter(|(content, _)| !base.contains_key(*content)) {
                added.entry(content).or_insert(LineChange { region, line });
            }
            for (content, &line) in base.iter().filter(|(content, _)| !own.contains_key(*content)) {
                deleted.entry(content).or_insert(LineChange { region, line });
            }
        }
        (added, deleted)
    }

    /// Returns the lines of a region with a letter or a digit, and where each occurs first.
    fn lines_of(&self, region: usize, side: Side) -> HashMap<&[u8], usize, RandomState> {
        let (range, text) = (self.regions()[region].range(side), self.text(side));
        let is_meaningful =
            |content: &[u8]| content.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        let mut lines = HashMap::default();
        for number in range {
            let content = text.line(number).content;
            if is_meaningful(content) {
                lines.entry(content).or_insert(number);
            }
        }
        lines
    }
}
