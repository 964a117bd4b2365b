//! What the leader's keys do: hold, let go, lose an answer, send a request again.
//!
//! Nothing here waits. What the gate says comes back as an event; what became of a request is seen on the wire.

use contract::{Exchange, GateSettings, Hold};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::note;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::gate::{self, GateRequest, why_unavailable};
use crate::state::State;

/// Does what a key means, where it can be done.
pub(crate) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return note(state, Role::Info, format!("not now: {why}"));
    }
    if action == Action::Hold {
        return hold(state);
    }
    let waiting = state.wire.waiting();
    if action == Action::ReleaseAll {
        return vec![Effect::Gate(GateRequest::LetAllGo { first: waiting.order() })];
    }
    let Some(ours) = state.wire.selected_number() else { return Vec::new() };
    match (action, waiting.theirs(ours)) {
        (Action::Release, Some(theirs)) => vec![Effect::Gate(GateRequest::LetGo(theirs))],
        (Action::LoseAnswer, Some(theirs)) => {
            state.gate.losing = Some(ours);
            vec![Effect::Gate(GateRequest::LoseAnswerOf(theirs))]
        }
        (Action::Mark, _) => {
            state.wire.mark(ours);
            Vec::new()
        }
        (Action::Duplicate | Action::SendAgain, _) => send_again(state, ours),
        _ => Vec::new(),
    }
}

/// None, then writes, then all, and around.
fn hold(state: &mut State) -> Vec<Effect> {
    let next = gate::after(state.gate.wanted.or(state.gate.hold).unwrap_or_default());
    set_hold(state, next)
}

/// Has the gate hold that.
pub(crate) fn set_hold(state: &mut State, next: Hold) -> Vec<Effect> {
    if state.gate.wanted.replace(next).is_some() {
        return Vec::new();
    }
    // Before it is known what the gate holds, and whether it is ours to lead, somebody may have wanted it already.
    vec![Effect::Gate(state.gate.hold.map_or(GateRequest::Look, |_| GateRequest::Hold(next)))]
}

fn send_again(state: &mut State, ours: u64) -> Vec<Effect> {
    let Some(exchange) = state.wire.entry(ours).map(|entry| entry.exchange.clone()) else { return Vec::new() };
    match gate::duplicate_seat(state, &exchange) {
        // Whoever sends it wants to see it.
        Ok(seat) => {
            state.wire.follow();
            vec![Effect::SendAgain { seat, exchange: Box::new(exchange) }]
        }
        Err(why) => note(state, Role::Info, format!("not now: {why}")),
    }
}

/// What the gate holds, or why that is not known.
pub(super) fn told(state: &mut State, told: Result<GateSettings, String>) -> Vec<Effect> {
    let gate = match told {
        Ok(gate) => gate,
        Err(why) => {
            state.gate.wanted = None;
            return note(state, Role::Bad, format!("the gate did not answer: {}", sanitize(&why)));
        }
    };
    state.gate.is_withheld = false;
    state.gate.hold = Some(gate.hold);
    state.wire.on_gate_report(&gate);
    let mut effects = Vec::new();
    if state.gate.wanted.take_if(|wanted| *wanted == gate.hold).is_some() {
        state.gate.is_mine = gate.hold != Hold::None;
        explain(state, gate.hold);
    } else if gate.hold == Hold::None && std::mem::take(&mut state.gate.is_mine) {
        // Whoever closed it would wait for writes that have long gone on.
        let why = "the gate is open: somebody else opened it, or the server lost its connection to this editor";
        effects.extend(note(state, Role::Warning, why.to_owned()));
    }
    effects.extend(state.gate.wanted.map(|wanted| Effect::Gate(GateRequest::Hold(wanted))));
    // Who only edits has no use for everybody's exchanges.
    if (gate.hold != Hold::None || !gate.held.is_empty()) && !state.gate.follows {
        state.gate.follows = true;
        effects.push(Effect::FollowRecord);
    }
    effects
}

/// What was just switched on or off means for everybody: somebody may have pressed the key by accident.
fn explain(state: &mut State, hold: Hold) {
    let key = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (key(Action::Release), key(Action::ReleaseAll));
    let change = match (state.plain.is_some(), hold) {
        (false, _) => key(Action::Hold),
        // A key goes on to the next; a word says which.
        (true, Hold::Writes) => "'hold all'".to_owned(),
        (true, _) => "'hold nothing'".to_owned(),
    };
    let waiting = state.wire.waiting().count();
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
    note(state, Role::Info, words);
}

/// The server lets others lead.
pub(super) fn withheld(state: &mut State) {
    state.gate.hold = None;
    state.gate.is_withheld = true;
    if state.gate.wanted.take().is_some()
        && let Some(why) = why_unavailable(Action::Hold, state)
    {
        note(state, Role::Info, format!("not now: {why}"));
    }
}

/// An exchange was seen. Only what was done can have its answer lost.
pub(super) fn seen(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    let ended = exchange.status.is_some() || exchange.lost.is_some();
    if !ended || state.gate.losing.take_if(|losing| *losing == exchange.number).is_none() {
        return Vec::new();
    }
    if exchange.status.is_none() {
        return Vec::new();
    }
    note(state, Role::Info, "the answer was not lost: only what was done can have its answer lost".to_owned())
}

/// Nothing may wait for ever because whoever led has left.
pub(super) fn leave(state: &State) -> Option<Effect> {
    let holds = state.gate.hold.is_some_and(|hold| hold != Hold::None) || state.wire.waiting().count() > 0;
    let leads = state.is_stage() || state.gate.is_mine;
    (holds && leads).then_some(Effect::Gate(GateRequest::Open))
}
