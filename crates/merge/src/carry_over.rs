//! A decision that is carried over to a region that changed on one side after the decision.
//!
//! The base and the other side are unchanged, so a user who took a side will usually take it again: that decision is
//! proposed as it is. A text written by hand needs more. It was written with both sides in view, so it contains what
//! its author wanted from them. The only news is what the changed side changed afterwards. A nested merge isolates
//! that: its base is the earlier text of that side, mine is the text written by hand, and theirs is the present text of
//! that side. Starting from the old base, all of that side would be news again, including what was already taken or
//! rejected.
//!
//! Nothing here is applied. The region is open again, and the proposal is shown beside it.

use crate::decision::Decision;
use crate::decision_memory::RememberedDecision;
use crate::engine::Merge;
use crate::format::Format;
use crate::region::Side;
use crate::remerge::COMPARISON_FORMAT;
use crate::state::SessionState;
use crate::text::LineText;
use std::time::Instant;

/// The decision about a region before one of its sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedDecision {
    decision: Decision,
    changed: Side,
    nested: Option<Merge>,
}

impl CarriedDecision {
    /// Returns the decision as it was.
    ///
    /// A text written by hand does not contain what the side changed after the decision.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Returns the side that has changed.
    ///
    /// This is [`Side::Mine`] if its author kept typing, [`Side::Theirs`] if a newer version arrived.
    #[must_use]
    pub fn changed(&self) -> Side {
        self.changed
    }

    /// Returns the merge of a text written by hand with what the side changed after the decision.
    ///
    /// The earlier text of the side is the base, and the text written by hand is mine. If [`CarriedDecision::proposal`]
    /// is `None`, the conflicts of this merge remain to be decided.
    #[must_use]
    pub fn nested(&self) -> Option<&Merge> {
        self.nested.as_ref()
    }

    /// Returns the decision to propose, or `None` if there is nothing to propose.
    ///
    /// The proposal is the same side again, or the text written by hand with everything that the side changed after the
    /// decision. There is nothing to propose if the two conflict in a line for which there is no suggestion.
    #[must_use]
    pub fn proposal(&self) -> Option<Decision> {
        let Some(nested) = &self.nested else { return Some(self.decision.clone()) };
        let format = Format { final_newline: true, byte_order_mark: false, ..nested.merged_format() };
        let mut state = SessionState::new(nested.clone());
        for conflict in nested.conflicts() {
            state.decisions[conflict] = Decision::Edited(nested.suggestion(conflict)?.text.into_bytes());
        }
        state.piece_as(format).map(Decision::Edited)
    }
}

impl SessionState {
    /// Returns the decision about a region before one side changed; `None` if the region has a decision.
    pub(crate) fn carried(&self, region: usize, deadline: Option<Instant>) -> Option<CarriedDecision> {
        if self.decisions[region] != Decision::Undecided {
            return None;
        }
        let key = self.key(&self.merge.regions()[region]);
        let RememberedDecision { changed, before, now, decision } = self.memory.with_one_side_changed(&key)?;
        let nested = match decision {
            Decision::Edited(text) => {
                let mut by_hand = self.writer_as(COMPARISON_FORMAT);
                by_hand.write(LineText::piece(text).all(), COMPARISON_FORMAT.ending);
                let [before, by_hand, now] = [before, &by_hand.into_piece(), now].map(LineText::piece);
                Some(Merge::of(before, by_hand, now, deadline))
            }
            _ => None,
        };
        Some(CarriedDecision { decision: decision.clone(), changed, nested })
    }
}
