//! What merging again did to the decisions taken before.

use std::fmt;

/// The outcome of [`crate::Session::renew`] and [`crate::Session::renew_mine`]. Numbers of regions are those of the new
/// merge.
///
/// Its `Display` is the sentence for the person who decides: 'kept 4, reopened 1, new 1'.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Regions whose three texts are as they were: the decision stays, and so does any text written by hand.
    pub kept: Vec<usize>,
    /// Regions that had been decided when one side had another text: look again.
    pub reopened: Vec<usize>,
    /// Conflicts where there was none before.
    pub new: Vec<usize>,
    /// How many decisions lost their object: what they were about is gone, or has come to the same result by itself.
    pub vanished: usize,
}

impl fmt::Display for MergeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kept {}, reopened {}, new {}", self.kept.len(), self.reopened.len(), self.new.len())?;
        if self.vanished > 0 {
            write!(f, ", vanished {}", self.vanished)?;
        }
        Ok(())
    }
}
