//! A terminal for text: keys and pastes in, frames out, and the terminal as it was at the end.
//!
//! | module | subject |
//! | --- | --- |
//! | [`event`] | what happens at the terminal, and where it is told |
//! | [`input`] | the bytes of the terminal, lines of standard input and signals, as events |
//! | [`key`], [`edit`] | a key in one form, and what it does to a text |
//! | [`buffer`] | a text with a cursor, a selection and undo, and its widget |
//! | [`sanitize`] | foreign text made visible, and cut to a row of cells |
//! | [`theme`], [`person_style`], [`ascii`] | styles for roles, signs for people, ASCII signs |
//! | [`guard`], [`output`], [`panic_hook`] | the terminal while it is ours, and how it is given back |
//! | [`tasks`] | tasks whose panics are told |
//! | [`export`] | frames as recordings and pictures |
//!
//! The crate knows no document, no HTTP, no editor and no lesson.

pub mod ascii;
pub mod buffer;
pub mod edit;
pub mod event;
pub mod export;
mod foreground;
pub mod guard;
pub mod input;
pub mod key;
pub mod output;
pub mod panic_hook;
pub mod person_style;
pub mod sanitize;
pub mod tasks;
pub mod theme;
