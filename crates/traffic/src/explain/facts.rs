//! What an exchange says, picked out of its fields and bodies for the sentences about it.

use contract::{ApiPath, Author, Exchange, Message, Problem, fields};

/// An exchange, and what can be read from it.
pub(super) struct ExchangeFacts<'a> {
    pub(super) exchange: &'a Exchange,
    /// None where it is nothing that the contract knows.
    pub(super) target: Option<ApiPath>,
    /// The problem in the answer; an empty one where there is none.
    pub(super) problem: Problem,
    /// Who wrote the version that this write buried, where that was seen.
    buried_author: Option<String>,
}

impl<'a> ExchangeFacts<'a> {
    pub(super) fn new(exchange: &'a Exchange, earlier: impl IntoIterator<Item = &'a Exchange>) -> Self {
        let target = ApiPath::parse(&exchange.target);
        let problem = exchange.response.as_ref().and_then(problem_in).unwrap_or_default();
        let facts = Self { exchange, target, problem, buried_author: None };
        let buried_author = facts.overwrote().and_then(|tag| author_of(tag, &facts, earlier));
        Self { buried_author, ..facts }
    }

    /// Whether the request asks for a change.
    pub(super) fn is_write(&self) -> bool {
        matches!(self.exchange.method.as_str(), "PUT" | "PATCH" | "DELETE" | "POST")
    }

    /// A field of the request.
    pub(super) fn request_field(&self, name: &str) -> Option<&str> {
        self.exchange.request.field(name)
    }

    /// A field of the answer.
    pub(super) fn response_field(&self, name: &str) -> Option<&str> {
        self.exchange.response.as_ref()?.field(name)
    }

    /// The tag in the answer.
    pub(super) fn etag(&self) -> Option<&str> {
        self.response_field("ETag")
    }

    /// The tag of the current version.
    fn current_tag(&self) -> String {
        let tag = self.etag().map(ToOwned::to_owned);
        let tag = tag.or_else(|| self.problem.current_etag.as_ref().map(ToString::to_string));
        tag.unwrap_or_else(|| "another version".to_owned())
    }

    /// The current version, which the asker may well have written: `"v6-a2c19f03" by bob`.
    pub(super) fn version_and_author(&self) -> String {
        format!("{}{}", self.current_tag(), self.by_author())
    }

    /// The current version, which the asker did not know of: `"v6-a2c19f03" by bob`.
    pub(super) fn current_version(&self) -> String {
        let tag = self.current_tag();
        match self.author() {
            // The name alone would say that the asker knows that version.
            Some(author) if self.is_asker(&author) => format!("{tag}, saved under your name"),
            Some(author) => format!("{tag} by {author}"),
            None => tag,
        }
    }

    /// Whether that is the name of whoever asked.
    pub(super) fn is_asker(&self, name: &str) -> bool {
        self.exchange.author.as_ref().is_some_and(|asker| asker.as_str() == name)
    }

    /// ` by bob`, for the version that `ETag` names; nothing where the answer does not say.
    pub(super) fn by_author(&self) -> String {
        self.author().map_or_else(String::new, |author| format!(" by {author}"))
    }

    fn author(&self) -> Option<String> {
        let author = self.response_field(fields::AUTHOR).map(plain_name);
        author.or_else(|| self.problem.current_author.as_ref().map(ToString::to_string))
    }

    /// The document's id in quotes, or another word for what was asked for.
    pub(super) fn document(&self) -> String {
        let id = self.target.as_ref().and_then(ApiPath::document);
        id.map_or_else(|| "that".to_owned(), |id| format!("\u{2018}{id}\u{2019}"))
    }

    /// The number of the version that was asked for; empty if no single version was asked for.
    pub(super) fn version(&self) -> String {
        let Some(ApiPath::Version(_, number)) = &self.target else { return String::new() };
        number.to_string()
    }

    /// The version that this write buried, unseen by its writer.
    pub(super) fn overwrote(&self) -> Option<&str> {
        self.exchange.overwrote()
    }

    /// Whose edit went with it: `bob's edit`.
    pub(super) fn lost_edit(&self) -> String {
        match &self.buried_author {
            Some(author) if self.is_asker(author) => "an edit under your name".to_owned(),
            Some(author) => format!("{author}'s edit"),
            None => "the edit in it".to_owned(),
        }
    }

    /// How the request named the version that it replaces: the first that counts of the conditions that it carries.
    pub(super) fn condition(&self) -> SentCondition<'_> {
        if let Some(value) = self.request_field("If-Match") {
            return if value.trim() == "*" { SentCondition::IfMatchAny } else { SentCondition::IfMatch(value) };
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
    IfNoneMatch(&'a str),
    IfNoneMatchAny,
    IfUnmodifiedSince(&'a str),
    None,
}

/// The problem in a body, where it is one and was kept whole.
fn problem_in(response: &Message) -> Option<Problem> {
    let media_type = response.field("Content-Type")?;
    let is_problem =
        media_type.split(';').next().is_some_and(|sent| sent.trim().eq_ignore_ascii_case(fields::PROBLEM_JSON));
    is_problem.then(|| serde_json::from_str(&response.body).ok()).flatten()
}

/// Who wrote the version `tag` of the same document, as an earlier answer told it.
fn author_of<'a>(
    tag: &str,
    facts: &ExchangeFacts<'_>,
    earlier: impl IntoIterator<Item = &'a Exchange>,
) -> Option<String> {
    let names_it = |exchange: &&Exchange| {
        let about = ApiPath::parse(&exchange.target);
        let same = about.as_ref().and_then(ApiPath::document) == facts.target.as_ref().and_then(ApiPath::document);
        same && exchange.response.as_ref().and_then(|response| response.field("ETag")) == Some(tag)
    };
    let mut told = earlier.into_iter().filter(names_it);
    told.find_map(|exchange| exchange.response.as_ref()?.field(fields::AUTHOR).map(plain_name))
}

/// An author as people write the name; what cannot be read is shown as it stands.
fn plain_name(value: &str) -> String {
    Author::from_field(value.as_bytes()).map_or_else(|_| value.to_owned(), String::from)
}
