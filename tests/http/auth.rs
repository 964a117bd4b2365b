//! Authentication, allowed hosts and CORS: the rows of the contract, checked against the program.

use std::fs;
use std::path::Path;

use serde_json::json;
use tests::documents::{get, history, path, put};
use tests::http::{HttpConnection, Request, Response};
use tests::serve::Server;

use crate::PROGRAM;

const LEADER: &str = "Bearer kudop-lirat-bomak";
const CAROL: &str = "Bearer fizal-tugon-havis";
const STRANGER: &str = "Bearer nobody-knows-me";

/// Starts a server with tokens for a leader and for Carol.
fn start() -> Server {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("room");
    fs::write(&file, "# access\nlea kudop-lirat-bomak admin\ncarol, fizal-tugon-havis\n").expect("it can be written");
    make_private(&file);
    let file = file.to_str().expect("a temporary folder has an ordinary name");
    // The server reads the token file before it prints its address, and never again.
    Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", file])
}

#[cfg(unix)]
fn make_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("the test owns the file");
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}

fn check_refusal(response: &Response, status: u16, error: &str, reason: &str, challenge: Option<&str>) {
    assert_eq!(response.status, status, "{response}");
    assert_eq!(response.field("Content-Type"), Some("application/problem+json"), "{response}");
    assert_eq!(response.word("error").as_deref(), Some(error), "{response}");
    assert_eq!(response.word("reason").as_deref(), Some(reason), "{response}");
    assert_eq!(response.field("WWW-Authenticate"), challenge, "{response}");
}

#[test]
fn auth_is_checked_after_route_and_method_before_body() {
    let server = start();
    let stranger = |method: &str, target: &str| {
        let request = Request::new(method, target).body("text/plain", "mine\n").with("If-Match", "malformed");
        server.answer(&request.with("Authorization", STRANGER))
    };
    for (method, target, status) in [
        ("PUT", path("UPPER"), 404),
        ("GET", "/api/nothing/here".to_owned(), 404),
        ("POST", path("doc"), 405),
        ("PUT", path("doc"), 401),
        ("DELETE", path("doc"), 401),
        ("PUT", "/control/policy".to_owned(), 401),
    ] {
        assert_eq!(stranger(method, &target).status, status, "{method} {target}");
    }
    let known = Request::new("PUT", &path("doc")).body("text/plain", "mine\n").with("Authorization", CAROL);
    assert_eq!(server.answer(&known).status, 415);
}

#[test]
fn challenge_names_the_missing_credentials() {
    let server = start();
    let ask = |target: &str, shown: Option<&str>| {
        let request = Request::new("GET", target);
        server.answer(&match shown {
            Some(shown) => request.with("Authorization", shown),
            None => request,
        })
    };
    let bare = r#"Bearer realm="ifmatch""#;
    let unknown = r#"Bearer realm="ifmatch", error="invalid_token""#;
    let no_admin = r#"Bearer realm="ifmatch", error="insufficient_scope", scope="admin""#;
    check_refusal(&ask(&path("doc"), None), 401, "unauthorized", "no_credentials", Some(bare));
    check_refusal(&ask(&path("doc"), Some("Basic Y2Fyb2w6")), 401, "unauthorized", "unsupported_scheme", Some(bare));
    check_refusal(&ask(&path("doc"), Some(STRANGER)), 401, "unauthorized", "invalid_token", Some(unknown));
    check_refusal(&ask("/control/gate", Some(CAROL)), 403, "forbidden", "insufficient_scope", Some(no_admin));
    assert_eq!(ask("/control/gate", Some(LEADER)).status, 200);
    assert_eq!(ask(&path("doc"), Some("Bearer")).status, 400);
    let twice = get("doc").with("Authorization", CAROL).with("Authorization", CAROL);
    assert_eq!(server.answer(&twice).status, 400);
    for page in ["unauthorized", "forbidden", "misdirected-request"] {
        assert_eq!(ask(&format!("/problems/{page}"), None).status, 200, "{page}");
    }
    for (target, status) in [("/healthz", 200), ("/metrics", 200), ("/openapi.json", 200)] {
        assert_eq!(ask(target, None).status, status, "{target}");
    }
    assert_eq!(server.answer(&Request::new("OPTIONS", &path("doc"))).status, 204);
}

#[test]
fn author_is_the_name_of_the_token() {
    let server = start();
    let new = || {
        let body = json!({"title": "T", "content": "one\n"});
        Request::new("PUT", &path("doc")).json(&body).with("If-None-Match", "*").with("Authorization", CAROL)
    };
    let claimed = server.answer(&new().with("Ifmatch-Author", "lea"));
    check_refusal(&claimed, 403, "forbidden", "other_name", None);
    let written = server.answer(&new());
    assert_eq!((written.status, written.field("Ifmatch-Author")), (201, Some("carol")), "{written}");
    let seen = server.answer(&Request::new("GET", "/control/exchanges?limit=1000").with("Authorization", LEADER));
    let text = String::from_utf8_lossy(&seen.body).into_owned();
    assert!(text.contains("[not shown]") && !text.contains("fizal"), "{text}");
}

#[test]
fn request_for_an_unknown_host_is_421() {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--host-name", "class.example"];
    let server = Server::start_with(PROGRAM, &arguments);
    for (line, hosts, status) in [
        ("GET /api/documents HTTP/1.1", &["127.0.0.1:1"][..], 200),
        ("GET /api/documents HTTP/1.1", &["[::1]"], 200),
        ("GET /api/documents HTTP/1.1", &["LocalHost.:80"], 200),
        ("GET /api/documents HTTP/1.1", &["Class.Example.:80"], 200),
        ("GET /api/documents HTTP/1.1", &["evil.example"], 421),
        ("GET /api/documents HTTP/1.1", &["not.class.example"], 421),
        ("GET /api/nothing HTTP/1.1", &["evil.example"], 421),
        ("BREW /api/documents HTTP/1.1", &["evil.example"], 421),
        ("GET /api/documents HTTP/1.1", &[], 400),
        ("GET /api/documents HTTP/1.1", &["localhost", "localhost"], 400),
        ("GET http://evil.example/api/documents HTTP/1.1", &["localhost"], 421),
        ("GET http://localhost/api/documents HTTP/1.1", &["evil.example"], 200),
        ("GET /api/documents HTTP/1.0", &[], 200),
    ] {
        let lines: Vec<String> = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        let mut connection = HttpConnection::open(server.address());
        connection.write(format!("{line}\r\n{}Connection: close\r\n\r\n", lines.concat()).as_bytes());
        assert_eq!(connection.read("GET").status, status, "{line} {hosts:?}");
    }
}

/// Returns the members of a list field, of all its lines.
fn members<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    let lines = response.fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    lines.flat_map(|(_, value)| value.split(',')).map(str::trim).collect()
}

#[test]
fn cors_exposes_protocol_fields_with_every_status() {
    let page = "http://localhost:5173";
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--cors-origin", page];
    let server = Server::start_with(PROGRAM, &arguments);
    let tags = history(&server, "doc", &["one\n", "two\n"]);
    for (request, status) in [
        (get("doc"), 200),
        (get("doc").with("If-None-Match", &tags[1]), 304),
        (put("doc", "mine\n").with("If-Match", &tags[0]), 412),
        (put("doc", "mine\n").with("If-Match", &tags[0]).with("Prefer", "return=representation"), 412),
        (put("doc", "mine\n"), 428),
        (get("never"), 404),
        (Request::new("BREW", &path("doc")), 405),
    ] {
        let response = server.answer(&request.clone().with("Origin", page));
        assert_eq!(response.status, status, "{response}");
        assert_eq!(response.field("Access-Control-Allow-Origin"), Some(page), "{response}");
        let exposed = members(&response, "Access-Control-Expose-Headers");
        for name in ["ETag", "Location", "Preference-Applied", "Ifmatch-Author", "Ifmatch-Overwrote"] {
            assert!(exposed.contains(&name), "{name}: {response}");
        }
        assert!(members(&response, "Vary").contains(&"Origin"), "{response}");
        assert_eq!(response.field("Access-Control-Allow-Credentials"), None, "{response}");
        let other = server.answer(&request.with("Origin", "http://evil.example"));
        assert_eq!(other.field("Access-Control-Allow-Origin"), None, "{other}");
    }
    let question = Request::new("OPTIONS", &path("doc")).with("Origin", page);
    let asked = server.answer(&question.clone().with("Access-Control-Request-Method", "PUT"));
    assert_eq!((asked.status, asked.field("Allow")), (204, None), "{asked}");
    assert!(members(&asked, "Access-Control-Allow-Headers").contains(&"If-Match"), "{asked}");
    assert_eq!(server.answer(&question).field("Allow"), Some("GET, HEAD, PUT, PATCH, DELETE, OPTIONS"));
    let closed = Server::start(PROGRAM);
    let response = closed.answer(&get("never").with("Origin", page));
    assert_eq!(response.field("Access-Control-Allow-Origin"), None, "{response}");
}
