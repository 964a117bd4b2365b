//! Writes at once: how many of them succeed?

use std::fmt::Write as _;

use crate::check::{Ask, CheckId, Mark, ProbeCheck};
use crate::condition::{Condition, NO_TAG};
use crate::engine::creating::{clean_up, scratch_write};
use crate::finding::CheckFinding;
use crate::message::{BodyPace, FieldLine, ProbeResponse};
use crate::observed::{self, Observed};
use crate::session::{Halt, ProbeSession, ProbedExchange, has_text, request_to, status_of};
use crate::table::CHECKS;
use crate::version_source::VersionSource;

/// How many clients create one resource at once.
const CREATORS: usize = 50;

/// The result of one round.
struct RaceResult {
    observed: Observed,
    /// How many writers succeeded.
    winners: usize,
    /// How many were told that the server decides later.
    accepted: usize,
    /// How many got no response.
    silent: usize,
    exchange: Option<ProbedExchange>,
}

impl RaceResult {
    /// Counts the responses of a round. `final_body` is the body of the resource afterwards.
    ///
    /// `numbers` are those of the writers, in the order of the exchanges.
    fn of(exchanges: &[ProbedExchange], numbers: &[u64], final_body: Option<&[u8]>) -> Self {
        let status = |exchange: &ProbedExchange| exchange.response.as_ref().ok().map(|response| response.status);
        let is_winner = |exchange: &&ProbedExchange| {
            status(exchange) != Some(202) && exchange.response.as_ref().is_ok_and(ProbeResponse::is_success)
        };
        let winners: Vec<_> = exchanges.iter().filter(is_winner).collect();
        let accepted = exchanges.iter().filter(|exchange| status(exchange) == Some(202)).count();
        let silent = exchanges.iter().filter(|exchange| exchange.response.is_err()).count();
        // A writer that was refused must not be the author of the final text.
        let is_refused = |exchange: &ProbedExchange| status(exchange).is_some_and(|status| status >= 400);
        let liar = exchanges.iter().zip(numbers).find(|(exchange, number)| {
            is_refused(exchange) && final_body.is_some_and(|body| has_text(body, &number.to_string()))
        });
        let observed = match (liar, winners.len()) {
            (Some(_), _) => Observed::RefusedYetWritten,
            (None, 0) if accepted > 1 => Observed::Accepted,
            (None, 0) => observed::of_winners(accepted),
            (None, count) => observed::of_winners(count),
        };
        // The last one shows the fault: it succeeded although another one had.
        let shown = liar.map(|(exchange, _)| exchange).or(winners.last().copied()).or(exchanges.first());
        Self { observed, winners: winners.len(), accepted, silent, exchange: shown.cloned() }
    }
}

/// Asks the checks of this group.
pub(super) async fn ask(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    for check in CHECKS {
        if let Ask::Race { writers, slow, rounds } = check.ask {
            let pace = if slow { BodyPace::LastByteLate } else { BodyPace::AtOnce };
            race(session, check, writers, pace, rounds).await?;
        }
    }
    race_to_create(session).await?;
    repeat_a_write(session).await
}

async fn race(
    session: &mut ProbeSession<'_>,
    check: &'static ProbeCheck,
    writers: usize,
    pace: BodyPace,
    rounds: usize,
) -> Result<(), Halt> {
    let mut worst: Option<RaceResult> = None;
    for _ in 0..rounds {
        // A race that cannot be paid for is not asked, unless an earlier round has answered already.
        if worst.is_some() && !session.has_requests(writers + 3) {
            break;
        }
        if !session.begin(check.id, writers + 3)? {
            return Ok(());
        }
        session.await_strong_tag().await?;
        let mut requests = Vec::new();
        let mut numbers = Vec::new();
        for _ in 0..writers {
            let (mut request, number) = match session.conditional_write(Condition::Current) {
                Ok(prepared) => prepared,
                Err(why) => {
                    session.skip(check.id, why);
                    return Ok(());
                }
            };
            request.pace = pace;
            requests.push(request);
            numbers.push(number);
        }
        session.has_written = true;
        let exchanges = session.send_all(requests).await?;
        let read = session.read_after_write().await?;
        let body = read.response.ok().filter(ProbeResponse::is_success).map(|response| response.body);
        let result = RaceResult::of(&exchanges, &numbers, body.as_deref());
        let is_worse = worst.as_ref().is_none_or(|worst| badness(check, &result) > badness(check, worst));
        if is_worse {
            worst = Some(result);
        }
        if worst.as_ref().is_some_and(|worst| check.mark_of(worst.observed) == Mark::Wrong) {
            break;
        }
    }
    if let Some(result) = worst {
        record(session, check.id, writers, "writers with the same tag", result);
    }
    Ok(())
}

/// Returns a number that is higher for a worse result.
fn badness(check: &ProbeCheck, result: &RaceResult) -> (usize, usize) {
    let mark = match check.mark_of(result.observed) {
        Mark::Right | Mark::NotAsked => 0,
        Mark::Weak => 1,
        Mark::Wrong => 2,
    };
    (mark, result.winners)
}

fn record(session: &mut ProbeSession<'_>, id: CheckId, of: usize, who: &str, result: RaceResult) {
    let mut says = format!("{} of {of} {who} succeeded", result.winners);
    if result.observed == Observed::RefusedYetWritten {
        says.push_str("; the text of one that was refused is there");
    }
    // Writing to a String cannot fail.
    if result.accepted > 0 {
        let _ = write!(says, "; {} were told 202, so the server decides later", result.accepted);
    }
    if result.silent > 0 {
        let _ = write!(says, "; {} got no response", result.silent);
    }
    session.findings.push(CheckFinding {
        id,
        mark: id.check().mark_of(result.observed),
        says,
        exchange: result.exchange.map(|exchange| (exchange.request, exchange.response)),
        winners: Some((result.winners, of)),
    });
}

async fn race_to_create(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let id = CheckId::CreateRace;
    if session.plan.create.is_none() {
        return Ok(());
    }
    if session.plan.version != VersionSource::EntityTag {
        session.skip(id, "the API does not keep the version in ETag");
        return Ok(());
    }
    if !session.begin(id, CREATORS + 8)? {
        return Ok(());
    }
    let Some(target) = session.scratch_target() else { return Ok(()) };
    let writes = (0..CREATORS).map(|_| scratch_write(session, &target, FieldLine::new("If-None-Match", "*")));
    let (requests, numbers): (Vec<_>, Vec<_>) = writes.collect::<Vec<_>>().into_iter().unzip();
    let exchanges = session.send_all(requests).await?;
    let read = session.send(request_to(target.clone(), "GET", Vec::new())).await?;
    let body = read.response.ok().filter(ProbeResponse::is_success).map(|response| response.body);
    let result = RaceResult::of(&exchanges, &numbers, body.as_deref());
    record(session, id, CREATORS, "creations of one resource", result);
    clean_up(session, &target).await
}

async fn repeat_a_write(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    let id = CheckId::RepeatedWrite;
    if !session.begin(id, 8)? {
        return Ok(());
    }
    session.await_strong_tag().await?;
    if session.has_weak_tag() {
        session.skip(id, "the tag is weak, so If-Match with it never holds");
        return Ok(());
    }
    let Ok((request, number)) = session.conditional_write(Condition::Current) else {
        session.skip(id, NO_TAG);
        return Ok(());
    };
    let first = session.write(request.clone(), number).await?;
    if !matches!(first.observed, Observed::Done | Observed::Created) {
        session.skip(id, &format!("the first write did not succeed: {}", status_of(&first.exchange.response)));
        return Ok(());
    }
    let written = session.version();
    let repeated = session.write(request, number).await?;
    let is_once = written == session.version();
    let status = status_of(&repeated.exchange.response);
    // The text is the same, so its presence does not show whether the repeated write was carried out.
    let is_refused = !repeated.exchange.response.as_ref().is_ok_and(ProbeResponse::is_success);
    let (observed, says) = match (is_refused, is_once) {
        (true, true) => {
            let observed = observed::of_write(repeated.exchange.response.as_ref(), None);
            let is_conflict = observed == Observed::Conflict && session.plan.version.field().is_none();
            (if is_conflict { Observed::PreconditionFailed } else { observed }, status)
        }
        (true, false) => (Observed::RefusedYetWritten, format!("{status}, but there is a second version")),
        (false, true) => (Observed::AppliedOnce, format!("{status}, and no second version")),
        (false, false) => (Observed::AppliedTwice, format!("{status}, and a second version")),
    };
    session.record(id, observed, says, Some(repeated.exchange));
    Ok(())
}
