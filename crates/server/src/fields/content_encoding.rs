//! `Content-Encoding`, of which the server supports no content coding (RFC 9110 section 8.4).

use axum::http::{HeaderMap, header};
use contract::parameters::members;

/// Returns whether any line of `Content-Encoding` names a coding.
pub(crate) fn has_content_coding(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::CONTENT_ENCODING).iter();
    lines.any(|line| members(line.as_bytes()).any(|coding| !coding.eq_ignore_ascii_case(b"identity")))
}
