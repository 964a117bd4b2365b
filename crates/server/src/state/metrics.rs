//! Metrics: numbers about the server, in the text format of Prometheus.
//!
//! Counting must cost little compared to what is counted, so each number is an atomic at a fixed position. Only
//! refusals, which are rare, are counted in a map. No label has a value that a client chose freely: a client that sends
//! a thousand invented methods gets one line for all of them.

mod database;
mod metrics_text;
pub(crate) mod timed_store;

use std::collections::BTreeMap;
use std::iter;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::{Method, StatusCode};

use crate::budget::{Budget, Uses};
use crate::lock::lock;
use crate::options::ServerOptions;
use metrics_text::MetricsText;
use store::DatabaseStatus;
use timed_store::{STORE_OPERATIONS, StoreTimes};

/// The methods that have a line of their own.
///
/// The last two entries are for all other methods, and for input that could not be parsed.
const COUNTED_METHODS: [&str; 9] = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "POST", "OPTIONS", "other", "none"];

/// The index of the line for all other methods; the next one is for input that could not be parsed.
const OTHER_METHOD_ROW: usize = COUNTED_METHODS.len() - 2;
const NO_METHOD_ROW: usize = COUNTED_METHODS.len() - 1;

/// The number of possible status codes, from 100 on.
const STATUS_CODES: usize = 900;

/// The counts since the start of the server.
pub(crate) struct Metrics {
    /// The responses, by method and status.
    answers: Vec<AtomicU64>,
    lost: AtomicU64,
    guesses: AtomicU64,
    /// The refusals, by status and reason.
    refused: Mutex<BTreeMap<(u16, &'static str), u64>>,
    pub(crate) budgets: Uses,
    pub(crate) times: Arc<StoreTimes>,
}

impl Default for Metrics {
    fn default() -> Self {
        let answers = iter::repeat_with(AtomicU64::default).take(COUNTED_METHODS.len() * STATUS_CODES).collect();
        Self {
            answers,
            lost: AtomicU64::default(),
            guesses: AtomicU64::default(),
            refused: Mutex::default(),
            budgets: Uses::default(),
            times: Arc::default(),
        }
    }
}

impl Metrics {
    /// Counts a response.
    pub(crate) fn count_response(&self, method: &Method, status: StatusCode) {
        let row = COUNTED_METHODS[..OTHER_METHOD_ROW]
            .iter()
            .position(|known| *known == method.as_str())
            .unwrap_or(OTHER_METHOD_ROW);
        self.count(row, status);
    }

    /// Counts a refusal of input that never became a request. h2's own refusals are not counted.
    pub(crate) fn count_unread(&self, status: StatusCode) {
        self.count(NO_METHOD_ROW, status);
    }

    fn count(&self, row: usize, status: StatusCode) {
        self.answers[row * STATUS_CODES + usize::from(status.as_u16() - 100)].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a response that was lost on purpose.
    pub(crate) fn count_lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request with an unknown token.
    pub(crate) fn count_guess(&self) {
        self.guesses.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a 412 or 428.
    pub(crate) fn count_refusal(&self, status: StatusCode, reason: &'static str) {
        let mut refused = lock(&self.refused);
        *refused.entry((status.as_u16(), reason)).or_default() += 1;
    }

    /// Returns the text of `/metrics`.
    ///
    /// `database` is the state of the connections to a database server, if the store has one.
    pub(crate) fn write(&self, held: usize, options: &ServerOptions, database: Option<&DatabaseStatus>) -> String {
        let mut text = MetricsText::default();
        text.family("ifmatch_http_requests_total", "counter", "Requests that got a response.");
        let numbered =
            COUNTED_METHODS.iter().flat_map(|method| (100..).take(STATUS_CODES).map(move |status| (method, status)));
        for ((method, status), count) in numbered.zip(&self.answers) {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                text.line("ifmatch_http_requests_total", &format!("method=\"{method}\",status=\"{status}\""), count);
            }
        }
        text.family("ifmatch_answers_lost_total", "counter", "Applied writes whose response was lost on purpose.");
        text.line("ifmatch_answers_lost_total", "", self.lost.load(Ordering::Relaxed));
        text.family("ifmatch_token_guesses_total", "counter", "Wrong tokens, codes and passwords, by protocol.");
        for (protocol, count) in [("http", self.guesses.load(Ordering::Relaxed)), ("ssh", options.ssh_guesses.get())] {
            text.line("ifmatch_token_guesses_total", &format!("protocol=\"{protocol}\""), count);
        }
        text.family("ifmatch_preconditions_refused_total", "counter", "Requests refused with 412 or 428, by reason.");
        for ((status, reason), count) in lock(&self.refused).iter() {
            let labels = format!("status=\"{status}\",reason=\"{reason}\"");
            text.line("ifmatch_preconditions_refused_total", &labels, count);
        }
        text.family("ifmatch_gate_held_requests", "gauge", "Requests that the gate holds.");
        text.line("ifmatch_gate_held_requests", "", held);
        self.write_budgets(&mut text, options);
        self.write_times(&mut text);
        if let Some(status) = database {
            database::write_status(&mut text, status);
        }
        text.into_string()
    }

    fn write_budgets(&self, text: &mut MetricsText, options: &ServerOptions) {
        let rows: Vec<_> = self.budgets.all().collect();
        let of = |text: &mut MetricsText, name: &str, budget: &Budget, value: u64| {
            text.line(name, &format!("budget=\"{}\"", budget.name), value);
        };
        text.family("ifmatch_budget_limit", "gauge", "The limit of a budget, in its own unit.");
        for (budget, ..) in &rows {
            of(text, "ifmatch_budget_limit", budget, options.value_of(budget));
        }
        text.family("ifmatch_budget_used", "gauge", "How much of a shared budget is in use.");
        for (budget, _, used) in &rows {
            if let Some(used) = used {
                of(text, "ifmatch_budget_used", budget, *used);
            }
        }
        text.family("ifmatch_budget_refused_total", "counter", "Requests that exceeded a budget.");
        for (budget, refused, _) in &rows {
            of(text, "ifmatch_budget_refused_total", budget, *refused);
        }
    }

    fn write_times(&self, text: &mut MetricsText) {
        const NAME: &str = "ifmatch_store_duration_seconds";
        text.family(NAME, "histogram", "How long the operations of the store took.");
        for operation in STORE_OPERATIONS {
            let word = operation.as_str();
            let times = self.times.of(operation);
            for (bound, count) in times.up_to() {
                text.line(&format!("{NAME}_bucket"), &format!("operation=\"{word}\",le=\"{bound}\""), count);
            }
            let labels = format!("operation=\"{word}\"");
            text.line(&format!("{NAME}_sum"), &labels, times.sum().as_secs_f64());
            text.line(&format!("{NAME}_count"), &labels, times.count());
        }
    }
}
