//! Restoring a version: one conditional PUT makes a new version of an old one.
//!
//! It writes the title, the text and the parent, since a PUT replaces the whole document.
//!
//! The condition names the newest version that the user has seen: the top of the list as it was when they chose the
//! version, or that there is no document. So a save that they have not seen is never replaced. A 412 is not merged: the
//! user has typed nothing that could be lost, and they decide again with the newer version before them.

use contract::{Author, DocumentId, EntityTag};
use editor::{Guard, PreconditionFailure, ResponseOutcome, Writer};
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::with_short_tags;

use super::{lesson_events, other_writes, versions};
use crate::effect::Effect;
use crate::ids::EditorIndex;
use crate::overlay::Overlay;
use crate::state::State;
use crate::versions::detail::{RestoreProgress, VersionDetail};

/// Restores the version that is selected or shown. A selected version has to be read first.
pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    let mut effects = match state.overlays.last() {
        Some(Overlay::Versions(_)) => versions::show_selected(state, false),
        _ => Vec::new(),
    };
    if let Some(one) = shown(state) {
        one.restore = RestoreProgress::WhenRead;
    }
    effects.extend(go_on(state));
    effects
}

/// Sends the version that the user wants to restore, if its text is here.
pub(super) fn go_on(state: &mut State) -> Vec<Effect> {
    let seat = state.people.seat;
    let Some(one) = shown(state).filter(|one| one.restore == RestoreProgress::WhenRead) else { return Vec::new() };
    let (Some(snapshot), Some(guard)) = (one.snapshot(), &one.guard) else { return Vec::new() };
    let (document, number, guard) = (one.document.clone(), one.number, guard.clone());
    let text = Box::new(snapshot.document.clone());
    one.restore = RestoreProgress::Sent;
    let words = match &guard {
        Guard::IfMatch(newest) => format!("restoring v{number}: PUT with If-Match: {}", sanitize(&newest.to_string())),
        _ => format!("restoring v{number}: PUT with If-None-Match: *"),
    };
    if state.lesson.course.is_some() {
        lesson_events::fork(state);
    }
    let mut effects = state.say(Role::Info, words);
    effects.extend(other_writes::on_begun(state, seat, &document));
    effects.push(Effect::RestoreVersion { seat, document, number, guard, text });
    effects
}

/// Handles the response: says what became of the version, and shows the list as it is now.
///
/// If the version was written, the user's editor of the document reads it, unless it has edits.
pub(super) fn on_answered(
    state: &mut State,
    seat: EditorIndex,
    document: &DocumentId,
    number: u64,
    outcome: &ResponseOutcome,
) -> Vec<Effect> {
    let is_it = |one: &VersionDetail| one.document == *document && one.number == number;
    let is_sent = |screen: &Overlay| match screen {
        Overlay::Version(one) => is_it(one) && one.restore == RestoreProgress::Sent,
        _ => false,
    };
    let guard = state.overlays.iter().find(|screen| is_sent(screen)).and_then(|screen| match screen {
        Overlay::Version(one) => one.guard.clone(),
        _ => None,
    });
    state.overlays.retain(|screen| !is_sent(screen));
    let mut effects = Vec::new();
    if matches!(outcome, ResponseOutcome::Saved(_) | ResponseOutcome::Altered(..))
        && let Some(list) = versions::shown_list(state, document)
    {
        list.select_newest();
    }
    effects.extend(other_writes::on_ended(state, seat, document, outcome));
    effects.extend(versions::on_changed(state, document));
    let me = state.people.panes.get(seat).map(|pane| pane.me.clone());
    let (role, words) = describe(document, number, guard.as_ref(), outcome, me.as_ref());
    effects.extend(state.say(role, words));
    effects
}

/// Returns what became of the version.
///
/// The most important words come first: a narrow screen has no room for more.
fn describe(
    document: &DocumentId,
    number: u64,
    guard: Option<&Guard>,
    outcome: &ResponseOutcome,
    me: Option<&Author>,
) -> (Role, String) {
    let replaced = match guard {
        Some(Guard::IfMatch(newest)) => Some(newest),
        _ => None,
    };
    match outcome {
        ResponseOutcome::Saved(saved) if !saved.created && !saved.replayed && replaced == Some(&saved.etag) => {
            (Role::Info, format!("nothing to restore: {} has the same text as v{number}", tag(&saved.etag)))
        }
        ResponseOutcome::Saved(saved) => match (&saved.overwrote, replaced) {
            (Some(unseen), _) => (
                Role::Warning,
                format!("v{number} is restored as {}, and overwrote {} unseen", tag(&saved.etag), tag(unseen)),
            ),
            (None, Some(newest)) => {
                (Role::Good, format!("v{number} is restored as {}, over {}", tag(&saved.etag), tag(newest)))
            }
            (None, None) => (Role::Good, format!("v{number} is restored as {}", tag(&saved.etag))),
        },
        ResponseOutcome::Altered(saved, _) => (
            Role::Warning,
            format!("v{number} is restored as {}, but the server has changed its text", tag(&saved.etag)),
        ),
        ResponseOutcome::Failed(failed) => (Role::Warning, describe_failure(document, failed, me)),
        ResponseOutcome::Required(problem) | ResponseOutcome::Refused(problem) => {
            (Role::Bad, format!("{}: v{number} is not restored. {}", problem.status, sanitize(&problem.detail)))
        }
        ResponseOutcome::Unsent(why) => (Role::Bad, format!("not sent, v{number} is not restored: {}", sanitize(why))),
        ResponseOutcome::TooManyRequests { why, .. } => {
            (Role::Bad, format!("v{number} is not restored: {}", sanitize(why)))
        }
        ResponseOutcome::Unanswered(why) => (
            Role::Warning,
            format!("no response: v{number} may or may not be restored; the list will show it ({})", sanitize(why)),
        ),
        ResponseOutcome::Absent | ResponseOutcome::Gone(_) => {
            (Role::Bad, format!("v{number} is not restored: the server has no such document any more"))
        }
        ResponseOutcome::Read(_) | ResponseOutcome::NotModified | ResponseOutcome::Deleted => (
            Role::Bad,
            format!("the response to the restore of v{number} has no meaning; the list shows what is there"),
        ),
    }
}

/// Returns who has written or deleted the document since the user chose the version, and the next step.
fn describe_failure(document: &DocumentId, failed: &PreconditionFailure, me: Option<&Author>) -> String {
    let writer = |author: Option<&Author>| me.map_or(Writer::Unknown, |me| Writer::new(author, me));
    // What was written under the user's name may be this program's own write, whose response was lost.
    if let Some(deletion) = &failed.deleted {
        let deleted = match writer(Some(&deletion.author)) {
            Writer::Namesake => format!("'{document}' was deleted under your name meanwhile"),
            writer => format!("{} deleted it", sanitize(&writer.to_string())),
        };
        return format!("412: {deleted}: nothing is restored. Restore again to create it anew");
    }
    let current = failed.current.as_ref();
    match current.map(|current| &current.etag).or(failed.etag.as_ref()) {
        Some(etag) => {
            let saved = match writer(current.and_then(|current| current.author.as_ref())) {
                Writer::Namesake => format!("{} was saved under your name meanwhile", tag(etag)),
                writer => format!("{} saved {}", sanitize(&writer.to_string()), tag(etag)),
            };
            format!("412: {saved}: nothing is restored. Look at it, then restore again")
        }
        None => {
            "412: the newest version is another one: nothing is restored. Look at the list, then try again".to_owned()
        }
    }
}

/// Returns a tag in its spoken form: the sentence has to fit into one row.
fn tag(etag: &EntityTag) -> String {
    sanitize(&with_short_tags(&etag.to_string())).into_owned()
}

/// Returns the topmost version on the screen.
fn shown(state: &mut State) -> Option<&mut VersionDetail> {
    state.overlays.iter_mut().rev().find_map(|screen| match screen {
        Overlay::Version(one) => Some(&mut **one),
        _ => None,
    })
}
