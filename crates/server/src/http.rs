//! HTTP messages: parts of requests, and the sending of representations.

pub(crate) mod annotated_response;
pub(crate) mod authentication;
pub(crate) mod body;
pub(crate) mod conditional_get;
pub(crate) mod event_stream;
pub(crate) mod form;
pub(crate) mod gathered_bytes;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod removal;
pub(crate) mod representation;
pub(crate) mod request_context;
