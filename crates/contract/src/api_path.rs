//! The paths of the API, as clients write them and as recorded exchanges have them.
//!
//! The server's router is not here: it has patterns, and this module has one path at a time.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::{Author, DocumentId};

/// One resource of the API, with the id and the number that its path contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiPath {
    /// The list of documents.
    Documents,
    /// A document.
    Document(DocumentId),
    /// The versions of a document.
    Versions(DocumentId),
    /// One version of a document, by its number.
    Version(DocumentId, u64),
    /// The events of all documents.
    AllEvents,
    /// The events of one document.
    Events(DocumentId),
    /// The people in a room, which a client joins.
    Participants,
    /// The client's own requests at the gate.
    OwnGate,
    /// The leader's question, as everyone sees it.
    Question,
    /// A participant's answer to the question.
    Answer(Author),
    /// The server's policy.
    Policy,
    /// The gate, which holds requests before they are evaluated.
    Gate,
    /// The faults that the server injects on purpose.
    Faults,
    /// The recorded exchanges.
    Exchanges,
    /// The people in a room, as the leader sees them.
    Roster,
    /// The removal of a participant.
    Remove(Author),
    /// The return of a removed participant.
    Readmit(Author),
    /// The leader's question, as the leader sets it.
    QuestionSetting,
    /// The leader's settings of the room.
    Room,
}

impl ApiPath {
    /// Returns the path, without a query.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Documents => "/api/documents".to_owned(),
            Self::Document(id) => id.path(),
            Self::Versions(id) => format!("{}/versions", id.path()),
            Self::Version(id, number) => format!("{}/versions/{number}", id.path()),
            Self::AllEvents => "/api/events".to_owned(),
            Self::Events(id) => format!("{}/events", id.path()),
            Self::Participants => "/api/participants".to_owned(),
            Self::OwnGate => "/api/gate".to_owned(),
            Self::Question => "/api/question".to_owned(),
            Self::Answer(name) => format!("/api/question/answers/{}", segment(name)),
            Self::Policy => "/control/policy".to_owned(),
            Self::Gate => "/control/gate".to_owned(),
            Self::Faults => "/control/faults".to_owned(),
            Self::Exchanges => "/control/exchanges".to_owned(),
            Self::Roster => "/control/participants".to_owned(),
            Self::Remove(name) => format!("/control/participants/{}/remove", segment(name)),
            Self::Readmit(name) => format!("/control/participants/{}/readmit", segment(name)),
            Self::QuestionSetting => "/control/question".to_owned(),
            Self::Room => "/control/room".to_owned(),
        }
    }

    /// Returns the resource that a request target names, or `None` if it names no resource of the API.
    ///
    /// A prefix before `/api` or `/control` (of a reverse proxy) and a query are ignored.
    #[must_use]
    pub fn parse(target: &str) -> Option<Self> {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        path.match_indices('/').find_map(|(slash, _)| Self::read_parts(&path[slash + 1..]))
    }

    fn read_parts(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        Some(match *parts.as_slice() {
            ["api", "documents"] => Self::Documents,
            ["api", "documents", id] => Self::Document(id.parse().ok()?),
            ["api", "documents", id, "versions"] => Self::Versions(id.parse().ok()?),
            ["api", "documents", id, "versions", number] => Self::Version(id.parse().ok()?, number.parse().ok()?),
            ["api", "events"] => Self::AllEvents,
            ["api", "documents", id, "events"] => Self::Events(id.parse().ok()?),
            ["api", "participants"] => Self::Participants,
            ["api", "gate"] => Self::OwnGate,
            ["api", "question"] => Self::Question,
            ["api", "question", "answers", name] => Self::Answer(name_in(name)?),
            ["control", "policy"] => Self::Policy,
            ["control", "gate"] => Self::Gate,
            ["control", "faults"] => Self::Faults,
            ["control", "exchanges"] => Self::Exchanges,
            ["control", "participants"] => Self::Roster,
            ["control", "participants", name, "remove"] => Self::Remove(name_in(name)?),
            ["control", "participants", name, "readmit"] => Self::Readmit(name_in(name)?),
            ["control", "question"] => Self::QuestionSetting,
            ["control", "room"] => Self::Room,
            _ => return None,
        })
    }

    /// Returns the document that the path contains, or `None` if it contains none.
    #[must_use]
    pub fn document(&self) -> Option<&DocumentId> {
        match self {
            Self::Document(id) | Self::Versions(id) | Self::Version(id, _) | Self::Events(id) => Some(id),
            _ => None,
        }
    }
}

/// Returns a name as a segment of a path.
fn segment(name: &Author) -> String {
    utf8_percent_encode(name.as_str(), NON_ALPHANUMERIC).to_string()
}

/// Returns the name in a segment of a path, or `None` if it is not a valid name.
fn name_in(segment: &str) -> Option<Author> {
    percent_decode_str(segment).decode_utf8().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_target_is_parsed_again() {
        let id: DocumentId = "api".parse().unwrap();
        for target in [
            ApiPath::Documents,
            ApiPath::Document(id.clone()),
            ApiPath::Versions(id.clone()),
            ApiPath::Version(id.clone(), 7),
            ApiPath::AllEvents,
            ApiPath::Events(id),
            ApiPath::Policy,
            ApiPath::Gate,
            ApiPath::Faults,
            ApiPath::Exchanges,
            ApiPath::Participants,
            ApiPath::OwnGate,
            ApiPath::Question,
            ApiPath::Answer("Zo\u{eb} / 50% ?".parse().unwrap()),
            ApiPath::Roster,
            ApiPath::Remove("sam".parse().unwrap()),
            ApiPath::Readmit("..".parse().unwrap()),
            ApiPath::QuestionSetting,
            ApiPath::Room,
        ] {
            let path = target.path();
            assert_eq!(ApiPath::parse(&path).as_ref(), Some(&target), "{path}");
            for prefix in ["/room/7", "/api", "/control"] {
                let whole = format!("{prefix}{path}?limit=1");
                assert_eq!(ApiPath::parse(&whole).as_ref(), Some(&target), "{whole}");
            }
        }
    }

    #[test]
    fn other_targets_are_not_parsed() {
        for other in ["", "/", "/api", "/api/documents/", "/api/documents/A", "/api/documents/a/versions/x", "/healthz"]
        {
            assert_eq!(ApiPath::parse(other), None, "{other}");
        }
    }
}
