//! The parameters of a path.

use std::borrow::Cow;

use contract::{Author, DocumentId};
use percent_encoding::percent_decode_str;

use crate::problem::{Refusal, details, types};

/// Parses the document id in the path.
pub(crate) fn document_in_path(parameter: &str) -> Result<DocumentId, Refusal> {
    let id = decoded(parameter).and_then(|id| DocumentId::try_from(id.into_owned()).ok());
    // No document can have this id, so the response is that of a missing route, whatever the method.
    id.ok_or_else(|| Refusal::new(&types::NOT_FOUND, details::no_such_id()))
}

/// Parses the name of a participant in the path.
pub(crate) fn name_in_path(parameter: &str) -> Result<Author, Refusal> {
    let name = decoded(parameter).and_then(|name| Author::try_from(name.into_owned()).ok());
    name.ok_or_else(|| Refusal::new(&types::NOT_FOUND, details::room::no_such_name()))
}

/// Returns a parameter of the path, decoded, or `None` if it is not valid UTF-8.
pub(crate) fn decoded(parameter: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(parameter).decode_utf8().ok()
}
