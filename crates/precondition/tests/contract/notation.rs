//! A short notation for requests and their results.

use precondition::{
    BodyState, Conditions, Current, EntityTag, History, HttpDate, JudgedRequest, Judgement, Method, Policy, Target,
    Verdict, judge,
};

/// The current entity tag, `{E}`.
pub(crate) const E: &str = "\"v5-d4f8c2a1\"";
/// An old entity tag, `{S}`: two versions before the current one.
pub(crate) const S: &str = "\"v3-0badcafe\"";
/// The current version's date, `{M}`.
pub(crate) const M: &str = "Sun, 22 Nov 2026 05:00:11 GMT";

pub(crate) fn tag(text: &str) -> EntityTag {
    text.parse().expect("a tag")
}

pub(crate) fn current() -> Current {
    let last_modified = HttpDate::parse(M.as_bytes()).expect("a date");
    Current { etag: tag(E), version: 5, last_modified, shares_second: false }
}

pub(crate) fn exists() -> Target {
    Target::Exists(current())
}

/// Returns the same document, with the previous version written in the same second.
pub(crate) fn twice_in_a_second() -> Target {
    Target::Exists(Current { shares_second: true, ..current() })
}

/// A document's versions, oldest first, and the state that a request sends.
///
/// Each version has its tag and its state.
pub(crate) struct Chain {
    pub(crate) versions: Vec<(&'static str, &'static str)>,
    pub(crate) sent: &'static str,
    /// Whether the author of the request wrote every version after the first.
    pub(crate) own: bool,
}

impl Chain {
    /// Returns five versions up to `{E}`, the third of them `{S}`; the state sent is a new one.
    pub(crate) fn usual() -> Self {
        let versions = vec![("\"v1-a\"", "a"), ("\"v2-b\"", "b"), (S, "c"), ("\"v4-d\"", "d"), (E, "e")];
        Self { versions, sent: "new", own: true }
    }
}

impl History for Chain {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let index = self.versions.iter().position(|(issued, _)| tag.to_string() == *issued)?;
        u64::try_from(index + 1).ok()
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        let index = self.versions.iter().position(|(issued, _)| parent.to_string() == *issued)?;
        let (next, state) = self.versions.get(index + 1)?;
        (*state == self.sent).then(|| tag(next))
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        self.own && self.version_of(parent).is_some_and(|version| version < self.versions.len() as u64)
    }
}

/// Returns the time of every judgement: an hour after the current version was written.
pub(crate) fn now() -> HttpDate {
    HttpDate::from_unix_seconds(current().last_modified.unix_seconds() + 3600)
}

/// Parses field lines, one per line as in a message.
pub(crate) fn conditions(lines: &str) -> Conditions {
    let lines = lines.replace("{E}", E).replace("{S}", S).replace("{M}", M);
    let fields = lines.lines().map(|line| line.split_once(':').expect("name, colon, value"));
    Conditions::from_fields(fields.map(|(name, value)| (name, value.as_bytes())))
}

pub(crate) fn judged(method: Method, lines: &str, target: &Target, policy: Policy) -> Judgement {
    judged_with(method, lines, target, policy, &Chain::usual())
}

pub(crate) fn judged_with(method: Method, lines: &str, target: &Target, policy: Policy, past: &Chain) -> Judgement {
    let request = JudgedRequest { method, conditions: &conditions(lines), body: BodyState::Read, now: now() };
    judge(&request, target, &policy, past)
}

/// Returns the status code of a verdict and its reason, if it has one: `412 stale`.
pub(crate) fn status(judgement: &Judgement, method: Method, target: &Target) -> String {
    match &judgement.verdict {
        Verdict::Proceed if method == Method::Put && target.current().is_none() => "201".into(),
        Verdict::Proceed if method == Method::Delete => "204".into(),
        Verdict::Proceed => "200".into(),
        Verdict::AlreadyApplied => "200 replayed".into(),
        Verdict::Undecided => "undecided".into(),
        Verdict::NotModified => "304".into(),
        Verdict::NotFound => "404".into(),
        Verdict::Gone => "410".into(),
        Verdict::Malformed { field, error } => format!("400 {field} {}", error.position),
        Verdict::Failed(failure) => format!("412 {}", failure.reason),
        Verdict::Required(reason) => format!("428 {reason}"),
    }
}

/// One row: the fields, and the status if the document exists, was deleted, and has never existed.
pub(crate) type Row = (&'static str, &'static str, &'static str, &'static str);

/// Checks rows under the default policy.
#[track_caller]
pub(crate) fn rows(method: Method, rows: &[Row]) {
    rows_under(Policy::default(), method, rows);
}

#[track_caller]
pub(crate) fn rows_under(policy: Policy, method: Method, rows: &[Row]) {
    for (lines, exists_status, gone_status, never_status) in rows {
        let cells = [(exists(), exists_status), (Target::Deleted, gone_status), (Target::NeverExisted, never_status)];
        for (target, expected) in cells {
            let judgement = judged(method, lines, &target, policy);
            assert_eq!(status(&judgement, method, &target), *expected, "{method:?} of {target:?} with {lines:?}");
        }
    }
}
