//! The controls of a room's leader: policy, mistakes, faults and gate, and what the room notices.

use contract::{Hold, RoomSettings};
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use ratatui::text::{Line, Span};
use terminal::theme::Role;

use super::text;
use crate::action::{Action, Context, RoomAction};
use crate::room_request::Mistake;
use crate::seed::names;
use crate::state::State;

/// The columns before what the room notices.
const INDENT: usize = 5;

/// Returns each control with its key and its present value, and what the room notices of that value.
pub(crate) fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let policy = state.server.policy;
    let unknown = || ("not known".to_owned(), Role::Dim, "");
    let of_policy = |told: fn(precondition::Policy) -> (&'static str, bool, &'static str)| {
        policy.map_or_else(unknown, |policy| {
            let (value, is_safe, notice) = told(policy);
            (value.to_owned(), if is_safe { Role::Text } else { Role::Bad }, notice)
        })
    };
    let preconditions = of_policy(|policy| {
        let is_safe = policy.preconditions == Preconditions::Required;
        (policy.preconditions.as_str(), is_safe, preconditions_notice(policy.preconditions))
    });
    let mistake = |of: fn(precondition::Policy) -> Mistake| {
        policy.map_or_else(unknown, |policy| {
            let mistake = of(policy);
            let role = if mistake.is_made() { Role::Bad } else { Role::Text };
            (mistake.word().to_owned(), role, mistake_notice(mistake))
        })
    };
    let rows = [
        (Action::Policy, "policy", preconditions),
        (Action::Room(RoomAction::SwitchEtags), "tags", mistake(|policy| Mistake::Etags(policy.etags))),
        (Action::Room(RoomAction::SwitchJudging), "judging", mistake(|policy| Mistake::Judging(policy.judging))),
        (Action::Room(RoomAction::SwitchDates), "dates", mistake(|policy| Mistake::Dates(policy.dates))),
        (Action::Room(RoomAction::Delay), "delay", delay(state)),
        (Action::Room(RoomAction::LoseNext), "lost responses", losses(state)),
        (Action::Hold, "gate", gate(state)),
        (Action::Room(RoomAction::OpenForAll), "opens for all", opens_for_all(state)),
        (Action::Room(RoomAction::ShowSeeds), "seed documents", seed_documents(state)),
    ];
    let mut lines = Vec::new();
    let is_proxy = state.room.forwards_to().is_some();
    let is_of_proxies =
        |action| matches!(action, Action::Room(RoomAction::Delay | RoomAction::LoseNext) | Action::Hold);
    for (action, name, (value, role, notice)) in rows {
        if is_proxy && !is_of_proxies(action) {
            continue;
        }
        let key = state.hint_for(action, Context::Controls);
        let spans = vec![
            Span::styled(format!("{key:>3}  "), state.theme.style(Role::Key)),
            Span::raw(format!("{name}: ")),
            Span::styled(format!("{}{value}", sign(state, role)), state.theme.style(role)),
        ];
        lines.push(text::clip(spans, width.into(), state.theme.glyphs.more));
        let style = state.theme.style(Role::Dim);
        lines.extend(text::hanging_indent(&" ".repeat(INDENT), notice, width.into(), style));
    }
    lines
}

/// Returns the sign of a value that is not as it should be.
fn sign(state: &State, role: Role) -> String {
    if matches!(role, Role::Bad | Role::Warning) { format!("{} ", state.theme.sign(role)) } else { String::new() }
}

/// Returns what the room notices of a policy on preconditions.
pub(crate) const fn preconditions_notice(preconditions: Preconditions) -> &'static str {
    match preconditions {
        Preconditions::Required => "a write must name the version that it replaces, or it gets a 428",
        Preconditions::Optional => "a write without a condition is done, and may overwrite what its writer never saw",
        Preconditions::Ignored => "no condition of a write is judged: the last save wins, and updates are lost",
    }
}

/// Returns what the room notices of a mistake, or of its absence.
pub(crate) const fn mistake_notice(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::Etags(Etags::Version) => "each version has a tag of its own",
        Mistake::Etags(Etags::Content) => "a text that comes back has its old tag again: a save over it goes through",
        Mistake::Etags(Etags::Seconds) => "versions of one second share a tag: a save may overwrite one unseen",
        Mistake::Judging(Judging::Atomic) => "a save is judged and written in one step",
        Mistake::Judging(Judging::CheckThenAct) => "a save is judged first and written later: two may both succeed",
        Mistake::Dates(Dates::StrongOnly) => "a date counts only if it names one version",
        Mistake::Dates(Dates::Trusted) => "every date is believed: two versions of one second are not told apart",
    }
}

/// Returns the delay of responses.
fn delay(state: &State) -> (String, Role, &'static str) {
    match state.room.faults.latency_ms {
        0 => ("none".to_owned(), Role::Text, "the key delays every response: the room sees its saves wait"),
        delay if state.room.faults_differ => {
            (format!("{delay} ms, not at every server"), Role::Warning, "the key sets it for all servers")
        }
        delay => {
            (format!("{delay} ms"), Role::Warning, "every response takes so much longer: the room sees its saves wait")
        }
    }
}

/// Returns how many responses are still to be lost.
fn losses(state: &State) -> (String, Role, &'static str) {
    let notice = "the write is done, and its writer has to ask again";
    match state.room.faults.lose_responses {
        0 => {
            ("none".to_owned(), Role::Text, "the key loses the response to the next write: its writer has to ask again")
        }
        count => {
            let count = if count == 1 { "the next one".to_owned() } else { format!("the next {count}") };
            let place = match (state.room.faults_differ, state.server.names.count()) {
                (true, _) => ", not at every server",
                (false, 0) => "",
                (false, _) => " at each server",
            };
            (count + place, Role::Warning, notice)
        }
    }
}

/// Returns the document that opens for all, and what the key does.
fn opens_for_all(state: &State) -> (String, Role, &'static str) {
    match state.room.settings.settings() {
        None => ("not known".to_owned(), Role::Dim, ""),
        Some(RoomSettings { open_for_all: None }) => {
            ("no document".to_owned(), Role::Text, "people who join choose from the list of documents")
        }
        Some(RoomSettings { open_for_all: Some(document) }) => {
            (document.to_string(), Role::Text, "it opens by itself where none is open; others get a note with the key")
        }
    }
}

/// Returns the documents that were created from this screen, and what the key does.
fn seed_documents(state: &State) -> (String, Role, &'static str) {
    let value =
        names(state.room.seeded.iter()).map_or_else(|| "none yet".to_owned(), |names| format!("created {names}"));
    (value, Role::Text, "new documents are in everyone's list; none that exists is changed")
}

/// Returns what the gate holds.
fn gate(state: &State) -> (String, Role, &'static str) {
    let value = match state.server.gate.hold.unwrap_or_default() {
        Hold::None => "holds nothing",
        Hold::Writes => "holds writes",
        Hold::All => "holds everything",
    };
    let waiting = state.server.wire.traffic.gate_queue().count();
    let role = if waiting > 0 || value != "holds nothing" { Role::Warning } else { Role::Text };
    let value = if waiting > 0 { format!("{value}; {waiting} waiting") } else { value.to_owned() };
    (value, role, "a held save waits before it is judged; its editor says so")
}
