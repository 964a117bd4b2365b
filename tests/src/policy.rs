//! The policy of a server, as the leader of a session sets it.

use serde_json::{Value, json};

use crate::documents::expect;
use crate::http::Request;
use crate::serve::Server;

/// Returns a `PUT` of a policy.
#[must_use]
pub fn put_policy(policy: &Value) -> Request {
    Request::new("PUT", "/control/policy").json(policy)
}

/// Changes one member of the policy, and names the tag of the policy that is replaced.
pub fn switch(server: &Server, member: &str, word: &str) {
    let read = expect(200, server.answer(&Request::new("GET", "/control/policy")));
    let mut policy = read.json();
    policy[member] = json!(word);
    let response = server.answer(&put_policy(&policy).with("If-Match", read.etag()));
    assert!(matches!(response.status, 200 | 204), "{response}");
}
