//! The syntax of header fields, one parser for each field.

pub(crate) mod accept;
pub(crate) mod prefer;
pub(crate) mod transfer_encoding;
