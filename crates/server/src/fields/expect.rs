//! `Expect`: whether a client waits for a 100 (Continue) (RFC 9110 section 10.1.1).

use axum::http::{HeaderMap, Version, header};

/// Returns whether the client waits for a 100 (Continue) before it sends the body.
///
/// `Expect` is a list. HTTP/1.0 has no expectations, so the field is ignored there (RFC 9110 section 10.1.1).
pub(crate) fn expects_continue(version: Version, headers: &HeaderMap) -> bool {
    let is_100 = |member: &[u8]| member.trim_ascii().eq_ignore_ascii_case(b"100-continue");
    let mut lines = headers.get_all(header::EXPECT).iter();
    version > Version::HTTP_10 && lines.any(|line| line.as_bytes().split(|byte| *byte == b',').any(is_100))
}
