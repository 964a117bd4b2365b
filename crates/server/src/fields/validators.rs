//! The validators of a version, `ETag` and `Last-Modified`, and its author (RFC 9110 section 8.8).

use axum::http::{HeaderMap, header};
use contract::EntityTag;
use store::StoredVersion;

use super::AUTHOR;
use super::value::{ascii, date_value, tag_value};

/// Inserts the fields that describe a version: its tag, its time and its author.
pub(crate) fn insert_validators(headers: &mut HeaderMap, stored: &StoredVersion, etag: &EntityTag) {
    let revision = &stored.revision;
    // RFC 9110 section 8.8.2.1: never later than Date. If the clock was set back since, `finalize` adjusts Date
    // instead: a client that was given this time must never be given an earlier one.
    let written = revision.stamp.at.to_http_date();
    headers.insert(header::ETAG, tag_value(etag));
    headers.insert(header::LAST_MODIFIED, date_value(written));
    headers.insert(AUTHOR, ascii(&revision.author.to_field()));
}
