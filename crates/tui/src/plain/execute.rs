//! What is said becomes what keys become: actions, edits, and here and there a place to begin at.

use contract::Hold;
use editor::EditorInput;
use precondition::policy::Preconditions;

use super::parse::{LineCommand, Parsed, TextPosition};
use super::{changes, edit, help, listing, narration, pending};
use crate::action::{Action, KeyMeaning};
use crate::availability::why_unavailable;
use crate::effect::Effect;
use crate::gate;
use crate::overlay::{DocumentChooser, Overlay};
use crate::state::{Focus, SessionEnd, State};
use crate::update::{
    go_to_seat, keep_as, lead as press_at_the_gate, look_at_version, open_document, perform as press,
    replay_under as take_under, set_hold, set_policy, with_work, write_elsewhere,
};
use crate::versions::VersionsView;

/// Does what somebody said.
pub(super) fn execute(state: &mut State, said: Parsed) -> Vec<Effect> {
    match said {
        Parsed::Remark => Vec::new(),
        Parsed::Wrong(why) => answer(state, [why]),
        Parsed::Command(order) => execute_command(state, order),
    }
}

fn execute_command(state: &mut State, order: LineCommand) -> Vec<Effect> {
    if state.is_files() && is_about_a_server(&order) {
        return answer(state, ["Not now: there is no server, only files.".to_owned()]);
    }
    match order {
        LineCommand::Act(action) => act(state, action),
        LineCommand::Write(spot, Some(text)) => edit::write(state, spot, &[text]),
        LineCommand::Write(spot, None) => edit::begin(state, spot),
        LineCommand::Paste(number) => {
            // Without a number it goes to the end: a cursor has no place that could be heard.
            edit::paste(state, number.map_or(TextPosition::End, TextPosition::Before))
        }
        LineCommand::Delete(from, until) => edit::delete(state, from, until),
        LineCommand::Replace { old, new } => edit::replace(state, &old, &new),
        LineCommand::Title(title) => edit::set_title(state, &title),
        LineCommand::Take(action, number) => decide(state, action, number),
        LineCommand::Conflict(number) => {
            if !edit::go_to(state, number) {
                return Vec::new();
            }
            read_the_change(state)
        }
        LineCommand::Conflicts => {
            let lines = state.with_spoken_merge(|aloud| aloud.all()).unwrap_or_default();
            answer(state, lines)
        }
        LineCommand::Result => {
            let lines = state.with_spoken_merge(|aloud| aloud.result()).unwrap_or_default();
            answer(state, lines)
        }
        LineCommand::Show(range) => {
            let lines = listing::text(state, range);
            answer(state, lines)
        }
        LineCommand::Wire(number) => {
            let lines = listing::wire(state, number);
            answer(state, lines)
        }
        LineCommand::Begin(name) => narration::begin(state, &name),
        LineCommand::Answer(number) => narration::answer_with(state, number),
        LineCommand::Skip => narration::skip(state),
        LineCommand::Again => narration::again(state),
        LineCommand::Lesson => narration::give_back(state),
        LineCommand::Under(insists) => take_under(state, insists),
        LineCommand::Status => {
            let lines = changes::full_status(state);
            answer(state, lines)
        }
        LineCommand::Help(about) => {
            let lines = help::lines(state, about.as_deref());
            answer(state, lines)
        }
        LineCommand::WriteTo(path) => write_elsewhere(state, &path),
        LineCommand::Documents => {
            state.screens.retain(|screen| !matches!(screen, Overlay::Documents(_)));
            state.screens.push(Overlay::Documents(Box::new(DocumentChooser::loading())));
            vec![Effect::List { seat: state.seat }]
        }
        LineCommand::Version(number) => look_at_version(state, number),
        LineCommand::Open(name) => open(state, &name),
        LineCommand::As(name) => switch_editor(state, &name),
        LineCommand::Policy(wanted) => policy(state, wanted),
        LineCommand::Hold(wanted) => hold(state, wanted),
        LineCommand::Lead(action, number) => gate_command(state, action, number),
        LineCommand::QuitNow => {
            state.ended = Some(SessionEnd::Quit);
            Vec::new()
        }
        LineCommand::Draft(None) => act(state, Action::StartWithout),
        LineCommand::Draft(Some(number)) => with_draft(state, Action::Open, number),
        LineCommand::LookAtDraft(number) => look_at_draft(state, number),
        LineCommand::DiscardDraft(number) => with_draft(state, Action::DiscardDraft, number),
        LineCommand::KeepAs(path) => match why_unavailable(Action::KeepAs, state) {
            Some(why) => answer(state, [format!("Not now: {why}.")]),
            None => keep_as(state, path),
        },
    }
}

/// Whether an order is about a server or what it keeps: in a merge of files there is none.
const fn is_about_a_server(order: &LineCommand) -> bool {
    matches!(
        order,
        LineCommand::Documents
            | LineCommand::Version(_)
            | LineCommand::Open(_)
            | LineCommand::As(_)
            | LineCommand::Policy(_)
            | LineCommand::Hold(_)
            | LineCommand::Lead(..)
            | LineCommand::Wire(_)
            | LineCommand::Title(_)
    )
}

pub(super) fn answer(state: &mut State, lines: impl IntoIterator<Item = String>) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.print_all(lines);
    }
    Vec::new()
}

/// Reads the change of a merge that is at hand.
fn read_the_change(state: &mut State) -> Vec<Effect> {
    let at_hand = pending::settled(state);
    let lines = state.with_spoken_merge(|aloud| aloud.change()).unwrap_or_default();
    if let Some(plain) = &mut state.plain {
        plain.told.set_pending(&at_hand);
    }
    answer(state, lines)
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::NextConflict | Action::PreviousConflict | Action::NextChange => {
            let effects = press(state, &KeyMeaning::Act(action));
            read_the_change(state);
            effects
        }
        Action::Step => narration::step(state),
        Action::Dismiss if state.document().is_some_and(|work| work.editor.left_unread().is_some()) => {
            answer(state, ["What was not read is let go.".to_owned()]);
            with_work(state, |work, _| work.feed(EditorInput::UnreadDismissed))
        }
        Action::Back => narration::back(state),
        action => press(state, &KeyMeaning::Act(action)),
    }
}

/// Decides, and goes on to the next conflict that is open.
fn decide(state: &mut State, action: Action, number: Option<usize>) -> Vec<Effect> {
    if !edit::go_to(state, number) {
        return Vec::new();
    }
    let before = state.with_spoken_merge(|aloud| aloud.decided());
    let mut effects = press(state, &KeyMeaning::Act(action));
    if state.with_spoken_merge(|aloud| aloud.decided()) != before {
        effects.extend(decided(state));
    }
    effects
}

/// Says how the conflict at hand stands now, and goes on to the next one that is open.
pub(super) fn decided(state: &mut State) -> Vec<Effect> {
    let said = state.with_spoken_merge(|aloud| aloud.decided()).flatten();
    answer(state, said);
    let goes_on = state.with_spoken_merge(|aloud| !aloud.is_open() && aloud.conflict.open_count() > 0);
    if goes_on == Some(true) { press(state, &KeyMeaning::Act(Action::NextConflict)) } else { Vec::new() }
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

fn switch_editor(state: &mut State, name: &str) -> Vec<Effect> {
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
    if let Some(why) = why_unavailable(Action::Policy, state) {
        return answer(state, [format!("Not now: {why}.")]);
    }
    match wanted {
        Some(wanted) if state.policy.is_some_and(|policy| policy.preconditions == wanted) => {
            answer(state, [format!("The server insists on that already: {}.", wanted.as_str())])
        }
        Some(wanted) => set_policy(state, wanted),
        None => press(state, &KeyMeaning::Act(Action::Policy)),
    }
}

/// Has the gate hold something, or says what it holds.
fn hold(state: &mut State, wanted: Option<Hold>) -> Vec<Effect> {
    let Some(wanted) = wanted else {
        let words = gate::words(state).unwrap_or_else(|| "the gate is open".to_owned());
        return answer(state, [format!("Now: {words}.")]);
    };
    match why_unavailable(Action::Hold, state) {
        Some(why) => answer(state, [format!("Not now: {why}.")]),
        None => set_hold(state, wanted),
    }
}

/// Makes the draft of that number the one that is selected; false if there is none.
fn select_draft(state: &mut State, number: usize) -> bool {
    let is_selected = match state.screens.last_mut() {
        Some(Overlay::Drafts(chooser)) => chooser.select_number(number),
        _ => false,
    };
    if !is_selected {
        answer(state, [format!("There is no draft {number}; 'status' says which there are.")]);
    }
    is_selected
}

/// Does something with the draft of that number.
fn with_draft(state: &mut State, action: Action, number: usize) -> Vec<Effect> {
    if select_draft(state, number) { press(state, &KeyMeaning::Act(action)) } else { Vec::new() }
}

/// Reads the draft of that number.
fn look_at_draft(state: &mut State, number: usize) -> Vec<Effect> {
    if !select_draft(state, number) {
        return Vec::new();
    }
    let lines = match state.screens.last() {
        Some(Overlay::Drafts(chooser)) => chooser.selected().map(|found| listing::draft(state, number, found)),
        _ => None,
    };
    answer(state, lines.unwrap_or_default())
}

/// Does something with a request: with the one that was named, or the first that waits at the gate, or the newest.
fn gate_command(state: &mut State, action: Action, number: Option<u64>) -> Vec<Effect> {
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
            Action::ReleaseAll => plain.let_go.extend(waiting),
            Action::Release | Action::LoseAnswer => plain.let_go.extend(selected),
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
pub(super) fn close_list(state: &mut State) {
    let read_out = |versions: &VersionsView| versions.history().is_some() || versions.trouble().is_some();
    let is_told = |screen: &Overlay| match screen {
        Overlay::Versions(versions) => read_out(versions),
        Overlay::PolicyComparison(takes) => takes.table.is_some(),
        _ => false,
    };
    if state.screens.last().is_some_and(is_told) {
        state.screens.pop();
        forget_changes_below(state);
    }
    let Some(Overlay::Documents(documents)) = state.screens.last() else { return };
    if documents.entries().is_none() && documents.trouble().is_none() {
        return;
    }
    let ids = documents.entries().into_iter().flatten().map(|entry| entry.id.clone()).collect();
    if let Some(plain) = &mut state.plain {
        plain.listed = ids;
    }
    if state.document().is_some() {
        state.screens.pop();
        forget_changes_below(state);
    }
}

/// What waited for an answer below a list was told before the list was.
fn forget_changes_below(state: &mut State) {
    let at_hand = pending::settled(state);
    if let Some(plain) = &mut state.plain {
        plain.told.set_pending(&at_hand);
    }
}
