//! Brings the copy of the shared settings up to date, and changes settings on all servers.
//!
//! # Reads
//!
//! What one server has acknowledged holds on every server for each request that begins after that. So each request that
//! depends on a setting [brings the copy up to date](SharedState::sync): it asks the store for all that changed.
//! Requests share this query: one that arrives while a query is in progress waits for the next one, which serves all
//! that have arrived by then.
//!
//! A read of a document asks the store in any case, so it trusts the copy first. The store returns the document
//! together with the revision of the settings in the same state of the database. If that is the revision of the copy,
//! the settings by which the request was processed were in force at that moment, which lies within the request. In all
//! other cases, a refusal included, the copy is brought up to date before a response is sent, and if it has changed,
//! the request is processed again, see [`pipeline`](crate::pipeline).
//!
//! # Changes
//!
//! A change is judged on the copy, and made if the store still has the revision that was judged. If not, it is judged
//! again. So two leaders on two servers collide, as two on one server do.
//!
//! # Writes of documents
//!
//! The policy may change between the start of a request and its write. The store notices that in the transaction of the
//! write ([`StoreError::SettingsChanged`]), and the request is judged again under the new policy.

use std::sync::atomic::Ordering;

use store::{POLICY_SETTING, SettingChanges, SharedSetting, StoreError};

use super::gate::Gate;
use super::participants::Participants;
use super::policy::PolicyCell;
use super::question::QuestionCell;
use super::replica::{ReadState, SettingsReplica};
use super::room_settings::RoomSettingsCell;
use super::shared_cell::SharedCell;
use super::{ServerState, SharedState};
use crate::lock::lock;
use crate::options::warnings::Warning;

const _: () = assert!(PolicyCell::NAME.len() == POLICY_SETTING.len(), "the store knows this name");

impl SharedState {
    /// Brings the copy of the shared settings up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be asked. Then nothing may be decided by the copy.
    pub(crate) async fn sync(&self) -> Result<(), StoreError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        let begun = replica.begun.load(Ordering::Acquire);
        let mut reading = replica.reading.lock().await;
        if reading.number > begun {
            // This query was begun after the call.
            return reading.result.clone();
        }
        let number = replica.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let result = self.read_changes(replica, &mut reading).await;
        (reading.number, reading.result) = (number, result.clone());
        result
    }

    async fn read_changes(&self, replica: &SettingsReplica, reading: &mut ReadState) -> Result<(), StoreError> {
        if !reading.has_joined {
            self.join_servers(replica).await?;
            reading.has_joined = true;
        }
        let before = replica.adopted.load(Ordering::Acquire);
        let SettingChanges { revision, changed } = replica.settings.changes_after(before).await?;
        for setting in &changed {
            if replica.revision(&setting.name) == setting.revision {
                continue;
            }
            self.adopt(setting).map_err(|error| {
                StoreError::Unreadable(format!(
                    "the setting {}, which is not one of this program: {error}",
                    setting.name
                ))
            })?;
            lock(&replica.revisions).insert(setting.name.clone(), setting.revision);
        }
        // It is less than before if the database has lost the newest changes.
        replica.adopted.store(revision, Ordering::Release);
        if !changed.is_empty() {
            self.publish_question();
        }
        Ok(())
    }

    /// Joins the servers of the store. If there are others, their settings hold here, too.
    async fn join_servers(&self, replica: &SettingsReplica) -> Result<(), StoreError> {
        let initial = [
            (PolicyCell::NAME, self.policy.to_json()),
            (Gate::NAME, self.gate.to_json()),
            (QuestionCell::NAME, self.question.to_json()),
            (Participants::NAME, self.participants.to_json()),
            (RoomSettingsCell::NAME, self.room.to_json()),
        ];
        let is_only = replica.settings.join(&initial).await?;
        tracing::info!(server = replica.server(), is_only, "this server has joined those of the store");
        Ok(())
    }

    fn adopt(&self, setting: &SharedSetting) -> Result<(), serde_json::Error> {
        let SharedSetting { name, revision, value } = setting;
        match &**name {
            PolicyCell::NAME => self.policy.adopt(value, *revision),
            Gate::NAME => self.gate.adopt(value, *revision),
            QuestionCell::NAME => self.question.adopt(value, *revision),
            Participants::NAME => self.participants.adopt(value, *revision),
            RoomSettingsCell::NAME => self.room.adopt(value, *revision),
            // A newer program may have more settings.
            _ => Ok(()),
        }
    }

    /// Changes a part of the state, on all servers. Returns the result of the change.
    ///
    /// `change` may be called several times; what its last call returns is what happened.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be asked, or if it is not known whether the change was made.
    pub(crate) async fn change<C: SharedCell, T>(
        &self,
        cell: &C,
        change: impl Fn(&C) -> T + Send,
    ) -> Result<T, StoreError> {
        let Some(replica) = &self.replica else { return Ok(change(cell)) };
        let _turn = replica.changing.lock().await;
        loop {
            self.sync().await?;
            // Read before the fork: a newer fork under an older revision is not written.
            let seen = replica.revision(C::NAME);
            let fork = cell.fork();
            let before = fork.to_json();
            let result = change(&fork);
            let after = fork.to_json();
            if after == before {
                return Ok(result);
            }
            if replica.settings.replace(C::NAME, seen, &after).await?.is_some() {
                // The change is made. If this fails, the next request reads it.
                let _ = self.sync().await;
                return Ok(result);
            }
        }
    }

    /// Publishes who is at this server, and reads who is at the others, if there is a question.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be asked.
    pub(crate) async fn sync_people(&self) -> Result<(), StoreError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        if self.question.setting().is_none() {
            return Ok(());
        }
        let mut here: Vec<String> = self.participants.names_here(self.now(), |_| false).into_iter().collect();
        here.sort_unstable();
        let here = serde_json::to_string(&here).unwrap_or_default();
        let (own, servers) = (replica.server(), replica.settings.servers().await?);
        if servers.iter().all(|server| server.number != own || server.presence != here) {
            replica.settings.publish(&here).await?;
        }
        let others = servers.iter().filter(|server| server.number != own);
        let people =
            others.flat_map(|server| serde_json::from_str::<Vec<String>>(&server.presence).unwrap_or_default());
        *lock(&replica.people_elsewhere) = people.collect();
        self.show_question();
        Ok(())
    }

    /// Opens the gate if it was held by a client of a server that has stopped.
    async fn end_orphaned_lease(&self, replica: &SettingsReplica) -> Result<(), StoreError> {
        let Some(lease) = self.gate.lease().filter(|lease| lease.server != replica.server()) else { return Ok(()) };
        if replica.settings.servers().await?.iter().all(|server| server.number != lease.server) {
            self.change(&self.gate, |gate| gate.end_lease(lease)).await?;
        }
        Ok(())
    }
}

/// Keeps the copy current while no requests arrive: event streams hear of a question, and a gate opens.
pub(crate) async fn follow(app: ServerState) {
    let Some(replica) = &app.replica else { return };
    if app.sync().await.is_ok() && app.policy() != app.options.policy {
        app.options.warnings.send(Warning::OtherPolicy { policy: app.policy() });
    }
    let (mut seen, mut has_others) = (0, true);
    loop {
        let before = seen;
        tokio::select! {
            count = replica.settings.changed(seen) => seen = count,
            () = replica.people_changed.notified() => {}
        }
        let followed = async {
            app.sync().await?;
            app.sync_people().await?;
            app.end_orphaned_lease(replica).await?;
            // A server that joins announces it, and one that stops does not.
            if has_others || seen != before {
                has_others = app.note_other_servers().await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = followed.await {
            tracing::debug!(%error, "the shared settings cannot be followed");
        }
    }
}
