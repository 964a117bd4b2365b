//! What people see and what their keys do: the real `update` and `draw`, on a terminal in memory.

mod look;
mod play;
mod server;
