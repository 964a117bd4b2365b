//! The leader's settings of the room, and their earlier entity tags.
//!
//! The settings are replaced under If-Match, like the policy. Nothing of them is stored on disk, unless servers share
//! them.

use std::sync::{Arc, Mutex, MutexGuard};

use contract::{DocumentId, EntityTag, RoomSettings};
use precondition::{Conditions, HttpDate, Judgement, Method, Verdict};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::guarded_setting::GuardedSetting;
use super::shared_cell::SharedCell;
use super::tag_history::TagHistory;
use crate::lock::lock;

/// The current settings and their tags.
pub(crate) struct RoomSettingsCell {
    versions: Mutex<SettingsVersions>,
    /// The settings in JSON, for the event streams.
    published: watch::Sender<Arc<str>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct SettingsVersions {
    settings: RoomSettings,
    tags: TagHistory,
}

impl RoomSettingsCell {
    pub(crate) fn new(settings: RoomSettings) -> Self {
        let published = watch::Sender::new(json_of(&settings));
        let mut versions = SettingsVersions { settings: RoomSettings::default(), tags: TagHistory::new('r') };
        versions.set(settings);
        Self { versions: Mutex::new(versions), published }
    }

    /// Returns a receiver of the settings as JSON.
    ///
    /// The present settings count as not seen if they open a document. So do those after a change, since a client may
    /// have heard of earlier ones before it lost its connection.
    pub(crate) fn live(&self) -> watch::Receiver<Arc<str>> {
        let versions = self.lock();
        let mut live = self.published.subscribe();
        if versions.settings.open_for_all.is_some() || versions.tags.number > 1 {
            live.mark_changed();
        }
        live
    }

    fn lock(&self) -> MutexGuard<'_, SettingsVersions> {
        lock(&self.versions)
    }
}

impl GuardedSetting for RoomSettingsCell {
    type Value = RoomSettings;

    const NOUN: &'static str = "room setting";

    fn with_etag(&self) -> (RoomSettings, EntityTag) {
        let versions = self.lock();
        (versions.settings.clone(), versions.etag())
    }

    fn judge(&self, conditions: &Conditions, now: HttpDate) -> (Judgement, EntityTag) {
        let versions = self.lock();
        (versions.judge(conditions, now), versions.etag())
    }

    fn replace(&self, conditions: &Conditions, now: HttpDate, new: &RoomSettings) -> (Judgement, EntityTag) {
        let mut versions = self.lock();
        let judgement = versions.judge(conditions, now);
        if judgement.verdict == Verdict::Proceed && *new != versions.settings {
            versions.set(new.clone());
            // Under the lock, so that the last settings are published last.
            self.published.send_replace(json_of(new));
        }
        (judgement, versions.etag())
    }
}

impl SharedCell for RoomSettingsCell {
    const NAME: &str = "room";

    fn fork(&self) -> Self {
        let versions = self.lock().clone();
        let published = watch::Sender::new(json_of(&versions.settings));
        Self { versions: Mutex::new(versions), published }
    }

    fn to_json(&self) -> String {
        serde_json::to_string(&*self.lock()).unwrap_or_default()
    }

    fn adopt(&self, json: &str, _: u64) -> Result<(), serde_json::Error> {
        let new: SettingsVersions = serde_json::from_str(json)?;
        let mut versions = self.lock();
        if new.settings != versions.settings {
            // Under the lock, so that the last settings are published last.
            self.published.send_replace(json_of(&new.settings));
        }
        *versions = new;
        Ok(())
    }
}

impl SettingsVersions {
    fn judge(&self, conditions: &Conditions, now: HttpDate) -> Judgement {
        self.tags.judge(Method::Put, conditions, now, true)
    }

    fn set(&mut self, settings: RoomSettings) {
        // An id may have dots and underscores, too, and these are legal in a tag.
        self.tags.push(settings.open_for_all.as_ref().map_or("none", DocumentId::as_str));
        self.settings = settings;
    }

    fn etag(&self) -> EntityTag {
        self.tags.etag().expect("the first settings are a version")
    }
}

fn json_of(settings: &RoomSettings) -> Arc<str> {
    serde_json::to_string(settings).unwrap_or_default().into()
}
