//! The leader's controls: the mistakes that a server makes on purpose, and the faults that it injects.

use contract::{Exchange, FaultSettings};
use precondition::Policy;
use precondition::policy::{Dates, Etags, Judging};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::content::controls::mistake_notice;
use crate::effect::Effect;
use crate::gate::GateRequest;
use crate::room_overlay::RoomOverlay;
use crate::room_request::{Mistake, RoomRequest};
use crate::scroll::Scroll;
use crate::state::State;

/// The delays that the key steps through, in milliseconds.
const DELAYS: [u32; 2] = [400, 2000];

/// Shows all controls with their values, and reads those that another leader may have changed.
pub(super) fn show(state: &mut State) -> Vec<Effect> {
    state.overlays.push(RoomOverlay::Controls(Scroll::default()).into());
    vec![Effect::ReadPolicy, Effect::Room(RoomRequest::ReadFaults), Effect::Gate(GateRequest::Look)]
}

/// Switches between tags of the version, of the content and of the second. The last two are mistakes.
pub(super) fn switch_etags(state: &mut State) -> Vec<Effect> {
    switch(state, |policy| {
        Mistake::Etags(match policy.etags {
            Etags::Version => Etags::Content,
            Etags::Content => Etags::Seconds,
            Etags::Seconds => Etags::Version,
        })
    })
}

/// Switches between a judgement in the step of the write and one before it.
pub(super) fn switch_judging(state: &mut State) -> Vec<Effect> {
    switch(state, |policy| {
        Mistake::Judging(match policy.judging {
            Judging::Atomic => Judging::CheckThenAct,
            Judging::CheckThenAct => Judging::Atomic,
        })
    })
}

/// Switches between dates that are trusted only if they are strong, and all dates.
pub(super) fn switch_dates(state: &mut State) -> Vec<Effect> {
    switch(state, |policy| {
        Mistake::Dates(match policy.dates {
            Dates::StrongOnly => Dates::Trusted,
            Dates::Trusted => Dates::StrongOnly,
        })
    })
}

/// Switches a mistake to the next form, which depends on the policy.
fn switch(state: &mut State, next: impl FnOnce(&Policy) -> Mistake) -> Vec<Effect> {
    let Some(policy) = state.server.policy else { return vec![Effect::ReadPolicy] };
    if std::mem::replace(&mut state.room.sets_mistake, true) {
        return state.say_unavailable("a change of the policy is under way");
    }
    vec![Effect::Room(RoomRequest::SetMistake(next(&policy)))]
}

/// Says what the room notices of a mistake that was switched, or why it was not.
pub(super) fn on_mistake(state: &mut State, mistake: Mistake, set: Result<Policy, String>) -> Vec<Effect> {
    state.room.sets_mistake = false;
    match set {
        Ok(policy) => {
            state.server.policy = Some(policy);
            let role = if mistake.is_made() { Role::Warning } else { Role::Good };
            state.say(role, format!("{}: {}", mistake.name(), mistake_notice(mistake)))
        }
        Err(why) => state.say(Role::Bad, format!("the policy was not changed: {}", sanitize(&why))),
    }
}

/// Makes the server lose the response to the next write.
pub(super) fn lose_next(state: &State) -> Vec<Effect> {
    vec![Effect::SetFaults(FaultSettings { lose_responses: 1, ..faults_of_all(state) })]
}

/// Returns the faults that every server injects. Of several that differ, these are none.
fn faults_of_all(state: &State) -> FaultSettings {
    if state.room.faults_differ { FaultSettings::default() } else { state.room.faults }
}

/// Makes the server delay every response; pressed again, delay it more, and then not at all.
pub(super) fn delay(state: &State) -> Vec<Effect> {
    let faults = faults_of_all(state);
    let next = DELAYS.into_iter().find(|delay| *delay > faults.latency_ms).unwrap_or(0);
    vec![Effect::SetFaults(FaultSettings { latency_ms: next, ..faults })]
}

/// Reads the faults again after a response was lost: the server counts those that are still to be lost.
pub(super) fn on_recorded(state: &State, exchange: &Exchange) -> Option<Effect> {
    let is_counted = state.room.faults.lose_responses > 0 && exchange.lost.is_some();
    is_counted.then_some(Effect::Room(RoomRequest::ReadFaults))
}

/// Takes in the faults that were read. If they are not known, what this screen has set counts.
///
/// `differ` says that not every server injects them.
pub(super) fn on_faults_read(state: &mut State, read: Option<FaultSettings>, differ: bool) -> Vec<Effect> {
    if let Some(faults) = read {
        (state.room.faults, state.room.faults_differ) = (faults, differ);
    }
    Vec::new()
}

/// Says what the room will notice of the faults that the server injects now, or why they are not set.
pub(super) fn on_faults(state: &mut State, set: Result<FaultSettings, String>) -> Vec<Effect> {
    let before = state.room.faults;
    let faults = match set {
        Ok(faults) => faults,
        Err(why) => return state.say(Role::Bad, format!("the faults were not set: {}", sanitize(&why))),
    };
    (state.room.faults, state.room.faults_differ) = (faults, false);
    let words = match faults.latency_ms {
        delay if delay == before.latency_ms && faults.lose_responses > 0 => {
            let at_each = if state.server.names.count() > 0 { " at each server" } else { "" };
            format!("the next write{at_each} will be done, but its response will be lost: its writer has to ask again")
        }
        0 if before.latency_ms > 0 => "responses are no longer delayed".to_owned(),
        0 => "no faults".to_owned(),
        delay => format!("every response now takes {delay} ms longer: the room sees its saves wait"),
    };
    state.say(Role::Info, words)
}
