//! The merge view: base, mine and theirs over the result, and the keys that decide.
//!
//! The view shows a model (regions and decisions), and there is never a conflict marker in it. Each decision leaves the
//! view as a [`MergeStep`]; the caller applies the step to the [`DocumentMerge`] and tells the view. The view itself
//! keeps only what a reader does: which change is selected, how far the panes are scrolled, what is written by hand and
//! not taken over yet.
//!
//! | module | subject |
//! | --- | --- |
//! | [`action`] | the keys: one table |
//! | `view` | the state of the view, and what an input does to it |
//! | `rows`, `panes`, `scroll` | which row shows what, where the panes are, what is in sight |
//! | `navigation`, `decisions`, `proposal` | from change to change, decisions as steps, suggestions |
//! | `manual_edit`, `full_edit`, `edit_mode` | texts that are written by hand |
//! | `resolution`, `text` | what is in the result for a change, and the lines of the sides |
//! | `word_diff`, [`list_diff`] | the words and lines that differ |
//! | `messages`, `status` | sentences |
//! | `draw`, `scene`, `header`, `side`, `result` | the picture |
//! | `spoken` | a merge in lines to be heard |
//! | `overwrite_preview` | what an overwrite would lose |
//!
//! `examples/three_way.rs` is a whole program around it.
//!
//! Not here: HTTP, opening and saving documents, and every key that is not about the merge.

pub mod action;
mod decisions;
mod draw;
mod edit_mode;
mod full_edit;
mod header;
pub mod list_diff;
mod manual_edit;
mod messages;
mod navigation;
mod overwrite_preview;
mod panes;
mod proposal;
mod resolution;
mod result;
mod rows;
mod scene;
mod scroll;
mod side;
mod sides;
mod spoken;
mod status;
mod text;
mod view;
mod word_diff;

#[cfg(doc)]
use editor::{DocumentMerge, MergeStep};

pub use draw::{MergeKeys, MergeWidget};
pub use overwrite_preview::lost_lines;
pub use panes::PaneShare;
pub use sides::{SideStyle, SideStyles};
pub use spoken::SpokenMerge;
pub use status::Way;
pub use view::MergeView;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
