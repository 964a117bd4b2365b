//! Why a server refuses: every word that the `reason` of a problem can be, in one table.
//!
//! A row has the word, the types of problem that it belongs to, and the sentence in which a client explains it. Both
//! sides read the table: the server lists the words in its description and refuses to send any other, clients turn
//! them into sentences, lessons check that a claim names one of them.
//!
//! What is *not* here: when a reason applies, which [`precondition`] or the server decides; and the server's own
//! sentence (`detail`), which tells what only the server knows, such as the names of other documents.
//!
//! To add a reason, add a row; if it is about a condition, name it in [`precondition`] first. The compiler then asks
//! the server for its `detail`, and the tests ask for the word in the handbook for lessons, if a lesson can claim it.
//!
//! A sentence may have places that the client fills in from the exchange: `{held}` (what the writer claimed to know),
//! `{current}` (the current version and its author), `{behind}`, `{document}`, `{version}`, `{deletion}` and
//! `{applied}`. A reason without a sentence is explained by its status, or by the server's `detail`.

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

/// What a reason means under one type of problem.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    problem_type: ProblemTypeName,
    /// How a client explains it, if it says more than it does for the status.
    sentence: Option<&'static str>,
}

/// Writes the enum, its words and its meanings from the rows of the table.
macro_rules! reasons {
    (@sentence) => { None };
    (@sentence $sentence:literal) => { Some($sentence) };
    ($(
        $(#[doc = $about:literal])+
        $reason:ident = $word:expr => $($problem_type:ident $(says $sentence:literal)?),+;
    )+) => {
        /// The `reason` of a problem: a stable word for programs.
        ///
        /// [`From<String>`](#impl-From<String>-for-Reason) reads any word, since a server may be newer than its client.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
        #[serde(from = "String")]
        pub enum Reason {
            $($(#[doc = $about])+ $reason,)+
            /// A word that this version of the contract does not have, as it was sent.
            Other(String),
        }

        impl Reason {
            /// Every reason of the contract, in the order of the table. [`Other`](Self::Other) is not one of them.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$reason),+];

            /// Returns the word on the wire, such as `stale`.
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
        says "the server lets in only who shows a token, and you showed none; ask whoever runs it for one";
    /// `Authorization` has another scheme than `Bearer`.
    UnsupportedScheme = "unsupported_scheme" => UNAUTHORIZED;
    /// The token is not one of the server's.
    InvalidToken = "invalid_token" => UNAUTHORIZED
        says "the token that you showed is none of this server's: mistyped, or of before it was started anew; ask \
              whoever runs it";

    /// The request needs an admin's token.
    InsufficientScope = "insufficient_scope" => FORBIDDEN
        says "your token lets you edit, and this is for whoever leads the session: it wants an admin's token";
    /// `Ifmatch-Author` names another person than the token.
    OtherName = "other_name" => FORBIDDEN
        says "your token is one person's, and you write under another name; go by the name that the token was given to";
    /// The request comes from a web page of an origin that the server was not told of.
    ForeignOrigin = "foreign_origin" => FORBIDDEN;

    /// No request waits at the gate under that number.
    NotHeld = "not_held" => NOT_FOUND;

    /// The condition names an older version than the current one.
    Stale = FailureReason::Stale.as_str() => PRECONDITION_FAILED says "{held}, the server has {current}{behind}";
    /// The document that the condition is about was deleted.
    Deleted = FailureReason::Deleted.as_str() => PRECONDITION_FAILED says "{held}, but {deletion} meanwhile";
    /// There has never been such a document.
    NeverExisted = FailureReason::NeverExisted.as_str() => PRECONDITION_FAILED
        says "{held}, but there has never been a document {document}";
    /// The request wants to create a document, and there is one.
    AlreadyExists = FailureReason::AlreadyExists.as_str() => PRECONDITION_FAILED
        says "you said 'only if there is none', and there is one: {current}", CONFLICT;
    /// The tag was made weak on its way, so it matches nothing.
    WeakTag = FailureReason::WeakTag.as_str() => PRECONDITION_FAILED
        says "{held}, a weak tag; If-Match compares strongly, and a weak tag is equal to nothing";
    /// The tag is the current one with the suffix of a content coding.
    TransformedTag = FailureReason::TransformedTag.as_str() => PRECONDITION_FAILED
        says "{held}, which is the current tag with something added on the way, as compressing proxies do; the server \
              has {current}";
    /// The tag was never issued for this document, or the field came without a tag.
    UnknownTag = FailureReason::UnknownTag.as_str() => PRECONDITION_FAILED
        says "{held}, a tag that was never given out for {document}; the server has {current}";
    /// The date names a second within which more than one version was written.
    DateTooCoarse = FailureReason::DateTooCoarse.as_str() => PRECONDITION_FAILED
        says "a date names a whole second, and within that second the document got two versions; only a tag tells them \
              apart ({current})";
    /// The same write was applied before, and the version that it made has been replaced since.
    Superseded = FailureReason::Superseded.as_str() => PRECONDITION_FAILED
        says "this very save was applied before{applied}, its answer was lost, and since then it was replaced by \
              {current}; your text stands in the history already";

    /// The write has no condition.
    NoCondition = RequiredReason::NoCondition.as_str() => PRECONDITION_REQUIRED;
    /// `If-Match: *` holds for any version, so it names none.
    WildcardNamesNoVersion = RequiredReason::WildcardNamesNoVersion.as_str() => PRECONDITION_REQUIRED
        says "If-Match: * says 'whatever is there', which names no version";
    /// `If-None-Match` with a tag holds for any version but one, so it names none.
    NamesNoVersion = RequiredReason::NamesNoVersion.as_str() => PRECONDITION_REQUIRED
        says "your condition says what must not be there, and names no version to replace";
    /// The date of the condition is later than the server's clock.
    DateInFuture = RequiredReason::DateInFuture.as_str() => PRECONDITION_REQUIRED
        says "your date is in the future of the server's clock, so it is not when you read anything";

    /// Other documents belong under the one that was to be deleted.
    HasChildren = "has_children" => CONFLICT;
    /// The parent does not exist.
    ParentNotFound = "parent_not_found" => CONFLICT;
    /// The document would be nested under itself.
    Circle = "circle" => CONFLICT;
    /// The document would be nested too deeply.
    TooDeep = "too_deep" => CONFLICT;

    /// The text of an old version was removed to save space.
    TextRemoved = "text_removed" => GONE
        says "the text of version {version} of {document} was removed to save space; who wrote it and when is still in \
              the list of versions";

    /// The file of the store is damaged.
    Damaged = "damaged" => INTERNAL_ERROR;

    /// The disk of the server is full.
    DiskFull = "disk_full" => STORE_UNAVAILABLE;
    /// The file of the store was removed or replaced while the server had it open.
    StoreReplaced = "store_replaced" => STORE_UNAVAILABLE;
    /// The database does not answer.
    StoreFailed = "store_failed" => STORE_UNAVAILABLE;
}

impl Reason {
    /// Returns the types of problem that this can be the reason for; none for a word that the contract does not have.
    pub fn problem_types(&self) -> impl Iterator<Item = ProblemTypeName> + use<> {
        self.meanings().iter().map(|meaning| meaning.problem_type)
    }

    /// Returns how a client explains the reason under a status, its places not yet filled in.
    ///
    /// It is `None` if the reason does not belong to that status, or if it needs no more than what is said for the
    /// status.
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

    /// The words are what programs rely on: none of them changes, and a new one is added here too.
    #[test]
    fn words_of_the_wire_are_these() {
        let of = |status: u16| -> Vec<String> {
            let meant = |reason: &Reason| reason.problem_types().any(|problem_type| problem_type.status == status);
            Reason::ALL.into_iter().filter(meant).map(|reason| reason.to_string()).collect()
        };
        assert_eq!(of(401), ["no_credentials", "unsupported_scheme", "invalid_token"]);
        assert_eq!(of(403), ["insufficient_scope", "other_name", "foreign_origin"]);
        assert_eq!(of(404), ["not_held"]);
        assert_eq!(of(409), ["already_exists", "has_children", "parent_not_found", "circle", "too_deep"]);
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
    fn each_word_is_read_as_its_own_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from(reason.to_string()), reason);
        }
    }

    /// The words of conditions are those of the judgement, and lead back to the same reason.
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

    /// A server may be newer than its client, or another one.
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
