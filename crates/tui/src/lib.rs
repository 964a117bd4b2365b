//! The terminal: event in, state, frame out.

pub mod action;
pub mod edit;
pub mod key;
pub mod people;
pub mod theme;
pub mod visible;

pub mod buffer;
