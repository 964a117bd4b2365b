//! Proposals for open conflicts: earlier decisions that a repeated merge reopened, and suggestions.
//!
//! A proposal is never applied without the user. Only the selected conflict shows its proposal, so only that proposal
//! is computed, except when the user asks for all suggestions.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use editor::{ChangeId, DocumentMerge};
use merge::{Decision, Side, SuggestionReason};

use crate::navigation::ChangeAnchor;
use crate::resolution::Resolution;
use crate::text;

/// The longest time for finding all suggestions; those not found until then are left out.
const PROPOSAL_BUDGET: Duration = Duration::from_millis(300);

/// The origin of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProposalReason {
    /// The user's choice before a newer version of theirs reopened the conflict.
    Before(Resolution),
    /// The text that the user wrote by hand, merged with what theirs changed afterwards.
    ByHand,
    /// Only the text that the user wrote by hand: it conflicts with what theirs changed afterwards.
    ByHandAlone,
    /// A suggestion of the merge.
    Found(SuggestionReason),
}

/// A proposal for a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) why: ProposalReason,
    /// The decision that takes the proposal.
    pub(crate) decision: Decision,
    /// The lines that the result would have.
    pub(crate) lines: Vec<String>,
}

/// The proposals of a merge, and what is needed to find them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proposals {
    /// The change that was selected last, and its proposal if there is one.
    last: Option<(ChangeId, Option<Proposal>)>,
    /// The changes for which the user picked sides, and their choices.
    decided: Vec<(ChangeAnchor, Resolution)>,
    /// The choices that the last repeated merge reopened, by the conflicts of the present merge.
    before: Vec<(ChangeId, Resolution)>,
    /// The suggested texts that the user took.
    taken: HashSet<Vec<u8>>,
    /// The suggestions that the same key takes all at once if it is pressed again.
    pub(crate) asked: Option<Vec<(ChangeId, Decision)>>,
}

impl Proposals {
    /// Records the present choices.
    pub(crate) fn remember(&mut self, conflict: &DocumentMerge) {
        let outcomes = conflict.changes().iter().copied().map(|place| (place, Resolution::at(conflict, place)));
        let chosen = outcomes.filter(|(_, outcome)| decision(*outcome).is_some());
        self.decided = chosen.map(|(place, outcome)| (ChangeAnchor::of(conflict, place), outcome)).collect();
    }

    /// Turns recorded choices into proposals after a newer version of theirs was merged.
    ///
    /// A choice is proposed for its own change if that is open again, and never for a neighbour.
    pub(crate) fn on_overtaken(&mut self, conflict: &DocumentMerge) {
        self.last = None;
        self.asked = None;
        let open = |anchor: &ChangeAnchor| anchor.found(conflict).filter(|&place| conflict.is_open(place));
        self.before = self.decided.drain(..).filter_map(|(anchor, outcome)| Some((open(&anchor)?, outcome))).collect();
    }

    /// Finds the proposal for the selected conflict, unless it is already known.
    pub(crate) fn update(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        let known = self.last.as_ref().map(|(place, _)| *place);
        let wanted = place.filter(|place| Some(*place) != known && conflict.is_open(*place));
        if let Some(place) = wanted {
            self.last = Some((place, self.find(conflict, place)));
        }
    }

    /// Returns the proposal for an open conflict, if [`Proposals::update`] has found one for it.
    pub(crate) fn at(&self, conflict: &DocumentMerge, place: ChangeId) -> Option<&Proposal> {
        let (known, found) = self.last.as_ref()?;
        found.as_ref().filter(|_| *known == place && conflict.is_open(place))
    }

    /// Returns the proposals for all open conflicts, except those that leave out a change of theirs.
    pub(crate) fn all(&self, conflict: &DocumentMerge) -> Vec<(ChangeId, Decision)> {
        let deadline = Instant::now() + PROPOSAL_BUDGET;
        let open = conflict.changes().iter().copied().filter(|&place| conflict.is_open(place));
        let in_time = open.take_while(|_| Instant::now() < deadline);
        let found = in_time.filter_map(|place| Some((place, self.find(conflict, place)?)));
        // The user must look at each text that leaves out a change of theirs.
        let whole = found.filter(|(_, proposal)| proposal.why != ProposalReason::ByHandAlone);
        whole.map(|(place, proposal)| (place, proposal.decision)).collect()
    }

    /// Records that the user takes a suggestion.
    pub(crate) fn take(&mut self, decision: &Decision) {
        if let Decision::Edited(text) = decision {
            self.taken.insert(text.clone());
        }
    }

    /// Returns the resolution of a change; unlike [`Resolution::at`], it distinguishes suggested texts.
    pub(crate) fn outcome(&self, conflict: &DocumentMerge, place: ChangeId) -> Resolution {
        match (Resolution::at(conflict, place), place) {
            (Resolution::Edited, ChangeId::Region(region)) if conflict.full_override().is_none() => {
                let suggested = |text| self.taken.contains(text);
                match conflict.content().decision(region) {
                    Decision::Edited(text) if suggested(text) => Resolution::Suggested,
                    _ => Resolution::Edited,
                }
            }
            (outcome, _) => outcome,
        }
    }

    fn find(&self, conflict: &DocumentMerge, place: ChangeId) -> Option<Proposal> {
        if let Some((_, outcome)) = self.before.iter().find(|(known, _)| *known == place) {
            let lines = outcome.sides().unwrap_or(&[]).iter().flat_map(|&side| lines_of(conflict, place, side));
            return Some(Proposal {
                why: ProposalReason::Before(*outcome),
                decision: decision(*outcome)?,
                lines: lines.collect(),
            });
        }
        let ChangeId::Region(region) = place else { return None };
        if let Some(by_hand) = carried_by_hand(conflict, region) {
            return Some(by_hand);
        }
        let found = conflict.content().merge().suggestion(region)?;
        Some(Proposal::text(ProposalReason::Found(found.reason), found.text.into_bytes()))
    }
}

impl Proposal {
    fn text(why: ProposalReason, text: Vec<u8>) -> Self {
        let lines = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        Self { why, decision: Decision::Edited(text), lines }
    }
}

/// Returns the text that was written by hand before the repeated merge, if there is one.
///
/// The text includes what theirs changed afterwards, unless the two conflict.
fn carried_by_hand(conflict: &DocumentMerge, region: usize) -> Option<Proposal> {
    let carried = conflict.content().carried(region, Some(Instant::now() + PROPOSAL_BUDGET))?;
    carried.nested()?;
    let (why, decision) = match carried.proposal() {
        Some(settled) => (ProposalReason::ByHand, settled),
        None => (ProposalReason::ByHandAlone, carried.decision().clone()),
    };
    if let Decision::Edited(text) = decision { Some(Proposal::text(why, text)) } else { None }
}

/// Returns the decision of a resolution that picks sides, or `None` for any other.
const fn decision(outcome: Resolution) -> Option<Decision> {
    match outcome {
        Resolution::Mine => Some(Decision::Mine),
        Resolution::Theirs => Some(Decision::Theirs),
        Resolution::MineTheirs => Some(Decision::MineTheirs),
        Resolution::TheirsMine => Some(Decision::TheirsMine),
        Resolution::Base => Some(Decision::Base),
        Resolution::Open | Resolution::Settled(_) | Resolution::Suggested | Resolution::Edited => None,
    }
}

fn lines_of(conflict: &DocumentMerge, place: ChangeId, side: Side) -> impl Iterator<Item = String> {
    (0..).map_while(move |number| text::line(conflict, place, side, number)).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{MergingEditor, conflict, document};
    use editor::{Command, EditorInput, MergeStep};

    const PLACE: ChangeId = ChangeId::Region(0);

    fn found(conflict: &DocumentMerge) -> Option<Proposal> {
        let mut proposals = Proposals::default();
        proposals.update(conflict, Some(PLACE));
        proposals.at(conflict, PLACE).cloned()
    }

    #[test]
    fn different_words_of_one_line_are_proposed_together() {
        let conflict = conflict("Knead for ten minutes.\n", "Knead for 12 minutes.\n", "Knead it for ten minutes.\n");
        let proposal = found(&conflict).unwrap();
        assert_eq!(
            (proposal.why, proposal.lines),
            (ProposalReason::Found(SuggestionReason::Words), vec!["Knead it for 12 minutes.".to_owned()])
        );
        assert!(found(&crate::fixture::conflict("a\n", "b\n", "c\n")).is_none(), "both changed the same word");
    }

    #[test]
    fn manual_text_is_proposed_with_their_changes_or_as_it_was() {
        for (again, why, proposed) in [
            ("ONE\ntwo\nthree\n", ProposalReason::ByHand, ["ONE", "two", "THREE"]),
            ("one\ntwo\nfour\n", ProposalReason::ByHandAlone, ["one", "two", "THREE"]),
        ] {
            let theirs = document("", "one\ntwo\nthree\n");
            let mut merging = MergingEditor::new(document("", "old\n"), document("", "mine\n"), theirs);
            let decision = Decision::Edited(b"one\ntwo\nTHREE\n".to_vec());
            merging.0.update(EditorInput::Command(Command::Merge(MergeStep::Decide { place: PLACE, decision })));
            let mut proposals = Proposals::default();
            proposals.remember(merging.conflict());
            merging.reconcile("\"v7\"", document("", again), Command::Save);
            proposals.on_overtaken(merging.conflict());
            proposals.update(merging.conflict(), Some(PLACE));
            let proposal = proposals.at(merging.conflict(), PLACE).unwrap();
            assert_eq!((proposal.why, &proposal.lines[..]), (why, &proposed.map(str::to_owned)[..]));
            let all_at_once = proposals.all(merging.conflict()).len();
            assert_eq!(
                all_at_once,
                usize::from(why == ProposalReason::ByHand),
                "a text that leaves out a change is not among all suggestions"
            );
            assert_eq!(proposal.decision, Decision::Edited((proposed.join("\n") + "\n").into_bytes()));
        }
    }

    #[test]
    fn reopened_conflict_proposes_the_old_choice() {
        let mut merging = MergingEditor::new(document("", "a\nb\n"), document("", "A\nb\n"), document("", "a!\nb\n"));
        let mut proposals = Proposals::default();
        merging.0.update(EditorInput::Command(Command::Merge(MergeStep::Decide {
            place: PLACE,
            decision: Decision::MineTheirs,
        })));
        proposals.remember(merging.conflict());
        merging.reconcile("\"v7\"", document("", "a?\nb\n"), Command::Save);
        proposals.on_overtaken(merging.conflict());
        proposals.update(merging.conflict(), Some(PLACE));
        let proposal = proposals.at(merging.conflict(), PLACE).unwrap();
        assert_eq!(proposal.why, ProposalReason::Before(Resolution::MineTheirs));
        assert_eq!(
            (&proposal.decision, proposal.lines.as_slice()),
            (&Decision::MineTheirs, &["A".to_owned(), "a?".to_owned()][..])
        );
        assert_eq!(proposals.all(merging.conflict()), [(PLACE, Decision::MineTheirs)]);
        merging
            .0
            .update(EditorInput::Command(Command::Merge(MergeStep::Decide { place: PLACE, decision: Decision::Mine })));
        assert_eq!(proposals.at(merging.conflict(), PLACE), None, "a decided conflict has no proposal");
    }

    // The decided conflict is settled now, and another conflict begins directly after it.
    #[test]
    fn choice_of_a_lost_change_is_not_proposed_to_a_neighbour() {
        let texts = ["a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb!\nc\nd\n"];
        let [base, mine, theirs] = texts.map(|content| document("", content));
        let mut merging = MergingEditor::new(base, mine, theirs);
        let decide = Command::Merge(MergeStep::Decide { place: ChangeId::Region(1), decision: Decision::Mine });
        merging.0.update(EditorInput::Command(decide));
        let proposed = |next: &DocumentMerge| {
            let mut proposals = Proposals::default();
            proposals.remember(merging.conflict());
            proposals.on_overtaken(next);
            proposals.update(next, Some(ChangeId::Region(1)));
            proposals.at(next, ChangeId::Region(1)).map(|proposal| proposal.why)
        };
        let again = conflict("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb?\nc\nd\n");
        assert_eq!(proposed(&again), Some(ProposalReason::Before(Resolution::Mine)));
        let neighbour = conflict("a\nb\nc\nd\n", "a\nb\nC\nd\n", "a\nb\nc!\nd\n");
        assert!(neighbour.is_open(ChangeId::Region(1)));
        assert_eq!(proposed(&neighbour), None);
    }
}
