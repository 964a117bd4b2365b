//! Three small servers of notes. Each has one mistake that real servers make, and that loses updates.
//!
//! A learner gets three addresses, and finds the mistakes from outside: with requests of their own, with `ifmatch
//! probe`, or by holding two saves in a proxy. Which address has which mistake depends on a seed, so that knowing this
//! code does not spoil the search.
//!
//! All three judge conditions with the crate `precondition`, which is right. What is wrong is only how it is used, in
//! the ways in which it is used wrongly elsewhere: search for [`Hole`] in `note_server` and `notes`. They are not the
//! document server with another policy, since that one announces its deliberate mistakes in `Ifmatch-Unsafe`.
//!
//! | module | subject | pure |
//! | --- | --- | --- |
//! | `hole` | the three mistakes, and which server has which | yes |
//! | `suspect` | the mistakes that a learner may suspect, and how each of them shows | yes |
//! | `timing` | the clock, and the time that a query takes | no |
//! | `notes` | the notes, their tags and dates | yes |
//! | `response` | responses and refusals | yes |
//! | `note_server` | requests: compare, then write | except for waiting |
//! | `serve` | connections and their limits | no |
//!
//! *Not* here: the command line, and the probe.

mod hole;
mod note_server;
mod notes;
mod response;
mod serve;
mod suspect;
mod timing;

pub use hole::{Hole, ServerLetter, ShuffledHoles};
pub use note_server::{NOTE_PATH, NoteServer};
pub use serve::serve_notes;
pub use suspect::{SUSPECTS, Suspect};
pub use timing::{NoteTiming, SystemTiming};
