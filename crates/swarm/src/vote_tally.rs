//! The counts of a vote: which answers were counted, how soon, and how soon the room could see them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use contract::{Question, QuestionState};
use serde::Serialize;

/// A round of votes on a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoundKey {
    pub(crate) question: String,
    pub(crate) round: u32,
}

/// A voter's answer whose request has ended.
#[derive(Debug, Clone)]
pub(crate) struct SentVote {
    pub(crate) round: RoundKey,
    /// The number of the choice, from 1.
    pub(crate) choice: u8,
    /// When the voter pressed the key.
    pub(crate) pressed: Instant,
    /// When the response arrived.
    pub(crate) ended: Instant,
    /// Whether the server counts the answer, or why not.
    pub(crate) result: Result<(), String>,
}

/// The figures of a round.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VoteRound {
    /// The id of the question.
    pub question: String,
    /// The number of the round.
    pub round: u32,
    /// How many voters were in the room.
    pub voters: usize,
    /// How many answers the server has counted.
    pub counted: usize,
    /// How many counted answers were visible in the room.
    pub shown: usize,
    /// How many voters chose each choice.
    pub choices: Vec<usize>,
    /// The median time from a key press to the response, in milliseconds.
    pub p50_counted_ms: f64,
    /// The longest time from a key press to the response, in milliseconds.
    pub slowest_counted_ms: f64,
    /// The median time from a key press until the room sees it in the number of answers, in milliseconds.
    pub p50_shown_ms: f64,
    /// The longest time from a key press until the room sees it in the number of answers, in milliseconds.
    pub slowest_shown_ms: f64,
    /// Why answers were refused, and how many.
    pub refused: BTreeMap<String, usize>,
}

impl VoteRound {
    /// Returns whether each voter's answer was counted and shown.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.counted == self.voters && self.shown == self.voters
    }
}

/// The rounds of a vote while it goes on.
pub(crate) struct VoteTally {
    voters: usize,
    current: Option<OpenRound>,
    finished: Vec<VoteRound>,
    /// The rounds that have ended: what comes late about them changes nothing.
    past: Vec<RoundKey>,
}

struct OpenRound {
    key: RoundKey,
    choices: Vec<usize>,
    /// The key presses whose answers were counted, and the times until then.
    counted: Vec<(Instant, Duration)>,
    refused: BTreeMap<String, usize>,
    /// The numbers of answers that the room has seen, and since when.
    seen: Vec<(u64, Instant)>,
    /// When to stop waiting; `None` while the round is open and voters think.
    ends_by: Option<Instant>,
}

impl VoteTally {
    pub(crate) fn new(voters: usize) -> Self {
        Self { voters, current: None, finished: Vec::new(), past: Vec::new() }
    }

    /// Handles a state of the question that the room sees.
    ///
    /// A round that is no longer open is waited for no longer than `patience`.
    pub(crate) fn on_seen(&mut self, asked: Option<&Question>, at: Instant, patience: Duration) {
        let key = asked.map(|asked| RoundKey { question: asked.id.clone(), round: asked.round });
        if self.current.as_ref().is_some_and(|current| Some(&current.key) != key.as_ref()) {
            self.give_up();
        }
        let (Some(asked), Some(key)) = (asked, key) else { return };
        if self.current.is_none() && asked.state == QuestionState::Open && !self.is_finished(&key) {
            self.current = Some(OpenRound::new(key, asked.choices.len()));
        }
        let Some(current) = &mut self.current else { return };
        current.seen.push((asked.answered, at));
        if asked.state != QuestionState::Open {
            current.ends_by.get_or_insert(at + patience);
        }
        self.finish_if_complete();
    }

    /// Handles the end of an answer's request.
    pub(crate) fn on_answered(&mut self, vote: SentVote) {
        let SentVote { round, choice, pressed, ended, result } = vote;
        if self.current.is_none() && !self.is_finished(&round) {
            // The voter heard of the round before the client that only listens.
            self.current = Some(OpenRound::new(round.clone(), 0));
        }
        let Some(current) = self.current.as_mut().filter(|current| current.key == round) else { return };
        match result {
            Ok(()) => {
                let place = usize::from(choice.saturating_sub(1));
                current.choices.resize(current.choices.len().max(place + 1), 0);
                current.choices[place] += 1;
                current.counted.push((pressed, ended.saturating_duration_since(pressed)));
            }
            Err(why) => *current.refused.entry(why).or_default() += 1,
        }
        if current.reports() == self.voters {
            // What is counted must now become visible soon.
            current.ends_by.get_or_insert(ended + VISIBLE_PATIENCE);
        }
        self.finish_if_complete();
    }

    /// Returns when to stop waiting for the rest of the current round.
    pub(crate) fn ends_by(&self) -> Option<Instant> {
        self.current.as_ref().and_then(|current| current.ends_by)
    }

    /// Ends the current round, whatever is missing.
    pub(crate) fn give_up(&mut self) {
        if let Some(current) = self.current.take() {
            self.past.push(current.key.clone());
            self.finished.push(current.into_round(self.voters));
        }
    }

    /// Returns the rounds that have ended since the last call.
    pub(crate) fn take_finished(&mut self) -> Vec<VoteRound> {
        std::mem::take(&mut self.finished)
    }

    fn is_finished(&self, key: &RoundKey) -> bool {
        self.past.contains(key)
    }

    fn finish_if_complete(&mut self) {
        let voters = self.voters;
        if self.current.as_ref().is_some_and(|current| current.is_complete(voters)) {
            self.give_up();
        }
    }
}

/// How long counted answers may take to become visible.
const VISIBLE_PATIENCE: Duration = Duration::from_secs(3);

impl OpenRound {
    fn new(key: RoundKey, choices: usize) -> Self {
        Self {
            key,
            choices: vec![0; choices],
            counted: Vec::new(),
            refused: BTreeMap::new(),
            seen: Vec::new(),
            ends_by: None,
        }
    }

    fn reports(&self) -> usize {
        self.counted.len() + self.refused.values().sum::<usize>()
    }

    fn most_seen(&self) -> u64 {
        self.seen.iter().map(|(answered, _)| *answered).max().unwrap_or_default()
    }

    fn is_complete(&self, voters: usize) -> bool {
        self.reports() == voters && self.most_seen() >= self.counted.len() as u64
    }

    /// Returns, for each key press in order, how long the room took to see as many answers.
    ///
    /// Answers of others in the room make these times shorter than they are.
    fn times_to_shown(&self) -> Vec<Duration> {
        let mut pressed: Vec<Instant> = self.counted.iter().map(|(pressed, _)| *pressed).collect();
        pressed.sort_unstable();
        let shown = |count: u64| self.seen.iter().find(|(answered, _)| *answered >= count).map(|(_, at)| *at);
        let times = (1..).zip(&pressed).filter_map(|(count, pressed)| Some((shown(count)?, *pressed)));
        times.map(|(shown, pressed)| shown.saturating_duration_since(pressed)).collect()
    }

    fn into_round(self, voters: usize) -> VoteRound {
        let shown = self.times_to_shown();
        let counted: Vec<Duration> = self.counted.iter().map(|(_, time)| *time).collect();
        VoteRound {
            voters,
            counted: counted.len(),
            shown: shown.len(),
            p50_counted_ms: milliseconds(median(&counted)),
            slowest_counted_ms: milliseconds(counted.iter().max().copied()),
            p50_shown_ms: milliseconds(median(&shown)),
            slowest_shown_ms: milliseconds(shown.iter().max().copied()),
            question: self.key.question,
            round: self.key.round,
            choices: self.choices,
            refused: self.refused,
        }
    }
}

fn median(times: &[Duration]) -> Option<Duration> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

fn milliseconds(time: Option<Duration>) -> f64 {
    time.unwrap_or_default().as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn asked(round: u32, state: QuestionState, answered: u64) -> Question {
        Question {
            id: "q1".to_owned(),
            text: "Which?".to_owned(),
            choices: vec!["a".to_owned(), "b".to_owned()],
            state,
            round,
            answered,
            people: 3,
            counts: None,
            earlier: Vec::new(),
            right: None,
            because: None,
        }
    }

    fn key(round: u32) -> RoundKey {
        RoundKey { question: "q1".to_owned(), round }
    }

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// Returns a vote of the first round that is counted as soon as its key is pressed.
    fn vote(choice: u8, pressed: Instant) -> SentVote {
        SentVote { round: key(1), choice, pressed, ended: pressed, result: Ok(()) }
    }

    #[test]
    fn round_is_over_when_all_answers_are_counted_and_shown() {
        let (begun, mut tally) = (Instant::now(), VoteTally::new(3));
        tally.on_seen(Some(&asked(1, QuestionState::Open, 0)), begun, PATIENCE);
        for (voter, choice) in [(1, 1), (2, 2), (3, 2)] {
            let pressed = begun + ms(voter * 10);
            tally.on_answered(SentVote { ended: pressed + ms(voter), ..vote(choice, pressed) });
        }
        tally.on_seen(Some(&asked(1, QuestionState::Open, 1)), begun + ms(100), PATIENCE);
        assert!(tally.take_finished().is_empty(), "two answers are not shown yet");
        tally.on_seen(Some(&asked(1, QuestionState::Open, 3)), begun + ms(300), PATIENCE);
        let rounds = tally.take_finished();
        let round = &rounds[0];
        assert!(round.is_complete());
        assert_eq!((round.counted, round.shown, &round.choices[..]), (3, 3, &[1, 2][..]));
        assert_eq!((round.p50_counted_ms, round.slowest_counted_ms), (2.0, 3.0));
        assert_eq!((round.p50_shown_ms, round.slowest_shown_ms), (270.0, 280.0));
        tally.on_seen(Some(&asked(1, QuestionState::Open, 3)), begun + ms(400), PATIENCE);
        tally.on_answered(vote(1, begun));
        tally.give_up();
        assert!(tally.take_finished().is_empty(), "the round is past");
    }

    #[test]
    fn answer_that_is_never_shown_is_missing() {
        let (begun, mut tally) = (Instant::now(), VoteTally::new(2));
        for _ in 0..2 {
            tally.on_answered(vote(1, begun));
        }
        tally.on_seen(Some(&asked(1, QuestionState::Open, 1)), begun, PATIENCE);
        assert!(tally.ends_by().is_some() && tally.take_finished().is_empty());
        tally.give_up();
        let rounds = tally.take_finished();
        assert_eq!((rounds[0].counted, rounds[0].shown, rounds[0].is_complete()), (2, 1, false));
    }

    #[test]
    fn refused_answer_is_not_counted_and_a_new_round_ends_the_last() {
        let (begun, mut tally) = (Instant::now(), VoteTally::new(2));
        tally.on_seen(Some(&asked(1, QuestionState::Open, 0)), begun, PATIENCE);
        tally.on_answered(SentVote { result: Err("too late".to_owned()), ..vote(1, begun) });
        tally.on_seen(Some(&asked(1, QuestionState::Shown, 0)), begun, PATIENCE);
        assert_eq!(tally.ends_by(), Some(begun + PATIENCE));
        tally.on_seen(Some(&asked(2, QuestionState::Open, 0)), begun, PATIENCE);
        let rounds = tally.take_finished();
        assert_eq!((rounds.len(), rounds[0].counted, rounds[0].refused["too late"]), (1, 0, 1));
        assert_eq!(tally.ends_by(), None, "the second round is open");
    }
}
