//! Why a server refuses: every value of a problem's `reason`, in one table.
//!
//! A row has the word, the types of problem that it belongs to, and the sentence in which a client explains it. Both
//! sides read the table: the server lists the words in its OpenAPI description and sends no other, clients turn them
//! into sentences, and lessons check that a claim names one of them.
//!
//! [`precondition`] or the server decides when a reason applies. The server also writes its own sentence, the problem's
//! `detail`, which contains what only the server knows, such as the names of other documents.
//!
//! To add a reason, add a row; if it is about a condition, add it to [`precondition`] first. The compiler then requires
//! the server's `detail`, and the tests require the word in the handbook for lessons, if a lesson can claim it.
//!
//! A sentence may have placeholders, which the client fills in from the exchange: `{sender}` (the author of the
//! request), `{held}` (a clause about the sender's condition), `{current}` (the current version and its author),
//! `{behind}`, `{document}`, `{version}`, `{deletion}` and `{applied}`. A reason without a sentence is explained by its
//! status, or by the server's `detail`.

use std::fmt;

use precondition::{FailureReason, RequiredReason};
use serde::{Deserialize, Serialize, Serializer};

/// A type of problem that has reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemTypeName {
    /// The status code.
    pub status: u16,
    /// The last part of the problem's `type`, such as `precondition-failed`.
    pub name: &'static str,
}

const UNAUTHORIZED: ProblemTypeName = ProblemTypeName { status: 401, name: "unauthorized" };
const FORBIDDEN: ProblemTypeName = ProblemTypeName { status: 403, name: "forbidden" };
const NOT_FOUND: ProblemTypeName = ProblemTypeName { status: 404, name: "not-found" };
const CONFLICT: ProblemTypeName = ProblemTypeName { status: 409, name: "conflict" };
const GONE: ProblemTypeName = ProblemTypeName { status: 410, name: "gone" };
const PRECONDITION_FAILED: ProblemTypeName = ProblemTypeName { status: 412, name: "precondition-failed" };
const PRECONDITION_REQUIRED: ProblemTypeName = ProblemTypeName { status: 428, name: "precondition-required" };
const INTERNAL_ERROR: ProblemTypeName = ProblemTypeName { status: 500, name: "internal-error" };
const STORE_UNAVAILABLE: ProblemTypeName = ProblemTypeName { status: 503, name: "store-unavailable" };

/// The meaning of a reason under one type of problem.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    problem_type: ProblemTypeName,
    /// How a client explains the reason, if that says more than the status.
    sentence: Option<&'static str>,
}

/// Generates the enum, its words and its meanings from the rows of the table.
macro_rules! reasons {
    (@sentence) => { None };
    (@sentence $sentence:literal) => { Some($sentence) };
    ($(
        $(#[doc = $about:literal])+
        $reason:ident = $word:expr => $($problem_type:ident $(says $sentence:literal)?),+;
    )+) => {
        /// The `reason` of a problem: a stable word for programs.
        ///
        /// Any word can be [converted](#impl-From<String>-for-Reason), since a server may be newer than its client.
        ///
        /// # Examples
        ///
        /// ```
        /// use contract::Reason;
        ///
        /// assert_eq!(Reason::from("stale".to_owned()), Reason::Stale);
        /// assert_eq!(Reason::Stale.problem_types().next().map(|problem| problem.status), Some(412));
        /// assert_eq!(Reason::from("new_reason".to_owned()).as_str(), "new_reason");
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
        #[serde(from = "String")]
        pub enum Reason {
            $($(#[doc = $about])+ $reason,)+
            /// A word that this version of the contract does not define, as it was sent.
            Other(String),
        }

        impl Reason {
            /// Every reason of the contract, in the order of the table; [`Other`](Self::Other) is not included.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$reason),+];

            /// Returns the word in the JSON, such as `stale`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$reason => $word,)+
                    Self::Other(word) => word,
                }
            }

            fn meanings(&self) -> &'static [Meaning] {
                match self {
                    $(Self::$reason => const {
                        &[$(Meaning { problem_type: $problem_type, sentence: reasons!(@sentence $($sentence)?) }),+]
                    },)+
                    Self::Other(_) => &[],
                }
            }
        }
    };
}

reasons! {
    /// The request has no token.
    NoCredentials = "no_credentials" => UNAUTHORIZED
        says "the server requires a token, and {sender} sent none; ask its operator for one";
    /// `Authorization` has a scheme other than `Bearer`.
    UnsupportedScheme = "unsupported_scheme" => UNAUTHORIZED;
    /// The token is not one that the server accepts.
    InvalidToken = "invalid_token" => UNAUTHORIZED
        says "the server does not know the token of {sender}: it is mistyped, or it was issued before a restart; ask \
              the operator for a new one";

    /// The request requires an admin token.
    InsufficientScope = "insufficient_scope" => FORBIDDEN
        says "this request requires an admin token, and the token of {sender} only allows editing";
    /// `Ifmatch-Author` names an author other than the holder of the token.
    OtherName = "other_name" => FORBIDDEN
        says "the token belongs to an author other than {sender}; write under the name of its holder";
    /// Another participant has joined under the name.
    NameTaken = "name_taken" => FORBIDDEN
        says "another participant has joined as {sender}; join under another name", CONFLICT;
    /// The leader of the room has removed the name.
    Removed = "removed" => FORBIDDEN
        says "the leader of the room has removed {sender}, and can let them in again";
    /// The request is for participants who have joined under a name of their own.
    NotJoined = "not_joined" => FORBIDDEN
        says "only a participant answers: join under a name first (POST /api/participants)";
    /// The request comes from a web page of an origin that the server does not allow.
    ForeignOrigin = "foreign_origin" => FORBIDDEN;

    /// No request with that number is held at the gate.
    NotHeld = "not_held" => NOT_FOUND;
    /// The leader has asked no question.
    NoQuestion = "no_question" => NOT_FOUND;
    /// No client of that name has joined or sent a request.
    NoParticipant = "no_participant" => NOT_FOUND;

    /// The condition names an older version than the current one.
    Stale = FailureReason::Stale.as_str() => PRECONDITION_FAILED says "{held}; the server has {current}{behind}";
    /// The document was deleted.
    Deleted = FailureReason::Deleted.as_str() => PRECONDITION_FAILED says "{held}, but {deletion} meanwhile";
    /// The document has never existed.
    NeverExisted = FailureReason::NeverExisted.as_str() => PRECONDITION_FAILED
        says "{held}, but the document {document} has never existed";
    /// The request wants to create a document that already exists.
    AlreadyExists = FailureReason::AlreadyExists.as_str() => PRECONDITION_FAILED
        says "{held}, but there is one: {current}", CONFLICT;
    /// An intermediary has marked the tag as weak, so it matches nothing.
    WeakTag = FailureReason::WeakTag.as_str() => PRECONDITION_FAILED
        says "{held}, a weak tag; If-Match compares strongly, and a weak tag never matches";
    /// The tag is the current one with the suffix of a content coding.
    TransformedTag = FailureReason::TransformedTag.as_str() => PRECONDITION_FAILED
        says "{held}, which is the current tag with a suffix that an intermediary added, as compressing proxies do; the \
              server has {current}";
    /// The tag was never issued for this document, or the field has no tag.
    UnknownTag = FailureReason::UnknownTag.as_str() => PRECONDITION_FAILED
        says "{held}, a tag that was never issued for {document}; the server has {current}";
    /// The date names a second within which more than one version was written.
    DateTooCoarse = FailureReason::DateTooCoarse.as_str() => PRECONDITION_FAILED
        says "a date names a whole second, and the document got two versions within that second; only a tag tells them \
              apart ({current})";
    /// This write was already applied, but the version that it created has since been replaced.
    Superseded = FailureReason::Superseded.as_str() => PRECONDITION_FAILED
        says "this same save was already applied{applied}, but its response was lost, and {current} has since replaced \
              it; the text of {sender} is in the history";

    /// The write has no condition.
    NoCondition = RequiredReason::NoCondition.as_str() => PRECONDITION_REQUIRED;
    /// `If-Match: *` holds for any version, so it names none.
    WildcardNamesNoVersion = RequiredReason::WildcardNamesNoVersion.as_str() => PRECONDITION_REQUIRED
        says "If-Match: * matches any version, so it names none";
    /// `If-None-Match` with a tag holds for any version but one, so it names none.
    NamesNoVersion = RequiredReason::NamesNoVersion.as_str() => PRECONDITION_REQUIRED
        says "the condition excludes a version, but does not name the one to replace";
    /// The date of the condition is in the future, by the clock of the server or of its database.
    DateInFuture = RequiredReason::DateInFuture.as_str() => PRECONDITION_REQUIRED
        says "the date is in the future, so {sender} cannot have read the document then";

    /// The document that was to be deleted has children.
    HasChildren = "has_children" => CONFLICT;
    /// The parent does not exist.
    ParentNotFound = "parent_not_found" => CONFLICT;
    /// The document would be its own ancestor.
    Circle = "circle" => CONFLICT;
    /// The document would be nested too deeply.
    TooDeep = "too_deep" => CONFLICT;

    /// The question takes no more answers.
    QuestionClosed = "question_closed" => CONFLICT;
    /// The answer is to another question than the current one.
    OtherQuestion = "other_question" => CONFLICT;
    /// The name belongs to a leader, who cannot be removed.
    IsLeader = "is_leader" => CONFLICT;

    /// The text of an old version was removed to save space.
    TextRemoved = "text_removed" => GONE
        says "the text of version {version} of {document} was removed to save space; its author and time are still in \
              the list of versions";

    /// The file of the store is damaged.
    Damaged = "damaged" => INTERNAL_ERROR;

    /// The server's disk is full.
    DiskFull = "disk_full" => STORE_UNAVAILABLE;
    /// The file of the store was removed or replaced while the server had it open.
    StoreReplaced = "store_replaced" => STORE_UNAVAILABLE;
    /// The database does not respond.
    StoreFailed = "store_failed" => STORE_UNAVAILABLE;
}

impl Reason {
    /// Returns the types of problem that have this reason; none for [`Other`](Self::Other).
    pub fn problem_types(&self) -> impl Iterator<Item = ProblemTypeName> + use<> {
        self.meanings().iter().map(|meaning| meaning.problem_type)
    }

    /// Returns how a client explains the reason under a status, with its placeholders.
    ///
    /// Returns `None` if the reason does not belong to that status, or if the explanation of the status is enough.
    #[must_use]
    pub fn sentence(&self, status: u16) -> Option<&'static str> {
        self.meanings().iter().find(|meaning| meaning.problem_type.status == status)?.sentence
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<String> for Reason {
    fn from(word: String) -> Self {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).unwrap_or(Self::Other(word))
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl From<FailureReason> for Reason {
    fn from(reason: FailureReason) -> Self {
        match reason {
            FailureReason::Stale => Self::Stale,
            FailureReason::Deleted => Self::Deleted,
            FailureReason::NeverExisted => Self::NeverExisted,
            FailureReason::AlreadyExists => Self::AlreadyExists,
            FailureReason::WeakTag => Self::WeakTag,
            FailureReason::TransformedTag => Self::TransformedTag,
            FailureReason::UnknownTag => Self::UnknownTag,
            FailureReason::DateTooCoarse => Self::DateTooCoarse,
            FailureReason::Superseded => Self::Superseded,
        }
    }
}

impl From<RequiredReason> for Reason {
    fn from(reason: RequiredReason) -> Self {
        match reason {
            RequiredReason::NoCondition => Self::NoCondition,
            RequiredReason::WildcardNamesNoVersion => Self::WildcardNamesNoVersion,
            RequiredReason::NamesNoVersion => Self::NamesNoVersion,
            RequiredReason::DateInFuture => Self::DateInFuture,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Problem;

    /// Programs rely on these words: none of them changes, and a new one is added here too.
    #[test]
    fn words_on_the_wire_are_these() {
        let of = |status: u16| -> Vec<String> {
            let meant = |reason: &Reason| reason.problem_types().any(|problem_type| problem_type.status == status);
            Reason::ALL.into_iter().filter(meant).map(|reason| reason.to_string()).collect()
        };
        assert_eq!(of(401), ["no_credentials", "unsupported_scheme", "invalid_token"]);
        let forbidden = ["insufficient_scope", "other_name", "name_taken", "removed", "not_joined", "foreign_origin"];
        assert_eq!(of(403), forbidden);
        assert_eq!(of(404), ["not_held", "no_question", "no_participant"]);
        let conflicts = [
            "name_taken",
            "already_exists",
            "has_children",
            "parent_not_found",
            "circle",
            "too_deep",
            "question_closed",
            "other_question",
            "is_leader",
        ];
        assert_eq!(of(409), conflicts);
        assert_eq!(of(410), ["text_removed"]);
        let failed = [
            "stale",
            "deleted",
            "never_existed",
            "already_exists",
            "weak_tag",
            "transformed_tag",
            "unknown_tag",
            "date_too_coarse",
            "superseded",
        ];
        assert_eq!(of(412), failed);
        let required = ["no_condition", "wildcard_names_no_version", "names_no_version", "date_in_future"];
        assert_eq!(of(428), required);
        assert_eq!(of(500), ["damaged"]);
        assert_eq!(of(503), ["disk_full", "store_replaced", "store_failed"]);
        assert!(Reason::ALL.iter().all(|reason| reason.problem_types().next().is_some()));
    }

    #[test]
    fn every_word_is_parsed_as_its_own_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from(reason.to_string()), reason);
        }
    }

    /// The words of conditions are those of the judgement, and are parsed into the same reason.
    #[test]
    fn reason_of_a_condition_keeps_its_word() {
        for reason in Reason::ALL {
            let word = json!(reason);
            if reason.problem_types().any(|problem_type| problem_type == PRECONDITION_FAILED) {
                assert_eq!(Reason::from(serde_json::from_value::<FailureReason>(word).unwrap()), reason);
            } else if reason.problem_types().any(|problem_type| problem_type == PRECONDITION_REQUIRED) {
                assert_eq!(Reason::from(serde_json::from_value::<RequiredReason>(word).unwrap()), reason);
            }
        }
    }

    /// A server may be newer than its client, or another implementation.
    #[test]
    fn unknown_word_of_a_server_survives() {
        let problem: Problem = serde_json::from_value(json!({"status": 412, "reason": "moon_phase"})).unwrap();
        assert_eq!(problem.reason, Some(Reason::Other("moon_phase".to_owned())));
        assert_eq!(json!(problem)["reason"], "moon_phase");
        let unknown = problem.reason.unwrap();
        assert_eq!((unknown.sentence(412), unknown.problem_types().next()), (None, None));
        let none: Problem = serde_json::from_value(json!({"reason": null})).unwrap();
        assert_eq!((none.reason.is_none(), json!(none).get("reason")), (true, None));
    }

    #[test]
    fn sentence_belongs_to_the_status_of_its_row() {
        let exists = Reason::AlreadyExists;
        assert!(exists.sentence(412).unwrap().contains("there is one"));
        assert_eq!((exists.sentence(409), exists.sentence(428)), (None, None));
    }
}
