//! The rules of the server: its responses, the order of its refusals, and its shutdown.
//!
//! Most tests call the router as a service. Tests of what only the bytes show use a socket.

mod bodies;
mod breaking;
mod budgets;
mod connections;
mod control;
mod cors;
mod description;
mod documents;
#[cfg(feature = "tls")]
mod encrypted;
mod events;
mod faults;
mod frames;
mod gate;
mod half_close;
mod history;
mod home;
mod host;
mod metrics;
mod order;
mod participants;
mod preferences;
mod question;
mod refusals;
mod release;
mod room_settings;
mod service;
mod socket;
mod targets;
mod unread;
mod who;
mod wire;
