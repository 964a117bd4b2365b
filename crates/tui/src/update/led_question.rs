//! The leader's own question: the form, the keys that change the question, and the room's replies.

use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context, RoomVoteAction};
use crate::content::led_question::{done_words, overtaken_words};
use crate::effect::Effect;
use crate::led_question::{LeadAction, LeadOutcome};
use crate::overlay::Overlay;
use crate::question_form::{FormError, FormField, QuestionForm};
use crate::question_lead::LeadReport;
use crate::room_overlay::RoomOverlay;
use crate::scroll::{Movement, Scroll};
use crate::state::State;

/// How many lines of the form a page key moves by: more than it has.
const PAGE_ROWS: isize = 10;

/// Enters the question that is asked, or opens the form if there is none.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if state.room.question.seen().is_none() {
        return open_form(state);
    }
    enter(state);
    Vec::new()
}

/// Enters the question that is asked.
pub(super) fn enter(state: &mut State) {
    state.overlays.retain(|screen| !screen.is_entered_question());
    state.overlays.push(RoomOverlay::LedQuestion(Scroll::default()).into());
}

/// Opens the form with what was typed before.
pub(super) fn open_form(state: &mut State) -> Vec<Effect> {
    state.overlays.push(RoomOverlay::AskQuestion.into());
    Vec::new()
}

/// Edits the line of the form that has the keys.
pub(super) fn type_in(state: &mut State, edit: &Edit) {
    state.room.question.form.type_in(edit, &mut state.clipboard.register);
}

/// Gives the keys to another line of the form.
pub(super) fn move_by(state: &mut State, movement: Movement) -> Vec<Effect> {
    state.room.question.form.move_by(movement.rows(PAGE_ROWS));
    Vec::new()
}

/// Goes to the next line of the form, and asks after the last one.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    if state.room.question.form.confirm() { ask(state) } else { Vec::new() }
}

/// Asks what the form has, or says which line needs a change.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    let again = state.hint_for(Action::RoomVote(RoomVoteAction::VoteAgain), Context::LedQuestion);
    let question = &mut state.room.question;
    match question.form.setting() {
        Err(error) => question.form.point_at(error),
        Ok(setting) if question.is_asked(&setting) => {
            let words = format!("this question is asked already: change it, or vote again ({again})");
            question.form.point_at(FormError { field: FormField::Text, words });
        }
        Ok(_) if question.is_busy() => return state.say_unavailable("a change of the question is under way"),
        Ok(_) => return begin(state, LeadAction::Ask),
    }
    Vec::new()
}

/// Shows the votes, lets the room vote again, or reveals the answer.
pub(super) fn lead(state: &mut State, action: RoomVoteAction) -> Vec<Effect> {
    begin(state, LeadAction::Change(action))
}

/// Asks whether to withdraw the question.
pub(super) fn ask_to_withdraw(state: &mut State) -> Vec<Effect> {
    state.overlays.push(RoomOverlay::WithdrawQuestion.into());
    Vec::new()
}

/// Withdraws the question.
pub(super) fn withdraw(state: &mut State) -> Vec<Effect> {
    state.overlays.pop();
    begin(state, LeadAction::Withdraw)
}

fn begin(state: &mut State, action: LeadAction) -> Vec<Effect> {
    state.room.question.begin(action).map(Effect::LeadQuestion).into_iter().collect()
}

/// Handles news about the question, and says what the room notices of an action that has ended.
pub(super) fn on_report(state: &mut State, report: LeadReport) -> Vec<Effect> {
    if let LeadReport::Seen(Some(seen)) = &report {
        state.room.saving.note_question(seen);
    }
    let (request, outcome) = state.room.question.on_report(report);
    let mut effects: Vec<_> = request.map(Effect::LeadQuestion).into_iter().collect();
    effects.extend(outcome.map(|outcome| on_outcome(state, outcome)).unwrap_or_default());
    effects
}

fn on_outcome(state: &mut State, outcome: LeadOutcome) -> Vec<Effect> {
    let (action, role, words) = match outcome {
        LeadOutcome::Done(action) => (action, Role::Good, done_words(action).to_owned()),
        LeadOutcome::Overtaken(action) => (action, Role::Warning, overtaken_words(state).to_owned()),
        LeadOutcome::Failed(action, why) => {
            (action, Role::Bad, format!("the question is as it was: {}", sanitize(&why)))
        }
    };
    let is_form = |screen: &Overlay| matches!(screen.room(), Some(RoomOverlay::AskQuestion));
    match (action, role) {
        (LeadAction::Ask, Role::Good) => {
            state.room.question.form = QuestionForm::default();
            state.overlays.retain(|screen| !is_form(screen));
        }
        (LeadAction::Ask, _) => state.room.question.form.refuse(words.clone()),
        (LeadAction::Change(_) | LeadAction::Withdraw, _) => {}
    }
    // The form itself says why nothing was asked.
    if state.overlays.iter().any(is_form) { Vec::new() } else { state.say(role, words) }
}
