//! A request as a `curl` command.

use std::fmt::Write as _;

use traffic::shell_quoted;

use crate::message::ProbeRequest;
use crate::probe_report::ProbeReport;

/// The most bytes of a body that the command contains.
const MAX_BODY_BYTES: usize = 2048;

/// Returns the command that sends a request. Fields that the user gave are environment variables.
pub(super) fn curl_command(report: &ProbeReport, request: &ProbeRequest) -> String {
    let mut command = "curl --include".to_owned();
    let mut option = |option: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = write!(command, " {option} {}", shell_quoted(value));
    };
    match request.method {
        "GET" | "HEAD" => {}
        method => option("--request", method),
    }
    let url = format!("{}{}", report.origin, request.target);
    if request.method == "HEAD" {
        option("--head --globoff --path-as-is", &url);
    } else {
        option("--globoff --path-as-is", &url);
    }
    for line in &request.fields {
        let value = String::from_utf8_lossy(&line.value);
        // `Name;` sends an empty field; `Name:` would send none.
        let header = if value.is_empty() { format!("{};", line.name) } else { format!("{}: {value}", line.name) };
        option("\\\n  --header", &header);
    }
    match request.body.as_deref().map(str::from_utf8) {
        None => {}
        Some(Ok(body)) if body.len() <= MAX_BODY_BYTES => option("\\\n  --data-raw", body),
        Some(_) => command.push_str(" \\\n  --data-binary @body"),
    }
    for name in &report.user_fields {
        let variable = name.to_ascii_uppercase().replace('-', "_");
        let _ = write!(command, " \\\n  --header \"{name}: ${variable}\"");
    }
    command
}
