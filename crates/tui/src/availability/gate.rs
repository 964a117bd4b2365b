//! Why an action of the gate, or sending a request again, is unavailable; and what the gate holds next.

use client::RawRequest;
use contract::{ApiPath, Author, Exchange, Hold};
use lesson::script::HoldPoint;
use precondition::policy::Judging;
use traffic::Entry;

use crate::action::Action;
use crate::gate::next_hold;
use crate::ids::EditorIndex;
use crate::lesson_session::LessonSession;
use crate::state::State;

/// Returns whether the action is about the gate, or sends a recorded request again.
pub(crate) const fn is_about(action: Action) -> bool {
    matches!(
        action,
        Action::Hold
            | Action::Release
            | Action::ReleaseAll
            | Action::Mark
            | Action::LoseAnswer
            | Action::Duplicate
            | Action::SendAgain
    )
}

/// Returns why such an action is unavailable, or `None` if it is available.
pub(crate) fn why_unavailable(action: Action, state: &State) -> Option<String> {
    let follows = |course: &LessonSession| !course.is_taken_over() && !course.is_in_level();
    match action {
        _ if state.lesson.course.as_ref().is_some_and(follows) => {
            Some("the lesson operates the gate, until the user types".to_owned())
        }
        Action::Duplicate if state.room.forwards_to().is_some() => why_not_this_one(action, state).map(str::to_owned),
        Action::Duplicate | Action::SendAgain => why_no_duplicate(action, state),
        _ if state.server.gate.is_withheld => {
            Some("the server does not let me lead the gate: that takes the leader's token".to_owned())
        }
        Action::Hold => None,
        Action::Release if write_gate_holder(state).is_some() => None,
        Action::ReleaseAll if at_write_gate(state).next().is_some() => None,
        _ if state.server.wire.traffic.gate_queue().count() == 0 => Some("no request is held".to_owned()),
        Action::ReleaseAll => None,
        action => why_not_this_one(action, state).map(str::to_owned),
    }
}

/// Returns the authors whose writes in a level were evaluated and are not written yet.
///
/// They are in the order of their requests.
pub(crate) fn at_write_gate(state: &State) -> impl Iterator<Item = &Author> {
    let course = state.lesson.course.as_ref().filter(|course| course.is_in_level());
    let authors = state.server.wire.traffic.entries().filter(|entry| entry.exchange.is_open());
    let authors = authors.filter_map(|entry| entry.exchange.author.as_ref());
    authors.filter(move |author| course.is_some_and(|course| course.stepping.is_at_write_gate(author)))
}

/// Returns whether a request waits at the gate, or between its evaluation and its write.
pub(crate) fn is_held(state: &State, entry: &Entry) -> bool {
    state.server.wire.traffic.gate_queue().theirs(entry.exchange.number).is_some()
        || (entry.exchange.is_open() && at_write_gate(state).any(|who| entry.exchange.author.as_ref() == Some(who)))
}

/// Returns the point at which the gate holds requests after the next press of its key.
///
/// If the server of a level writes in a second step after evaluating, the gate between the two is the first of them.
pub(crate) fn next_hold_point(state: &State) -> HoldPoint {
    let Some(course) = state.lesson.course.as_ref().filter(|course| course.is_in_level()) else {
        let gate = &state.server.gate;
        return hold_point(next_hold(gate.wanted.or(gate.hold).unwrap_or_default()));
    };
    match course.hold {
        HoldPoint::Nowhere if has_write_gate(state) => HoldPoint::Judged,
        HoldPoint::Nowhere | HoldPoint::Judged => HoldPoint::Writes,
        HoldPoint::Writes => HoldPoint::All,
        HoldPoint::All => HoldPoint::Nowhere,
    }
}

/// Returns whether a level is played whose server evaluates a write and applies it in two steps.
pub(crate) fn has_write_gate(state: &State) -> bool {
    state.is_in_level() && state.server.policy.is_some_and(|policy| policy.judging == Judging::CheckThenAct)
}

/// Returns the point at which a gate holds requests, for a hold of the control interface.
pub(crate) const fn hold_point(hold: Hold) -> HoldPoint {
    match hold {
        Hold::None => HoldPoint::Nowhere,
        Hold::Writes => HoldPoint::Writes,
        Hold::All => HoldPoint::All,
    }
}

/// Returns the author of the selected request if it was evaluated, and is not written yet.
pub(crate) fn write_gate_holder(state: &State) -> Option<&Author> {
    let selected = state.server.wire.selected().filter(|entry| entry.exchange.is_open())?;
    at_write_gate(state).find(|author| selected.exchange.author.as_ref() == Some(author))
}

/// Returns why an action of the gate is unavailable for the selected request.
fn why_not_this_one(action: Action, state: &State) -> Option<&'static str> {
    let waits = |entry: &&Entry| state.server.wire.traffic.gate_queue().theirs(entry.exchange.number).is_some();
    match state.server.wire.selected() {
        None => Some("no exchange is selected"),
        Some(entry) if !waits(&entry) => Some("the selected request is not held"),
        Some(entry) if action == Action::LoseAnswer && entry.exchange.method == "GET" => {
            Some("only the response to a write can be lost")
        }
        Some(_) => None,
    }
}

/// Returns why the selected request cannot be sent again.
fn why_no_duplicate(action: Action, state: &State) -> Option<String> {
    let Some(entry) = state.server.wire.selected() else { return Some(nothing_to_open(state).to_owned()) };
    match (action, entry.exchange.is_open()) {
        (Action::Duplicate, false) => Some("only a request without a response can be duplicated".to_owned()),
        (Action::SendAgain, true) => Some("it has no response yet".to_owned()),
        _ => duplicate_seat(state, &entry.exchange).err(),
    }
}

/// Returns the seat whose client sends a request again.
///
/// # Errors
///
/// Returns why the request cannot be sent again, in plain words.
pub(crate) fn duplicate_seat(state: &State, exchange: &Exchange) -> Result<EditorIndex, String> {
    if !ApiPath::parse(&exchange.target)
        .is_some_and(|target| target.document().is_some() || target == ApiPath::Documents)
    {
        return Err("only requests about documents can be sent again".to_owned());
    }
    RawRequest::replay_of(exchange).map_err(|why| why.to_string())?;
    let seat = state.people.panes.iter().position(|pane| Some(&pane.me) == exchange.author.as_ref());
    seat.ok_or_else(|| "the editor that sent it is not on this screen".to_owned())
}

/// Returns why no exchange can be opened or sent again.
pub(crate) fn nothing_to_open(state: &State) -> &'static str {
    match (state.server.wire.traffic.newest_visible(), state.server.wire.traffic.filter()) {
        (Some(_), _) => "no exchange is selected",
        (None, Some(_)) => "the filter matches no exchange",
        (None, None) => "nothing was sent yet",
    }
}
