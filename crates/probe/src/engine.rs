//! Asks all checks of one resource, and leaves the resource as it was.

mod creating;
mod racing;
mod reading;
mod restoring;
mod validators;
mod writing;

use std::io;

use thiserror::Error;

use crate::body_template::{BodyTemplate, TemplateError};
use crate::check::{Ask, CheckId};
use crate::message::ProbeResponse;
use crate::plan::{OriginalKeeper, ProbePlan, ProbeProgress};
use crate::probe_report::{ProbeReport, Restoration};
use crate::session::{Halt, ProbeSession, RESERVED_REQUESTS};
use crate::table::CHECKS;
use crate::transport::{ProbeTransport, SendError};
use crate::verdict::ProbeVerdict;

/// The error when a probe cannot begin. Nothing was written.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// No response to the first read.
    #[error("{0}")]
    NoResponse(SendError),
    /// The first read is not answered with a representation.
    #[error("GET is answered with {status}{location}; the probe needs a URL that is answered with 200")]
    NotReadable {
        /// The status.
        status: u16,
        /// `, which redirects to …`, or nothing. It is text of the server.
        location: String,
    },
    /// There is no body to write.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The URL for scratch resources is on another server.
    #[error("{0} is on another server; scratch resources are created only on the server that is probed")]
    OtherOrigin(String),
    /// The original cannot be kept.
    #[error("the original cannot be kept in {place}, so nothing was written: {source}")]
    Keep {
        /// The place.
        place: String,
        /// The reason.
        source: io::Error,
    },
    /// The budget is too small for a beginning.
    #[error("--max-requests must be at least {}", RESERVED_REQUESTS + 8)]
    SmallBudget,
}

/// Asks all checks of the resource of a plan, and restores the resource.
///
/// `is_stopped` is asked before each request; once it returns true, only the original is restored. A request that was
/// sent is always awaited, so that the restored original cannot be overwritten by a late write of the probe itself.
///
/// # Errors
///
/// [`ProbeError`] if the probe cannot begin. What goes wrong later is in the report.
pub async fn run_probe(
    plan: &ProbePlan,
    transport: &dyn ProbeTransport,
    keeper: &dyn OriginalKeeper,
    on_progress: &(dyn Fn(ProbeProgress) + Send + Sync),
    is_stopped: &(dyn Fn() -> bool + Send + Sync),
) -> Result<ProbeReport, ProbeError> {
    if plan.max_requests < RESERVED_REQUESTS + 8 {
        return Err(ProbeError::SmallBudget);
    }
    if let Some(create) = plan.create.as_ref().filter(|create| !create.url.origin().is_same_as(plan.url.origin())) {
        return Err(ProbeError::OtherOrigin(create.url.to_string()));
    }
    let mut session = ProbeSession::new(plan, transport, on_progress, is_stopped);
    let original = first_read(&mut session).await?;
    if plan.writes {
        prepare_writes(&mut session, &original)?;
        keeper.keep(&original.body).map_err(|source| ProbeError::Keep { place: keeper.place(), source })?;
    }
    let halt = ask_all(&mut session).await.err();
    let restoration = restoring::restore(&mut session, &original, keeper).await;
    restoring::delete_scratch(&mut session).await;
    Ok(report(session, halt.as_ref(), restoration))
}

async fn first_read(session: &mut ProbeSession<'_>) -> Result<ProbeResponse, ProbeError> {
    let response = match session.read().await {
        Ok(exchange) => exchange.response.map_err(ProbeError::NoResponse)?,
        Err(Halt::Unreachable(error)) => return Err(ProbeError::NoResponse(error)),
        Err(Halt::BudgetSpent) => return Err(ProbeError::SmallBudget),
        Err(Halt::Stopped) => return Err(ProbeError::NoResponse(SendError::Lost("the probe was stopped".to_owned()))),
    };
    if response.status == 200 {
        return Ok(response);
    }
    let location = response.text_field("Location").map(|to| format!(", which redirects to {}", traffic::visible(to)));
    Err(ProbeError::NotReadable { status: response.status, location: location.unwrap_or_default() })
}

/// Makes sure that there is a body to write, and that the original can be restored.
fn prepare_writes(session: &mut ProbeSession<'_>, original: &ProbeResponse) -> Result<(), ProbeError> {
    let plan = session.plan;
    let template = if let Some(body) = &plan.body {
        body.clone()
    } else {
        let content_type = original.text_field("Content-Type").unwrap_or("application/octet-stream");
        BodyTemplate::of_representation(&original.body, content_type, plan.method, &plan.version)?
    };
    template.restoring(&original.body, plan.method)?;
    session.template = Some(template);
    Ok(())
}

async fn ask_all(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    validators::ask_reads(session).await?;
    reading::ask(session).await?;
    if !session.plan.writes {
        return Ok(());
    }
    if let Err(why) = writing::try_first_write(session).await? {
        for check in CHECKS.iter().filter(|check| check.ask.option().is_some() && check.id != CheckId::CurrentTag) {
            session.skip(check.id, &why);
        }
        return Ok(());
    }
    validators::ask_writes(session).await?;
    writing::ask(session).await?;
    creating::ask(session).await?;
    racing::ask(session).await
}

/// Returns the report: a finding for each check, in the order of the table.
fn report(session: ProbeSession<'_>, halt: Option<&Halt>, restoration: Restoration) -> ProbeReport {
    let ProbeSession { plan, mut findings, mut notes, requests, .. } = session;
    let missing = |ask: Ask| match (ask.option(), halt) {
        (Some("--write"), _) if !plan.writes => "needs --write".to_owned(),
        (Some("--create"), _) if !plan.writes || plan.create.is_none() => "needs --write and --create URL".to_owned(),
        (_, Some(Halt::Stopped)) => "the probe was stopped before".to_owned(),
        (_, Some(Halt::BudgetSpent)) => "--max-requests is used up".to_owned(),
        (_, Some(Halt::Unreachable(error))) => error.to_string(),
        (_, None) => "no earlier check received the response that it is about".to_owned(),
    };
    let complete = CHECKS.iter().map(|check| {
        let found = findings.iter().position(|finding| finding.id == check.id);
        found.map_or_else(
            || crate::finding::CheckFinding::not_asked(check.id, missing(check.ask)),
            |position| findings.swap_remove(position),
        )
    });
    let findings: Vec<_> = complete.collect();
    if let Some(Halt::Unreachable(error)) = halt {
        notes.push(format!("the probe ended early: {error}"));
    }
    ProbeReport {
        url: plan.url.to_string(),
        origin: plan.url.origin().to_string(),
        user_fields: Vec::new(),
        ca_file: None,
        verdict: ProbeVerdict::of(&findings, plan.writes, halt.is_some()),
        findings,
        notes,
        requests,
        restoration,
        is_stopped: halt == Some(&Halt::Stopped),
    }
}
