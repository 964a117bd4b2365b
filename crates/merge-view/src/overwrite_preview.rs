//! The lines that saving my text over theirs would lose.
//!
//! Counted is what the other did: lines of theirs that neither the base nor my text has, and lines of the base that
//! they deleted and my text still has. What both did alike is not lost, and is not shown.

use std::collections::HashSet;

use contract::Author;
use editor::{ChangeId, DocumentMerge};
use merge::{RegionKind, Side};
use terminal::sanitize::sanitize;

use crate::list_diff::{ListHunk, hunks};
use crate::{resolution, text};

/// Returns the lines that would be lost, with a heading over each kind; empty if there are none.
///
/// Control characters are made visible. Lines are numbered as in the version that would be overwritten; those that
/// would come back, as in the base.
pub fn lost_lines(conflict: &DocumentMerge) -> Vec<String> {
    let bob = conflict.theirs().author.as_ref().map_or("another client", Author::as_str);
    let bob = sanitize(bob);
    let mut said = Vec::new();
    for (name, place) in [("title", ChangeId::Title), ("parent", ChangeId::Parent)] {
        if let Some(value) = lost_value(conflict, place) {
            said.push(format!("the {name} that {bob} gave it: {value}"));
        }
    }
    let (vanish, back) = lost_line_numbers(conflict);
    let lines = |count: usize| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
    let mut list = |heading: String, side: Side, numbers: &[usize]| {
        if !numbers.is_empty() {
            said.push(heading);
        }
        let text = conflict.content().merge().text(side);
        said.extend(numbers.iter().map(|&number| {
            let line = String::from_utf8_lossy(text.line(number).content);
            format!("{:>6}  {}", number + 1, sanitize(&line))
        }));
    };
    list(format!("{} that {bob} wrote:", lines(vanish.len())), Side::Theirs, &vanish);
    list(format!("{} that {bob} deleted, and that would come back:", lines(back.len())), Side::Base, &back);
    said
}

/// Returns their title or parent if they changed it and mine is another.
fn lost_value(conflict: &DocumentMerge, place: ChangeId) -> Option<String> {
    is_theirs(resolution::kind(conflict, place)).then(|| {
        let value = text::line(conflict, place, Side::Theirs, 0).unwrap_or_default();
        if value.is_empty() { "(none)".to_owned() } else { sanitize(&value).into_owned() }
    })
}

/// Whether the other did something that my text does not have.
fn is_theirs(kind: RegionKind) -> bool {
    matches!(kind, RegionKind::Theirs | RegionKind::Conflict(_))
}

/// The numbers of the lines of theirs that would vanish, and of those of the base that would come back.
fn lost_line_numbers(conflict: &DocumentMerge) -> (Vec<usize>, Vec<usize>) {
    let merge = conflict.content().merge();
    let (mut vanish, mut back) = (Vec::new(), Vec::new());
    for &change in conflict.content().changes() {
        let region = &merge.regions()[change];
        if !is_theirs(region.kind) {
            continue;
        }
        let [base, mine, theirs] = text::ALL_SIDES
            .map(|side| merge.text(side).lines(region.range(side)).map(|line| line.content).collect::<Vec<_>>());
        let (theirs_hunks, mine_hunks, between) =
            (hunks(&base, &theirs, None), hunks(&base, &mine, None), hunks(&mine, &theirs, None));
        let missing_from_mine: HashSet<usize> = new_lines(&between).collect();
        let new = new_lines(&theirs_hunks).filter(|line| missing_from_mine.contains(line));
        vanish.extend(new.map(|line| region.theirs.start + line));
        let deleted_by_me: HashSet<usize> = old_lines(&mine_hunks).collect();
        // A line that was rewritten is not deleted: its new form is among those that vanish.
        let deleted = theirs_hunks.iter().filter(|hunk| hunk.new.is_empty()).flat_map(|hunk| hunk.old.clone());
        back.extend(deleted.filter(|line| !deleted_by_me.contains(line)).map(|line| region.base.start + line));
    }
    (vanish, back)
}

fn new_lines(hunks: &[ListHunk]) -> impl Iterator<Item = usize> {
    hunks.iter().flat_map(|hunk| hunk.new.clone())
}

fn old_lines(hunks: &[ListHunk]) -> impl Iterator<Item = usize> {
    hunks.iter().flat_map(|hunk| hunk.old.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{conflict, titles};

    #[test]
    fn shown_is_what_the_other_wrote_and_i_do_not_have() {
        let conflict = conflict("a\nb\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nb!\nc\nD\u{1b}\ne\nf\n");
        assert_eq!(lost_lines(&conflict), ["3 lines that bob wrote:", "     2  b!", "     4  D␛", "     6  f"]);
    }

    #[test]
    fn what_they_deleted_would_come_back() {
        let conflict = conflict("a\nb\nc\nd\n", "a\nb\nc\nD\n", "a\nc\nd\n");
        assert_eq!(lost_lines(&conflict), ["1 line that bob deleted, and that would come back:", "     2  b"]);
    }

    #[test]
    fn change_that_both_made_is_not_lost() {
        let conflict = conflict("a\nb\nc\n", "A\nb\nc\nmine\n", "A\nb\nc\n");
        assert_eq!(lost_lines(&conflict), Vec::<String>::new());
    }

    #[test]
    fn title_and_parent_can_be_lost() {
        assert_eq!(
            lost_lines(&titles()),
            ["the title that bob gave it: Bread rolls", "the parent that bob gave it: recipes"]
        );
    }
}
