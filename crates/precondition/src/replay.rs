//! The lost answer: a write that was done, whose writer never heard of it, and who sends it again.
//!
//! Of all false conditions this is the one that hurts. The network breaks after the server has written and before its
//! answer has arrived. The client cannot know, so it repeats the request. `If-Match` now names a version that is not
//! the current one any more: this very write has replaced it. A plain 412 would send somebody into a merge with
//! themselves.
//!
//! RFC 9110 section 13.1.1 lets a server answer with success where the change that was asked for seems to have been
//! made already. The evidence asked for here is more than that the texts are the same: the version made directly on
//! top of the one that the writer named has the very state that the writer sends now. Two writers who happen to do the
//! same to the same version cannot be told from one who does it twice, and need not be. Both got what they asked for.
//!
//! Before the body is read, its state is not known. Then the author is the evidence: only a request of the author of
//! the next version may repeat that write, and has not failed yet. All others are refused without their body.
//!
//! Only a `PUT` says what the state shall be, so only a `PUT` can be recognised. To apply a patch twice may be wrong,
//! and a second `DELETE` finds nothing to delete.

use crate::conditions::Field;
use crate::evaluation::Evaluation;
use crate::history::History;
use crate::input::{BodyState, JudgedRequest, Method, Target};
use crate::tag::EntityTag;

/// What is known about a write whose conditions do not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Replay {
    /// It was applied on top of `parent`, and what it made is still the current version.
    Applied { parent: EntityTag },
    /// It was applied, and what it made, `applied`, has been replaced since, by another version or by a delete.
    Replaced { applied: EntityTag },
    /// It may be either of them, or neither. The body will tell.
    Possible,
}

/// Recognises a repeated write; none where it is not one.
///
/// `If-Match` has to be what stands in its way, and all: a request that would be refused anyway is refused.
pub(crate) fn recognize_replay(
    request: &JudgedRequest<'_>,
    evaluation: &[Evaluation],
    target: &Target,
    history: &dyn History,
) -> Option<Replay> {
    let stands_in_the_way = |condition: &Evaluation| !condition.holds;
    let only_if_match = evaluation.iter().filter(|c| stands_in_the_way(c)).all(|c| c.field == Field::IfMatch);
    if request.method != Method::Put || !only_if_match || *target == Target::NeverExisted {
        return None;
    }
    // Whoever sends a weak tag has not shown to have seen a version, so only strong ones are looked up.
    let mut parents = request.conditions.sent_tags().filter(|tag| !tag.is_weak());
    match request.body {
        BodyState::Unread => parents.any(|tag| history.author_wrote_after(tag)).then_some(Replay::Possible),
        BodyState::Read => find_applied(parents, target, history),
    }
}

/// Looks for the versions that this write made on top of those that it names: first for the current one.
fn find_applied<'a>(
    parents: impl Iterator<Item = &'a EntityTag>,
    target: &Target,
    history: &dyn History,
) -> Option<Replay> {
    let is_current = |tag: &EntityTag| target.current().is_some_and(|current| tag.strong_eq(&current.etag));
    let made: Vec<_> = parents.filter_map(|parent| Some((parent, history.applied_on(parent)?))).collect();
    let still_there = made.iter().find(|(_, applied)| is_current(applied));
    match still_there {
        Some((parent, _)) => Some(Replay::Applied { parent: (*parent).clone() }),
        None => made.into_iter().next().map(|(_, applied)| Replay::Replaced { applied }),
    }
}
