//! The memory of a caller: the different responses that it was sent.

use std::collections::VecDeque;
use std::sync::Arc;

use precondition::EntityTag;

use crate::body::{BodyForm, BodyRef};

/// The memory of one caller.
#[derive(Debug, Default)]
pub(crate) struct CallerMemory {
    /// Responses with a body, the most recent last. Equal responses in a row are one entry.
    pub(crate) shown: VecDeque<ShownResponse>,
    /// The latest moment of a response that is forgotten.
    pub(crate) forgotten_until: Option<u64>,
}

/// A response that a caller was sent, once or several times.
#[derive(Debug, Clone)]
pub(crate) struct ShownResponse {
    pub(crate) number: u64,
    pub(crate) target: Arc<str>,
    pub(crate) kind: ShownKind,
    pub(crate) tag: Option<EntityTag>,
    /// The body; `None` for a 304, whose body the caller has.
    pub(crate) body: Option<BodyRef>,
    /// When the first response arrived.
    pub(crate) first_answered: u64,
    /// When the last request was forwarded.
    pub(crate) last_forwarded: u64,
    /// When the last response arrived.
    pub(crate) last_answered: u64,
    /// Whether the caller has written this resource since, so that an equal response is news.
    pub(crate) is_closed: bool,
}

/// The kind of a response that a caller was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShownKind {
    /// The whole representation of the resource, or a 304 that says that the caller has it.
    Representation,
    /// Another body, which may contain text of any resource: a refusal, a part, the response to a write.
    Other,
}

impl CallerMemory {
    /// Returns whether the last response of this kind to the same target shows the same.
    pub(crate) fn is_repetition(&self, shown: &ShownResponse) -> bool {
        self.repeated_by(shown).is_some()
    }

    /// Returns the place of the response that `shown` repeats.
    fn repeated_by(&self, shown: &ShownResponse) -> Option<usize> {
        let last = self.shown.iter().rposition(|known| known.target == shown.target && known.kind == shown.kind)?;
        let known = &self.shown[last];
        (!known.is_closed && known.is_repeated_by(shown)).then_some(last)
    }

    /// Records that the caller wrote a resource.
    pub(crate) fn on_own_write(&mut self, target: &str) {
        for shown in self.shown.iter_mut().filter(|shown| *shown.target == *target) {
            shown.is_closed = true;
        }
    }

    /// Adds a response, and forgets the oldest beyond `limit`; returns whether one was forgotten.
    pub(crate) fn add(&mut self, shown: ShownResponse, limit: usize) -> bool {
        if let Some(mut known) = self.repeated_by(&shown).and_then(|at| self.shown.remove(at)) {
            known.last_forwarded = known.last_forwarded.max(shown.last_forwarded);
            known.last_answered = known.last_answered.max(shown.last_answered);
            self.shown.push_back(known);
            return false;
        }
        self.shown.push_back(shown);
        if self.shown.len() <= limit {
            return false;
        }
        // A page may load hundreds of pictures. They show no text, so nothing but their own versions is forgotten.
        let is_asset = |shown: &ShownResponse| shown.body.as_ref().is_some_and(|body| body.form == BodyForm::Asset);
        let asset = self.shown.iter().position(is_asset);
        let oldest = self.shown.remove(asset.unwrap_or_default());
        if asset.is_none() {
            self.forgotten_until = self.forgotten_until.max(oldest.map(|shown| shown.last_answered));
        }
        true
    }
}

impl ShownResponse {
    /// Returns whether `later` shows the same again.
    fn is_repeated_by(&self, later: &Self) -> bool {
        let digest = |shown: &Self| shown.body.as_ref().and_then(|body| body.digest);
        match (&later.body, &self.tag, &later.tag) {
            // A 304 without a tag, or with the tag of the version that the caller has.
            (None, _, None) => true,
            (None, Some(held), Some(tag)) => held.weak_eq(tag),
            (None, None, Some(_)) => false,
            (Some(_), held, tag) => held == tag && digest(self).is_some() && digest(self) == digest(later),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(number: u64, digest: Option<u128>, tag: Option<&str>) -> ShownResponse {
        let body = digest.map(BodyRef::text);
        ShownResponse {
            number,
            target: "/a".into(),
            kind: ShownKind::Representation,
            tag: tag.map(|tag| tag.parse().unwrap()),
            body,
            first_answered: number,
            last_forwarded: number,
            last_answered: number,
            is_closed: false,
        }
    }

    #[test]
    fn equal_responses_in_a_row_are_one() {
        let mut caller = CallerMemory::default();
        for (number, digest, tag) in [
            (1, Some(7), Some("\"a\"")),
            (2, Some(7), Some("\"a\"")),
            (3, None, Some("W/\"a\"")),
            (4, None, None),
            (5, Some(8), Some("\"b\"")),
            (6, Some(7), Some("\"a\"")),
            (7, None, Some("\"c\"")),
        ] {
            caller.add(shown(number, digest, tag), 3);
        }
        let kept: Vec<_> = caller.shown.iter().map(|shown| (shown.number, shown.last_answered)).collect();
        assert_eq!(kept, [(5, 5), (6, 6), (7, 7)], "the first is forgotten, with its repetitions");
        assert_eq!(caller.forgotten_until, Some(4));
    }
}
