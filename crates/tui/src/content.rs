//! What each part of the screen says, as lines of text in so many columns.
//!
//! [`crate::layout`] measures them and [`mod@crate::draw`] paints them; some are read out in plain mode. Nothing in
//! here knows where on the screen it is.

pub(crate) mod draft;
pub(crate) mod exchange;
pub(crate) mod exchange_labels;
pub(crate) mod gate;
pub(crate) mod help;
pub(crate) mod narration;
pub(crate) mod overwrite;
pub(crate) mod panel;
pub(crate) mod policy;
pub(crate) mod policy_comparison;
pub(crate) mod sequence;
pub(crate) mod sequence_lanes;
pub(crate) mod sides;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod version;
pub(crate) mod wire_list;
