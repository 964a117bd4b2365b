//! The report as JSON.

use serde_json::{Value, json as value};

use super::curl_command::curl_command;
use super::shown_exchange::{request_lines, response_lines};
use crate::check::Mark;
use crate::finding::CheckFinding;
use crate::probe_report::{ProbeReport, Restoration};
use crate::remedy::{first_remedies, guard_command, remedy_of};

/// Returns the report as JSON.
///
/// Its strings may contain text of the server. A caller that prints them escapes hidden characters.
#[must_use]
pub fn json(report: &ProbeReport) -> Value {
    let findings: Vec<_> = report.findings.iter().map(|finding| finding_value(report, finding)).collect();
    let restoration = match &report.restoration {
        Restoration::NotWritten => value!({"state": "notWritten"}),
        Restoration::Restored => value!({"state": "restored"}),
        Restoration::Failed { why, place } => value!({"state": "failed", "why": why, "original": place}),
    };
    let next = first_remedies(&report.findings).into_iter();
    let next: Vec<_> = next.map(|(remedy, check)| value!({"do": remedy, "check": check})).collect();
    let mut object = value!({
        "url": report.url,
        "verdict": report.verdict.sentence,
        "losesUpdates": report.verdict.loses_updates,
        "next": next,
        "right": report.count(Mark::Right),
        "weak": report.count(Mark::Weak),
        "wrong": report.count(Mark::Wrong),
        "notAsked": report.count(Mark::NotAsked),
        "requests": report.requests,
        "stopped": report.is_stopped,
        "restoration": restoration,
        "notes": report.notes,
        "checks": findings,
    });
    if let Some(command) = guard_command(report) {
        object["guard"] = value!(command);
    }
    object
}

fn finding_value(report: &ProbeReport, finding: &CheckFinding) -> Value {
    let check = finding.check();
    let mut object = value!({
        "check": check.name,
        "group": check.group,
        "asks": check.asks,
        "clause": check.clause,
        "mark": finding.mark,
        "found": finding.says,
    });
    if let Some((winners, of)) = finding.winners {
        object["succeeded"] = value!(winners);
        object["of"] = value!(of);
    }
    if finding.mark == Mark::Wrong || finding.mark == Mark::Weak {
        object["consequence"] = value!(check.consequence);
        if let Some(remedy) = remedy_of(finding.id) {
            object["do"] = value!(remedy);
        }
    }
    if let Some((request, response)) = &finding.exchange {
        object["request"] = value!(request_lines(request));
        object["response"] = value!(response_lines(response));
        object["curl"] = value!(curl_command(report, request));
    }
    object
}
