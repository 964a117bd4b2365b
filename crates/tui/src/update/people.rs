//! The people in a room: their list, the clock, and the removal of a participant.

use contract::{Author, Exchange, ParticipantList};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::availability::room::selected_person;
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::room_overlay::{PeopleView, RoomOverlay, moved};
use crate::room_request::{PeopleReport, RoomRequest};
use crate::scroll::Movement;
use crate::state::State;

/// The number of people that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Shows the people, one of them selected.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    state.overlays.push(RoomOverlay::People(PeopleView::default()).into());
    request_list(state)
}

/// Moves the selection.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    select_by(state, movement.rows(PAGE_ROWS));
    Vec::new()
}

/// Moves the selection by a number of rows, positive if down.
pub(super) fn select_by(state: &mut State, by: isize) {
    if let Some(RoomOverlay::People(view)) = state.overlays.last_mut().and_then(Overlay::room_mut) {
        *view = moved(view, &state.room, by);
    }
}

/// Asks whether to remove the selected person.
pub(super) fn ask_to_remove(state: &mut State) -> Vec<Effect> {
    if let Some(name) = selected_person(state).map(|person| person.name.clone()) {
        state.overlays.push(RoomOverlay::Remove(name).into());
    }
    Vec::new()
}

/// Lets the selected person in again.
pub(super) fn readmit(state: &State) -> Vec<Effect> {
    let name = selected_person(state).map(|person| person.name.clone());
    name.into_iter().map(|name| Effect::Room(RoomRequest::Readmit(name))).collect()
}

/// Says that a participant was removed, or why not.
pub(super) fn on_removed(state: &mut State, name: &Author, people: Result<ParticipantList, String>) -> Vec<Effect> {
    let shown = sanitize(name.as_str());
    let done = format!("{shown} is removed: from now on, each request under this name gets a 403");
    on_changed(state, people, done, &format!("{shown} was not removed"))
}

/// Says that a removal was undone, or why not.
pub(super) fn on_readmitted(state: &mut State, name: &Author, people: Result<ParticipantList, String>) -> Vec<Effect> {
    let shown = sanitize(name.as_str());
    let done = format!("{shown} may send requests again, with the same token");
    on_changed(state, people, done, &format!("{shown} was not let in again"))
}

/// Takes in the list after a change of the leader, and says what was `done` or what `failed`.
///
/// A list that is in flight now may be older than the change, so it is not taken in, and the list is requested again.
fn on_changed(state: &mut State, people: Result<ParticipantList, String>, done: String, failed: &str) -> Vec<Effect> {
    let list = match people {
        Ok(list) => list,
        Err(why) => return state.say(Role::Bad, format!("{failed}: {}", sanitize(&why))),
    };
    list_participants(state, list);
    let effects = request_list(state);
    state.room.skips_next_list = effects.is_empty();
    state.say(Role::Info, done);
    effects
}

/// Takes in a list of participants without the row of this screen itself.
fn list_participants(state: &mut State, mut list: ParticipantList) {
    list.participants.retain(|row| !state.room.is_own_row(row));
    state.room.room.list_participants(&list);
}

/// Requests the list of participants, unless a request for it is in flight.
pub(super) fn request_list(state: &mut State) -> Vec<Effect> {
    if state.room.people_refetch.mark_outdated() { vec![Effect::Room(RoomRequest::ListPeople)] } else { Vec::new() }
}

/// Takes in the list of participants.
pub(super) fn on_list(state: &mut State, listed: Result<PeopleReport, String>) -> Vec<Effect> {
    // Without the list, the people who have sent requests are shown, and the next exchange asks for it again.
    let is_old = std::mem::take(&mut state.room.skips_next_list);
    if let Some(report) = listed.ok().filter(|_| !is_old) {
        list_participants(state, report.list);
        state.room.guesses = report.guesses.or(state.room.guesses);
    }
    let again = state.room.people_refetch.on_answer();
    let next = again.then_some(Effect::Room(RoomRequest::ListPeople));
    next.into_iter().chain(set_timer(state)).collect()
}

/// Requests the list after an exchange that may have changed it.
///
/// A new name is not on the list yet; a refusal may be a guess, or be due to another leader who has removed someone.
pub(super) fn on_recorded(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    state.room.clock.see(exchange.answered.unwrap_or(exchange.received));
    let is_known = exchange.author.as_ref().is_some_and(|author| state.room.room.is_listed(author));
    let is_refused = matches!(exchange.status, Some(401 | 403));
    let mut effects = if is_known && !is_refused { Vec::new() } else { request_list(state) };
    effects.extend(set_timer(state));
    effects
}

/// Shows the ages of the latest requests at a new time.
///
/// The list is requested again, too: a person who only listens to events sends nothing.
pub(super) fn on_time(state: &mut State) -> Vec<Effect> {
    let mut effects = request_list(state);
    effects.extend(set_timer(state));
    effects
}

/// Sets the timer after which the shown ages change, if someone is shown.
fn set_timer(state: &mut State) -> Option<Effect> {
    let newest = state.room.room.attendees().iter().map(|one| one.last_seen).max()?;
    let (turn, after) = state.room.clock.set_timer(newest)?;
    Some(Effect::Room(RoomRequest::TellTime { turn, after }))
}
