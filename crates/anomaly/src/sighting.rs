//! Whether a caller was shown a version, and what it knew before.

use std::sync::Arc;

use crate::body::{BodyForm, BodyRef, BodyStore};
use crate::caller::{CallerMemory, ShownKind, ShownResponse};
use crate::facts::{Applied, RequestKind};
use crate::lines::Content;
use crate::loss::{LostChanges, LostContent};
use crate::resource::{ResourceMemory, WriteRecord};

/// The shortest run of letters and digits that is searched in the bytes of any response.
///
/// A shorter one is in nearly every response, so it is only compared with whole values.
const MIN_SEARCHED_BYTES: usize = 3;

/// The shortest value whose presence in a response tells that the response shows the version.
const MIN_TELLING_BYTES: usize = 6;

/// The most lines that are searched in a response. One of them is enough for doubt.
const MAX_SEARCHED_LINES: usize = 8;

/// The facts about one caller and one resource.
#[derive(Clone, Copy)]
pub(crate) struct CallerView<'a> {
    pub(crate) name: &'a str,
    pub(crate) memory: &'a CallerMemory,
    /// The latest moment of what this caller was shown that is forgotten.
    pub(crate) forgotten_until: Option<u64>,
    pub(crate) resource: &'a ResourceMemory,
    pub(crate) target: &'a str,
    pub(crate) store: &'a BodyStore,
    /// The first response to this caller whose body has not ended: its number, and when its head arrived.
    pub(crate) open: Option<(u64, u64)>,
}

/// Whether a caller was shown the changes of a write before it sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WasShown {
    Yes,
    No,
    /// The response with this number may have shown them.
    Maybe(u64),
    /// The response with this number was still open, such as a stream of events.
    Open(u64),
    /// Responses of that time are forgotten.
    Forgotten,
}

/// The version that a caller knew: the one it was shown or wrote last, with its own patches since.
#[derive(Debug, Clone)]
pub(crate) struct KnownBase {
    pub(crate) number: u64,
    /// When the caller learned it.
    pub(crate) since: u64,
    /// Whether the caller wrote this version.
    pub(crate) is_own_write: bool,
    /// The content, and the patches after it; empty if the content is not known.
    pub(crate) bodies: Vec<BodyRef>,
}

impl CallerView<'_> {
    /// Returns whether the changes of `write` were shown to this caller before its request at `before`.
    ///
    /// `lost` is the part of the changes that matters. `base` is what the caller knew before: since then, it may have
    /// been shown the same change by an earlier write.
    pub(crate) fn was_shown(
        &self,
        write: &WriteRecord,
        lost: &LostChanges,
        base: Option<&KnownBase>,
        before: u64,
    ) -> WasShown {
        if self.forgotten_until > Some(write.forwarded) {
            return WasShown::Forgotten;
        }
        let mut result = WasShown::No;
        for shown in self.memory.shown.iter().rev() {
            match self.shows(shown, write, lost, (base.map(|base| base.since), before)) {
                WasShown::Yes => return WasShown::Yes,
                WasShown::No => {}
                doubt => result = doubt,
            }
        }
        match self.open {
            Some((number, answered)) if result == WasShown::No && answered < before => WasShown::Open(number),
            _ => result,
        }
    }

    /// Returns whether one response shows the changes.
    ///
    /// `time` is that of the base, and that of the caller's request.
    fn shows(
        &self,
        shown: &ShownResponse,
        write: &WriteRecord,
        lost: &LostChanges,
        time: (Option<u64>, u64),
    ) -> WasShown {
        let (base, before) = time;
        if shown.first_answered >= before {
            return WasShown::No;
        }
        let is_reading = shown.kind == ShownKind::Representation && *shown.target == *self.target;
        if shown.last_answered < write.forwarded {
            let is_after_base = !is_reading && Some(shown.last_answered) > base;
            return if is_after_base { self.shows_all(shown, lost) } else { WasShown::No };
        }
        if is_reading {
            let has_tag = shown.tag.as_ref().zip(write.tag.as_ref()).is_some_and(|(shown, new)| shown.weak_eq(new));
            if has_tag || write.is_before(shown.last_forwarded) {
                return WasShown::Yes;
            }
        }
        let Some(body) = &shown.body else { return WasShown::Maybe(shown.number) };
        if body.form == BodyForm::Asset && !is_reading {
            return WasShown::No;
        }
        match lost {
            LostChanges::Lines(lines) => match self.search(body, lines) {
                Search::None => WasShown::No,
                Search::All if is_above(&shown.target, self.target) => WasShown::Yes,
                Search::All | Search::Some | Search::Unreadable => WasShown::Maybe(shown.number),
            },
            // Bytes without text cannot be part of a text.
            LostChanges::Bytes if self.text(body).is_some() => WasShown::No,
            LostChanges::Bytes | LostChanges::Unknown | LostChanges::Nothing => WasShown::Maybe(shown.number),
        }
    }

    /// Returns whether a response from before the write shows all of its changes.
    ///
    /// An earlier write may have made them.
    fn shows_all(&self, shown: &ShownResponse, lost: &LostChanges) -> WasShown {
        let (Some(body), LostChanges::Lines(lines)) = (&shown.body, lost) else { return WasShown::No };
        match self.search(body, lines) {
            Search::All if is_above(&shown.target, self.target) => WasShown::Yes,
            Search::All => WasShown::Maybe(shown.number),
            Search::None | Search::Some | Search::Unreadable => WasShown::No,
        }
    }

    fn text(&self, body: &BodyRef) -> Option<&str> {
        str::from_utf8(self.store.bytes(body)?).ok()
    }

    /// Searches the lost lines in a response.
    fn search(&self, body: &BodyRef, lost: &LostContent) -> Search {
        // A line that was removed cannot be searched.
        if lost.gone.is_empty() {
            return Search::Unreadable;
        }
        if body.digest.is_none() || body.form == BodyForm::Coded {
            return Search::Unreadable;
        }
        let Some(bytes) = self.store.bytes(body) else { return Search::Unreadable };
        let form = if body.form == BodyForm::Problem { BodyForm::Text } else { body.form };
        let content = Content::read(form, bytes);
        let (mut has_any, mut has_all) = (false, lost.gone.len() <= MAX_SEARCHED_LINES);
        for line in lost.gone.iter().take(MAX_SEARCHED_LINES) {
            let run = longest_run(&line.value);
            has_any |= if run.len() >= MIN_SEARCHED_BYTES {
                memchr::memmem::find(bytes, run.as_bytes()).is_some()
            } else {
                has_value(content.as_ref(), bytes, &line.value)
            };
            has_all &= line.value.len() >= MIN_TELLING_BYTES && contains(content.as_ref(), bytes, &line.value);
        }
        match (has_any, has_all) {
            (_, true) => Search::All,
            (true, false) => Search::Some,
            (false, false) => Search::None,
        }
    }

    /// Returns what this caller knew before `write` was forwarded.
    ///
    /// `None` if it was not seen reading or writing.
    ///
    /// Its own patches are added until `before`, when it sent its request.
    pub(crate) fn base_before(&self, write: &WriteRecord, before: u64) -> Option<KnownBase> {
        let is_base = |shown: &&ShownResponse| {
            shown.kind == ShownKind::Representation
                && *shown.target == *self.target
                && shown.first_answered < write.forwarded
        };
        let read = self.memory.shown.iter().filter(is_base).max_by_key(|shown| shown.first_answered);
        let is_own = |known: &&WriteRecord| {
            known.applied == Applied::Yes
                && known.kind == RequestKind::Replace
                && known.caller.as_deref() == Some(self.name)
                && known.is_before(write.forwarded)
        };
        let own = self.resource.writes.iter().filter(is_own).max_by_key(|known| known.answered);
        let own_is_later = match (read, own) {
            (Some(read), Some(own)) => own.answered > Some(read.first_answered),
            (None, Some(_)) => true,
            _ => false,
        };
        let (number, since, body) = if own_is_later {
            let own = own?;
            (own.number, own.arrived, Some(own.body.clone()))
        } else {
            let read = read?;
            (read.number, read.first_answered, self.body_of(read))
        };
        let is_patch = |known: &&WriteRecord| {
            known.kind == RequestKind::Patch
                && known.caller.as_deref() == Some(self.name)
                && known.arrived > since
                && known.arrived < before
        };
        let patches = self.resource.writes.iter().filter(is_patch).map(|known| known.body.clone());
        let bodies = body.map_or_else(Vec::new, |body| [body].into_iter().chain(patches).collect());
        Some(KnownBase { number, since, is_own_write: own_is_later, bodies })
    }

    /// Returns the remembered bodies of all versions that this caller was shown or wrote.
    pub(crate) fn known_versions(&self) -> Vec<BodyRef> {
        let is_reading =
            |shown: &&ShownResponse| shown.kind == ShownKind::Representation && *shown.target == *self.target;
        let read = self.memory.shown.iter().filter(is_reading).filter_map(|shown| self.body_of(shown));
        let own = self.resource.writes.iter().filter(|write| write.caller.as_deref() == Some(self.name));
        read.chain(own.map(|write| write.body.clone())).collect()
    }

    /// Returns the body of a reading; after a 304, the content that the tag named before, from any caller.
    fn body_of(&self, shown: &ShownResponse) -> Option<BodyRef> {
        let by_tag = || self.resource.tagged_before(shown.tag.as_ref()?, shown.last_answered)?.body.cloned();
        shown.body.clone().or_else(by_tag)
    }
}

/// The result of a search.
enum Search {
    None,
    Some,
    /// All lines were found as a whole, and none of them is so short that it is everywhere.
    All,
    Unreadable,
}

/// Returns whether a content has this value under any path or, if it has no paths, in its text.
fn has_value(content: Option<&Content>, bytes: &[u8], value: &str) -> bool {
    let value = value.trim();
    match content {
        Some(content) if content.has_paths => content.lines.iter().any(|known| known.value.trim() == value),
        _ => memchr::memmem::find(bytes, value.as_bytes()).is_some(),
    }
}

/// Returns whether this value is a part of the content.
fn contains(content: Option<&Content>, bytes: &[u8], value: &str) -> bool {
    let value = value.trim();
    match content {
        Some(content) => content.lines.iter().any(|known| known.value.contains(value)),
        None => memchr::memmem::find(bytes, value.as_bytes()).is_some(),
    }
}

/// Returns the longest run of ASCII letters and digits.
///
/// It is in a text however the text is encoded: JSON and HTML escape other characters in several ways.
fn longest_run(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric()).max_by_key(|run| run.len()).unwrap_or_default()
}

/// Returns whether a target is a collection above another one, or the same path with another query.
fn is_above(above: &str, target: &str) -> bool {
    let path = |target: &str| target.split('?').next().unwrap_or_default().trim_end_matches('/').to_owned();
    path(target).strip_prefix(&path(above)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the name of a caller for a sentence.
pub(crate) fn name_of(caller: Option<&Arc<str>>) -> &str {
    caller.map_or("an unknown caller", |caller| caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collection_is_above_its_members() {
        for (above, target, is) in [
            ("/notes", "/notes/1", true),
            ("/notes?sort=title", "/notes/1", true),
            ("/", "/notes/1", true),
            ("/notes/1?embed=author", "/notes/1", true),
            ("/note", "/notes/1", false),
            ("/notes/1/comments", "/notes/1", false),
        ] {
            assert_eq!(is_above(above, target), is, "{above}");
        }
    }

    #[test]
    fn longest_run_survives_every_encoding() {
        assert_eq!(longest_run("caf\u{e9} <b>bread</b> & salt"), "bread");
        assert_eq!(longest_run("\u{e9}"), "");
    }
}
