//! The summary of a save's result: how many changes are kept, overridden or written by hand.
//!
//! Only decisions count. A change that settled by itself is in the summary if the user decided otherwise about it.

use editor::{ChangeId, DocumentMerge};
use merge::RegionKind;

use crate::messages::{self, SideNames};
use crate::proposal::Proposals;
use crate::resolution::{self, Resolution};

/// The outcome of a change, seen from the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Theirs is in the result, and mine is not.
    Kept,
    /// Theirs is not in the result.
    Overridden,
    /// Mine is not in the result, and theirs did not change it.
    LeftOut,
    /// Both are in the result.
    Both,
    /// Neither is in the result.
    Neither,
    /// The text was written by hand.
    ByHand,
    /// A suggestion was taken.
    Suggested,
}

/// Returns the decisions in words: "kept 2 of Bob's, overrode 1, 1 by hand".
///
/// Returns `None` if a conflict is open, if the user decided nothing, or if they wrote the whole result by hand.
pub(crate) fn describe_decisions(
    conflict: &DocumentMerge,
    proposals: &Proposals,
    names: SideNames<'_>,
) -> Option<String> {
    if conflict.open_count() > 0 || conflict.full_override().is_some() {
        return None;
    }
    let changes = conflict.changes().iter().copied();
    let decided = changes.filter_map(|place| Some((place, outcome(conflict, proposals, place)?)));
    let decided: Vec<(ChangeId, Outcome)> = decided.collect();
    let count = |wanted| decided.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let of_theirs = || {
        let about_theirs = |outcome| matches!(outcome, Outcome::Kept | Outcome::Overridden);
        let places = decided.iter().filter(|(_, outcome)| about_theirs(*outcome));
        let mut authors = places.map(|(place, _)| names.introducer(conflict, *place));
        let first = authors.next()?;
        Some(messages::possessive(if authors.all(|other| other == first) { first } else { "others".to_owned() }))
    };
    let mut whose = of_theirs().map(|whose| format!(" of {whose}"));
    let phrases = [
        (Outcome::Kept, "kept {}"),
        (Outcome::Overridden, "overrode {}"),
        (Outcome::LeftOut, "left out {} of yours"),
        (Outcome::Both, "took both in {}"),
        (Outcome::Neither, "took neither in {}"),
        (Outcome::ByHand, "{} by hand"),
        (Outcome::Suggested, "{} as suggested"),
    ];
    let said = phrases.into_iter().filter(|(outcome, _)| count(*outcome) > 0).map(|(outcome, phrase)| {
        let said = phrase.replace("{}", &count(outcome).to_string());
        // The first count of their changes names the author.
        let names_author = matches!(outcome, Outcome::Kept | Outcome::Overridden);
        said + &names_author.then(|| whose.take()).flatten().unwrap_or_default()
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// Returns the user's decision about a change.
///
/// It is `None` if the result has what it would have without a decision.
fn outcome(conflict: &DocumentMerge, proposals: &Proposals, place: ChangeId) -> Option<Outcome> {
    let kind = resolution::kind(conflict, place);
    Some(match (proposals.outcome(conflict, place), kind) {
        (Resolution::Open | Resolution::Settled(_), _)
        | (Resolution::Mine | Resolution::Theirs, RegionKind::Agreed)
        | (Resolution::Mine, RegionKind::Mine)
        | (Resolution::Mine | Resolution::Theirs | Resolution::Base, RegionKind::Stable) => return None,
        (Resolution::Edited, _) => Outcome::ByHand,
        (Resolution::Suggested, _) => Outcome::Suggested,
        (Resolution::MineTheirs | Resolution::TheirsMine, _) => Outcome::Both,
        (Resolution::Theirs, RegionKind::Conflict(_) | RegionKind::Theirs) => Outcome::Kept,
        (Resolution::Mine, RegionKind::Conflict(_) | RegionKind::Theirs) | (Resolution::Base, RegionKind::Theirs) => {
            Outcome::Overridden
        }
        (Resolution::Theirs | Resolution::Base, RegionKind::Mine) => Outcome::LeftOut,
        (Resolution::Base, RegionKind::Conflict(_) | RegionKind::Agreed) => Outcome::Neither,
    })
}

#[cfg(test)]
mod tests {
    use editor::{Command, EditorInput, MergeStep};
    use merge::Decision;

    use super::*;
    use crate::fixture::{MergingEditor, document, sides};

    /// Returns the summary after these decisions about regions.
    fn summary(texts: [&str; 3], decisions: &[(usize, Decision)]) -> Option<String> {
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = MergingEditor::new(base, mine, theirs);
        for (region, decision) in decisions {
            let step = MergeStep::Decide { place: ChangeId::Region(*region), decision: decision.clone() };
            merging.0.update(EditorInput::Command(Command::Merge(step)));
        }
        describe_decisions(merging.conflict(), &Proposals::default(), SideNames(&sides()))
    }

    #[test]
    fn summary_counts_the_decisions_by_outcome() {
        let texts = ["a\n=\nb\n=\nc\n=\nd\n", "A\n=\nB\n=\nC\n=\nD\n", "1\n=\n2\n=\n3\n=\n4\n"];
        let by_hand = Decision::Edited(b"x\n".to_vec());
        let all = [(0, Decision::Theirs), (2, Decision::Theirs), (4, Decision::Mine), (6, by_hand)];
        assert_eq!(summary(texts, &all).as_deref(), Some("kept 2 of bob's, overrode 1, 1 by hand"));
        assert_eq!(summary(texts, &all[..3]), None, "a conflict is open");
        let all = [(0, Decision::Mine), (2, Decision::Base), (4, Decision::MineTheirs), (6, Decision::TheirsMine)];
        assert_eq!(summary(texts, &all).as_deref(), Some("overrode 1 of bob's, took both in 2, took neither in 1"));
    }

    #[test]
    fn settled_change_counts_if_the_user_decided_otherwise() {
        let texts = ["a\n=\nb\n=\nc\n", "A\n=\nb\n=\nC\n", "a\n=\n2\n=\n3\n"];
        let of = |decisions: &[(usize, Decision)]| summary(texts, &[&[(4, Decision::Theirs)], decisions].concat());
        assert_eq!(of(&[]).as_deref(), Some("kept 1 of bob's"));
        let left_out = [(0, Decision::Base), (2, Decision::Base)];
        assert_eq!(of(&left_out).as_deref(), Some("kept 1 of bob's, overrode 1, left out 1 of yours"));
        assert_eq!(summary(["a\n", "a\nb\n", "c\na\n"], &[]), None, "nothing was decided");
    }
}
