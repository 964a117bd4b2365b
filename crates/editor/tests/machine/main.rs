//! The machine, seen from outside: what it does in each case, and what it never does in any.

mod altered;
mod aside;
mod drafts;
mod files;
mod foreign;
mod going_back;
mod last_copy;
mod messages;
mod namesakes;
mod no_word_is_lost;
mod steps;
mod whole;
mod world;
