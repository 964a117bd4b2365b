//! Printing outside of a session on the screen.

pub(crate) mod columns;
pub(crate) mod json;
pub(crate) mod stderr;
pub(crate) mod stdout;
pub(crate) mod unkept;
pub(crate) mod visible;
