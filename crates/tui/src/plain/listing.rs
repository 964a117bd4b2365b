//! Listings of plain mode: the text, the wire, an exchange, the versions, a version, a draft.

use client::FoundDraft;
use traffic::listing::{ListedLine, ListedPart, listed};
use traffic::{Entry, labels};

use crate::content::exchange;
use crate::content::exchange_labels::{explanation, sender_name};
use crate::drafts;
use crate::open_document::OpenDocument;
use crate::state::State;
use crate::versions::VersionsView;
use crate::versions::detail::{VersionDetail, VersionText};

/// The maximum number of exchanges that are listed.
const MAX_EXCHANGES_LISTED: usize = 10;

/// Returns the user's text with line numbers, or a range of its lines.
pub(crate) fn text(state: &State, range: Option<(usize, usize)>) -> Vec<String> {
    let Some(work) = state.document() else { return vec!["No document is open.".to_owned()] };
    let count = line_count(work);
    let (from, until) = range.unwrap_or((1, count));
    if range.is_some() && (from == 0 || from > until || from > count) {
        return vec![format!("There are no such lines: the text has {}.", counted(count))];
    }
    let head = format!("'{}', {}", work.editor.mine().title, counted(count));
    let head = if range.is_some() { None } else { Some(format!("{head}.")) };
    let numbered = (1..).zip(work.buffer.lines().take(count)).take(until).skip(from.saturating_sub(1));
    head.into_iter().chain(numbered.map(|(number, text)| line(number, &text))).collect()
}

/// Returns a line of a text, with its number.
pub(crate) fn line(number: usize, text: &str) -> String {
    format!("Line {number}: {}", if text.is_empty() { "an empty line" } else { text })
}

/// Returns the last exchanges, or one of them in full.
pub(crate) fn wire(state: &State, number: Option<u64>) -> Vec<String> {
    if let Some(number) = number {
        // As wide as needed: plain mode has no columns.
        return match state.server.wire.traffic.entry(number) {
            Some(_) => exchange::lines(state, number, u16::MAX).iter().map(ToString::to_string).collect(),
            None => vec![format!("There is no exchange {number}; 'wire' lists the last ones.")],
        };
    }
    let mut all = state.server.wire.traffic.entries();
    let skipped = all.len().saturating_sub(MAX_EXCHANGES_LISTED);
    let first = all.nth(skipped).map_or(0, |entry| entry.exchange.number);
    let words = |line: &ListedLine| {
        let entry = state.server.wire.traffic.entry(line.number);
        entry.map_or_else(Vec::new, |entry| match line.part {
            ListedPart::Both => vec![request_words(entry), outcome_words(state, entry)],
            ListedPart::Request => vec![request_words(entry)],
            ListedPart::Response => vec![outcome_words(state, entry)],
        })
    };
    let listed = listed(&state.server.wire.traffic);
    let mut lines: Vec<_> = listed.iter().filter(|line| line.number >= first).flat_map(words).collect();
    if lines.is_empty() {
        lines.push("Nothing was sent yet.".to_owned());
    }
    lines
}

/// Returns a request in words: its author, method, target and condition.
pub(crate) fn request_words(entry: &Entry) -> String {
    let exchange = &entry.exchange;
    let who = sender_name(exchange);
    let condition = ["If-Match", "If-None-Match"].into_iter().find_map(|name| {
        let value = exchange.request.field(name)?;
        Some(format!("{name}: {value}"))
    });
    let condition = match (condition, exchange.method.as_str()) {
        (Some(condition), _) => format!(", {condition}"),
        (None, "PUT" | "PATCH" | "DELETE") => ", without a precondition".to_owned(),
        (None, _) => String::new(),
    };
    format!("Request {}, {who}: {} {}{condition}.", exchange.number, exchange.method, exchange.target)
}

/// Returns the outcome of a request, in the sentence that explains it.
pub(crate) fn outcome_words(state: &State, entry: &Entry) -> String {
    let exchange = &entry.exchange;
    let number = exchange.number;
    let who = exchange.author.as_ref().filter(|_| state.is_shared());
    let to = who.map_or_else(String::new, |who| format!(" to {who}"));
    let meaning = explanation(state, entry);
    match exchange.status {
        Some(_) => format!("Answer {number}{to}: {meaning}."),
        None => format!("Request {number}: {meaning}."),
    }
}

/// Returns the versions of a document, newest first: author, origin, and whether it was lost.
pub(crate) fn versions(versions: &VersionsView) -> Vec<String> {
    let Some(history) = versions.history() else {
        return versions.trouble().map(|why| format!("The versions could not be read: {why}.")).into_iter().collect();
    };
    let Some(newest) = history.first() else { return vec!["There is no version yet.".to_owned()] };
    let told = history.iter().enumerate().map(|(at, told)| {
        let version = &told.version;
        let fate = labels::fate(told).map_or_else(String::new, |(_, fate)| format!(" {fate}."));
        let origin = labels::origin(history, at).replace(" · ", ", ");
        let when = labels::when(told, newest);
        format!("Version {}, {}, by {} at {when}: {origin}.{fate}", version.version, version.etag, version.author)
    });
    let older = versions.has_older().then(|| "There are older versions.".to_owned());
    told.chain(older).chain(["'version' and a number reads one.".to_owned()]).collect()
}

/// Returns a draft in full, with its details.
pub(crate) fn draft(state: &State, number: usize, found: &FoundDraft) -> Vec<String> {
    let head =
        format!("Draft {number}, {}: {}.", drafts::age(found.age), drafts::details(found, state.is_files()).join(", "));
    std::iter::once(head)
        .chain((1..).zip(drafts::full_text_lines(&found.draft)).map(|(n, text)| line(n, &text)))
        .collect()
}

/// Returns a version in full.
pub(crate) fn version(one: &VersionDetail) -> Vec<String> {
    match &one.text {
        VersionText::Coming => Vec::new(),
        VersionText::Deleted => vec![format!("Version {} is a delete: it has no text.", one.number)],
        VersionText::Removed => {
            vec![format!("The server has removed the text of version {} to save space.", one.number)]
        }
        VersionText::Unknown(why) => vec![format!("Version {} could not be read: {why}.", one.number)],
        VersionText::Here(snapshot) => {
            let document = &snapshot.document;
            let head = format!("Version {}, {}: '{}'.", one.number, snapshot.etag, document.title);
            std::iter::once(head).chain((1..).zip(document.content.lines()).map(|(n, text)| line(n, text))).collect()
        }
    }
}

/// Returns the number of lines of a text. The empty piece after the last line end is not counted.
pub(crate) fn line_count(work: &OpenDocument) -> usize {
    work.buffer.line_count() - usize::from(ends_with_line_end(work))
}

/// Returns whether the last piece of a text is empty.
///
/// That includes an empty text: a line can be added to it as after a line end.
pub(crate) fn ends_with_line_end(work: &OpenDocument) -> bool {
    work.buffer.line(work.buffer.line_count() - 1).is_empty()
}

/// Returns a number of lines in words, such as '1 line' or '7 lines'.
pub(crate) fn counted(lines: usize) -> String {
    match lines {
        0 => "no lines".to_owned(),
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    }
}
