//! The server's gate: what the leader's keys do with it, and what it reports.
//!
//! Nothing here waits. What the gate says comes back as an event; what became of a request is seen on the wire.

use contract::{Exchange, GateSettings, Hold};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context};
use crate::availability::gate::{duplicate_seat, why_unavailable};
use crate::effect::Effect;
use crate::gate::{GateRequest, next_hold};
use crate::state::State;

/// Has the gate hold the next: nothing, then writes, then all, and around.
pub(super) fn hold_next(state: &mut State) -> Vec<Effect> {
    let next = next_hold(state.server.gate.wanted.or(state.server.gate.hold).unwrap_or_default());
    set_hold(state, next)
}

/// Releases the selected request.
pub(super) fn release(state: &mut State) -> Vec<Effect> {
    let held = selected_held(state);
    held.map(|(_, theirs)| Effect::Gate(GateRequest::LetGo(theirs))).into_iter().collect()
}

/// Releases all requests that are held, the marked ones first.
pub(super) fn release_all(state: &mut State) -> Vec<Effect> {
    vec![Effect::Gate(GateRequest::LetAllGo { first: state.server.wire.traffic.gate_queue().order() })]
}

/// Releases the selected request, and has its response lost.
pub(super) fn lose_answer(state: &mut State) -> Vec<Effect> {
    let Some((ours, theirs)) = selected_held(state) else { return Vec::new() };
    state.server.gate.losing = Some(ours);
    vec![Effect::Gate(GateRequest::LoseAnswerOf(theirs))]
}

/// Gives the selected request the next place in the order of release, or takes its place from it.
pub(super) fn mark(state: &mut State) -> Vec<Effect> {
    if let Some(ours) = state.server.wire.selected_number() {
        state.server.wire.traffic.toggle_mark(ours);
    }
    Vec::new()
}

/// The selected request, if it is held: our number and the server's.
fn selected_held(state: &State) -> Option<(u64, u64)> {
    let ours = state.server.wire.selected_number()?;
    Some((ours, state.server.wire.traffic.gate_queue().theirs(ours)?))
}

/// Sends the selected request once more, whether it has a response or not.
pub(super) fn send_again(state: &mut State) -> Vec<Effect> {
    let Some(exchange) = state.server.wire.selected().map(|entry| entry.exchange.clone()) else { return Vec::new() };
    match duplicate_seat(state, &exchange) {
        Ok(seat) => {
            // Its sender wants to see it.
            state.server.wire.follow();
            vec![Effect::SendAgain { seat, exchange: Box::new(exchange) }]
        }
        Err(why) => state.say_unavailable(&why),
    }
}

/// Has the gate hold that.
pub(super) fn set_hold(state: &mut State, next: Hold) -> Vec<Effect> {
    if state.server.gate.wanted.replace(next).is_some() {
        return Vec::new();
    }
    // The key may come before it is known what the gate holds, and whether it is ours to lead.
    vec![Effect::Gate(state.server.gate.hold.map_or(GateRequest::Look, |_| GateRequest::Hold(next)))]
}

/// The gate reports what it holds, or it is known why not.
pub(super) fn on_report(state: &mut State, told: Result<GateSettings, String>) -> Vec<Effect> {
    let gate = match told {
        Ok(gate) => gate,
        Err(why) => {
            state.server.gate.wanted = None;
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
        // The user who closed it would wait for writes that have long gone on.
        let why = "the gate is open: somebody else opened it, or the server lost its connection to this editor";
        effects.extend(state.say(Role::Warning, why.to_owned()));
    }
    effects.extend(state.server.gate.wanted.map(|wanted| Effect::Gate(GateRequest::Hold(wanted))));
    // A client that only edits has no use for the exchanges of all clients.
    if (gate.hold != Hold::None || !gate.held.is_empty()) && !state.server.gate.follows {
        state.server.gate.follows = true;
        effects.push(Effect::FollowRecord);
    }
    effects
}

/// Explains what was just switched on or off: the key may have been pressed by accident.
fn explain(state: &mut State, hold: Hold) {
    let key = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (key(Action::Release), key(Action::ReleaseAll));
    let change = match (state.plain.is_some(), hold) {
        (false, _) => key(Action::Hold),
        // A key goes on to the next; a word says which.
        (true, Hold::Writes) => "'hold all'".to_owned(),
        (true, _) => "'hold nothing'".to_owned(),
    };
    let waiting = state.server.wire.traffic.gate_queue().count();
    let words = match hold {
        Hold::Writes => {
            format!("every save waits at the gate now: {one} lets one go, {all} all; {change} holds reads too")
        }
        Hold::All => {
            format!("saves and reads wait at the gate now: {one} lets one go, {all} all; {change} holds nothing")
        }
        Hold::None if waiting > 0 => format!("nothing new is held; what waits goes on with {all}"),
        Hold::None => "nothing is held any more".to_owned(),
    };
    state.say(Role::Info, words);
}

/// The server lets others lead.
pub(super) fn on_withheld(state: &mut State) {
    state.server.gate.hold = None;
    state.server.gate.is_withheld = true;
    if state.server.gate.wanted.take().is_some()
        && let Some(why) = why_unavailable(Action::Hold, state)
    {
        state.say_unavailable(&why);
    }
}

/// An exchange was seen. Only what was done can have its answer lost.
pub(super) fn on_exchange(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    let ended = exchange.status.is_some() || exchange.lost.is_some();
    if !ended || state.server.gate.losing.take_if(|losing| *losing == exchange.number).is_none() {
        return Vec::new();
    }
    if exchange.status.is_none() {
        return Vec::new();
    }
    state.say(Role::Info, "the answer was not lost: only what was done can have its answer lost".to_owned())
}

/// Returns what opens the gate when its leader leaves, so that nothing waits for ever.
pub(super) fn leave(state: &State) -> Option<Effect> {
    let holds = state.server.gate.hold.is_some_and(|hold| hold != Hold::None)
        || state.server.wire.traffic.gate_queue().count() > 0;
    let leads = state.is_stage() || state.server.gate.is_mine;
    (holds && leads).then_some(Effect::Gate(GateRequest::Open))
}
