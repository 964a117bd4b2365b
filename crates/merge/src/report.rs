//! The effect of a repeated merge on earlier decisions.

use std::fmt;

/// The outcome of [`crate::Session::renew`] and [`crate::Session::renew_mine`].
///
/// The numbers of regions are those of the new merge.
///
/// Its `Display` is the sentence for the user, without counts of zero: 'kept 4, reopened 1'.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Regions whose three texts are unchanged: the decision is kept, and so is any text written by hand.
    pub kept: Vec<usize>,
    /// Regions that were decided before one side changed: they need another look.
    pub reopened: Vec<usize>,
    /// Conflicts that are new.
    pub new: Vec<usize>,
    /// The number of decisions whose subject is gone, or now settles to the same result by itself.
    pub vanished: usize,
}

impl fmt::Display for MergeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            ("kept", self.kept.len()),
            ("reopened", self.reopened.len()),
            ("new", self.new.len()),
            ("vanished", self.vanished),
        ];
        let mut told = counts.into_iter().filter(|(_, count)| *count > 0);
        let Some((what, count)) = told.next() else { return f.write_str("no decision is affected") };
        write!(f, "{what} {count}")?;
        told.try_for_each(|(what, count)| write!(f, ", {what} {count}"))
    }
}
