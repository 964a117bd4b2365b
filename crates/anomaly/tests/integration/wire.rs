//! A wire between clients and a server: tests say what is sent, and the detector observes it.

use anomaly::{
    AnomalyDetector, AnomalyReport, ExchangeOrder, MemoryLimits, ObservedExchange, ObservedMessage, ObservedResponse,
};
use contract::{Anomaly, AnomalyKind, Certainty};

/// A request, and the response that it gets.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) caller: Option<String>,
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) status: Option<u16>,
    pub(crate) response_fields: Vec<(&'static str, String)>,
    pub(crate) response_body: String,
    pub(crate) is_cut: bool,
}

/// A request that was forwarded.
#[derive(Debug)]
pub(crate) struct Pending {
    number: u64,
    arrived: u64,
    forwarded: u64,
    answered: Option<u64>,
    step: Step,
}

/// The observer: it numbers exchanges and moments.
pub(crate) struct Wire {
    pub(crate) detector: AnomalyDetector,
    pub(crate) report: AnomalyReport,
    exchanges: u64,
    moments: u64,
}

/// Returns a request that gets a 200 without a body.
pub(crate) fn step(caller: &str, method: &'static str, body: &str) -> Step {
    Step {
        caller: (!caller.is_empty()).then(|| caller.to_owned()),
        method,
        target: "/note".to_owned(),
        fields: Vec::new(),
        body: body.to_owned(),
        status: Some(200),
        response_fields: Vec::new(),
        response_body: String::new(),
        is_cut: false,
    }
}

/// Returns a `GET` that shows a text.
pub(crate) fn get(caller: &str, text: &str) -> Step {
    Step { response_body: text.to_owned(), ..step(caller, "GET", "") }
}

/// Returns a `PUT` of a text.
pub(crate) fn put(caller: &str, text: &str) -> Step {
    step(caller, "PUT", text)
}

impl Step {
    pub(crate) fn at(self, target: &str) -> Self {
        Self { target: target.to_owned(), ..self }
    }

    pub(crate) fn field(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    pub(crate) fn if_match(self, tag: &str) -> Self {
        self.field("If-Match", &format!("\"{tag}\""))
    }

    pub(crate) fn tag(self, tag: &str) -> Self {
        self.gets("ETag", &format!("\"{tag}\""))
    }

    pub(crate) fn gets(mut self, name: &'static str, value: &str) -> Self {
        self.response_fields.push((name, value.to_owned()));
        self
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
}

impl Wire {
    pub(crate) fn new() -> Self {
        Self::with_limits(MemoryLimits::default())
    }

    pub(crate) fn with_limits(limits: MemoryLimits) -> Self {
        let (detector, report) = (AnomalyDetector::new(limits), AnomalyReport::new());
        Self { detector, report, exchanges: 0, moments: 0 }
    }

    pub(crate) fn moment(&mut self) -> u64 {
        self.moments += 1;
        self.moments
    }

    /// Sends a request, which is forwarded at once.
    pub(crate) fn send(&mut self, step: Step) -> Pending {
        self.exchanges += 1;
        let (arrived, forwarded) = (self.moment(), self.moment());
        self.detector.request_forwarded(self.exchanges, step.method, &step.target, forwarded);
        Pending { number: self.exchanges, arrived, forwarded, answered: None, step }
    }

    /// Lets the head of the response arrive.
    pub(crate) fn open(&mut self, pending: &mut Pending) {
        let moment = self.moment();
        pending.answered = Some(moment);
        if let Some(caller) = &pending.step.caller {
            self.detector.response_opened(pending.number, caller, moment);
        }
    }

    /// Ends an exchange, and returns what the detector finds.
    pub(crate) fn end(&mut self, pending: Pending) -> Vec<Anomaly> {
        let Pending { number, arrived, forwarded, answered, step } = pending;
        let answered = answered.or_else(|| step.status.map(|_| self.moment()));
        let response = step.status.map(|status| ObservedResponse {
            status,
            message: message(&step.response_fields, &step.response_body, u64::from(step.is_cut)),
            is_delivered: true,
        });
        let observed = ObservedExchange {
            number,
            caller: step.caller.as_deref(),
            method: step.method,
            target: &step.target,
            order: ExchangeOrder { arrived, forwarded: Some(forwarded), answered },
            request: message(&step.fields, &step.body, 0),
            response,
        };
        let found = self.detector.observe(&observed);
        self.report.add(&observed, &found);
        self.report.set_forgotten(self.detector.forgotten());
        found
    }

    /// Sends a request and gets its response.
    pub(crate) fn run(&mut self, step: Step) -> Vec<Anomaly> {
        let pending = self.send(step);
        self.end(pending)
    }
}

impl Pending {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn step_mut(&mut self) -> &mut Step {
        &mut self.step
    }
}

fn message<'a>(fields: &'a [(&'static str, String)], body: &'a str, missing: u64) -> ObservedMessage<'a> {
    ObservedMessage {
        fields: fields.iter().map(|(name, value)| (*name, value.as_bytes())).collect(),
        body: body.as_bytes(),
        length: body.len() as u64 + missing,
    }
}

/// Returns the anomaly of a kind.
pub(crate) fn of_kind(found: &[Anomaly], kind: AnomalyKind) -> Option<&Anomaly> {
    found.iter().find(|anomaly| anomaly.kind == kind)
}

/// Returns whether an update is lost, and how certainly: `None` if it is not.
pub(crate) fn loss(found: &[Anomaly]) -> Option<Certainty> {
    of_kind(found, AnomalyKind::LostUpdate).map(|anomaly| anomaly.certainty)
}
