//! What whoever leads the session can see and change. It is no part of the documents, so it is not under `/api`.

pub(crate) mod exchanges;
pub(crate) mod policy;
