//! Each command of plain mode with its handler: that of the key, with a printed reply.

use ::lesson::script::{HiddenArea, HoldPoint};
use editor::EditorInput;
use merge_view::action::MergeAction;
use precondition::policy::Preconditions;

use super::super::action::act;
use super::super::editor::with_document;
use super::super::{documents, files, gate, lesson as lesson_keys, policy, rescue, room_question, seats, versions};
use super::print::answer;
use super::{edit, lesson, listed, merge};
use crate::action::Action;
use crate::availability::gate::at_write_gate;
use crate::availability::why_unavailable;
use crate::effect::Effect;
use crate::messages;
use crate::overlay::Overlay;
use crate::plain::listed::{ListedDocument, find};
use crate::plain::parse::{LineCommand, Parsed, TextPosition};
use crate::plain::{changes, help, listing, pending};
use crate::property_prompt::Property;
use crate::state::{Focus, SessionEnd, State};
use crate::versions::VersionsView;

/// Carries out a parsed line.
pub(super) fn execute(state: &mut State, said: Parsed) -> Vec<Effect> {
    match said {
        Parsed::Remark => Vec::new(),
        Parsed::Wrong(why) => answer(state, [why]),
        Parsed::Command(order) => execute_command(state, order),
    }
}

fn execute_command(state: &mut State, order: LineCommand) -> Vec<Effect> {
    if state.is_files() && is_about_a_server(&order) {
        return answer(state, ["Not now: a merge of files has no server.".to_owned()]);
    }
    if let Some(why) = state.why_hidden(areas_of(&order)) {
        return answer(state, [format!("Not now: {why}.")]);
    }
    match order {
        LineCommand::Act(action) => act_aloud(state, action),
        LineCommand::Write(spot, Some(text)) => edit::write(state, spot, &[text]),
        LineCommand::Write(spot, None) => edit::begin(state, spot),
        LineCommand::Paste(number) => {
            // Without a number the text goes to the end: plain mode has no cursor.
            edit::paste(state, number.map_or(TextPosition::End, TextPosition::Before))
        }
        LineCommand::Delete(from, until) => edit::delete(state, from, until),
        LineCommand::Replace { old, new } => edit::replace(state, &old, &new),
        LineCommand::Title(title) => edit::set_property(state, Property::Title, &title),
        LineCommand::Parent(parent) => {
            edit::set_property(state, Property::Parent, parent.as_deref().unwrap_or_default())
        }
        LineCommand::Take(action, number) => merge::decide(state, action, number),
        LineCommand::Conflict(number) => {
            if !merge::go_to(state, number) {
                return Vec::new();
            }
            merge::read_the_change(state)
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
        LineCommand::Begin(name) => lesson::begin(state, &name),
        LineCommand::Answer(number) => lesson::answer_with(state, number),
        LineCommand::Vote(number) => vote(state, number),
        LineCommand::Skip => lesson::skip(state),
        LineCommand::Goal => lesson::read_goal(state),
        LineCommand::LevelAction(action) => lesson::level_action(state, action),
        LineCommand::SendOffer(number) => lesson::send_offer(state, number),
        LineCommand::Again => lesson::again(state),
        LineCommand::Lesson => lesson::give_back(state),
        LineCommand::Under(insists) => lesson_keys::replay_under(state, insists),
        LineCommand::Status => {
            let lines = changes::full_status(state);
            answer(state, lines)
        }
        LineCommand::Help(about) => {
            let lines = help::lines(state, about.as_deref());
            answer(state, lines)
        }
        LineCommand::WriteTo(path) => files::write_elsewhere(state, &path),
        LineCommand::Documents => {
            state.overlays.retain(|screen| !matches!(screen, Overlay::Documents(_)));
            documents::open_list(state)
        }
        LineCommand::Version(number) => versions::show(state, number),
        LineCommand::Open(name) => open(state, &name),
        LineCommand::Rename(name, title) => listed::change(state, &name, Property::Title, &title),
        LineCommand::Move(name, parent) => {
            listed::change(state, &name, Property::Parent, parent.as_deref().unwrap_or_default())
        }
        LineCommand::Remove(name) => listed::ask_to_delete(state, &name),
        LineCommand::As(name) => switch_editor(state, &name),
        LineCommand::Policy(wanted) => say_policy(state, wanted),
        LineCommand::Hold(wanted) => say_hold(state, wanted),
        LineCommand::Lead(action, number) => gate_command(state, action, number),
        LineCommand::QuitNow => {
            state.leaving.ended = Some(SessionEnd::Quit);
            Vec::new()
        }
        LineCommand::Draft(None) => act(state, Action::StartWithout),
        LineCommand::Draft(Some(number)) => with_draft(state, Action::Open, number),
        LineCommand::LookAtDraft(number) => look_at_draft(state, number),
        LineCommand::DiscardDraft(number) => with_draft(state, Action::DiscardDraft, number),
        LineCommand::KeepAs(path) => match why_unavailable(Action::KeepAs, state) {
            Some(why) => answer(state, [format!("Not now: {why}.")]),
            None => rescue::keep_as(state, path),
        },
    }
}

/// Returns the areas of the screen whose content a command prints by itself.
const fn areas_of(order: &LineCommand) -> &'static [HiddenArea] {
    match order {
        LineCommand::Wire(_) => &HiddenArea::WIRE,
        LineCommand::Conflict(_) | LineCommand::Conflicts | LineCommand::Result | LineCommand::Take(..) => {
            &HiddenArea::MERGE
        }
        LineCommand::Version(_) => &HiddenArea::SERVER,
        LineCommand::Documents | LineCommand::Rename(..) | LineCommand::Move(..) | LineCommand::Remove(_) => {
            &[HiddenArea::ServerVersion]
        }
        LineCommand::Act(_)
        | LineCommand::Show(_)
        | LineCommand::Write(..)
        | LineCommand::Paste(_)
        | LineCommand::Delete(..)
        | LineCommand::Replace { .. }
        | LineCommand::Title(_)
        | LineCommand::Parent(_)
        | LineCommand::WriteTo(_)
        | LineCommand::Open(_)
        | LineCommand::As(_)
        | LineCommand::Policy(_)
        | LineCommand::Hold(_)
        | LineCommand::Lead(..)
        | LineCommand::Begin(_)
        | LineCommand::Answer(_)
        | LineCommand::Vote(_)
        | LineCommand::Skip
        | LineCommand::Goal
        | LineCommand::LevelAction(_)
        | LineCommand::SendOffer(_)
        | LineCommand::Again
        | LineCommand::Lesson
        | LineCommand::Under(_)
        | LineCommand::Status
        | LineCommand::Help(_)
        | LineCommand::QuitNow
        | LineCommand::Draft(_)
        | LineCommand::LookAtDraft(_)
        | LineCommand::DiscardDraft(_)
        | LineCommand::KeepAs(_) => &[],
    }
}

/// Returns whether a command needs a server, which a merge of files does not have.
const fn is_about_a_server(order: &LineCommand) -> bool {
    matches!(
        order,
        LineCommand::Documents
            | LineCommand::Version(_)
            | LineCommand::Open(_)
            | LineCommand::Rename(..)
            | LineCommand::Move(..)
            | LineCommand::Remove(_)
            | LineCommand::As(_)
            | LineCommand::Policy(_)
            | LineCommand::Hold(_)
            | LineCommand::Lead(..)
            | LineCommand::Wire(_)
            | LineCommand::Title(_)
            | LineCommand::Parent(_)
    )
}

fn act_aloud(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Merge(MergeAction::NextConflict | MergeAction::PreviousConflict | MergeAction::NextChange) => {
            let effects = act(state, action);
            merge::read_the_change(state);
            effects
        }
        Action::Step => lesson::step(state),
        Action::Dismiss if state.document().is_some_and(|work| work.editor.left_unread().is_some()) => {
            answer(state, ["The lines that were not carried out are dropped.".to_owned()]);
            with_document(state, |work, _| work.feed(EditorInput::UnreadDismissed))
        }
        Action::Back => lesson::back(state),
        action => act(state, action),
    }
}

/// Opens a document by its name, or by its number in the list that was printed last.
fn open(state: &mut State, name: &str) -> Vec<Effect> {
    let listed = state.plain.as_ref().map_or(&[][..], |plain| &plain.listed);
    let by_name = || name.parse().map_err(|why: contract::NameError| why.to_string());
    match find(listed, name).map_or_else(by_name, |document| Ok(document.id.clone())) {
        Ok(document) => documents::open_document(state, document),
        Err(why) => answer(state, [format!("'{name}' is not a valid name for a document: {why}.")]),
    }
}

fn switch_editor(state: &mut State, name: &str) -> Vec<Effect> {
    let all: Vec<_> = state.people.panes.iter().map(|pane| pane.me.to_string()).collect();
    let Some(seat) = all.iter().position(|one| one.eq_ignore_ascii_case(name)) else {
        return answer(state, [format!("No editor belongs to '{name}'; the editors are: {}.", all.join(", "))]);
    };
    if state.people.seat == seat && state.overlays.is_empty() && state.people.focus == Focus::Editor {
        return answer(state, [format!("Your lines go to {}'s editor already.", all[seat])]);
    }
    seats::take(state, seat)
}

fn say_policy(state: &mut State, wanted: Option<Preconditions>) -> Vec<Effect> {
    if let Some(why) = why_unavailable(Action::Policy, state) {
        return answer(state, [format!("Not now: {why}.")]);
    }
    match wanted {
        Some(wanted) if state.server.policy.is_some_and(|policy| policy.preconditions == wanted) => {
            answer(state, [format!("The server's policy is {} already.", wanted.as_str())])
        }
        Some(wanted) => policy::set_preconditions(state, wanted),
        None => act(state, Action::Policy),
    }
}

/// Tells the gate what to hold, or prints what it holds.
fn say_hold(state: &mut State, wanted: Option<HoldPoint>) -> Vec<Effect> {
    let Some(wanted) = wanted else {
        let words = messages::gate_status(state).unwrap_or_else(|| "the gate is open".to_owned());
        return answer(state, [format!("Now: {words}.")]);
    };
    match why_unavailable(Action::Hold, state) {
        Some(why) => answer(state, [format!("Not now: {why}.")]),
        None => gate::set_hold_point(state, wanted),
    }
}

/// Selects the draft with this number. Returns false, after printing so, if there is none.
fn select_draft(state: &mut State, number: usize) -> bool {
    let is_selected = match state.overlays.last_mut() {
        Some(Overlay::Drafts(chooser)) => chooser.select_number(number),
        _ => false,
    };
    if !is_selected {
        answer(state, [format!("There is no draft {number}; 'status' lists them.")]);
    }
    is_selected
}

/// Carries out an action on the draft with this number.
fn with_draft(state: &mut State, action: Action, number: usize) -> Vec<Effect> {
    if select_draft(state, number) { act(state, action) } else { Vec::new() }
}

/// Prints the draft with this number.
fn look_at_draft(state: &mut State, number: usize) -> Vec<Effect> {
    if !select_draft(state, number) {
        return Vec::new();
    }
    let lines = match state.overlays.last() {
        Some(Overlay::Drafts(chooser)) => chooser.selected().map(|found| listing::draft(state, number, found)),
        _ => None,
    };
    answer(state, lines.unwrap_or_default())
}

/// Carries out an action on the request with this number, or the first at the gate, or the newest.
fn gate_command(state: &mut State, action: Action, number: Option<u64>) -> Vec<Effect> {
    let waiting: Vec<u64> = state.waiting_at_gate().collect();
    let first = waiting.first().copied().or_else(|| first_at_write_gate(state));
    let number = number.or_else(|| first.filter(|_| action != Action::SendAgain));
    match number {
        Some(number) if state.server.wire.traffic.entry(number).is_none() => {
            return answer(state, [format!("There is no exchange {number}; 'wire' lists the last ones.")]);
        }
        Some(number) => state.server.wire.choose(number),
        None => state.server.wire.follow(),
    }
    let selected = state.server.wire.selected_number();
    let effects = act(state, action);
    state.server.wire.follow();
    let goes_on = !effects.is_empty();
    if let Some(plain) = state.plain.as_mut().filter(|_| goes_on) {
        match action {
            Action::ReleaseAll => plain.let_go.extend(waiting),
            Action::Release | Action::LoseAnswer => plain.let_go.extend(selected),
            _ => {}
        }
    }
    match selected.and_then(|number| Some((number, state.server.wire.traffic.gate_queue().place(number)?))) {
        Some((number, place)) if action == Action::Mark => {
            answer(state, [format!("Request {number} is released as number {place}.")])
        }
        _ => effects,
    }
}

/// Returns the number of the first write in a level that was evaluated and is not written yet.
fn first_at_write_gate(state: &State) -> Option<u64> {
    let author = at_write_gate(state).next()?;
    state.server.wire.traffic.open_request_of(author)
}

/// Closes a list over a text once it was printed. The numbers of its documents are remembered.
pub(crate) fn close_list(state: &mut State, _: &mut Vec<Effect>) {
    if state.plain.is_none() {
        return;
    }
    let read_out = |versions: &VersionsView| versions.history().is_some() || versions.trouble().is_some();
    let is_told = |screen: &Overlay| match screen {
        Overlay::Versions(versions) => read_out(versions),
        Overlay::PolicyComparison(takes) => takes.table.is_some(),
        _ => false,
    };
    if state.overlays.last().is_some_and(is_told) {
        state.overlays.pop();
        forget_changes_below(state);
    }
    let Some(Overlay::Documents(documents)) = state.overlays.last() else { return };
    if documents.entries().is_none() && documents.trouble().is_none() {
        return;
    }
    let entries = documents.entries().into_iter().flatten().cloned();
    let entries = entries.map(|entry| ListedDocument { id: entry.id.clone(), entry: Some(entry) });
    let here = documents.here().iter().map(|here| ListedDocument { id: here.id.clone(), entry: None });
    let listed = entries.chain(here).collect();
    if let Some(plain) = &mut state.plain {
        plain.listed = listed;
    }
    if state.document().is_some() {
        state.overlays.pop();
        forget_changes_below(state);
    }
}

/// Marks the question or conflict below a closed list as printed: it was printed before the list was.
fn forget_changes_below(state: &mut State) {
    let at_hand = pending::settled(state);
    if let Some(plain) = &mut state.plain {
        plain.told.set_pending(&at_hand);
    }
}

/// Answers the leader's question, or says why that is not possible.
fn vote(state: &mut State, number: usize) -> Vec<Effect> {
    let why = match state.room_question.asked() {
        None => "The leader has asked no question.".to_owned(),
        Some(_) if !state.room_question.is_open() => "The question takes no more answers.".to_owned(),
        Some(asked) if !(1..=asked.choices.len()).contains(&number) => format!("There is no choice {number}."),
        Some(_) => return room_question::answer_by_line(state, number),
    };
    answer(state, [why])
}
