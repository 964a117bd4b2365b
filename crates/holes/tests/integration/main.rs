//! A probe finds the mistake of each server, and no other.
//!
//! Neither the clock nor the scheduler decides that.

mod harness;
mod probed;
