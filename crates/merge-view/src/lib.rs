//! The merge view: base, mine and theirs above the result, and the keys that decide.
//!
//! The view draws the regions and decisions of a [`DocumentMerge`]; there are no conflict markers. Each decision leaves
//! the view as a [`MergeStep`]. The caller applies the step to the `DocumentMerge`, and then calls
//! [`MergeView::on_remerge`]. The view keeps only the user's place: the selected change, the scroll position, and texts
//! written by hand that are not accepted yet.
//!
//! | module | subject |
//! | --- | --- |
//! | [`action`] | the keys, in one table |
//! | `view` | the state of the view, and how an input changes it |
//! | `rows`, `line_rows` | the content of each row, and the rows of wrapped lines |
//! | `panes`, `scroll` | the areas of the panes, and the visible part |
//! | `lockstep`, `scroll_alone` | panes that are scrolled alone |
//! | `navigation`, `decisions`, `proposal` | moves between changes, decisions as steps, suggestions |
//! | `manual_edit`, `full_edit`, `edit_mode` | texts that the user writes by hand |
//! | `resolution`, `text` | the lines of the result, and the lines of the sides |
//! | `word_diff`, [`list_diff`] | the words and lines that differ; [`changed_words`] compares any two texts |
//! | `messages`, `status`, `summary` | the sentences; what a save of the result will contain |
//! | `draw`, `scene`, `header`, `side`, `result`, `mask` | drawing, and what is not drawn for a moment |
//! | `spoken` | a merge as lines for a screen reader |
//! | `overwrite_preview` | the lines that an overwrite would lose |
//!
//! `examples/three_way.rs` is a complete program around the view.
//!
//! HTTP, opening and saving documents, and keys that are not about the merge are the caller's business.

pub mod action;
mod decisions;
mod draw;
mod edit_mode;
mod full_edit;
mod header;
mod key_names;
mod line_rows;
pub mod list_diff;
mod lockstep;
mod manual_edit;
mod mask;
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
mod scroll_alone;
mod side;
mod sides;
mod spoken;
mod status;
mod summary;
mod text;
mod view;
mod word_diff;

#[cfg(doc)]
use editor::{DocumentMerge, MergeStep};

pub use draw::{MergeKeys, MergeWidget};
pub use key_names::{MergeKeyNames, Way};
pub use mask::MergeMask;
pub use overwrite_preview::lost_lines;
pub use panes::PaneShare;
pub use sides::{SideStyle, SideStyles};
pub use spoken::SpokenMerge;
pub use view::MergeView;
pub use word_diff::changed_words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
