//! A response, reduced to the little that a check asks about.

use precondition::{EntityTag, HttpDate};

use crate::message::ProbeResponse;
use crate::transport::SendError;

/// The observation that a check is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// A strong entity tag.
    StrongTag,
    /// A tag that is weak at first, and strong a second later.
    StrongLater,
    /// A weak entity tag, also a second later.
    WeakTag,
    /// No entity tag.
    NoTag,
    /// `ETag` has a value that is not an entity tag.
    MalformedTag,
    /// Two values are the same, which is what the check asks for or against.
    Same,
    /// Two values differ.
    Different,
    /// The value is missing.
    Missing,
    /// A date is not later than another.
    NotLater,
    /// A date is later than another.
    Later,
    /// The response may be stored and used without asking again.
    Fresh,
    /// The response is not used without asking again.
    NotFresh,
    /// 304.
    NotModified,
    /// 2xx to a read.
    Served,
    /// 2xx or 303 to a write that was carried out.
    Done,
    /// 201 to a write that created the resource.
    Created,
    /// 202, and the text is not there (yet): the server decides later.
    Accepted,
    /// 2xx or 303 to a write, and the resource has not changed.
    DoneWithoutEffect,
    /// 412.
    PreconditionFailed,
    /// 428.
    PreconditionRequired,
    /// 409.
    Conflict,
    /// 400 or 422.
    BadRequest,
    /// 404 or 410.
    NotFound,
    /// Another 4xx.
    OtherRefusal,
    /// A status that refuses the write, and the resource has changed all the same.
    RefusedYetWritten,
    /// 5xx, or a status that the check does not know.
    OtherStatus,
    /// No response.
    NoResponse,
    /// Of several writers, exactly one succeeded.
    OneSucceeded,
    /// Of several writers, none succeeded.
    NoneSucceeded,
    /// Of several writers, more than one succeeded.
    SeveralSucceeded,
    /// A repeated write was answered with success, and created no second version.
    AppliedOnce,
    /// A repeated write created a second version.
    AppliedTwice,
}

/// Every observation, for tests.
#[cfg(test)]
pub(crate) const ALL_OBSERVED: [Observed; 32] = {
    use Observed as O;
    [
        O::StrongTag,
        O::StrongLater,
        O::WeakTag,
        O::NoTag,
        O::MalformedTag,
        O::Same,
        O::Different,
        O::Missing,
        O::NotLater,
        O::Later,
        O::Fresh,
        O::NotFresh,
        O::NotModified,
        O::Served,
        O::Done,
        O::Created,
        O::Accepted,
        O::DoneWithoutEffect,
        O::PreconditionFailed,
        O::PreconditionRequired,
        O::Conflict,
        O::BadRequest,
        O::NotFound,
        O::OtherRefusal,
        O::RefusedYetWritten,
        O::OtherStatus,
        O::NoResponse,
        O::OneSucceeded,
        O::NoneSucceeded,
        O::SeveralSucceeded,
        O::AppliedOnce,
        O::AppliedTwice,
    ]
};

/// Returns the observation about the tag of a representation.
pub(crate) fn of_tag(response: &ProbeResponse) -> Observed {
    match response.field("ETag").map(EntityTag::parse) {
        None => Observed::NoTag,
        Some(Err(_)) => Observed::MalformedTag,
        Some(Ok(tag)) if tag.is_weak() => Observed::WeakTag,
        Some(Ok(_)) => Observed::StrongTag,
    }
}

/// Returns the observation about the response to a read.
pub(crate) fn of_read(response: Result<&ProbeResponse, &SendError>) -> Observed {
    match response.map(|response| response.status) {
        Ok(304) => Observed::NotModified,
        Ok(200..=299) => Observed::Served,
        other => refusal(other),
    }
}

/// Returns the observation about the response to a write.
///
/// `is_written` says whether the resource has the write's text afterwards; `None` if that is not known.
pub(crate) fn of_write(response: Result<&ProbeResponse, &SendError>, is_written: Option<bool>) -> Observed {
    match (response.map(|response| response.status), is_written) {
        // The server may have decided by now.
        (Ok(202), Some(true)) => Observed::Done,
        (Ok(202), _) => Observed::Accepted,
        (Ok(200..=299 | 303), Some(false)) => Observed::DoneWithoutEffect,
        (Ok(201), _) => Observed::Created,
        (Ok(200..=299 | 303), _) => Observed::Done,
        (Ok(_), Some(true)) => Observed::RefusedYetWritten,
        (other, _) => refusal(other),
    }
}

fn refusal(status: Result<u16, &SendError>) -> Observed {
    match status {
        Ok(412) => Observed::PreconditionFailed,
        Ok(428) => Observed::PreconditionRequired,
        Ok(409) => Observed::Conflict,
        Ok(400 | 422) => Observed::BadRequest,
        Ok(404 | 410) => Observed::NotFound,
        Ok(400..=499) => Observed::OtherRefusal,
        Ok(_) => Observed::OtherStatus,
        Err(_) => Observed::NoResponse,
    }
}

/// Returns whether two responses have the same value of a field.
pub(crate) fn of_equal_fields(name: &str, one: &ProbeResponse, other: &ProbeResponse) -> Observed {
    match (one.field(name), other.field(name)) {
        (_, None) | (None, _) => Observed::Missing,
        (Some(one), Some(other)) if one == other => Observed::Same,
        _ => Observed::Different,
    }
}

/// Returns whether `Last-Modified` is later than `Date`, or `None` if one is missing or not a date.
pub(crate) fn of_dates(response: &ProbeResponse) -> Option<Observed> {
    let date = |name| response.field(name).and_then(HttpDate::parse);
    let (modified, now) = (date("Last-Modified")?, date("Date")?);
    Some(if modified > now { Observed::Later } else { Observed::NotLater })
}

/// The fields that a 304 must have if a 200 would have them (RFC 9110 section 15.4.5).
const FIELDS_OF_304: [&str; 6] = ["Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Vary"];

/// Returns the fields that a 304 lacks; `ok` is the 200.
pub(crate) fn missing_in_304(ok: &ProbeResponse, not_modified: &ProbeResponse) -> Vec<&'static str> {
    let lacks = |name: &&str| ok.field(name).is_some() && not_modified.field(name).is_none();
    FIELDS_OF_304.into_iter().filter(lacks).collect()
}

/// Returns whether a cache may use a response without asking the server again.
///
/// Without `Cache-Control` and `Expires`, it may not use a 412 or a 428: neither is heuristically cacheable (RFC 9110
/// section 15.1).
pub(crate) fn of_freshness(response: &ProbeResponse) -> Observed {
    let lines = response.fields.iter().filter(|line| line.is("Cache-Control"));
    let directives = lines.flat_map(|line| line.value.split(|&byte| byte == b','));
    let directives: Vec<_> = directives.map(|one| one.trim_ascii().to_ascii_lowercase()).collect();
    let has = |name: &[u8]| directives.iter().any(|one| one.starts_with(name));
    let lasts = |one: &Vec<u8>| {
        let value = one.strip_prefix(b"max-age=").or_else(|| one.strip_prefix(b"s-maxage="));
        value.is_some_and(|value| value.iter().any(|byte| (b'1'..=b'9').contains(byte)))
    };
    let forbidden = has(b"no-store") || has(b"no-cache");
    let allowed = directives.iter().any(lasts) || has(b"public") || response.field("Expires").is_some();
    if allowed && !forbidden { Observed::Fresh } else { Observed::NotFresh }
}

/// Returns the observation about a race in which this many writers succeeded.
pub(crate) const fn of_winners(count: usize) -> Observed {
    match count {
        0 => Observed::NoneSucceeded,
        1 => Observed::OneSucceeded,
        _ => Observed::SeveralSucceeded,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::FieldLine;

    fn response(status: u16, fields: &[(&str, &str)]) -> ProbeResponse {
        let fields = fields.iter().map(|(name, value)| FieldLine::new(name, value)).collect();
        ProbeResponse { status, fields, body: Vec::new() }
    }

    #[test]
    fn tag_is_classified() {
        for (value, expected) in [
            ("\"v1\"", Observed::StrongTag),
            ("W/\"v1\"", Observed::WeakTag),
            ("v1", Observed::MalformedTag),
            ("w/\"v1\"", Observed::MalformedTag),
            ("", Observed::MalformedTag),
        ] {
            assert_eq!(of_tag(&response(200, &[("ETag", value)])), expected, "{value}");
        }
        assert_eq!(of_tag(&response(200, &[])), Observed::NoTag);
    }

    #[test]
    fn freshness_is_explicit() {
        for (value, expected) in [
            ("no-store", Observed::NotFresh),
            ("max-age=0", Observed::NotFresh),
            ("max-age=60", Observed::Fresh),
            ("Public", Observed::Fresh),
            ("no-store, max-age=60", Observed::NotFresh),
        ] {
            assert_eq!(of_freshness(&response(412, &[("cache-control", value)])), expected, "{value}");
        }
        assert_eq!(of_freshness(&response(412, &[])), Observed::NotFresh);
        assert_eq!(of_freshness(&response(412, &[("Expires", "0")])), Observed::Fresh);
    }

    #[test]
    fn fields_of_a_304_are_those_of_the_200() {
        let ok = response(200, &[("ETag", "\"a\""), ("Vary", "Accept"), ("Last-Modified", "x"), ("Date", "y")]);
        assert_eq!(missing_in_304(&ok, &response(304, &[("etag", "\"a\"")])), ["Date", "Vary"]);
    }

    #[test]
    fn last_modified_is_compared_with_date() {
        let dates = |modified, date| of_dates(&response(200, &[("Last-Modified", modified), ("Date", date)]));
        let (early, late) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT");
        assert_eq!(dates(late, early), Some(Observed::Later));
        assert_eq!(dates(early, late), Some(Observed::NotLater));
        assert_eq!(dates(early, early), Some(Observed::NotLater));
        assert_eq!(dates("yesterday", late), None);
    }

    proptest! {
        #[test]
        fn write_is_never_done_and_refused(status in 100_u16..600, written in proptest::option::of(any::<bool>())) {
            let response = response(status, &[]);
            let observed = of_write(Ok(&response), written);
            let done = matches!(observed, Observed::Done | Observed::Created | Observed::Accepted
                | Observed::DoneWithoutEffect);
            prop_assert_eq!(done, response.is_success());
            prop_assert_eq!(observed == Observed::RefusedYetWritten, !done && written == Some(true));
        }
    }
}
