//! The screen and the keys: the real `update` and `draw`, on a terminal in memory.
//!
//! Nothing here waits. A run is finished when nothing is in flight, and each frame is drawn on demand.

mod any_size;
mod auth;
mod deleted;
mod drafts;
mod filter;
mod finding;
mod folding;
mod following;
mod footer;
mod gate;
mod gate_model;
mod golden;
mod gone;
mod harness;
mod key_cost;
mod keyboard;
mod large;
mod lesson;
mod level;
mod menu;
mod namesakes;
mod palette;
mod pasting;
mod places;
mod plain;
mod rebound;
mod remote;
mod replay;
mod save_key;
mod saving;
mod selections;
mod sequence;
mod server;
mod stage_frames;
mod stage_people;
mod stepped;
mod talk;
mod typing_on;
mod typist;
mod versions;
mod visibility;
mod waiting;
mod wire;
mod writing;
