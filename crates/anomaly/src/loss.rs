//! The changes of one write that another write lost.

use crate::body::{BodyForm, BodyRef, BodyStore};
use crate::facts::RequestKind;
use crate::lines::{Content, ContentLine, without};

/// A write, as far as its effect on the content is concerned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriteContent<'a> {
    pub(crate) kind: RequestKind,
    pub(crate) body: &'a BodyRef,
    /// The body of the response, which may show that the server stored a value.
    pub(crate) response: Option<&'a BodyRef>,
}

/// The changes of a write that a later one lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LostChanges {
    /// None: the later write has them too, or there were none.
    Nothing,
    /// These lines.
    Lines(LostContent),
    /// The contents differ, and have no lines.
    Bytes,
    /// The contents cannot be compared.
    Unknown,
}

/// The lines that a write lost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LostContent {
    /// Lines that the overwritten write added.
    pub(crate) gone: Vec<ContentLine>,
    /// Lines that it removed, and that are back.
    pub(crate) restored: Vec<ContentLine>,
    /// Whether one of these is a change of the overwritten write, in the content that the server stores.
    ///
    /// A client may send members that the server ignores, such as a token against CSRF.
    pub(crate) is_proof: bool,
}

/// The knowledge of the two writers.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriterKnowledge<'a> {
    /// The later writer's: a representation, and after it its own patches.
    pub(crate) bases: Vec<&'a BodyRef>,
    /// All versions that the later writer was shown or wrote.
    pub(crate) earlier: Vec<&'a BodyRef>,
    /// The knowledge of the writer of the overwritten version; empty if it is not known.
    pub(crate) author_bases: Vec<&'a BodyRef>,
}

/// Returns the changes that `write` made and `later` lost.
///
/// A line that the author of `write` only carried over is not its change. So a line that the later writer has removed
/// itself is not lost if the other writer brought it back without knowing, and a line that the other writer never knew
/// is not restored.
pub(crate) fn lost_changes(
    store: &BodyStore,
    knowledge: &WriterKnowledge<'_>,
    write: WriteContent<'_>,
    later: WriteContent<'_>,
) -> LostChanges {
    let bases = &knowledge.bases[..];
    if matches!(write.kind, RequestKind::Delete | RequestKind::Get | RequestKind::Safe) {
        // A delete has no text to lose.
        return LostChanges::Nothing;
    }
    if write.body.form == BodyForm::Operations || write.kind == RequestKind::Other && write.response.is_none() {
        return LostChanges::Unknown;
    }
    if let Some(same) = same_bytes(bases, write, later) {
        return same;
    }
    let content = |body: &BodyRef| store.bytes(body).and_then(|bytes| Content::read(body.form, bytes));
    let bases: Option<Vec<Content>> = bases.iter().map(|body| content(body)).collect();
    let (Some(bases), Some(written)) = (bases.filter(|bases| !bases.is_empty()), content(write.body)) else {
        return LostChanges::Unknown;
    };
    let after = match later.kind {
        RequestKind::Delete => None,
        _ => match content(later.body) {
            Some(after) => Some(after),
            None => return LostChanges::Unknown,
        },
    };
    let is_comparable = |other: &Content| other.has_paths == written.has_paths;
    if !bases.iter().all(is_comparable) || !after.iter().all(is_comparable) {
        return LostChanges::Unknown;
    }
    let echo = write.response.and_then(content);
    let mut lost = compare(&bases, write.kind, &written, later.kind, after.as_ref());
    let lines = |bodies: &[&BodyRef]| -> Vec<ContentLine> {
        bodies.iter().filter_map(|body| content(body)).flat_map(|content| content.lines).collect()
    };
    let (author, earlier) = (lines(&knowledge.author_bases), lines(&knowledge.earlier));
    let is_known = !knowledge.author_bases.is_empty();
    lost.gone.retain(|line| !(earlier.contains(line) && (!is_known || author.contains(line))));
    lost.restored.retain(|line| author.contains(line));
    // A line that the author only carried over is not proof: the later writer may have removed it.
    let own: Vec<ContentLine> = lost.gone.iter().filter(|line| !author.contains(line)).cloned().collect();
    let changes = own.iter().chain(&lost.restored);
    lost.is_proof = changes.into_iter().any(|line| is_stored(line, &bases, &written, echo.as_ref()));
    if lost.gone.is_empty() && lost.restored.is_empty() { LostChanges::Nothing } else { LostChanges::Lines(lost) }
}

/// Decides by the identity of whole contents, if that is enough.
fn same_bytes(bases: &[&BodyRef], write: WriteContent<'_>, later: WriteContent<'_>) -> Option<LostChanges> {
    if write.kind != RequestKind::Replace || !matches!(later.kind, RequestKind::Replace | RequestKind::Delete) {
        return None;
    }
    let (base, written) = (bases.last()?.digest?, write.body.digest?);
    let after = if later.kind == RequestKind::Delete { None } else { Some(later.body.digest?) };
    if bases.len() == 1 && written == base || after == Some(written) {
        return Some(LostChanges::Nothing);
    }
    // The text of these two cannot be read, but it differs.
    let is_opaque = |body: &BodyRef| matches!(body.form, BodyForm::Asset | BodyForm::Coded);
    (is_opaque(write.body) && bases.iter().all(|base| base.form == write.body.form)).then_some(LostChanges::Bytes)
}

fn compare(
    bases: &[Content],
    kind: RequestKind,
    written: &Content,
    later_kind: RequestKind,
    after: Option<&Content>,
) -> LostContent {
    let base: Vec<&ContentLine> = bases.iter().flat_map(|base| &base.lines).collect();
    let mut added = without(&written.lines, base.iter().copied());
    let mut removed = without(base.iter().copied(), &written.lines);
    if kind == RequestKind::Patch {
        // A merge patch (RFC 7396) changes only the members that it has, and removes those that are null.
        added.retain(|line| line.value != "null");
        removed.retain(|line| written.has_path(&line.path));
    } else if written.has_paths {
        // Members that the server manages are in what it sends, and often not in what clients send.
        removed.retain(|line| written.has_path(&line.path));
    }
    let (gone, restored): (Vec<&ContentLine>, Vec<&ContentLine>) = match after {
        None => (added, Vec::new()),
        Some(after) if later_kind == RequestKind::Patch => {
            added.retain(|line| after.has_path(&line.path));
            (without(added, &after.lines), common(&removed, without(&after.lines, &written.lines)))
        }
        Some(after) => (without(added, &after.lines), common(&removed, without(&after.lines, &written.lines))),
    };
    LostContent {
        is_proof: false,
        gone: gone.into_iter().cloned().collect(),
        restored: restored.into_iter().cloned().collect(),
    }
}

/// Returns whether the server stores such a line, as far as the exchanges show.
fn is_stored(line: &ContentLine, bases: &[Content], written: &Content, echo: Option<&Content>) -> bool {
    !written.has_paths
        || bases.iter().any(|base| base.has_path(&line.path))
        || echo.is_some_and(|echo| echo.lines.contains(line))
}

/// Returns the lines of `from` that are among `others` too, each as often as in both.
fn common<'a>(from: &[&'a ContentLine], others: Vec<&'a ContentLine>) -> Vec<&'a ContentLine> {
    let not_common = without(from.iter().copied(), others);
    without(from.iter().copied(), not_common)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::ObservedMessage;

    /// A test's bodies: each is sent as a text, and JSON is found by its first byte.
    struct Bodies(BodyStore);

    impl Bodies {
        fn body(&mut self, text: &str) -> BodyRef {
            let message = ObservedMessage { fields: Vec::new(), body: text.as_bytes(), length: text.len() as u64 };
            let mut body = self.0.identify(&message);
            self.0.keep(&mut body, text.as_bytes());
            body
        }
    }

    /// Returns the gone lines, then the restored ones with a plus.
    fn lost(base: &str, (kind, written): (RequestKind, &str), (later, after): (RequestKind, &str)) -> Vec<String> {
        let mut bodies = Bodies(BodyStore::new(10_000));
        let (base, written, after) = (bodies.body(base), bodies.body(written), bodies.body(after));
        let effect = |kind, body| WriteContent { kind, body, response: None };
        let knowledge = WriterKnowledge { bases: vec![&base], earlier: Vec::new(), author_bases: vec![&base] };
        match lost_changes(&bodies.0, &knowledge, effect(kind, &written), effect(later, &after)) {
            LostChanges::Nothing => Vec::new(),
            LostChanges::Lines(lost) => {
                let restored = lost.restored.iter().map(|line| format!("+{}", line.shown()));
                lost.gone.iter().map(ContentLine::shown).chain(restored).collect()
            }
            other => vec![format!("{other:?}")],
        }
    }

    const PUT: RequestKind = RequestKind::Replace;
    const PATCH: RequestKind = RequestKind::Patch;
    const DELETE: RequestKind = RequestKind::Delete;

    #[test]
    fn changes_that_the_later_text_lacks_are_lost() {
        assert_eq!(lost("a\n", (PUT, "a\nAnn\n"), (PUT, "a\nBob\n")), ["Ann"]);
        assert_eq!(lost("a\nold\n", (PUT, "a\n"), (PUT, "a\nold\nBob\n")), ["+old"], "a removed line is back");
        assert_eq!(lost("a\n", (PUT, "a\nAnn\n"), (DELETE, "")), ["Ann"]);
    }

    #[test]
    fn nothing_is_lost_if_the_later_text_has_the_changes() {
        let none: [&str; 0] = [];
        assert_eq!(lost("a\n", (PUT, "a\nAnn\n"), (PUT, "Bob\na\nAnn\n")), none);
        assert_eq!(lost("a\n", (PUT, "a\nAnn\n"), (PUT, "a\nAnn\n")), none, "the same write");
        assert_eq!(lost("a\n", (PUT, "a\n"), (PUT, "Bob\n")), none, "a write without a change");
        assert_eq!(lost("a\n", (DELETE, ""), (PUT, "Bob\n")), none, "a delete has no text");
    }

    #[test]
    fn json_is_compared_by_values() {
        let base = r#"{"id": 1, "title": "a", "at": 5}"#;
        assert_eq!(
            lost(base, (PUT, r#"{"title":"Ann"}"#), (PUT, r#"{"title":"a","tags":[2]}"#)),
            ["title: Ann", "+title: a"]
        );
        let none: [&str; 0] = [];
        assert_eq!(lost(base, (PUT, r#"{"title":"a"}"#), (PUT, base)), none, "the server manages id and at");
        assert_eq!(lost(base, (PUT, r#"{"title": "Ann", "id": 1}"#), (PUT, r#"{"id":1,"title":"Ann"}"#)), none);
    }

    #[test]
    fn patch_loses_only_what_it_sets() {
        let base = r#"{"title": "a", "stars": 1}"#;
        let none: [&str; 0] = [];
        assert_eq!(lost(base, (PATCH, r#"{"title":"Ann"}"#), (PATCH, r#"{"stars":2}"#)), none);
        assert_eq!(lost(base, (PATCH, r#"{"title":"Ann"}"#), (PATCH, r#"{"title":"Bob"}"#)), ["title: Ann"]);
        assert_eq!(lost(base, (PATCH, r#"{"stars":null}"#), (PUT, base)), ["+stars: 1"]);
        assert_eq!(lost(base, (PUT, r#"{"title":"Ann","stars":1}"#), (PATCH, r#"{"stars":1}"#)), none);
    }

    #[test]
    fn contents_of_two_kinds_cannot_be_compared() {
        assert_eq!(lost("{\"a\": 1}", (PUT, "text"), (PUT, "other")), ["Unknown"]);
    }
}
