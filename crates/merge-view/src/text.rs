//! The lines of a change: of a region of the content, and of a title or parent as a single line.

use std::borrow::Cow;

use editor::{ChangeId, DocumentMerge};
use merge::{Line, Session, Side};

use crate::resolution::Resolution;

/// All three sides.
pub(crate) const ALL_SIDES: [Side; 3] = [Side::Base, Side::Mine, Side::Theirs];

/// Returns a line of a side without its ending, or `None` beyond the last.
///
/// `number` is counted from 0 within the change.
pub(crate) fn line(conflict: &DocumentMerge, place: ChangeId, side: Side, number: usize) -> Option<Cow<'_, str>> {
    match place {
        ChangeId::Title | ChangeId::Parent if number > 0 => None,
        ChangeId::Title => Some(Cow::Borrowed(match side {
            Side::Base => conflict.title().base(),
            Side::Mine => conflict.title().mine(),
            Side::Theirs => conflict.title().theirs(),
        })),
        ChangeId::Parent => {
            let parent = match side {
                Side::Base => conflict.parent().base(),
                Side::Mine => conflict.parent().mine(),
                Side::Theirs => conflict.parent().theirs(),
            };
            Some(parent.as_ref().map_or(Cow::Borrowed(""), |id| Cow::Borrowed(id.as_str())))
        }
        ChangeId::Region(_) => {
            region_line(conflict, place, side, number).map(|line| String::from_utf8_lossy(line.content))
        }
    }
}

/// Like [`line`], but with the ending, and `None` for a title and a parent, which have no lines.
pub(crate) fn region_line(conflict: &DocumentMerge, place: ChangeId, side: Side, number: usize) -> Option<Line<'_>> {
    let ChangeId::Region(region) = place else { return None };
    let merge = conflict.content().merge();
    let range = merge.regions()[region].range(side);
    (number < range.len()).then(|| merge.text(side).line(range.start + number))
}

/// Returns the lines of a side in a region, each with its line ending.
///
/// A line with its side's usual ending gets the result's ending; any other ending is kept.
pub(crate) fn side_lines(session: &Session, region: usize, side: Side) -> Vec<u8> {
    let merge = session.merge();
    let [usual, of_result] = [merge.format(side).ending, session.format().ending];
    let lines = merge.text(side).lines(merge.regions()[region].range(side));
    let whole = lines.flat_map(|line| {
        let own = line.ending.filter(|&ending| ending != usual);
        [line.content, own.unwrap_or(of_result).bytes()]
    });
    whole.flatten().copied().collect()
}

/// Returns the number of lines that a side has in a change. An empty title or parent has none.
pub(crate) fn count(conflict: &DocumentMerge, place: ChangeId, side: Side) -> usize {
    match place {
        ChangeId::Title | ChangeId::Parent => {
            usize::from(line(conflict, place, side, 0).is_some_and(|value| !value.is_empty()))
        }
        ChangeId::Region(region) => conflict.content().merge().regions()[region].range(side).len(),
    }
}

/// Returns how many lines of a side are shown: those of a region, or the single line of a value.
pub(crate) fn line_count(conflict: &DocumentMerge, place: ChangeId, side: Side) -> usize {
    match place {
        ChangeId::Title | ChangeId::Parent => 1,
        ChangeId::Region(region) => conflict.content().merge().regions()[region].range(side).len(),
    }
}

/// Returns a line of the result by its number within a change, or `None` if there is none.
pub(crate) fn chosen(
    conflict: &DocumentMerge,
    place: ChangeId,
    outcome: Resolution,
    number: usize,
) -> Option<Cow<'_, str>> {
    match place {
        ChangeId::Title | ChangeId::Parent if number > 0 => None,
        ChangeId::Title => conflict.title().chosen().map(|title| Cow::Borrowed(title.as_str())),
        ChangeId::Parent => conflict.parent().chosen()?.as_ref().map(|id| Cow::Borrowed(id.as_str())),
        ChangeId::Region(region) => outcome.line(conflict, region, number).map(String::from_utf8_lossy),
    }
}
