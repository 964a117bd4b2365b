//! The metrics: their counts and their format.

use futures_util::FutureExt;

use crate::service::{Service, text};

const PATH: &str = "/api/documents/a";

/// Returns the lines of `/metrics` with this beginning.
async fn lines(service: &Service, begin: &str) -> Vec<String> {
    let reply = service.get("/metrics").await;
    assert_eq!((reply.status.as_u16(), reply.field("cache-control")), (200, "no-store"));
    assert_eq!(reply.field("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = String::from_utf8(reply.body).unwrap();
    text.lines().filter(|line| line.starts_with(begin)).map(str::to_owned).collect()
}

#[tokio::test]
async fn answers_are_counted_by_method_and_status() {
    let (service, etag) = Service::with_document().await;
    for _ in 0..2 {
        service.send("GET", PATH, &[("If-None-Match", &etag)], "").await;
    }
    service.send("BREW", PATH, &[], "").await;
    service.send("GRIND", PATH, &[], "").await;
    let lines = lines(&service, "ifmatch_http_requests_total").await;
    let expected = [("GET", 304, 2), ("PUT", 201, 1), ("other", 405, 2)].map(|(method, status, count)| {
        format!("ifmatch_http_requests_total{{method=\"{method}\",status=\"{status}\"}} {count}")
    });
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn refused_conditions_are_counted_by_reason() {
    let (service, _) = Service::with_document().await;
    let stale = [("If-Match", "\"v9-00000000\""), ("Prefer", "return=representation")];
    service.send("PUT", PATH, &stale[..1], &text("two")).await.problem(412, "precondition_failed", Some("unknown_tag"));
    // The body of this refusal is the document, and not a problem.
    assert_eq!(service.send("PUT", PATH, &stale, &text("two")).await.status, 412);
    service.send("PUT", PATH, &[], &text("two")).await.problem(428, "precondition_required", Some("no_condition"));
    service.send("PUT", "/control/policy", &[], "{}").await.problem(428, "precondition_required", Some("no_condition"));
    let lines = lines(&service, "ifmatch_preconditions_refused_total").await;
    assert_eq!(
        lines,
        [
            "ifmatch_preconditions_refused_total{status=\"412\",reason=\"unknown_tag\"} 2",
            "ifmatch_preconditions_refused_total{status=\"428\",reason=\"no_condition\"} 2",
        ]
    );
}

#[tokio::test]
async fn lost_answers_and_held_requests_are_told() {
    let (service, etag) = Service::with_document().await;
    service.send("PUT", "/control/faults", &[], r#"{"loseResponses":1}"#).await;
    service.put("a", ("If-Match", &etag), &text("two")).await;
    assert_eq!(lines(&service, "ifmatch_answers_lost_total").await, ["ifmatch_answers_lost_total 1"]);
    // The creation of the document, and the setting of the faults.
    for status in ["201", "200"] {
        let line = format!("ifmatch_http_requests_total{{method=\"PUT\",status=\"{status}\"}} 1");
        assert_eq!(lines(&service, &line).await, [&*line]);
    }

    service.send("PUT", "/control/gate", &[], r#"{"hold":"writes"}"#).await;
    let mut held = Box::pin(service.put("a", ("If-Match", &etag), ""));
    assert!((&mut held).now_or_never().is_none());
    assert_eq!(lines(&service, "ifmatch_gate_held_requests").await, ["ifmatch_gate_held_requests 1"]);
    drop(held);
    assert_eq!(lines(&service, "ifmatch_gate_held_requests").await, ["ifmatch_gate_held_requests 0"]);
}

#[tokio::test]
async fn the_store_is_timed() {
    let (service, _) = Service::with_document().await;
    service.get(PATH).await;
    service.get(PATH).await;
    service.get("/api/documents").await;
    for (operation, count) in [("write", 1), ("judge", 2), ("read", 1)] {
        let name = format!("ifmatch_store_duration_seconds_count{{operation=\"{operation}\"}}");
        assert_eq!(lines(&service, &name).await, [format!("{name} {count}")]);
        let last = format!("ifmatch_store_duration_seconds_bucket{{operation=\"{operation}\",le=\"+Inf\"}}");
        assert_eq!(lines(&service, &last).await, [format!("{last} {count}")]);
        let sum = lines(&service, &format!("ifmatch_store_duration_seconds_sum{{operation=\"{operation}\"}}")).await;
        let seconds: f64 = sum[0].rsplit(' ').next().unwrap().parse().unwrap();
        assert!(seconds > 0.0 && seconds < 60.0, "{sum:?}");
    }
}

/// Such a write is judged from memory, and before its body is parsed.
#[tokio::test]
async fn write_that_names_no_version_never_reaches_the_writer() {
    let (service, _) = Service::with_document().await;
    for body in [&*text("two"), "{"] {
        service.send("PUT", PATH, &[], body).await.problem(428, "precondition_required", Some("no_condition"));
        let exists = [("If-None-Match", "*")];
        service.send("PUT", PATH, &exists, body).await.problem(412, "precondition_failed", Some("already_exists"));
    }
    for (operation, count) in [("write", 1), ("judge", 4)] {
        let name = format!("ifmatch_store_duration_seconds_count{{operation=\"{operation}\"}}");
        assert_eq!(lines(&service, &name).await, [format!("{name} {count}")]);
    }
}

/// The format has a type before the lines of each family, and a number at the end of each line.
#[tokio::test]
async fn every_line_belongs_to_a_family_and_ends_with_a_number() {
    let (service, _) = Service::with_document().await;
    let mut family = String::new();
    for line in lines(&service, "").await {
        match line.strip_prefix("# TYPE ") {
            Some(typed) => typed.split(' ').next().unwrap().clone_into(&mut family),
            None if line.starts_with("# HELP ") => {}
            None => {
                let (name, value) = line.rsplit_once(' ').unwrap();
                assert!(!family.is_empty() && name.starts_with(&family), "{line}");
                value.parse::<f64>().unwrap_or_else(|error| panic!("{line}: {error}"));
            }
        }
    }
}
