//! The table of the checks. The list, the documentation and every report are made from it.

mod creating;
mod observations;
mod racing;
mod reading;
mod validators;
mod writing;

use std::fmt;

use crate::check::{CheckId as Id, ProbeCheck};

/// The number of checks.
const COUNT: usize = validators::CHECKS.len()
    + reading::CHECKS.len()
    + writing::CHECKS.len()
    + creating::CHECKS.len()
    + racing::CHECKS.len();

/// All checks, in the order in which they are reported.
pub const CHECKS: &[ProbeCheck] = &joined();

/// Returns the checks of all groups.
const fn joined() -> [ProbeCheck; COUNT] {
    let groups: [&[ProbeCheck]; 5] =
        [&validators::CHECKS, &reading::CHECKS, &writing::CHECKS, &creating::CHECKS, &racing::CHECKS];
    let mut all = [validators::CHECKS[0]; COUNT];
    let (mut group, mut next) = (0, 0);
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].len() {
            all[next] = groups[group][row];
            next += 1;
            row += 1;
        }
        group += 1;
    }
    all
}

impl Id {
    /// Returns the row of the table.
    ///
    /// # Panics
    ///
    /// Never: a test says that each check has a row.
    #[must_use]
    pub fn check(self) -> &'static ProbeCheck {
        CHECKS.iter().find(|check| check.id == self).expect("each check has a row")
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.check().name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check::{CheckGroup as G, Mark};
    use crate::observed::{ALL_OBSERVED, Observed as O};

    #[test]
    fn each_check_has_one_row_and_one_name() {
        let ids: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!((ids.len(), names.len()), (CHECKS.len(), CHECKS.len()));
        // The last variant has the highest number.
        assert_eq!(Id::RepeatedWrite as usize + 1, CHECKS.len());
    }

    #[test]
    fn groups_are_in_the_order_of_the_report() {
        let groups: Vec<_> = CHECKS.iter().map(|check| G::ALL.iter().position(|group| *group == check.group)).collect();
        assert!(groups.is_sorted());
    }

    #[test]
    fn each_check_has_a_right_answer_and_a_clause() {
        for check in CHECKS {
            assert!(!check.right.is_empty(), "{}", check.name);
            assert!(check.right.iter().all(|right| !check.weak.contains(right)), "{}", check.name);
            assert!(check.clause.starts_with("RFC "), "{}", check.name);
        }
    }

    #[test]
    fn a_write_that_a_false_condition_lets_through_is_wrong() {
        for id in [
            Id::StaleTag,
            Id::WeakTag,
            Id::UnknownTag,
            Id::ListWithoutCurrent,
            Id::EmptyField,
            Id::MalformedField,
            Id::TwoLinesWithout,
            Id::OldDate,
            Id::TagBeatsFutureDate,
            Id::NoneMatchCurrentWrite,
            Id::StalePatch,
            Id::CreateOverExisting,
            Id::StaleDelete,
        ] {
            for wrong in [O::Done, O::Created, O::Accepted, O::RefusedYetWritten, O::DoneWithoutEffect] {
                assert_eq!(id.check().mark_of(wrong), Mark::Wrong, "{id}: {wrong:?}");
            }
            assert_eq!(id.check().mark_of(O::PreconditionFailed), Mark::Right, "{id}");
        }
    }

    #[test]
    fn a_refusal_that_writes_and_a_server_error_are_wrong_everywhere() {
        for check in CHECKS {
            for wrong in [O::RefusedYetWritten, O::OtherStatus, O::SeveralSucceeded, O::AppliedTwice] {
                assert_eq!(check.mark_of(wrong), Mark::Wrong, "{}: {wrong:?}", check.name);
            }
            let marks = ALL_OBSERVED.map(|observed| check.mark_of(observed));
            assert!(!marks.contains(&Mark::NotAsked), "{}", check.name);
        }
    }
}
