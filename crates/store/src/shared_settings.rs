//! Settings that all servers of a store share: the policy, for instance.
//!
//! A setting is a name, a text and a revision. Revisions are numbers of one counter for all settings, so 'all that
//! changed after this number' is well defined, and a revision never comes back, even after a setting is what it was
//! before, or after the store has lost the newest changes.
//!
//! A server keeps a copy of the settings, and must not trust it: before it acts on a setting, it asks for
//! [`changes_after`](SharedSettings::changes_after) the copy. Or it compares the revision of the copy with the one that
//! the store [returns](crate::ReadJudgement::settings) with a document. To change a setting, it computes the new text
//! from its copy, and [`replaces`](SharedSettings::replace) exactly the revision that it has seen, as a client does
//! with `If-Match`.
//!
//! The store knows the meaning of one setting only: a write that names the revision of [`POLICY_SETTING`] is judged in
//! a transaction in which that revision is in force, or not at all ([`StoreError::SettingsChanged`]).
//!
//! A store that one server has for itself has no such settings: the server keeps its own.

use async_trait::async_trait;

use crate::error::StoreError;

/// The name of the setting by which writes are judged.
pub const POLICY_SETTING: &str = "policy";

/// One setting, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSetting {
    /// The name.
    pub name: String,
    /// The number of its last change.
    pub revision: u64,
    /// Its text, which is JSON.
    pub value: String,
}

/// The settings that have changed, in one state of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChanges {
    /// The revision of the last change of any setting.
    ///
    /// It may be greater than those of all settings: a number may be used up by a change that was not made.
    pub revision: u64,
    /// The settings that have changed, at most one for each name.
    pub changed: Vec<SharedSetting>,
}

/// A server that runs, with the text that it has published about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedServer {
    /// The number of the server, see [`SharedSettings::server`].
    pub number: u32,
    /// The last text of [`SharedSettings::publish`]; empty if there is none yet.
    pub presence: String,
}

/// The settings that all servers of a store share, and the servers themselves.
#[async_trait]
pub trait SharedSettings: Send + Sync + 'static {
    /// Returns the number of this server, by which others know it while it runs.
    fn server(&self) -> u32;

    /// Joins the servers of the store.
    ///
    /// If no other server has joined and still runs, all settings are replaced by these. Otherwise only settings that
    /// do not exist are added. Returns whether this server is the only one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the settings cannot be written.
    async fn join(&self, initial: &[(&'static str, String)]) -> Result<bool, StoreError>;

    /// Returns the settings whose revisions are greater than this one.
    ///
    /// Returns all settings if the store does not know this revision, as a database that was restored. It may also
    /// return settings that have not changed.
    ///
    /// The result is never older than a change that was acknowledged before the call, by any server.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the settings cannot be read.
    async fn changes_after(&self, revision: u64) -> Result<SettingChanges, StoreError>;

    /// Replaces a setting if its revision is still the one that was seen.
    ///
    /// Returns the new revision, or `None` if the setting has another one.
    ///
    /// After the policy was replaced, no write is judged under the old one any more, on any server.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the setting cannot be written, or if it is not known whether it was.
    async fn replace(&self, name: &str, seen: u64, value: &str) -> Result<Option<u64>, StoreError>;

    /// Publishes a text about this server, which is gone when the server is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the text cannot be written.
    async fn publish(&self, presence: &str) -> Result<(), StoreError>;

    /// Returns the servers that have joined and still run, this one included.
    ///
    /// A server that was cut off counts as running until the database notices.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if they cannot be read.
    async fn servers(&self) -> Result<Vec<JoinedServer>, StoreError>;

    /// Waits until another server may have changed a setting or published a text, or for about a second.
    ///
    /// This only hastens what [`changes_after`](Self::changes_after) finds. `seen` is the number that the last call
    /// returned, or 0.
    async fn changed(&self, seen: u64) -> u64;
}
