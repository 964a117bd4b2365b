//! The engine against servers: ifmatch itself, with and without its deliberate mistakes, and small faulty servers.

mod fake_server;
mod faults;
mod harness;
mod ifmatch_server;
mod safety;
