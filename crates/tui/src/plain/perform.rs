//! What is said becomes what keys become: actions, edits, and here and there a place to begin at.

use contract::Hold;
use editor::EditorInput;
use precondition::policy::Preconditions;

use super::parse::{Order, Said, Spot};
use super::{at_hand, help, news, read_out, stepping, write};
use crate::action::{Action, Pressed};
use crate::availability::why_off;
use crate::effect::Effect;
use crate::gate;
use crate::screen::{Documents, Screen};
use crate::state::{End, Focus, State};
use crate::update::{
    go_to_seat, keep_as, lead as press_at_the_gate, look_at_version, open_document, perform as press, set_hold,
    set_policy, take as take_under, with_work, write_elsewhere,
};
use crate::versions::Versions;

/// Does what somebody said.
pub(super) fn perform(state: &mut State, said: Said) -> Vec<Effect> {
    match said {
        Said::Remark => Vec::new(),
        Said::Wrong(why) => answer(state, [why]),
        Said::Order(order) => follow(state, order),
    }
}

fn follow(state: &mut State, order: Order) -> Vec<Effect> {
    if state.is_files() && is_about_a_server(&order) {
        return answer(state, ["Not now: there is no server, only files.".to_owned()]);
    }
    match order {
        Order::Act(action) => act(state, action),
        Order::Write(spot, Some(text)) => write::write(state, spot, &[text]),
        Order::Write(spot, None) => write::begin(state, spot),
        Order::Paste(number) => {
            // Without a number it goes to the end: a cursor has no place that could be heard.
            write::paste(state, number.map_or(Spot::End, Spot::Before))
        }
        Order::Delete(from, until) => write::delete(state, from, until),
        Order::Replace { old, new } => write::replace(state, &old, &new),
        Order::Title(title) => write::entitle(state, &title),
        Order::Take(action, number) => take(state, action, number),
        Order::Conflict(number) => {
            if !write::go_to(state, number) {
                return Vec::new();
            }
            read_the_change(state)
        }
        Order::Conflicts => {
            let lines = state.aloud(|aloud| aloud.all()).unwrap_or_default();
            answer(state, lines)
        }
        Order::Result => {
            let lines = state.aloud(|aloud| aloud.result()).unwrap_or_default();
            answer(state, lines)
        }
        Order::Show(range) => {
            let lines = read_out::text(state, range);
            answer(state, lines)
        }
        Order::Wire(number) => {
            let lines = read_out::wire(state, number);
            answer(state, lines)
        }
        Order::Begin(name) => stepping::begin(state, &name),
        Order::Answer(number) => stepping::answer_with(state, number),
        Order::Skip => stepping::skip(state),
        Order::Again => stepping::again(state),
        Order::Lesson => stepping::give_back(state),
        Order::Under(insists) => take_under(state, insists),
        Order::Status => {
            let lines = news::whole(state);
            answer(state, lines)
        }
        Order::Help(about) => {
            let lines = help::lines(state, about.as_deref());
            answer(state, lines)
        }
        Order::WriteTo(path) => write_elsewhere(state, &path),
        Order::Documents => {
            state.screens.retain(|screen| !matches!(screen, Screen::Documents(_)));
            state.screens.push(Screen::Documents(Box::new(Documents::asked())));
            vec![Effect::List { seat: state.seat }]
        }
        Order::Version(number) => look_at_version(state, number),
        Order::Open(name) => open(state, &name),
        Order::As(name) => take_seat(state, &name),
        Order::Policy(wanted) => policy(state, wanted),
        Order::Hold(wanted) => hold(state, wanted),
        Order::Lead(action, number) => lead(state, action, number),
        Order::QuitNow => {
            state.ended = Some(End::Quit);
            Vec::new()
        }
        Order::Draft(None) => act(state, Action::StartWithout),
        Order::Draft(Some(number)) => with_draft(state, Action::Open, number),
        Order::LookAtDraft(number) => look_at_draft(state, number),
        Order::DiscardDraft(number) => with_draft(state, Action::DiscardDraft, number),
        Order::KeepAs(path) => match why_off(Action::KeepAs, state) {
            Some(why) => answer(state, [format!("Not now: {why}.")]),
            None => keep_as(state, path),
        },
    }
}

/// Whether an order is about a server or what it keeps: in a merge of files there is none.
const fn is_about_a_server(order: &Order) -> bool {
    matches!(
        order,
        Order::Documents
            | Order::Version(_)
            | Order::Open(_)
            | Order::As(_)
            | Order::Policy(_)
            | Order::Hold(_)
            | Order::Lead(..)
            | Order::Wire(_)
            | Order::Title(_)
    )
}

pub(super) fn answer(state: &mut State, lines: impl IntoIterator<Item = String>) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.say_all(lines);
    }
    Vec::new()
}

/// Reads the change of a merge that is at hand.
fn read_the_change(state: &mut State) -> Vec<Effect> {
    let at_hand = at_hand::settled(state);
    let lines = state.aloud(|aloud| aloud.change()).unwrap_or_default();
    if let Some(plain) = &mut state.plain {
        plain.told.at_hand_is(&at_hand);
    }
    answer(state, lines)
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::NextConflict | Action::PreviousConflict | Action::NextChange => {
            let effects = press(state, &Pressed::Act(action));
            read_the_change(state);
            effects
        }
        Action::Step => stepping::step(state),
        Action::Dismiss if state.work().is_some_and(|work| work.editor.left_unread().is_some()) => {
            answer(state, ["What was not read is let go.".to_owned()]);
            with_work(state, |work, _| work.feed(EditorInput::UnreadDismissed))
        }
        Action::Back => stepping::back(state),
        action => press(state, &Pressed::Act(action)),
    }
}

/// Decides, and goes on to the next conflict that is open.
fn take(state: &mut State, action: Action, number: Option<usize>) -> Vec<Effect> {
    if !write::go_to(state, number) {
        return Vec::new();
    }
    let before = state.aloud(|aloud| aloud.decided());
    let mut effects = press(state, &Pressed::Act(action));
    if state.aloud(|aloud| aloud.decided()) != before {
        effects.extend(decided(state));
    }
    effects
}

/// Says how the conflict at hand stands now, and goes on to the next one that is open.
pub(super) fn decided(state: &mut State) -> Vec<Effect> {
    let said = state.aloud(|aloud| aloud.decided()).flatten();
    answer(state, said);
    let goes_on = state.aloud(|aloud| !aloud.is_open() && aloud.conflict.open_count() > 0);
    if goes_on == Some(true) { press(state, &Pressed::Act(Action::NextConflict)) } else { Vec::new() }
}

/// Opens a document by its name, or by its number in the list that was read last.
fn open(state: &mut State, name: &str) -> Vec<Effect> {
    let listed = state.plain.as_ref().map_or(&[][..], |plain| &plain.listed);
    let at = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = at.and_then(|at| listed.get(at)).filter(|_| !listed.iter().any(|id| id.as_str() == name));
    let by_name = name.parse().map_err(|why: contract::NameError| why.to_string());
    match by_number.cloned().map_or(by_name, Ok) {
        Ok(document) => open_document(state, document),
        Err(why) => answer(state, [format!("No document can be called '{name}': {why}.")]),
    }
}

fn take_seat(state: &mut State, name: &str) -> Vec<Effect> {
    let all: Vec<_> = state.panes.iter().map(|pane| pane.me.to_string()).collect();
    let Some(seat) = all.iter().position(|one| one.eq_ignore_ascii_case(name)) else {
        return answer(state, [format!("There is nobody called '{name}' here: {}.", all.join(", "))]);
    };
    if state.seat == seat && state.screens.is_empty() && state.focus == Focus::Editor {
        return answer(state, [format!("{} has the editor already.", all[seat])]);
    }
    go_to_seat(state, seat);
    Vec::new()
}

fn policy(state: &mut State, wanted: Option<Preconditions>) -> Vec<Effect> {
    if let Some(why) = why_off(Action::Policy, state) {
        return answer(state, [format!("Not now: {why}.")]);
    }
    match wanted {
        Some(wanted) if state.policy.is_some_and(|policy| policy.preconditions == wanted) => {
            answer(state, [format!("The server insists on that already: {}.", wanted.as_str())])
        }
        Some(wanted) => set_policy(state, wanted),
        None => press(state, &Pressed::Act(Action::Policy)),
    }
}

/// Has the gate hold something, or says what it holds.
fn hold(state: &mut State, wanted: Option<Hold>) -> Vec<Effect> {
    let Some(wanted) = wanted else {
        let words = gate::words(state).unwrap_or_else(|| "the gate is open".to_owned());
        return answer(state, [format!("Now: {words}.")]);
    };
    match why_off(Action::Hold, state) {
        Some(why) => answer(state, [format!("Not now: {why}.")]),
        None => set_hold(state, wanted),
    }
}

/// Makes the draft of that number the one that is selected; false if there is none.
fn select_draft(state: &mut State, number: usize) -> bool {
    let is_selected = match state.screens.last_mut() {
        Some(Screen::Drafts(chooser)) => chooser.select_number(number),
        _ => false,
    };
    if !is_selected {
        answer(state, [format!("There is no draft {number}; 'status' says which there are.")]);
    }
    is_selected
}

/// Does something with the draft of that number.
fn with_draft(state: &mut State, action: Action, number: usize) -> Vec<Effect> {
    if select_draft(state, number) { press(state, &Pressed::Act(action)) } else { Vec::new() }
}

/// Reads the draft of that number.
fn look_at_draft(state: &mut State, number: usize) -> Vec<Effect> {
    if !select_draft(state, number) {
        return Vec::new();
    }
    let lines = match state.screens.last() {
        Some(Screen::Drafts(chooser)) => chooser.selected().map(|found| read_out::draft(state, number, found)),
        _ => None,
    };
    answer(state, lines.unwrap_or_default())
}

/// Does something with a request: with the one that was named, or the first that waits at the gate, or the newest.
fn lead(state: &mut State, action: Action, number: Option<u64>) -> Vec<Effect> {
    let waiting: Vec<u64> = state.waiting().collect();
    let number = number.or_else(|| waiting.first().copied().filter(|_| action != Action::SendAgain));
    match number {
        Some(number) if state.wire.entry(number).is_none() => {
            return answer(state, [format!("There is no exchange {number}; 'wire' reads the last ones.")]);
        }
        Some(number) => state.wire.choose(number),
        None => state.wire.follow(),
    }
    let selected = state.wire.selected_number();
    let effects = press_at_the_gate(state, action);
    state.wire.follow();
    let goes_on = !effects.is_empty();
    if let Some(plain) = state.plain.as_mut().filter(|_| goes_on) {
        match action {
            Action::LetAllGo => plain.let_go.extend(waiting),
            Action::LetGo | Action::LoseAnswer => plain.let_go.extend(selected),
            _ => {}
        }
    }
    match selected.and_then(|number| Some((number, state.wire.waiting().place(number)?))) {
        Some((number, place)) if action == Action::Mark => {
            answer(state, [format!("Request {number} is number {place} in the order.")])
        }
        _ => effects,
    }
}

/// Puts a list away that was read out, where it lies over a text: there it has nothing more to say. The documents of
/// it are remembered for their numbers.
pub(super) fn put_the_list_away(state: &mut State) {
    let read_out = |versions: &Versions| versions.history().is_some() || versions.trouble().is_some();
    let is_told = |screen: &Screen| match screen {
        Screen::Versions(versions) => read_out(versions),
        Screen::Takes(takes) => takes.table.is_some(),
        _ => false,
    };
    if state.screens.last().is_some_and(is_told) {
        state.screens.pop();
        what_lies_below_is_known(state);
    }
    let Some(Screen::Documents(documents)) = state.screens.last() else { return };
    if documents.known().is_none() && documents.trouble().is_none() {
        return;
    }
    let ids = documents.known().into_iter().flatten().map(|entry| entry.id.clone()).collect();
    if let Some(plain) = &mut state.plain {
        plain.listed = ids;
    }
    if state.work().is_some() {
        state.screens.pop();
        what_lies_below_is_known(state);
    }
}

/// What waited for an answer below a list was told before the list was.
fn what_lies_below_is_known(state: &mut State) {
    let at_hand = at_hand::settled(state);
    if let Some(plain) = &mut state.plain {
        plain.told.at_hand_is(&at_hand);
    }
}
