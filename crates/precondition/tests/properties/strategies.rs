//! Random requests, documents and histories from a small world.
//!
//! With few tags and seconds, they often coincide.

use precondition::policy::{Dates, Etags, Judging, Policy, Preconditions};
use precondition::{
    BodyState, Conditions, Current, EntityTag, History, HttpDate, JudgedRequest, Judgement, Method, Target, judge,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The second that the current version was written in: `Sun, 22 Nov 2026 05:00:11 GMT`.
pub(crate) const WRITTEN: i64 = 1_795_323_611;

/// The time of the judgement: 49 seconds later.
pub(crate) const NOW: i64 = WRITTEN + 49;

/// A request and everything that its judgement depends on.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) method: Method,
    pub(crate) lines: Vec<(String, Vec<u8>)>,
    pub(crate) incoming: BodyState,
    pub(crate) place: Place,
    /// Tag and state of each version, from the first on; the last is the current one.
    pub(crate) versions: Vec<(String, u8)>,
    /// The state that the request sends.
    pub(crate) state: u8,
    /// For each version, whether the author of the request wrote it.
    pub(crate) own: Vec<bool>,
    pub(crate) shares_second: bool,
    pub(crate) policy: Policy,
}

/// The state of the document that the request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Never,
    Gone,
    Exists,
}

impl Given {
    pub(crate) fn conditions(&self) -> Conditions {
        Conditions::from_fields(self.lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())))
    }

    pub(crate) fn target(&self) -> Target {
        match self.place {
            Place::Never => Target::NeverExisted,
            Place::Gone => Target::Deleted,
            Place::Exists => Target::Exists(Current {
                etag: self.current_tag().parse().expect("a tag of our own"),
                version: u64::try_from(self.versions.len()).expect("few versions"),
                last_modified: HttpDate::from_unix_seconds(WRITTEN),
                shares_second: self.shares_second,
            }),
        }
    }

    pub(crate) fn current_tag(&self) -> &str {
        &self.versions.last().expect("at least one version").0
    }

    pub(crate) fn judged(&self) -> Judgement {
        let now = HttpDate::from_unix_seconds(NOW);
        let request = JudgedRequest { method: self.method, conditions: &self.conditions(), body: self.incoming, now };
        judge(&request, &self.target(), &self.policy, self)
    }

    /// Returns the same request with one more field line at its end.
    pub(crate) fn with_line(&self, name: &str, value: &[u8]) -> Self {
        let mut more = self.clone();
        more.lines.push((name.to_owned(), value.to_vec()));
        more
    }

    /// Returns whether a field was sent, with any value.
    pub(crate) fn sends(&self, field: &str) -> bool {
        self.lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(field))
    }
}

impl History for Given {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let index = self.versions.iter().position(|(issued, _)| *issued == tag.to_string())?;
        u64::try_from(index + 1).ok()
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        let made = self.versions.windows(2).find(|pair| pair[0].0 == parent.to_string())?;
        (made[1].1 == self.state).then(|| made[1].0.parse().expect("a tag of our own"))
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        let after = self.versions.iter().position(|(issued, _)| *issued == parent.to_string()).map(|index| index + 1);
        after.is_some_and(|after| after < self.versions.len() && self.own[after])
    }
}

/// Any request for a document.
pub(crate) fn given() -> impl Strategy<Value = Given> {
    let method = select(vec![Method::Read, Method::Put, Method::Put, Method::Patch, Method::Delete]);
    let incoming = select(vec![BodyState::Read, BodyState::Unread]);
    let place = select(vec![Place::Exists, Place::Exists, Place::Exists, Place::Gone, Place::Never]);
    let versions = vec(0..3u8, 1..5).prop_map(|states| {
        states.into_iter().enumerate().map(|(index, state)| (format!("\"v{}\"", index + 1), state)).collect()
    });
    let lines = vec(line(), 0..4);
    let own = vec(any::<bool>(), 5);
    (method, lines, incoming, place, versions, (0..3u8, own), any::<bool>(), policy()).prop_map(
        |(method, lines, incoming, place, versions, (state, own), shares_second, policy)| Given {
            method,
            lines,
            incoming,
            place,
            versions,
            state,
            own,
            shares_second,
            policy,
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    let preconditions = select(vec![Preconditions::Required, Preconditions::Optional, Preconditions::Ignored]);
    let dates = select(vec![Dates::StrongOnly, Dates::Trusted]);
    (preconditions, dates).prop_map(|(preconditions, dates)| Policy {
        preconditions,
        etags: Etags::Version,
        judging: Judging::Atomic,
        dates,
    })
}

/// One field line, usually one of the four.
pub(crate) fn line() -> impl Strategy<Value = (String, Vec<u8>)> {
    let tags = (select(vec!["If-Match", "If-Match", "if-match", "If-None-Match", "IF-NONE-MATCH"]), tag_value());
    let dates = (select(vec!["If-Modified-Since", "If-Unmodified-Since", "if-unmodified-since"]), date_value());
    let others = (select(vec!["If-Range", "Accept", "If-Matching"]), tag_value());
    prop_oneof![6 => tags, 3 => dates, 1 => others].prop_map(|(name, value)| (name.to_owned(), value))
}

/// A valid or invalid value of `If-Match` or `If-None-Match`.
pub(crate) fn tag_value() -> impl Strategy<Value = Vec<u8>> {
    let separator = select(vec![",", ", ", " ,", ",,", "\t,\t"]);
    let list = (vec(member(), 0..4), separator).prop_map(|(members, separator)| members.join(separator.as_bytes()));
    prop_oneof![
        8 => list,
        2 => Just(b"*".to_vec()),
        1 => select(vec!["", ",", "oops", "\"v1", "w/\"v1\"", "\"v1\" \"v2\"", "*, \"v1\"", "\"v1\", *", "\"v1\"x"])
            .prop_map(|value| value.as_bytes().to_vec()),
        1 => vec(select(b"\"\"\"W/, \t*v1\x80\x07".to_vec()), 0..10),
    ]
}

/// One member of a list. Versions 1 to 4 may have been written; there is never a version 9.
fn member() -> impl Strategy<Value = Vec<u8>> {
    let known = vec!["\"v1\"", "\"v2\"", "\"v3\"", "\"v4\"", "W/\"v1\"", "W/\"v2\"", "\"v1-gzip\"", "\"v2;br\""];
    let strange = vec![&b"\"v9\""[..], b"\"v1 \"", b"\"a,b\"", b"\"*\"", b"\"\"", b"\"caf\xE9\"", b"W/\" \""];
    prop_oneof![
        5 => select(known).prop_map(|text| text.as_bytes().to_vec()),
        1 => select(strange).prop_map(<[u8]>::to_vec),
    ]
}

/// A valid or invalid value of a date field.
pub(crate) fn date_value() -> impl Strategy<Value = Vec<u8>> {
    let values = [
        "Sun, 22 Nov 2026 05:00:10 GMT",
        "Sun, 22 Nov 2026 05:00:11 GMT",
        "Sun, 22 Nov 2026 05:00:11 GMT",
        "Sun, 22 Nov 2026 05:00:12 GMT",
        "Sun, 22 Nov 2026 05:01:00 GMT",
        "Sun, 22 Nov 2026 05:01:01 GMT",
        "Sunday, 22-Nov-26 05:00:11 GMT",
        "Sun Nov 22 05:00:11 2026",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Fri, 31 Dec 2066 23:59:60 GMT",
        "Sun, 30 Feb 2027 05:00:11 GMT",
        "Sun, 22 Nov 2026 05:00:11 gmt",
        "Sun, 22 Nov 2026 05:00:11 GMT, Sun, 22 Nov 2026 05:00:11 GMT",
        "tomorrow",
        "",
    ];
    select(values.to_vec()).prop_map(|text| text.as_bytes().to_vec())
}
