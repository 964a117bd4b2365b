//! The tables of the HTTP contract, row by row, against the public interface.
//!
//! `{E}` is the current entity tag, `{S}` an old one of the same document, `{M}` the current version's date.

mod dates;
mod notation;
mod order;
mod policies;
mod reads;
mod reasons;
mod replays;
mod syntax;
mod writes;
