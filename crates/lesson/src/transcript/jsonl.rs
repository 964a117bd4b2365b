//! One JSON object a line, for programs: the lesson, and then each moment of the run log as it is.
//!
//! JSON itself sees to it that nothing breaks out of a line: a line end within a text is written as `\n`.

use serde_json::json;

use crate::run_log::RunLog;

pub(super) fn write(log: &RunLog) -> String {
    let RunLog { name, title, goal, minutes, policy, policy_variant: another_take, senders, entries: moments } = log;
    let head = json!({
        "moment": "lesson", "name": name, "title": title, "goal": goal, "minutes": minutes, "policy": policy,
        "another_take": another_take, "cast": senders,
    });
    let lines = moments.iter().map(|moment| serde_json::to_string(moment).unwrap_or_default());
    let mut out = String::new();
    for line in std::iter::once(head.to_string()).chain(lines) {
        out.push_str(&line);
        out.push('\n');
    }
    out
}
