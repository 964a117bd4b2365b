//! The detector: each complete exchange is compared with what is remembered, and then remembered.

use std::sync::Arc;

use contract::Anomaly;

use crate::blind_retry::blind_retry;
use crate::body::{BodyForm, BodyRef, variant_of};
use crate::caller::{ShownKind, ShownResponse};
use crate::facts::{Applied, ExchangeFacts, RequestKind, kind_of, location};
use crate::lost_update::lost_updates;
use crate::memory::{DetectorMemory, ForgottenCounts, MemoryLimits};
use crate::observed::{ExchangeOrder, ObservedExchange, ObservedResponse};
use crate::resource::{RefusedWrite, TagSighting, WriteRecord};
use crate::unchanged_tag::unchanged_tag;
use crate::unconditional_write::unconditional_write;

/// The most tags of a resource of which is remembered that they do not change.
const MAX_UNCHANGED_TAGS: usize = 8;

/// Finds anomalies in exchanges.
///
/// # Examples
///
/// ```
/// use anomaly::{AnomalyDetector, ExchangeOrder, MemoryLimits, ObservedExchange, ObservedMessage, ObservedResponse};
/// use contract::AnomalyKind;
///
/// let message = |body: &'static str| {
///     ObservedMessage { fields: vec![], body: body.as_bytes(), length: body.len() as u64 }
/// };
/// let exchange = |number: u64, caller, method, sent, received| ObservedExchange {
///     number,
///     caller: Some(caller),
///     method,
///     target: "/note",
///     order: ExchangeOrder {
///         arrived: number * 3,
///         forwarded: Some(number * 3 + 1),
///         answered: Some(number * 3 + 2),
///     },
///     request: message(sent),
///     response: Some(ObservedResponse { status: 200, message: message(received), is_delivered: true }),
/// };
/// let mut detector = AnomalyDetector::new(MemoryLimits::default());
/// detector.observe(&exchange(1, "ann", "GET", "", "bread"));
/// detector.observe(&exchange(2, "bob", "GET", "", "bread"));
/// detector.observe(&exchange(3, "ann", "PUT", "bread\nsalt", ""));
/// let found = detector.observe(&exchange(4, "bob", "PUT", "bread\noil", ""));
/// assert_eq!(found[0].kind, AnomalyKind::LostUpdate);
/// assert_eq!(found[0].lost, ["salt"]);
/// assert_eq!(found[0].exchanges, [2, 3, 4]);
/// ```
#[derive(Debug)]
pub struct AnomalyDetector {
    memory: DetectorMemory,
}

impl AnomalyDetector {
    /// Returns a detector that remembers nothing yet.
    #[must_use]
    pub fn new(limits: MemoryLimits) -> Self {
        Self { memory: DetectorMemory::new(limits) }
    }

    /// Returns whether a request with this method may change something.
    #[must_use]
    pub fn may_write(method: &str) -> bool {
        !matches!(kind_of(method), RequestKind::Get | RequestKind::Safe)
    }

    /// Records that a request was forwarded, so that it may be applied at any moment from now on.
    ///
    /// A request that [only reads](Self::may_write) need not be recorded.
    pub fn request_forwarded(&mut self, number: u64, method: &str, target: &str, forwarded: u64) {
        if Self::may_write(method) {
            self.memory.begin_write(number, target, forwarded);
        }
    }

    /// Records that the head of a response arrived at `answered`, and that its body may take long.
    ///
    /// Until [`observe`](Self::observe) is given the exchange, the caller may be shown anything by it.
    pub fn response_opened(&mut self, number: u64, caller: &str, answered: u64) {
        self.memory.open(number, caller, answered);
    }

    /// Records that an exchange ended without being observed.
    pub fn response_dropped(&mut self, number: u64) {
        self.memory.end(number, 0);
    }

    /// Returns how much was forgotten because of a limit.
    #[must_use]
    pub fn forgotten(&self) -> ForgottenCounts {
        self.memory.forgotten()
    }

    /// Returns the anomalies that this exchange completes, the worst first.
    ///
    /// Exchanges are given in the order in which they end.
    pub fn observe(&mut self, exchange: &ObservedExchange<'_>) -> Vec<Anomaly> {
        let ExchangeOrder { arrived, forwarded, answered } = exchange.order;
        let latest = answered.or(forwarded).unwrap_or(arrived);
        self.memory.end(exchange.number, latest);
        let Some(forwarded) = forwarded else { return Vec::new() };
        let mut facts = ExchangeFacts::read(exchange, self.memory.store.identify(&exchange.request));
        if !matches!(facts.kind, RequestKind::Get | RequestKind::Safe) && facts.applied != Applied::No {
            self.memory.store.keep(&mut facts.request_body, exchange.request.body);
        }
        let caller = exchange.caller.map(|name| self.memory.caller(name).0);
        let (target, _) = self.memory.resource(exchange.target);

        let body = exchange.response.as_ref().map(|response| self.memory.store.identify(&response.message));
        let sighting = tag_sighting(&facts, body.as_ref(), &target, forwarded);
        let shown = shown_response(&facts, body.as_ref(), &target, forwarded);

        let view = self.memory.view(&target);
        let unchanged = sighting.as_ref().and_then(|sighting| unchanged_tag(&view, &facts, sighting));
        if let (Some(_), Some(sighting)) = (&unchanged, &sighting) {
            self.remember_unchanged(&target, sighting);
        }
        let view = self.memory.view(&target);
        let mut found = lost_updates(&view, &facts);
        found.extend([blind_retry(&view, &facts), unchanged, unconditional_write(&facts)].into_iter().flatten());

        self.mark_lost(&target, &found);
        self.remember_response(exchange.response.as_ref(), caller.as_deref(), sighting, shown);
        self.remember_write(&facts, &target, caller, body);
        found
    }

    fn remember_unchanged(&mut self, target: &str, sighting: &TagSighting) {
        let resource = self.memory.resource(target).1;
        resource.unchanged.push_back(sighting.tag.clone());
        if resource.unchanged.len() > MAX_UNCHANGED_TAGS {
            resource.unchanged.pop_front();
        }
    }

    /// Marks the writes whose changes are certainly lost, so that no later write is accused of it.
    fn mark_lost(&mut self, target: &str, found: &[Anomaly]) {
        let certain = found.iter().filter(|anomaly| anomaly.is_certain_loss());
        let lost: Vec<u64> = certain.flat_map(|anomaly| anomaly.overwritten.iter().copied()).collect();
        if lost.is_empty() {
            return;
        }
        for write in &mut self.memory.resource(target).1.writes {
            write.is_lost |= lost.contains(&write.number);
        }
    }

    /// Remembers the tag of a response, and what its caller was shown.
    fn remember_response(
        &mut self,
        response: Option<&ObservedResponse<'_>>,
        caller: Option<&str>,
        sighting: Option<TagSighting>,
        shown: Option<ShownResponse>,
    ) {
        let Some(response) = response else { return };
        let limits = self.memory.limits;
        let shown = caller.zip(shown);
        let target = sighting.as_ref().map(|sighting| Arc::clone(&sighting.target));
        let is_new_tag = match (&sighting, &target) {
            (Some(sighting), Some(target)) => {
                sighting.body.is_some() && !self.memory.resource(target).1.has_tag(sighting)
            }
            _ => false,
        };
        let is_new_to_caller = match &shown {
            Some((caller, shown)) => shown.body.is_some() && !self.memory.caller(caller).1.is_repetition(shown),
            None => false,
        };
        // A repeated body is kept once, so that a client that polls does not displace what others were shown.
        let mut kept = None;
        if (is_new_tag || is_new_to_caller)
            && let Some(body) = shown
                .as_ref()
                .and_then(|(_, shown)| shown.body.as_ref())
                .or_else(|| sighting.as_ref().and_then(|sighting| sighting.body.as_ref()))
        {
            let mut body = body.clone();
            self.memory.store.keep(&mut body, response.message.body);
            kept = Some(body);
        }
        if let (Some(sighting), Some(target)) = (sighting, target) {
            let body = if sighting.body.is_some() { kept.clone().or(sighting.body) } else { None };
            self.memory.resource(&target).1.add_tag(TagSighting { body, ..sighting }, limits.events_per_resource);
        }
        if let Some((caller, shown)) = shown {
            let body = if shown.body.is_some() { kept.or(shown.body) } else { None };
            let has_forgotten =
                self.memory.caller(caller).1.add(ShownResponse { body, ..shown }, limits.responses_per_caller);
            if has_forgotten {
                self.memory.count_forgotten_response();
            }
        }
    }

    /// Remembers a write that was, or may have been, applied, and one that was refused with a 412.
    fn remember_write(
        &mut self,
        facts: &ExchangeFacts<'_>,
        target: &str,
        caller: Option<Arc<str>>,
        response: Option<BodyRef>,
    ) {
        let limit = self.memory.limits.events_per_resource;
        let observed = facts.observed;
        let is_refused = facts.is_known_write() && facts.status() == Some(412);
        if matches!(facts.kind, RequestKind::Get | RequestKind::Safe) || facts.applied == Applied::No && !is_refused {
            return;
        }
        if is_refused {
            let refusal = RefusedWrite {
                number: observed.number,
                caller,
                answered: observed.order.answered.unwrap_or(observed.order.arrived),
                kind: facts.kind,
                named: facts.named.clone(),
                body: facts.request_body.clone(),
            };
            return self.memory.resource(target).1.add_refusal(refusal, limit);
        }
        if let Some(caller) = &caller {
            self.memory.caller(caller).1.on_own_write(target);
        }
        let Some(write) = WriteRecord::of(facts) else { return };
        // A response with the new version shows which members the server stores.
        let echo = response.filter(|body| facts.applied == Applied::Yes && body.form == BodyForm::Text);
        let echo = echo.zip(observed.response.as_ref()).map(|(mut body, response)| {
            self.memory.store.keep(&mut body, response.message.body);
            body
        });
        let created = observed.response.as_ref().filter(|response| response.status == 201);
        if let Some(created) = created.and_then(|response| location(&response.message)).filter(|at| *at != target) {
            let write = WriteRecord { kind: RequestKind::Replace, response: echo.clone(), ..write.clone() };
            let has_forgotten = self.memory.resource(created).1.add_write(write, limit);
            if has_forgotten {
                self.memory.count_forgotten_write();
            }
        }
        let has_forgotten = self.memory.resource(target).1.add_write(WriteRecord { response: echo, ..write }, limit);
        if has_forgotten {
            self.memory.count_forgotten_write();
        }
    }
}

/// Returns the tag of a response that is about the resource as it is.
fn tag_sighting(
    facts: &ExchangeFacts<'_>,
    body: Option<&BodyRef>,
    target: &Arc<str>,
    forwarded: u64,
) -> Option<TagSighting> {
    let is_about_current = matches!(facts.kind, RequestKind::Get | RequestKind::Safe) || facts.status() == Some(412);
    let response = facts.observed.response.as_ref()?;
    let is_content = |body: &&BodyRef| body.form != BodyForm::Coded && body.digest.is_some();
    let answered = facts.observed.order.answered?;
    let tag = facts.tag.clone().filter(|_| is_about_current)?;
    Some(TagSighting {
        target: Arc::clone(target),
        tag,
        variant: variant_of(&response.message),
        body: body.filter(is_content).filter(|_| facts.shows_representation()).cloned(),
        number: facts.observed.number,
        first_answered: answered,
        last_forwarded: forwarded,
        last_answered: answered,
    })
}

/// Returns what the caller of an exchange was shown, or `None` if it was shown no content.
fn shown_response(
    facts: &ExchangeFacts<'_>,
    body: Option<&BodyRef>,
    target: &Arc<str>,
    forwarded: u64,
) -> Option<ShownResponse> {
    let response = facts.observed.response.as_ref()?;
    let answered = facts.observed.order.answered?;
    let is_not_modified = facts.kind == RequestKind::Get && response.status == 304;
    let is_empty = response.message.length == 0 || facts.observed.method == "HEAD";
    let kind =
        if facts.shows_representation() || is_not_modified { ShownKind::Representation } else { ShownKind::Other };
    let is_asset = body.is_some_and(|body| body.form == BodyForm::Asset);
    // A picture may be the resource itself, but shows nothing of another one.
    if kind == ShownKind::Other && (is_empty || is_asset) {
        return None;
    }
    Some(ShownResponse {
        number: facts.observed.number,
        target: Arc::clone(target),
        kind,
        tag: facts.tag.clone(),
        body: body.filter(|_| !is_not_modified).cloned(),
        first_answered: answered,
        last_forwarded: forwarded,
        last_answered: answered,
        is_closed: false,
    })
}
