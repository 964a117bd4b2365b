//! `/`: the page for browsers, the text for other clients, and the form.

use std::sync::Arc;

use serde_json::json;
use server::ServerOptions;
use store::SqliteStore;

use crate::participants::{CODE, LEADER, join, room, send};
use crate::service::{Reply, Service, text};

const BROWSER: (&str, &str) = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

async fn page(service: &Service) -> Reply {
    service.send("GET", "/", &[BROWSER], "").await
}

async fn post(service: &Service, form: &str) -> Reply {
    service.send("POST", "/", &[BROWSER, FORM, ("Origin", "http://localhost")], form).await
}

fn body(reply: &Reply) -> String {
    String::from_utf8(reply.body.clone()).unwrap()
}

/// Returns the token in a page.
fn token_in(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn browser_gets_html_and_every_other_client_text() {
    let room = room();
    for (accept, media) in [
        (BROWSER.1, "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
        ("text/plain, text/html;q=0.5", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ] {
        let reply = room.send("GET", "/", &[("Accept", accept)], "").await;
        assert_eq!((reply.status.as_u16(), reply.field("content-type")), (200, media), "{accept}");
        assert_eq!((reply.field("vary"), reply.field("cache-control")), ("Accept", "no-store"));
        assert!(body(&reply).contains("/openapi.json"));
    }
}

#[tokio::test]
async fn page_loads_nothing_and_runs_nothing() {
    let reply = page(&room()).await;
    let policy = reply.field("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.field("x-content-type-options"), "nosniff");
    let page = body(&reply);
    for loads in ["<script", "<link", "<img", "src=", "url(", "onclick", "style=", "//cdn"] {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[tokio::test]
async fn page_shows_no_code_and_no_document_without_a_token() {
    let room = room();
    send(&room, (CODE, ""), "PUT", "/api/documents/secret-plan", &text("one")).await;
    for fields in [&[BROWSER][..], &[], &[BROWSER, ("Authorization", "Bearer wrong")]] {
        let reply = room.send("GET", "/", fields, "").await;
        let page = body(&reply);
        assert_eq!(reply.status, 200);
        for secret in ["secret-plan", CODE, LEADER, "anns-own-token"] {
            assert!(!page.contains(secret), "{secret}: {page}");
        }
        assert!(page.contains("ifmatch join ") && page.contains("Bearer CODE"), "{page}");
    }
    let authorization = format!("Bearer {CODE}");
    let known = room.send("GET", "/", &[("Authorization", &authorization)], "").await;
    assert!(body(&known).contains("secret-plan") && !body(&known).contains(CODE));
}

#[tokio::test]
async fn open_server_shows_documents_and_asks_for_no_code() {
    let (open, etag) = Service::with_document().await;
    let page = body(&page(&open).await);
    assert!(page.contains(&etag.replace('"', "&quot;")), "{page}");
    assert!(!page.contains("CODE") && !page.contains("name=\"code\""), "{page}");
    let entered = post(&open, "name=sam").await;
    assert!(entered.status == 200 && body(&entered).contains("You are sam"), "{entered:?}");
}

#[tokio::test]
async fn ssh_line_is_there_only_if_ssh_is_on() {
    let with = |ssh_port| {
        let options = ServerOptions { ssh_port, ..ServerOptions::default() };
        Service::with(Arc::new(SqliteStore::memory().unwrap()), options)
    };
    let shown = async |ssh_port, host| {
        let service = with(ssh_port);
        body(&service.send("GET", "/", &[("Host", host)], "").await)
    };
    assert!(!shown(None, "192.0.2.7:4280").await.contains("ssh"));
    let on = shown(Some(4222), "192.0.2.7:4280").await;
    assert!(on.contains("ssh -p 4222 NAME@192.0.2.7 ") && on.contains("ifmatch join 192.0.2.7:4280 "), "{on}");
    assert!(shown(Some(4222), "[::1]:4280").await.contains("NAME@::1 "));
}

#[tokio::test]
async fn visitor_answers_by_forms_alone() {
    let room = room();
    let entered = post(&room, &format!("name=Zo%C3%AB+Q&code={CODE}")).await;
    let first = body(&entered);
    assert_eq!((entered.status.as_u16(), entered.field("cache-control")), (200, "no-store"));
    assert!(first.contains("You are Zo\u{eb} Q") && first.contains("no question yet"), "{first}");
    let token = token_in(&first);
    let setting = json!({"text": "Which <status>?", "choices": ["200", "\"412\" & more"], "right": 2}).to_string();
    let authorization = format!("Bearer {LEADER}");
    let ask = [("Authorization", &*authorization), ("If-None-Match", "*")];
    assert_eq!(room.send("PUT", "/control/question", &ask, &setting).await.status, 201);
    let asked = body(&post(&room, &format!("token={token}")).await);
    assert!(asked.contains("Which &lt;status&gt;?") && asked.contains("&quot;412&quot; &amp; more"), "{asked}");
    let id = send(&room, (&token, ""), "GET", "/api/question", "").await.json()["id"].as_str().unwrap().to_owned();
    let answered = body(&post(&room, &format!("token={token}&id={id}&choice=2")).await);
    assert!(answered.contains("is recorded") && answered.contains("value=\"2\" checked"), "{answered}");
    let question = send(&room, (&token, ""), "GET", "/api/question", "").await.json();
    assert_eq!((&question["answered"], &question["people"]), (&json!(1), &json!(1)));
    for (form, says) in [("choice=9", "Choose one"), ("choice=x", "Choose one"), ("choice=1&id=q9", "another question")]
    {
        let page = body(&post(&room, &format!("token={token}&{form}")).await);
        assert!(page.contains(says), "{form}: {page}");
    }
}

#[tokio::test]
async fn wrong_form_says_what_to_do() {
    let room = room();
    join(&room, "sam").await;
    for (form, status, says) in [
        ("", 401, "The code is wrong"),
        ("name=bob", 401, "The code is wrong"),
        ("name=bob&code=kudop-lirat-bomal", 401, "The code is wrong"),
        ("token=0123", 401, "The code is wrong"),
        (&format!("code={CODE}"), 422, "The name cannot be used"),
        (&format!("name=a%E2%80%8Bb&code={CODE}"), 422, "cannot be seen"),
        (&format!("name=sam&code={CODE}"), 409, "value=\"sam-2\""),
        ("name=%3Cb%3E&code=wrong", 401, "value=\"&lt;b&gt;\""),
    ] {
        let reply = post(&room, form).await;
        assert_eq!(reply.status, status, "{form}");
        let page = body(&reply);
        assert!(page.contains(says) && !page.contains(CODE) && !page.contains("name=\"token\""), "{form}: {page}");
        assert_eq!(reply.has("www-authenticate"), status == 401);
    }
}

#[tokio::test]
async fn removed_visitor_is_refused() {
    let room = room();
    let token = token_in(&body(&post(&room, &format!("name=sam&code={CODE}")).await));
    send(&room, (LEADER, ""), "POST", "/control/participants/sam/remove", "").await;
    let reply = post(&room, &format!("token={token}")).await;
    assert!(reply.status == 403 && body(&reply).contains("removed sam"), "{reply:?}");
}

#[tokio::test]
async fn form_of_another_page_or_of_another_type_is_refused() {
    let room = room();
    let form = format!("name=sam&code={CODE}");
    for origin in ["http://evil.example", "null"] {
        let reply = room.send("POST", "/", &[FORM, ("Origin", origin)], &form).await;
        reply.problem(403, "forbidden", Some("foreign_origin"));
    }
    let json = room.send("POST", "/", &[("Content-Type", "application/json")], "{}").await;
    json.problem(415, "unsupported_media_type", None);
    let large = format!("{form}&x={}", "x".repeat(20_000));
    post(&room, &large).await.problem(413, "content_too_large", None);
    room.send("PUT", "/", &[], "").await.problem(405, "method_not_allowed", None);
}
