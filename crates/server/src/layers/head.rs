//! How large the head of a request may be, in HTTP/2: the same as in HTTP/1.1, where hyper sees to it.
//!
//! h2 would refuse it too, but with a status and nothing else.

use axum::extract::Request;
use axum::http::Version;

use crate::accept::HEADERS;
use crate::refusal::words::transport;
use crate::refusal::{Refusal, kinds};

/// What a field counts for besides its name and its value (RFC 9113 section 6.5.2).
const FIELD: usize = 32;

/// Refuses a head that is too large.
pub(super) fn judge(request: &Request) -> Result<(), Refusal> {
    if request.version() != Version::HTTP_2 || size(request) <= usize::from(HEADERS) {
        return Ok(());
    }
    Err(Refusal::new(&kinds::REQUEST_HEADER_FIELDS_TOO_LARGE, transport::large_head()))
}

/// The size of the fields and of the target, as HTTP/2 counts it.
fn size(request: &Request) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + FIELD).sum::<usize>() + target
}
