//! What settled by itself and is worth a look all the same.
//!
//! A merge by lines is blind to what was moved. Both sides add the same line at different places, and the result has it
//! twice; one side deletes a line that the other adds somewhere else, and it is back. Neither is a conflict, and mostly
//! both are as they should be. But these are the ways in which a merge without a conflict goes wrong, so they are told.

use crate::engine::Merge;
use crate::region::{RegionKind, Side};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// What is worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// Both added the line, at different places: the result has it twice.
    DoubledLine,
    /// One side deleted the line, the other added it at another place: the result has it again.
    DeletedLineReturned,
}

/// Something in regions without a conflict that is worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// The side from which the line comes that is meant. Of a line that both added, mine.
    pub side: Side,
    /// The number of that line in that side's text.
    pub line: usize,
    /// The number of the region that has the line.
    pub region: usize,
    /// The number of the region where the other side added or deleted the same line.
    pub other: usize,
}

/// What one side did to a line.
#[derive(Clone, Copy)]
struct LineChange {
    region: usize,
    /// Its number in the side's text where it was added, in the base's where it was deleted.
    line: usize,
}

/// Lines by content, and where they were added or deleted first.
type Deeds<'m> = HashMap<&'m [u8], LineChange, RandomState>;

impl Merge {
    /// What is worth a look in the regions without a conflict, in the order of the regions. Lines without a letter or
    /// a digit, such as braces, are passed over: they come and go without meaning anything.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let (mine_added, mine_deleted) = self.line_changes(RegionKind::Mine, Side::Mine);
        let (theirs_added, theirs_deleted) = self.line_changes(RegionKind::Theirs, Side::Theirs);
        let mut notices = Vec::new();
        let mut note = |kind, side, added: &Deeds, others: &Deeds| {
            notices.extend(added.iter().filter_map(|(content, deed)| {
                let other = others.get(content)?.region;
                Some(Notice { kind, side, line: deed.line, region: deed.region, other })
            }));
        };
        note(NoticeKind::DoubledLine, Side::Mine, &mine_added, &theirs_added);
        note(NoticeKind::DeletedLineReturned, Side::Mine, &mine_added, &theirs_deleted);
        note(NoticeKind::DeletedLineReturned, Side::Theirs, &theirs_added, &mine_deleted);
        notices.sort_by_key(|notice| (notice.region, notice.side == Side::Theirs, notice.line));
        notices
    }

    /// What one side alone added and deleted, regions of that kind taken one by one: a line that only moved within a
    /// region was neither.
    fn line_changes(&self, kind: RegionKind, side: Side) -> (Deeds<'_>, Deeds<'_>) {
        let (mut added, mut deleted) = (Deeds::default(), Deeds::default());
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

    /// The lines of a region that say anything, and where each stands first.
    fn lines_of(&self, region: usize, side: Side) -> HashMap<&[u8], usize, RandomState> {
        let (range, text) = (self.regions()[region].range(side), self.text(side));
        let says = |content: &[u8]| content.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        let mut lines = HashMap::default();
        for number in range {
            let content = text.line(number).content;
            if says(content) {
                lines.entry(content).or_insert(number);
            }
        }
        lines
    }
}
