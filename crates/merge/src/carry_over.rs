//! A decision about a region of which one side has another text now: what it would be here.
//!
//! The base and one side are what they were, so a person who took a side will mostly take it again: a proposal that
//! needs nothing more. A text written by hand does. It was written with both sides in sight, so it contains what its
//! author wanted of them. The only news is what the changed side has changed since, and the merge that tells it apart
//! has the earlier text of that side as its base, the text by hand as mine, and the present text of that side as
//! theirs. From the old base, all of that side would be news again, including what was taken or turned down already.
//!
//! Nothing here is applied. The region is open again, and this is shown beside it.

use crate::decision::Decision;
use crate::decision_memory::RememberedDecision;
use crate::engine::Merge;
use crate::format::Format;
use crate::region::Side;
use crate::remerge::COMPARISON_FORMAT;
use crate::state::SessionState;
use crate::text::Text;
use std::time::Instant;

/// The decision about a region before one of its sides became another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedDecision {
    decision: Decision,
    changed: Side,
    nested: Option<Merge>,
}

impl CarriedDecision {
    /// Returns the decision as it was. For a text by hand this is the text without what the side has changed since.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Returns the side that has another text now: [`Side::Mine`] if its author typed on, [`Side::Theirs`] if a newer
    /// version came in.
    #[must_use]
    pub fn changed(&self) -> Side {
        self.changed
    }

    /// Returns, for a text by hand, its merge with what the side has changed since: the earlier text of the side is the
    /// base, the text by hand is mine. If [`CarriedDecision::proposal`] is `None`, its conflicts are what is left to
    /// choose.
    #[must_use]
    pub fn nested(&self) -> Option<&Merge> {
        self.nested.as_ref()
    }

    /// Returns the decision to propose: the same side again, or the text by hand with all that the side has changed
    /// since. `None` if the two conflict in a line for which there is no suggestion.
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
    /// Returns the decision about a region before one side became another text; `None` if a decision holds.
    pub(crate) fn carried(&self, region: usize, deadline: Option<Instant>) -> Option<CarriedDecision> {
        if self.decisions[region] != Decision::Undecided {
            return None;
        }
        let key = self.key(&self.merge.regions()[region]);
        let RememberedDecision { changed, before, now, decision } = self.memory.with_one_side_changed(&key)?;
        let nested = match decision {
            Decision::Edited(text) => {
                let mut by_hand = self.writer_as(COMPARISON_FORMAT);
                by_hand.write(Text::piece(text).all(), COMPARISON_FORMAT.ending);
                let [before, by_hand, now] = [before, &by_hand.into_piece(), now].map(Text::piece);
                Some(Merge::of(before, by_hand, now, deadline))
            }
            _ => None,
        };
        Some(CarriedDecision { decision: decision.clone(), changed, nested })
    }
}
