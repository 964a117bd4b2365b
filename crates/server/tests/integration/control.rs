//! The policy, and the record of exchanges.

use axum::body::BodyDataStream;
use contract::ExchangeList;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::service::{Reply, Service, text};

const POLICY: &str = "/control/policy";

async fn set(service: &Service, changes: Value) -> Reply {
    let current = service.get(POLICY).await;
    let mut policy = current.json();
    for (name, word) in changes.as_object().unwrap() {
        policy[name] = word.clone();
    }
    let reply = service.send("PUT", POLICY, &[("If-Match", current.field("etag"))], &policy.to_string()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply
}

#[tokio::test]
async fn policy_is_guarded_by_preconditions() {
    let service = Service::new();
    let read = service.get(POLICY).await;
    let strict = json!({"preconditions": "required", "etags": "version", "judging": "atomic", "dates": "proven"});
    assert_eq!(read.json(), strict);
    let first = read.field("etag").to_owned();
    let same = service.send("GET", POLICY, &[("If-None-Match", &first)], "").await;
    assert_eq!(same.status, 304);

    let lax = json!({"preconditions": "ignored", "etags": "content", "judging": "apart", "dates": "plain"}).to_string();
    let reason = |reply: Reply, status, error, reason| reply.problem(status, error, Some(reason));
    let bare = service.send("PUT", POLICY, &[], &lax).await;
    reason(bare, 428, "precondition_required", "no_condition");
    let dated = service.send("PUT", POLICY, &[("If-Unmodified-Since", "Sun, 22 Nov 2099 05:00:11 GMT")], &lax).await;
    reason(dated, 428, "precondition_required", "no_condition");
    let changed = service.send("PUT", POLICY, &[("If-Match", &first)], &lax).await;
    assert_eq!((changed.status.as_u16(), changed.json()["judging"].as_str()), (200, Some("apart")), "{changed:?}");
    let second = changed.field("etag").to_owned();
    assert_ne!(first, second);

    let stale = service.send("PUT", POLICY, &[("If-Match", &first)], &strict.to_string()).await;
    assert_eq!(stale.field("etag"), second, "also while documents are written without conditions");
    assert_eq!(reason(stale, 412, "precondition_failed", "stale")["behind"], 1);
    for (body, status, error) in [
        ("{", 400, "malformed_body"),
        ("{}", 422, "unprocessable_content"),
        (&lax.replace("apart", "sometimes"), 422, "unprocessable_content"),
    ] {
        service.send("PUT", POLICY, &[("If-Match", &second)], body).await.problem(status, error, None);
        service.send("PUT", POLICY, &[("If-Match", &first)], body).await.problem(
            412,
            "precondition_failed",
            Some("stale"),
        );
    }
    let back = service.send("PUT", POLICY, &[("If-Match", &second)], &strict.to_string()).await;
    assert_ne!(back.field("etag"), first, "the words come back, the tag does not");
}

#[tokio::test]
async fn a_policy_is_an_object_of_plain_words() {
    let service = Service::new();
    let etag = service.get(POLICY).await.field("etag").to_owned();
    let rest = r#""etags":"version","judging":"atomic","dates":"proven""#;
    for (body, says) in [
        (r#"["optional","version","atomic","proven"]"#.to_owned(), "object with preconditions, etags, judging"),
        (format!(r#"{{"preconditions":{{"optional":null}},{rest}}}"#), "expected a string"),
        (format!(r#"{{"preconditions":["optional"],{rest}}}"#), "expected a string"),
        (format!(r#"{{"preconditions":"sometimes",{rest}}}"#), "`sometimes`"),
        (format!(r#"{{"preconditions":"optional","etag":1,{rest}}}"#), "`etag`"),
        (format!(r#"{{"preconditions":"optional","dates":"plain",{rest}}}"#), "`dates`"),
        (format!("{{{rest}}}"), "`preconditions`"),
    ] {
        let reply = service.send("PUT", POLICY, &[("If-Match", &etag)], &body).await;
        let problem = reply.problem(422, "unprocessable_content", None);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{body}: {problem}");
    }
    assert_eq!(service.get(POLICY).await.field("etag"), etag);
}

#[tokio::test]
async fn mistakes_are_on_every_answer_under_api() {
    let (service, etag) = Service::with_document().await;
    set(&service, json!({"etags": "content", "dates": "plain"})).await;
    for path in ["/api/documents/a", "/api/documents", "/api/documents/b", "/api/nothing", "/api/", "/api"] {
        let warning = service.get(path).await.field("ifmatch-unsafe").to_owned();
        assert!(warning.contains("etags=content") && warning.contains("dates=plain"), "{path}: {warning}");
    }
    for path in [POLICY, "/", "/apiary", "/healthz"] {
        assert!(!service.get(path).await.has("ifmatch-unsafe"), "{path}");
    }
    let read = service.get("/api/documents/a").await;
    assert!(read.field("etag").starts_with("\"c-"), "{read:?}");
    set(&service, json!({"etags": "seconds"})).await;
    assert_eq!(service.get("/api/documents/a").await.field("etag"), "\"s1795323611\"");
    set(&service, json!({"etags": "version", "dates": "proven"})).await;
    let read = service.get("/api/documents/a").await;
    assert_eq!((read.field("etag"), read.has("ifmatch-unsafe")), (&*etag, false));
}

#[tokio::test]
async fn last_write_wins_and_names_the_overwritten_version() {
    let (service, first) = Service::with_document().await;
    set(&service, json!({"preconditions": "ignored"})).await;
    let second = service.put("a", ("If-Match", &first), &text("two")).await;
    assert!(!second.has("ifmatch-overwrote"), "it had seen the current version");
    let third = service.put("a", ("If-Match", &first), &text("three")).await;
    assert_eq!((third.status.as_u16(), third.field("ifmatch-overwrote")), (200, second.field("etag")));
    assert_eq!(third.field("ifmatch-unsafe"), "preconditions=ignored");
    let bare = service.send("DELETE", "/api/documents/a", &[], "").await;
    assert_eq!((bare.status.as_u16(), bare.field("ifmatch-overwrote")), (204, third.field("etag")));
}

#[tokio::test]
async fn optional_conditions_are_judged_where_they_are_sent() {
    let (service, first) = Service::with_document().await;
    set(&service, json!({"preconditions": "optional"})).await;
    assert_eq!(service.send("PUT", "/api/documents/a", &[], &text("two")).await.status, 200);
    service.put("a", ("If-Match", &first), &text("three")).await.problem(412, "precondition_failed", Some("stale"));
}

/// Returns all exchanges, page by page.
async fn exchanges(service: &Service) -> ExchangeList {
    let mut all = ExchangeList { next: Some(0), ..ExchangeList::default() };
    while let Some(after) = all.next {
        let reply = service.get(&format!("/control/exchanges?after={after}")).await;
        assert_eq!((reply.status.as_u16(), reply.field("cache-control")), (200, "no-store"));
        let page: ExchangeList = serde_json::from_slice(&reply.body).unwrap();
        assert!(page.exchanges.len() <= 100);
        all.exchanges.extend(page.exchanges);
        all.next = page.next;
    }
    all
}

#[tokio::test]
async fn exchanges_come_in_pages_by_number() {
    let service = Service::new();
    for _ in 0..5 {
        service.get("/api/documents").await;
    }
    for (query, numbers, next) in [
        ("", &[1, 2, 3, 4, 5][..], None),
        ("?limit=2", &[1, 2], Some(2)),
        ("?limit=2&after=2", &[3, 4], Some(4)),
        ("?after=4", &[5], None),
        ("?after=5&limit=1", &[], None),
        ("?after=18446744073709551615", &[], None),
    ] {
        let page: ExchangeList =
            serde_json::from_slice(&service.get(&format!("/control/exchanges{query}")).await.body).unwrap();
        let found: Vec<_> = page.exchanges.iter().map(|exchange| exchange.number).collect();
        assert_eq!((&*found, page.next), (numbers, next), "{query}");
    }
    for query in ["after=one", "after=-1", "limit=0", "limit=1001", "after=1&after=2"] {
        let reply = service.get(&format!("/control/exchanges?{query}")).await;
        reply.problem(400, "invalid_request", None);
    }
}

#[tokio::test]
async fn exchanges_are_kept_as_they_were() {
    let (service, etag) = Service::with_document().await;
    let headers =
        [("If-Match", &*etag), ("If-Match", "\"x\""), ("Ifmatch-Author", "Zo%C3%AB"), ("Authorization", "Bearer s3")];
    let reply = service.send("PUT", "/api/documents/a?x=1", &headers, &text("two")).await;
    let kept = exchanges(&service).await.exchanges;
    assert_eq!(kept.iter().map(|exchange| exchange.number).collect::<Vec<_>>(), [1, 2]);
    let exchange = &kept[1];
    assert_eq!(exchange.author.as_ref().unwrap().as_str(), "Zoë");
    assert_eq!((&*exchange.method, &*exchange.target, exchange.status), ("PUT", "/api/documents/a?x=1", Some(200)));
    assert_eq!(exchange.request.body, text("two"));
    let sent: Vec<_> = exchange.request.fields.iter().filter(|(name, _)| name == "if-match").collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(exchange.request.field("authorization"), Some("[not shown]"));
    let response = exchange.response.as_ref().unwrap();
    assert_eq!(response.body.as_bytes(), reply.body);
    assert_eq!(response.field("etag"), Some(reply.field("etag")));
    assert_eq!(response.field("date"), Some("Sun, 22 Nov 2026 05:00:11 GMT"));
    assert!(exchange.judged.is_some() && exchange.answered.is_some() && exchange.lost.is_none());
    assert_eq!(exchange.evaluation.len(), 1);
    assert!(exchange.evaluation[0].holds);
}

/// The server has no opinion on what an editor says of itself: even a malformed value changes nothing.
#[tokio::test]
async fn ifmatch_editing_is_recorded_and_never_evaluated() {
    let (service, mut etag) = Service::with_document().await;
    for (number, value) in ["clean", "edited", "merging; open=2", "nonsense; open=-1", "\"", ""].into_iter().enumerate()
    {
        let fields = [("If-Match", &*etag), ("Ifmatch-Editing", value)];
        let saved = service.send("PUT", "/api/documents/a", &fields, &text(&number.to_string())).await;
        assert_eq!(saved.status, 200, "{value:?}");
        let kept = exchanges(&service).await.exchanges;
        assert_eq!(kept.last().unwrap().request.field("ifmatch-editing"), Some(value));
        etag = saved.field("etag").to_owned();
    }
}

#[tokio::test]
async fn refusal_is_logged_with_evaluation_and_long_body_is_cut() {
    let (service, etag) = Service::with_document().await;
    service.put("a", ("If-Match", "\"v9-0\""), &text(&"x".repeat(100_000))).await;
    service.put("a", ("If-Match", &etag), &text("two")).await;
    let kept = exchanges(&service).await.exchanges;
    let refused = &kept[1];
    assert_eq!(refused.status, Some(412));
    assert!(!refused.evaluation[0].holds && refused.judged.is_some());
    assert!(refused.request.cut);
    assert_eq!(refused.request.body.len(), 64 * 1024);
    assert!(refused.response.as_ref().unwrap().body.contains("precondition_failed"));
}

#[tokio::test]
async fn only_the_last_thousand_exchanges_under_api_are_kept() {
    let (service, _) = Service::with_document().await;
    service.get("/healthz").await;
    service.get(POLICY).await;
    for _ in 0..1005 {
        service.send("HEAD", "/api/documents/a", &[], "").await;
    }
    let kept = exchanges(&service).await.exchanges;
    assert_eq!((kept.len(), kept[0].number, kept[999].number), (1000, 7, 1006));
    assert_eq!(kept[999].response.as_ref().unwrap().body, "");
}

#[tokio::test]
async fn exchanges_can_be_watched() {
    let (service, _) = Service::with_document().await;
    let response = service.open("GET", "/control/exchanges", &[("Accept", "text/event-stream")], "").await;
    let mut body: BodyDataStream = response.into_body().into_data_stream();
    service.get("/api/documents/a").await;
    let block = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    let data = block.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let exchange: contract::Exchange = serde_json::from_str(data).unwrap();
    assert_eq!((exchange.number, exchange.status), (2, Some(200)));
    assert!(block.contains("event: exchange\n"), "{block}");
}

#[tokio::test]
async fn client_that_prefers_events_gets_live_exchanges() {
    let service = Service::new();
    for (accept, live) in [
        ("text/event-stream", true),
        ("Text/Event-Stream", true),
        ("text/event-stream;q=0.1", true),
        ("text/event-stream; charset=utf-8 ; Q=1.000", true),
        ("application/json;q=0.5, text/event-stream;q=0.9", true),
        ("text/event-stream, */*;q=0.1", true),
        ("text/event-stream, application/json", true),
        ("text/event-stream;q=0", false),
        ("text/event-stream;q=0.000, */*", false),
        ("text/event-stream;q=0.5, application/json", false),
        ("text/event-stream;q=0.5, */*", false),
        ("text/event-stream;q=0.5, application/*;q=0.2, */*", true),
        ("text/event-streams", false),
        ("text/*", false),
        ("*/*", false),
        ("", false),
    ] {
        let response = service.open("GET", "/control/exchanges", &[("Accept", accept)], "").await;
        let media_type = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(media_type.starts_with("text/event-stream"), live, "{accept:?}: {media_type}");
    }
}

#[tokio::test]
async fn a_stale_policy_has_no_text_to_be_merged() {
    let service = Service::new();
    let first = service.get(POLICY).await.field("etag").to_owned();
    set(&service, json!({"judging": "apart"})).await;
    let body = json!({"preconditions": "ignored", "etags": "version", "judging": "atomic", "dates": "proven"});
    let stale = service.send("PUT", POLICY, &[("If-Match", &first)], &body.to_string()).await;
    let problem = stale.problem(412, "precondition_failed", Some("stale"));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("Read it again") && !detail.contains("merge"), "{detail}");
}
