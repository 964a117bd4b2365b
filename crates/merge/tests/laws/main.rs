//! The laws of the merge, each as a property of any three texts.
//!
//! They are numbered: 1 total, 2 identity, 3 agreement, 4 symmetry, 5 tiling, 6 faithful, 7 no invention, 8 locality, 9
//! distance, 10 caution, 11 endings, 12 rendering, 13 deadline, 14 suggestion, 15 undo, 16 repeated merge. The first
//! seven must also hold when the comparison runs out of time.

mod regions;
mod rendering;
mod sessions;
mod texts;
