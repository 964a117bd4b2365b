//! Events in the text of a notification, so that other servers need not read them from the database.
//!
//! A text is the number of the server, the number of the first event, the document and the tag of the event before it
//! (both are empty if there is none), and the events as JSON, with spaces in between. PostgreSQL puts the numbers and
//! the first event before into it (`schema/4.sql`), since they are known only in the transaction.
//!
//! PostgreSQL delivers notifications after the commit, in the order of the commits. A text that is empty or cannot be
//! parsed says only that there are events to read.

use std::sync::Arc;

use contract::{Author, DocumentId, Timestamp};
use precondition::EntityTag;

use super::event_publisher::{AppendedEvents, EventIdentity};
use crate::revision::{Revision, StoreEvent, VersionStamp};

/// The longest JSON in a notification.
///
/// PostgreSQL takes 7,999 bytes. What precedes the JSON has at most 11 bytes for the server, 20 for the number of an
/// event, 64 for a document, 32 for a tag, and 4 spaces.
const MAX_JSON_BYTES: usize = 7_800;

/// The channel on which the servers of a store are notified of events.
#[derive(Debug, Clone)]
pub(super) struct EventChannel {
    /// Its name, which has the id of the store.
    ///
    /// Every user of a database may listen and notify on any channel, but only those who may read the store know its
    /// id.
    pub(super) name: String,
    /// The number of this server.
    pub(super) server: i32,
}

impl EventChannel {
    /// Returns the channel of the store with this id, for a server.
    pub(super) fn new(store: &str, server: i32) -> Self {
        Self { name: format!("ifmatch_events_{store}"), server }
    }
}

/// A version's number, tag, hash and time in milliseconds, and whether it is a delete.
type StampFields = (u64, String, String, u64, bool);

/// A document, its version, the version before, the author, and the tag that the write was based on.
type EventFields = (String, StampFields, Option<StampFields>, String, Option<String>);

/// The events of a batch, in one part for each notification.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct EventParts {
    /// The events of each part, as JSON.
    pub(super) events: Vec<String>,
    /// The place of the first event of each part in the batch, from 1.
    pub(super) starts: Vec<i64>,
    /// The document and the tag of the event before each part; empty for the first one.
    pub(super) preceding: Vec<String>,
}

impl EventParts {
    /// Splits the events of a batch into parts that fit into notifications.
    pub(super) fn of<'a>(batch: impl Iterator<Item = (&'a DocumentId, &'a Revision)>) -> Self {
        let mut parts = Self::default();
        let mut preceding = String::new();
        for ((id, revision), place) in batch.zip(1..) {
            let event = serde_json::to_string(&fields(id, revision)).unwrap_or_default();
            match parts.events.last_mut() {
                // One more byte for the comma, and one for the bracket at the end.
                Some(part) if part.len() + event.len() + 2 <= MAX_JSON_BYTES => {
                    part.push(',');
                    part.push_str(&event);
                }
                _ => {
                    // An event that does not fit is left out, so its part cannot be parsed, and the event is read.
                    let event = if event.len() + 2 <= MAX_JSON_BYTES { event } else { String::new() };
                    parts.events.push(format!("[{event}"));
                    parts.starts.push(place);
                    parts.preceding.push(preceding);
                }
            }
            preceding = format!("{id} {}", revision.stamp.tag);
        }
        parts.events.iter_mut().for_each(|part| part.push(']'));
        parts
    }

    /// Returns the notifications of a batch that is committed, as `schema/4.sql` makes them.
    ///
    /// `first` is the number of its first event, and `before` is the event before that one.
    pub(super) fn notifications(&self, server: i32, first: u64, before: Option<&EventIdentity>) -> Vec<String> {
        let before = before.map_or_else(|| " ".to_owned(), |before| format!("{} {}", before.id, before.tag));
        let heads = self.starts.iter().zip(&self.preceding).enumerate().map(|(part, (start, preceding))| {
            let preceding = if part == 0 { &before } else { preceding };
            format!("{server} {} {preceding}", first + start.unsigned_abs() - 1)
        });
        heads.zip(&self.events).map(|(head, events)| format!("{head} {events}")).collect()
    }
}

/// Returns the number of the server in a notification, and the events.
///
/// It is `None` if the events have to be read.
pub(super) fn parse(text: &str) -> Option<(i32, AppendedEvents)> {
    let mut words = text.splitn(5, ' ');
    let (server, first) = (words.next()?.parse().ok()?, words.next()?.parse::<u64>().ok()?);
    let before = match (words.next()?, words.next()?) {
        ("", "") => None,
        (id, tag) => Some(EventIdentity { id: id.parse().ok()?, tag: EntityTag::parse(tag.as_bytes()).ok()? }),
    };
    let fields: Vec<EventFields> = serde_json::from_str(words.next()?).ok()?;
    let events = fields.into_iter().zip(first..).map(|(fields, sequence)| event(sequence, fields));
    let events = events.collect::<Option<Vec<_>>>().filter(|events| !events.is_empty())?;
    Some((server, AppendedEvents { events, before }))
}

fn fields(id: &DocumentId, revision: &Revision) -> EventFields {
    let stamp = |stamp: &VersionStamp| -> StampFields {
        (stamp.version, stamp.tag.to_string(), stamp.hash.to_string(), stamp.at.as_millis(), stamp.deleted)
    };
    // A tag may have bytes that are not UTF-8. Each becomes the character with its number.
    let based_on = |tag: &EntityTag| tag.to_bytes().into_iter().map(char::from).collect();
    (
        id.to_string(),
        stamp(&revision.stamp),
        revision.before.as_ref().map(stamp),
        revision.author.as_str().to_owned(),
        revision.based_on.as_ref().map(based_on),
    )
}

fn event(sequence: u64, (id, stamp, before, author, based_on): EventFields) -> Option<StoreEvent> {
    let revision = Revision {
        stamp: version_stamp(stamp)?,
        before: match before {
            None => None,
            Some(fields) => Some(version_stamp(fields)?),
        },
        author: Author::from_repaired(&author),
        based_on: match based_on {
            None => None,
            Some(text) => Some(tag_of_chars(&text)?),
        },
    };
    Some(StoreEvent { sequence, id: id.parse().ok()?, revision: Arc::new(revision) })
}

fn version_stamp((version, tag, hash, at, deleted): StampFields) -> Option<VersionStamp> {
    let tag = EntityTag::parse(tag.as_bytes()).ok()?;
    Some(VersionStamp { version, tag, hash: hash.parse().ok()?, at: Timestamp::from_millis(at), deleted })
}

fn tag_of_chars(text: &str) -> Option<EntityTag> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    EntityTag::parse(&bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event whose author has as many bytes as one can have, and whose base is not UTF-8.
    fn sample(number: u64) -> StoreEvent {
        let id: DocumentId = format!("{number}{}", "x".repeat(50)).parse().unwrap();
        let before = VersionStamp::next(None, &id, None, Timestamp::from_millis(number));
        let stamp = VersionStamp::next(Some(&before), &id, None, Timestamp::from_millis(number + 1));
        let author = Author::from_repaired(&"\u{1f600}\"".repeat(100));
        let based_on = Some(EntityTag::parse(b"W/\"\xff\xe9\\\"").unwrap());
        let revision = Arc::new(Revision { stamp, before: Some(before), author, based_on });
        StoreEvent { sequence: number, id, revision }
    }

    #[test]
    fn all_parts_together_are_the_events() {
        let events: Vec<_> = (101..=160).map(sample).collect();
        let parts = EventParts::of(events.iter().map(|event| (&event.id, &*event.revision)));
        assert!(parts.events.len() > 1, "they do not fit into one notification");
        let mut before: EventIdentity =
            EventIdentity { id: "a".parse().unwrap(), tag: EntityTag::parse(b"\"v1-00000000\"").unwrap() };
        let mut parsed = Vec::new();
        for text in parts.notifications(7, 101, Some(&before)) {
            assert!(text.len() < 8000, "{}", text.len());
            let (server, appended) = parse(&text).unwrap();
            assert_eq!((server, appended.before), (7, Some(before)));
            before = EventIdentity::of(appended.events.last().unwrap());
            parsed.extend(appended.events);
        }
        assert_eq!(parsed, events);
    }

    #[test]
    fn first_event_of_all_has_none_before() {
        let one = sample(1);
        let parts = EventParts::of([(&one.id, &*one.revision)].into_iter());
        let (_, appended) = parse(&format!("7 1   {}", parts.events[0])).unwrap();
        assert_eq!((appended.events, appended.before), (vec![one], None));
    }

    #[test]
    fn other_texts_have_no_events() {
        for text in ["", "7", "7 1 a", "7 1   []", "7 1   [", "x 1   []", "7 1 A \"v1-0\" []"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
