//! What happens: an event in, the state changed, effects out. Nothing else changes the state.

mod actions;
mod drafts;
mod files;
mod gate_control;
mod lesson_events;
mod lesson_keys;
mod mouse;
mod overlays;
mod policy;
mod response;
mod versions;

pub(crate) use actions::{go_to_seat, perform, set_policy, with_work};
pub(crate) use drafts::{is_pending as is_draft_pending, keep_as, text_in_danger};
pub(crate) use files::write_elsewhere;
pub(crate) use gate_control::{act as lead, set_hold};
pub(crate) use lesson_keys::give_back;
pub(crate) use overlays::{open_document, replay_under};
pub(crate) use versions::read_out as look_at_version;

use contract::{DocumentId, Exchange};
use editor::{Command, Draft, EditorInput};
use precondition::Policy;
use ratatui::layout::Rect;
use terminal::edit::Edit;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context, KeyMeaning, key_meaning};
use crate::ahead::Ahead;
use crate::drafts::first_line;
use crate::draw;
use crate::effect::Effect;
use crate::event::{EditorIndex, Event};
use crate::gate::GateRequest;
use crate::layout::Layout;
use crate::messages::no_answer;
use crate::open_document::{DocumentKey, OpenDocument};
use crate::pane::Pane;
use crate::plain;
use crate::state::{Focus, NoteLifetime, ProgramNote, SessionEnd, SessionKind, State};

pub(crate) use lesson_events::go_on;

/// After how many seconds without an answer that is said if there is no screen.
const SAID_AFTER_SECONDS: u64 = 5;

/// Takes in what happened, and says what is to be done about it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.on_event(&event, state.course.is_some());
    }
    let mut effects = handle(state, event);
    after_event(state, &mut effects);
    plain::continue_session(state, &mut effects);
    effects
}

/// What follows from whatever happened, and led to these effects.
pub(crate) fn after_event(state: &mut State, effects: &mut Vec<Effect>) {
    lesson_events::departed(state, effects);
    effects.extend(go_on(state));
    lesson_events::drop_lesson_effects(state, effects);
    leave_when_saved(state);
    drafts::leave_when_kept(state);
    rescue(state);
    fit_merges(state);
    versions::follow(state);
    effects.extend(drafts::keep_ahead(state));
    state.wire.keep_selection(state.focus == Focus::Wire);
}

fn handle(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Terminal(TerminalEvent::Key(key)) if is_typed_ahead(state, key) => Vec::new(),
        Event::Terminal(TerminalEvent::Key(key)) => match key_meaning(key, state.context()) {
            Some(pressed) => perform(state, &pressed),
            None => Vec::new(),
        },
        Event::Terminal(TerminalEvent::Pasted(text)) => actions::paste(state, &text),
        Event::Terminal(TerminalEvent::Mouse(mouse)) => mouse::mouse(state, mouse),
        Event::Terminal(TerminalEvent::Resized { width, height }) => {
            state.size = (width, height);
            Vec::new()
        }
        Event::Opened { seat, document, draft } => on_opened(state, seat, document, draft),
        Event::DraftsOffered { .. }
        | Event::DraftWritten { .. }
        | Event::DraftFailed { .. }
        | Event::DraftNews(_)
        | Event::FileKeptAs { .. }
        | Event::CopySent { .. } => drafts::happened(state, event),
        Event::Answered { work, request, outcome, merge_by } => {
            let effects = response::answered(state, work, EditorInput::ResponseReceived { request, outcome, merge_by });
            lesson_events::answered(state, work);
            effects
        }
        Event::Unanswered { work, seconds } => unanswered(state, work, seconds),
        Event::NotLetIn => not_let_in(state),
        Event::Listed(listed) => overlays::on_listed(state, listed),
        Event::VersionsListed { document, listed } => versions::listed(state, &document, listed),
        Event::VersionRead { document, number, read } => {
            versions::read(state, &document, number, read);
            Vec::new()
        }
        Event::PolicyRead(read) => policy::read(state, read),
        Event::PolicyWithheld => {
            state.policy = None;
            state.doubted_policy = None;
            state.note.take_if(|note| note.about == NoteLifetime::Policy);
            Vec::new()
        }
        Event::PolicySet(set) => on_policy_set(state, set),
        Event::Exchanged(exchange) => on_exchange(state, *exchange),
        Event::GateTold(told) => gate_control::told(state, told),
        Event::GateChanged(gate) => gate_control::told(state, Ok(gate)),
        Event::GateWithheld => {
            gate_control::withheld(state);
            Vec::new()
        }
        Event::Recorded(exchange) => {
            lesson_events::at_the_gate(state, &exchange);
            state.wire.recorded(&exchange);
            versions::exchanged(state, &exchange)
        }
        Event::RecordBegins => vec![Effect::Gate(GateRequest::Look)],
        Event::RecordLost => {
            state.wire.record_lost();
            Vec::new()
        }
        Event::Heard { seat, kind, event } => {
            state.wire.on_event(seat, kind, event.clone());
            let mut effects =
                feed_editor(state, seat, |work| work.feed(EditorInput::EventReceived { kind, event: event.clone() }));
            effects.extend(versions::changed(state, &event.id));
            if seat == state.seat {
                effects.extend(overlays::documents_changed(state));
            }
            effects
        }
        Event::Connected { seat } => on_connected(state, seat, true),
        Event::Disconnected { seat } => on_connected(state, seat, false),
        Event::Woke { work } => state.find(work).map_or_else(Vec::new, |work| work.feed(EditorInput::TimerFired)),
        Event::Paused { work, merge_by } => state.find(work).map_or_else(Vec::new, |work| work.on_pause(merge_by)),
        Event::FileKept(Ok(path)) => {
            let path = path.display().to_string();
            note(state, Role::Good, format!("your text is kept as {}", sanitize(&path)))
        }
        Event::FileKept(Err(why)) => {
            note(state, Role::Bad, format!("your text is not kept as a file: {}", sanitize(&why)))
        }
        Event::WrittenElsewhere { text, written } => files::written_elsewhere(state, &text, written),
        Event::Terminal(TerminalEvent::TaskDied { name, why }) => {
            state.ended = Some(SessionEnd::TaskDied { name, why });
            Vec::new()
        }
        Event::Terminal(TerminalEvent::Stopped(stop)) => {
            state.ended = Some(SessionEnd::Stopped(stop));
            Vec::new()
        }
        Event::Terminal(TerminalEvent::Suspended) => vec![Effect::Suspend],
        Event::Terminal(TerminalEvent::Continued) => vec![Effect::RedrawAll],
        Event::ErrandDone(_) | Event::Sent { .. } | Event::AtTheBrake { .. } => {
            lesson_events::on_lesson_event(state, event);
            Vec::new()
        }
        Event::Paced { turn } => lesson_keys::on_scheduled_step(state, turn),
        Event::Compared(table) => {
            lesson_keys::on_compared(state, table);
            Vec::new()
        }
        // Plain mode has heard it, and goes on when it is its turn. What was left out is drawn next, as after each
        // event.
        Event::Terminal(TerminalEvent::Line(_) | TerminalEvent::LinesEnded | TerminalEvent::OutputTaken) => Vec::new(),
    }
}

/// Puts into the register what was written by hand in a merge that is over.
fn rescue(state: &mut State) {
    let works = state.panes.iter_mut().flat_map(Pane::documents_mut);
    let rescued: Vec<_> =
        works.filter_map(|work| Some((work.take_rescued()?, work.editor.document_merge().is_some()))).collect();
    for (text, is_merging) in rescued {
        let paste = state.hint_for(Action::Paste, Context::Text);
        state.register = text;
        let told = if is_merging {
            format!("what you had written by hand has no place in the merge any more; {paste} pastes it")
        } else {
            format!("the merge is over; {paste} pastes what you had written by hand in it")
        };
        note(state, Role::Warning, told);
    }
}

/// Tells each merge view how much room it has: what it works out ahead of a frame depends on that.
fn fit_merges(state: &mut State) {
    let layout = Layout::new(state, Rect::new(0, 0, state.size.0, state.size.1));
    for place in layout.panes {
        let (room, share) = draw::merge_area(state, &place);
        if let Some(work) = state.panes[place.seat].document_mut() {
            work.fit_merge(room.as_size(), share);
        }
    }
}

/// What the server insists on is known, or it is known why not.
fn on_policy(state: &mut State, told: Result<Policy, String>) {
    match told {
        Ok(policy) => {
            state.policy = Some(policy);
            state.note.take_if(|note| note.about == NoteLifetime::Policy);
        }
        Err(why) => {
            let words = format!("the policy is not known: {why}");
            state.note = Some(ProgramNote { about: NoteLifetime::Policy, role: Role::Bad, words });
        }
    }
}

/// A change of the policy came to its end. Where more was wanted meanwhile, the next one begins.
fn on_policy_set(state: &mut State, told: Result<Policy, String>) -> Vec<Effect> {
    let reached = told.as_ref().ok().map(|policy| policy.preconditions);
    on_policy(state, told);
    state.wanted.take_if(|wanted| reached.is_none_or(|reached| reached == *wanted));
    let next = state.wanted.map(|preconditions| Effect::SetPreconditions { seat: state.seat, preconditions });
    next.into_iter().collect()
}

/// Whether a key was text for a document that is still being opened, or the wish to save it.
fn is_typed_ahead(state: &mut State, key: Key) -> bool {
    let edit = match key_meaning(key, Context::Text) {
        Some(KeyMeaning::Edit(edit)) => edit,
        Some(KeyMeaning::Act(Action::Save)) => return drafts::save_ahead(state),
        _ => return false,
    };
    let means_nothing = key_meaning(key, state.context()).is_none();
    let is_letter = matches!(edit, Edit::Insert(_));
    // Before a draft is selected, the letters that do something with one mean nothing either.
    let is_text = means_nothing || (is_letter && !drafts::is_choosing(state));
    drafts::type_ahead(state, &edit) || (is_text && drafts::type_behind_the_list(state, &edit))
}

fn on_opened(state: &mut State, seat: EditorIndex, document: DocumentId, draft: Option<Draft>) -> Vec<Effect> {
    drafts::opened(state, seat, &document);
    let key = state.next_key();
    let Some(pane) = state.panes.get_mut(seat) else { return Vec::new() };
    let ahead = pane.take_ahead(&document);
    if pane.show(&document) {
        return go_on_from(state, seat, ahead, false);
    }
    let me = pane.me.clone();
    let left = draft.as_ref().map(|draft| (draft.manual_edit.clone(), draft.unread.clone()));
    let aside = draft.as_ref().and_then(what_is_out);
    let had_draft = draft.is_some();
    let begin = if state.kind == SessionKind::Files { OpenDocument::of_files } else { OpenDocument::new };
    let work = pane.open(begin(key, seat, document, me, draft));
    let mut effects = work.command(Command::Open);
    if let Some((by_hand, unread)) = left {
        offer_what_was_left(state, by_hand, unread);
    }
    if let Some(text) = aside {
        offer_aside(state, &text);
    }
    effects.extend(go_on_from(state, seat, ahead, had_draft));
    if let (Some(text), Some(work)) = (state.kept.take(), state.panes.get_mut(seat).and_then(Pane::document_mut)) {
        effects.extend(work.keep_unplaced(text));
    }
    effects
}

/// Goes on with what waited for a document that has opened now: its text, and the save that was wanted. What the disk
/// has of it is overtaken; so is a draft of an earlier run (`had_draft`) that holds nothing any more.
fn go_on_from(state: &mut State, seat: EditorIndex, ahead: Option<Ahead>, had_draft: bool) -> Vec<Effect> {
    let is_kept = ahead.as_ref().is_some_and(Ahead::is_kept);
    let saves = ahead.as_ref().is_some_and(|ahead| ahead.saves);
    let typed = ahead.as_ref().and_then(Ahead::text);
    if let (Some(work), Some(ahead)) = (state.panes.get_mut(seat).and_then(Pane::document_mut), ahead) {
        work.draft.go_on_from(&ahead.draft);
    }
    let mut effects = type_in(state, seat, typed);
    effects.extend(plain::keep_waiting(state));
    let Some(work) = state.panes.get_mut(seat).and_then(Pane::document_mut) else { return effects };
    let is_told = effects.iter().any(|effect| matches!(effect, Effect::KeepDraft { .. } | Effect::ForgetDraft { .. }));
    if (is_kept || had_draft) && !is_told && !work.editor.needs_draft() {
        // It holds nothing that its base has not, and would be offered for ever.
        effects.push(work.forget_draft());
    } else if is_kept && !is_told {
        effects.push(work.keep_draft());
    }
    if saves {
        effects.extend(actions::save_of(state, seat));
    }
    effects
}

/// Returns what an earlier run took out of the text of a draft, unless it is in there again.
fn what_is_out(draft: &Draft) -> Option<String> {
    let is_out = |aside: &&String| !draft.mine.content.contains(aside.trim_end_matches('\n'));
    draft.aside.as_ref().filter(is_out).cloned()
}

/// Offers to paste what an earlier run took out of the text, below what it offers already.
fn offer_aside(state: &mut State, text: &str) {
    if state.plain.is_some() {
        plain::offer_aside(state, text);
    } else if state.register.is_empty() {
        let (first, paste) = (first_line(text), state.hint_for(Action::Paste, Context::Text));
        note(
            state,
            Role::Info,
            format!("cut or replaced in an earlier run: '{}'; {paste} pastes it", sanitize(&first)),
        );
    }
    let above = state.register.trim_end_matches('\n');
    state.register = if above.is_empty() { text.to_owned() } else { format!("{above}\n{text}") };
}

/// Offers to paste what an earlier run kept that has no place in the text, and what it had not read when it ended.
fn offer_what_was_left(state: &mut State, by_hand: Option<String>, unread: Option<String>) {
    if state.plain.is_some() {
        if let Some(text) = &by_hand {
            plain::offer_again(state, text);
        }
        if let Some(text) = &unread {
            plain::offer_unread(state, text);
        }
    } else if let Some(text) = by_hand.as_ref().or(unread.as_ref()) {
        let what = if by_hand.is_some() { "in no text yet" } else { "not read before it ended" };
        let (first, paste) = (first_line(text), state.hint_for(Action::Paste, Context::Text));
        let words = format!("typed in an earlier run and {what}: '{}'; {paste} pastes it", sanitize(&first));
        note(state, Role::Info, words);
    }
    let all = by_hand.into_iter().chain(unread).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')));
    if let Some(all) = all {
        state.register = all;
    }
}

/// Puts what was typed while a document was being opened into its text. A merge of files has no text before it is seen:
/// there it is kept to be pasted.
fn type_in(state: &mut State, seat: EditorIndex, typed: Option<String>) -> Vec<Effect> {
    if let Some(typed) = typed.as_ref().filter(|_| state.is_files()) {
        let paste = state.hint_for(Action::Paste, Context::Text);
        let words = format!("typed before the files were read: '{}'; {paste} pastes it", sanitize(&first_line(typed)));
        if !state.register.is_empty() && !state.register.ends_with('\n') {
            state.register.push('\n');
        }
        state.register.push_str(typed);
        note(state, Role::Warning, words);
        let work = state.panes.get_mut(seat).and_then(Pane::document_mut);
        return work.map_or_else(Vec::new, |work| work.feed(EditorInput::LeftUnread(typed.clone())));
    }
    let work = state.panes.get_mut(seat).and_then(Pane::document_mut);
    let (Some(work), Some(typed)) = (work, typed) else { return Vec::new() };
    work.edit(&Edit::InsertText(typed), &mut state.register)
}

fn on_exchange(state: &mut State, exchange: Exchange) -> Vec<Effect> {
    state.milestones.on_exchange(&exchange);
    lesson_events::exchanged(state, &exchange);
    let mut effects = gate_control::seen(state, &exchange);
    effects.extend(versions::exchanged(state, &exchange));
    effects.extend(policy::exchanged(state, &exchange));
    state.wire.record(exchange, state.policy.map(|policy| policy.preconditions));
    effects
}

/// The server's first answer is a refusal. What was typed stays open: the editor's own requests say what is answered.
fn not_let_in(state: &mut State) -> Vec<Effect> {
    if !state.has_words_of_the_user() {
        state.ended = Some(SessionEnd::NotLetIn);
    }
    Vec::new()
}

/// A request has had no answer for that long. A screen shows it for as long as it is so; without one, it is said once.
fn unanswered(state: &mut State, key: DocumentKey, seconds: u64) -> Vec<Effect> {
    let Some(work) = state.find(key) else { return Vec::new() };
    work.unanswered = Some(seconds);
    let is_said = state.plain.is_some() && seconds == SAID_AFTER_SECONDS;
    let work = state.documents().find(|work| is_said && work.key == key);
    let words = work.and_then(|work| no_answer(state, work));
    words.map_or_else(Vec::new, |words| note(state, Role::Info, words))
}

fn on_connected(state: &mut State, seat: EditorIndex, connected: bool) -> Vec<Effect> {
    if let Some(pane) = state.panes.get_mut(seat) {
        pane.connected = connected;
    }
    let mut effects = feed_editor(state, seat, |work| {
        work.feed(if connected { EditorInput::Connected } else { EditorInput::Disconnected })
    });
    if connected && seat == 0 {
        // Nobody may have been there when it was asked first, and it may be another server by now.
        effects.extend([Effect::ReadPolicy, Effect::Gate(GateRequest::Look)]);
    }
    if connected && seat == state.seat {
        // It may be another server by now, and what happened while the stream was away may never be told.
        effects.extend(overlays::documents_changed(state));
        effects.extend(versions::found_again(state));
    }
    effects
}

/// Tells every open document of one person.
fn feed_editor(
    state: &mut State,
    seat: EditorIndex,
    mut what: impl FnMut(&mut OpenDocument) -> Vec<Effect>,
) -> Vec<Effect> {
    let Some(pane) = state.panes.get_mut(seat) else { return Vec::new() };
    pane.documents_mut().iter_mut().flat_map(&mut what).collect()
}

/// Says something that is not about one document.
fn note(state: &mut State, role: Role, words: String) -> Vec<Effect> {
    state.note = Some(ProgramNote { about: NoteLifetime::TheMoment, role, words });
    Vec::new()
}

/// Ends the program once everything is saved that should be; stays where a save did not go through.
fn leave_when_saved(state: &mut State) {
    if !state.quitting || state.documents().any(|work| work.editor.is_busy()) {
        return;
    }
    state.quitting = false;
    if state.documents().any(|work| work.editor.has_unsaved()) {
        note(state, Role::Warning, "not everything could be saved; see what the editor says".to_owned());
    } else {
        state.ended = Some(state.way_out.clone());
    }
}
