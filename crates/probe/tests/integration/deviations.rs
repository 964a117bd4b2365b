//! Each check finds its fault: for each, a server that breaks its clause, and nothing else.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use probe::{CHECKS, Restoration};

use crate::deviating_server::{
    DeviatingServer, Deviation, answers, carries_out, edits, forgets_quotes, gives_tag_again, set,
};
use crate::fake_server::{FakeServer, TARGET};
use crate::harness::{faults, not_asked, plan_with_scratch, run};

/// A tag that no server has issued, as the probe sends it.
const UNKNOWN: &str = "\"ifmatch-probe-unknown\"";

/// A tag of a server that mixes up its tags.
const OTHER: Option<&str> = Some("\"other\"");

const OLD: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const FUTURE: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

/// A check with its sign, such as `✗stale-tag`, and the deviation that it finds.
type Case = (&'static str, Deviation);

fn validators() -> Vec<Case> {
    vec![
        ("✗entity-tag", forgets_quotes()),
        // The first two reads differ, and nothing was written between them.
        (
            "!stable-tag",
            edits(|arrival, response| {
                if arrival.number == 1 {
                    set(response, "ETag", OTHER);
                }
            }),
        ),
        (
            "✗head-tag",
            edits(|arrival, response| {
                if arrival.request.method == "HEAD" {
                    set(response, "ETag", OTHER);
                }
            }),
        ),
        (
            "!head-tag",
            edits(|arrival, response| {
                if arrival.request.method == "HEAD" {
                    set(response, "ETag", None);
                }
            }),
        ),
        (
            "✗coded-tag",
            edits(|arrival, response| {
                if arrival
                    .request
                    .fields
                    .iter()
                    .any(|line| line.is("Accept-Encoding") && line.value.starts_with(b"gzip"))
                {
                    set(response, "Content-Encoding", Some("gzip"));
                }
            }),
        ),
        (
            "✗last-modified",
            edits(|arrival, response| {
                if arrival.number <= 2 {
                    set(response, "Last-Modified", Some(FUTURE));
                }
            }),
        ),
        // The probe's first write is version 1. Then each of these checks makes its own.
        ("✗tag-changes", gives_tag_again("\"v2\"", "\"v1\"")),
        ("✗same-second", gives_tag_again("\"v4\"", "\"v3\"")),
        ("!a-b-a", gives_tag_again("\"v8\"", "\"v6\"")),
    ]
}

fn reading() -> Vec<Case> {
    vec![
        ("✗none-match", carries_out(|arrival| arrival.is_read() && arrival.says("If-None-Match", &arrival.current))),
        (
            "✗none-match-weak",
            carries_out(|arrival| {
                arrival.is_read() && arrival.says("If-None-Match", &format!("W/{}", arrival.current))
            }),
        ),
        ("✗none-match-any", carries_out(|arrival| arrival.is_read() && arrival.says("If-None-Match", "*"))),
        ("✗none-match-list", carries_out(|arrival| arrival.is_read() && arrival.is_list("If-None-Match"))),
        (
            "✗none-match-other",
            answers(304, |arrival| {
                arrival.is_read() && arrival.says("If-None-Match", UNKNOWN) && !arrival.has("If-Modified-Since")
            }),
        ),
        (
            "✗not-modified-fields",
            edits(|_, response| {
                if response.status == 304 {
                    set(response, "Date", None);
                }
            }),
        ),
        ("!modified-since", carries_out(|arrival| arrival.has("If-Modified-Since") && !arrival.has("If-None-Match"))),
        ("✗modified-since", answers(500, |arrival| arrival.has("If-Modified-Since") && !arrival.has("If-None-Match"))),
        ("✗tag-before-date", answers(304, |arrival| arrival.has("If-Modified-Since") && arrival.has("If-None-Match"))),
        ("!read-if-match", carries_out(|arrival| arrival.is_read() && arrival.has("If-Match"))),
        ("✗read-if-match", answers(304, |arrival| arrival.is_read() && arrival.has("If-Match"))),
    ]
}

fn writing_with_tags() -> Vec<Case> {
    vec![
        ("!no-condition", carries_out(|arrival| arrival.is_put() && !arrival.has_condition())),
        ("✗no-condition", answers(500, |arrival| arrival.is_put() && !arrival.has_condition())),
        ("✗current-tag", answers(412, |arrival| arrival.is_put() && arrival.is_current())),
        (
            "✗stale-tag",
            carries_out(|arrival| {
                arrival.is_put()
                    && arrival.is_stale()
                    && !arrival.is_repeated
                    && !arrival.has("If-Unmodified-Since")
                    && !arrival.has("Prefer")
            }),
        ),
        (
            "!stale-tag",
            answers(409, |arrival| {
                arrival.is_put() && arrival.is_stale() && !arrival.is_repeated && !arrival.has("If-Unmodified-Since")
            }),
        ),
        (
            "✗weak-tag",
            carries_out(|arrival| arrival.is_put() && arrival.says("If-Match", &format!("W/{}", arrival.current))),
        ),
        ("✗unknown-tag", carries_out(|arrival| arrival.is_put() && arrival.says("If-Match", UNKNOWN))),
        (
            "!list-with-current",
            answers(412, |arrival| {
                arrival.is_put() && arrival.is_list("If-Match") && arrival.lists_current("If-Match")
            }),
        ),
        // A server error is never right, also if nothing is lost.
        (
            "✗list-with-current",
            answers(500, |arrival| {
                arrival.is_put() && arrival.is_list("If-Match") && arrival.lists_current("If-Match")
            }),
        ),
        (
            "✗list-without-current",
            carries_out(|arrival| {
                arrival.is_put() && arrival.is_list("If-Match") && !arrival.lists_current("If-Match")
            }),
        ),
        ("!any-version", answers(412, |arrival| arrival.is_put() && arrival.says("If-Match", "*"))),
        ("✗any-version", answers(200, |arrival| arrival.is_put() && arrival.says("If-Match", "*"))),
        ("✗empty-field", carries_out(|arrival| arrival.is_put() && arrival.says("If-Match", ""))),
        (
            "✗malformed-field",
            carries_out(|arrival| arrival.is_put() && arrival.says("If-Match", UNKNOWN.trim_end_matches('"'))),
        ),
        (
            "!two-lines",
            answers(412, |arrival| {
                arrival.is_put() && arrival.is_in_two_lines("If-Match") && arrival.lists_current("If-Match")
            }),
        ),
        (
            "✗two-lines-without",
            carries_out(|arrival| {
                arrival.is_put() && arrival.is_in_two_lines("If-Match") && !arrival.lists_current("If-Match")
            }),
        ),
    ]
}

fn writing_with_dates() -> Vec<Case> {
    vec![
        ("✗old-date", carries_out(|arrival| arrival.says("If-Unmodified-Since", OLD) && !arrival.has("If-Match"))),
        ("!current-date", answers(412, |arrival| arrival.has("If-Unmodified-Since") && !arrival.has("If-Match"))),
        (
            "!future-date",
            carries_out(|arrival| arrival.says("If-Unmodified-Since", FUTURE) && !arrival.has("If-Match")),
        ),
        (
            "!date-of-two-versions",
            carries_out(|arrival| {
                arrival.has("If-Unmodified-Since")
                    && !arrival.has("If-Match")
                    && ![OLD, FUTURE].iter().any(|date| arrival.says("If-Unmodified-Since", date))
            }),
        ),
        ("!tag-beats-old-date", answers(412, |arrival| arrival.is_current() && arrival.has("If-Unmodified-Since"))),
        ("✗tag-beats-future-date", carries_out(|arrival| arrival.is_stale() && arrival.has("If-Unmodified-Since"))),
    ]
}

fn writing_and_its_responses() -> Vec<Case> {
    vec![
        ("!write-none-match-other", carries_out(|arrival| arrival.is_put() && arrival.says("If-None-Match", UNKNOWN))),
        (
            "✗write-none-match",
            carries_out(|arrival| arrival.is_put() && arrival.says("If-None-Match", &arrival.current)),
        ),
        (
            "!tag-of-write",
            edits(|arrival, response| {
                if arrival.is_put() && response.status == 200 {
                    set(response, "ETag", None);
                }
            }),
        ),
        (
            "✗tag-of-write",
            edits(|arrival, response| {
                if arrival.is_put() && response.status == 200 {
                    set(response, "ETag", OTHER);
                }
            }),
        ),
        (
            "!tag-of-412",
            edits(|arrival, response| {
                if arrival.is_put() && response.status == 412 {
                    set(response, "ETag", None);
                }
            }),
        ),
        (
            "✗tag-of-412",
            edits(|arrival, response| {
                if arrival.is_put() && response.status == 412 {
                    set(response, "ETag", OTHER);
                }
            }),
        ),
        (
            "!412-with-representation",
            edits(|arrival, response| {
                if arrival.has("Prefer") {
                    response.body.clear();
                }
            }),
        ),
        (
            "✗uncached-refusal",
            edits(|_, response| {
                if response.status == 412 {
                    set(response, "Cache-Control", Some("max-age=60"));
                }
            }),
        ),
        ("✗stale-patch", carries_out(|arrival| arrival.request.method == "PATCH" && arrival.is_stale())),
    ]
}

fn creating() -> Vec<Case> {
    // Scratch resources are deleted at the end, with the current tag, too.
    let is_first = AtomicBool::new(true);
    let is_first_delete = move |arrival: &crate::deviating_server::Arrival<'_>| {
        arrival.request.method == "DELETE" && arrival.is_current() && is_first.swap(false, Ordering::Relaxed)
    };
    vec![
        ("✗create-over-existing", carries_out(|arrival| arrival.is_put() && arrival.says("If-None-Match", "*"))),
        (
            "✗create-new",
            answers(412, |arrival| {
                arrival.crowd == 1 && arrival.is_scratch_put() && arrival.says("If-None-Match", "*")
            }),
        ),
        (
            "!create-new",
            edits(|arrival, response| {
                if arrival.crowd == 1 && response.status == 201 {
                    response.status = 200;
                }
            }),
        ),
        ("✗update-missing", carries_out(|arrival| arrival.is_scratch_put() && arrival.says("If-Match", "*"))),
        ("✗stale-delete", carries_out(|arrival| arrival.request.method == "DELETE" && arrival.is_stale())),
        ("✗current-delete", answers(412, is_first_delete)),
    ]
}

fn racing() -> Vec<Case> {
    fn race(writers: usize, is_slow: bool) -> Deviation {
        carries_out(move |arrival| {
            arrival.crowd == writers && arrival.is_slow() == is_slow && arrival.request.target == TARGET
        })
    }
    vec![
        ("✗race-2", race(2, false)),
        ("✗race-8", race(8, false)),
        ("✗race-50", race(50, false)),
        ("✗slow-race-2", race(2, true)),
        ("✗slow-race-8", race(8, true)),
        ("✗slow-race-50", race(50, true)),
        // None of eight succeeds: nothing is lost, but no one can write.
        ("!race-8", answers(412, |arrival| arrival.crowd == 8 && !arrival.is_slow())),
        ("✗create-race", carries_out(|arrival| arrival.crowd == 50 && arrival.is_scratch_put())),
        ("!create-race", answers(412, |arrival| arrival.crowd == 50 && arrival.is_scratch_put())),
        ("✗repeated-write", carries_out(|arrival| arrival.is_put() && arrival.is_stale() && arrival.is_repeated)),
    ]
}

fn cases() -> Vec<Case> {
    let writing = [writing_with_tags(), writing_with_dates(), writing_and_its_responses()].into_iter().flatten();
    [validators(), reading(), writing.collect(), creating(), racing()].into_iter().flatten().collect()
}

#[tokio::test]
async fn right_server_with_dates_is_right_in_all_checks() {
    let plan = plan_with_scratch(&format!("http://notes.example{TARGET}"), "http://notes.example/scratch-{{n}}");
    let report = run(&plan, &FakeServer::dated()).await;
    assert_eq!((faults(&report), not_asked(&report)), (vec![], vec![]), "{}", probe::text(&report, 78));
    assert_eq!(report.findings.len(), CHECKS.len());
    assert_eq!(report.verdict.sentence, "This server loses no update");
}

#[tokio::test]
async fn each_deviation_is_found_and_no_other() {
    let plan = plan_with_scratch(&format!("http://notes.example{TARGET}"), "http://notes.example/scratch-{{n}}");
    for (expected, deviation) in cases() {
        let server = DeviatingServer::new(deviation);
        let report = run(&plan, &server).await;
        assert_eq!(faults(&report), [expected], "{}", probe::text(&report, 78));
        // Whatever a server does wrong, it has its original at the end, and nothing else.
        assert_eq!(report.restoration, Restoration::Restored, "{expected}");
        assert_eq!(server.server.content().as_deref(), Some("original"), "{expected}");
        assert_eq!(server.server.targets(), [TARGET], "{expected}");
    }
}

#[test]
fn each_check_has_a_deviation() {
    let tested: BTreeSet<_> = cases().into_iter().map(|(case, _)| case.trim_start_matches(['✗', '!'])).collect();
    let missing: Vec<_> = CHECKS.iter().map(|check| check.name).filter(|name| !tested.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
}
