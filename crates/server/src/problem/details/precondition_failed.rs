//! The sentences of a 412: the condition that was sent, the current version, and the next step.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use contract::EntityTag;
use precondition::{Failure, FailureReason, Field, content_coding};

use crate::problem::subject::{ProblemSubject, RequestIntent};

/// The most characters of a sent value in a sentence. The whole value is in `yourEtag`.
const MAX_SHOWN_BYTES: usize = 80;

/// About how many bytes the sentences about an old version have.
const USUAL_BYTES: usize = 256;

/// The first sentence about every write.
const NOTHING_WRITTEN: &str = "Nothing was written. ";

/// Returns the sentences about a false condition.
pub(crate) fn why(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let what = match failure.reason {
        FailureReason::Superseded => return superseded(failure, subject),
        _ if came_empty(failure) => empty(failure.field, subject),
        FailureReason::Stale => return stale(failure, subject),
        FailureReason::Deleted => deleted(failure, subject),
        FailureReason::NeverExisted => never(failure.field, subject),
        FailureReason::AlreadyExists => exists(failure, subject),
        FailureReason::WeakTag | FailureReason::TransformedTag | FailureReason::UnknownTag => no_tag(failure, subject),
        FailureReason::DateTooCoarse => too_coarse(failure.field, subject),
    };
    if subject.reads() { what } else { format!("{NOTHING_WRITTEN}{what}") }
}

/// Returns whether the list of tags has no member, which makes the condition false.
fn came_empty(failure: &Failure) -> bool {
    let on_tags = matches!(failure.field, Field::IfMatch | Field::IfNoneMatch);
    on_tags && failure.sent.trim_matches([',', ' ', '\t']).is_empty()
}

fn empty(field: Field, subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    let came = format!("{field} is empty, and a condition that names no version never holds.");
    let what = match (&subject.etag, field) {
        (Some(_), Field::IfNoneMatch) => {
            return format!("{came} The {noun} is now {}. {}", current(subject), replace_by_tag());
        }
        (Some(_), _) => return format!("{came} The {noun} is now {}. {}", current(subject), again(subject)),
        (None, _) if subject.deleted.is_some() => was_deleted(subject),
        (None, _) => format!("This {noun} does not exist, and never has"),
    };
    format!("{came} {what}. To create it, send If-None-Match: *.")
}

/// Returns the sentences about an old version, by far the most frequent reason.
///
/// They are written into one text, in one pass.
fn stale(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let Failure { field, behind, .. } = failure;
    let (noun, sent, current) = (subject.noun, short(&failure.sent), CurrentVersion(subject));
    let mut text = String::with_capacity(USUAL_BYTES);
    if !subject.reads() {
        text.push_str(NOTHING_WRITTEN);
    }
    // Writing to a String never fails.
    let _ = if *field == Field::IfUnmodifiedSince {
        write!(text, "The {noun} has changed since {sent}: it is now {current}. ")
    } else {
        write!(text, "You read {sent}, and the {noun} is now {current}{}. ", VersionsLater(*behind))
    };
    text.push_str(again(subject));
    text
}

fn deleted(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let saved = failure.applied.as_ref().map_or_else(String::new, |saved| match subject.anticipated_by {
        Some(author) => format!(" Before that, {author} had made the same change, as {saved}."),
        None => format!(" Before that, your text had been saved as {saved}; it is in the history."),
    });
    format!(
        "{}, so there is no version that {} could match.{saved} To create it again, send your text with If-None-Match: \
         *.",
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
        "This {} does not exist, and never has, so there is no version that {field} could match. To create it, send \
         If-None-Match: * instead of {field}.",
        subject.noun
    )
}

/// Returns the sentence about an `If-None-Match` that rules out the current version.
fn exists(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let Failure { field, sent, .. } = failure;
    let (noun, current) = (subject.noun, current(subject));
    if sent == "*" {
        return format!(
            "{field}: * means: only if there is no {noun} here. But there is one: it is now {current}. {}",
            replace_by_tag()
        );
    }
    let says = if EntityTag::parse(sent.as_bytes()).is_ok() { "that is not" } else { "none of these is" };
    format!(
        "{field}: {} means: only if {says} the current version. But the {noun} is now {current}. A write names the \
         version that it replaces, not one that it spares: if you have read the current version, send its tag in \
         If-Match.",
        short(sent)
    )
}

/// Returns the sentence about a tag that is weak, changed on its way, or unknown.
fn no_tag(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let Failure { field, sent, reason, .. } = failure;
    let (noun, current) = (subject.noun, current(subject));
    match reason {
        FailureReason::WeakTag => format!(
            "{} is a weak tag, and If-Match compares strongly: a weak tag never matches. This server issues only \
             strong tags, so an intermediary has probably weakened this one. The {noun} is now {current}. Look for a proxy that \
             compresses, read with Accept-Encoding: identity, and send the tag as the server issued it.",
            short(sent)
        ),
        FailureReason::TransformedTag => format!(
            "{} is the current tag with the suffix that a proxy adds when it compresses. This server issued {current}. \
             Read with Accept-Encoding: identity, and send the tag as the server issued it.",
            short(sent)
        ),
        _ => format!(
            "{field} is {}, and no version of this {noun} has ever had such a tag. The {noun} is now {current}. Take \
             the tag from the ETag of a response about this {noun}.{} {}",
            tags(sent),
            marked(sent),
            again(subject)
        ),
    }
}

fn too_coarse(field: Field, subject: &ProblemSubject<'_>) -> String {
    format!(
        "The {} got more than one version within the second that {field} names, so the date cannot tell which of them \
         you read. Read it again, and send its tag in If-Match: each version has its own tag.",
        subject.noun
    )
}

/// Returns the sentence about a write that was applied before, and then replaced by a newer version.
fn superseded(failure: &Failure, subject: &ProblemSubject<'_>) -> String {
    let noun = subject.noun;
    let saved = failure.applied.as_ref().map_or_else(|| "a version".to_owned(), ToString::to_string);
    let (what, base) = match subject.anticipated_by {
        Some(author) => (format!("{author} had already made the same change, as {saved}"), "that version"),
        None => (format!("your text was saved as {saved}, and only the response was lost"), "your saved version"),
    };
    format!(
        "Nothing is lost: {what}. That version has since been replaced: the {noun} is now {}. Read it, and continue \
         from there: if you merge, {base} is the base, not a side.",
        current(subject)
    )
}

/// Names the current version and its author.
fn current(subject: &ProblemSubject<'_>) -> String {
    CurrentVersion(subject).to_string()
}

/// Writes the current version and its author.
struct CurrentVersion<'a>(&'a ProblemSubject<'a>);

impl fmt::Display for CurrentVersion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.etag, self.0.author) {
            (Some(etag), Some(author)) => write!(f, "{etag}, written by {author}"),
            (Some(etag), None) => etag.fmt(f),
            (None, _) => f.write_str("missing"),
        }
    }
}

/// Returns the next step after a false condition.
fn again(subject: &ProblemSubject<'_>) -> &'static str {
    match (subject.intent, subject.noun) {
        (RequestIntent::Read, _) => "To read the current version, send no condition.",
        (RequestIntent::Write, "document") => "Read it again, merge your change with it, and write with the new tag.",
        // A setting has only a few words, and another leader has changed them.
        (RequestIntent::Write, _) => {
            "Read it again, check that you still want your change, and send it with the new tag."
        }
        (RequestIntent::Delete, _) => {
            "Read it again, check that it can still be deleted, and delete it with the new tag."
        }
    }
}

fn replace_by_tag() -> &'static str {
    "To replace it, read it first, then send its tag in If-Match."
}

/// Returns the value of `If-Match` or `If-None-Match` for a sentence.
pub(super) fn tags(sent: &str) -> Cow<'_, str> {
    if sent.is_empty() { "empty".into() } else { short(sent) }
}

/// Returns a value that was sent, shortened for a sentence.
pub(super) fn short(sent: &str) -> Cow<'_, str> {
    match sent.char_indices().nth(MAX_SHOWN_BYTES) {
        None => sent.into(),
        Some((end, _)) => format!("{}…", &sent[..end]).into(),
    }
}

/// Explains a tag that ends with the suffix of a content coding; returns an empty text for all others.
fn marked(sent: &str) -> String {
    let coding = EntityTag::parse(sent.as_bytes()).ok().as_ref().and_then(content_coding::coding_suffix);
    coding.map_or_else(String::new, |coding| {
        format!(
            " This tag has the suffix that proxies add when they compress ({coding}): read with Accept-Encoding: \
             identity."
        )
    })
}

/// Writes how many versions were written since, if that is known.
struct VersionsLater(Option<u64>);

impl fmt::Display for VersionsLater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(1) => f.write_str(", one version later"),
            Some(behind) => write!(f, ", {behind} versions later"),
        }
    }
}
