//! The editor's state machine, from outside: its reaction to each event, and its laws.

mod altered;
mod aside;
mod drafts;
mod files;
mod following;
mod foreign;
mod going_back;
mod last_copy;
mod messages;
mod namesakes;
mod no_word_is_lost;
mod notices;
mod prefetching;
mod saves;
mod steps;
mod unchanged;
mod whole;
mod world;
