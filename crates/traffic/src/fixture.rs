//! Short constructors of exchanges and histories for tests.

use contract::{Anomaly, AnomalyKind, Certainty, EntityTag, Exchange, Message, Timestamp, Version};

/// Returns a read of a document without an author.
pub(crate) fn exchange(number: u64, status: Option<u16>) -> Exchange {
    Exchange {
        number,
        author: None,
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: "GET".to_owned(),
        target: "/api/documents/welcome".to_owned(),
        request: Message::default(),
        status,
        response: status.map(|_| Message::default()),
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

/// A builder of a version.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    author: String,
    base: Option<String>,
    deletes: bool,
    tag: Option<&'static str>,
}

/// Returns a version by this author, who named no base.
pub(crate) fn v(author: &str) -> Made {
    Made { author: author.to_owned(), base: None, deletes: false, tag: None }
}

impl Made {
    /// Sets the base to the version with this number.
    pub(crate) fn on(self, number: u64) -> Self {
        Self { base: Some(tag(number)), ..self }
    }

    /// Sets the base to this tag.
    pub(crate) fn on_tag(self, tag: &str) -> Self {
        Self { base: Some(tag.to_owned()), ..self }
    }

    /// Makes the version a delete.
    pub(crate) fn delete(self) -> Self {
        Self { deletes: true, ..self }
    }

    /// Sets the version's own tag.
    pub(crate) fn tagged(self, tag: &'static str) -> Self {
        Self { tag: Some(tag), ..self }
    }
}

fn tag(number: u64) -> String {
    format!("\"v{number}-0000000{}\"", number % 10)
}

/// Returns the versions newest first, as a server lists them; `made` has them oldest first.
pub(crate) fn history_of(made: &[Made]) -> Vec<Version> {
    let mut versions = Vec::new();
    let mut parent: Option<EntityTag> = None;
    for (number, made) in (1..).zip(made) {
        let etag: EntityTag = made.tag.map_or_else(|| tag(number), ToOwned::to_owned).parse().unwrap();
        versions.push(Version {
            version: number,
            etag: etag.clone(),
            author: made.author.parse().unwrap(),
            at: Timestamp::from_millis(1_795_323_611_123 + 1000 * number),
            parent_etag: parent.replace(etag),
            based_on: made.base.as_ref().map(|tag| tag.parse().unwrap()),
            deleted: made.deletes,
        });
    }
    versions.reverse();
    versions
}

/// Returns the anomaly that exchange 8 certainly lost the change of exchange 7.
pub(crate) fn lost_update() -> Anomaly {
    Anomaly {
        kind: AnomalyKind::LostUpdate,
        certainty: Certainty::Certain,
        loses_update: true,
        target: "/notes/1".to_owned(),
        exchanges: vec![6, 7, 8],
        overwritten: vec![7],
        sentence: "PUT by bob replaced what ann wrote, unread; an update is lost".to_owned(),
        clause: "RFC 9110 13.1.1".to_owned(),
        lost: vec!["salt".to_owned()],
        restored: Vec::new(),
        more_lines: 0,
    }
}
