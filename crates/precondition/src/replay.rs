//! The lost response: an applied write whose response did not arrive, so that the client repeats it.
//!
//! Of all false conditions this is the painful one. The network breaks after the server has written and before the
//! response arrives. The client cannot know what happened, so it repeats the request. `If-Match` is now false: this
//! same write has replaced the version that it names. A plain 412 would ask the user to merge with themselves.
//!
//! RFC 9110 section 13.1.1 allows a success response if the requested change seems to have been made already. This
//! module requires more evidence than equal texts: the version made directly on top of the named one must have exactly
//! the state that the client sends now. Two writers who happen to make the same change to the same version cannot be
//! distinguished from one who makes it twice, and need not be. Both got what they asked for.
//!
//! Before the body is read, its state is unknown, and the author is the evidence: only a request by the author of the
//! next version may repeat that write, so it has not failed yet. All others are refused without their body.
//!
//! Only a `PUT` states the resulting document, so only a `PUT` can be recognised. Applying a patch twice may be wrong,
//! and a second `DELETE` finds nothing to delete.

use crate::conditions::Field;
use crate::evaluation::Evaluation;
use crate::history::History;
use crate::input::{BodyState, JudgedRequest, Method, Target};
use crate::tag::EntityTag;

/// The evidence that a write whose conditions do not hold was applied before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Replay {
    /// It was applied on top of `parent`, and the version it created is still the current one.
    Applied { parent: EntityTag },
    /// It was applied, but the version that it created, `applied`, is no longer the current one.
    ///
    /// Another version or a delete has replaced it.
    Replaced { applied: EntityTag },
    /// It may be either of them, or neither. The body will tell.
    Possible,
}

/// Recognises a repeated write; returns `None` if the request is not one.
///
/// `If-Match` must be the only false condition: a request that would be refused anyway is refused.
pub(crate) fn recognize_replay(
    request: &JudgedRequest<'_>,
    evaluation: &[Evaluation],
    target: &Target,
    history: &dyn History,
) -> Option<Replay> {
    let only_if_match = evaluation.iter().filter(|c| !c.holds).all(|c| c.field == Field::IfMatch);
    if request.method != Method::Put || !only_if_match || *target == Target::NeverExisted {
        return None;
    }
    // A weak tag does not prove that its sender has seen a version, so only strong tags are looked up.
    let mut parents = request.conditions.sent_tags().filter(|tag| !tag.is_weak());
    match request.body {
        BodyState::Unread => parents.any(|tag| history.author_wrote_after(tag)).then_some(Replay::Possible),
        BodyState::Read => find_applied(parents, target, history),
    }
}

/// Finds the version that this write created on top of a named one.
///
/// The current version takes precedence.
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
