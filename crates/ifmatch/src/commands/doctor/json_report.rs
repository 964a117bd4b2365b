//! The report of an examination as JSON.

use doctor::{PathFinding, PathReport, ScratchState};
use serde_json::{Value, json};

/// Returns the report as one value of JSON.
pub(super) fn value(report: &PathReport) -> Value {
    json!({
        "server": report.server,
        "well": report.is_well(),
        "verdict": report.verdict(),
        "proxies": report.proxies.iter().map(|proxy| proxy.name()).collect::<Vec<_>>(),
        "signs": report.signs,
        "checks": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "scratch": scratch(&report.scratch),
        "requests": report.requests,
        "milliseconds": u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
    })
}

fn finding(finding: &PathFinding) -> Value {
    let PathFinding { check, judgement } = finding;
    let mut value = json!({
        "check": check.name,
        "asks": check.asks,
        "mark": judgement.mark.as_str(),
        "found": judgement.found,
    });
    if judgement.mark.needs_change() {
        value["consequence"] = json!(check.consequence);
        value["advice"] = json!(check.advice);
        let change = |change: &doctor::ProxyChange| json!({ "proxy": change.proxy.name(), "lines": change.lines });
        value["changes"] = check.changes.iter().map(change).collect();
    }
    value
}

fn scratch(state: &ScratchState) -> Value {
    match state {
        ScratchState::NotCreated => json!({ "document": null, "state": "notCreated" }),
        ScratchState::Deleted(id) => json!({ "document": id, "state": "deleted" }),
        ScratchState::Left(id) => json!({ "document": id, "state": "left" }),
    }
}
