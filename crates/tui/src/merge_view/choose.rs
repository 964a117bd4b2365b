//! What the keys that decide come to: commands for the editor.

use editor::{Command, Conflict, Place};
use merge::Decision;

use super::note::Note;
use super::outcome::{Outcome, Settled};

/// Decides about one change, or says why that decision has no meaning for it.
pub(super) fn decide(place: Place, decision: Decision) -> Result<Command, Note> {
    let order = matches!(decision, Decision::MineTheirs | Decision::TheirsMine);
    if order && !matches!(place, Place::Region(_)) {
        return Err(Note::OneOnly);
    }
    Ok(Command::Decide { place, decision })
}

/// Leaves every change out that settled by itself, or, where all of them are left out, takes them again.
///
/// Left out means: as it was in the base. What somebody decided otherwise about such a change stays.
pub(super) fn toggle_settled(conflict: &Conflict) -> Result<(Command, Note), Note> {
    let changes = conflict.changes().into_iter().filter(|&place| !super::outcome::kind(conflict, place).is_conflict());
    let with = |wanted: fn(Outcome) -> bool, places: &[Place]| -> Vec<Place> {
        places.iter().copied().filter(|&place| wanted(Outcome::at(conflict, place))).collect()
    };
    let settled: Vec<Place> = changes.collect();
    let taken =
        with(|outcome| matches!(outcome, Outcome::Settled(Settled::Mine | Settled::Theirs | Settled::Both)), &settled);
    let left_out = with(|outcome| outcome == Outcome::Base, &settled);
    match (taken.len(), left_out.len()) {
        (0, 0) => Err(Note::NothingSettled),
        (0, count) => {
            let command = Command::DecideAll { places: left_out, decision: Decision::Undecided };
            Ok((command, Note::TakenAgain(count)))
        }
        (count, _) => {
            let command = Command::DecideAll { places: taken, decision: Decision::Base };
            Ok((command, Note::LeftOut(count)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge_view::fixture::{Merging, document};

    #[test]
    fn what_settled_is_left_out_in_one_step_and_taken_again() {
        let texts = ["a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nC\nd\nE\n"];
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = Merging::new(base, mine, theirs);
        let result = |merging: &Merging| merging.conflict().result().unwrap().content;
        assert_eq!(result(&merging), "A\nb\nC\nd\nE\n");
        for expected in ["a\nb\nc\nd\ne\n", "A\nb\nC\nd\nE\n"] {
            let (command, _) = toggle_settled(merging.conflict()).unwrap();
            merging.0.update(editor::Input::Command(command));
            assert_eq!(result(&merging), expected);
        }
        merging.0.update(editor::Input::Command(Command::Undo));
        assert_eq!(result(&merging), "a\nb\nc\nd\ne\n", "one undo takes the whole step back");
    }

    #[test]
    fn a_title_cannot_be_both() {
        assert_eq!(decide(Place::Title, Decision::MineTheirs), Err(Note::OneOnly));
        assert!(decide(Place::Title, Decision::Mine).is_ok());
    }
}
