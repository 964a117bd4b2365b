//! The refusal of a request, which becomes a problem details response.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use contract::{Problem, Reason};
use store::StoreError;

use super::json::{self, Links};
use super::types::{self, ProblemType};
use super::{RETRY_AFTER_SECONDS, details};
use crate::budget::{Budget, Budgets};
use crate::state::exchange_log::JudgementNote;

/// A request that is not done, and why.
#[derive(Debug)]
pub(crate) struct Refusal(Box<RefusalParts>);

/// The parts of a refusal, for the response that it becomes.
#[derive(Debug)]
pub(crate) struct RefusalParts {
    pub(crate) kind: &'static ProblemType,
    /// The members that the kind does not determine. How the request was judged is in `judged`.
    problem: Problem,
    pub(crate) headers: HeaderMap,
    pub(crate) judged: Option<JudgementNote>,
    /// The budget that the request exceeded.
    pub(crate) exceeded: Option<&'static Budget>,
    /// The response that is sent in place of the problem, if the client prefers that.
    pub(crate) instead: Option<Response>,
}

impl Refusal {
    /// Returns a refusal of this type. `detail` says what happened and what to do next.
    pub(crate) fn new(kind: &'static ProblemType, detail: String) -> Self {
        let problem = Problem { detail, ..Problem::default() };
        let mut headers = HeaderMap::new();
        if kind.status == StatusCode::SERVICE_UNAVAILABLE {
            // The condition is temporary, so the response says when to try again (RFC 9110 section 10.2.3).
            headers.insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        Self(Box::new(RefusalParts { kind, problem, headers, judged: None, exceeded: None, instead: None }))
    }

    /// Returns a 400: a part of the request is malformed, or has no meaning here.
    pub(crate) fn invalid_request(detail: String) -> Self {
        Self::new(&types::INVALID_REQUEST, detail)
    }

    /// Replaces the detail.
    pub(crate) fn with_detail(self, detail: String) -> Self {
        self.map_problem(|problem| problem.detail = detail)
    }

    /// Adds a header field.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.0.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// Names the request field that caused the refusal.
    pub(crate) fn with_field(self, field: &str) -> Self {
        self.map_problem(|problem| problem.field = Some(field.to_owned()))
    }

    /// Names the reason, which must be one that the contract lists for this type of problem.
    ///
    /// Programs rely on that list.
    pub(crate) fn with_reason(self, reason: impl Into<Reason>) -> Self {
        let reason = reason.into();
        debug_assert!(self.0.kind.has(&reason), "{reason} is not a reason for {}", self.0.kind.name);
        self.map_problem(|problem| problem.reason = Some(reason))
    }

    /// Returns a refusal for a budget that is used up.
    ///
    /// The status is 429 if each client has a budget of its own, and 503 if all clients share one. `seconds` is the
    /// `Retry-After`, if it is known.
    pub(crate) fn budget_exhausted(budget: &'static Budget, budgets: &Budgets, seconds: Option<u32>) -> Self {
        let kind = if budget.shared { &types::BUDGET_EXHAUSTED } else { &types::TOO_MANY_REQUESTS };
        let limit = budgets.of(budget);
        let mut refusal = Self::new(kind, details::used_up(budget, limit, seconds)).with_budget(budget);
        refusal.0.problem.limit = Some(limit);
        refusal.0.headers.remove(header::RETRY_AFTER);
        if let Some(seconds) = seconds {
            refusal.0.headers.insert(header::RETRY_AFTER, seconds.into());
        }
        refusal
    }

    /// Names the budget that the request exceeded.
    pub(crate) fn with_budget(mut self, budget: &'static Budget) -> Self {
        self.0.problem.budget = Some(budget.name.to_owned());
        self.0.exceeded = Some(budget);
        self
    }

    /// Changes members of the problem.
    pub(crate) fn map_problem(mut self, fill_in: impl FnOnce(&mut Problem)) -> Self {
        fill_in(&mut self.0.problem);
        self
    }

    /// Adds the evaluation of the conditions, for the problem and for the exchange log.
    pub(crate) fn with_evaluation(mut self, judged: JudgementNote) -> Self {
        self.0.judged = Some(judged);
        self
    }

    /// Returns the header fields of the response.
    pub(super) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// Returns what the response is made of.
    pub(crate) fn into_parts(self) -> Box<RefusalParts> {
        self.0
    }

    /// Sets a response that is sent in place of the problem.
    pub(crate) fn with_response(mut self, response: Response) -> Self {
        self.0.instead = Some(response);
        self
    }
}

impl RefusalParts {
    /// Returns the problem as JSON: the body of the response.
    pub(crate) fn to_json(&self, judged: Option<&JudgementNote>, links: Links<'_>) -> Vec<u8> {
        json::write(self.kind, &self.problem, judged.map_or(&[], |judged| &judged.evaluation), links)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        match error {
            StoreError::Full => {
                Self::new(&types::STORE_UNAVAILABLE, details::disk_full()).with_reason(Reason::DiskFull)
            }
            StoreError::Replaced => {
                Self::new(&types::STORE_UNAVAILABLE, details::store_replaced()).with_reason(Reason::StoreReplaced)
            }
            StoreError::Damaged { .. } | StoreError::Unreadable(_) => {
                Self::new(&types::INTERNAL_ERROR, details::damaged(&error.to_string())).with_reason(Reason::Damaged)
            }
            StoreError::Stopped | StoreError::Database(_) | StoreError::SettingsChanged => {
                Self::new(&types::STORE_UNAVAILABLE, details::store_failed()).with_reason(Reason::StoreFailed)
            }
        }
    }
}
