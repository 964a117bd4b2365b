//! Turns the keys that decide into steps of the merge.

use editor::{ChangeId, DocumentMerge, MergeStep};
use merge::{Choice, ConflictKind, Decision, Format, RegionKind};

use crate::resolution::{Resolution, SettledAs};
use crate::status::MergeNote;

/// Returns the step that decides about a change, or a note that says why the decision is impossible.
pub(crate) fn decide(conflict: &DocumentMerge, place: ChangeId, decision: Decision) -> Result<MergeStep, MergeNote> {
    if conflict.full_override().is_some() && matches!(place, ChangeId::Region(_)) {
        return Err(MergeNote::WholeStands);
    }
    let order = matches!(decision, Decision::MineTheirs | Decision::TheirsMine);
    if order && !matches!(place, ChangeId::Region(_)) {
        return Err(MergeNote::OneOnly);
    }
    Ok(MergeStep::Decide { place, decision })
}

/// Returns the step that leaves out every settled change, or takes them again if all are left out.
///
/// To leave a change out is to take the base. A change about which the user decided otherwise is not affected.
pub(crate) fn toggle_settled(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    if conflict.full_override().is_some() {
        return Err(MergeNote::WholeStands);
    }
    let changes =
        conflict.changes().iter().copied().filter(|&place| !crate::resolution::kind(conflict, place).is_conflict());
    let with = |wanted: fn(Resolution) -> bool, places: &[ChangeId]| -> Vec<ChangeId> {
        places.iter().copied().filter(|&place| wanted(Resolution::at(conflict, place))).collect()
    };
    let settled: Vec<ChangeId> = changes.collect();
    let taken = with(
        |outcome| matches!(outcome, Resolution::Settled(SettledAs::Mine | SettledAs::Theirs | SettledAs::Both)),
        &settled,
    );
    let left_out = with(|outcome| outcome == Resolution::Base, &settled);
    match (taken.len(), left_out.len()) {
        (0, 0) => Err(MergeNote::NothingSettled),
        (0, count) => {
            let step = MergeStep::DecideAll { places: left_out, decision: Decision::Undecided };
            Ok((step, MergeNote::TakenAgain(count)))
        }
        (count, _) => {
            let step = MergeStep::DecideAll { places: taken, decision: Decision::Base };
            Ok((step, MergeNote::LeftOut(count)))
        }
    }
}

/// Returns the step that takes mine for every open conflict, including the title and the parent.
pub(crate) fn take_all_mine(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    take_all(conflict, Decision::Mine, Resolution::Mine)
}

/// Returns the step that takes theirs for every open conflict, including the title and the parent.
pub(crate) fn take_all_theirs(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    take_all(conflict, Decision::Theirs, Resolution::Theirs)
}

/// Returns the step that takes both for every open conflict, mine first.
///
/// A title and a parent have one value: an open conflict about them stays open.
pub(crate) fn take_all_both(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    let (places, values): (Vec<_>, Vec<_>) =
        open_conflicts(conflict).partition(|place| matches!(place, ChangeId::Region(_)));
    let note = match (places.len(), values.len()) {
        (0, 0) => return Err(MergeNote::NothingOpen),
        (0, _) => return Err(MergeNote::OneOnly),
        (count, 0) => MergeNote::AllTaken(count, Resolution::MineTheirs),
        (count, left) => MergeNote::AllBoth { count, left },
    };
    Ok((MergeStep::DecideAll { places, decision: Decision::MineTheirs }, note))
}

fn take_all(
    conflict: &DocumentMerge,
    decision: Decision,
    outcome: Resolution,
) -> Result<(MergeStep, MergeNote), MergeNote> {
    let places: Vec<ChangeId> = open_conflicts(conflict).collect();
    match places.len() {
        0 => Err(MergeNote::NothingOpen),
        count => Ok((MergeStep::DecideAll { places, decision }, MergeNote::AllTaken(count, outcome))),
    }
}

fn open_conflicts(conflict: &DocumentMerge) -> impl Iterator<Item = ChangeId> {
    conflict.changes().iter().copied().filter(|&place| conflict.is_open(place))
}

/// Returns the step that decides all conflicts alike whose sides differ only in whitespace.
///
/// The choices in turn are mine, theirs, and undecided.
pub(crate) fn decide_blanks(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    if conflict.full_override().is_some() {
        return Err(MergeNote::WholeStands);
    }
    let blanks = RegionKind::Conflict(ConflictKind::WhitespaceOnly);
    let places = conflict.changes().iter().copied().filter(|&place| crate::resolution::kind(conflict, place) == blanks);
    let places: Vec<ChangeId> = places.collect();
    let all = |outcome| places.iter().all(|&place| Resolution::at(conflict, place) == outcome);
    let (decision, outcome) = match places.len() {
        0 => return Err(MergeNote::NoBlanks),
        _ if all(Resolution::Mine) => (Decision::Theirs, Resolution::Theirs),
        _ if all(Resolution::Theirs) => (Decision::Undecided, Resolution::Open),
        _ => (Decision::Mine, Resolution::Mine),
    };
    let note = MergeNote::Blanks(places.len(), outcome);
    Ok((MergeStep::DecideAll { places, decision }, note))
}

/// Returns the step that chooses the next format, or a note if the sides do not differ in format.
///
/// The choices in turn are the merged format, that of mine, that of theirs, and that of the base.
pub(crate) fn next_format(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    if conflict.full_override().is_some() {
        return Err(MergeNote::WholeStands);
    }
    let session = conflict.content();
    let [base, mine, theirs] = crate::text::ALL_SIDES.map(|side| session.merge().format(side));
    let ways: [(Choice<Format>, Format); 3] = [(Choice::Mine, mine), (Choice::Theirs, theirs), (Choice::Base, base)];
    let now = session.format();
    let present = ways.iter().position(|(choice, _)| choice == session.format_choice());
    let next = ways[present.map_or(0, |at| at + 1)..].iter().find(|(_, format)| *format != now);
    match (next, session.format_choice()) {
        (Some((choice, _)), _) => Ok((MergeStep::DecideFormat(choice.clone()), MergeNote::Format)),
        (None, Choice::Undecided) => Err(MergeNote::OneFormat),
        // Deciding for the present choice again undoes it.
        (None, present) => Ok((MergeStep::DecideFormat(present.clone()), MergeNote::Format)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{MergingEditor, document};

    #[test]
    fn settled_changes_are_left_out_and_taken_in_one_step() {
        let texts = ["a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nC\nd\nE\n"];
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = MergingEditor::new(base, mine, theirs);
        let result = |merging: &MergingEditor| merging.conflict().result().unwrap().content;
        assert_eq!(result(&merging), "A\nb\nC\nd\nE\n");
        for expected in ["a\nb\nc\nd\ne\n", "A\nb\nC\nd\nE\n"] {
            let (step, _) = toggle_settled(merging.conflict()).unwrap();
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(step)));
            assert_eq!(result(&merging), expected);
        }
        merging.0.update(editor::EditorInput::Command(editor::Command::Merge(MergeStep::Undo)));
        assert_eq!(result(&merging), "a\nb\nc\nd\ne\n", "one undo reverts the whole step");
    }

    #[test]
    fn open_conflicts_are_taken_in_one_step_and_others_stay() {
        let [base, mine, theirs] = ["a\nb\nc\nd\ne\n", "A\nb\nC\nd\nE\n", "x\nb\ny\nd\nz\n"];
        let sides = [document("one", base), document("two", mine), document("three", theirs)];
        let [base, mine, theirs] = sides;
        for (all, wanted) in [
            (take_all_mine as fn(&DocumentMerge) -> _, ["two", "A\nb\ny\nd\nE\n"]),
            (take_all_theirs, ["three", "x\nb\ny\nd\nz\n"]),
        ] {
            let mut merging = MergingEditor::new(base.clone(), mine.clone(), theirs.clone());
            let place = merging.conflict().changes()[2];
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(MergeStep::Decide {
                place,
                decision: Decision::Theirs,
            })));
            let (step, note) = all(merging.conflict()).unwrap();
            assert!(matches!(note, MergeNote::AllTaken(3, _)), "{note:?}");
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(step)));
            let result = merging.conflict().result().unwrap();
            assert_eq!([result.title.as_str(), &result.content], wanted);
            assert_eq!(all(merging.conflict()).map(|_| ()), Err(MergeNote::NothingOpen));
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(MergeStep::Undo)));
            assert_eq!(merging.conflict().open_count(), 3, "one undo reverts the whole step");
        }
    }

    #[test]
    fn both_are_taken_for_open_regions_and_a_title_stays_open() {
        let [base, mine, theirs] = ["a\nb\nc\nd\ne\n", "A\nb\nC\nd\nE\n", "x\nb\ny\nd\nz\n"];
        for (title, wanted) in
            [("one", MergeNote::AllTaken(2, Resolution::MineTheirs)), ("two", MergeNote::AllBoth { count: 2, left: 1 })]
        {
            let mut merging = MergingEditor::new(document("one", base), document(title, mine), document("six", theirs));
            let mut step = |step| merging.0.update(editor::EditorInput::Command(editor::Command::Merge(step)));
            step(MergeStep::Decide { place: ChangeId::Region(2), decision: Decision::Theirs });
            let (all, note) = take_all_both(merging.conflict()).unwrap();
            assert_eq!(note, wanted);
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(all)));
            let decided = |region| merging.conflict().content().decision(region).clone();
            assert_eq!([0, 2, 4].map(decided), [Decision::MineTheirs, Decision::Theirs, Decision::MineTheirs]);
            let nothing = if title == "one" { MergeNote::NothingOpen } else { MergeNote::OneOnly };
            assert_eq!(take_all_both(merging.conflict()).map(|_| ()), Err(nothing));
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(MergeStep::Undo)));
            let title_open = usize::from(title == "two");
            assert_eq!(merging.conflict().open_count(), 2 + title_open, "one undo reverts the whole step");
        }
    }

    #[test]
    fn a_title_cannot_be_both() {
        let conflict = crate::fixture::titles();
        assert_eq!(decide(&conflict, ChangeId::Title, Decision::MineTheirs), Err(MergeNote::OneOnly));
        assert!(decide(&conflict, ChangeId::Title, Decision::Mine).is_ok());
    }

    #[test]
    fn whitespace_conflicts_cycle_back_to_undecided() {
        let texts = ["a\nb\nc\nd\ne\n", "a \nb\nC\nd\ne \n", "\ta\nb\nc!\nd\n\te\n"];
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = MergingEditor::new(base, mine, theirs);
        for wanted in [Resolution::Mine, Resolution::Theirs, Resolution::Open] {
            let (step, _) = decide_blanks(merging.conflict()).unwrap();
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(step)));
            let conflict = merging.conflict();
            let seen: Vec<_> =
                conflict.changes().iter().copied().map(|place| Resolution::at(conflict, place)).collect();
            assert_eq!(seen, [wanted, Resolution::Open, wanted], "the conflict about words stays open");
        }
    }

    #[test]
    fn formats_cycle_back_to_the_merged_format() {
        let texts = ["one\n", "one\r\ntwo\r\n", "one"];
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = MergingEditor::new(base, mine, theirs);
        let result = |merging: &MergingEditor| merging.conflict().result().map(|result| result.content);
        let began = result(&merging);
        let mut seen = Vec::new();
        while seen.last() != Some(&began) {
            let (step, _) = next_format(merging.conflict()).unwrap();
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(step)));
            seen.push(result(&merging));
            assert!(seen.len() < 5, "{seen:?}");
        }
        let contents: Vec<_> = seen.iter().flatten().map(String::as_str).collect();
        assert_eq!(contents, ["one\r\ntwo\r\n", "one\ntwo", "one\ntwo\n", "one\r\ntwo"]);
        let same = crate::fixture::conflict("a\n", "b\n", "c\n");
        assert_eq!(next_format(&same), Err(MergeNote::OneFormat));
    }
}
