//! The one function that changes the state: it takes an event in and returns effects.
//!
//! The path of a key: [`keyboard`] looks up its action in the key map for the current context, [`action`] calls the
//! handler of that action, and the handler changes the editor or another part of the state. Each context has a file:
//! `editor` and `merge`, `wire` and `gate`, `documents` and `entries`, `versions` and `drafts`, `menu` and `lesson`,
//! and `overlay` for what all overlays share. A line of plain mode takes the same path from [`line_command`] on. The
//! passes that follow every event are in [`passes`].

mod action;
mod ahead;
mod begin;
mod changes;
mod clipboard;
mod connection;
mod controls;
mod documents;
mod drafts;
mod editor;
mod enter_protection;
mod entries;
mod files;
mod find;
mod follow;
mod gate;
mod instructor;
mod keyboard;
mod leaving;
mod led_question;
mod lesson;
mod lesson_events;
mod level;
mod level_progress;
mod level_server;
mod line_command;
mod menu;
mod merge;
mod mouse;
mod open_for_all;
mod opening;
mod other_writes;
mod overlay;
mod palette;
mod passes;
mod people;
mod policy;
mod progress;
mod rescue;
mod response;
mod restore;
mod room;
mod room_overlay;
mod room_question;
mod room_session;
mod round;
mod seats;
mod seeds;
mod server_document;
mod stage_room;
mod typing;
mod versions;
mod wire;

use ::editor::EditorInput;
use ::merge::Hunk;
use terminal::event::TerminalEvent;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::effect::Effect;
use crate::event::Event;
use crate::gate::GateRequest;
use crate::state::{SessionEnd, State};

/// Applies an event to the state, and returns the effects to carry out.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.on_event(&event, state.lesson.course.is_some());
    }
    follow::settle(state, &event);
    let mut effects: Vec<_> = enter_protection::settle(state, &event).into_iter().collect();
    effects.extend(handle(state, event));
    for pass in passes::PASSES {
        pass(state, &mut effects);
    }
    effects
}

#[expect(clippy::too_many_lines, reason = "each event has a line")]
fn handle(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Begun => begin::begin(state),
        Event::Terminal(TerminalEvent::Key(key)) => keyboard::press(state, key),
        Event::Terminal(TerminalEvent::Pasted(text)) => typing::paste(state, &text),
        Event::Terminal(TerminalEvent::Mouse(mouse)) => mouse::mouse(state, mouse),
        Event::Terminal(TerminalEvent::Resized { width, height }) => {
            state.size = (width, height);
            Vec::new()
        }
        Event::LineDue(line) => line_command::on_line(state, line),
        Event::Terminal(TerminalEvent::Background(background)) => {
            state.theme.detect(background);
            Vec::new()
        }
        Event::Terminal(TerminalEvent::KeyboardProtocol) => vec![Effect::UseKeyboardProtocol],
        Event::Opened { seat, document, draft } => opening::on_opened(state, seat, document, draft),
        Event::DraftsOffered { seat, document, offered, trouble } => {
            drafts::on_offered(state, seat, document, offered, trouble)
        }
        Event::DraftWritten { seat, document, generation } => drafts::on_written(state, seat, &document, generation),
        Event::DraftFailed { seat, document, generation, why } => {
            drafts::on_failed(state, seat, &document, generation, why)
        }
        Event::DraftNews(Ok(news)) => state.say(Role::Info, news),
        Event::DraftNews(Err(why)) => state.say(Role::Bad, sanitize(&why).into_owned()),
        Event::FileKeptAs { work, generation, kept } => rescue::on_kept_as(state, work, generation, kept),
        Event::ClipboardNotFilled(why) => clipboard::on_not_filled(state, &why),
        Event::CopySent { work, generation, sent } => rescue::on_copy_sent(state, work, generation, sent),
        Event::Answered { work, request, outcome, merge_by } => {
            let effects = response::answered(state, work, EditorInput::ResponseReceived { request, outcome, merge_by });
            lesson_events::answered(state, work);
            effects
        }
        Event::Prefetched { work, request, outcome } => {
            changes::on_background(state, work, EditorInput::Prefetched { request, outcome })
        }
        Event::LinesCompared { work, comparison, hunks } => {
            let hunks = hunks.into_iter().map(|(base, side)| Hunk { base, side }).collect();
            changes::on_background(state, work, EditorInput::LinesCompared { comparison, hunks })
        }
        Event::Unanswered { work, seconds } => connection::on_unanswered(state, work, seconds),
        Event::NotLetIn => connection::on_not_let_in(state),
        Event::Listed(listed) => documents::on_listed(state, listed),
        Event::EntryAnswered { seat, document, change, outcome } => {
            entries::on_answered(state, seat, &document, &change, &outcome)
        }
        Event::VersionsListed { document, listed } => versions::on_listed(state, &document, listed),
        Event::VersionRead { document, number, read } => {
            versions::on_read(state, &document, number, read);
            restore::go_on(state)
        }
        Event::VersionRestored { seat, document, number, outcome } => {
            restore::on_answered(state, seat, &document, number, &outcome)
        }
        Event::ServerSeen { document, look } => server_document::on_look(state, &document, look),
        Event::QuestionLed(report) if state.is_room() => led_question::on_report(state, report),
        Event::QuestionLed(report) => stage_room::on_report(state, report),
        Event::QuestionRead(read) => room_question::on_read(state, read),
        Event::QuestionHeard(asked) => room_question::on_heard(state, asked),
        Event::RoomSettingsHeard(settings) => open_for_all::on_heard(state, settings),
        Event::QuestionAnswered { sent, result } => room_question::on_answered(state, &sent, result),
        Event::PolicyRead(read) => policy::on_read(state, read),
        Event::PolicyWithheld => policy::on_withheld(state),
        Event::PolicySet(set) => policy::on_set(state, set),
        Event::Exchanged(exchange) => wire::on_exchange(state, *exchange),
        Event::GateTold(told) => gate::on_report(state, told),
        Event::GateChanged(gate) => gate::on_report(state, Ok(gate)),
        Event::GateWithheld => gate::on_withheld(state),
        Event::OwnRequestsHeld(paths) => {
            state.server.gate.own_held = paths;
            Vec::new()
        }
        Event::FaultsSet(set) => controls::on_faults(state, set),
        Event::Room(report) => room::on_report(state, report),
        Event::Recorded(exchange) => wire::on_recorded(state, &exchange),
        Event::RecordBegins => vec![Effect::Gate(GateRequest::Look)],
        Event::RecordLost => {
            state.server.wire.traffic.on_server_record_lost();
            Vec::new()
        }
        Event::Heard { seat, kind, event } => connection::on_event(state, seat, kind, &event),
        Event::Connected { seat } => connection::on_connected(state, seat),
        Event::Disconnected { seat } => connection::on_disconnected(state, seat),
        Event::Woke { work } => state.find(work).map_or_else(Vec::new, |work| work.feed(EditorInput::TimerFired)),
        Event::ListAged { turn, waited } => {
            state.list_ages.on_waited(turn, waited);
            Vec::new()
        }
        Event::EnterUnprotected { turn } => open_for_all::on_enter_unprotected(state, turn),
        Event::FreshLinesShown { work, highlight } => follow::on_shown(state, work, highlight),
        Event::Paused { work, merge_by } => state.find(work).map_or_else(Vec::new, |work| work.on_pause(merge_by)),
        Event::ProgressKept(kept) => progress::on_kept(state, kept),
        Event::FileKept(Ok(path)) => {
            let path = path.display().to_string();
            state.say(Role::Good, format!("your text is in {}", sanitize(&path)))
        }
        Event::FileKept(Err(why)) => {
            state.say(Role::Bad, format!("your text could not be written to a file: {}", sanitize(&why)))
        }
        Event::WrittenElsewhere { text, written } => files::on_written(state, &text, written),
        Event::Terminal(TerminalEvent::TaskDied { name, why }) => {
            state.leaving.ended = Some(SessionEnd::TaskDied { name, why });
            Vec::new()
        }
        Event::Terminal(TerminalEvent::Stopped(stop)) => {
            state.leaving.ended = Some(SessionEnd::Stopped(stop));
            Vec::new()
        }
        // For a remote user, no shell would ever continue the program.
        // A server of this process would stop with it.
        Event::Terminal(TerminalEvent::Suspended) if state.disk.is_remote || state.room.hosting.is_some() => Vec::new(),
        Event::Terminal(TerminalEvent::Suspended) => vec![Effect::Suspend],
        Event::Terminal(TerminalEvent::Continued) => vec![Effect::RedrawAll],
        Event::InstructorDone(done) => instructor::on_done(state, done),
        Event::SwarmProgressed(progress) => {
            instructor::on_swarm_progress(state, progress);
            Vec::new()
        }
        Event::Sent { who } => {
            lesson_events::sent(state, &who);
            Vec::new()
        }
        Event::AtWriteGate { who } => {
            lesson_events::at_write_gate(state, &who);
            Vec::new()
        }
        Event::Paced { turn } => lesson::on_scheduled_step(state, turn),
        Event::Compared(table) => {
            lesson::on_compared(state, table);
            Vec::new()
        }
        // Plain mode has queued the line, and handles it as `Event::LineDue`. After `OutputTaken`, the loop draws the
        // skipped frame, as after each event.
        Event::Terminal(TerminalEvent::Line(_) | TerminalEvent::LinesEnded | TerminalEvent::OutputTaken) => Vec::new(),
    }
}
