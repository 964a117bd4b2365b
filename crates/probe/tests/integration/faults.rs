//! Each fault of a server is found, and nothing else is.

use probe::{Mark, ProbePlan, Restoration, VersionSource, WriteMethod};

use crate::fake_server::{FakeServer, Fault, TARGET};
use crate::harness::{faults, not_asked, plan, plan_with_scratch, run};

fn url() -> String {
    format!("http://notes.example{TARGET}")
}

fn scratch_plan() -> ProbePlan {
    plan_with_scratch(&url(), "http://notes.example/scratch-{{n}}")
}

/// Returns what a probe finds in a server with a fault.
///
/// The original must be restored, and no scratch resource may be left.
async fn found(fault: Fault, plan: &ProbePlan) -> Vec<String> {
    let server = FakeServer::new(fault);
    let report = run(plan, &server).await;
    assert_eq!(report.restoration, Restoration::Restored, "{fault:?}: {}", probe::text(&report, 78));
    assert_eq!(server.content().as_deref(), Some("original"), "{fault:?}");
    assert_eq!(server.targets(), [TARGET], "{fault:?}");
    faults(&report)
}

const RACES: [&str; 6] = ["✗race-2", "✗race-8", "✗race-50", "✗slow-race-2", "✗slow-race-8", "✗slow-race-50"];

#[tokio::test]
async fn right_server_has_no_fault() {
    assert_eq!(found(Fault::None, &scratch_plan()).await, [""; 0]);
}

#[tokio::test]
async fn conditions_evaluated_before_the_write_are_found() {
    let expected = [&RACES[..], &["✗create-race"]].concat();
    assert_eq!(found(Fault::CompareThenWrite, &scratch_plan()).await, expected);
    assert_eq!(found(Fault::ConditionsBeforeBody, &scratch_plan()).await, RACES[3..]);
}

#[tokio::test]
async fn conditions_taken_for_none_are_found() {
    assert_eq!(found(Fault::EmptyTakenForNone, &scratch_plan()).await, ["✗empty-field"]);
    assert_eq!(found(Fault::MalformedTakenForNone, &scratch_plan()).await, ["✗malformed-field"]);
}

#[tokio::test]
async fn ignored_if_match_is_found() {
    let one_by_one = [
        "!no-condition",
        "✗stale-tag",
        "✗weak-tag",
        "✗unknown-tag",
        "✗list-without-current",
        "✗empty-field",
        "✗malformed-field",
        "✗two-lines-without",
        "!write-none-match-other",
        "✗write-none-match",
        "✗stale-patch",
        "✗create-over-existing",
        "✗update-missing",
        "✗stale-delete",
    ];
    let at_once = [&RACES[..], &["✗create-race", "✗repeated-write"]].concat();
    assert_eq!(found(Fault::IgnoredIfMatch, &scratch_plan()).await, [&one_by_one[..], &at_once[..]].concat());
}

/// Returns the command that a report gives in each of its forms, `None` if it gives none.
fn guard_command(report: &probe::ProbeReport) -> Option<String> {
    let command = probe::json(report)["guard"].as_str().map(str::to_owned);
    for text in [probe::text(report, 40), probe::markdown(report)] {
        match &command {
            Some(command) => assert!(text.lines().any(|line| line.trim() == command), "{text}"),
            None => assert!(!text.contains("ifmatch proxy"), "{text}"),
        }
    }
    command
}

#[tokio::test]
async fn lost_updates_are_answered_with_the_command_of_a_guard() {
    let mut report = run(&plan(&url()), &FakeServer::new(Fault::IgnoredIfMatch)).await;
    assert_eq!(guard_command(&report).as_deref(), Some("ifmatch proxy --to http://notes.example --guard"));
    report.ca_file = Some("my ca.pem".to_owned());
    report.origin = "https://[::1]:8443".to_owned();
    let expected = "ifmatch proxy --to 'https://[::1]:8443' --ca 'my ca.pem' --guard";
    assert_eq!(guard_command(&report).as_deref(), Some(expected));
    // No race is lost, but another check shows that updates can be.
    let report = run(&plan(&url()), &FakeServer::new(Fault::EmptyTakenForNone)).await;
    assert!(!report.verdict.loses_updates && guard_command(&report).is_some());
    // No check is wrong, but each write replaces whatever is there.
    let report = run(&plan(&url()), &FakeServer::new(Fault::NoTags)).await;
    assert!(report.verdict.loses_updates && guard_command(&report).is_some());
}

#[tokio::test]
async fn server_that_loses_nothing_needs_no_guard() {
    for fault in [Fault::None, Fault::NoTagOnWrite, Fault::StrongLater] {
        let report = run(&scratch_plan(), &FakeServer::new(fault)).await;
        assert_eq!(guard_command(&report), None, "{fault:?}");
    }
    // PUT is refused: whether updates can be lost is not known.
    assert_eq!(guard_command(&run(&plan(&url()), &FakeServer::new(Fault::PatchOnly)).await), None);
}

#[tokio::test]
async fn weak_tags_are_found() {
    assert_eq!(found(Fault::WeakTags, &plan(&url())).await, ["!entity-tag", "✗weak-tag"]);
}

#[tokio::test]
async fn tags_of_whole_seconds_are_found() {
    let expected = [&["✗same-second"], &RACES[..]].concat();
    assert_eq!(found(Fault::SecondTags, &plan(&url())).await, expected);
}

#[tokio::test]
async fn missing_tag_after_a_write_is_said() {
    assert_eq!(found(Fault::NoTagOnWrite, &scratch_plan()).await, ["!tag-of-write"]);
    let report = run(&scratch_plan(), &FakeServer::new(Fault::NoTagOnWrite)).await;
    assert_eq!(report.notes, ["the response to a write has no tag, so a client needs one more GET after each write"]);
}

#[tokio::test]
async fn refusal_that_writes_is_found() {
    let report = run(&plan(&url()), &FakeServer::new(Fault::RefusesAndWrites)).await;
    let found = faults(&report);
    for name in ["✗stale-tag", "✗unknown-tag", "✗race-50"] {
        assert!(found.iter().any(|found| found == name), "{name}: {found:?}");
    }
    let stale = report.findings.iter().find(|finding| finding.check().name == "stale-tag").unwrap();
    assert_eq!(stale.says, "412 Precondition Failed, but the text was written");
}

#[tokio::test]
async fn version_in_the_body_is_understood() {
    let version: VersionSource = "body=/version".parse().unwrap();
    let plan = ProbePlan { version, ..plan(&url()) };
    assert_eq!(found(Fault::VersionInBody, &plan).await, [""; 0]);
    let ignored = found(Fault::IgnoredVersionInBody, &plan).await;
    let expected = [&["!no-condition", "✗stale-tag"], &RACES[..], &["✗repeated-write"]].concat();
    assert_eq!(ignored, expected);
}

#[tokio::test]
async fn accepted_and_redirected_writes_are_understood() {
    // It is not asked whether something was created: 202 and 303 do not say so.
    assert_eq!(found(Fault::Accepts202, &plan(&url())).await, [""; 0]);
    assert_eq!(found(Fault::Redirects303, &plan(&url())).await, [""; 0]);
}

#[tokio::test]
async fn api_with_patch_only_is_understood() {
    assert_eq!(found(Fault::PatchOnly, &ProbePlan { method: WriteMethod::Patch, ..plan(&url()) }).await, [""; 0]);
    let report = run(&plan(&url()), &FakeServer::new(Fault::PatchOnly)).await;
    assert_eq!(faults(&report), ["✗current-tag"], "PUT is refused, so nothing else is judged");
    assert!(report.findings.iter().filter(|finding| finding.mark == Mark::NotAsked).count() > 30);
}

#[tokio::test]
async fn api_without_any_version_loses_updates() {
    let report = run(&plan(&url()), &FakeServer::new(Fault::NoTags)).await;
    assert!(report.verdict.loses_updates, "{}", probe::text(&report, 78));
    assert!(faults(&report).contains(&"!entity-tag".to_owned()));
}

#[tokio::test]
async fn cached_reads_after_a_write_are_waited_for() {
    assert_eq!(found(Fault::LateReads, &scratch_plan()).await, [""; 0]);
    let report = run(&scratch_plan(), &FakeServer::new(Fault::LateReads)).await;
    assert!(report.notes.iter().any(|note| note.contains("version before it")), "{:?}", report.notes);
    let same_second = "same-second: a read may get an older version for up to a second".to_owned();
    assert!(not_asked(&report).contains(&same_second), "{:?}", not_asked(&report));
}

#[tokio::test]
async fn conditions_evaluated_with_a_cached_version_are_found_in_races() {
    assert_eq!(found(Fault::LateReadsAndConditions, &plan(&url())).await, RACES);
}

#[tokio::test]
async fn tags_that_are_weak_for_a_second_are_waited_for() {
    let report = run(&scratch_plan(), &FakeServer::new(Fault::StrongLater)).await;
    assert_eq!(faults(&report), ["!entity-tag"], "{}", probe::text(&report, 78));
    let tag = &report.findings[0];
    assert!(tag.says.starts_with("weak in the second of a write, strong later"), "{}", tag.says);
    let skipped = not_asked(&report);
    assert!(!skipped.iter().any(|skipped| skipped.contains("weak")), "{skipped:?}");
}
