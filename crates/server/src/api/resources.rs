//! The resources of the server, each with its path and its methods.
//!
//! This is their only table. The [router](crate::routes) and the [description](crate::openapi) are both generated from
//! it, and each has a `match` with an arm for every resource. So every route is described, and everything described is
//! a route. What is *not* here: the handlers, and the meaning of the resources.

use axum::http::Method;

/// A resource, or a family of resources that share a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    Home,
    Documents,
    Document,
    Versions,
    Version,
    DocumentEvents,
    Events,
    Participants,
    OwnGate,
    Question,
    Answer,
    Policy,
    Gate,
    ReleaseAll,
    Release,
    Faults,
    Exchanges,
    Roster,
    Remove,
    Readmit,
    QuestionSetting,
    Room,
    Problem,
    OpenApi,
    Health,
    Metrics,
}

/// The access that a request requires on a server with tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequiredAccess {
    Nothing,
    Token,
    Admin,
}

/// The methods of a read-only resource.
const ALLOW_READ_ONLY: &str = "GET, HEAD, OPTIONS";
/// The methods of a setting.
const ALLOW_SETTING: &str = "GET, HEAD, PUT, OPTIONS";
/// The methods of an action.
const ALLOW_ACTION: &str = "POST, OPTIONS";

/// The maximum number of segments in the path of a resource.
const MAX_SEGMENTS: usize = 5;

impl Resource {
    /// Returns whether only a leader asks for this: the question, the people, or the record.
    ///
    /// An editor reads the gate and the policy, too.
    pub(crate) const fn is_for_leaders(self) -> bool {
        matches!(self, Self::QuestionSetting | Self::Roster | Self::Remove | Self::Readmit | Self::Exchanges)
    }

    /// Returns whether a server with a gateway has this, too: everything but documents, and joining a room.
    pub(crate) const fn is_without_documents(self) -> bool {
        !matches!(
            self,
            Self::Home
                | Self::Documents
                | Self::Document
                | Self::Versions
                | Self::Version
                | Self::DocumentEvents
                | Self::Participants
                | Self::OwnGate
                | Self::Answer
        )
    }

    /// All resources, in the order in which a reader of the API meets them.
    pub(crate) const ALL: [Self; 26] = [
        Self::Home,
        Self::Documents,
        Self::Document,
        Self::Versions,
        Self::Version,
        Self::DocumentEvents,
        Self::Events,
        Self::Participants,
        Self::OwnGate,
        Self::Question,
        Self::Answer,
        Self::Policy,
        Self::Gate,
        Self::ReleaseAll,
        Self::Release,
        Self::Faults,
        Self::Exchanges,
        Self::Roster,
        Self::Remove,
        Self::Readmit,
        Self::QuestionSetting,
        Self::Room,
        Self::Problem,
        Self::OpenApi,
        Self::Health,
        Self::Metrics,
    ];

    /// Returns the path, with its parameters in braces.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Documents => "/api/documents",
            Self::Document => "/api/documents/{id}",
            Self::Versions => "/api/documents/{id}/versions",
            Self::Version => "/api/documents/{id}/versions/{version}",
            Self::DocumentEvents => "/api/documents/{id}/events",
            Self::Events => "/api/events",
            Self::Participants => "/api/participants",
            Self::OwnGate => "/api/gate",
            Self::Question => "/api/question",
            Self::Answer => "/api/question/answers/{participant}",
            Self::Policy => "/control/policy",
            Self::Gate => "/control/gate",
            Self::ReleaseAll => "/control/gate/release",
            Self::Release => "/control/gate/{exchange}/release",
            Self::Faults => "/control/faults",
            Self::Exchanges => "/control/exchanges",
            Self::Roster => "/control/participants",
            Self::Remove => "/control/participants/{participant}/remove",
            Self::Readmit => "/control/participants/{participant}/readmit",
            Self::QuestionSetting => "/control/question",
            Self::Room => "/control/room",
            Self::Problem => "/problems/{name}",
            Self::OpenApi => "/openapi.json",
            Self::Health => "/healthz",
            Self::Metrics => "/metrics",
        }
    }

    /// Returns the resource that a path names, and the parameters of the path, not decoded.
    ///
    /// This is the reverse of [`path`](Self::path), as a test checks. The path is compared unchanged: escapes and empty
    /// segments stay. A parameter that the resource does not have is empty.
    pub(crate) fn find(path: &str) -> Option<(Self, [&str; 2])> {
        if path == Self::Home.path() {
            return Some((Self::Home, ["", ""]));
        }
        let mut segments = [""; MAX_SEGMENTS];
        let mut count = 0;
        for segment in path.strip_prefix('/')?.split('/') {
            *segments.get_mut(count)? = Some(segment).filter(|segment| !segment.is_empty())?;
            count += 1;
        }
        Some(match segments[..count] {
            ["api", "documents"] => (Self::Documents, ["", ""]),
            ["api", "documents", id] => (Self::Document, [id, ""]),
            ["api", "documents", id, "versions"] => (Self::Versions, [id, ""]),
            ["api", "documents", id, "versions", version] => (Self::Version, [id, version]),
            ["api", "documents", id, "events"] => (Self::DocumentEvents, [id, ""]),
            ["api", "events"] => (Self::Events, ["", ""]),
            ["api", "participants"] => (Self::Participants, ["", ""]),
            ["api", "gate"] => (Self::OwnGate, ["", ""]),
            ["api", "question"] => (Self::Question, ["", ""]),
            ["api", "question", "answers", name] => (Self::Answer, [name, ""]),
            ["control", "policy"] => (Self::Policy, ["", ""]),
            ["control", "gate"] => (Self::Gate, ["", ""]),
            ["control", "gate", "release"] => (Self::ReleaseAll, ["", ""]),
            ["control", "gate", exchange, "release"] => (Self::Release, [exchange, ""]),
            ["control", "faults"] => (Self::Faults, ["", ""]),
            ["control", "exchanges"] => (Self::Exchanges, ["", ""]),
            ["control", "participants"] => (Self::Roster, ["", ""]),
            ["control", "participants", name, "remove"] => (Self::Remove, [name, ""]),
            ["control", "participants", name, "readmit"] => (Self::Readmit, [name, ""]),
            ["control", "question"] => (Self::QuestionSetting, ["", ""]),
            ["control", "room"] => (Self::Room, ["", ""]),
            ["problems", name] => (Self::Problem, [name, ""]),
            ["openapi.json"] => (Self::OpenApi, ["", ""]),
            ["healthz"] => (Self::Health, ["", ""]),
            ["metrics"] => (Self::Metrics, ["", ""]),
            _ => return None,
        })
    }

    /// Returns the access that a method requires, on a server with tokens.
    ///
    /// A request that reads or changes a document requires a token. A request that leads the session requires an admin
    /// token, except for reading the policy, since all writers must know the rules, and the settings of the room, which
    /// editors follow. The other resources show neither documents nor names: a monitor reads health and metrics without
    /// access to documents, and a refused client must be able to read why. OPTIONS is open everywhere, since its
    /// response is the same for all clients.
    pub(crate) fn required_access(self, method: &Method) -> RequiredAccess {
        match self {
            Self::Policy | Self::Room if method.is_safe() => RequiredAccess::Token,
            Self::Documents
            | Self::Document
            | Self::Versions
            | Self::Version
            | Self::DocumentEvents
            | Self::Events
            | Self::Participants
            | Self::OwnGate
            | Self::Question
            | Self::Answer => RequiredAccess::Token,
            Self::Policy
            | Self::Gate
            | Self::ReleaseAll
            | Self::Release
            | Self::Faults
            | Self::Exchanges
            | Self::Roster
            | Self::Remove
            | Self::Readmit
            | Self::QuestionSetting
            | Self::Room => RequiredAccess::Admin,
            // The page shows documents only to those who send a token, and its form has name and code.
            Self::Home | Self::Problem | Self::OpenApi | Self::Health | Self::Metrics => RequiredAccess::Nothing,
        }
    }

    /// Returns the value of `Allow`.
    pub(crate) const fn allow(self) -> &'static str {
        match self {
            Self::Document => "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
            Self::Home | Self::Documents => "GET, HEAD, POST, OPTIONS",
            Self::Policy | Self::Gate | Self::Faults | Self::Room => ALLOW_SETTING,
            Self::QuestionSetting => "GET, HEAD, PUT, DELETE, OPTIONS",
            Self::Answer => "PUT, OPTIONS",
            Self::Participants | Self::ReleaseAll | Self::Release | Self::Remove | Self::Readmit => ALLOW_ACTION,
            _ => ALLOW_READ_ONLY,
        }
    }

    /// Returns whether a method is in [`allow`](Self::allow).
    pub(crate) fn has_method(self, method: &Method) -> bool {
        let mut words = self.allow().as_bytes().split(|byte| *byte == b',');
        words.any(|word| word.trim_ascii_start() == method.as_str().as_bytes())
    }

    /// Returns the methods in [`allow`](Self::allow).
    pub(crate) fn methods(self) -> impl Iterator<Item = Method> {
        self.allow().split(", ").map(|word| Method::from_bytes(word.as_bytes()).expect("a word is a method"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_names_the_resource_whose_form_it_has() {
        for resource in Resource::ALL {
            let path = resource.path().replace("{id}", "a").replace("{version}", "7");
            let path = path.replace("{exchange}", "a").replace("{name}", "a").replace("{participant}", "a");
            let (found, [first, second]) = Resource::find(&path).unwrap();
            assert_eq!(found, resource, "{path}");
            let count = resource.path().matches('{').count();
            assert_eq!((first, second), [("", ""), ("a", ""), ("a", "7")][count], "{path}");
        }
    }

    #[test]
    fn path_of_another_form_names_nothing() {
        for path in
            ["", "*", "//", "/api", "/api/documents/", "/api/documents//events", "/api/documents/a/", "/metrics/a"]
        {
            assert!(Resource::find(path).is_none(), "{path}");
        }
        assert_eq!(Resource::find("/api/documents/%2F"), Some((Resource::Document, ["%2F", ""])));
    }
}
