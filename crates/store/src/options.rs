//! The options with which a store is opened. They are the same for every backend.

use std::fmt;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::check_then_act::{BetweenJudgeAndWrite, SimulatedRoundTrip};

/// How a store behaves while it is open.
///
/// The place of its data is part of its address.
#[derive(Clone)]
pub struct StoreOptions {
    /// The texts of old versions that are kept. By default all are.
    pub retention: Retention,
    /// The hook between judging and writing, under the policy that makes these two steps.
    ///
    /// By default it waits as long as a round trip to a database takes.
    pub between: Arc<dyn BetweenJudgeAndWrite>,
    /// The password for a database server, if it is not in the address.
    pub login: DatabaseLogin,
}

impl Default for StoreOptions {
    fn default() -> Self {
        let (retention, login) = (Retention::default(), DatabaseLogin::default());
        Self { retention, between: Arc::new(SimulatedRoundTrip), login }
    }
}

/// The password for a database server, from outside its address. It is never printed.
#[derive(Clone, Default)]
pub struct DatabaseLogin {
    /// The password, as from `PGPASSWORD`.
    pub password: Option<String>,
    /// The file of passwords, in the format of `~/.pgpass`, which is read if there is no password.
    pub password_file: Option<PathBuf>,
}

impl fmt::Debug for DatabaseLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseLogin").field("password_file", &self.password_file).finish_non_exhaustive()
    }
}

/// The newest versions of each document whose texts are never removed.
pub const MIN_KEPT_VERSIONS: u64 = 10;

/// The texts of old versions that are kept. By default all are.
///
/// A text is removed if no limit that is set keeps it, and never if it is one of the last [`MIN_KEPT_VERSIONS`]. Only
/// the text is removed: the number, the tag, the author and the title stay, so the tag is still known to be stale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// The number of the newest versions of each document that keep their texts.
    pub versions: Option<NonZeroU64>,
    /// The time for which a version keeps its text after it was replaced.
    pub time: Option<Duration>,
}

impl Retention {
    /// Returns whether all texts are kept.
    #[must_use]
    pub fn is_everything(self) -> bool {
        self.versions.is_none() && self.time.is_none()
    }

    /// Returns how many of the newest versions keep their texts whatever their age.
    ///
    /// These are at least [`MIN_KEPT_VERSIONS`].
    #[must_use]
    pub fn kept_versions(self) -> u64 {
        self.versions.map_or(MIN_KEPT_VERSIONS, |versions| versions.get().max(MIN_KEPT_VERSIONS))
    }
}
