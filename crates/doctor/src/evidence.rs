//! Everything that an examination has seen: what the checks are judged by.

use std::collections::BTreeMap;

use client::RawResponse;
use contract::{EntityTag, Policy, Problem, fields};
use traffic::intermediary::Intermediary;

use crate::event_watch::{IdleStream, WatchedStream};
use crate::judgement::PathJudgement;
use crate::proxy_kind::{ProxyKind, recognized, signs};
use crate::received_tag::{issued_tag, received_tag};
use crate::redirect::FollowedRedirect;
use crate::step::ExamStep;

/// Whether the examination wrote, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WritingState {
    /// It wrote to its scratch document.
    Written,
    /// It did not write, or not to the end, for this reason.
    NotWritten(String),
}

/// Everything that an examination has seen.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The address that was examined in the end.
    pub server: String,
    /// Whether requests to it are encrypted.
    pub is_encrypted: bool,
    /// Whether it is on this machine.
    pub is_loopback: bool,
    /// The redirects that led there.
    pub redirects: Vec<FollowedRedirect>,
    /// The responses, or why there is none.
    pub exchanges: BTreeMap<ExamStep, Result<RawResponse, String>>,
    /// The policy of the server, if it can be read.
    pub policy: Option<Policy>,
    /// By how many seconds the server's clock is ahead of this machine's, from the first response.
    pub clock_ahead_seconds: Option<i64>,
    /// Whether the examination wrote.
    pub writing: WritingState,
    /// The tag that the server issued for the version before each write, by the step of the write.
    pub tags: BTreeMap<ExamStep, EntityTag>,
    /// Whether [`ExamStep::Read`] is of a document, and not of a list.
    pub is_document: bool,
    /// Whether the late body was sent before the response arrived.
    pub is_body_awaited: Option<bool>,
    /// The event stream, if one was opened.
    pub stream: Option<WatchedStream>,
    /// The idle stream, if one was watched.
    pub idle: Option<IdleStream>,
}

impl Evidence {
    /// Returns evidence of nothing yet, about the server at an address.
    #[must_use]
    pub fn new(server: String, is_encrypted: bool, is_loopback: bool) -> Self {
        Self {
            server,
            is_encrypted,
            is_loopback,
            redirects: Vec::new(),
            exchanges: BTreeMap::new(),
            policy: None,
            clock_ahead_seconds: None,
            writing: WritingState::NotWritten("the examination ended early".to_owned()),
            tags: BTreeMap::new(),
            is_document: false,
            is_body_awaited: None,
            stream: None,
            idle: None,
        }
    }

    /// Returns all responses, in the order of the steps.
    pub(crate) fn responses(&self) -> impl Iterator<Item = &RawResponse> {
        let stream = self.stream.iter().filter_map(|stream| stream.head.as_ref());
        self.exchanges.values().filter_map(|exchange| exchange.as_ref().ok()).chain(stream)
    }

    /// Returns the proxies that name themselves.
    #[must_use]
    pub fn proxies(&self) -> Vec<ProxyKind> {
        recognized(&self.responses().collect::<Vec<_>>())
    }

    /// Returns what the responses say about intermediaries.
    #[must_use]
    pub fn signs(&self) -> Vec<String> {
        signs(self.responses())
    }

    /// Returns the response of a step.
    ///
    /// # Errors
    ///
    /// The judgement of a check that cannot be made without it.
    pub(crate) fn response(&self, step: ExamStep) -> Result<&RawResponse, PathJudgement> {
        match self.exchanges.get(&step) {
            Some(Ok(response)) => Ok(response),
            Some(Err(lost)) => Err(PathJudgement::broken(format!("no response: {lost}"))),
            None => Err(PathJudgement::not_asked(self.why_not_asked())),
        }
    }

    /// Returns why a step was left out.
    pub(crate) fn why_not_asked(&self) -> String {
        match &self.writing {
            WritingState::NotWritten(why) => why.clone(),
            WritingState::Written => "an earlier step failed".to_owned(),
        }
    }

    /// Returns the tag that the server issued for the version before a write.
    pub(crate) fn tag_before(&self, step: ExamStep) -> Option<&EntityTag> {
        self.tags.get(&step)
    }
}

/// Returns the problem details of a response, or `None` if they are not those of an ifmatch server.
pub(crate) fn problem_of(response: &RawResponse) -> Option<Problem> {
    let is_problem = has_media_type(response, fields::PROBLEM_JSON);
    let problem: Problem = serde_json::from_slice(&response.body).ok().filter(|_| is_problem)?;
    Some(problem).filter(|problem| problem.status == response.status && problem.kind.starts_with("/problems/"))
}

/// Returns whether a response has that media type, with any parameters.
pub(crate) fn has_media_type(response: &RawResponse, media_type: &str) -> bool {
    let sent = response.field("Content-Type").and_then(|value| value.split(';').next());
    sent.is_some_and(|sent| sent.trim().eq_ignore_ascii_case(media_type))
}

/// Returns the content coding of a response, if it has one.
pub(crate) fn coding_of(response: &RawResponse) -> Option<&str> {
    response.field("Content-Encoding").filter(|coding| !matches!(coding.trim(), "" | "identity"))
}

/// Returns whether a refusal is the server's own, with its problem details.
///
/// A refusal that is compressed cannot be read here, and is taken for the server's.
pub(crate) fn is_own_refusal(response: &RawResponse) -> bool {
    problem_of(response).is_some() || coding_of(response).is_some()
}

/// Checks that the body of a response can be read.
///
/// # Errors
///
/// The judgement of a check that cannot be made without it.
pub(crate) fn check_not_coded(response: &RawResponse) -> Result<(), PathJudgement> {
    if coding_of(response).is_some() { Err(PathJudgement::not_asked("the body is compressed")) } else { Ok(()) }
}

/// Returns the signs of an intermediary in a response, in parentheses after a space.
pub(crate) fn by(response: &RawResponse) -> String {
    Intermediary::read(|name| response.field(name).map(str::as_bytes)).to_parenthetical()
}

/// Returns a status, and what the response is, if it is not the server's own.
pub(crate) fn described(response: &RawResponse) -> String {
    match problem_of(response) {
        Some(problem) => match &problem.reason {
            Some(reason) => format!("{} ({reason})", response.status),
            None => format!("{} ({})", response.status, problem.error),
        },
        None => format!("{}{}", response.status, by(response)),
    }
}

/// Returns whether the tag of a response is the one that the server issued, unchanged.
pub(crate) fn has_tag(response: &RawResponse, issued: &EntityTag) -> bool {
    received_tag(response).is_some_and(|tag| tag == *issued)
}

/// Returns whether the tag of a response is the issued one, whatever a proxy added to it.
pub(crate) fn has_tag_in_other_form(response: &RawResponse, issued: &EntityTag) -> bool {
    received_tag(response).is_some_and(|tag| issued_tag(&tag) == *issued)
}
