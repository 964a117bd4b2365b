//! Stepping a lesson on the stage: cues become actions in editors and tasks of the leader; results become observations.
//!
//! One cue is carried out at a time. The next one follows when its request has its response, or is held at the gate or
//! at the write gate, so each run is the same, in whatever order responses arrive. Once the user types into an editor,
//! the lesson claims nothing any more.

use contract::{Author, Exchange};
use editor::{Command, EditorInput};
use lesson::player::{Cue, InstructorTask, Observation};
use lesson::run_log::EditorView;
use lesson::script::EditorAction;
use lesson::{RequestProgress, StepTurn};

use crate::effect::Effect;
use crate::ids::{DocumentKey, EditorIndex};
use crate::lesson_session::{LessonSession, OpenQuestion};
use crate::open_document::OpenDocument;
use crate::state::{Focus, State};

/// Lets the lesson go on as far as it can without anybody: the cues of its scene, and further scenes where these are
/// wanted.
pub(crate) fn go_on(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some(course) = state.lesson.course.as_mut().filter(|course| !course.is_waiting()) {
        match course.stepping.next_turn() {
            StepTurn::View(who) => see_editor(state, &who),
            StepTurn::Cue(cue) => effects.extend(carry_out(state, cue)),
            StepTurn::StepOver => effects.extend(rest(course)),
            StepTurn::Rest
                if course.player().position() < course.run.scenes || std::mem::take(&mut course.wants_more) =>
            {
                course.begin_scene();
            }
            StepTurn::Rest | StepTurn::Wait => break,
        }
    }
    effects
}

/// A scene has come to rest: where the lesson goes on by itself, it does so after a while.
pub(super) fn rest(course: &mut LessonSession) -> Option<Effect> {
    course.turn += 1;
    let after = course.run.pace.pause().filter(|_| !course.is_over() && !course.is_silent())?;
    Some(Effect::ScheduleStep { turn: course.turn, after })
}

/// Carries one cue out, or begins to.
fn carry_out(state: &mut State, cue: Cue) -> Vec<Effect> {
    match cue {
        // It stands in the run log, from where it is shown.
        Cue::Say(_) => Vec::new(),
        Cue::Ask(question) => {
            if let Some(course) =
                state.lesson.course.as_mut().filter(|course| course.player().position() >= course.run.scenes)
            {
                course.asked = Some(OpenQuestion::new(question));
            }
            Vec::new()
        }
        Cue::Tick(milliseconds) => vec![Effect::AdvanceClock(milliseconds)],
        Cue::Perform { who, action } => perform(state, &who, &action),
        Cue::Send { who, request } => {
            let Some(course) = &mut state.lesson.course else { return Vec::new() };
            let senders = course.player().lesson().senders();
            let seat = senders.iter().position(|one| *one == who).unwrap_or(EditorIndex::MAX);
            course.stepping.on_sent(who.clone());
            course.stepping.wait_for(who.clone());
            vec![Effect::Send { seat, who, request }]
        }
        Cue::Release { who, lost } => release(state, who, lost),
        Cue::Instruct(task) => {
            if let InstructorTask::SetPolicy(policy) = task {
                state.server.policy = Some(policy);
            }
            instruct(state, task)
        }
    }
}

fn instruct(state: &mut State, task: InstructorTask) -> Vec<Effect> {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.begin_instruction();
    }
    vec![Effect::Instruct(task)]
}

/// Has somebody do something in their editor, as if they pressed the keys.
fn perform(state: &mut State, who: &Author, action: &EditorAction) -> Vec<Effect> {
    let Some(seat) = seat_of(state, who) else { return Vec::new() };
    if state.people.focus == Focus::Lesson {
        state.people.seat = seat;
    }
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

fn seat_of(state: &State, who: &Author) -> Option<EditorIndex> {
    state.people.panes.iter().position(|pane| pane.me == *who)
}

/// Lets a request go on that is held.
fn release(state: &mut State, who: Author, lost: bool) -> Vec<Effect> {
    let held = state.lesson.course.as_mut().and_then(|course| course.stepping.release(&who));
    let gate = match held {
        Some(RequestProgress::AtGate(number)) => Some(number),
        Some(RequestProgress::AtWriteGate) => None,
        Some(RequestProgress::Going) | None => return Vec::new(),
    };
    if let Some(number) = state.server.wire.traffic.open_request_of(&who) {
        state.server.wire.traffic.on_released(number);
    }
    instruct(state, InstructorTask::Release { who, gate, lost })
}

/// Notes whose requests depart with these effects.
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

/// Nothing is kept of a lesson's texts, and its timers are steps: what an editor would do by itself after a while, it
/// does when the lesson says so. Where somebody has taken a hand in it, the timers run.
pub(super) fn drop_lesson_effects(state: &State, effects: &mut Vec<Effect>) {
    let Some(course) = &state.lesson.course else { return };
    effects.retain(|effect| match effect {
        Effect::KeepDraft { .. } | Effect::KeepEarlyDraft { .. } | Effect::ForgetDraft { .. } => false,
        Effect::Wake { .. } => course.is_taken_over(),
        _ => true,
    });
}

/// Tells the player.
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

/// The wire tells of a request that departs, or that ended.
pub(super) fn exchanged(state: &mut State, exchange: &Exchange) {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.on_exchange(exchange.clone());
    }
}

/// Somebody's request was answered, and their editor has taken the answer in. That is where people look now.
pub(super) fn answered(state: &mut State, key: DocumentKey) {
    if let Some(who) = state.find(key).map(|work| work.editor.me().clone()) {
        if let Some(seat) = seat_of(state, &who).filter(|_| state.people.focus == Focus::Lesson) {
            state.people.seat = seat;
        }
        sent(state, &who);
        see_editor(state, &who);
    }
}

/// Somebody's request has come to its end.
pub(super) fn sent(state: &mut State, who: &Author) {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.on_ended(who);
    }
}

/// The server tells that a request is held at its gate.
pub(super) fn at_the_gate(state: &mut State, exchange: &Exchange) {
    let ended = exchange.status.is_some() || exchange.lost.is_some();
    if let Some(who) = exchange.author.as_ref().filter(|_| !ended) {
        held(state, who, RequestProgress::AtGate(exchange.number));
    }
}

/// A write was judged, and waits before it is written.
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

/// Records that the leader has done a task, or could not.
pub(super) fn instructor_done(state: &mut State, done: Result<Option<Observation>, String>) {
    let Some(course) = &mut state.lesson.course else { return };
    match done {
        Ok(seen) => course.stepping.on_instructed(seen),
        Err(why) => {
            course.stepping.on_instructed(None);
            course.broken = Some(why);
        }
    }
}

/// Somebody took a hand in it: from here on the course is hers, and nothing is claimed.
pub(super) fn fork(state: &mut State) {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.diverge();
    }
}

#[cfg(test)]
mod tests;
