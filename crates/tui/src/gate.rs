//! The server's gate, as whoever leads knows it: what it holds, what is wanted of it, and what can be done by key.
//!
//! Who waits there is known to the wire (`crate::wire`), because it is our requests that people look at. Here is the
//! rest: whether the server lets us lead at all, and what was wanted that it has not said yes to. What the keys do with
//! it stands in [`crate::update`]; how it is asked, in [`crate::runtime`].

use client::{ApiPath, RawRequest};
use contract::{Exchange, Hold};

use crate::action::{Action, Context, key_of};
use crate::availability::nothing_to_open;
use crate::event::EditorIndex;
use crate::lesson_session::LessonSession;
use crate::state::{Focus, State};
use crate::wire::Entry;

/// What can be wanted of a server's gate, and of what it does to answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateRequest {
    /// To know what it holds, and who waits.
    Look,
    /// That it holds such requests from now on, and no longer than this program lives.
    Hold(Hold),
    /// That one goes on, by the server's number.
    LetGo(u64),
    /// That these go on, one after the other, and then all others in the order of their arrival.
    LetAllGo {
        /// The server's numbers.
        first: Vec<u64>,
    },
    /// That one goes on, and that nobody hears what came of it.
    LoseAnswerOf(u64),
    /// That nothing is held any more, and all go on: whoever leads leaves.
    Open,
}

/// What is known of the gate.
#[derive(Debug, Clone, Default)]
pub(crate) struct GateView {
    /// What it holds; none while that is not known.
    pub(crate) hold: Option<Hold>,
    /// What it shall hold, while a change is under way.
    pub(crate) wanted: Option<Hold>,
    /// Whether the server said that it is not ours to lead.
    pub(crate) is_withheld: bool,
    /// Whether it was told from here to hold what it holds.
    pub(crate) is_mine: bool,
    /// Whether the server's record is followed: who leads sees who waits.
    pub(crate) follows: bool,
    /// Our number for the write whose answer is about to be lost.
    pub(crate) losing: Option<u64>,
}

/// What is held next, where somebody goes through it by one key.
pub(crate) const fn after(hold: Hold) -> Hold {
    match hold {
        Hold::None => Hold::Writes,
        Hold::Writes => Hold::All,
        Hold::All => Hold::None,
    }
}

/// What the gate does and how many wait, in words; none while it is open and nobody waits.
pub(crate) fn words(state: &State) -> Option<String> {
    let waiting = state.wire.waiting().count();
    let holds = match state.gate.hold {
        Some(Hold::Writes) => Some("the gate holds writes"),
        Some(Hold::All) => Some("the gate holds all"),
        Some(Hold::None) | None => None,
    };
    match (holds, waiting) {
        (None, 0) => None,
        (Some(holds), 0) => Some(holds.to_owned()),
        (Some(holds), 1) => Some(format!("{holds}, 1 waits")),
        (Some(holds), many) => Some(format!("{holds}, {many} wait")),
        (None, 1) => Some("1 waits at the gate".to_owned()),
        (None, many) => Some(format!("{many} wait at the gate")),
    }
}

/// Which keys let go what waits, from where the keys are.
pub(crate) fn release_hint(state: &State) -> String {
    let key = |action, context| key_of(action, context).map(|key| key.to_string()).unwrap_or_default();
    let all = key(Action::ReleaseAll, Context::Wire);
    match state.focus {
        Focus::Wire => format!("{all} lets all go"),
        Focus::Editor | Focus::Lesson => format!("{} {all} lets all go", key(Action::FocusWire, Context::Text)),
    }
}

/// Whether the action is about the gate, or sends a request that no editor asked for.
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

/// Why such an action is off; none where it is on.
pub(crate) fn why_unavailable(action: Action, state: &State) -> Option<String> {
    let follows = |course: &LessonSession| !course.is_taken_over();
    match action {
        _ if state.course.as_ref().is_some_and(follows) => {
            Some("the lesson works the gate, until somebody types herself".to_owned())
        }
        Action::Duplicate | Action::SendAgain => why_no_duplicate(action, state),
        _ if state.gate.is_withheld => {
            Some("the server does not let me lead: that takes the leader's token".to_owned())
        }
        Action::Hold => None,
        _ if state.wire.waiting().count() == 0 => Some("nothing is held".to_owned()),
        Action::ReleaseAll => None,
        action => why_not_this_one(action, state).map(str::to_owned),
    }
}

/// Why nothing can be done at the gate with the selected request.
fn why_not_this_one(action: Action, state: &State) -> Option<&'static str> {
    let waits = |entry: &&Entry| state.wire.waiting().theirs(entry.exchange.number).is_some();
    match state.wire.selected() {
        None => Some("no exchange is selected"),
        Some(entry) if !waits(&entry) => Some("the selected one is not held"),
        Some(entry) if action == Action::LoseAnswer && entry.exchange.method == "GET" => {
            Some("only the answer to a write can be lost")
        }
        Some(_) => None,
    }
}

/// Why the selected request is not sent once more.
fn why_no_duplicate(action: Action, state: &State) -> Option<String> {
    let Some(entry) = state.wire.selected() else { return Some(nothing_to_open(state).to_owned()) };
    match (action, entry.is_open()) {
        (Action::Duplicate, false) => Some("only what has no answer yet can be doubled".to_owned()),
        (Action::SendAgain, true) => Some("it has no answer yet".to_owned()),
        _ => duplicate_seat(state, &entry.exchange).err(),
    }
}

/// Whose client sends that request again, or why it cannot be sent.
pub(crate) fn duplicate_seat(state: &State, exchange: &Exchange) -> Result<EditorIndex, String> {
    if !ApiPath::parse(&exchange.target)
        .is_some_and(|target| target.document().is_some() || target == ApiPath::Documents)
    {
        return Err("only what is about documents is sent again".to_owned());
    }
    RawRequest::replay_of(exchange).map_err(|why| why.to_string())?;
    let seat = state.panes.iter().position(|pane| Some(&pane.me) == exchange.author.as_ref());
    seat.ok_or_else(|| "whoever sent it is not here".to_owned())
}
