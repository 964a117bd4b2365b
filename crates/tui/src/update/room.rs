//! A room that the user watches: the server's record, and the leader's keys.

use contract::{Exchange, FaultSettings};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{led_question, people, policy, room_overlay, room_session, versions};
use crate::action::RoomAction;
use crate::effect::Effect;
use crate::room_request::RoomReport;
use crate::state::State;

/// The delays that the key steps through, in milliseconds.
const DELAYS: [u32; 2] = [400, 2000];

/// Takes in an exchange of the server's record.
pub(super) fn on_recorded(state: &mut State, exchange: &Exchange) -> Vec<Effect> {
    let is_own = state.room.is_own(exchange);
    if is_own && exchange.is_read() {
        return Vec::new();
    }
    if !is_own {
        state.room.room.record(exchange);
        state.room.saving.record(exchange);
    }
    let preconditions = state.server.policy.map(|policy| policy.preconditions);
    state.server.wire.traffic.record_from_server(exchange, preconditions);
    let mut effects = versions::on_exchange(state, exchange);
    effects.extend(policy::on_exchange(state, exchange));
    if !is_own {
        effects.extend(people::on_recorded(state, exchange));
    }
    effects
}

/// Carries out an action of the leader.
pub(super) fn act(state: &mut State, action: RoomAction) -> Vec<Effect> {
    match action {
        RoomAction::ShowJoin => room_overlay::show_join(state),
        RoomAction::ShowLeaderCode => room_overlay::toggle_leader_code(state),
        RoomAction::ShowPeople => people::open(state),
        RoomAction::RemovePerson => people::ask_to_remove(state),
        RoomAction::ReadmitPerson => people::readmit(state),
        RoomAction::SortPeople => sort(state),
        RoomAction::BeginRound => begin_round(state),
        RoomAction::LoseNext => lose_next(state),
        RoomAction::Delay => delay(state),
        RoomAction::LeadQuestion => led_question::open(state),
        RoomAction::WriteQuestion => led_question::open_form(state),
        RoomAction::AskQuestion => led_question::ask(state),
        RoomAction::WithdrawQuestion => led_question::ask_to_withdraw(state),
        RoomAction::SaveSession => room_session::save(state),
    }
}

/// Takes in the reply to a request of the leader.
pub(super) fn on_report(state: &mut State, report: RoomReport) -> Vec<Effect> {
    match report {
        RoomReport::People(listed) => people::on_list(state, listed),
        RoomReport::Removed { name, people } => people::on_removed(state, &name, people),
        RoomReport::Readmitted { name, people } => people::on_readmitted(state, &name, people),
        RoomReport::SessionSaved(saved) => room_session::on_saved(state, saved),
        RoomReport::Time { turn, now } if state.room.clock.on_time(turn, now) => people::on_time(state),
        RoomReport::Time { .. } => Vec::new(),
    }
}

/// Shows the people in the next order.
fn sort(state: &mut State) -> Vec<Effect> {
    state.room.order = state.room.order.next();
    Vec::new()
}

/// Begins a round: the counters start at zero.
fn begin_round(state: &mut State) -> Vec<Effect> {
    state.room.room.begin_round();
    state.say(Role::Info, "a new round: the counters start at zero; the people and the wire stay".to_owned())
}

/// Makes the server lose the response to the next write.
fn lose_next(state: &mut State) -> Vec<Effect> {
    let faults = state.room.faults;
    vec![Effect::SetFaults(FaultSettings { lose_responses: 1, ..faults })]
}

/// Makes the server delay every response; pressed again, delay it more, and then not at all.
fn delay(state: &mut State) -> Vec<Effect> {
    let faults = state.room.faults;
    let next = DELAYS.into_iter().find(|delay| *delay > faults.latency_ms).unwrap_or(0);
    vec![Effect::SetFaults(FaultSettings { latency_ms: next, lose_responses: 0 })]
}

/// Says what the room will notice of the faults that the server injects now, or why they are not set.
pub(super) fn on_faults(state: &mut State, set: Result<FaultSettings, String>) -> Vec<Effect> {
    let before = state.room.faults;
    let faults = match set {
        Ok(faults) => faults,
        Err(why) => return state.say(Role::Bad, format!("the faults were not set: {}", sanitize(&why))),
    };
    // The server counts the lost responses down itself.
    state.room.faults = FaultSettings { lose_responses: 0, ..faults };
    let words = match (faults.lose_responses, faults.latency_ms) {
        (0, 0) if before.latency_ms > 0 => "responses are no longer delayed".to_owned(),
        (0, 0) => "no faults".to_owned(),
        (0, delay) => format!("every response now takes {delay} ms longer: the room sees its saves wait"),
        (_, _) => "the next write will be done, but its response will be lost: its writer has to ask again".to_owned(),
    };
    state.say(Role::Info, words)
}
