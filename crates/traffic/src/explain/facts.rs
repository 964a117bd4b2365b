//! The facts of an exchange that its sentence needs, read from fields and bodies.

use contract::{ANONYMOUS, ApiPath, Author, Exchange, Message, Problem, fields};

use crate::intermediary::tag_transformation;

/// An exchange, and the facts that are read from it.
pub(super) struct ExchangeFacts<'a> {
    pub(super) exchange: &'a Exchange,
    /// The target; `None` if it is not an address of the contract.
    pub(super) target: Option<ApiPath>,
    /// The problem details in the response; the default if there are none.
    pub(super) problem: Problem,
    /// The author of the version that this write overwrote, if an earlier exchange names them.
    overwritten_author: Option<String>,
}

impl<'a> ExchangeFacts<'a> {
    pub(super) fn new(exchange: &'a Exchange, earlier: impl IntoIterator<Item = &'a Exchange>) -> Self {
        let target = ApiPath::parse(&exchange.target);
        let problem = exchange.response.as_ref().and_then(problem_in).unwrap_or_default();
        let facts = Self { exchange, target, problem, overwritten_author: None };
        let overwritten_author = facts.overwrote().and_then(|tag| author_of(tag, &facts, earlier));
        Self { overwritten_author, ..facts }
    }

    /// Returns whether the request is a write.
    pub(super) fn is_write(&self) -> bool {
        matches!(self.exchange.method.as_str(), "PUT" | "PATCH" | "DELETE" | "POST")
    }

    /// Returns a field of the request.
    pub(super) fn request_field(&self, name: &str) -> Option<&str> {
        self.exchange.request.field(name)
    }

    /// Returns a field of the response.
    pub(super) fn response_field(&self, name: &str) -> Option<&str> {
        self.exchange.response.as_ref()?.field(name)
    }

    /// Returns the tag in the response.
    pub(super) fn etag(&self) -> Option<&str> {
        self.response_field("ETag")
    }

    /// Returns whether a proxy changed the tag in the response, so that If-Match never matches it.
    pub(super) fn has_changed_tag(&self) -> bool {
        self.etag().and_then(|tag| tag.parse().ok()).as_ref().and_then(tag_transformation).is_some()
    }

    /// Returns the tag of the current version, or words for an unknown one.
    ///
    /// The body is preferred: a proxy may have changed the field.
    fn current_tag(&self) -> String {
        let tag = self.problem.current_etag.as_ref().map(ToString::to_string);
        let tag = tag.or_else(|| self.etag().map(ToOwned::to_owned));
        tag.unwrap_or_else(|| "another version".to_owned())
    }

    /// Returns the current version with its author, who may be the sender: `"v6-a2c19f03" by bob`.
    pub(super) fn version_and_author(&self) -> String {
        format!("{}{}", self.current_tag(), self.by_author())
    }

    /// Returns the current version, which the sender had not read: `"v6-a2c19f03" by bob`.
    pub(super) fn current_version(&self) -> String {
        let tag = self.current_tag();
        match self.author() {
            // Another editor may use the sender's name; 'by alice' would mean that alice knows this version.
            Some(author) if self.is_sender(&author) => format!("{tag}, saved under the same name"),
            Some(author) => format!("{tag} by {author}"),
            None => tag,
        }
    }

    /// Returns the name of the request's author, or 'anonymous' if the request names none.
    pub(super) fn sender(&self) -> &str {
        self.exchange.author.as_ref().map_or(ANONYMOUS, Author::as_str)
    }

    /// Returns whether the request's author has this name.
    pub(super) fn is_sender(&self, name: &str) -> bool {
        self.sender() == name
    }

    /// Returns the author of the current version, such as ` by bob`; empty if the response names none.
    pub(super) fn by_author(&self) -> String {
        self.author().map_or_else(String::new, |author| format!(" by {author}"))
    }

    fn author(&self) -> Option<String> {
        let author = self.response_field(fields::AUTHOR).map(plain_name);
        author.or_else(|| self.problem.current_author.as_ref().map(ToString::to_string))
    }

    /// Returns the document's id in quotes, or 'that' if the target is not a document's.
    pub(super) fn document(&self) -> String {
        let id = self.target.as_ref().and_then(ApiPath::document);
        id.map_or_else(|| "that".to_owned(), |id| format!("\u{2018}{id}\u{2019}"))
    }

    /// Returns the number of the version in the target; empty if the target is not a version's.
    pub(super) fn version(&self) -> String {
        let Some(ApiPath::Version(_, number)) = &self.target else { return String::new() };
        number.to_string()
    }

    /// Returns the tag of the version that this write overwrote unseen, if the server says so.
    pub(super) fn overwrote(&self) -> Option<&str> {
        self.exchange.overwrote()
    }

    /// Returns a clause about the overwritten version: `"v6-a2c19f03" by bob, which alice had never seen`.
    pub(super) fn overwritten_version(&self, tag: &str) -> String {
        match &self.overwritten_author {
            Some(author) if self.is_sender(author) => format!("{tag}, saved under the same name"),
            Some(author) => format!("{tag} by {author}, which {} had never seen", self.sender()),
            None => format!("{tag}, which {} had never seen", self.sender()),
        }
    }

    /// Returns `If-Match`, else `If-None-Match`, else `If-Unmodified-Since` of the request.
    pub(super) fn condition(&self) -> SentCondition<'_> {
        if let Some(value) = self.request_field("If-Match") {
            return match value.trim() {
                "*" => SentCondition::IfMatchAny,
                "" => SentCondition::EmptyIfMatch,
                _ => SentCondition::IfMatch(value),
            };
        }
        if let Some(value) = self.request_field("If-None-Match") {
            return if value.trim() == "*" { SentCondition::IfNoneMatchAny } else { SentCondition::IfNoneMatch(value) };
        }
        self.request_field("If-Unmodified-Since").map_or(SentCondition::None, SentCondition::IfUnmodifiedSince)
    }
}

/// The condition of a request.
#[derive(Clone, Copy)]
pub(super) enum SentCondition<'a> {
    IfMatch(&'a str),
    IfMatchAny,
    /// `If-Match` without a tag: no version satisfies it (RFC 9110 sections 13.1.1 and 5.6.1).
    EmptyIfMatch,
    IfNoneMatch(&'a str),
    IfNoneMatchAny,
    IfUnmodifiedSince(&'a str),
    None,
}

/// Returns the problem details in a body, or `None` if it has none or was not kept whole.
fn problem_in(response: &Message) -> Option<Problem> {
    let media_type = response.field("Content-Type")?;
    let is_problem =
        media_type.split(';').next().is_some_and(|sent| sent.trim().eq_ignore_ascii_case(fields::PROBLEM_JSON));
    is_problem.then(|| serde_json::from_str(&response.body).ok()).flatten()
}

/// Returns the author of the version `tag` of the same document, if an earlier response names them.
fn author_of<'a>(
    tag: &str,
    facts: &ExchangeFacts<'_>,
    earlier: impl IntoIterator<Item = &'a Exchange>,
) -> Option<String> {
    let is_about_version = |exchange: &&Exchange| {
        let about = ApiPath::parse(&exchange.target);
        let same = about.as_ref().and_then(ApiPath::document) == facts.target.as_ref().and_then(ApiPath::document);
        same && exchange.response.as_ref().and_then(|response| response.field("ETag")) == Some(tag)
    };
    let mut responses = earlier.into_iter().filter(is_about_version);
    responses.find_map(|exchange| exchange.response.as_ref()?.field(fields::AUTHOR).map(plain_name))
}

/// Returns the decoded name in an author field; a malformed value is returned as it is.
fn plain_name(value: &str) -> String {
    Author::from_field(value.as_bytes()).map_or_else(|_| value.to_owned(), String::from)
}
