//! The responses with which the guard refuses a request: problem details (RFC 9457).
//!
//! `error` and `reason` are the words of the document server, so that a client for one understands the other. The
//! sentences differ: the guard knows neither authors nor texts, and it names the proxy when the proxy is the cause.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use contract::{Problem, Reason};
use precondition::{
    EntityTag, Evaluation, Failure, FailureReason, Field, Judgement, RequiredReason, SyntaxError, Verdict,
};

use crate::evaluated::EvaluatedConditions;
use crate::fields;
use crate::representation::Unidentifiable;
use crate::resource_key::AmbiguousUrl;

/// The media type of problem details.
const PROBLEM_JSON: &str = "application/problem+json";

/// When a client may try again after a budget was used up, in seconds.
const RETRY_AFTER_SECONDS: u32 = 1;

/// The most characters of a sent value in a sentence. The whole value is in `yourEtag`.
const MAX_SHOWN_CHARS: usize = 80;

/// A type of problem: its status, the last part of its `type`, and its title.
type ProblemKind = (StatusCode, &'static str, &'static str);

const INVALID_REQUEST: ProblemKind = (StatusCode::BAD_REQUEST, "invalid-request", "Invalid Request");
const MALFORMED_PRECONDITION: ProblemKind =
    (StatusCode::BAD_REQUEST, "malformed-precondition", "Malformed Precondition");
const PRECONDITION_FAILED: ProblemKind =
    (StatusCode::PRECONDITION_FAILED, "precondition-failed", "Precondition Failed");
const CONTENT_TOO_LARGE: ProblemKind = (StatusCode::PAYLOAD_TOO_LARGE, "content-too-large", "Content Too Large");
const PRECONDITION_REQUIRED: ProblemKind =
    (StatusCode::PRECONDITION_REQUIRED, "precondition-required", "Precondition Required");
const NOT_GUARDABLE: ProblemKind = (StatusCode::NOT_IMPLEMENTED, "not-guardable", "Not Guardable");
const BAD_GATEWAY: ProblemKind = (StatusCode::BAD_GATEWAY, "bad-gateway", "Bad Gateway");
const BUDGET_EXHAUSTED: ProblemKind = (StatusCode::SERVICE_UNAVAILABLE, "budget-exhausted", "Budget Exhausted");
const GATEWAY_TIMEOUT: ProblemKind = (StatusCode::GATEWAY_TIMEOUT, "gateway-timeout", "Gateway Timeout");

/// Why the guard does not evaluate a write, or cannot.
#[derive(Debug)]
pub(crate) enum GuardRefusal {
    /// The conditions, or their absence.
    Judged {
        judgement: Judgement,
        /// The current tag, if there is a representation.
        current: Option<EntityTag>,
        /// Whether a tag that was sent was issued before the proxy began.
        names_earlier_run: bool,
        is_read: bool,
    },
    /// The URL may be one resource or another.
    Ambiguous(AmbiguousUrl),
    /// The request asks for another method than it has.
    MethodOverride(&'static str),
    /// The body is too long.
    TooLarge { max: usize },
    /// The current representation cannot be identified.
    Unidentified(Unidentifiable),
    /// Two reads without a write between them differed.
    DiffersWithEveryRead,
    /// Too many writes wait, or one has waited too long.
    Busy,
    /// All memory for bodies is in use.
    BuffersFull,
    /// The server did not answer a read in time.
    ReadTimeout,
    /// The server did not answer a write in time.
    WriteTimeout,
    /// The body of a representation broke off.
    BrokenRead,
}

impl GuardRefusal {
    /// Returns the response. `path` is that of the request, `pages` the path of the pages about problems.
    pub(crate) fn into_response(self, path: &str, pages: &str) -> Response<Body> {
        let mut problem = Problem { instance: Some(path.to_owned()), ..Problem::default() };
        let mut tag = None;
        let kind = match self {
            Self::Judged { judgement, current, names_earlier_run, is_read } => {
                let kind = describe(&mut problem, &judgement, current.as_ref(), names_earlier_run, is_read);
                // A 428 has no ETag: a client that repeats the write with it, unread, would lose the update after all.
                tag = current.filter(|_| kind == PRECONDITION_FAILED);
                problem.evaluation = judgement.evaluation;
                kind
            }
            other => {
                let (kind, reason) = other.kind();
                problem.reason = reason.map(|word| Reason::from(word.to_owned()));
                problem.detail = other.detail();
                other.fill_in(&mut problem);
                kind
            }
        };
        let (status, name, title) = kind;
        problem.kind = format!("{pages}{name}");
        problem.title = title.to_owned();
        problem.status = status.as_u16();
        problem.error = name.replace('-', "_");
        problem.message.clone_from(&problem.detail);
        let evaluated = EvaluatedConditions(problem.evaluation.clone());
        let json = serde_json::to_vec(&problem).expect("our own types are always JSON");
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        if let Some(tag) = tag {
            fields::insert_tag(headers, &tag);
        }
        response.extensions_mut().insert(evaluated);
        response
    }

    fn kind(&self) -> (ProblemKind, Option<&'static str>) {
        match self {
            Self::Judged { .. } => (PRECONDITION_FAILED, None),
            Self::Ambiguous(_) => (INVALID_REQUEST, Some("ambiguous_url")),
            Self::MethodOverride(_) => (INVALID_REQUEST, Some("method_override")),
            Self::TooLarge { .. } => (CONTENT_TOO_LARGE, None),
            Self::Unidentified(Unidentifiable::Status(_)) => (NOT_GUARDABLE, Some("not_readable")),
            Self::Unidentified(Unidentifiable::Endless) => (NOT_GUARDABLE, Some("endless")),
            Self::Unidentified(Unidentifiable::TooLong) => (NOT_GUARDABLE, Some("too_long")),
            Self::Unidentified(Unidentifiable::BudgetUsedUp) | Self::Busy | Self::BuffersFull => {
                (BUDGET_EXHAUSTED, None)
            }
            Self::DiffersWithEveryRead => (NOT_GUARDABLE, Some("differs_with_every_read")),
            Self::ReadTimeout | Self::WriteTimeout => (GATEWAY_TIMEOUT, None),
            Self::BrokenRead => (BAD_GATEWAY, None),
        }
    }

    fn fill_in(&self, problem: &mut Problem) {
        match self {
            Self::TooLarge { max } => {
                problem.limit = Some(*max as u64);
                problem.budget = Some("guard-write-bytes".to_owned());
            }
            Self::Busy => problem.budget = Some("guard-waiting-writes".to_owned()),
            Self::BuffersFull | Self::Unidentified(Unidentifiable::BudgetUsedUp) => {
                problem.budget = Some("guard-buffered-bytes".to_owned());
            }
            _ => {}
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Judged { .. } => String::new(),
            Self::Ambiguous(why) => format!(
                "Nothing was written. The proxy cannot tell which resource this URL names, since {why}, and servers \
                 disagree about that. Send the write to the URL that the server itself uses for the resource."
            ),
            Self::MethodOverride(field) => format!(
                "Nothing was written. The field {field} asks the server to treat this request as another method, which \
                 would hide a write from the proxy. Send the request with that method itself."
            ),
            Self::TooLarge { max } => format!(
                "Nothing was written. The body has more than {max} bytes, and the proxy reads the whole body of a \
                 write before it evaluates the condition. Its operator can raise the limit (--max-guarded)."
            ),
            Self::Unidentified(why) => unidentified(*why),
            Self::DiffersWithEveryRead => "Nothing was written. The proxy has read this resource several times in a \
                 row, without a write in between, and each response differed from the one before. So it cannot tell \
                 whether another client has changed the resource, and does not guess. Look for a time, a counter or a \
                 random value in the response; a resource that has one cannot be guarded."
                .to_owned(),
            Self::Busy => "Nothing was written. Too many writes to this resource wait for each other at the proxy, or \
                 the server behind it is slow. Send the same write again later."
                .to_owned(),
            Self::BuffersFull => "Nothing was written. All memory for the bodies of writes is in use at the proxy. \
                 Send the same write again later."
                .to_owned(),
            Self::ReadTimeout => "Nothing was written. The proxy reads the current version before it evaluates a \
                 condition, and the server behind it did not answer in time. Send the same write again later."
                .to_owned(),
            Self::WriteTimeout => {
                "The condition holds, so the proxy sent the write to the server behind it, which did \
                 not answer in time. The write may or may not have been applied, or be applied later: read the \
                 resource before you write again."
                    .to_owned()
            }
            Self::BrokenRead => "Nothing was written. The response of the server behind the proxy broke off. Send the \
                 same request again."
                .to_owned(),
        }
    }
}

fn unidentified(why: Unidentifiable) -> String {
    let why = match why {
        Unidentifiable::Status(status) => format!(
            "a GET of this URL gets the status {}, so there is no representation that a condition could name. If the \
             response is a redirect, send the write to its target",
            status.as_u16()
        ),
        Unidentifiable::Endless => {
            "the response to a GET of this URL does not end, so there is no version that a condition could name"
                .to_owned()
        }
        Unidentifiable::TooLong => "the response to a GET of this URL is too long to be compared in memory, and the \
             server gives it no strong ETag. The operator of the proxy can raise the limit (--max-guarded)"
            .to_owned(),
        Unidentifiable::BudgetUsedUp => {
            "all memory for comparing responses is in use at the proxy. Send the same write again later".to_owned()
        }
    };
    format!("Nothing was written. The proxy cannot evaluate the write: {why}.")
}

/// Fills in a problem about conditions, and returns its type.
fn describe(
    problem: &mut Problem,
    judgement: &Judgement,
    current: Option<&EntityTag>,
    names_earlier_run: bool,
    is_read: bool,
) -> ProblemKind {
    problem.current_etag = current.cloned();
    match &judgement.verdict {
        Verdict::Malformed { field, error } => {
            problem.field = Some(field.as_str().to_owned());
            problem.position = Some(error.position);
            problem.detail = malformed(*field, error);
            MALFORMED_PRECONDITION
        }
        Verdict::Failed(failure) => {
            problem.reason = Some(failure.reason.into());
            problem.field = Some(failure.field.as_str().to_owned());
            let is_one_tag = EntityTag::parse(failure.sent.as_bytes()).is_ok();
            problem.your_etag = is_one_tag.then(|| failure.sent.clone());
            problem.behind = failure.behind;
            let why = if names_earlier_run && failure.reason == FailureReason::UnknownTag {
                let again = next_step(is_read);
                format!(
                    "{} was issued before the proxy was started again, and the proxy does not know what was written \
                     meanwhile. {again}",
                    short(&failure.sent)
                )
            } else {
                failed(failure, current, is_read)
            };
            problem.detail = if is_read { why } else { format!("Nothing was written. {why}") };
            PRECONDITION_FAILED
        }
        Verdict::Required(reason) => {
            problem.reason = Some((*reason).into());
            problem.detail = required(*reason, current);
            PRECONDITION_REQUIRED
        }
        // The callers handle these verdicts themselves, so they are never sent.
        Verdict::Proceed
        | Verdict::AlreadyApplied
        | Verdict::Undecided
        | Verdict::NotModified
        | Verdict::NotFound
        | Verdict::Gone => BAD_GATEWAY,
    }
}

fn malformed(field: Field, error: &SyntaxError) -> String {
    format!(
        "{field} is malformed: at byte {}, the proxy expected {}. Nothing was done. Send one or more tags as you \
         received them, with their quotes and with commas between them, or * alone.",
        error.position, error.expected
    )
}

fn required(reason: RequiredReason, current: Option<&EntityTag>) -> String {
    let Some(current) = current else {
        return "There is nothing here, and your request does not say that it expects nothing. To create the resource, \
                send If-None-Match: *. If another client creates it first, the proxy then refuses yours with a 412."
            .to_owned();
    };
    let why = match reason {
        RequiredReason::NoCondition => {
            "Your write does not say which version of the resource it replaces, so it could overwrite a change that \
             you have not seen."
        }
        RequiredReason::WildcardNamesNoVersion => {
            "If-Match: * holds, but it names no version: it only says that the resource exists, so your write could \
             overwrite a change that you have not seen."
        }
        RequiredReason::NamesNoVersion => {
            "Your If-None-Match holds, but it names no version to replace: it only rules versions out, so your write \
             could overwrite a change that you have not seen."
        }
        RequiredReason::DateInFuture => {
            "Your If-Unmodified-Since holds, but its date is later than the proxy's clock, so it cannot be when you \
             read the resource."
        }
    };
    format!(
        "{why} Read the resource through this proxy, then repeat the write with If-Match and the value of that \
         response's ETag. (The current ETag is {current}. Repeating the write with it, without reading, is the lost \
         update again.)"
    )
}

fn failed(failure: &Failure, current: Option<&EntityTag>, is_read: bool) -> String {
    let Failure { field, reason, sent, behind, .. } = failure;
    let (sent, again) = (short(sent), next_step(is_read));
    let Some(current) = current else {
        let was =
            if *reason == FailureReason::Deleted { "There is nothing here any more" } else { "There is nothing here" };
        return format!("{was}, so there is no version that {field} could match. To create it, send If-None-Match: *.");
    };
    match reason {
        FailureReason::AlreadyExists => format!(
            "{field}: {sent} allows the write only if the current version is not among these, and it is {current}. To \
             replace it, read it first, then send its tag in If-Match."
        ),
        FailureReason::WeakTag => format!(
            "{sent} is a weak tag, and If-Match compares strongly. The proxy issues only strong tags, so an \
             intermediary between you and the proxy has weakened this one. The resource is now {current}. {again}"
        ),
        FailureReason::TransformedTag => format!(
            "{sent} is the current tag with the suffix that an intermediary adds when it compresses. The proxy issued \
             {current}. Read with Accept-Encoding: identity, and send the tag as you received it."
        ),
        FailureReason::UnknownTag => format!(
            "The proxy has not issued {sent} for this resource, or has forgotten it. The resource is now {current}. \
             The server's own tags do not count: take the tag from a response through this proxy. {again}"
        ),
        FailureReason::DateTooCoarse => format!(
            "{field} names a whole second, and the proxy cannot know whether the resource was changed more than once \
             within it. The resource is now {current}. Read it again, and send its tag in If-Match."
        ),
        _ if *field == Field::IfUnmodifiedSince => {
            format!("The resource has changed since {sent}: it is now {current}. {again}")
        }
        _ => {
            let later = match behind {
                Some(1) => ", one version later".to_owned(),
                Some(behind) if *behind > 0 => format!(", {behind} versions later"),
                _ => String::new(),
            };
            format!("You read {sent}, and the resource is now {current}{later}. {again}")
        }
    }
}

fn next_step(is_read: bool) -> &'static str {
    if is_read {
        "To read the current version, send no condition."
    } else {
        "Read it again, merge your change with it, and write with the new tag."
    }
}

/// Returns a value that was sent, shortened for a sentence; an empty one in words.
fn short(sent: &str) -> String {
    match sent.char_indices().nth(MAX_SHOWN_CHARS) {
        None if sent.is_empty() => "an empty list of tags".to_owned(),
        None => sent.to_owned(),
        Some((end, _)) => format!("{}…", &sent[..end]),
    }
}

/// Returns the evaluated conditions of a judgement as an extension of the response.
pub(crate) fn note_evaluation(response: &mut Response<Body>, evaluation: Vec<Evaluation>) {
    if !evaluation.is_empty() {
        response.extensions_mut().insert(EvaluatedConditions(evaluation));
    }
}
