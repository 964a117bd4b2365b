//! A room that the user watches: the server's record, and the leader's keys.

use contract::Exchange;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{controls, led_question, open_for_all, people, policy, room_overlay, room_session, round, seeds, versions};
use crate::action::RoomAction;
use crate::effect::Effect;
use crate::room_request::{RoomReport, RoundText};
use crate::state::State;

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
    effects.extend(controls::on_recorded(state, exchange));
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
        RoomAction::BeginRound => round::ask(state),
        RoomAction::CopyNewest => round::begin(state, RoundText::Newest),
        RoomAction::ResetCounters => round::reset_counters(state),
        RoomAction::ShowControls => controls::show(state),
        RoomAction::SwitchEtags => controls::switch_etags(state),
        RoomAction::SwitchJudging => controls::switch_judging(state),
        RoomAction::SwitchDates => controls::switch_dates(state),
        RoomAction::LoseNext => controls::lose_next(state),
        RoomAction::Delay => controls::delay(state),
        RoomAction::LeadQuestion => led_question::open(state),
        RoomAction::WriteQuestion => led_question::open_form(state),
        RoomAction::AskQuestion => led_question::ask(state),
        RoomAction::WithdrawQuestion => led_question::ask_to_withdraw(state),
        RoomAction::SaveSession => room_session::save(state),
        RoomAction::OpenForAll => open_for_all::toggle(state),
        RoomAction::ShowSeeds => seeds::open(state),
        RoomAction::CompletePath => seeds::complete(state),
    }
}

/// Takes in the reply to a request of the leader.
pub(super) fn on_report(state: &mut State, report: RoomReport) -> Vec<Effect> {
    match report {
        RoomReport::People(listed) => people::on_list(state, listed),
        RoomReport::Removed { name, people } => people::on_removed(state, &name, people),
        RoomReport::Readmitted { name, people } => people::on_readmitted(state, &name, people),
        RoomReport::Settings(read) => open_for_all::on_read(state, read),
        RoomReport::OpenedForAll(set) => open_for_all::on_set(state, set),
        RoomReport::SessionSaved(saved) => room_session::on_saved(state, saved),
        RoomReport::Faults(read) => controls::on_faults_read(state, read, false),
        RoomReport::ServerFollowed { server, is_followed } => on_server_followed(state, &server, is_followed),
        RoomReport::DifferentFaults(read) => controls::on_faults_read(state, Some(read), true),
        RoomReport::MistakeSet { mistake, set } => controls::on_mistake(state, mistake, set),
        RoomReport::RoundBegun { document, copy } => round::on_begun(state, &document, copy),
        RoomReport::Seeded(seeded) => seeds::on_seeded(state, seeded),
        RoomReport::FolderListed { folder, listed } => seeds::on_listed(state, folder, listed),
        RoomReport::Time { turn, now } if state.room.clock.on_time(turn, now) => people::on_time(state),
        RoomReport::Time { .. } => Vec::new(),
    }
}

/// Says that a server does not respond, or responds again.
fn on_server_followed(state: &mut State, server: &str, is_followed: bool) -> Vec<Effect> {
    let Some(host) = state.server.names.set_followed(server, is_followed) else { return Vec::new() };
    let host = sanitize(host).into_owned();
    if is_followed {
        state.say(Role::Good, format!("{host} responds again; what it has recorded is shown"))
    } else {
        state.say(Role::Warning, format!("{host} does not respond; its exchanges are missing until it does"))
    }
}

/// Shows the people in the next order.
fn sort(state: &mut State) -> Vec<Effect> {
    state.room.order = state.room.order.next();
    Vec::new()
}
