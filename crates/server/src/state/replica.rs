//! This server's copy of the settings that all servers of a store share, and how current it is.
//!
//! Without shared settings, as with SQLite, the state of this server is the only one, and there is no copy.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use store::{SharedSettings, Store, StoreError};
use tokio::sync::{Mutex as AsyncMutex, Notify};

use crate::lock::lock;

/// The copy, and how current it is.
pub(crate) struct SettingsReplica {
    pub(super) settings: Arc<dyn SharedSettings>,
    /// This server makes one change at a time.
    pub(super) changing: AsyncMutex<()>,
    /// The number of the last query that was begun.
    pub(super) begun: AtomicU64,
    pub(super) reading: AsyncMutex<ReadState>,
    /// The revision of the copy as a whole, or 0 if nothing was read yet. It is set after all settings.
    pub(super) adopted: AtomicU64,
    /// The revisions of the settings in the copy, by name.
    pub(super) revisions: Mutex<HashMap<String, u64>>,
    /// The people who are at other servers, as these have published them.
    pub(super) people_elsewhere: Mutex<HashSet<String>>,
    /// Awakes the follower when people may have come or gone.
    pub(super) people_changed: Notify,
}

/// The result of the last query for changes.
pub(super) struct ReadState {
    pub(super) number: u64,
    pub(super) result: Result<(), StoreError>,
    pub(super) has_joined: bool,
}

impl SettingsReplica {
    /// Returns the copy for a store; `None` if it has no shared settings.
    pub(crate) fn of(store: &dyn Store) -> Option<Self> {
        let reading = ReadState { number: 0, result: Ok(()), has_joined: false };
        Some(Self {
            settings: store.shared_settings()?,
            changing: AsyncMutex::default(),
            begun: AtomicU64::new(0),
            reading: AsyncMutex::new(reading),
            adopted: AtomicU64::new(0),
            revisions: Mutex::default(),
            people_elsewhere: Mutex::default(),
            people_changed: Notify::new(),
        })
    }

    /// Returns the revision of the copy as a whole, or `None` if nothing was read yet.
    ///
    /// The settings in the copy may be newer, but are never older.
    pub(crate) fn adopted(&self) -> Option<u64> {
        Some(self.adopted.load(Ordering::Acquire)).filter(|revision| *revision > 0)
    }

    pub(super) fn revision(&self, name: &str) -> u64 {
        lock(&self.revisions).get(name).copied().unwrap_or(0)
    }

    /// Returns the number of this server.
    pub(crate) fn server(&self) -> u32 {
        self.settings.server()
    }

    /// Returns the people who are at other servers, by their folded names.
    pub(crate) fn people_elsewhere(&self) -> HashSet<String> {
        lock(&self.people_elsewhere).clone()
    }

    /// Notes that people may have come or gone.
    pub(crate) fn note_people(&self) {
        self.people_changed.notify_one();
    }
}
