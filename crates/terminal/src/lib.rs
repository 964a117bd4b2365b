//! A terminal for text: keys and pastes in, frames out, and the terminal restored at the end.
//!
//! | module | subject |
//! | --- | --- |
//! | [`event`] | events at the terminal, and the queue that takes them |
//! | [`input`] | turns the terminal's bytes, lines of standard input and signals into events |
//! | [`key`], [`edit`] | a key in one normal form, and the edit that it makes in a text |
//! | [`buffer`] | a text with a cursor, a selection and undo, and its widget, for texts of any size |
//! | [`line_input`] | an input of one line |
//! | [`sanitize`] | makes control and invisible characters of foreign text visible, and clips lines |
//! | [`theme`], [`person_style`], [`ascii`] | styles for roles, glyphs for people, ASCII glyphs |
//! | [`qr_code`] | an address as a QR code |
//! | [`guard`], [`output`], [`panic_hook`] | takes the terminal, writes to it, and restores it |
//! | [`tasks`] | tasks whose panics become events |
//! | [`export`] | frames as recordings and pictures |
//!
//! The crate knows nothing of documents, HTTP, the editor or lessons.

pub mod ascii;
pub mod buffer;
mod doubtful_rows;
pub mod edit;
pub mod event;
pub mod export;
pub mod features;
mod foreground;
pub mod guard;
pub mod input;
pub mod key;
pub mod line_input;
pub mod output;
pub mod panic_hook;
pub mod person_style;
pub mod qr_code;
mod raw_mode;
pub mod sanitize;
pub mod tasks;
pub mod theme;
