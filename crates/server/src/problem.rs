//! Refusals, as problem details (RFC 9457).
//!
//! A handler that says no returns a [`Refusal`]. It becomes a response without a body here, and gets its body in
//! [`pipeline::finalize`](crate::pipeline::finalize), where the path of the request is known: so there is one place
//! that writes problems, whoever refused. Which kinds there are stands in [`types`], and the sentences in [`details`].

pub(crate) mod details;
pub(crate) mod types;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::{Author, Deletion, EntityTag, Problem, Reason};
use precondition::policy::Etags;
use precondition::{Failure, Field, Judgement, SyntaxError, Verdict};
use store::{DocumentState, StoreError, StoredVersion};

use crate::budget::{Budget, Budgets};
use crate::http::representation::{self, tag_value};
use crate::pipeline::exchange_log::JudgementNote;
use types::ProblemType;

/// A request that is not done, and why.
#[derive(Debug)]
pub(crate) struct Refusal(Box<RefusalParts>);

#[derive(Debug)]
struct RefusalParts {
    kind: &'static ProblemType,
    problem: Problem,
    headers: HeaderMap,
    judged: Option<JudgementNote>,
    over: Option<&'static Budget>,
    /// What is sent in place of the problem, where the client prefers something else.
    instead: Option<Response>,
}

impl Refusal {
    /// A refusal of that kind, with a sentence that says what happened and what to do next.
    pub(crate) fn new(kind: &'static ProblemType, detail: String) -> Self {
        let problem = Problem {
            kind: kind.page(),
            title: kind.title.to_owned(),
            status: kind.status.as_u16(),
            error: kind.word(),
            ..Problem::default()
        };
        let refusal = Self(Box::new(RefusalParts {
            kind,
            problem,
            headers: HeaderMap::new(),
            judged: None,
            over: None,
            instead: None,
        }));
        let refusal = refusal.with_detail(detail);
        // It may be another answer soon, so it says when to ask again (RFC 9110 section 10.2.3).
        let passes = kind.status == StatusCode::SERVICE_UNAVAILABLE;
        if passes { refusal.with_header(header::RETRY_AFTER, "5") } else { refusal }
    }

    /// The same in another sentence.
    pub(crate) fn with_detail(self, detail: String) -> Self {
        self.map_problem(|problem| {
            problem.message.clone_from(&detail);
            problem.detail = detail;
        })
    }

    /// The same with one more header field.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.0.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// The same, and it says which field of the request is why.
    pub(crate) fn with_field(self, field: &str) -> Self {
        self.map_problem(|problem| problem.field = Some(field.to_owned()))
    }

    /// The same, and it says which of the ways there are to get this problem.
    ///
    /// It is one of the words that the contract lists for the kind: programs rely on the list.
    pub(crate) fn with_reason(self, reason: impl Into<Reason>) -> Self {
        let reason = reason.into();
        debug_assert!(self.0.kind.has(&reason), "{reason} is not a reason for {}", self.0.kind.name);
        self.map_problem(|problem| problem.reason = Some(reason))
    }

    /// Returns a refusal for a budget that clients have used up: a 429 if it is a share of each client, a 503 if all
    /// clients share it.
    ///
    /// `seconds` says when to try again, if that is known.
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

    /// The same, and it names the budget that the request exceeded.
    pub(crate) fn with_budget(mut self, budget: &'static Budget) -> Self {
        self.0.problem.budget = Some(budget.name.to_owned());
        self.0.over = Some(budget);
        self
    }

    /// The same with other members filled in.
    pub(crate) fn map_problem(mut self, fill_in: impl FnOnce(&mut Problem)) -> Self {
        fill_in(&mut self.0.problem);
        self
    }

    /// The same, and the record of the exchange knows how it was judged.
    pub(crate) fn with_evaluation(mut self, judged: JudgementNote) -> Self {
        self.0.problem.evaluation = judged.evaluation.to_vec();
        self.0.judged = Some(judged);
        self
    }

    /// The same, but what is sent is this and not the problem.
    pub(crate) fn with_response(mut self, response: Response) -> Self {
        self.0.instead = Some(response);
        self
    }
}

/// The budget that a request exceeded, on its way to the metrics: an extension of the response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExhaustedBudget(pub(crate) &'static Budget);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let RefusalParts { kind, problem, headers, judged, over, instead } = *self.0;
        let mut response = instead.unwrap_or_else(|| {
            let mut response = kind.status.into_response();
            response.headers_mut().extend(headers);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.extensions_mut().insert(problem);
            response
        });
        if let Some(judged) = judged {
            response.extensions_mut().insert(judged);
        }
        if let Some(budget) = over {
            response.extensions_mut().insert(ExhaustedBudget(budget));
        }
        response
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
            StoreError::Stopped | StoreError::Database(_) => {
                Self::new(&types::STORE_UNAVAILABLE, details::store_failed()).with_reason(Reason::StoreFailed)
            }
        }
    }
}

/// What a judgement was about: a document, a list, a setting.
#[derive(Debug)]
pub(crate) struct ProblemSubject<'a> {
    /// What to call it in a sentence.
    pub(crate) noun: &'static str,
    /// Its current tag, none where it is not there.
    pub(crate) etag: Option<EntityTag>,
    /// Who wrote the current version, where that is known.
    pub(crate) author: Option<&'a Author>,
    /// Who deleted it, and when, where that is why it is not there.
    pub(crate) deleted: Option<Deletion>,
    /// Who had made the very change that the request sends, where that was somebody else.
    pub(crate) anticipated_by: Option<&'a Author>,
    /// The current version of a document, for the fields that describe it.
    version: Option<&'a StoredVersion>,
    reads: bool,
}

impl<'a> ProblemSubject<'a> {
    /// A document, or where one could be.
    pub(crate) fn document(found: &'a DocumentState, kind: Etags, reads: bool) -> Self {
        let here = found.current();
        let gone = if let DocumentState::Deleted(stored) = found { Some(stored) } else { None };
        Self {
            noun: "document",
            etag: here.map(|stored| stored.etag(kind)),
            author: here.map(|stored| &stored.revision.author),
            deleted: gone.map(|stored| deletion(stored, kind)),
            anticipated_by: None,
            version: here,
            reads,
        }
    }

    /// Something that is not there, and never was.
    pub(crate) fn missing(noun: &'static str) -> Self {
        Self { noun, etag: None, author: None, deleted: None, anticipated_by: None, version: None, reads: true }
    }

    /// Something else that has a tag.
    pub(crate) fn other(noun: &'static str, etag: EntityTag, reads: bool) -> Self {
        Self { noun, etag: Some(etag), author: None, deleted: None, anticipated_by: None, version: None, reads }
    }

    /// Whether the request only wanted to read.
    pub(crate) fn reads(&self) -> bool {
        self.reads
    }
}

fn deletion(stored: &StoredVersion, kind: Etags) -> Deletion {
    let revision = &stored.revision;
    Deletion { etag: revision.stamp.etag(kind), author: revision.author.clone(), at: revision.stamp.at }
}

/// Says no as the judgement did.
///
/// The verdicts that say yes have no business here; should one come, the answer is that something is wrong in here.
pub(crate) fn from_judgement(judged: JudgementNote, judgement: Judgement, subject: &ProblemSubject<'_>) -> Refusal {
    let refusal = match judgement.verdict {
        Verdict::NotFound => Refusal::new(&types::NOT_FOUND, details::never_existed(subject)),
        Verdict::Gone => Refusal::new(&types::GONE, details::gone(subject)),
        Verdict::Malformed { field, error } => malformed(field, &error),
        Verdict::Failed(failure) => failed(&failure, subject),
        Verdict::Required(reason) => Refusal::new(&types::PRECONDITION_REQUIRED, details::required(reason, subject))
            .with_reason(reason)
            .map_problem(|problem| {
                problem.current_etag.clone_from(&subject.etag);
                problem.current_author = subject.author.cloned();
            }),
        Verdict::Proceed | Verdict::AlreadyApplied | Verdict::Undecided | Verdict::NotModified => {
            Refusal::new(&types::INTERNAL_ERROR, details::internal())
        }
    };
    refusal.with_evaluation(judged).map_problem(|problem| problem.deleted.clone_from(&subject.deleted))
}

fn malformed(field: Field, error: &SyntaxError) -> Refusal {
    let refusal = Refusal::new(&types::MALFORMED_PRECONDITION, details::malformed(field, error));
    refusal.with_field(field.as_str()).map_problem(|problem| problem.position = Some(error.position))
}

/// A 412 carries the tag of what is there, since somebody who has lost has to know what they lost against.
fn failed(failure: &Failure, subject: &ProblemSubject<'_>) -> Refusal {
    let mut refusal = Refusal::new(&types::PRECONDITION_FAILED, details::precondition_failed::why(failure, subject))
        .with_reason(failure.reason)
        .with_field(failure.field.as_str())
        .map_problem(|problem| {
            let one_tag = EntityTag::parse(failure.sent.as_bytes()).is_ok();
            problem.your_etag = one_tag.then(|| failure.sent.clone());
            problem.current_etag.clone_from(&subject.etag);
            problem.current_author = subject.author.cloned();
            problem.behind = failure.behind;
            problem.applied_etag.clone_from(&failure.applied);
        });
    if let Some(etag) = &subject.etag {
        let headers = &mut refusal.0.headers;
        match subject.version {
            Some(stored) => representation::insert_validators(headers, stored, etag),
            None => {
                headers.insert(header::ETAG, tag_value(etag));
            }
        }
    }
    refusal
}
