//! What is proposed for a conflict, and never done by itself: what was chosen or written by hand before theirs became
//! another text, or else what the merge suggests.
//!
//! A proposal is worked out for the conflict at hand only, because it is there that it is shown; for all of them when
//! somebody wants all.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use editor::{ChangeId, DocumentMerge};
use merge::{Decision, Side, SuggestionReason};

use crate::navigation::ChangeAnchor;
use crate::resolution::Resolution;
use crate::text;

/// How long looking for all suggestions may take. What is not found until then is not among them.
const PROPOSAL_BUDGET: Duration = Duration::from_millis(300);

/// Why something is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProposalReason {
    /// It was decided so before theirs became another text.
    Before(Resolution),
    /// It was written by hand before theirs became another text, and what theirs changed since is in it.
    ByHand,
    /// It was written by hand before theirs became another text, and stands against what theirs changed since.
    ByHandAlone,
    /// The merge has found it.
    Found(SuggestionReason),
}

/// What is proposed for a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) why: ProposalReason,
    /// What it comes to, should it be taken.
    pub(crate) decision: Decision,
    /// The lines that would be in the result.
    pub(crate) lines: Vec<String>,
}

/// All that is known of proposals.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proposals {
    /// What was found for the conflict that was at hand last.
    last: Option<(ChangeId, Option<Proposal>)>,
    /// What was decided by picking sides, and where that was.
    decided: Vec<(ChangeAnchor, Resolution)>,
    /// The choices that lost their conflict to another text of theirs, by the conflict that is there now.
    before: Vec<(ChangeId, Resolution)>,
    /// The texts that were suggested and taken.
    taken: HashSet<Vec<u8>>,
    /// The suggestions that the user was asked about: whether to take all of them.
    pub(crate) asked: Option<Vec<(ChangeId, Decision)>>,
}

impl Proposals {
    /// Takes in what is decided now.
    pub(crate) fn remember(&mut self, conflict: &DocumentMerge) {
        let outcomes = conflict.changes().into_iter().map(|place| (place, Resolution::at(conflict, place)));
        let chosen = outcomes.filter(|(_, outcome)| decision(*outcome).is_some());
        self.decided = chosen.map(|(place, outcome)| (ChangeAnchor::of(conflict, place), outcome)).collect();
    }

    /// Theirs is another text: what was decided about a change is proposed for it if it is open again, and for no
    /// neighbour.
    pub(crate) fn on_overtaken(&mut self, conflict: &DocumentMerge) {
        self.last = None;
        self.asked = None;
        let open = |anchor: &ChangeAnchor| anchor.found(conflict).filter(|&place| conflict.is_open(place));
        self.before = self.decided.drain(..).filter_map(|(anchor, outcome)| Some((open(&anchor)?, outcome))).collect();
    }

    /// Works out the proposal for the selected conflict, unless it is known already.
    pub(crate) fn update(&mut self, conflict: &DocumentMerge, place: Option<ChangeId>) {
        let known = self.last.as_ref().map(|(place, _)| *place);
        let wanted = place.filter(|place| Some(*place) != known && conflict.is_open(*place));
        if let Some(place) = wanted {
            self.last = Some((place, self.find(conflict, place)));
        }
    }

    /// What is proposed for a conflict, as far as that was worked out, and for as long as it is open.
    pub(crate) fn at(&self, conflict: &DocumentMerge, place: ChangeId) -> Option<&Proposal> {
        let (known, found) = self.last.as_ref()?;
        found.as_ref().filter(|_| *known == place && conflict.is_open(place))
    }

    /// All that is proposed and leaves nothing out, for every conflict that is open.
    pub(crate) fn all(&self, conflict: &DocumentMerge) -> Vec<(ChangeId, Decision)> {
        let deadline = Instant::now() + PROPOSAL_BUDGET;
        let open = conflict.changes().into_iter().filter(|&place| conflict.is_open(place));
        let in_time = open.take_while(|_| Instant::now() < deadline);
        let found = in_time.filter_map(|place| Some((place, self.find(conflict, place)?)));
        // A text that leaves out what theirs changed since is looked at one by one.
        let whole = found.filter(|(_, proposal)| proposal.why != ProposalReason::ByHandAlone);
        whole.map(|(place, proposal)| (place, proposal.decision)).collect()
    }

    /// Takes in that a suggestion is about to be taken.
    pub(crate) fn take(&mut self, decision: &Decision) {
        if let Decision::Edited(text) = decision {
            self.taken.insert(text.clone());
        }
    }

    /// Returns the resolution of a change, in which a suggested text is told from one by hand.
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

/// What was written by hand before theirs became another text: with what theirs changed since, or else as it was.
fn carried_by_hand(conflict: &DocumentMerge, region: usize) -> Option<Proposal> {
    let carried = conflict.content().carried(region, Some(Instant::now() + PROPOSAL_BUDGET))?;
    carried.nested()?;
    let (why, decision) = match carried.proposal() {
        Some(settled) => (ProposalReason::ByHand, settled),
        None => (ProposalReason::ByHandAlone, carried.decision().clone()),
    };
    if let Decision::Edited(text) = decision { Some(Proposal::text(why, text)) } else { None }
}

/// Returns the decision if it picks sides.
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
        assert!(found(&crate::fixture::conflict("a\n", "b\n", "c\n")).is_none(), "one word, two ways");
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
                "what leaves something out is taken by itself only"
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
        assert_eq!(proposals.at(merging.conflict(), PLACE), None, "what is decided needs no proposal");
    }

    /// What was decided is settled by now, and another conflict begins where it ended.
    #[test]
    fn choice_for_a_change_that_is_gone_is_proposed_to_no_neighbour() {
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
