//! The server's gate: the leader's keys, and the gate's reports.
//!
//! Nothing in here waits. The gate's reply comes back as an event, and the wire shows the outcome of each request.

use contract::{ANONYMOUS, Author, Exchange, GateSettings, Hold};
use lesson::script::HoldPoint;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::Entry;

use super::{lesson_events, level_progress, level_server};
use crate::action::{Action, Context};
use crate::availability::gate::{
    at_write_gate, duplicate_seat, has_write_gate, hold_point, is_held, next_hold_point, why_unavailable,
    write_gate_holder,
};
use crate::effect::{Effect, RecordStart};
use crate::gate::{GateRequest, next_hold};
use crate::state::State;

/// Tells the gate to hold writes, then all requests, then nothing, in turn.
pub(super) fn hold_next(state: &mut State) -> Vec<Effect> {
    if state.is_in_level() {
        let next = next_hold_point(state);
        return level_server::set_hold(state, next);
    }
    let next = next_hold(state.server.gate.wanted.or(state.server.gate.hold).unwrap_or_default());
    set_hold(state, next)
}

/// Releases the selected request.
pub(super) fn release(state: &mut State) -> Vec<Effect> {
    let selected = state.server.wire.selected_number();
    state.server.wire.on_released(selected.into_iter().collect());
    if let Some(who) = write_gate_holder(state).cloned() {
        level_progress::touch(state);
        return lesson_events::release(state, who, false);
    }
    level_progress::touch(state);
    let held = selected_held(state);
    if held.is_some() {
        say_of_selected(state, |who| format!("{who} goes on: the server judges it now"));
    }
    held.map(|(_, theirs)| Effect::Gate(GateRequest::LetGo(theirs))).into_iter().collect()
}

/// Releases all held requests, the marked ones first.
///
/// In a level, the writes that were evaluated and are not written yet are released, too.
pub(super) fn release_all(state: &mut State) -> Vec<Effect> {
    level_progress::touch(state);
    let waiting: Vec<Author> = at_write_gate(state).cloned().collect();
    let queue = state.server.wire.traffic.gate_queue();
    // Writes that were evaluated go first; then the requests at the gate still wait.
    let is_released =
        |entry: &&Entry| is_held(state, entry) && (waiting.is_empty() || queue.theirs(entry.exchange.number).is_none());
    let released = state.server.wire.traffic.entries().filter(is_released).map(|entry| entry.exchange.number).collect();
    state.server.wire.on_released(released);
    if !waiting.is_empty() {
        return waiting.into_iter().flat_map(|who| lesson_events::release(state, who, false)).collect();
    }
    if state.is_room() {
        let words = match state.server.wire.traffic.gate_queue().count() {
            1 => "1 request goes on: the server judges it now".to_owned(),
            count => format!("{count} requests go on, each after the response to the one before"),
        };
        state.say(Role::Info, words);
    }
    vec![Effect::Gate(GateRequest::LetAllGo { first: state.server.wire.traffic.gate_queue().order() })]
}

/// Releases the selected request, and makes the server lose its response.
pub(super) fn lose_answer(state: &mut State) -> Vec<Effect> {
    level_progress::touch(state);
    let Some((ours, theirs)) = selected_held(state) else { return Vec::new() };
    say_of_selected(state, |who| format!("{who} is done, and its response is lost: its writer has to ask again"));
    state.server.gate.losing = Some(ours);
    state.server.wire.on_released(vec![ours]);
    vec![Effect::Gate(GateRequest::LoseAnswerOf(theirs))]
}

/// Releases the selected request, and has the proxy send it twice.
pub(super) fn send_twice(state: &mut State) -> Vec<Effect> {
    let Some((ours, theirs)) = selected_held(state) else { return Vec::new() };
    say_of_selected(state, |who| format!("{who} is sent twice: its client gets the first response"));
    state.server.wire.on_released(vec![ours]);
    vec![Effect::Gate(GateRequest::SendTwice(theirs))]
}

/// In a room: says what its people notice of the selected request, which is named as in `Eve's PUT`.
fn say_of_selected(state: &mut State, notice: impl FnOnce(&str) -> String) {
    let Some(entry) = state.server.wire.selected().filter(|_| state.is_room()) else { return };
    let author = entry.exchange.author.as_ref();
    let who = author.map_or_else(|| ANONYMOUS.to_owned(), |author| sanitize(author.as_str()).into_owned());
    let words = notice(&format!("{who}'s {}", sanitize(&entry.exchange.method)));
    state.say(Role::Info, words);
}

/// Marks the selected request as the next in the order of release, or removes its mark.
pub(super) fn mark(state: &mut State) -> Vec<Effect> {
    if let Some(ours) = state.server.wire.selected_number() {
        state.server.wire.traffic.toggle_mark(ours);
        let all = state.hint_for(Action::ReleaseAll, Context::Wire);
        say_of_selected(state, |who| format!("{who} is in its order now: {all} releases the marked ones first"));
    }
    Vec::new()
}

/// Returns our number and the server's number of the selected request, if it is held.
fn selected_held(state: &State) -> Option<(u64, u64)> {
    let ours = state.server.wire.selected_number()?;
    Some((ours, state.server.wire.traffic.gate_queue().theirs(ours)?))
}

/// Sends the selected request again, whether or not it has a response.
pub(super) fn send_again(state: &mut State) -> Vec<Effect> {
    let Some(exchange) = state.server.wire.selected().map(|entry| (*entry.exchange).clone()) else { return Vec::new() };
    match duplicate_seat(state, &exchange) {
        Ok(seat) => {
            level_progress::touch(state);
            // The user wants to see the new exchange.
            state.server.wire.follow();
            vec![Effect::SendAgain { seat, exchange: Box::new(exchange) }]
        }
        Err(why) => state.say_unavailable(&why),
    }
}

/// Has requests held at this point, if the server has such a point.
pub(super) fn set_hold_point(state: &mut State, point: HoldPoint) -> Vec<Effect> {
    match point {
        HoldPoint::Judged if !has_write_gate(state) => {
            state.say_unavailable("only a level whose server evaluates and writes in two steps can hold judged writes")
        }
        HoldPoint::Judged => level_server::set_hold(state, point),
        HoldPoint::Nowhere | HoldPoint::Writes | HoldPoint::All => set_hold(state, level_progress::hold_of(point)),
    }
}

/// Tells the gate what to hold.
pub(super) fn set_hold(state: &mut State, next: Hold) -> Vec<Effect> {
    if state.is_in_level() {
        return level_server::set_hold(state, hold_point(next));
    }
    if state.server.gate.wanted.replace(next).is_some() {
        return Vec::new();
    }
    // If the state of the gate is not known yet, read it first: another client may lead the gate.
    vec![Effect::Gate(state.server.gate.hold.map_or(GateRequest::Look, |_| GateRequest::Hold(next)))]
}

/// Asks what the gate holds, unless that is followed already.
///
/// A request that gets no response may be held there.
pub(super) fn look_if_unknown(state: &mut State) -> Option<Effect> {
    if state.server.gate.is_withheld {
        // The last report was about an earlier request.
        state.server.gate.own_held.clear();
        return (!state.is_files()).then_some(Effect::Gate(GateRequest::LookAtOwn));
    }
    let is_known = state.leads_gate() || state.server.gate.follows;
    (!is_known && !state.is_files()).then_some(Effect::Gate(GateRequest::Look))
}

/// Asks again what the gate holds, once a request has its response: the leader may have opened it.
pub(super) fn look_again(state: &State) -> Option<Effect> {
    let is_closed = state.server.gate.hold.is_some_and(|hold| hold != Hold::None);
    (is_closed && !state.leads_gate()).then_some(Effect::Gate(GateRequest::Look))
}

/// Handles a report of the gate, or why it is not known.
pub(super) fn on_report(state: &mut State, told: Result<GateSettings, String>) -> Vec<Effect> {
    let gate = match told {
        Ok(gate) => gate,
        Err(why) => {
            state.server.gate.wanted = None;
            // The status line says already that the server does not respond.
            if state.documents().any(|work| work.unanswered.is_some()) {
                return Vec::new();
            }
            return state.say(Role::Bad, format!("the gate did not answer: {}", sanitize(&why)));
        }
    };
    state.server.gate.is_withheld = false;
    state.server.gate.hold = Some(gate.hold);
    state.server.wire.traffic.on_gate_report(&gate);
    let mut effects = Vec::new();
    if state.server.gate.wanted.take_if(|wanted| *wanted == gate.hold).is_some() {
        state.server.gate.is_mine = gate.hold != Hold::None;
        explain(state, gate.hold);
    } else if gate.hold == Hold::None && std::mem::take(&mut state.server.gate.is_mine) {
        // Otherwise the user who closed the gate would wait for writes that were released long ago.
        let why = "the gate is open: another client opened it, or the server lost its connection to this editor";
        effects.extend(state.say(Role::Warning, why.to_owned()));
    }
    effects.extend(state.server.gate.wanted.map(|wanted| Effect::Gate(GateRequest::Hold(wanted))));
    // A client that only edits does not need the exchanges of all clients.
    if (gate.hold != Hold::None || !gate.held.is_empty()) && !state.server.gate.follows {
        state.server.gate.follows = true;
        effects.push(Effect::FollowRecord(RecordStart::Now));
    }
    effects
}

/// Explains the new state of the gate: the key may have been pressed by accident.
fn explain(state: &mut State, hold: Hold) {
    let key = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (key(Action::Release), key(Action::ReleaseAll));
    let change = match (state.plain.is_some(), hold) {
        (false, _) => key(Action::Hold),
        // The key switches to the next state; the command names the state.
        (true, Hold::Writes) => "'hold all'".to_owned(),
        (true, _) => "'hold nothing'".to_owned(),
    };
    let waiting = state.server.wire.traffic.gate_queue().count();
    let words = match hold {
        Hold::Writes => {
            format!("the gate now holds every save: {one} releases one, {all} all; {change} holds reads too")
        }
        Hold::All => {
            format!("the gate now holds saves and reads: {one} releases one, {all} all; {change} holds nothing")
        }
        Hold::None if waiting > 0 => format!("the gate is open for new requests; {all} releases those that wait"),
        Hold::None => "the gate is open".to_owned(),
    };
    state.say(Role::Info, words);
}

/// Notes that another client leads the gate. A request without a response may be held there.
pub(super) fn on_withheld(state: &mut State) -> Vec<Effect> {
    state.server.gate.hold = None;
    state.server.gate.is_withheld = true;
    if state.server.gate.wanted.take().is_some()
        && let Some(why) = why_unavailable(Action::Hold, state)
    {
        state.say_unavailable(&why);
    }
    let is_silent = state.documents().any(|work| work.unanswered.is_some());
    is_silent.then_some(Effect::Gate(GateRequest::LookAtOwn)).into_iter().collect()
}

/// Says so if a response was not lost as requested: only the response to a completed write is lost.
pub(super) fn on_exchange(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    if exchange.is_open() || state.server.gate.losing.take_if(|losing| *losing == exchange.number).is_none() {
        return Vec::new();
    }
    if exchange.status.is_none() {
        return Vec::new();
    }
    state.say(
        Role::Info,
        "the response was not lost: the server only loses the response to a completed write".to_owned(),
    )
}

/// Returns the effect that opens the gate when its leader leaves, so that no request waits forever.
pub(super) fn leave(state: &State) -> Option<Effect> {
    let holds = state.server.gate.hold.is_some_and(|hold| hold != Hold::None)
        || state.server.wire.traffic.gate_queue().count() > 0;
    let leads = state.is_stage() || state.server.gate.is_mine;
    (holds && leads).then_some(Effect::Gate(GateRequest::Open))
}
