//! Many idle connections, and the clients that work beside them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tests::documents::{get, history, path};
use tests::http::{HttpConnection, Request, Response};
use tests::second_client::beside;
use tests::serve::{OneServer, Server};
use tests::until;
use tests::usage::budget;

use crate::PROGRAM;

const LEADER: &str = "Bearer kudop-lirat-bomak";
const CAROL: &str = "Bearer fizal-tugon-havis";

/// Starts a server with these budgets, and tokens for a leader and for Carol.
fn start(budgets: &[&str]) -> Server {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("room");
    fs::write(&file, "lea kudop-lirat-bomak admin\ncarol fizal-tugon-havis\n").expect("it can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("the test owns the file");
    let file = file.to_str().expect("a temporary folder has an ordinary name");
    let mut arguments = vec!["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", file];
    arguments.extend(budgets.iter().flat_map(|budget| ["--budget", budget]));
    // The server reads the token file before it prints its address, and never again.
    Server::start_alone(PROGRAM, &arguments, OneServer::OtherClients)
}

/// Sends a request over a connection that stays open, and returns the response.
fn ask(connection: &mut HttpConnection, server: &Server, token: Option<&str>) -> Response {
    let request = match token {
        Some(token) => get("doc").with("Authorization", token),
        None => get("doc"),
    };
    connection.write(&request.head(server.host()));
    connection.read("GET")
}

/// Opens `count` connections, sends one request over each, and asserts its status.
fn keep_open(server: &Server, count: usize, token: Option<&str>, status: u16) -> Vec<HttpConnection> {
    let open = || {
        let mut connection = HttpConnection::open(server.address());
        let response = ask(&mut connection, server, token);
        assert_eq!(response.status, status, "{response}");
        connection
    };
    (0..count).map(|_| open()).collect()
}

/// Returns the number of connections over which the server still answers a request.
fn served(server: &Server, connections: Vec<HttpConnection>, token: Option<&str>) -> usize {
    let request = match token {
        Some(token) => get("doc").with("Authorization", token),
        None => get("doc"),
    };
    let head = request.head(server.host());
    let is_served =
        |mut connection: HttpConnection| connection.try_write(&head).and_then(|()| connection.try_read("GET")).is_ok();
    connections.into_iter().map(is_served).filter(|is| *is).count()
}

#[test]
fn idle_connections_without_token_are_closed_first() {
    let server = start(&["connections=40"]);
    let mut leader = HttpConnection::open(server.address());
    assert_eq!(ask(&mut leader, &server, Some(LEADER)).status, 404);
    let first = keep_open(&server, 39, None, 401);
    // All slots are taken, and the server still accepts a new client.
    let second = beside(&server, Some(CAROL), |second_client| {
        let mut strangers = keep_open(&server, 60, None, 401);
        while !second_client.is_done() {
            strangers.extend(keep_open(&server, 20, None, 401));
        }
        strangers
    });
    let carol = keep_open(&server, 1, Some(CAROL), 404);
    let third = keep_open(&server, 60, None, 401);
    assert_eq!(served(&server, first, None), 0, "the oldest connections have been closed");
    assert_eq!(served(&server, carol, Some(CAROL)), 1);
    assert_eq!(
        ask(&mut leader, &server, Some(LEADER)).status,
        404,
        "the leader's connection is the oldest, and is still open"
    );
    assert_eq!(served(&server, third, None), 38, "all slots but the leader's and Carol's");
    drop(second);
    let metrics = server.answer(&Request::new("GET", "/metrics").with("Authorization", LEADER));
    assert_eq!(metrics.status, 200, "{metrics}");
}

#[test]
fn clients_with_tokens_do_not_count_for_their_address() {
    let server = start(&["address-connections=5"]);
    let room = keep_open(&server, 20, Some(CAROL), 404);
    beside(&server, Some(CAROL), |second_client| {
        let mut strangers = Vec::new();
        while !second_client.is_done() {
            strangers.extend(keep_open(&server, 12, None, 401));
        }
    });
    let strangers = keep_open(&server, 12, None, 401);
    assert_eq!(served(&server, strangers, None), 5, "an address may hold no more than its share");
    assert_eq!(served(&server, room, Some(CAROL)), 20);
}

#[test]
fn last_connection_slots_are_kept_for_admins() {
    let server = start(&["connections=10", "admin-connections=2"]);
    let room = keep_open(&server, 10, Some(CAROL), 404);
    for token in [None, Some(CAROL)] {
        let mut refused = HttpConnection::open(server.address());
        let response = ask(&mut refused, &server, token);
        assert_eq!((response.status, response.field("Retry-After")), (503, Some("5")), "{response}");
        assert_eq!(response.word("budget").as_deref(), Some("connections"), "{response}");
    }
    let leader = keep_open(&server, 1, Some(LEADER), 404);
    assert_eq!(served(&server, leader, Some(LEADER)), 1);
    drop(room);
    until("there is room again", || server.answer(&get("doc").with("Authorization", CAROL)).status == 404);
}

#[test]
fn busy_connections_stay_if_idle_ones_are_closed() {
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--budget", "address-connections=5"];
    let server = Server::start_alone(PROGRAM, &arguments, OneServer::OtherClients);
    history(&server, "doc", &["one"]);
    let mut watching = HttpConnection::open(server.address());
    watching.write(&Request::new("GET", &format!("{}/events", path("doc"))).head(server.host()));
    assert_eq!(watching.try_read_head().expect("it is answered").status, 200);
    let idle = keep_open(&server, 20, None, 200);
    assert!(watching.try_read_chunk().expect("the stream goes on").is_some());
    assert_eq!(served(&server, idle, None), 4);
    until("the others are gone", || budget(&server, "used", "connections") <= 2);
}
