//! Examines the path to a server, and prints the report.

use std::io;
use std::time::Duration;

use client::ClientLimits;
use contract::{Author, DocumentId};
use doctor::{DoctorPlan, Examination, ExaminationError, PathReport, ScratchState};
use terminal::event::StopReason;
use tokio::time::timeout;

use super::args::DoctorArgs;
use super::error::DoctorCommandError;
use super::{json_report, text_report};
use crate::exit::Exit;
use crate::options::{ConnectionError, user_name};
use crate::output::columns::columns;
use crate::output::json::json_line;
use crate::output::stderr::print_message;
use crate::output::stdout;
use crate::output::visible::visible_lines;
use crate::stop_signal::stop_signal;

/// The name of a user whose name is not known.
const NAMELESS: &str = "doctor";

/// The longest time from a request to its response.
///
/// For the head of an event stream, it is only a limit: a stream that does not begin is found sooner, by comparison.
/// A request is held at the gate for longer than that only if the leader holds all requests.
const LIMITS: ClientLimits = ClientLimits {
    connect: Duration::from_secs(5),
    answer: Duration::from_secs(30),
    silence: Duration::from_secs(60),
    body: 16 * 1024 * 1024,
};

/// How long the removal of the scratch document may take after Ctrl-C.
const CLEAN_UP_TIME: Duration = Duration::from_secs(5);

/// Carries the command out.
pub(crate) async fn run(arguments: DoctorArgs) -> Result<Exit, DoctorCommandError> {
    let DoctorArgs { url, read_only, slow, json, access, name } = arguments;
    let nameless = || NAMELESS.parse::<Author>().ok();
    let me = name.or_else(user_name).or_else(nameless).ok_or(ConnectionError::NoName)?;
    let access = access.check_for(url, me)?;
    let connect = |server: &str| access.client_at(server, LIMITS);
    let client = connect(&access.server).map_err(ExaminationError::Client)?;
    let scratch = scratch_id()?;
    if !read_only {
        print_message(format_args!("will write to a document of its own, {scratch}, and delete it"));
    }
    let mut examination = Examination::new(client, &connect, DoctorPlan { scratch, read_only, slow });
    let stopped = tokio::select! {
        examined = examination.examine() => examined.map(|()| None)?,
        reason = stop_signal() => Some(reason),
    };
    if let Some(reason) = stopped {
        // If there is no time for it, the report says that the document is still there.
        let _ = timeout(CLEAN_UP_TIME, examination.clean_up()).await;
        return Ok(stop(&examination.report(), reason));
    }
    let report = examination.report();
    stdout::print(if json {
        json_line(&json_report::value(&report))
    } else {
        visible_lines(&text_report::text(&report, columns(io::stdout())))
    })?;
    Ok(if report.is_well() { Exit::Success } else { Exit::CheckFailed })
}

/// Says what is left on the server after Ctrl-C.
fn stop(report: &PathReport, reason: StopReason) -> Exit {
    print_message(match &report.scratch {
        ScratchState::Left(id) => format!("stopped; {id} may still be there; F8 in the list of an editor deletes it"),
        ScratchState::Deleted(id) => format!("stopped; {id} is deleted"),
        ScratchState::NotCreated => "stopped; nothing was written".to_owned(),
    });
    Exit::Stopped(reason)
}

/// Returns an id that no document has, and that no other examination uses.
fn scratch_id() -> Result<DocumentId, DoctorCommandError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(DoctorCommandError::Random)?;
    let id = format!("doctor-{:08x}", u32::from_le_bytes(bytes));
    Ok(id.parse().expect("eight digits follow a word"))
}
