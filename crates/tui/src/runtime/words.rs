//! No typed word is lost, and no key does what it was not pressed for: random stories in the real loop, with real
//! clients before a real server, and drafts on a real disk.
//!
//! A story is made of what a user types and presses, and of what happens at all other instants: responses, events and
//! timers come in late, requests are held, lost and cut off, others save and delete, the process is killed. After each
//! event three promises are looked at.
//!
//! 1. Every word that was typed is in the text, in what is written by hand in a merge, or on the server; after a kill
//!    it is in the draft. Or the user took it back, or decided against it in a view that they had entered.
//! 2. What a key means is changed by the user's own keys, and by none that types text.
//! 3. A key that was pressed in a view is not in the text, and a character that was typed stands where the cursor was.
//!
//! `WORDS_ROUNDS` says how many stories are played, `WORDS_SEED` how the dice fall.

mod counts;
mod hands;
mod ledger;
mod lines;
mod named;
mod play;
mod relay;
mod rig;
mod rounds;
mod server;
mod sessions;
mod sight;
mod story;
mod world;
