//! Writes in one round trip: decided by versions in memory, and made if the database confirms these.
//!
//! A write nearly always names the newest version, and this server has most likely written or read that version just
//! before. So the writer decides by [`KnownHeads`] first. One statement then takes the locks, compares what was decided
//! by with the database, and appends (`schema/4.sql`). What it has confirmed is true until the commit, so the decision
//! is the one that a transaction would have made which reads the versions itself. If one of them is outdated, nothing
//! is written, and the writer carries out the batch in such a transaction.
//!
//! A refusal is not confirmed by anything, so all writes are left to that transaction that do not append the next
//! version, unless they lose to a write of the same batch. So are all that need more facts than the newest version.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contract::{Author, DocumentId, Timestamp};
use precondition::policy::Etags;
use precondition::{EntityTag, Field, Verdict};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::append::seal_of_version;
use super::error::PostgresError;
use super::event_message::{EventChannel, EventParts};
use super::event_publisher::{AppendedEvents, EventIdentity};
use super::gather::changes_tree;
use super::known_heads::{KnownHead, KnownHeads};
use super::notices::Notices;
use super::rows::{document_seal, limit, signed, unsigned, value};
use super::session::Session;
use crate::decide::decide_at;
use crate::facts::{Descendants, WriteFacts};
use crate::head::Head;
use crate::outcome::{WriteEffect, WriteOutcome};
use crate::request::WriteRequest;
use crate::revision::{StoreEvent, StoredVersion};
use crate::seal::Seal;
use crate::write_job::WriteJob;

/// Appends versions, see `schema/4.sql`.
const APPEND: &str = "SELECT database_time, last_event, others_wait, others_run, reserved, before_document, before_etag
    FROM ifmatch.append_versions($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                                 $20, $21, $22, $23)";

/// Writes with their outcomes, which hold if the database confirms what they were decided by.
#[derive(Default)]
pub(super) struct ConfirmedBatch {
    pub(super) jobs: Vec<WriteJob>,
    pub(super) outcomes: Vec<WriteOutcome>,
    /// The revisions of the policy and of all settings that all of them name.
    revisions: (Option<u64>, Option<u64>),
    /// By document.
    planned: Vec<PlannedVersion>,
}

/// The next version of a document.
struct PlannedVersion {
    id: DocumentId,
    /// Its place among the events of the batch, from 1.
    place: i64,
    /// The newest version so far, which has to be confirmed.
    before: KnownHead,
    stored: Arc<StoredVersion>,
    after: Arc<Head>,
    /// The checksum of the new version's row.
    seal: Seal,
}

/// The end of an attempt.
pub(super) enum Confirmation {
    /// The versions are committed.
    Appended {
        /// Their events.
        appended: AppendedEvents,
        /// Whether another server was committing at the same time.
        others_wait: bool,
    },
    /// It is another server's turn to write these documents.
    Reserved(HashSet<String>),
    /// A version is not the newest one, the policy has changed, or a time is in the future of the database.
    Outdated,
}

/// The lead of this server's clock over that of the database, in milliseconds, as far as it is known.
#[derive(Default)]
pub(super) struct ClockLead(AtomicU64);

impl ClockLead {
    /// Returns the time at the database, or an earlier one.
    fn corrected(&self, at: Timestamp) -> Timestamp {
        Timestamp::from_millis(at.as_millis().saturating_sub(self.0.load(Ordering::Relaxed)))
    }

    /// Notes the time at the database after a statement was sent with a time of this server.
    fn note(&self, sent: Timestamp, database: Timestamp) {
        // One more, since times are cut to milliseconds.
        let lead = sent.as_millis().checked_sub(database.as_millis()).map_or(0, |lead| lead + 1);
        self.0.store(lead, Ordering::Relaxed);
    }
}

impl ConfirmedBatch {
    /// Decides on the writes of a batch by what is in memory.
    ///
    /// Returns also the writes that have to be decided on in a transaction, in their order. A write is among them if
    /// one before it of the same document is.
    pub(super) fn plan(jobs: Vec<WriteJob>, known: &KnownHeads, clock: &ClockLead) -> (Self, Vec<WriteJob>) {
        let mut batch = Self::default();
        let (mut rest, mut left) = (Vec::new(), HashSet::new());
        let mut appended: HashMap<DocumentId, Arc<Head>> = HashMap::new();
        let revisions = |job: &WriteJob| (job.request.policy_revision, job.request.settings_revision);
        batch.revisions = jobs.first().map_or((None, None), revisions);
        for job in jobs {
            let id = &job.request.id;
            let is_plain = job.earlier.is_none() && revisions(&job) == batch.revisions;
            let is_next = is_plain && !left.contains(id);
            let outcome = is_next.then(|| batch.decide(&job.request, known, &mut appended, clock)).flatten();
            if let Some(outcome) = outcome {
                batch.jobs.push(job);
                batch.outcomes.push(outcome);
            } else {
                left.insert(id.clone());
                rest.push(job);
            }
        }
        batch.planned.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        (batch, rest)
    }

    /// Returns the outcome of a write if it appends the next version, or loses to a write of this batch.
    fn decide(
        &mut self,
        request: &WriteRequest,
        known: &KnownHeads,
        appended: &mut HashMap<DocumentId, Arc<Head>>,
        clock: &ClockLead,
    ) -> Option<WriteOutcome> {
        let WriteRequest { id, conditions, change, policy, .. } = request;
        // A date is judged by the clock of the database.
        if policy.etags != Etags::Version || conditions.value(Field::IfUnmodifiedSince).is_some() {
            return None;
        }
        if let Some(head) = appended.get(id) {
            let outcome = decide_by(request, head)?;
            return matches!(outcome.effect, WriteEffect::Refused(_)).then_some(outcome);
        }
        let before = known.get(id).filter(|known| !known.head.lacks_text())?;
        let corrected;
        let request = match clock.corrected(request.at) {
            at if at == request.at => request,
            at => {
                corrected = WriteRequest { at, ..request.clone() };
                &corrected
            }
        };
        let outcome = decide_by(request, &before.head)?;
        let proceeds = matches!(outcome.judgement.verdict, Verdict::Proceed);
        if !proceeds || changes_tree(&before.head.state(), change) {
            return None;
        }
        let (WriteEffect::Created(stored) | WriteEffect::Changed(stored)) = &outcome.effect else { return None };
        let seal = seal_of_version(id, stored);
        let (stored, after) = (Arc::clone(stored), Arc::new(Head::after(Some(&before.head), Arc::clone(stored))));
        appended.insert(id.clone(), Arc::clone(&after));
        let place = limit(self.planned.len() + 1);
        self.planned.push(PlannedVersion { id: id.clone(), place, before, stored, after, seal });
        Some(outcome)
    }

    /// Returns the documents, each with its next version.
    pub(super) fn documents(&self) -> impl Iterator<Item = (&DocumentId, &Arc<Head>)> {
        self.planned.iter().map(|planned| (&planned.id, &planned.after))
    }

    /// Keeps the versions, which are committed.
    pub(super) fn remember(&self, known: &KnownHeads) {
        for planned in &self.planned {
            known.insert(&planned.id, &planned.after, planned.seal);
        }
    }

    /// Appends the versions if the database confirms what was decided by.
    ///
    /// Other servers are notified on `channel`, or later, see [`Notices`].
    ///
    /// # Errors
    ///
    /// [`PostgresError::OutcomeUnknown`] if the versions may be committed. After all other errors they are not.
    pub(super) async fn append(
        &self,
        session: Session<'_>,
        channel: &EventChannel,
        notices: &Notices,
        clock: &ClockLead,
    ) -> Result<Confirmation, PostgresError> {
        let planned = &self.planned;
        let revisions = || planned.iter().map(|planned| &planned.stored.revision);
        let documents = || planned.iter().map(|planned| planned.stored.document.as_ref());
        let latest = revisions().map(|revision| revision.stamp.at).max().unwrap_or(Timestamp::from_millis(0));
        let ids: Vec<&str> = planned.iter().map(|planned| planned.id.as_str()).collect();
        let seen: Vec<i64> = planned.iter().map(PlannedVersion::number_before).collect();
        let seen_seals: Vec<&[u8]> = planned.iter().map(|planned| &planned.before.seal[..]).collect();
        let parents: Vec<Option<&str>> =
            documents().map(|document| document?.parent.as_ref().map(DocumentId::as_str)).collect();
        let next_seals: Vec<Vec<u8>> = planned
            .iter()
            .zip(&parents)
            .map(|(planned, parent)| document_seal(planned.id.as_str(), planned.number_before() + 1, true, *parent))
            .map(|seal| seal.to_vec())
            .collect();
        let places: Vec<i64> = planned.iter().map(|planned| planned.place).collect();
        let times: Vec<i64> = revisions().map(|revision| signed(revision.stamp.at.as_millis())).collect();
        let tags: Vec<String> = revisions().map(|revision| revision.stamp.tag.to_string()).collect();
        let hashes: Vec<String> = revisions().map(|revision| revision.stamp.hash.to_string()).collect();
        let authors: Vec<&str> = revisions().map(|revision| Author::as_str(&revision.author)).collect();
        let bases: Vec<Option<Vec<u8>>> =
            revisions().map(|revision| revision.based_on.as_ref().map(EntityTag::to_bytes)).collect();
        let seals: Vec<&[u8]> = planned.iter().map(|planned| &planned.seal[..]).collect();
        let titles: Vec<Option<&[u8]>> = documents().map(|document| Some(document?.title.as_bytes())).collect();
        let contents: Vec<Option<&[u8]>> = documents().map(|document| Some(document?.content.as_bytes())).collect();
        let events = self.by_place().into_iter().map(|planned| (&planned.id, &*planned.stored.revision));
        let parts = EventParts::of(events);
        let due = notices.take_due();
        let sent = if due.is_some() { &parts } else { &EventParts::default() };
        let earlier = due.clone().unwrap_or_default();
        let (policy, settings) = self.revisions;
        let values: [&(dyn ToSql + Sync); 23] = [
            &policy.map(signed),
            &settings.map(signed),
            &signed(latest.as_millis()),
            &channel.server,
            &channel.name,
            &ids,
            &seen,
            &seen_seals,
            &next_seals,
            &parents,
            &places,
            &times,
            &tags,
            &hashes,
            &authors,
            &bases,
            &seals,
            &titles,
            &contents,
            &earlier,
            &sent.events,
            &sent.starts,
            &sent.preceding,
        ];
        let row = session.commit_by_query(APPEND, &values).await.inspect_err(|_| notices.put_back(earlier.clone()))?;
        clock.note(latest, Timestamp::from_millis(unsigned(&row, "database_time")?));
        let last: Option<i64> = value(&row, "last_event")?;
        let reserved: Option<Vec<String>> = value(&row, "reserved")?;
        Ok(match (last.and_then(|last| u64::try_from(last).ok()), reserved) {
            (Some(last), _) => {
                let appended = AppendedEvents { events: self.events(last), before: event_before(&row) };
                if !value::<bool>(&row, "others_run")? {
                    notices.note_alone();
                } else if due.is_some() {
                    notices.note_sent();
                } else {
                    let first = last.saturating_sub(self.planned.len() as u64) + 1;
                    notices.push(parts.notifications(channel.server, first, appended.before.as_ref()));
                }
                Confirmation::Appended { appended, others_wait: value(&row, "others_wait")? }
            }
            (None, reserved) => {
                notices.put_back(earlier);
                reserved.map_or(Confirmation::Outdated, |ids| Confirmation::Reserved(ids.into_iter().collect()))
            }
        })
    }

    /// Returns the events of the versions, of which the last one has this number.
    fn events(&self, last: u64) -> Vec<StoreEvent> {
        let count = self.planned.len() as u64;
        let event = |(sequence, planned): (u64, &PlannedVersion)| {
            let (id, revision) = (planned.id.clone(), Arc::clone(&planned.stored.revision));
            StoreEvent { sequence, id, revision }
        };
        (last.saturating_sub(count) + 1..=last).zip(self.by_place()).map(event).collect()
    }

    /// Returns the versions in the order of their events.
    fn by_place(&self) -> Vec<&PlannedVersion> {
        let mut planned: Vec<_> = self.planned.iter().collect();
        planned.sort_unstable_by_key(|planned| planned.place);
        planned
    }
}

impl PlannedVersion {
    fn number_before(&self) -> i64 {
        signed(self.before.head.stored().revision.stamp.version)
    }
}

/// Decides by the newest version alone. Returns `None` if something has to be looked up.
fn decide_by(request: &WriteRequest, head: &Head) -> Option<WriteOutcome> {
    let issued = head.issued_for(&request.conditions)?;
    let facts = WriteFacts { found: head.state(), issued, below: Descendants::default(), ancestors: Vec::new() };
    Some(decide_at(request, &facts, request.at.to_http_date()))
}

/// Returns the event before the first one that was appended. One that cannot be read counts as none.
fn event_before(row: &Row) -> Option<EventIdentity> {
    let id: Option<&str> = value(row, "before_document").ok()?;
    let tag: Option<&str> = value(row, "before_etag").ok()?;
    Some(EventIdentity { id: id?.parse().ok()?, tag: EntityTag::parse(tag?.as_bytes()).ok()? })
}
