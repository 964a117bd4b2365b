//! Access control: tokens, their holders, and the refusals of requests without one.

use std::sync::Arc;

use contract::{Exchange, ExchangeList, GateSettings};
use serde_json::json;
use server::{Budgets, ServerOptions, TokenHolder, Tokens, budget};
use store::SqliteStore;

use crate::service::{Reply, Service, text};
use crate::wire::{Running, head};

const PATH: &str = "/api/documents/a";
const ANN: (&str, &str) = ("Authorization", "Bearer anns-own-token");
const BOB: (&str, &str) = ("Authorization", "Bearer bobs-own-token");
const ROOM: (&str, &str) = ("Authorization", "Bearer kudop-lirat");
const WRONG: (&str, &str) = ("Authorization", "Bearer nobodys-token");
const NEW: (&str, &str) = ("If-None-Match", "*");

/// Ann leads, Zoë Bob does not, and a client with the room's code chooses its own name.
fn tokens() -> Tokens {
    let mut tokens = Tokens::default();
    let named = |name: &str, admin| TokenHolder { name: Some(name.parse().unwrap()), admin };
    tokens.add(&"anns-own-token".parse().unwrap(), named("Ann", true));
    tokens.add(&"bobs-own-token".parse().unwrap(), named("Zoë Bob", false));
    tokens.add(&"kudop-lirat".parse().unwrap(), TokenHolder { name: None, admin: false });
    tokens
}

fn options() -> ServerOptions {
    ServerOptions { tokens: Some(tokens()), ..ServerOptions::default() }
}

fn guarded() -> Service {
    Service::with(Arc::new(SqliteStore::memory().unwrap()), options())
}

/// Returns a service with those tokens and a document by Ann.
async fn with_document() -> (Service, String) {
    let service = guarded();
    let created = service.send("PUT", PATH, &[ANN, NEW], &text("one")).await;
    assert_eq!(created.status, 201, "{created:?}");
    let etag = created.field("etag").to_owned();
    (service, etag)
}

async fn exchanges(service: &Service) -> Vec<Exchange> {
    let reply = service.send("GET", "/control/exchanges", &[ANN], "").await;
    let list: ExchangeList = serde_json::from_slice(&reply.body).unwrap();
    list.exchanges
}

fn challenge(reply: &Reply) -> &str {
    reply.field("www-authenticate")
}

#[tokio::test]
async fn request_without_a_token_sees_and_changes_nothing() {
    let (service, etag) = with_document().await;
    for (method, path) in [
        ("GET", PATH),
        ("HEAD", PATH),
        ("PUT", PATH),
        ("PATCH", PATH),
        ("DELETE", PATH),
        ("GET", "/api/documents"),
        ("POST", "/api/documents"),
        ("GET", "/api/events"),
        ("GET", "/api/documents/a/events"),
        ("GET", "/api/documents/a/versions"),
        ("GET", "/api/documents/a/versions/1"),
        ("GET", "/control/policy"),
        ("PUT", "/control/policy"),
        ("GET", "/control/gate"),
        ("PUT", "/control/gate"),
        ("POST", "/control/gate/release"),
        ("POST", "/control/gate/1/release"),
        ("GET", "/control/faults"),
        ("PUT", "/control/faults"),
        ("GET", "/control/exchanges"),
    ] {
        for (shown, reason, expected) in [
            (None, "no_credentials", r#"Bearer realm="ifmatch""#),
            (Some(WRONG), "invalid_token", r#"Bearer realm="ifmatch", error="invalid_token""#),
        ] {
            let headers: Vec<_> = shown.into_iter().chain([("If-Match", &*etag)]).collect();
            let reply = service.send(method, path, &headers, &text("two")).await;
            assert_eq!(reply.status, 401, "{method} {path} {shown:?}");
            assert_eq!(challenge(&reply), expected, "{method} {path}");
            assert!(!reply.has("etag"), "{method} {path}: {reply:?}");
            if method != "HEAD" {
                reply.problem(401, "unauthorized", Some(reason));
            }
        }
    }
    let reply = service.send("GET", PATH, &[BOB], "").await;
    assert_eq!((reply.status.as_u16(), reply.field("etag")), (200, &*etag));
}

#[tokio::test]
async fn resources_without_documents_are_open_to_all() {
    let service = guarded();
    for path in ["/healthz", "/metrics", "/problems/unauthorized", "/problems/forbidden"] {
        for headers in [&[][..], &[WRONG], &[("Authorization", "")]] {
            assert_eq!(service.send("GET", path, headers, "").await.status, 200, "{path} {headers:?}");
        }
    }
    for path in [PATH, "/api/documents", "/api/events", "/control/policy", "/control/gate/release"] {
        for headers in [&[][..], &[WRONG]] {
            let reply = service.send("OPTIONS", path, headers, "").await;
            assert_eq!(reply.status, 204, "{path}");
            assert!(reply.has("allow"), "{path}");
        }
    }
}

#[tokio::test]
async fn checks_run_route_then_method_then_auth_then_body_headers() {
    let (service, _) = with_document().await;
    let large = ("Content-Length", "100000000");
    let media = ("Content-Type", "text/plain");
    let author = ("Ifmatch-Author", "%ff");
    let other = ("Ifmatch-Author", "Carol");
    for (method, path, headers, status) in [
        ("PUT", "/api/documents/NO", &[WRONG, large, media, author][..], 404),
        ("GET", "/api/nothing", &[], 404),
        ("GET", "/control/nothing", &[], 404),
        ("POST", PATH, &[WRONG, large, media, author], 405),
        ("DELETE", "/control/policy", &[], 405),
        ("PUT", PATH, &[WRONG, large, media, author], 401),
        ("PUT", PATH, &[BOB, other, large, media], 403),
        ("PUT", "/control/gate", &[BOB, large, media], 403),
        ("PUT", PATH, &[BOB, author, large, media], 400),
        ("PUT", PATH, &[BOB, large, media], 413),
        ("PUT", PATH, &[BOB, media], 415),
        ("GET", "/api/documents/never", &[WRONG], 401),
        ("GET", "/api/documents/never", &[BOB], 404),
        ("PUT", PATH, &[BOB, ("If-Match", "v1")], 400),
    ] {
        let reply = service.send(method, path, headers, "{").await;
        assert_eq!(reply.status, status, "{method} {path} {headers:?}: {reply:?}");
    }
}

#[tokio::test]
async fn only_an_admin_leads() {
    let service = guarded();
    for shown in [BOB, ROOM] {
        for (method, path) in [
            ("GET", "/control/gate"),
            ("PUT", "/control/gate"),
            ("POST", "/control/gate/release"),
            ("GET", "/control/faults"),
            ("GET", "/control/exchanges"),
            ("PUT", "/control/policy"),
        ] {
            let reply = service.send(method, path, &[shown], "{}").await;
            reply.problem(403, "forbidden", Some("insufficient_scope"));
            assert_eq!(challenge(&reply), r#"Bearer realm="ifmatch", error="insufficient_scope", scope="admin""#);
        }
    }
    assert_eq!(service.send("GET", "/control/gate", &[ANN], "").await.status, 200);
}

/// All writers need to know what the server does with a write.
#[tokio::test]
async fn everybody_with_a_token_reads_the_policy() {
    let service = guarded();
    let read = service.send("GET", "/control/policy", &[ANN], "").await;
    for shown in [BOB, ROOM] {
        let same = service.send("GET", "/control/policy", &[shown], "").await;
        assert_eq!((same.status.as_u16(), &same.body), (200, &read.body), "{same:?}");
        let head = service.send("HEAD", "/control/policy", &[shown], "").await;
        assert_eq!((head.status.as_u16(), head.field("etag")), (200, read.field("etag")), "{head:?}");
        let has_it = service.send("GET", "/control/policy", &[shown, ("If-None-Match", read.field("etag"))], "").await;
        assert_eq!(has_it.status, 304);
    }
}

/// Only clients that may set the gate may pass it.
#[tokio::test]
async fn only_an_admin_passes_the_gate() {
    let (service, _) = with_document().await;
    let held = service.send("PUT", "/control/gate", &[ANN], r#"{"hold":"all"}"#).await;
    assert_eq!(held.status, 200);
    let pass = ("Ifmatch-Gate", "pass");
    assert_eq!(service.at_once("GET", PATH, &[ANN, pass], "").await.status, 200);
    let service = Arc::new(service);
    let waiting = Arc::clone(&service);
    let bobs = tokio::spawn(async move { waiting.send("GET", PATH, &[BOB, pass], "").await });
    loop {
        let reply = service.send("GET", "/control/gate", &[ANN], "").await;
        if reply.json()["held"][0]["author"] == "Zoë Bob" {
            break;
        }
        assert!(!bobs.is_finished(), "he was let past");
        tokio::task::yield_now().await;
    }
    assert_eq!(service.send("POST", "/control/gate/release", &[ANN], "").await.status, 200);
    assert_eq!(bobs.await.unwrap().status, 200);
}

#[tokio::test]
async fn the_author_is_the_tokens_name() {
    let (service, etag) = with_document().await;
    let written = service.send("PUT", PATH, &[BOB, ("If-Match", &etag)], &text("two")).await;
    assert_eq!((written.status.as_u16(), written.field("ifmatch-author")), (200, "Zo%C3%AB%20Bob"));
    let etag = written.field("etag").to_owned();
    for claimed in ["Zo%C3%AB%20Bob", "Zo%c3%ab Bob"] {
        let headers = [BOB, ("Ifmatch-Author", claimed), ("If-Match", &*etag)];
        assert_eq!(service.send("PUT", PATH, &headers, &text("two")).await.status, 200, "{claimed}");
    }
    for claimed in ["Ann", "zo%C3%AB%20bob", "bobs-own-token"] {
        let headers = [BOB, ("Ifmatch-Author", claimed), ("If-Match", &*etag)];
        let problem = service.send("PUT", PATH, &headers, &text("three")).await;
        let problem = problem.problem(403, "forbidden", Some("other_name"));
        assert_eq!(problem["field"], "Ifmatch-Author");
    }
    // Not even an admin may use another name.
    let headers = [ANN, ("Ifmatch-Author", "Zo%C3%AB%20Bob"), ("If-Match", &*etag)];
    service.send("PUT", PATH, &headers, &text("three")).await.problem(403, "forbidden", Some("other_name"));
    assert_eq!(service.send("GET", PATH, &[ANN], "").await.field("etag"), etag);
}

#[tokio::test]
async fn holder_of_the_rooms_code_chooses_a_name() {
    let (service, etag) = with_document().await;
    let written = service.send("PUT", PATH, &[ROOM, ("Ifmatch-Author", "Dora"), ("If-Match", &etag)], &text("2")).await;
    assert_eq!((written.status.as_u16(), written.field("ifmatch-author")), (200, "Dora"));
}

/// RFC 6750 section 3.1 distinguishes malformed from unknown credentials.
#[tokio::test]
async fn credentials_are_read_as_the_standards_say() {
    let (service, _) = with_document().await;
    let shown = |value| ("Authorization", value);
    for right in ["bearer bobs-own-token", "BEARER bobs-own-token", "Bearer   bobs-own-token"] {
        assert_eq!(service.send("GET", PATH, &[shown(right)], "").await.status, 200, "{right}");
    }
    for other in ["Basic Ym9iOmJvYnMtb3duLXRva2Vu", "Negotiate", "bobs-own-token"] {
        let reply = service.send("GET", PATH, &[shown(other)], "").await;
        reply.problem(401, "unauthorized", Some("unsupported_scheme"));
        assert_eq!(challenge(&reply), r#"Bearer realm="ifmatch""#, "{other}");
    }
    for malformed in [
        &[shown("")][..],
        &[shown("Bearer")],
        &[shown("Bearer bobs own token")],
        &[shown("Bearer \"bobs-own-token\"")],
        &[shown("Bearer bobs-own-token, Bearer anns-own-token")],
        &[BOB, BOB],
        &[BOB, ANN],
        &[BOB, shown("Basic eA==")],
    ] {
        let reply = service.send("GET", PATH, malformed, "").await;
        let problem = reply.problem(400, "invalid_request", None);
        assert_eq!(problem["field"], "Authorization", "{malformed:?}");
        assert_eq!(challenge(&reply), r#"Bearer realm="ifmatch", error="invalid_request""#, "{malformed:?}");
    }
    // A token in the query does not count (RFC 6750 section 2.3), since it would be in every log.
    let reply = service.send("GET", "/api/documents/a?access_token=bobs-own-token", &[], "").await;
    reply.problem(401, "unauthorized", Some("no_credentials"));
}

/// A misplaced token may still be valid, so readers of the exchanges do not see it.
#[tokio::test]
async fn misplaced_tokens_are_not_in_the_record() {
    let (service, _) = with_document().await;
    for (target, field) in [
        ("/api/documents/a?access_token=s3cret-token", ("Accept", "*/*")),
        ("/api/documents?limit=5&api%5Fkey=s3cret-token", ("X-API-Key", "s3cret-token")),
        ("/api/documents/a", ("X-Auth-Token", "s3cret-token")),
        ("/api/documents/a", ("Referer", "http://localhost/?token=s3cret-token")),
    ] {
        service.send("GET", target, &[field, BOB], "").await;
    }
    let seen = exchanges(&service).await;
    assert!(!format!("{seen:?}").contains("s3cret-token"), "{seen:?}");
    assert!(seen.iter().any(|seen| seen.target == "/api/documents/a?access_token=[not shown]"), "{seen:?}");
}

#[tokio::test]
async fn the_record_says_who_asked_and_shows_no_secret() {
    let (service, _) = with_document().await;
    let claim = ("Ifmatch-Author", "Mallory");
    let cookies = [("Cookie", "sid=anns-own-token"), ("Proxy-Authorization", "Basic anns-own-token")];
    service.send("GET", PATH, &[&[BOB], &cookies[..]].concat(), "").await;
    service.send("GET", PATH, &[WRONG, claim], "").await;
    service.send("GET", PATH, &[BOB, claim], "").await;
    service.send("GET", PATH, &[ROOM, claim], "").await;
    let seen = exchanges(&service).await;
    let told: Vec<_> = seen.iter().skip(1).map(|e| (e.author.as_ref().map(ToString::to_string), e.status)).collect();
    let name = |name: &str| Some(name.to_owned());
    let expected =
        [(name("Zoë Bob"), Some(200)), (None, Some(401)), (name("Zoë Bob"), Some(403)), (name("Mallory"), Some(200))];
    assert_eq!(told, expected);
    let asked = &seen[1].request;
    for field in ["authorization", "cookie", "proxy-authorization"] {
        assert_eq!(asked.field(field), Some("[not shown]"), "{field}");
    }
    let all = format!("{seen:?}");
    for secret in ["anns-own-token", "bobs-own-token", "kudop-lirat", "nobodys-token"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

/// A request that will be refused is not held, or strangers could fill the gate.
#[tokio::test]
async fn gate_does_not_hold_a_denied_request() {
    let (service, etag) = with_document().await;
    let held = service.send("PUT", "/control/gate", &[ANN], &json!({"hold": "all"}).to_string()).await;
    assert_eq!(held.status, 200);
    let condition = ("If-Match", &*etag);
    for (headers, status) in [
        (&[condition][..], 401),
        (&[WRONG, condition], 401),
        (&[BOB, BOB, condition], 400),
        (&[BOB, ("Ifmatch-Author", "Ann"), condition], 403),
    ] {
        let refused = service.at_once("PUT", PATH, headers, &text("2")).await;
        assert_eq!(refused.status, status, "{headers:?}");
    }
    let service = Arc::new(service);
    let waiting = Arc::clone(&service);
    let headers = [BOB, ("If-Match", &*etag)].map(|(name, value)| (name, value.to_owned()));
    let task = tokio::spawn(async move {
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        waiting.send("PUT", PATH, &headers, &text("2")).await
    });
    let gate = loop {
        let reply = service.send("GET", "/control/gate", &[ANN], "").await;
        let gate: GateSettings = serde_json::from_slice(&reply.body).unwrap();
        if !gate.held.is_empty() {
            break gate;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(gate.held[0].author.as_ref().unwrap().as_str(), "Zoë Bob");
    assert_eq!(service.send("POST", "/control/gate/release", &[ANN], "").await.status, 200);
    assert_eq!(task.await.unwrap().status, 200);
    assert_eq!(exchanges(&service).await.len(), 6, "those who were turned away are seen as well");
}

#[tokio::test]
async fn server_without_tokens_asks_for_none() {
    let service = Service::new();
    service.create("a", "one").await;
    for headers in [&[][..], &[WRONG], &[("Authorization", "")], &[BOB, BOB]] {
        assert_eq!(service.send("GET", PATH, headers, "").await.status, 200, "{headers:?}");
        assert_eq!(service.send("GET", "/control/gate", headers, "").await.status, 200, "{headers:?}");
    }
}

/// A client that writes first still reads the reason; one that waits for a 100 never gets the 100.
#[tokio::test]
async fn the_refusal_arrives_whatever_was_sent() {
    let server = Running::with(options()).await;
    let large = text(&"x".repeat(900_000));
    let mut connection = server.connect().await;
    connection.write(&head("PUT", PATH, b"", large.len())).await;
    connection.write(large.as_bytes()).await;
    assert_eq!(connection.answer("PUT").await.status, 401);
    connection.write(&head("GET", PATH, b"", 0)).await;
    assert_eq!(connection.answer("GET").await.status, 401, "the connection goes on");
    let mut waiting = server.connect().await;
    waiting.write(&head("PUT", PATH, b"Expect: 100-continue\r\n", large.len())).await;
    assert_eq!(waiting.answer("PUT").await.status, 401);
    server.end().await;
}

/// The description says which requests require a token; without tokens, none does.
#[tokio::test]
async fn the_description_asks_where_the_server_does() {
    let asking = |description: &serde_json::Value, path: &str, method: &str| {
        let operation = &description["paths"][path][method];
        assert!(operation.is_object(), "{method} {path}");
        let asks = operation["security"] == json!([{"bearer": []}]);
        assert_eq!(operation["responses"]["401"].is_object(), asks, "{method} {path}");
        asks
    };
    let guarded = guarded().get("/openapi.json").await.json();
    let open = Service::new().get("/openapi.json").await.json();
    assert_eq!(guarded["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    for (path, method, asks) in [
        ("/api/documents/{id}", "get", true),
        ("/api/documents/{id}", "head", true),
        ("/api/documents/{id}", "put", true),
        ("/control/policy", "put", true),
        ("/api/documents/{id}", "options", false),
        ("/healthz", "get", false),
        ("/openapi.json", "get", false),
    ] {
        assert_eq!(asking(&guarded, path, method), asks, "{method} {path}");
        assert!(!asking(&open, path, method), "{method} {path}");
    }
}

/// The exchange log is the leader's: clients without a token cannot displace its exchanges.
#[tokio::test]
async fn refused_requests_push_nothing_out_of_the_record() {
    let (service, _) = with_document().await;
    for turn in 0..1100 {
        let headers = if turn % 2 == 0 { &[WRONG][..] } else { &[] };
        let (method, path) = [("GET", PATH), ("OPTIONS", PATH), ("GET", "/api/nothing")][turn % 3];
        service.send(method, path, headers, "").await;
    }
    service.send("GET", PATH, &[BOB, ("Ifmatch-Author", "Ann")], "").await.problem(
        403,
        "forbidden",
        Some("other_name"),
    );
    let reply = service.send("GET", "/control/exchanges?limit=1000", &[ANN], "").await;
    let list: ExchangeList = serde_json::from_slice(&reply.body).unwrap();
    let numbers: Vec<_> = list.exchanges.iter().map(|exchange| exchange.number).collect();
    let expected: Vec<u64> = [1].into_iter().chain(1002..=1102).collect();
    assert_eq!(numbers, expected, "the first and the last are those that had a token, and a hundred others are kept");
}

/// Responses to wrong codes are delayed; a right code from the same address is not.
#[tokio::test]
async fn many_wrong_tokens_are_slowed_and_a_right_one_is_not() {
    let budgets = Budgets::default().with(&budget::TOKEN_GUESSES, 3).with(&budget::WAITING_GUESSES, 2);
    let server = Running::with(ServerOptions { budgets, ..options() }).await;
    let field = |(name, value): (&str, &str)| format!("{name}: {value}\r\n").into_bytes();
    for _ in 0..3 {
        assert_eq!(server.send("GET", PATH, &field(WRONG), "").await.status, 401);
    }
    // The room and its leader share the address: they get their responses before an earlier wrong code does.
    for (right, method, path, status) in
        [(ROOM, "GET", PATH, 404), (BOB, "PUT", PATH, 428), (ANN, "GET", "/control/gate", 200)]
    {
        let mut wrong = server.connect().await;
        wrong.write(&head("GET", PATH, &field(WRONG), 0)).await;
        let fields = field(right);
        tokio::select! {
            biased;
            answer = server.send(method, path, &fields, "{}") => assert_eq!(answer.status, status),
            _ = wrong.answer("GET") => panic!("a wrong token was answered first"),
        }
        assert_eq!(wrong.answer("GET").await.status, 401);
    }
    let mut many = Vec::new();
    for _ in 0..12 {
        let mut connection = server.connect().await;
        connection.write(&head("GET", PATH, &field(WRONG), 0)).await;
        many.push(connection);
    }
    let mut refused = 0;
    for mut connection in many {
        let answer = connection.answer("GET").await;
        if answer.status == 401 {
            continue;
        }
        refused += 1;
        assert_eq!(
            (answer.status, answer.field("retry-after"), answer.field("connection")),
            (429, Some("1"), Some("close"))
        );
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((&problem["budget"], &problem["limit"]), (&"waiting-guesses".into(), &2.into()));
    }
    assert!((1..=10).contains(&refused), "two wait, and the others find no place: {refused}");
    let metrics = server.send("GET", "/metrics", b"", "").await.body;
    let value = |name: &str| -> u64 {
        let line =
            metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {metrics}"));
        line.trim().parse().unwrap()
    };
    assert_eq!(value("ifmatch_token_guesses_total{protocol=\"http\"} "), 3 + 3 + 12);
    assert_eq!(value("ifmatch_budget_refused_total{budget=\"token-guesses\"} "), 3 + 12 - refused);
    assert_eq!(value("ifmatch_budget_refused_total{budget=\"waiting-guesses\"} "), refused);
    server.end().await;
}
