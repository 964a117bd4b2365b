//! Simulated participants who answer the leader's question at random.
//!
//! Each voter joins the room under a name of its own, listens to the events as an editor does, and answers each round
//! once, after a pause. One more client only listens: it tells when an answer has become visible in the room.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use client::{Backoff, Client, ClientError, Scope, StreamEvent};
use contract::{Author, NameError, Question, QuestionState};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::edit_mark::MarkWriter;
use crate::plan::{ThinkTime, random_of};
use crate::vote_tally::{RoundKey, SentVote, VoteRound, VoteTally};

/// How often a voter whose name is taken tries the name that the server says is free.
const MAX_NAMES: usize = 20;

/// How long an answer that is counted may take to be shown, and a request to end, once a round is over.
const ROUND_PATIENCE: Duration = Duration::from_secs(3);

/// A description of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotePlan {
    /// The beginning of the voters' names: `voter` for `voter-001`, `voter-002` and so on.
    pub prefix: String,
    /// The number of voters, at least 1.
    pub voters: usize,
    /// The number of rounds in which they answer.
    pub rounds: usize,
    /// How long a voter thinks before an answer.
    pub think: ThinkTime,
    /// The seed of all random numbers.
    pub seed: u64,
}

impl VotePlan {
    /// Checks that the prefix makes valid names, and returns the plan.
    ///
    /// # Errors
    ///
    /// If the name of the last voter, which is the longest, is not a valid name of an author.
    pub fn check(self) -> Result<Self, NameError> {
        self.name(self.voters).map(|_| self)
    }

    fn name(&self, number: usize) -> Result<Author, NameError> {
        MarkWriter::new(&self.prefix, "").name(number).parse()
    }
}

/// Something that has happened in a vote.
#[derive(Debug, Clone, PartialEq)]
pub enum VoteNews {
    /// So many voters have joined, and wait for a question.
    Joined(usize),
    /// A round is over.
    Round(VoteRound),
}

/// The end of a vote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VoteOutcome {
    /// The number of voters who joined.
    pub joined: usize,
    /// The rounds, in order.
    pub rounds: Vec<VoteRound>,
    /// Why voters could not join, and how many of them.
    pub failures: BTreeMap<String, usize>,
    /// Whether the vote was stopped before its last round.
    pub is_stopped: bool,
}

/// Something that a voter or the listener reports.
enum VoteReport {
    Answered(SentVote),
    Seen { asked: Option<Box<Question>>, at: Instant },
}

/// Lets simulated participants answer, until all rounds are over or `stop` is ready.
///
/// `client` is the access to the server, with the room's code; its author is the one of the client that only listens.
///
/// # Errors
///
/// [`ClientError`] if the server cannot be reached or refuses at the beginning, or if no voter can join.
///
/// # Panics
///
/// If the plan's prefix does not make valid names; see [`VotePlan::check`].
pub async fn run_vote(
    plan: &VotePlan,
    client: &Client,
    stop: impl Future<Output = ()>,
    mut news: impl FnMut(VoteNews),
) -> Result<VoteOutcome, ClientError> {
    client.probe().await?;
    let mut outcome = VoteOutcome::default();
    let voters = join_all(plan, client, &mut outcome.failures).await?;
    outcome.joined = voters.len();
    news(VoteNews::Joined(voters.len()));
    let (reports, mut received) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    tasks.spawn(listen(client.clone(), reports.clone()));
    for (number, voter) in voters {
        tasks.spawn(vote(plan.clone(), number, voter, reports.clone()));
    }
    drop(reports);
    let mut tally = VoteTally::new(outcome.joined);
    let mut stop = pin!(stop);
    while outcome.rounds.len() < plan.rounds {
        let patience = tally.ends_by();
        tokio::select! {
            report = received.recv() => match report {
                Some(VoteReport::Answered(vote)) => tally.on_answered(vote),
                Some(VoteReport::Seen { asked, at }) => {
                    tally.on_seen(asked.as_deref(), at, plan.think.longest + ROUND_PATIENCE);
                }
                None => break,
            },
            () = async { tokio::time::sleep_until(patience.unwrap_or_else(Instant::now).into()).await },
                if patience.is_some() => tally.give_up(),
            () = &mut stop => {
                outcome.is_stopped = true;
                break;
            }
        }
        for round in tally.take_finished() {
            news(VoteNews::Round(round.clone()));
            outcome.rounds.push(round);
        }
    }
    Ok(outcome)
}

/// Lets all voters join, and returns those who could, each with their number.
async fn join_all(
    plan: &VotePlan,
    client: &Client,
    failures: &mut BTreeMap<String, usize>,
) -> Result<Vec<(usize, Client)>, ClientError> {
    let mut joining = JoinSet::new();
    for number in 1..=plan.voters {
        let name = plan.name(number).expect("the plan was checked");
        let client = client.clone();
        joining.spawn(async move { (number, join(client, name).await) });
    }
    let mut voters = Vec::new();
    let mut refusal = None;
    while let Some(joined) = joining.join_next().await {
        match joined {
            Ok((number, Ok(voter))) => voters.push((number, voter)),
            Ok((_, Err(error))) => {
                *failures.entry(error.to_string()).or_default() += 1;
                refusal = Some(error);
            }
            Err(error) => *failures.entry(error.to_string()).or_default() += 1,
        }
    }
    voters.sort_by_key(|(number, _)| *number);
    match refusal {
        Some(error) if voters.is_empty() => Err(error),
        _ => Ok(voters),
    }
}

/// Joins under a name or, if it is taken, under one that is free.
async fn join(client: Client, mut name: Author) -> Result<Client, ClientError> {
    let mut names = 1;
    loop {
        // The voters have a name and a token each, and share the connections.
        let voter = client.clone().with_author(name.clone());
        match voter.join(&name).await {
            Ok(joined) => return Ok(voter.with_token(&joined.token)),
            Err(ClientError::Refused(problem)) if names < MAX_NAMES && problem.free.is_some() => {
                names += 1;
                name = problem.free.unwrap_or(name);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Reports each state of the question that the room can see.
async fn listen(client: Client, reports: mpsc::UnboundedSender<VoteReport>) {
    let mut stream = client.watch(Scope::All, Backoff::default());
    loop {
        if let StreamEvent::Question(asked) = stream.next().await
            && reports.send(VoteReport::Seen { asked, at: Instant::now() }).is_err()
        {
            return;
        }
    }
}

/// Answers each round once, as soon as the voter has heard of it and thought.
async fn vote(plan: VotePlan, number: usize, client: Client, reports: mpsc::UnboundedSender<VoteReport>) {
    let mut random = random_of(plan.seed, number);
    let mut stream = client.watch(Scope::All, Backoff::default());
    let mut answered: Option<RoundKey> = None;
    loop {
        let StreamEvent::Question(Some(asked)) = stream.next().await else { continue };
        let round = RoundKey { question: asked.id.clone(), round: asked.round };
        if asked.state != QuestionState::Open || answered.as_ref() == Some(&round) {
            continue;
        }
        answered = Some(round.clone());
        if let Some(pause) = plan.think.pause(&mut random) {
            sleep(pause).await;
        }
        let choice = random.u8(1..=u8::try_from(asked.choices.len()).unwrap_or(u8::MAX).max(1));
        let pressed = Instant::now();
        let result = client.answer(choice, Some(&asked.id)).await.map_err(|error| error.to_string());
        let vote = SentVote { round, choice, pressed, ended: Instant::now(), result };
        if reports.send(VoteReport::Answered(vote)).is_err() {
            return;
        }
    }
}
