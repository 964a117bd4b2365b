//! The matrix: what each policy and each deliberate mistake of a server does to each anomaly.
//!
//! A row is an anomaly: a lesson without claims, in `crates/lesson/matrix`. A column is a server. Each cell is the
//! [`verdict`] about one run of the row's lesson on the column's server; nothing in the table is written by hand.
//!
//! Playing the runs is left to the caller, which has the servers.

mod servers;
mod table;
mod verdict;

use crate::diagnostics::Diagnostics;
use crate::script::Lesson;

pub use servers::{MatrixServer, servers};
pub use table::MatrixTable;
pub use verdict::{MatrixCell, MatrixError, verdict};

/// Expands to the path and the text of a file in `crates/lesson/matrix`.
macro_rules! anomaly {
    ($name:literal) => {
        (concat!("crates/lesson/matrix/", $name, ".toml"), include_str!(concat!("../matrix/", $name, ".toml")))
    };
}

/// The path of each anomaly's file, with its text, in the order of the rows.
const FILES: [(&str, &str); 10] = [
    anomaly!("lost-update"),
    anomaly!("one-second"),
    anomaly!("blind-write"),
    anomaly!("blind-retry"),
    anomaly!("delete-against-edit"),
    anomaly!("create-race"),
    anomaly!("date-hole"),
    anomaly!("aba"),
    anomaly!("check-then-act"),
    anomaly!("lost-response"),
];

/// Returns the anomalies in the order of the rows.
///
/// The title of a lesson is the anomaly's name, and its goal the course of events.
///
/// # Errors
///
/// If a file of the program is not valid, which a test excludes.
pub fn anomalies() -> Result<Vec<Lesson>, Diagnostics> {
    FILES.iter().map(|(path, text)| crate::read(path, text)).collect()
}

#[cfg(test)]
mod tests {
    use contract::Policy;

    use super::*;

    #[test]
    fn anomalies_claim_nothing_and_change_no_policy() {
        use crate::script::StepKind;
        let anomalies = anomalies().unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(anomalies.len(), FILES.len());
        for lesson in anomalies {
            assert_eq!(lesson.policy, Policy::default(), "{}", lesson.name);
            let acts = |kind: &StepKind| {
                matches!(
                    kind,
                    StepKind::Act { .. }
                        | StepKind::Send { .. }
                        | StepKind::Hold(_)
                        | StepKind::Release { .. }
                        | StepKind::Lose(_)
                )
            };
            assert!(lesson.steps.iter().all(|step| acts(&step.kind) && step.checks.is_empty()), "{}", lesson.name);
        }
    }

    #[test]
    fn servers_differ_and_have_the_names_of_their_policies() {
        let names: Vec<String> = servers().into_iter().map(|server| server.name).collect();
        let expected =
            ["required", "optional", "ignored", "etags=content", "etags=seconds", "judging=apart", "dates=plain"];
        assert_eq!(names, expected);
    }
}
