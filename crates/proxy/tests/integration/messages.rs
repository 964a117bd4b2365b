//! Fields and targets that pass unchanged, and those that a proxy must change (RFC 9110 section 7.6).

use proxy::{ProxyOptions, UpstreamOptions};

use crate::backend::{Backend, Reply};
use crate::front::{Front, body, field};

#[tokio::test]
async fn request_and_response_pass_unchanged() {
    let backend = Backend::start(|_| {
        Reply::text(
            "HTTP/1.1 207 Quite Something\r\netag: W/\"a, b\"\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\
             date: Mon, 01 Jan 2001 00:00:00 GMT\r\ncontent-length: 4\r\n\r\nbody",
        )
    })
    .await;
    let front = Front::of(&backend).await;
    let reply = front
        .exchange(
            "PROPFIND /a%2Fb//../c?x=%20&y HTTP/1.1\r\nhost: class.example\r\nif-match: \"v1\", \"v2\"\r\n\
             authorization: Basic abc\r\ncookie: s=1\r\naccept-encoding: gzip\r\ncontent-length: 3\r\n\
             connection: close\r\n\r\n\x01\x02\x03",
        )
        .await;
    let arrived = backend.only();
    assert_eq!(arrived.line(), "PROPFIND /a%2Fb//../c?x=%20&y HTTP/1.1");
    for (name, value) in [
        ("if-match", "\"v1\", \"v2\""),
        ("authorization", "Basic abc"),
        ("cookie", "s=1"),
        ("accept-encoding", "gzip"),
        ("content-length", "3"),
    ] {
        assert_eq!(arrived.field(name), value);
    }
    assert_eq!(arrived.body, [1, 2, 3]);
    assert!(reply.starts_with("HTTP/1.1 207 "), "{reply}");
    assert_eq!(field(&reply, "etag"), Some("W/\"a, b\""));
    assert_eq!(field(&reply, "date"), Some("Mon, 01 Jan 2001 00:00:00 GMT"));
    assert!(reply.contains("set-cookie: a=1\r\nset-cookie: b=2\r\n"), "{reply}");
    assert_eq!(body(&reply), "body");
}

#[tokio::test]
async fn fields_of_one_connection_stay_on_it() {
    let backend = Backend::start(|_| {
        Reply::text(
            "HTTP/1.1 200 OK\r\nconnection: x-inner\r\nx-inner: 1\r\nkeep-alive: timeout=9\r\nx-end: 2\r\n\
             content-length: 0\r\n\r\n",
        )
    })
    .await;
    let front = Front::of(&backend).await;
    let reply = front
        .exchange(
            "GET / HTTP/1.1\r\nhost: front\r\nconnection: close, x-mine\r\nx-mine: 1\r\nkeep-alive: 5\r\n\
             proxy-connection: x\r\nte: gzip\r\nupgrade: h2c\r\nx-end: 2\r\n\r\n",
        )
        .await;
    let arrived = backend.only();
    for name in ["connection", "x-mine", "keep-alive", "proxy-connection", "te", "upgrade"] {
        assert!(arrived.fields(name).is_empty(), "{name} in {}", arrived.head);
    }
    assert_eq!(arrived.field("x-end"), "2");
    assert_eq!(
        (field(&reply, "x-inner"), field(&reply, "keep-alive"), field(&reply, "x-end")),
        (None, None, Some("2"))
    );
}

#[tokio::test]
async fn server_learns_of_client_and_proxy() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    let request = "GET / HTTP/1.1\r\nhost: front.example:81\r\nx-forwarded-for: 10.0.0.1\r\nvia: 1.0 other\r\n\
                   x-forwarded-proto: gopher\r\nconnection: close\r\n\r\n";
    let reply = front.exchange(request).await;
    let arrived = backend.only();
    assert_eq!(arrived.field("host"), backend.address.to_string());
    assert_eq!(arrived.field("x-forwarded-for"), "10.0.0.1, 127.0.0.1");
    assert_eq!(arrived.field("x-forwarded-host"), "front.example:81");
    assert_eq!(arrived.field("x-forwarded-proto"), "http");
    assert_eq!(arrived.field("forwarded"), "for=127.0.0.1;host=\"front.example:81\";proto=http");
    let via = arrived.fields("via");
    assert_eq!(via[0], "1.0 other");
    assert!(via[1].starts_with("1.1 ifmatch-"), "{via:?}");
    assert_eq!(field(&reply, "via"), Some(via[1]));
}

#[tokio::test]
async fn host_of_the_client_is_kept_if_asked() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let options = ProxyOptions { keeps_host: true, ..ProxyOptions::default() };
    let front = Front::with(&format!("http://{}/base/", backend.address), options, UpstreamOptions::default()).await;
    front.get("/x?y").await;
    let target = "GET http://other.example/z HTTP/1.1\r\nhost: front\r\nconnection: close\r\n\r\n";
    front.exchange(target).await;
    let arrived = backend.arrived();
    assert_eq!((arrived[0].line(), arrived[0].field("host")), ("GET /base/x?y HTTP/1.1", "front"));
    assert_eq!((arrived[1].line(), arrived[1].field("host")), ("GET /base/z HTTP/1.1", "other.example"));
}

#[tokio::test]
async fn response_without_a_date_gets_one() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    let reply = front.get("/").await;
    assert!(field(&reply, "date").is_some_and(|date| date.ends_with(" GMT")), "{reply}");
}

#[tokio::test]
async fn asterisk_and_max_forwards_are_understood() {
    let backend = Backend::start(|_| Reply::ok("")).await;
    let front = Front::of(&backend).await;
    let send = |line: &str, left: &str| {
        format!("{line} HTTP/1.1\r\nhost: front\r\nmax-forwards: {left}\r\nconnection: close\r\n\r\n")
    };
    assert!(front.exchange(&send("OPTIONS *", "3")).await.starts_with("HTTP/1.1 200"));
    assert_eq!((backend.only().line(), backend.only().field("max-forwards")), ("OPTIONS * HTTP/1.1", "2"));
    assert!(front.exchange(&send("OPTIONS *", "0")).await.starts_with("HTTP/1.1 204"));
    assert!(front.exchange(&send("TRACE /", "0")).await.starts_with("HTTP/1.1 405"));
    assert_eq!(backend.arrived().len(), 1, "neither went further");
    assert!(front.exchange(&send("GET /", "0")).await.starts_with("HTTP/1.1 200"), "it means nothing for a GET");
}

#[tokio::test]
async fn only_one_path_belongs_to_the_proxy() {
    let backend = Backend::start(|_| Reply::ok("of the server")).await;
    let front = Front::of(&backend).await;
    for path in ["/", "/control/gate", "/api/documents", "/metrics", "/.ifmatchx", "/a/.ifmatch/control/gate"] {
        assert_eq!(body(&front.get(path).await), "of the server", "{path}");
    }
    assert_eq!(backend.arrived().len(), 6);
    let gate = front.control("GET", "/control/gate", "").await;
    assert_eq!(gate["hold"], "none");
    for path in ["/.ifmatch", "/.ifmatch/", "/.ifmatch/api/documents", "/.ifmatch/api/documents/a", "/.ifmatch/x"] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let reply = front.exchange(&request).await;
        assert!(reply.starts_with("HTTP/1.1 404"), "{path}: {reply}");
        assert!(body(&reply).contains("\"/.ifmatch/problems/not-found\""), "{reply}");
    }
    assert_eq!(backend.arrived().len(), 6, "none of these reached the server");
}

#[tokio::test]
async fn foreign_name_cannot_reach_the_control_interface() {
    let backend = Backend::start(|_| Reply::ok("of the server")).await;
    let front = Front::of(&backend).await;
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    assert!(front.exchange(&request("/.ifmatch/control/exchanges")).await.starts_with("HTTP/1.1 421"));
    assert_eq!(body(&front.exchange(&request("/")).await), "of the server", "any name may be the server's");
}
