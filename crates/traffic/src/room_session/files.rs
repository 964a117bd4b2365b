//! The files of a session, and the name of their folder.

use std::sync::Arc;

use contract::{ANONYMOUS, Timestamp};

use super::facts::RoomSession;
use super::page;
use super::shareable::{shareable, without};
use crate::explain::explain_among;
use crate::har::{har_archive, har_entry};
use crate::markdown::escape;

/// The files of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFiles {
    /// `session.md`: a page in Markdown with everything but the bodies of messages.
    pub page: String,
    /// `session.har`: every exchange in full, as HTTP Archive 1.2.
    pub archive: String,
}

impl SessionFiles {
    /// The name of the page.
    pub const PAGE: &str = "session.md";
    /// The name of the archive.
    pub const ARCHIVE: &str = "session.har";

    /// Returns the files of a session, without tokens and codes.
    #[must_use]
    pub fn of(mut session: RoomSession) -> Self {
        for exchange in &mut session.exchanges {
            *exchange = Arc::new(shareable(exchange, &session.secrets));
        }
        // Names and questions come from elsewhere than the exchanges. In the page, a secret may be escaped.
        let escaped = session.secrets.iter().map(|secret| escape(secret));
        let in_page: Vec<String> = escaped.chain(session.secrets.iter().cloned()).collect();
        Self { page: without(&page::write(&session), &in_page), archive: without(&archive(&session), &session.secrets) }
    }
}

fn archive(session: &RoomSession) -> String {
    let scheme = session.server.split_once("://").map_or("http", |(scheme, _)| scheme);
    let entries = session.exchanges.iter().enumerate().map(|(at, exchange)| {
        let who = exchange.author.as_ref().map_or(ANONYMOUS, |author| author.as_str());
        let comment = format!("{who}: {}", explain_among(exchange, session.exchanges[..at].iter().map(Arc::as_ref)));
        har_entry(exchange, scheme, None, &comment)
    });
    let entries = entries.collect();
    har_archive(&[], entries, &format!("A session at {}. {}", session.server, page::extent(session)))
}

/// Returns the name of the folder for a session that is saved at a time.
///
/// An example is `ifmatch-session-2026-11-22-050011`: the time is in UTC, to the second.
#[must_use]
pub fn session_folder_name(saved_at: Timestamp) -> String {
    // 2026-11-22T05:00:11.123Z
    let time = saved_at.to_string();
    let (day, clock) = time.split_once('T').unwrap_or((&time, ""));
    let digits: String = clock.chars().filter(char::is_ascii_digit).take(6).collect();
    format!("ifmatch-session-{day}-{digits}")
}
