//! The question on the screen of a room's leader: as the room sees it, and the change under way.
//!
//! Each change names the question that the leader saw, by its tag. A question that another leader has asked, or the
//! stage of a lesson, is read first: what the room sees has neither the tag nor the right choice.

use contract::{Question, QuestionSetting};

use crate::action::RoomVoteAction;
use crate::question_form::QuestionForm;
use crate::question_lead::{LeadFailure, LeadReport, LeadRequest, LedSetting, QuestionGuard};

/// The leader's action on the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeadAction {
    /// Asks what the form has.
    Ask,
    /// Changes the question that is asked.
    Change(RoomVoteAction),
    /// Withdraws the question that is asked.
    Withdraw,
}

/// The outcome of an action of the leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LeadOutcome {
    /// It was done.
    Done(LeadAction),
    /// Another leader has changed the question meanwhile, and nothing was done.
    Overtaken(LeadAction),
    /// Nothing was done, for this reason.
    Failed(LeadAction, String),
}

/// Why an answer cannot be revealed that the leader has not given.
pub(crate) const NO_RIGHT_CHOICE: &str = "the question has no right choice";

/// A request that has no reply yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeadInFlight {
    Read,
    Action(LeadAction),
}

/// The question as its leader sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct LedQuestion {
    /// As the room sees it.
    seen: Option<Question>,
    /// As a leader has set it, with its tag.
    led: Option<LedSetting>,
    sent: Option<LeadInFlight>,
    /// The action to carry out once the question is read.
    wanted: Option<LeadAction>,
    /// Whether the question is to be read once more: it has changed while a request was under way.
    reads_again: bool,
    /// Why the room's events are not heard.
    unreachable: Option<String>,
    /// The text of the next question. It is kept while the form is closed.
    pub(crate) form: QuestionForm,
}

impl LedQuestion {
    /// Returns the question as the room sees it, or `None` if none is asked.
    pub(crate) const fn seen(&self) -> Option<&Question> {
        self.seen.as_ref()
    }

    /// Returns the question as a leader has set it, if it was read.
    pub(crate) const fn led(&self) -> Option<&LedSetting> {
        self.led.as_ref()
    }

    /// Returns whether this question is asked already.
    pub(crate) fn is_asked(&self, setting: &QuestionSetting) -> bool {
        self.seen.as_ref().is_some_and(|seen| setting.is_question(seen))
    }

    /// Returns why what is shown may be outdated.
    pub(crate) fn unreachable(&self) -> Option<&str> {
        self.unreachable.as_deref()
    }

    /// Returns whether an action of the leader is under way.
    pub(crate) const fn is_busy(&self) -> bool {
        self.wanted.is_some() || matches!(self.sent, Some(LeadInFlight::Action(_)))
    }

    /// Returns why the question cannot be changed in this way now.
    pub(crate) fn why_not(&self, step: RoomVoteAction) -> Option<&'static str> {
        let Some(seen) = &self.seen else { return Some("no question is asked") };
        let has_no_answer = || self.known().is_some_and(|led| led.value.right.is_none());
        match step.why_not(seen.state, seen.round) {
            None if self.is_busy() => Some("a change of the question is under way"),
            None if step == RoomVoteAction::Reveal && has_no_answer() => Some(NO_RIGHT_CHOICE),
            why => why,
        }
    }

    /// Returns why the question cannot be withdrawn now.
    pub(crate) const fn why_not_withdraw(&self) -> Option<&'static str> {
        match self.seen {
            None => Some("no question is asked"),
            Some(_) if self.is_busy() => Some("a change of the question is under way"),
            Some(_) => None,
        }
    }

    /// Begins an action. If the question was not read yet, it is read first.
    pub(crate) fn begin(&mut self, action: LeadAction) -> Option<LeadRequest> {
        if self.is_busy() {
            return None;
        }
        if self.sent.is_some() {
            self.wanted = Some(action);
            return None;
        }
        if self.seen.is_some() && self.known().is_none() {
            self.wanted = Some(action);
            return Some(self.read());
        }
        let request = self.request(action)?;
        self.sent = Some(LeadInFlight::Action(action));
        Some(request)
    }

    /// Returns the request for an action about the question that the leader sees.
    fn request(&self, action: LeadAction) -> Option<LeadRequest> {
        let guard = self.known().map_or(QuestionGuard::Nothing, |led| QuestionGuard::Tag(led.etag.clone()));
        Some(match action {
            LeadAction::Ask => LeadRequest::Set { setting: Box::new(self.form.setting().ok()?), over: guard },
            LeadAction::Change(step) => {
                let mut setting = self.known()?.value.clone();
                step.apply(&mut setting);
                LeadRequest::Set { setting: Box::new(setting), over: guard }
            }
            LeadAction::Withdraw => LeadRequest::Withdraw(guard),
        })
    }

    /// Returns the setting of the question that the room sees, if it was read.
    fn known(&self) -> Option<&LedSetting> {
        let seen = self.seen.as_ref()?;
        self.led.as_ref().filter(|led| is_seen(&led.value, seen))
    }

    /// Shows the question as it was set, until the room's events say the same.
    ///
    /// They may come some moments later.
    fn show_led(&mut self) {
        let Some(LedSetting { value: setting, .. }) = &self.led else {
            self.seen = None;
            return;
        };
        let before = self.seen.take();
        let people = before.as_ref().map_or(0, |seen| seen.people);
        self.seen = Some(match before.filter(|seen| setting.is_question(seen)) {
            Some(seen) if is_seen(setting, &seen) => seen,
            before => Question {
                id: String::new(),
                text: setting.text.clone(),
                choices: setting.choices.clone(),
                state: setting.state,
                round: setting.round,
                answered: before.filter(|seen| seen.round == setting.round).map_or(0, |seen| seen.answered),
                people,
                counts: None,
                earlier: Vec::new(),
                right: None,
                because: None,
            },
        });
    }

    const fn read(&mut self) -> LeadRequest {
        self.sent = Some(LeadInFlight::Read);
        LeadRequest::Read
    }

    /// Reads the question if the room sees one that was not read, once nothing is under way.
    fn read_if_unknown(&mut self) -> Option<LeadRequest> {
        if self.seen.is_none() || self.known().is_some() {
            return None;
        }
        if self.sent.is_some() {
            self.reads_again = true;
            return None;
        }
        Some(self.read())
    }

    /// Handles news. Returns the request to send, and the outcome of an action, if one has ended.
    pub(crate) fn on_report(&mut self, report: LeadReport) -> (Option<LeadRequest>, Option<LeadOutcome>) {
        match report {
            LeadReport::Seen(seen) => {
                self.seen = seen.map(|seen| *seen);
                (self.read_if_unknown(), None)
            }
            LeadReport::Unreachable(why) => {
                self.unreachable = Some(why);
                (None, None)
            }
            LeadReport::Reachable => {
                let was_away = self.unreachable.take().is_some();
                // The stream says nothing of a question that was withdrawn meanwhile.
                let reads = was_away && self.seen.is_some() && self.sent.is_none();
                (if reads { Some(self.read()) } else { None }, None)
            }
            LeadReport::Done(done) => {
                let outcome = self.on_done(done);
                let next = match (self.wanted, self.sent) {
                    (Some(action), None) => {
                        self.wanted = None;
                        self.begin(action)
                    }
                    (_, None) if std::mem::take(&mut self.reads_again) => self.read_if_unknown(),
                    _ => None,
                };
                (next, outcome)
            }
        }
    }

    fn on_done(&mut self, done: Result<Option<Box<LedSetting>>, LeadFailure>) -> Option<LeadOutcome> {
        let sent = self.sent.take()?;
        let action = match sent {
            LeadInFlight::Read => self.wanted,
            LeadInFlight::Action(action) => Some(action),
        };
        match done {
            Ok(led) => {
                self.led = led.map(|led| *led);
                if let LeadInFlight::Action(action) = sent {
                    self.show_led();
                    return Some(LeadOutcome::Done(action));
                }
                // The leader has seen another question than the one that would be changed.
                let is_other = self.known().is_none();
                if !self.reads_again {
                    self.show_led();
                }
                self.wanted.take_if(|_| is_other).map(LeadOutcome::Overtaken)
            }
            Err(LeadFailure::Overtaken(now)) => {
                self.led = now.map(|now| *now);
                self.show_led();
                self.wanted = None;
                action.map(LeadOutcome::Overtaken)
            }
            Err(LeadFailure::Failed(why)) => {
                self.wanted = None;
                action.map(|action| LeadOutcome::Failed(action, why))
            }
        }
    }
}

/// Returns whether the room sees a setting.
fn is_seen(setting: &QuestionSetting, seen: &Question) -> bool {
    setting.is_question(seen) && setting.state == seen.state && setting.round == seen.round
}
