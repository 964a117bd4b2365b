//! The proxy on sockets, in front of a server that the test scripts byte by byte.

mod backend;
mod bodies;
mod description;
mod failures;
mod front;
mod http2;
mod messages;
mod observer;
mod record;
mod stage;
mod upgrade;
mod upstream;
