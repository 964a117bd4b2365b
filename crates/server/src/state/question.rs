//! The leader's question: its setting, the answers to it, and the counts of earlier rounds.
//!
//! The setting is replaced under If-Match, like the policy. An answer is written by one participant only, so it needs
//! no condition. Nothing of a question is stored on disk, unless servers share it. Everything is bounded: the setting
//! by its limits in the contract, the answers by the number of participants.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard};

use contract::question::MAX_ROUNDS;
use contract::{Author, EntityTag, Question, QuestionAnswer, QuestionSetting, QuestionState};
use precondition::{Conditions, HttpDate, Judgement, Method, Verdict};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::shared_cell::SharedCell;
use super::tag_history::TagHistory;
use crate::lock::lock;

/// The question, and everything that participants have answered.
pub(crate) struct QuestionCell {
    asked: Mutex<AskedQuestion>,
    /// The question as everyone sees it, in JSON: `null` if there is none.
    published: watch::Sender<Arc<str>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct AskedQuestion {
    setting: Option<QuestionSetting>,
    tags: TagHistory,
    /// How many questions have been asked.
    count: u64,
    id: String,
    /// The answers of this round: the number of a choice, from 1.
    answers: HashMap<Author, u8>,
    /// The counts of the earlier rounds.
    earlier: Vec<Vec<u64>>,
}

/// Why an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnswerError {
    /// There is no question.
    NoQuestion,
    /// The question takes no more answers.
    Closed,
    /// The answer is to the question with another id than this one.
    OtherQuestion { id: String },
    /// The question has only so many choices.
    NoSuchChoice { choices: usize },
}

/// The outcome of a write of the setting.
pub(crate) enum SettingOutcome {
    /// The conditions do not hold.
    Refused(Judgement, Option<EntityTag>),
    /// The round is neither the current one nor the next; these are allowed.
    WrongRound { from: u32, to: u32 },
    /// Done. `is_new` says that there was no question before.
    Done { etag: EntityTag, is_new: bool },
}

impl Default for QuestionCell {
    fn default() -> Self {
        let asked = AskedQuestion {
            setting: None,
            tags: TagHistory::new('q'),
            count: 0,
            id: String::new(),
            answers: HashMap::new(),
            earlier: Vec::new(),
        };
        Self::of(asked)
    }
}

impl SharedCell for QuestionCell {
    const NAME: &str = "question";

    fn fork(&self) -> Self {
        Self::of(self.lock().clone())
    }

    fn to_json(&self) -> String {
        serde_json::to_string(&*self.lock()).unwrap_or_default()
    }

    fn adopt(&self, json: &str, _: u64) -> Result<(), serde_json::Error> {
        let asked = serde_json::from_str(json)?;
        *self.lock() = asked;
        Ok(())
    }
}

impl QuestionCell {
    fn of(asked: AskedQuestion) -> Self {
        Self { asked: Mutex::new(asked), published: watch::Sender::new("null".into()) }
    }

    fn lock(&self) -> MutexGuard<'_, AskedQuestion> {
        lock(&self.asked)
    }

    /// Returns the setting and its tag; `None` if there is no question.
    pub(crate) fn setting(&self) -> Option<(QuestionSetting, EntityTag)> {
        let asked = self.lock();
        Some((asked.setting.clone()?, asked.tags.etag()?))
    }

    /// Judges the conditions of a write without the write. The setting may change before the write.
    pub(crate) fn judge(
        &self,
        method: Method,
        conditions: &Conditions,
        now: HttpDate,
    ) -> (Judgement, Option<EntityTag>) {
        let asked = self.lock();
        (asked.judge(method, conditions, now), asked.etag())
    }

    /// Judges conditions and replaces the setting under one lock, as the store does for documents.
    ///
    /// `new` has been checked ([`QuestionSetting::check`]).
    pub(crate) fn replace(&self, conditions: &Conditions, now: HttpDate, new: QuestionSetting) -> SettingOutcome {
        let mut asked = self.lock();
        let judgement = asked.judge(Method::Put, conditions, now);
        if judgement.verdict != Verdict::Proceed {
            return SettingOutcome::Refused(judgement, asked.etag());
        }
        let is_new = asked.setting.is_none();
        if let Err((from, to)) = asked.set(new) {
            return SettingOutcome::WrongRound { from, to };
        }
        let etag = asked.etag().expect("there is a question now");
        SettingOutcome::Done { etag, is_new }
    }

    /// Judges conditions and withdraws the question under one lock, if they hold.
    pub(crate) fn withdraw(&self, conditions: &Conditions, now: HttpDate) -> (Judgement, Option<EntityTag>) {
        let mut asked = self.lock();
        let (judgement, etag) = (asked.judge(Method::Delete, conditions, now), asked.etag());
        if judgement.verdict == Verdict::Proceed {
            asked.setting = None;
            asked.clear();
            asked.tags.push("withdrawn");
        }
        (judgement, etag)
    }

    /// Records a participant's answer, which replaces an earlier one of the same round.
    pub(crate) fn answer(&self, name: &Author, answer: &QuestionAnswer) -> Result<(), AnswerError> {
        let mut asked = self.lock();
        let setting = asked.setting.as_ref().ok_or(AnswerError::NoQuestion)?;
        if answer.id.as_ref().is_some_and(|id| *id != asked.id) {
            return Err(AnswerError::OtherQuestion { id: asked.id.clone() });
        }
        if setting.state != QuestionState::Open {
            return Err(AnswerError::Closed);
        }
        let choices = setting.choices.len();
        if !(1..=choices).contains(&usize::from(answer.choice)) {
            return Err(AnswerError::NoSuchChoice { choices });
        }
        asked.answers.insert(name.clone(), answer.choice);
        Ok(())
    }

    /// Returns a participant's answer of this round.
    pub(crate) fn answer_of(&self, name: &Author) -> Option<u8> {
        self.lock().answers.get(name).copied()
    }

    /// Drops the answer of a removed participant, in whichever case the name was written.
    pub(crate) fn forget_answers(&self, removed: &Author) {
        let removed = removed.folded();
        self.lock().answers.retain(|name, _| name.folded() != removed);
    }

    /// Returns the question as everyone sees it.
    ///
    /// `people` counts the participants, and is told who has answered.
    pub(crate) fn view(&self, people: impl FnOnce(&dyn Fn(&Author) -> bool) -> u64) -> Option<Question> {
        self.lock().view(people)
    }

    /// Publishes the question to the event streams.
    pub(crate) fn publish(&self, people: impl FnOnce(&dyn Fn(&Author) -> bool) -> u64) {
        // Under the lock, so that the last state is published last.
        let asked = self.lock();
        let json = serde_json::to_string(&asked.view(people)).unwrap_or_default();
        self.published.send_if_modified(|published| {
            let is_other = **published != *json;
            if is_other {
                *published = json.into();
            }
            is_other
        });
    }

    /// Returns a receiver of the question as JSON, which changes with each answer.
    pub(crate) fn live(&self) -> watch::Receiver<Arc<str>> {
        self.published.subscribe()
    }
}

impl AskedQuestion {
    fn judge(&self, method: Method, conditions: &Conditions, now: HttpDate) -> Judgement {
        self.tags.judge(method, conditions, now, self.setting.is_some())
    }

    fn etag(&self) -> Option<EntityTag> {
        self.tags.etag().filter(|_| self.setting.is_some())
    }

    /// Replaces the setting.
    ///
    /// # Errors
    ///
    /// The allowed rounds, if the round is another.
    fn set(&mut self, new: QuestionSetting) -> Result<(), (u32, u32)> {
        match &self.setting {
            Some(old) if old.is_same_question(&new) => {
                let last = old.round + u32::from(old.round < MAX_ROUNDS);
                if !(old.round..=last).contains(&new.round) {
                    return Err((old.round, last));
                }
                if *old == new {
                    return Ok(());
                }
                if new.round > old.round {
                    let counts = self.counts(new.choices.len());
                    self.earlier.push(counts);
                    self.answers.clear();
                }
            }
            _ => {
                if new.round != 1 {
                    return Err((1, 1));
                }
                self.clear();
                self.count += 1;
                let text = serde_json::to_vec(&(&new.text, &new.choices)).unwrap_or_default();
                self.id = format!("q{}-{}", self.count, hash_digits(&text));
            }
        }
        let words = hash_digits(&serde_json::to_vec(&new).unwrap_or_default());
        self.tags.push(&words);
        self.setting = Some(new);
        Ok(())
    }

    fn clear(&mut self) {
        self.answers.clear();
        self.earlier.clear();
    }

    fn counts(&self, choices: usize) -> Vec<u64> {
        let mut counts = vec![0; choices];
        for choice in self.answers.values() {
            if let Some(count) = counts.get_mut(usize::from(*choice) - 1) {
                *count += 1;
            }
        }
        counts
    }

    fn view(&self, people: impl FnOnce(&dyn Fn(&Author) -> bool) -> u64) -> Option<Question> {
        let setting = self.setting.as_ref()?;
        let is_shown = setting.state != QuestionState::Open;
        let is_revealed = setting.state == QuestionState::Revealed;
        let has_answered = |name: &Author| self.answers.contains_key(name);
        let answered = self.answers.len() as u64;
        Some(Question {
            id: self.id.clone(),
            text: setting.text.clone(),
            choices: setting.choices.clone(),
            state: setting.state,
            round: setting.round,
            answered,
            // The name of a participant who answered and went away may have become free since.
            people: people(&has_answered).max(answered),
            counts: is_shown.then(|| self.counts(setting.choices.len())),
            earlier: if is_shown { self.earlier.clone() } else { Vec::new() },
            right: setting.right.filter(|_| is_revealed),
            because: setting.because.clone().filter(|_| is_revealed),
        })
    }
}

/// Returns the first 8 hex digits of a hash.
fn hash_digits(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for byte in &Sha256::digest(bytes)[..4] {
        // Writing to a String never fails.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests;
