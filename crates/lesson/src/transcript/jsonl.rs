//! One JSON object a line, for programs: the lesson, and then each entry of the run log.
//!
//! JSON writes a line end in a text as `\n`, so no text can add a line.

use serde_json::json;

use crate::run_log::RunLog;

pub(super) fn write(log: &RunLog) -> String {
    let RunLog { name, title, goal, minutes, policy, policy_variant, senders, entries, has_secret_policy: _ } = log;
    let head = json!({
        "moment": "lesson", "name": name, "title": title, "goal": goal, "minutes": minutes, "policy": policy,
        "another_take": policy_variant, "cast": senders,
    });
    let lines = entries.iter().map(|entry| serde_json::to_string(entry).unwrap_or_default());
    let mut out = String::new();
    for line in std::iter::once(head.to_string()).chain(lines) {
        out.push_str(&line);
        out.push('\n');
    }
    out
}
