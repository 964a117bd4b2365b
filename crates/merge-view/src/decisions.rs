//! The steps of the merge behind the keys that decide.

use editor::{ChangeId, DocumentMerge, MergeStep};
use merge::{Choice, ConflictKind, Decision, Format, RegionKind};

use crate::resolution::{Resolution, SettledAs};
use crate::status::MergeNote;

/// Decides about one change, or says why that decision has no meaning for it.
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

/// Leaves out every change that settled by itself, or takes all of them again if all are left out.
///
/// Left out means: as it was in the base. Such a change keeps any other decision that the user made about it.
pub(crate) fn toggle_settled(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    if conflict.full_override().is_some() {
        return Err(MergeNote::WholeStands);
    }
    let changes =
        conflict.changes().into_iter().filter(|&place| !crate::resolution::kind(conflict, place).is_conflict());
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

/// Takes mine for every open conflict, the title and the parent included.
pub(crate) fn take_all_mine(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    take_all(conflict, Decision::Mine, Resolution::Mine)
}

/// Takes theirs for every open conflict, the title and the parent included.
pub(crate) fn take_all_theirs(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    take_all(conflict, Decision::Theirs, Resolution::Theirs)
}

fn take_all(
    conflict: &DocumentMerge,
    decision: Decision,
    outcome: Resolution,
) -> Result<(MergeStep, MergeNote), MergeNote> {
    let places: Vec<ChangeId> = conflict.changes().into_iter().filter(|place| conflict.is_open(*place)).collect();
    match places.len() {
        0 => Err(MergeNote::NothingOpen),
        count => Ok((MergeStep::DecideAll { places, decision }, MergeNote::AllTaken(count, outcome))),
    }
}

/// Decides all conflicts alike whose sides differ in blanks alone: mine, then theirs, then undecided again.
pub(crate) fn decide_blanks(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    if conflict.full_override().is_some() {
        return Err(MergeNote::WholeStands);
    }
    let blanks = RegionKind::Conflict(ConflictKind::WhitespaceOnly);
    let places = conflict.changes().into_iter().filter(|&place| crate::resolution::kind(conflict, place) == blanks);
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

/// Chooses the next format, if the sides differ: as it came about by itself, mine, theirs, the base's.
pub(crate) fn next_format(conflict: &DocumentMerge) -> Result<(MergeStep, MergeNote), MergeNote> {
    if conflict.full_override().is_some() {
        return Err(MergeNote::WholeStands);
    }
    let session = conflict.content();
    let [base, mine, theirs] = crate::text::ALL_SIDES.map(|side| session.merge().format(side));
    let ways: [(Choice<Format>, Format); 3] = [(Choice::Mine, mine), (Choice::Theirs, theirs), (Choice::Base, base)];
    let now = session.format();
    let stood = ways.iter().position(|(choice, _)| choice == session.format_choice());
    let next = ways[stood.map_or(0, |at| at + 1)..].iter().find(|(_, format)| *format != now);
    match (next, session.format_choice()) {
        (Some((choice, _)), _) => Ok((MergeStep::DecideFormat(choice.clone()), MergeNote::Format)),
        (None, Choice::Undecided) => Err(MergeNote::OneFormat),
        // The present choice, once more, is taken back.
        (None, stands) => Ok((MergeStep::DecideFormat(stands.clone()), MergeNote::Format)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{MergingEditor, document};

    #[test]
    fn what_settled_is_left_out_in_one_step_and_taken_again() {
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
        assert_eq!(result(&merging), "a\nb\nc\nd\ne\n", "one undo takes the whole step back");
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
            assert_eq!(merging.conflict().open_count(), 3, "one undo takes the whole step back");
        }
    }

    #[test]
    fn a_title_cannot_be_both() {
        let conflict = crate::fixture::titles();
        assert_eq!(decide(&conflict, ChangeId::Title, Decision::MineTheirs), Err(MergeNote::OneOnly));
        assert!(decide(&conflict, ChangeId::Title, Decision::Mine).is_ok());
    }

    #[test]
    fn blanks_are_decided_alike_and_come_round_to_undecided() {
        let texts = ["a\nb\nc\nd\ne\n", "a \nb\nC\nd\ne \n", "\ta\nb\nc!\nd\n\te\n"];
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = MergingEditor::new(base, mine, theirs);
        for wanted in [Resolution::Mine, Resolution::Theirs, Resolution::Open] {
            let (step, _) = decide_blanks(merging.conflict()).unwrap();
            merging.0.update(editor::EditorInput::Command(editor::Command::Merge(step)));
            let conflict = merging.conflict();
            let seen: Vec<_> = conflict.changes().into_iter().map(|place| Resolution::at(conflict, place)).collect();
            assert_eq!(seen, [wanted, Resolution::Open, wanted], "the one of words is left alone");
        }
    }

    #[test]
    fn formats_come_round_and_end_where_they_began() {
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
