//! Bodies: their identity, and their bytes as long as there is room.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::observed::ObservedMessage;

/// The longest value of a field that is kept, in bytes.
const MAX_FIELD_BYTES: usize = 128;

/// A body: its identity, and the key to its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyRef {
    /// A hash of all bytes, or `None` if the copy was cut.
    pub(crate) digest: Option<u128>,
    /// The form that its media type and its coding give it.
    pub(crate) form: BodyForm,
    key: Option<u64>,
}

/// The form of a body, as far as its text can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BodyForm {
    /// JSON, or something else that is often sent under a wrong name: the bytes decide.
    Text,
    /// A form that a browser sends: `name=value&name=value`.
    UrlEncoded,
    /// A list of operations on JSON (RFC 6902), or another patch whose effect is not known.
    Operations,
    /// Problem details (RFC 9457): text about a request, which is not the content of a resource.
    Problem,
    /// Pictures, sounds, fonts, styles and scripts: never the text of a resource that clients write.
    Asset,
    /// A content coding was applied (RFC 9110 section 8.4), so the text cannot be read.
    Coded,
}

/// Why the text of a body cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnreadReason {
    Coded,
    /// The observer copied only its beginning.
    Cut,
    Forgotten,
}

impl fmt::Display for UnreadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coded => "has a content coding",
            Self::Cut => "is longer than what is copied of a body",
            Self::Forgotten => "is forgotten for want of room",
        })
    }
}

impl BodyRef {
    /// Returns a text that is not kept, with this identity.
    #[cfg(test)]
    pub(crate) const fn text(digest: u128) -> Self {
        Self { digest: Some(digest), form: BodyForm::Text, key: None }
    }
}

/// The bytes of bodies, of which the oldest are forgotten first.
#[derive(Debug)]
pub(crate) struct BodyStore {
    bodies: BTreeMap<u64, Box<[u8]>>,
    next: u64,
    bytes: usize,
    max_bytes: usize,
    /// How many bodies were forgotten.
    pub(crate) forgotten: u64,
    hashers: [RandomState; 2],
}

impl BodyStore {
    /// Returns a store for at most `max_bytes`.
    pub(crate) fn new(max_bytes: usize) -> Self {
        let hashers = [RandomState::default(), RandomState::default()];
        Self { bodies: BTreeMap::new(), next: 0, bytes: 0, max_bytes, forgotten: 0, hashers }
    }

    /// Returns the identity of a message's body, without keeping its bytes.
    ///
    /// Two hashes with secret seeds have 128 bits together, so that no client can make two contents look alike.
    pub(crate) fn identify(&self, message: &ObservedMessage<'_>) -> BodyRef {
        let [first, second] = &self.hashers;
        let digest = || u128::from(first.hash_one(message.body)) << 64 | u128::from(second.hash_one(message.body));
        BodyRef { digest: message.is_whole().then(digest), form: form_of(message), key: None }
    }

    /// Keeps the bytes of a body that [`identify`](Self::identify) described, if they can be read as text.
    pub(crate) fn keep(&mut self, body: &mut BodyRef, bytes: &[u8]) {
        let is_readable = !matches!(body.form, BodyForm::Asset | BodyForm::Coded);
        if body.digest.is_none() || !is_readable || bytes.len() > self.max_bytes {
            return;
        }
        self.bodies.insert(self.next, bytes.into());
        body.key = Some(self.next);
        self.next += 1;
        self.bytes += bytes.len();
        while self.bytes > self.max_bytes {
            let Some((_, oldest)) = self.bodies.pop_first() else { break };
            self.bytes -= oldest.len();
            self.forgotten += 1;
        }
    }

    /// Returns why the text of a body cannot be compared, or `None` if it can.
    pub(crate) fn why_unread(&self, body: &BodyRef) -> Option<UnreadReason> {
        match (body.form, body.digest) {
            (BodyForm::Coded, _) => Some(UnreadReason::Coded),
            (_, None) => Some(UnreadReason::Cut),
            (BodyForm::Asset, _) => None,
            _ => self.bytes(body).is_none().then_some(UnreadReason::Forgotten),
        }
    }

    /// Returns the bytes of a whole body, or `None` if they were not kept, or are forgotten.
    pub(crate) fn bytes(&self, body: &BodyRef) -> Option<&[u8]> {
        self.bodies.get(&body.key?).map(|bytes| &**bytes)
    }
}

/// Returns the form of a message's body.
fn form_of(message: &ObservedMessage<'_>) -> BodyForm {
    let is_coded =
        |value: &[u8]| !value.trim_ascii().is_empty() && !value.trim_ascii().eq_ignore_ascii_case(b"identity");
    if message.field("Content-Encoding").is_some_and(is_coded) {
        return BodyForm::Coded;
    }
    let Some(media_type) = message.text_field("Content-Type") else { return BodyForm::Text };
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/x-www-form-urlencoded" => BodyForm::UrlEncoded,
        "application/problem+json" | "application/problem+xml" => BodyForm::Problem,
        "application/json-patch+json" | "application/json-seq" | "text/x-diff" | "text/x-patch" => BodyForm::Operations,
        "text/css" | "text/javascript" | "application/javascript" | "application/wasm" => BodyForm::Asset,
        other => {
            let is_asset = ["image/", "font/", "audio/", "video/"].iter().any(|kind| other.starts_with(kind));
            if is_asset && other != "image/svg+xml" { BodyForm::Asset } else { BodyForm::Text }
        }
    }
}

/// Returns the fields that select one of several representations.
///
/// Bodies of different representations cannot be compared.
pub(crate) fn variant_of(message: &ObservedMessage<'_>) -> String {
    let mut variant = String::new();
    for name in ["Content-Type", "Content-Encoding", "Content-Language"] {
        let value = message.field(name).unwrap_or_default();
        variant.push_str(&String::from_utf8_lossy(&value[..value.len().min(MAX_FIELD_BYTES)]));
        variant.push('\n');
    }
    variant.make_ascii_lowercase();
    variant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<'a>(media_type: &'a str, body: &'a [u8]) -> ObservedMessage<'a> {
        let fields = vec![("Content-Type", media_type.as_bytes())];
        ObservedMessage { fields, body, length: body.len() as u64 }
    }

    #[test]
    fn oldest_bodies_are_forgotten_within_the_limit() {
        let mut store = BodyStore::new(10);
        let mut kept = Vec::new();
        for text in ["aaaa", "bbbb", "cccc", "longer than the limit"] {
            let mut body = store.identify(&message("text/plain", text.as_bytes()));
            store.keep(&mut body, text.as_bytes());
            kept.push(body);
        }
        let found: Vec<_> = kept.iter().map(|body| store.bytes(body).is_some()).collect();
        assert_eq!(found, [false, true, true, false]);
        assert_eq!((store.bytes, store.forgotten), (8, 1));
    }

    #[test]
    fn cut_body_has_no_identity() {
        let store = BodyStore::new(10);
        let whole = message("text/plain", b"abc");
        let cut = ObservedMessage { length: 4, ..whole.clone() };
        assert!(store.identify(&whole).digest.is_some() && store.identify(&cut).digest.is_none());
        assert_eq!(store.identify(&whole), store.identify(&whole.clone()));
    }

    #[test]
    fn form_follows_the_media_type_and_the_coding() {
        for (media_type, form) in [
            ("application/json; charset=utf-8", BodyForm::Text),
            ("IMAGE/PNG", BodyForm::Asset),
            ("image/svg+xml", BodyForm::Text),
            ("application/problem+json", BodyForm::Problem),
            ("", BodyForm::Text),
        ] {
            assert_eq!(form_of(&message(media_type, b"")), form, "{media_type}");
        }
        let mut coded = message("text/plain", b"");
        coded.fields.push(("content-encoding", b"gzip"));
        assert_eq!(form_of(&coded), BodyForm::Coded);
    }
}
