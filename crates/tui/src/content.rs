//! The content of each part of the screen, as lines of text for a given width.
//!
//! [`crate::layout`] measures the lines and [`mod@crate::draw`] paints them; plain mode prints some of them. Nothing in
//! here knows its position on the screen.

pub(crate) mod cards;
pub(crate) mod change;
pub(crate) mod condition;
pub(crate) mod controls;
pub(crate) mod documents;
pub(crate) mod draft;
pub(crate) mod exchange;
pub(crate) mod exchange_labels;
pub(crate) mod find;
pub(crate) mod gate;
pub(crate) mod help;
pub(crate) mod key_moment;
pub(crate) mod led_question;
pub(crate) mod level;
pub(crate) mod menu;
pub(crate) mod narration;
pub(crate) mod overwrite;
pub(crate) mod panel;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod policy_comparison;
pub(crate) mod question;
pub(crate) mod room;
pub(crate) mod room_join;
pub(crate) mod room_question;
pub(crate) mod seeds;
pub(crate) mod sequence;
pub(crate) mod sequence_lanes;
pub(crate) mod sequence_people;
pub(crate) mod server_pane;
pub(crate) mod sides;
pub(crate) mod stage_room;
pub(crate) mod status;
pub(crate) mod swarm;
pub(crate) mod tags;
pub(crate) mod text;
pub(crate) mod version;
pub(crate) mod wire_list;
