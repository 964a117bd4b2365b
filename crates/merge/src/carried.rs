//! A decision whose region has another text of theirs now: what it would be here.
//!
//! Base and mine are what they were, so whoever took a side will mostly take it again. That is a proposal and needs no
//! more. A text written by hand does: it was written with the earlier text of theirs in sight, so it contains what its
//! author wanted of that. What theirs changed since is the only news, and the merge that tells it apart has the earlier
//! text of theirs as its base, the text by hand as mine, and the text of theirs that is there now. From the old base,
//! all of theirs would be news again, the part included that was taken or turned down already.
//!
//! Nothing here is applied. The region is open again, and this is shown beside it.

use crate::decision::Decision;
use crate::engine::Merge;
use crate::format::Format;
use crate::renew::PLAIN;
use crate::session::Session;
use crate::state::State;
use crate::text::Text;
use std::time::Instant;

/// What was decided about a region before theirs became another text there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    decision: Decision,
    nested: Option<Merge>,
}

impl Carried {
    /// What was decided, as it was. For a text by hand this is the text without what theirs changed since.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// For a text by hand, the merge with what theirs changed since: the earlier text of theirs is the base, the text by
    /// hand is mine. Where [`Carried::settled`] is none, its conflicts are what is left to choose.
    #[must_use]
    pub fn nested(&self) -> Option<&Merge> {
        self.nested.as_ref()
    }

    /// The decision that proposes itself: the same side again, or the text by hand with all that theirs changed since.
    /// None where the two have a line in doubt, and no suggestion for it.
    #[must_use]
    pub fn settled(&self) -> Option<Decision> {
        let Some(nested) = &self.nested else { return Some(self.decision.clone()) };
        let format = Format { final_newline: true, byte_order_mark: false, ..nested.merged_format() };
        let mut session = Session::of(nested.clone());
        for conflict in nested.conflicts() {
            session.decide(conflict, Decision::Edited(nested.suggestion(conflict)?.text.into_bytes()));
        }
        session.piece_as(format).map(Decision::Edited)
    }
}

impl State {
    /// What was decided about a region before theirs became another text there; none where a decision stands.
    pub(crate) fn carried(&self, region: usize, deadline: Option<Instant>) -> Option<Carried> {
        if self.decisions[region] != Decision::Undecided {
            return None;
        }
        let key = self.key(&self.merge.regions()[region]);
        let (before, decision) = self.memory.about_another(&key)?;
        let nested = match decision {
            Decision::Edited(text) => {
                let mut by_hand = self.writer_as(PLAIN);
                by_hand.write(Text::piece(text).all(), PLAIN.ending);
                let [before, by_hand, now] = [before, &by_hand.piece(), &key.theirs].map(Text::piece);
                Some(Merge::of(before, by_hand, now, deadline))
            }
            _ => None,
        };
        Some(Carried { decision: decision.clone(), nested })
    }
}
