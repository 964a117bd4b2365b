//! The observer of a proxy: finds anomalies in its exchanges, and collects what the report needs.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anomaly::{
    AnomalyDetector, AnomalyReport, ExchangeOrder, MemoryLimits, ObservedExchange, ObservedMessage, ObservedResponse,
};
use contract::{Anomaly, Author};
use proxy::{CopiedMessage, ExchangeObserver, ForwardedExchange, HeaderMap, Method};

use super::har_file::HarFile;

/// Finds anomalies, and counts them for the report.
pub(super) struct AnomalyObserver {
    state: Mutex<ObserverState>,
}

struct ObserverState {
    detector: AnomalyDetector,
    report: AnomalyReport,
    archives: Vec<HarFile>,
}

impl AnomalyObserver {
    /// Creates an observer that adds each exchange to these archives.
    pub(super) fn new(archives: Vec<HarFile>) -> Self {
        let (detector, report) = (AnomalyDetector::new(MemoryLimits::default()), AnomalyReport::new());
        Self { state: Mutex::new(ObserverState { detector, report, archives }) }
    }

    /// Returns the report on all exchanges so far.
    pub(super) fn report(&self) -> AnomalyReport {
        let mut state = self.state();
        let forgotten = state.detector.forgotten();
        state.report.set_forgotten(forgotten);
        state.report.clone()
    }

    /// Takes the archives out, to which no exchange is added any more.
    pub(super) fn take_archives(&self) -> Vec<HarFile> {
        std::mem::take(&mut self.state().archives)
    }

    fn state(&self) -> MutexGuard<'_, ObserverState> {
        // A panic in a rule must not end the proxy.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ExchangeObserver for AnomalyObserver {
    fn forwarding(&self, number: u64, method: &Method, target: &str, moment: u64) {
        // Most requests read. They need not wait for the lock here.
        if AnomalyDetector::may_write(method.as_str()) {
            self.state().detector.request_forwarded(number, method.as_str(), target, moment);
        }
    }

    fn responding(&self, number: u64, caller: Option<&Author>, moment: u64) {
        if let Some(caller) = caller {
            self.state().detector.response_opened(number, caller.as_str(), moment);
        }
    }

    fn completed(&self, exchange: &ForwardedExchange<'_>) -> Vec<Anomaly> {
        let observed = observed(exchange);
        let mut state = self.state();
        let found = state.detector.observe(&observed);
        state.report.add(&observed, &found);
        for archive in &mut state.archives {
            archive.add(exchange, &found);
        }
        found
    }
}

fn observed<'a>(exchange: &'a ForwardedExchange<'_>) -> ObservedExchange<'a> {
    let moments = exchange.moments;
    ObservedExchange {
        number: exchange.number,
        caller: exchange.caller.map(Author::as_str),
        method: exchange.method.as_str(),
        target: exchange.target,
        order: ExchangeOrder { arrived: moments.arrived, forwarded: moments.forwarded, answered: moments.answered },
        request: message(exchange.request),
        response: exchange.response.as_ref().map(|response| ObservedResponse {
            status: response.status.as_u16(),
            message: message(response.message),
            is_delivered: response.is_delivered,
        }),
    }
}

fn message(copied: CopiedMessage<'_>) -> ObservedMessage<'_> {
    ObservedMessage { fields: fields(copied.fields), body: copied.body, length: copied.length }
}

fn fields(headers: &HeaderMap) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}
