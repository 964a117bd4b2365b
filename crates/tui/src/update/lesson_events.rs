//! Stepping a lesson on the stage: cues become actions and tasks, results become observations.
//!
//! One cue is carried out at a time. The next one follows when the request of the first has its response, or is held at
//! the gate or at the write gate, and the view of the server is up to date. So every run is the same, in whatever order
//! responses arrive. Once the user types into an editor, no claim of the lesson is checked any more.

use contract::{Author, Exchange};
use editor::{Command, EditorInput};
use lesson::player::{Cue, InstructorTask, Observation};
use lesson::run_log::EditorView;
use lesson::script::EditorAction;
use lesson::{RequestProgress, StepTurn};

use super::{instructor, level_progress};
use crate::effect::Effect;
use crate::ids::{DocumentKey, EditorIndex};
use crate::lesson_session::{LessonSession, OpenQuestion};
use crate::open_document::OpenDocument;
use crate::state::{Focus, State};

/// Runs the lesson as far as it goes without the user.
///
/// It carries out the cues of the scene, and begins further scenes if requested.
pub(crate) fn go_on(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some(course) = state.lesson.course.as_mut().filter(|course| !course.is_waiting()) {
        if state.server.document.is_looking() {
            break;
        }
        match course.stepping.next_turn() {
            StepTurn::View(who) => see_editor(state, &who),
            StepTurn::Cue(cue) => effects.extend(carry_out(state, cue)),
            StepTurn::StepOver => effects.extend(rest(course)),
            StepTurn::GoalJudged { is_reached_now } => {
                effects.extend(level_progress::on_goal_judged(state, is_reached_now));
            }
            StepTurn::Rest
                if course.player().position() < course.run.scenes || std::mem::take(&mut course.wants_more) =>
            {
                course.begin_scene();
                state.server.document.settle();
            }
            StepTurn::Rest | StepTurn::Wait => break,
        }
    }
    effects
}

/// Returns the timer for the next scene, or `None` if the lesson is stepped by hand or is over.
pub(super) fn rest(course: &mut LessonSession) -> Option<Effect> {
    course.turn += 1;
    let after = course.run.pace.pause().filter(|_| !course.is_over() && !course.is_silent())?;
    Some(Effect::ScheduleStep { turn: course.turn, after })
}

/// Carries out one cue, or begins to.
fn carry_out(state: &mut State, cue: Cue) -> Vec<Effect> {
    match cue {
        // The text is shown from the run log.
        Cue::Say(_) => Vec::new(),
        Cue::YourTurn(task) => level_progress::begin(state, task).into_iter().collect(),
        Cue::Ask(question) => {
            if let Some(course) =
                state.lesson.course.as_mut().filter(|course| course.player().position() >= course.run.scenes)
            {
                course.asked = Some(OpenQuestion::new(question));
            }
            Vec::new()
        }
        Cue::Tick(milliseconds) => {
            if let Some(course) = &mut state.lesson.course {
                course.advance_clock(milliseconds);
            }
            vec![Effect::AdvanceClock(milliseconds)]
        }
        Cue::Perform { who, action } => perform(state, &who, &action),
        Cue::Send { who, request } => {
            let Some(course) = &mut state.lesson.course else { return Vec::new() };
            let senders = course.player().lesson().senders();
            let seat = senders.iter().position(|one| *one == who).unwrap_or(EditorIndex::MAX);
            course.acting = Some(who.clone());
            course.stepping.on_sent(who.clone());
            course.stepping.wait_for(who.clone());
            vec![Effect::Send { seat, who, request }]
        }
        Cue::Release { who, lost } => release(state, who, lost),
        Cue::Instruct(task) => {
            if let InstructorTask::SetPolicy(policy) = task {
                state.server.policy = Some(policy);
            }
            instructor::instruct(state, task)
        }
    }
}

/// Performs an action in a person's editor, as if that person had pressed the keys.
fn perform(state: &mut State, who: &Author, action: &EditorAction) -> Vec<Effect> {
    let Some(seat) = seat_of(state, who) else { return Vec::new() };
    if state.people.focus == Focus::Lesson {
        state.people.seat = seat;
    }
    note_acting(state, who);
    let effects = if let EditorAction::Open(id) = action {
        let work = OpenDocument::new(state.next_key(), seat, id.clone(), who.clone(), None);
        state.people.panes[seat].open_anew(work).feed(EditorInput::Command(Command::Open))
    } else {
        let Some(work) = state.people.panes[seat].document_mut() else { return Vec::new() };
        if state.people.focus == Focus::Lesson {
            work.leave();
        }
        match lesson::to_input(action, &work.editor) {
            Ok(input) => work.apply_input(input),
            Err(why) => {
                observe(state, Observation::Off { who: who.clone(), why });
                Vec::new()
            }
        }
    };
    departed(state, &effects);
    if let Some(course) = &mut state.lesson.course {
        course.stepping.wait_for(who.clone());
    }
    effects
}

/// Notes who acted last, or got the last response.
fn note_acting(state: &mut State, who: &Author) {
    if let Some(course) = &mut state.lesson.course {
        course.acting = Some(who.clone());
    }
}

fn seat_of(state: &State, who: &Author) -> Option<EditorIndex> {
    state.people.panes.iter().position(|pane| pane.me == *who)
}

/// Releases a person's held request.
pub(super) fn release(state: &mut State, who: Author, lost: bool) -> Vec<Effect> {
    let held = state.lesson.course.as_mut().and_then(|course| course.stepping.release(&who));
    let gate = match held {
        Some(RequestProgress::AtGate(number)) => Some(number),
        Some(RequestProgress::AtWriteGate) => None,
        Some(RequestProgress::Going) | None => return Vec::new(),
    };
    if let Some(number) = state.server.wire.traffic.open_request_of(&who) {
        state.server.wire.traffic.on_released(number);
    }
    instructor::instruct(state, InstructorTask::Release { who, gate, lost })
}

/// Notes the people whose requests these effects send.
pub(super) fn departed(state: &mut State, effects: &[Effect]) {
    let Some(course) = &mut state.lesson.course else { return };
    for effect in effects {
        if let Effect::Ask { seat, .. } = effect
            && let Some(pane) = state.people.panes.get(*seat)
        {
            course.stepping.on_sent(pane.me.clone());
        }
    }
}

/// Drops the drafts and the timers of a lesson's editors.
///
/// A lesson's texts are not kept, and a step of the lesson takes the place of each timer. Once the user has taken the
/// lesson over, or plays a level, the timers run.
pub(super) fn drop_lesson_effects(state: &State, effects: &mut Vec<Effect>) {
    let Some(course) = &state.lesson.course else { return };
    effects.retain(|effect| match effect {
        Effect::KeepDraft { .. } | Effect::KeepEarlyDraft { .. } | Effect::ForgetDraft { .. } => false,
        Effect::Wake { .. } => {
            course.is_taken_over() || course.open_level().is_some_and(|level| !level.plays_solution())
        }
        _ => true,
    });
}

/// Reports an observation to the lesson player.
pub(super) fn observe(state: &mut State, observation: Observation) {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.observe(observation);
    }
}

/// Reports the state of an author's editor to the lesson player.
fn see_editor(state: &mut State, who: &Author) {
    let pane = state.people.panes.iter().find(|pane| pane.me == *who);
    if let Some(work) = pane.and_then(|pane| pane.document()) {
        let view = EditorView::from(&work.editor);
        observe(state, Observation::Editor { who: who.clone(), view });
    }
}

/// Reports an exchange of the wire to the lesson player: a request was sent, or has ended.
pub(super) fn exchanged(state: &mut State, exchange: &Exchange) {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.on_exchange(exchange.clone());
    }
}

/// Notes that an editor has handled its response, and brings that editor into view.
pub(super) fn answered(state: &mut State, key: DocumentKey) {
    if let Some(who) = state.find(key).map(|work| work.editor.me().clone()) {
        if let Some(seat) = seat_of(state, &who).filter(|_| state.people.focus == Focus::Lesson) {
            state.people.seat = seat;
        }
        sent(state, &who);
        see_editor(state, &who);
    }
}

/// Notes that a person's request has ended.
pub(super) fn sent(state: &mut State, who: &Author) {
    if let Some(course) = &mut state.lesson.course {
        course.acting = Some(who.clone());
        course.stepping.on_ended(who);
    }
}

/// Notes that a request is held at the server's gate, unless the exchange has ended.
pub(super) fn at_the_gate(state: &mut State, exchange: &Exchange) {
    if let Some(who) = exchange.author.as_ref().filter(|_| exchange.is_open()) {
        held(state, who, RequestProgress::AtGate(exchange.number));
    }
}

/// Notes that a write was judged, and is held at the write gate.
pub(super) fn at_write_gate(state: &mut State, who: &Author) {
    if let Some(number) = state.server.wire.traffic.open_request_of(who) {
        state.server.wire.traffic.on_judged(number);
    }
    held(state, who, RequestProgress::AtWriteGate);
}

fn held(state: &mut State, who: &Author, at: RequestProgress) {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.on_held(who, at);
    }
}

/// Notes that the user has taken the lesson over: from here on, no claim is checked.
///
/// In a level, it is the user who acts.
pub(super) fn fork(state: &mut State) {
    if level_progress::touch(state) {
        return;
    }
    if let Some(course) = &mut state.lesson.course {
        course.stepping.diverge();
    }
}

#[cfg(test)]
mod tests;
