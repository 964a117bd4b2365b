//! What each action does.

use editor::{Command, EditorInput};
use lesson::run_log::EditorView;
use precondition::policy::Preconditions;
use terminal::buffer::with_line_feeds;
use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{drafts, files, gate_control, lesson_events, lesson_keys, note, overlays, versions};
use crate::action::{Action, Context, KeyMeaning, key_of};
use crate::availability::why_unavailable;
use crate::coach::Exercise;
use crate::drafts::first_line;
use crate::effect::Effect;
use crate::event::EditorIndex;
use crate::gate;
use crate::overlay::{DocumentChooser, HelpView, Overlay, OverwriteConfirm, Scroll};
use crate::pane::Pane;
use crate::state::{Focus, SessionEnd, State};
use crate::wire::PanelMode;
use crate::{draw, merge_view, open_document};

/// Does what a key means.
pub(crate) fn perform(state: &mut State, pressed: &KeyMeaning) -> Vec<Effect> {
    state.note = None;
    match pressed {
        KeyMeaning::Edit(edit) => apply(state, edit),
        KeyMeaning::Act(action) => act(state, *action),
    }
}

/// Puts in what was pasted. What is not put in is not lost: it is kept to be pasted into a text.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let text = with_line_feeds(text);
    if drafts::type_ahead(state, &Edit::InsertText(text.clone())) {
        return Vec::new();
    }
    let context = state.context();
    let is_number = text.trim().chars().all(|typed| typed.is_ascii_digit());
    let has_a_place = match context {
        Context::Text => state.document().is_some(),
        Context::Menu => is_number,
        context => context.accepts_text(),
    };
    // A name, a filter and a path are one line.
    let is_one_line = matches!(context, Context::Documents | Context::Filter | Context::Path);
    let has_more = is_one_line && text.trim_end().lines().nth(1).is_some();
    if has_a_place && !has_more {
        return apply(state, &Edit::InsertText(text));
    }
    if drafts::type_behind_the_list(state, &Edit::InsertText(text.clone())) {
        return Vec::new();
    }
    let paste = state.hint_for(Action::Paste, Context::Text);
    let (why, effects) = match context {
        _ if has_a_place => (
            format!("only the first line is pasted {}", context.place_name()),
            apply(state, &Edit::InsertText(text.clone())),
        ),
        Context::Text => ("not pasted, no document is open".to_owned(), Vec::new()),
        context => (format!("not pasted {}", context.place_name()), Vec::new()),
    };
    let mut effects = effects;
    // A lesson keeps nothing, and compares its editors with what it claims.
    if state.course.is_none()
        && let Some(work) = state.panes.get_mut(state.seat).and_then(Pane::document_mut)
    {
        // What is said to be kept is in the draft, and is unsaved until it is pasted.
        effects.extend(work.keep_unplaced(text.clone()));
        // What was kept before has no place yet either.
        state.register = work.editor.unplaced_text().unwrap_or_default().to_owned();
    } else if state.course.is_none() {
        let before = state.kept.take();
        let all = before.map_or_else(|| text.clone(), |before| format!("{}\n{text}", before.trim_end_matches('\n')));
        state.register.clone_from(&all);
        state.kept = Some(all);
    } else {
        state.register = text;
    }
    note(state, Role::Warning, format!("{why}: kept, and {paste} pastes it in a text"));
    effects
}

/// Changes the text that has the keys.
fn apply(state: &mut State, edit: &Edit) -> Vec<Effect> {
    if state.context() == Context::Menu {
        return lesson_keys::type_in_the_menu(state, edit);
    }
    if overlays::type_line(state, edit) {
        return Vec::new();
    }
    let merging = state.context() == Context::MergeText;
    let mut effects = with_work(state, |work, register| {
        if merging { work.merge(&KeyMeaning::Edit(edit.clone()), register) } else { work.edit(edit, register) }
    });
    if *edit == Edit::Paste && !merging && !effects.is_empty() {
        effects.extend(placed(state));
    }
    effects
}

/// The register was pasted into the document in view: what another document kept for that has its place now.
fn placed(state: &mut State) -> Vec<Effect> {
    let here = state.document().map(|work| work.key);
    let works = state.panes.iter_mut().flat_map(Pane::documents_mut).filter(|work| Some(work.key) != here);
    let waits = works.filter(|work| work.editor.unplaced_text() == Some(state.register.as_str()));
    waits.flat_map(|work| work.feed(EditorInput::Placed)).collect()
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if state.is_files()
        && let Some(why) = why_unavailable(action, state).filter(|_| action != Action::Save)
        && state.screens.is_empty()
    {
        return off(state, &why);
    }
    if let Some(handled) = go(state, action) {
        return handled;
    }
    if !state.screens.is_empty() {
        return overlays::act(state, action);
    }
    match state.context() {
        Context::Menu => return lesson_keys::in_the_menu(state, action),
        Context::Lesson | Context::Quiz if action == Action::LeaveLesson => return leave_lesson(state),
        Context::Lesson | Context::Quiz => return lesson_keys::in_a_lesson(state, action),
        Context::Wire => return on_the_wire(state, action),
        Context::Text if action == Action::Dismiss => return dismiss(state),
        _ => {}
    }
    match (edit_of(action), state.context()) {
        (Some(Edit::Copy), Context::Text) if state.document().is_some_and(|work| work.buffer.selected().is_none()) => {
            // What ends other programs copies here, and people who press it want to know how to leave.
            let leave = key_of(Action::Quit, Context::Text).map(|key| key.to_string()).unwrap_or_default();
            off(state, &format!("nothing is selected; {leave} leaves"))
        }
        (Some(edit), _) => apply(state, &edit),
        (None, _) if is_about_a_view(action) => enter_or_leave(state, action),
        (None, Context::Merge | Context::MergeText) => merge(state, action),
        (None, _) => write(state, action),
    }
}

/// The change of a text behind an action, where it is one.
fn edit_of(action: Action) -> Option<Edit> {
    Some(match action {
        Action::Undo => Edit::Undo,
        Action::Redo => Edit::Redo,
        Action::Cut => Edit::Cut,
        Action::Copy => Edit::Copy,
        Action::Paste => Edit::Paste,
        Action::SelectAll => Edit::SelectAll,
        _ => return None,
    })
}

/// What can be done from everywhere; none where the action is not of that kind.
fn go(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    match action {
        Action::Help => help(state),
        Action::Quit => return Some(leave(state, SessionEnd::Quit)),
        Action::Redraw => return Some(vec![Effect::RedrawAll]),
        Action::Menu => {
            if let Some(why) = why_unavailable(action, state) {
                return Some(off(state, &why));
            }
            let menu = lesson_keys::menu(state);
            return Some(leave(state, menu));
        }
        Action::ToggleWire => {
            state.wire_shown = state.wire_shown.next();
            if state.wire_shown == PanelMode::Off {
                state.focus = state.default_focus();
            }
        }
        Action::FocusWire => {
            state.focus = if state.focus == Focus::Wire { state.default_focus() } else { Focus::Wire };
            if state.wire_shown == PanelMode::Off && state.focus == Focus::Wire {
                state.wire_shown = PanelMode::List;
            }
        }
        Action::NextEditor => return Some(take_seat(state, action, next_seat(state))),
        Action::FirstEditor => return Some(take_seat(state, action, 0)),
        Action::SecondEditor => return Some(take_seat(state, action, 1)),
        Action::ThirdEditor => return Some(take_seat(state, action, 2)),
        Action::FourthEditor => return Some(take_seat(state, action, 3)),
        Action::Policy => return Some(policy(state)),
        Action::ExportMine => return Some(keep_mine(state)),
        Action::WriteElsewhere => return Some(files::open_path(state)),
        Action::Documents => {
            state.screens.push(Overlay::Documents(Box::new(DocumentChooser::loading())));
            return Some(vec![Effect::List { seat: state.seat }]);
        }
        Action::Versions => return Some(versions::open(state)),
        _ => return None,
    }
    Some(Vec::new())
}

/// Keeps my text as a file, whatever becomes of it here.
fn keep_mine(state: &mut State) -> Vec<Effect> {
    let of_file = state.is_files().then(|| files::file_name(state));
    with_work(state, |work, _| {
        let name = format!("{}-mine", of_file.as_deref().unwrap_or(work.editor.id().as_str()));
        // The merge's side of mine may be older than what was typed last.
        let conflict = work.editor.document_merge().filter(|_| work.is_entered() && !work.editor.is_merge_outdated());
        let mine = conflict.map_or_else(|| work.buffer.text(), |conflict| conflict.my_side().content);
        vec![Effect::KeepFile { name, text: mine }]
    })
}

fn help(state: &mut State) {
    let about = state.context();
    if about == Context::Help {
        state.screens.pop();
    } else {
        state.screens.push(Overlay::Help(HelpView { about, scroll: Scroll::default() }));
    }
}

/// Ends this, after asking if something is unsaved.
pub(super) fn leave(state: &mut State, to: SessionEnd) -> Vec<Effect> {
    if !state.has_unsaved_text() {
        if let Some(text) = state.kept.take() {
            let [leave, paste] = [Action::Quit, Action::Paste].map(|action| state.hint_for(action, Context::Text));
            let first = sanitize(&first_line(&text)).into_owned();
            let words = format!("pasted and in no text yet: '{first}'; {paste} pastes it in a text, {leave} leaves");
            return note(state, Role::Warning, words);
        }
        state.ended = Some(to);
        // All is saved, so what was cut on the way there is let go.
        let works = state.panes.iter_mut().flat_map(Pane::documents_mut);
        return works.flat_map(open_document::OpenDocument::let_go_of_aside).collect();
    } else if state.context() != Context::Unsaved {
        state.way_out = to;
        state.screens.push(Overlay::Unsaved);
    }
    Vec::new()
}

/// Whose editor is next: where none has the keys, the one in view.
fn next_seat(state: &State) -> EditorIndex {
    if state.focus == Focus::Lesson { state.seat } else { (state.seat + 1) % state.panes.len().max(1) }
}

fn take_seat(state: &mut State, action: Action, seat: EditorIndex) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return off(state, &why);
    }
    go_to_seat(state, seat);
    Vec::new()
}

/// Gives the keys to that person's editor, where there is one.
pub(crate) fn go_to_seat(state: &mut State, seat: EditorIndex) {
    if seat < state.panes.len() {
        // What lies on top was about the other person's document.
        state.screens.clear();
        state.seat = seat;
        state.focus = Focus::Editor;
        state.course.iter_mut().for_each(|course| course.is_entered = false);
    }
}

/// Switches on: required, optional, ignored, and around.
fn policy(state: &mut State) -> Vec<Effect> {
    if let Some(why) = why_unavailable(Action::Policy, state) {
        return off(state, &why);
    }
    let Some(policy) = state.policy else { return vec![Effect::ReadPolicy] };
    let next = match state.wanted.unwrap_or(policy.preconditions) {
        Preconditions::Required => Preconditions::Optional,
        Preconditions::Optional => Preconditions::Ignored,
        Preconditions::Ignored => Preconditions::Required,
    };
    set_policy(state, next)
}

/// Has the server insist on that.
pub(crate) fn set_policy(state: &mut State, next: Preconditions) -> Vec<Effect> {
    // One change at a time: each names the policy that it replaces, and the second would meet the first.
    let under_way = state.wanted.replace(next).is_some();
    if under_way { Vec::new() } else { vec![Effect::SetPreconditions { seat: state.seat, preconditions: next }] }
}

fn on_the_wire(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Up => state.wire.select(-1),
        Action::Down => state.wire.select(1),
        Action::PageUp => state.wire.select(-10),
        Action::PageDown => state.wire.select(10),
        Action::First => state.wire.select(isize::MIN),
        Action::Last => state.wire.follow(),
        Action::Open => match (state.wire.selected_number(), why_unavailable(action, state)) {
            (Some(number), None) => overlays::open_exchange(state, number),
            (_, why) => return off(state, &why.unwrap_or_default()),
        },
        Action::Filter => overlays::open_filter(state),
        Action::Close if state.wire.filter().is_some() => state.wire.set_filter(None),
        Action::Close => state.focus = state.default_focus(),
        action if gate::is_about(action) => return gate_control::act(state, action),
        _ => {}
    }
    Vec::new()
}

/// In the merge view: what the machine does, and else what the view itself knows.
fn merge(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::OverwriteTheirs => overwrite(state),
        Action::Save => save(state),
        Action::Reload => command(state, Command::Reload),
        action => {
            // Nobody should begin to write what a save under way is about to overtake.
            if let Some(why) =
                why_unavailable(action, state).filter(|_| matches!(action, Action::EditResult | Action::EditWhole))
            {
                return off(state, &why);
            }
            let effects = with_work(state, |work, register| work.merge(&KeyMeaning::Act(action), register));
            let decided = |work: &open_document::OpenDocument| {
                work.editor.document_merge().is_some_and(|conflict| conflict.open_count() == 0)
            };
            if state.document().is_some_and(decided) {
                state.milestones.tick(Exercise::Merge);
            }
            effects
        }
    }
}

/// Asks before it buries.
fn overwrite(state: &mut State) -> Vec<Effect> {
    if why_unavailable(Action::OverwriteTheirs, state).is_some() {
        return command(state, Command::OverwriteTheirs);
    }
    if let Some(conflict) = state.document().and_then(|work| work.editor.document_merge()) {
        let (theirs, lines) = (conflict.theirs().etag.clone(), merge_view::lost_lines(conflict));
        state.screens.push(Overlay::Overwrite(OverwriteConfirm { theirs, lines, scroll: Scroll::default() }));
    }
    Vec::new()
}

/// In a text, and in front of the panels that stand over it.
fn write(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Save => save(state),
        Action::SaveUnconditionally => command(state, Command::SaveUnconditionally),
        Action::RetryWithPrecondition => command(state, Command::RetryWithPrecondition),
        Action::Reload => command(state, Command::Reload),
        Action::CreateAgain => command(state, Command::CreateAgain),
        Action::DiscardMine => {
            let is_only_here = state.document().is_some_and(|work| work.editor.has_text_of_its_own());
            let lost = why_unavailable(action, state).is_none() && is_only_here;
            if !lost {
                return command(state, Command::DiscardMine);
            }
            state.screens.push(Overlay::DiscardMine);
            Vec::new()
        }
        Action::Delete => {
            if why_unavailable(action, state).is_some() {
                return command(state, Command::Delete);
            }
            let base = state.document().and_then(|work| work.editor.base()).map(|base| base.etag.clone());
            state.screens.extend(base.map(Overlay::Delete));
            Vec::new()
        }
        action => {
            let (last, page) = draw::scroll_room(state);
            if let Some(work) = state.pane_mut().document_mut() {
                work.panel_scroll.turn(action, last, page);
            }
            Vec::new()
        }
    }
}

/// Whether the action gives the keys to a view that opened by itself, or back to the text.
const fn is_about_a_view(action: Action) -> bool {
    matches!(action, Action::Enter | Action::Leave)
}

/// Gives the keys to what opened by itself around the text, or to a lesson's question; or back to the text.
fn enter_or_leave(state: &mut State, action: Action) -> Vec<Effect> {
    if action == Action::Leave {
        return with_work(state, |work, _| {
            if work.is_entered() {
                work.leave();
            } else {
                // A word in plain mode: there a panel is heard without being entered.
                work.fold();
            }
            Vec::new()
        });
    }
    if let Some(why) = why_unavailable(action, state) {
        return off(state, &why);
    }
    let is_open = state.document().is_some_and(|work| work.open_view().is_some() || work.is_entered());
    if !is_open && enter_question(state) {
        return Vec::new();
    }
    with_work(state, |work, _| work.enter())
}

/// Gives the keys to a lesson's question; false if none is open.
pub(super) fn enter_question(state: &mut State) -> bool {
    let is_asking = state.is_asking();
    if let Some(course) = state.course.as_mut().filter(|_| is_asking && state.focus != Focus::Lesson) {
        course.is_entered = true;
        state.focus = Focus::Lesson;
    }
    is_asking
}

/// Gives the keys back to the text from which a question was entered. Otherwise it goes to the menu.
fn leave_lesson(state: &mut State) -> Vec<Effect> {
    let is_entered = state.course.as_mut().is_some_and(|course| std::mem::take(&mut course.is_entered));
    if !is_entered {
        return act(state, Action::Menu);
    }
    state.focus = Focus::Editor;
    Vec::new()
}

/// Saves, and says so if that has to wait for the request in flight.
fn save(state: &mut State) -> Vec<Effect> {
    let effects = with_work(state, |work, _| work.save());
    say_that_it_waits(state);
    effects
}

/// Saves the document in view of that seat, as its user wanted before it was open.
pub(super) fn save_of(state: &mut State, seat: EditorIndex) -> Vec<Effect> {
    let effects =
        state.panes.get_mut(seat).and_then(Pane::document_mut).map_or_else(Vec::new, open_document::OpenDocument::save);
    say_that_it_waits(state);
    effects
}

fn say_that_it_waits(state: &mut State) {
    if state.document().is_some_and(open_document::OpenDocument::can_save_again) {
        note(state, Role::Info, "a request is under way; what is typed since is saved after it".to_owned());
    }
}

/// Folds what opened by itself; then gives the keys of a lesson back; then puts the notice away.
///
/// A view that has room for one line only looks folded already: the same press goes on to what can be seen.
fn dismiss(state: &mut State) -> Vec<Effect> {
    let is_drawn = draw::is_view_drawn(state);
    let folds = state.pane_mut().document_mut().is_some_and(open_document::OpenDocument::fold);
    if (folds && is_drawn) || lesson_keys::give_back(state) {
        return Vec::new();
    }
    command(state, Command::Dismiss)
}

/// Wants something of the machine in view.
pub(super) fn command(state: &mut State, command: Command) -> Vec<Effect> {
    with_work(state, |work, _| work.command(command))
}

/// Does something with the document in view, and with the register. In a lesson, whoever changes something by hand has
/// taken the course over.
pub(crate) fn with_work(
    state: &mut State,
    act: impl FnOnce(&mut open_document::OpenDocument, &mut String) -> Vec<Effect>,
) -> Vec<Effect> {
    let seat = state.seat;
    let Some(work) = state.panes.get_mut(seat).and_then(Pane::document_mut) else {
        return off(state, "no document is open");
    };
    let before = state.course.is_some().then(|| EditorView::from(&work.editor));
    let effects = act(work, &mut state.register);
    let changed = |before: EditorView| !effects.is_empty() || before.document != work.editor.mine().clone();
    if before.is_some_and(changed) {
        lesson_events::fork(state);
    }
    effects
}

/// Says why nothing happened.
pub(super) fn off(state: &mut State, why: &str) -> Vec<Effect> {
    note(state, Role::Info, format!("not now: {why}"))
}
