//! What the head of a request may have: so many bytes, so many lines, and no transfer coding that is not understood.
//!
//! In HTTP/1.1 hyper refuses most heads that are too large by itself, as it reads them; but one that comes in a single
//! piece it takes whole. h2 would refuse one too, but with a status and nothing else.

use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};

use super::sending::{SMALL, WAIT};
use crate::accept::HEADERS;
use crate::accept::client::Client;
use crate::accept::received::{NoRoom, Received};
use crate::app::Shared;
use crate::budget;
use crate::refusal::words::transport;
use crate::refusal::{Refusal, kinds};
use crate::transfer;

/// The most field lines that a head may have. In HTTP/1.1 it is hyper's own limit, and one that it keeps.
const MAX_FIELD_LINES: usize = budget::HEAD_FIELDS.size();

/// Refuses a head that is too large, and one that announces a body which cannot be read.
pub(super) fn judge(request: &Request) -> Result<(), Refusal> {
    let too_large = |detail| Refusal::new(&kinds::REQUEST_HEADER_FIELDS_TOO_LARGE, detail);
    if size(request) > HEADERS {
        return Err(too_large(transport::large_head()).over(&budget::HEAD_BYTES));
    }
    if request.headers().len() > MAX_FIELD_LINES {
        return Err(too_large(transport::many_fields()).over(&budget::HEAD_FIELDS));
    }
    let mut codings = request.headers().get_all(header::TRANSFER_ENCODING).iter().map(HeaderValue::as_bytes).peekable();
    if codings.peek().is_some() && !transfer::is_chunked(codings) {
        let refusal = Refusal::new(&kinds::NOT_IMPLEMENTED, transport::transfer_coding());
        // Whoever passed the request on may see another end of it, and another request behind that.
        return Err(refusal.about_field("Transfer-Encoding").with(header::CONNECTION, "close"));
    }
    Ok(())
}

/// Counts a head that is not small for as long as what this returns is kept: a request may be under way for long.
pub(super) fn count(app: &Shared, request: &Request) -> Result<Option<Received>, Refusal> {
    let size = size(request);
    let Some(client) = request.extensions().get::<Client>().filter(|_| size > SMALL) else { return Ok(None) };
    let received = request.extensions().get().cloned().unwrap_or_else(|| client.received());
    match received.count(size) {
        Ok(()) => Ok(Some(received)),
        Err(NoRoom) => Err(Refusal::used_up(&budget::RECEIVE_BYTES, &app.options.budgets, Some(WAIT))),
    }
}

/// The bytes of the target and the fields. HTTP/2 counts 32 for each field besides its name and its value (RFC 9113
/// section 6.5.2); in HTTP/1.1 these are a colon, a space and the end of the line.
fn size(request: &Request) -> usize {
    let field = if request.version() == Version::HTTP_2 { 32 } else { 4 };
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + field).sum::<usize>() + target
}
