//! The changes of theirs that would be lost if my text replaced their version.
//!
//! These are lines of theirs that neither the base nor my text has, and lines of the base that they deleted and my text
//! still has. A change that both sides made alike is not lost.

use std::collections::HashSet;

use contract::Author;
use editor::{ChangeId, DocumentMerge};
use merge::{RegionKind, Side};
use terminal::sanitize::sanitize;

use crate::list_diff::{ListHunk, hunks};
use crate::messages::possessive;
use crate::{resolution, text};

/// Returns the lines that would be lost or come back, with a heading above each kind.
///
/// Lost lines are numbered as in their version, returning lines as in the base. All lines are sanitized.
pub fn lost_lines(conflict: &DocumentMerge) -> Vec<String> {
    let version = version_name(conflict);
    let mut said = Vec::new();
    for (name, place) in [("title", ChangeId::Title), ("parent", ChangeId::Parent)] {
        if let Some(value) = lost_value(conflict, place) {
            said.push(format!("the {name} in {version}: {value}"));
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
    list(format!("{} in {version}:", lines(vanish.len())), Side::Theirs, &vanish);
    list(format!("{} that {version} does not have, and that would come back:", lines(back.len())), Side::Base, &back);
    said
}

/// Returns how to name the version that would be replaced.
///
/// It has its author's name only if that author made every change that would be lost. After versions that this editor
/// has not received, some of the changes can be by others (`DocumentMerge::introduced_by`).
fn version_name(conflict: &DocumentMerge) -> String {
    let author = conflict.theirs().author.as_ref();
    let is_by_author =
        |place: &ChangeId| conflict.introduced_by(*place).is_some_and(|version| version.author.as_ref() == author);
    let places = conflict.changes();
    if places.iter().filter(|place| is_theirs(resolution::kind(conflict, **place))).all(is_by_author) {
        let name = author.map_or("another client", Author::as_str);
        format!("{} version", possessive(sanitize(name).into_owned()))
    } else {
        "the server's version".to_owned()
    }
}

/// Returns their title or parent if they changed it and mine differs.
fn lost_value(conflict: &DocumentMerge, place: ChangeId) -> Option<String> {
    is_theirs(resolution::kind(conflict, place)).then(|| {
        let value = text::line(conflict, place, Side::Theirs, 0).unwrap_or_default();
        if value.is_empty() { "(none)".to_owned() } else { sanitize(&value).into_owned() }
    })
}

/// Returns whether the other side made a change that my text does not have.
fn is_theirs(kind: RegionKind) -> bool {
    matches!(kind, RegionKind::Theirs | RegionKind::Conflict(_))
}

/// Returns the numbers of the lost lines of theirs, and of the returning lines of the base.
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
        // A rewritten line is not a deleted line: its new form is among the lost lines.
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
    use crate::fixture::{MergingEditor, conflict, document, titles};

    #[test]
    fn lines_that_only_they_wrote_are_lost() {
        let conflict = conflict("a\nb\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nb!\nc\nD\u{1b}\ne\nf\n");
        assert_eq!(lost_lines(&conflict), ["3 lines in bob's version:", "     2  b!", "     4  D␛", "     6  f"]);
    }

    #[test]
    fn lines_that_they_deleted_come_back() {
        let conflict = conflict("a\nb\nc\nd\n", "a\nb\nc\nD\n", "a\nc\nd\n");
        assert_eq!(
            lost_lines(&conflict),
            ["1 line that bob's version does not have, and that would come back:", "     2  b"]
        );
    }

    #[test]
    fn change_that_both_made_is_not_lost() {
        let conflict = conflict("a\nb\nc\n", "A\nb\nc\nmine\n", "A\nb\nc\n");
        assert_eq!(lost_lines(&conflict), Vec::<String>::new());
    }

    #[test]
    fn author_is_named_only_if_no_version_was_missed() {
        let lost = |base, newer| {
            let [old, mine, theirs] = ["a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n"].map(|content| document("Bread", content));
            let mut merging = MergingEditor::over(base, old);
            merging.types_and_meets(mine, newer, theirs);
            lost_lines(merging.conflict())[0].clone()
        };
        assert_eq!(lost("\"v5-0011aabb\"", "\"v6-0011aabb\""), "1 line in bob's version:");
        assert_eq!(lost("\"v5-0011aabb\"", "\"v7-0011aabb\""), "1 line in the server's version:");
    }

    #[test]
    fn title_and_parent_can_be_lost() {
        assert_eq!(
            lost_lines(&titles()),
            ["the title in bob's version: Bread rolls", "the parent in bob's version: recipes"]
        );
    }
}
