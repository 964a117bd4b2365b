//! The engine against ifmatch itself, with and without mistakes, and against small faulty servers.

mod deviating_server;
mod deviations;
mod fake_server;
mod faults;
mod harness;
mod ifmatch_server;
mod safety;
