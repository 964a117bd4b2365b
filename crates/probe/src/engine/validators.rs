//! Tags and dates: are they there, and do they change when they should?

use crate::check::CheckId;
use crate::condition::{Condition, NO_TAG};
use crate::message::FieldLine;
use crate::observed::{self, Observed};
use crate::session::{Halt, ProbeSession, ProbedExchange, status_of};
use crate::version_source::VersionSource;

/// How many writes follow one another for the check about a second.
const QUICK_WRITES: usize = 3;

/// Asks the checks that only read.
pub(super) async fn ask_reads(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if session.begin(CheckId::StableTag, 1)? {
        let before = session.version();
        let exchange = session.read().await?;
        let after = session.version();
        if before.is_none() || after.is_none() {
            session.skip(CheckId::StableTag, NO_TAG);
        } else {
            record_comparison(session, CheckId::StableTag, before == after, Some(exchange));
        }
    }
    let first = session.current.as_ref().map(|state| state.response.clone());
    if let Some(dates) = first.as_ref().and_then(observed::of_dates) {
        let says = if dates == Observed::Later { "later than Date" } else { "not later than Date" };
        session.record(CheckId::LastModified, dates, says.to_owned(), None);
    } else {
        session.skip(CheckId::LastModified, "the response does not have both Last-Modified and Date");
    }
    if session.plan.version == VersionSource::EntityTag {
        ask_entity_tag(session).await?;
        ask_head(session).await?;
        return ask_coded(session).await;
    }
    for id in [CheckId::EntityTag, CheckId::HeadTag, CheckId::CodedTag] {
        session.skip(id, "the API keeps the version in the body");
    }
    Ok(())
}

async fn ask_entity_tag(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if !session.begin(CheckId::EntityTag, 1)? {
        return Ok(());
    }
    let observe = |session: &ProbeSession<'_>| {
        session.current.as_ref().map_or(Observed::NoTag, |state| observed::of_tag(&state.response))
    };
    let mut observed = observe(session);
    session.await_strong_tag().await?;
    if session.has_late_tags() {
        observed = Observed::StrongLater;
    }
    let tag = session.version().map(|tag| String::from_utf8_lossy(&tag).into_owned()).unwrap_or_default();
    let says = match observed {
        Observed::StrongTag => format!("strong: {tag}"),
        Observed::StrongLater => format!("weak in the second of a write, strong later: {tag}"),
        Observed::WeakTag => format!("weak: {tag}"),
        Observed::NoTag => "no ETag".to_owned(),
        _ => format!("the value of ETag is not an entity tag: {tag}"),
    };
    let exchange = session.current.as_ref().map(|state| ProbedExchange {
        request: session.request("GET", Vec::new()),
        response: Ok(state.response.clone()),
    });
    session.record(CheckId::EntityTag, observed, says, exchange);
    Ok(())
}

async fn ask_head(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if session.version().is_none() {
        session.skip(CheckId::HeadTag, NO_TAG);
    } else if session.begin(CheckId::HeadTag, 1)? {
        let exchange = session.send(session.request("HEAD", Vec::new())).await?;
        compare_tags(session, CheckId::HeadTag, exchange);
    }
    Ok(())
}

/// Records whether the tag of a response is that of the last read.
fn compare_tags(session: &mut ProbeSession<'_>, id: CheckId, exchange: ProbedExchange) {
    let observed = match (&session.current, &exchange.response) {
        (Some(state), Ok(response)) => observed::of_equal_fields("ETag", &state.response, response),
        _ => Observed::NoResponse,
    };
    let says = match observed {
        Observed::Same => "the same".to_owned(),
        Observed::Different => "another tag".to_owned(),
        _ => format!("no tag: {}", status_of(&exchange.response)),
    };
    session.record(id, observed, says, Some(exchange));
}

async fn ask_coded(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if session.version().is_none() {
        session.skip(CheckId::CodedTag, NO_TAG);
        return Ok(());
    }
    if !session.begin(CheckId::CodedTag, 1)? {
        return Ok(());
    }
    let fields = vec![FieldLine::new("Accept-Encoding", "gzip, br, zstd")];
    let exchange = session.send(session.request("GET", fields)).await?;
    let coding = exchange.response.as_ref().ok().and_then(|response| response.text_field("Content-Encoding"));
    let coding = coding.filter(|coding| !coding.eq_ignore_ascii_case("identity")).map(str::to_owned);
    let (observed, says) = match (&coding, &exchange.response, &session.current) {
        (_, Err(error), _) => (Observed::NoResponse, error.to_string()),
        (Some(coding), Ok(response), Some(state)) => {
            let is_weak = observed::of_tag(response) == Observed::WeakTag;
            match observed::of_equal_fields("ETag", &state.response, response) {
                Observed::Same if !is_weak => (Observed::Same, format!("{coding}, under the same strong tag")),
                _ => (Observed::Different, format!("{coding}, under another tag, a weak one or none")),
            }
        }
        _ => (Observed::Missing, "it is never content-coded".to_owned()),
    };
    session.record(CheckId::CodedTag, observed, says, Some(exchange));
    Ok(())
}

/// Asks the checks that compare the versions of several writes.
pub(super) async fn ask_writes(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if session.version().is_none() {
        for id in [CheckId::TagChanges, CheckId::SameSecond, CheckId::Aba] {
            session.skip(id, NO_TAG);
        }
        return Ok(());
    }
    if session.begin(CheckId::TagChanges, 4)? {
        session.pause_a_second().await;
        session.await_strong_tag().await?;
        let before = session.version();
        match write_once(session, None).await? {
            Ok(exchange) => {
                let is_same = before == session.version();
                record_comparison(session, CheckId::TagChanges, is_same, Some(exchange));
            }
            Err(why) => session.skip(CheckId::TagChanges, &why),
        }
    }
    ask_same_second(session).await?;
    ask_aba(session).await
}

async fn ask_same_second(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if session.has_late_reads {
        session.skip(CheckId::SameSecond, "a read may get an older version for up to a second");
        return Ok(());
    }
    if !session.begin(CheckId::SameSecond, 4 * QUICK_WRITES)? {
        return Ok(());
    }
    let mut last = None;
    for _ in 0..QUICK_WRITES {
        let before = session.version();
        match write_once(session, None).await? {
            Ok(exchange) => last = Some((before == session.version(), exchange)),
            Err(why) => {
                session.skip(CheckId::SameSecond, &why);
                return Ok(());
            }
        }
        if matches!(last, Some((true, _))) {
            break;
        }
    }
    if let Some((is_same, exchange)) = last {
        record_comparison(session, CheckId::SameSecond, is_same, Some(exchange));
    }
    Ok(())
}

async fn ask_aba(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    if !session.begin(CheckId::Aba, 12)? {
        return Ok(());
    }
    let (a, b) = (session.number(), session.number());
    let mut versions = Vec::new();
    for number in [a, b, a] {
        match write_once(session, Some(number)).await? {
            Ok(exchange) => versions.push((session.version(), exchange)),
            Err(why) => {
                session.skip(CheckId::Aba, &why);
                return Ok(());
            }
        }
    }
    let (third, exchange) = versions.remove(2);
    if versions[0].0 == versions[1].0 {
        session.skip(CheckId::Aba, "two writes within a second have the same version already");
    } else {
        let is_same = versions[0].0 == third;
        record_comparison(session, CheckId::Aba, is_same, Some(exchange));
    }
    Ok(())
}

fn record_comparison(session: &mut ProbeSession<'_>, id: CheckId, is_same: bool, exchange: Option<ProbedExchange>) {
    let observed = if is_same { Observed::Same } else { Observed::Different };
    let says = if is_same { "the version is the same" } else { "the version is another" };
    session.record(id, observed, says.to_owned(), exchange);
}

/// Writes under the current version, or without a condition if the server refuses its own weak tag.
///
/// The text has this number, or a new one. Returns why the server does not write, if it does not.
pub(super) async fn write_once(
    session: &mut ProbeSession<'_>,
    number: Option<u64>,
) -> Result<Result<ProbedExchange, String>, Halt> {
    let is_weak = session.has_weak_tag() || session.version().is_none();
    let mut refusal = String::new();
    for condition in [Condition::Current, Condition::Absent].into_iter().take(if is_weak { 2 } else { 1 }) {
        let Ok((mut request, own)) = session.conditional_write(condition) else { continue };
        if let Some(number) = number {
            let version = session.version().filter(|_| session.plan.version.field().is_none());
            let template = session.template.as_ref().map(|template| template.fill(number));
            request.body = template.and_then(|body| session.plan.version.write_version(&body, version.as_deref()));
        }
        let write = session.write(request, number.unwrap_or(own)).await?;
        let status = status_of(&write.exchange.response);
        match write.observed {
            Observed::Done | Observed::Created | Observed::Accepted => return Ok(Ok(write.exchange)),
            Observed::DoneWithoutEffect => {
                refusal = format!("{status}, but the resource does not have the text of the write");
            }
            _ => refusal = status,
        }
    }
    Ok(Err(refusal))
}
