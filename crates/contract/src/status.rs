//! The reason phrases of the standards.
//!
//! The server gives its types of problem other titles; these are for display.

/// Returns the reason phrase of a status; `None` if the contract does not use it.
///
/// RFC 9110 section 15 and RFC 6585 define them.
///
/// # Examples
///
/// ```
/// assert_eq!(contract::phrase(412), Some("Precondition Failed"));
/// assert_eq!(contract::phrase(299), None);
/// ```
#[must_use]
pub const fn phrase(status: u16) -> Option<&'static str> {
    Some(match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => return None,
    })
}
