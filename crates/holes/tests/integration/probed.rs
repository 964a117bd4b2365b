//! The exact set of wrong checks of each server, before and after it is mended.

use std::collections::BTreeSet;

use holes::{Hole, SUSPECTS};
use probe::{CHECKS, Mark, ProbeReport};

use crate::harness::{RunningServer, names};

/// Asserts that these checks are wrong and no others, and that none is weak.
///
/// The list of suspects has to say so, too.
fn assert_wrong(report: &ProbeReport, hole: Hole, wrong: &[&str]) {
    assert_eq!(names(report, Mark::Wrong), wrong, "{}", probe::text(report, 100));
    assert_eq!(names(report, Mark::Weak), [""; 0], "{}", probe::text(report, 100));
    let suspect = SUSPECTS.iter().find(|suspect| suspect.hole == Some(hole)).unwrap();
    let announced: BTreeSet<_> = suspect.checks.iter().chain(suspect.creating_checks).copied().collect();
    assert_eq!(announced, wrong.iter().copied().collect(), "what a learner is told to look for");
}

/// Asserts that a server is right once it is mended.
async fn assert_mended(running: &RunningServer) {
    running.server.mend();
    let report = running.probe().await;
    assert_eq!(names(&report, Mark::Wrong), [""; 0], "{}", probe::text(&report, 100));
    assert_eq!(report.verdict.sentence, "This server loses no update");
}

/// Returns how many writers succeeded in a race, and how many there were.
fn winners(report: &ProbeReport, name: &str) -> Option<(usize, usize)> {
    report.findings.iter().find(|finding| finding.check().name == name).and_then(|finding| finding.winners)
}

#[tokio::test(flavor = "multi_thread")]
async fn compare_then_write_is_wrong_in_every_race() {
    let running = RunningServer::start(Hole::CompareThenWrite).await;
    let report = running.probe().await;
    let wrong = ["race-2", "race-8", "race-50", "slow-race-2", "slow-race-8", "slow-race-50", "create-race"];
    assert_wrong(&report, Hole::CompareThenWrite, &wrong);
    // All writers were compared before one of them was written.
    assert_eq!(winners(&report, "race-2"), Some((2, 2)));
    assert_eq!(winners(&report, "race-50"), Some((50, 50)));
    assert_mended(&running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_if_match_is_wrong_about_an_empty_field_only() {
    let running = RunningServer::start(Hole::EmptyIfMatch).await;
    assert_wrong(&running.probe().await, Hole::EmptyIfMatch, &["empty-field"]);
    assert_mended(&running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_seconds_are_wrong_within_a_second() {
    let running = RunningServer::start(Hole::WholeSeconds).await;
    let report = running.probe().await;
    let races = ["race-2", "race-8", "race-50", "slow-race-2", "slow-race-8", "slow-race-50"];
    let wrong: Vec<_> = ["same-second"].into_iter().chain(races).collect();
    assert_wrong(&report, Hole::WholeSeconds, &wrong);
    assert_eq!(winners(&report, "race-50"), Some((50, 50)));
    assert_mended(&running).await;
}

#[test]
fn suspects_name_checks_that_exist() {
    let exists = |name: &&str| CHECKS.iter().any(|check| check.name == *name);
    for suspect in &SUSPECTS {
        let named: Vec<_> = suspect.checks.iter().chain(suspect.creating_checks).collect();
        assert!(!named.is_empty() && named.iter().all(|name| exists(name)), "{named:?}");
    }
}
