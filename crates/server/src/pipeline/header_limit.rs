//! The limits of a header section: its bytes, its lines, and the supported transfer codings.
//!
//! In HTTP/1.1, hyper refuses most header sections that are too large while it reads them, but accepts one that arrives
//! in a single piece. h2 would refuse one with a bare status.

use axum::http::{HeaderValue, Version, header};

use crate::budget;
use crate::connection::receive_budget::{ReceiveBudgetExhausted, ReceivedBytes};
use crate::connection::{MAX_HEAD_BYTES, SMALL_RESPONSE_BYTES};
use crate::fields::transfer_encoding;
use crate::http::request_context::RequestContext;
use crate::problem::details::transport;
use crate::problem::{RETRY_AFTER_SECONDS, Refusal, types};
use crate::state::SharedState;

/// The most field lines of a header section. In HTTP/1.1, it is also hyper's own limit.
const MAX_FIELD_LINES: usize = budget::HEAD_FIELDS.size();

/// Returns the size of a header section, or refuses it.
///
/// # Errors
///
/// The header section is too large, or declares a transfer coding that is not supported.
pub(super) fn check(context: &RequestContext) -> Result<usize, Refusal> {
    let too_large = |detail| Refusal::new(&types::REQUEST_HEADER_FIELDS_TOO_LARGE, detail);
    let size = head_size(context);
    if size > MAX_HEAD_BYTES {
        return Err(too_large(transport::large_head()).with_budget(&budget::HEAD_BYTES));
    }
    if context.headers.len() > MAX_FIELD_LINES {
        return Err(too_large(transport::many_fields()).with_budget(&budget::HEAD_FIELDS));
    }
    let mut codings = context.headers.get_all(header::TRANSFER_ENCODING).iter().map(HeaderValue::as_bytes).peekable();
    if codings.peek().is_some() && !transfer_encoding::is_chunked(codings) {
        let refusal = Refusal::new(&types::NOT_IMPLEMENTED, transport::transfer_coding());
        // An intermediary may see another end of this request, and take the rest for a further request.
        return Err(refusal.with_field("Transfer-Encoding").with_header(header::CONNECTION, "close"));
    }
    Ok(size)
}

/// Counts a header section, unless it is small, until the returned value is dropped.
///
/// A request may stay open for long.
pub(super) fn count(
    app: &SharedState,
    context: &RequestContext,
    size: usize,
) -> Result<Option<ReceivedBytes>, Refusal> {
    let Some(client) = context.client.as_ref().filter(|_| size > SMALL_RESPONSE_BYTES) else { return Ok(None) };
    let received = client.received();
    match received.count(size) {
        Ok(()) => Ok(Some(received)),
        Err(ReceiveBudgetExhausted) => {
            Err(Refusal::budget_exhausted(&budget::RECEIVE_BYTES, &app.options.budgets, Some(RETRY_AFTER_SECONDS)))
        }
    }
}

/// Returns the bytes of the target and the fields.
///
/// HTTP/2 adds 32 bytes for each field (RFC 9113 section 6.5.2). In HTTP/1.1, a field also has a colon, a space and the
/// end of the line.
fn head_size(context: &RequestContext) -> usize {
    let field = if context.version == Version::HTTP_2 { 32 } else { 4 };
    let target = context.uri.path_and_query().map_or(0, |target| target.as_str().len());
    context.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + field).sum::<usize>() + target
}
