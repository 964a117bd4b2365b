//! Reads values that the top level and steps share: names, policies and durations.

use contract::Author;
use precondition::policy::{Dates, Etags, Judging, Preconditions};

use super::table::{TomlReader, Value};
use crate::script::{PolicyChange, TEACHER, is_writer};

/// Returns why no person in a lesson can have this name, or `None` if one can.
pub(super) fn why_unusable(name: &Author) -> Option<&'static str> {
    if name.as_str() == TEACHER {
        Some("'Teacher' is the author of the documents at the start; choose another name")
    } else if is_writer(name) {
        Some("names that begin with 'writer-' are those of simulated writers; choose another name")
    } else if name.as_str().contains(['.', '{', '}']) {
        Some("a name in a lesson cannot contain a full stop or a brace, which placeholders such as {NAME.ETag} use")
    } else {
        None
    }
}

/// Returns the members of a policy that a table sets.
pub(super) fn policy(reading: &mut TomlReader<'_>, value: &Value<'_>) -> PolicyChange {
    const MEMBERS: [&str; 4] = ["preconditions", "etags", "judging", "dates"];
    let Some(table) = reading.as_table(value, "policy") else { return PolicyChange::default() };
    reading.reject_unknown_keys(table, &MEMBERS, "a policy");
    let words = |key: &'static str| table.get(key).map(|value| (value, key));
    PolicyChange {
        preconditions: words("preconditions").and_then(|(value, key)| {
            let all = [Preconditions::Required, Preconditions::Optional, Preconditions::Ignored];
            reading.as_word(value, key, &all.map(|one| (one, one.as_str())))
        }),
        etags: words("etags").and_then(|(value, key)| {
            let all = [Etags::Version, Etags::Content, Etags::Seconds];
            reading.as_word(value, key, &all.map(|one| (one, one.as_str())))
        }),
        judging: words("judging").and_then(|(value, key)| {
            reading.as_word(value, key, &[Judging::Atomic, Judging::CheckThenAct].map(|one| (one, one.as_str())))
        }),
        dates: words("dates").and_then(|(value, key)| {
            reading.as_word(value, key, &[Dates::StrongOnly, Dates::Trusted].map(|one| (one, one.as_str())))
        }),
    }
}

/// Returns a duration such as `"1 s"`, `"250 ms"` or `"2 min"` in milliseconds.
pub(super) fn duration(reading: &mut TomlReader<'_>, value: &Value<'_>, key: &str) -> Option<u64> {
    let text = reading.as_text(value, key)?;
    let read = humantime::parse_duration(text.trim_start_matches('+').trim()).ok();
    let read = read.and_then(|duration| u64::try_from(duration.as_millis()).ok());
    if read.is_none() {
        reading
            .report(&value.span(), format!("'{key}' cannot be '{text}'; write a time such as \"1 s\" or \"250 ms\""));
    }
    read
}
