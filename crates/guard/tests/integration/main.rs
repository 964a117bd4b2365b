//! The guard in front of a simulated server, from the outside: requests in, responses out.

mod fake_server;
mod races;
mod reads;
mod refusals;
mod unsteady;
mod writes;
