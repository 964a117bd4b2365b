//! Exchanges and histories for tests, in short.

use contract::{EntityTag, Exchange, Message, Timestamp, Version};

/// A read of a document by nobody in particular.
pub(crate) fn exchange(number: u64, status: Option<u16>) -> Exchange {
    Exchange {
        number,
        author: None,
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
    }
}
/// A version to be.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    author: String,
    base: Option<String>,
    deletes: bool,
    tag: Option<&'static str>,
}

/// A version by that person, who named none.
pub(crate) fn v(author: &str) -> Made {
    Made { author: author.to_owned(), base: None, deletes: false, tag: None }
}

impl Made {
    /// Its writer named the version with that number.
    pub(crate) fn on(self, number: u64) -> Self {
        Self { base: Some(tag(number)), ..self }
    }

    /// Its writer named that tag.
    pub(crate) fn on_tag(self, tag: &str) -> Self {
        Self { base: Some(tag.to_owned()), ..self }
    }

    /// It is a delete.
    pub(crate) fn delete(self) -> Self {
        Self { deletes: true, ..self }
    }

    /// Its own tag is that one.
    pub(crate) fn tagged(self, tag: &'static str) -> Self {
        Self { tag: Some(tag), ..self }
    }
}

fn tag(number: u64) -> String {
    format!("\"v{number}-0000000{}\"", number % 10)
}

/// The versions that come of that, from the first on, as a server lists them: the newest first.
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
