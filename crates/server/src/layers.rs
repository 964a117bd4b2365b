//! What every exchange goes through, each a room of its own.
//!
//! From the outside in: answers are [`count`]ed, the [`record`] sees what came and what goes, the [`finish`]ing touches
//! are put to every response, [`faults`] delay and lose it on purpose, the [`gate`] holds requests before they are
//! judged, the [`policy`] is chosen, [`panics`] become responses too, and the [`rest`] of a body is taken before a
//! refusal is sent. Whatever holds or disturbs exchanges on purpose stands between the touches and the policy: the
//! record shows it, what it refuses is finished like everything else, and nothing has been judged yet.

pub(crate) mod count;
pub(crate) mod faults;
pub(crate) mod finish;
pub(crate) mod gate;
pub(crate) mod panics;
pub(crate) mod policy;
pub(crate) mod record;
pub(crate) mod rest;

/// Whether a path belongs to the documents. What lies under it is recorded, and says so while a mistake is on.
fn under_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
