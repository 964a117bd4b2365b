//! Random stories check that no typed word is lost, and that no key does what it was not pressed for.
//!
//! A story runs in the real loop, with real clients, a real server, and drafts on a real disk. It consists of what a
//! user types and presses, and of what happens in between: responses, events and timers arrive late, requests are held,
//! lost and cut off, other clients save and delete, the process is killed. Three promises are checked after each event.
//!
//! 1. Every typed word is in the text, in text written by hand in a merge, or on the server; after a kill, it is in a
//!    draft. Otherwise, the user took it back, or decided against it in a view that they had entered.
//! 2. Only the user's own keys change what a key means, and keys that type text never do.
//! 3. A key that was pressed in a view is not typed into the text, and a typed character is inserted at the cursor.
//!
//! `WORDS_ROUNDS` sets the number of stories, and `WORDS_SEED` the first seed.

mod counts;
mod keys;
mod ledger;
mod lines;
mod observe;
mod play;
mod relay;
mod reported;
mod rig;
mod rounds;
mod server;
mod sessions;
mod story;
mod world;
