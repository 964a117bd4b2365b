//! The sentences of a 412: what was sent, what is there, and the next step.

use std::borrow::Cow;

use contract::EntityTag;
use precondition::{Failure, FailureReason, Field, content_coding};

use crate::problem::subject::ProblemSubject;

/// The most bytes of a sent value in a sentence. All of it is in `yourEtag`.
const MAX_SHOWN_BYTES: usize = 80;

/// A condition is false.
pub(crate) fn why(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let what = match failure.reason {
        FailureReason::Superseded => return superseded(failure, subject),
        _ if came_empty(failure) => empty(failure.field, subject),
        FailureReason::Stale => stale(failure, subject),
        FailureReason::Deleted => deleted(failure, subject),
        FailureReason::NeverExisted => never(failure.field, subject),
        FailureReason::AlreadyExists => exists(failure, subject),
        FailureReason::WeakTag | FailureReason::TransformedTag | FailureReason::UnknownTag => no_tag(failure, subject),
        FailureReason::DateTooCoarse => too_coarse(failure.field, subject),
    };
    if subject.reads() { what } else { format!("Nothing was written. {what}") }
}

/// Returns whether the list had no member: such a condition is always false.
fn came_empty(failure: &Failure) -> bool {
    let on_tags = matches!(failure.field, Field::IfMatch | Field::IfNoneMatch);
    on_tags && failure.sent.trim_matches([',', ' ', '\t']).is_empty()
}

fn empty(field: Field, subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    let came = format!("{field} came empty, and a condition that names nothing is true of nothing.");
    let what = match (&subject.etag, field) {
        (Some(_), Field::IfNoneMatch) => {
            return format!("{came} The {noun} is now {}. {}", current(subject), replace_by_tag());
        }
        (Some(_), _) => return format!("{came} The {noun} is now {}. {}", current(subject), again(subject)),
        (None, _) if subject.deleted.is_some() => was_deleted(subject),
        (None, _) => format!("There is no such {noun}, and there never was"),
    };
    format!("{came} {what}. To create it, send If-None-Match with a star: If-None-Match: *.")
}

fn stale(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let Failure { field, behind, .. } = failure;
    let (noun, sent, current) = (subject.noun, short(&failure.sent), current(subject));
    if *field == Field::IfUnmodifiedSince {
        return format!("The {noun} has changed since {sent}: it is now {current}. {}", again(subject));
    }
    let behind = behind.map_or_else(String::new, |behind| format!(", {}", versions_later(behind)));
    format!("You have read {sent}, and the {noun} is now {current}{behind}. {}", again(subject))
}

fn deleted(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let saved = failure.applied.as_ref().map_or_else(String::new, |saved| match subject.anticipated_by {
        Some(author) => format!(" The same change had been made by {author} before that, as {saved}."),
        None => format!(" Your text had been saved before that, as {saved}, and stands in the history."),
    });
    format!(
        "{}, so there is no version that {} could mean.{saved} If it should exist again, create it: send the text with \
         If-None-Match: *.",
        was_deleted(subject),
        failure.field
    )
}

fn was_deleted(subject: &ProblemSubject<'_>) -> String {
    let by = subject.deleted.as_ref().map_or_else(String::new, |d| format!(" by {} at {}", d.author, d.at));
    format!("The {} was deleted{by}", subject.noun)
}

fn never(field: Field, subject: &ProblemSubject<'_>) -> String {
    format!(
        "There is no such {}, and there never was, so there is no version that {field} could mean. To create it, send \
         If-None-Match: * in place of {field}.",
        subject.noun
    )
}

/// If-None-Match is about what must not be there, and it is there.
fn exists(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let Failure { field, sent, .. } = failure;
    let (noun, current) = (subject.noun, current(subject));
    if sent == "*" {
        return format!(
            "{field}: * says: only if there is no {noun} here, and there is one: it is now {current}. {}",
            replace_by_tag()
        );
    }
    let says = if EntityTag::parse(sent.as_bytes()).is_ok() { "that is not" } else { "none of these is" };
    format!(
        "{field}: {} says: only if {says} the current version, and it is: the {noun} is now {current}. A write says which \
         version it replaces, not which one it does not: if you have read this one, send it in If-Match.",
        short(sent)
    )
}

/// No version here has such a tag, or not as it was sent.
fn no_tag(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let Failure { field, sent, reason, .. } = failure;
    let (noun, current) = (subject.noun, current(subject));
    match reason {
        FailureReason::WeakTag => format!(
            "{} has been made weak on its way, and If-Match compares strongly: a weak tag matches nothing, old or new. The \
             {noun} is now {current}. Look for a proxy that compresses, ask with Accept-Encoding: identity, and send the \
             tag as the server gave it.",
            short(sent)
        ),
        FailureReason::TransformedTag => format!(
            "{} has been changed on its way: it is the current tag with the suffix that a proxy adds when it compresses. \
             This server issued {current}. Ask with Accept-Encoding: identity, and send the tag as the server gave it.",
            short(sent)
        ),
        _ => format!(
            "{field} came with {}, and no version of this {noun} ever had such a tag: it is now {current}. A tag comes from \
             the field ETag of an answer about this very {noun}.{} {}",
            tags(sent),
            marked(sent),
            again(subject)
        ),
    }
}

fn too_coarse(field: Field, subject: &ProblemSubject<'_>) -> String {
    format!(
        "The {} got more than one version within the very second that {field} names, so the date cannot say which of them \
         you have read. Read it again, and send its tag in If-Match: tags tell all versions apart.",
        subject.noun
    )
}

/// The text that was sent is in the history already, with other versions after it.
fn superseded(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    let saved = failure.applied.as_ref().map_or_else(|| "a version".to_owned(), ToString::to_string);
    let (what, base) = match subject.anticipated_by {
        Some(author) => {
            (format!("the same change was made by {author}, as {saved}, before yours came"), "that version")
        }
        None => {
            (format!("your text was saved as {saved}, and only the answer did not reach you"), "your saved version")
        }
    };
    format!(
        "Nothing is lost: {what}. It has been built upon since, and the {noun} is now {}. Read it, and go on from \
         there: if you merge, {base} is the base, and no longer a side.",
        current(subject)
    )
}

/// Names the current version and its author.
fn current(subject: &ProblemSubject<'_>) -> String {
    match (&subject.etag, subject.author) {
        (Some(etag), Some(author)) => format!("{etag}, written by {author}"),
        (Some(etag), None) => etag.to_string(),
        (None, _) => "not there".to_owned(),
    }
}

/// The next step after a condition is false.
fn again(subject: &ProblemSubject<'_>) -> &'static str {
    match subject.noun {
        _ if subject.reads() => "Leave the condition out to read what is there now.",
        "document" => "Read it again, merge your text with it, and write with the tag that you have read then.",
        // A setting is a few words, and another leader has chosen others.
        _ => {
            "Read it again, see whether you still want what you sent, and send that with the tag that you have read then."
        }
    }
}

fn replace_by_tag() -> &'static str {
    "To replace it, read it first, and send its tag in If-Match."
}

/// Returns the value of a field on tags, for a sentence.
pub(super) fn tags(sent: &str) -> Cow<'_, str> {
    if sent.is_empty() { "no tag at all".into() } else { short(sent) }
}

/// Returns a value that was sent, as much of it as a sentence can bear.
pub(super) fn short(sent: &str) -> Cow<'_, str> {
    match sent.char_indices().nth(MAX_SHOWN_BYTES) {
        None => sent.into(),
        Some((end, _)) => format!("{}…", &sent[..end]).into(),
    }
}

/// The possible reason for a tag that looks as if an intermediary had changed it.
fn marked(sent: &str) -> String {
    let coding = EntityTag::parse(sent.as_bytes()).ok().as_ref().and_then(content_coding::coding_suffix);
    coding.map_or_else(String::new, |coding| {
        format!(
            " This one ends as proxies mark tags when they compress ({coding}): ask with Accept-Encoding: identity."
        )
    })
}

fn versions_later(behind: u64) -> String {
    if behind == 1 { "one version later".to_owned() } else { format!("{behind} versions later") }
}
