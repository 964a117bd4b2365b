//! The resources that a server uses: memory, from the kernel; budgets, from its own metrics.

use std::fs;

use crate::http::Request;
use crate::serve::Server;

/// Returns the bytes of memory that a process has resident now (`VmRSS`) or had at its peak (`VmHWM`).
#[must_use]
pub fn memory(server: &Server, field: &str) -> usize {
    let path = format!("/proc/{}/status", server.process());
    let status = fs::read_to_string(path).expect("this is a Linux, and the server runs");
    let value = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kilobytes = value.and_then(|value| value.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok());
    kilobytes.expect("the field is a number of kB") * 1024
}

/// Returns the value of a metric of a budget: `limit`, `used` or `refused_total`.
#[must_use]
pub fn budget(server: &Server, metric: &str, budget: &str) -> u64 {
    let response = server.answer(&Request::new("GET", "/metrics"));
    let text = String::from_utf8(response.body).expect("metrics are text");
    let begin = format!("ifmatch_budget_{metric}{{budget=\"{budget}\"}} ");
    let value = text.lines().find_map(|line| line.strip_prefix(&begin));
    value.unwrap_or_else(|| panic!("no {begin}in {text}")).parse().expect("it is a number")
}
