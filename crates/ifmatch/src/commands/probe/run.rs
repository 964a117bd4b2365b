//! Probes a resource, and prints the report.

use std::path::Path;
use std::sync::OnceLock;
use std::time::SystemTime;
use std::{fs, io};

use files::ExpectedContent;
use probe::{BodyTemplate, CreatePlan, ProbeNetwork, ProbePlan, ProbeReport, WriteMethod, checks_list, run_probe};
use terminal::event::StopReason;

use super::args::ProbeArgs;
use super::error::ProbeCommandError;
use super::header_option::HeaderOption;
use super::original_file::OriginalFile;
use super::progress_line;
use crate::exit::Exit;
use crate::options::read_trust;
use crate::output::columns::columns;
use crate::output::json::json_line;
use crate::output::stderr::print_message;
use crate::output::stdout::print;
use crate::output::visible::visible_lines;
use crate::paths::Paths;
use crate::stop_signal::stop_signal;

/// Carries the command out.
pub(crate) async fn run(arguments: ProbeArgs, paths: &Paths) -> Result<Exit, ProbeCommandError> {
    let Some(plan) = arguments.plan()? else {
        print(checks_list()).map_err(ProbeCommandError::Output)?;
        return Ok(Exit::Success);
    };
    let fields = arguments.header.iter().map(HeaderOption::lines).collect::<Result<Vec<_>, _>>()?.concat();
    let user_fields: Vec<_> = fields.iter().map(|line| line.name.clone()).collect();
    let trust = read_trust(arguments.ca.as_deref())?;
    let network = ProbeNetwork::new(plan.url.clone(), fields, &trust)?;
    let original = OriginalFile::of(&plan.url, &paths.probed_originals());
    if plan.writes {
        announce(&plan, original.path());
    }
    let stopped = OnceLock::new();
    let is_stopped = || stopped.get().is_some();
    let mut report = tokio::select! {
        report = run_probe(&plan, &network, &original, &progress_line::draw, &is_stopped) => report?,
        reason = second_signal(&stopped) => {
            progress_line::clear();
            return Err(ProbeCommandError::Abandoned { place: original.path().display().to_string(), reason });
        }
    };
    progress_line::clear();
    report.user_fields = user_fields;
    report.ca_file = arguments.ca.as_ref().map(|path| path.display().to_string());
    arguments.print(&report)?;
    Ok(exit_of(&report, stopped.get().copied()))
}

/// Says what the probe writes, before it writes.
fn announce(plan: &ProbePlan, original: &Path) {
    let scratch = plan.create.as_ref().map(|create| format!(", and creates and deletes resources at {}", create.url));
    print_message(format_args!(
        "writes to {} with {} some hundred times{}; the original is kept in {} and restored at the end",
        plan.url,
        plan.method.name(),
        scratch.unwrap_or_default(),
        original.display()
    ));
}

/// Waits for two signals.
///
/// The first one stops the probe, which then restores the original; the second one does not wait for that.
async fn second_signal(stopped: &OnceLock<StopReason>) -> StopReason {
    let _ = stopped.set(stop_signal().await);
    progress_line::clear();
    print_message("stopping: the original is restored first; Ctrl-C again ends at once");
    stop_signal().await
}

impl ProbeArgs {
    /// Returns the plan, or `None` if only the checks are to be listed.
    fn plan(&self) -> Result<Option<ProbePlan>, ProbeCommandError> {
        let Some(url) = self.url.clone().filter(|_| !self.list) else { return Ok(None) };
        let method = WriteMethod::from(self.method);
        let body = self.body.as_deref().map(|path| self.template(path, method)).transpose()?;
        let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        Ok(Some(ProbePlan {
            url,
            writes: self.write,
            method,
            body,
            create: self.create.clone().map(|url| CreatePlan { url }),
            version: self.field.clone().unwrap_or_default(),
            max_requests: self.max_requests,
            // Ten digits, which no text has by chance. Two probes that begin in different minutes share none.
            first_number: 1_000_000_000 + seconds / 60 % 80_000 * 100_000,
        }))
    }

    fn template(&self, path: &Path, method: WriteMethod) -> Result<BodyTemplate, ProbeCommandError> {
        let failed = |source| ProbeCommandError::ReadBody { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map_err(failed)?;
        let usual = if method == WriteMethod::Patch { "application/merge-patch+json" } else { "application/json" };
        Ok(BodyTemplate::new(text, self.content_type.clone().unwrap_or_else(|| usual.to_owned()))?)
    }

    fn print(&self, report: &ProbeReport) -> Result<(), ProbeCommandError> {
        if let Some(path) = &self.junit {
            files::write(path, probe::junit(report).as_bytes(), ExpectedContent::Anything, None)
                .map_err(|source| ProbeCommandError::Write { path: path.clone(), source })?;
        }
        let text = if self.json {
            json_line(&probe::json(report))
        } else if self.markdown {
            visible_lines(&probe::markdown(report))
        } else {
            visible_lines(&probe::text(report, columns(io::stdout()).unwrap_or(usize::MAX)))
        };
        print(text).map_err(ProbeCommandError::Output)
    }
}

/// Returns how the program ends after a probe.
fn exit_of(report: &ProbeReport, stopped: Option<StopReason>) -> Exit {
    if report.is_passed() {
        stopped.filter(|_| report.is_stopped).map_or(Exit::Success, Exit::Stopped)
    } else {
        Exit::CheckFailed
    }
}
