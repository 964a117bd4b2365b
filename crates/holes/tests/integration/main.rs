//! A probe finds the mistake of each server and no other, by construction: neither the clock nor the scheduler decides.

mod harness;
mod probed;
