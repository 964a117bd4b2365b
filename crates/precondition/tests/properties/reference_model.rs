//! A second, naive implementation of the HTTP contract.
//!
//! It parses lists and counts days in another way and applies the rules in one long function. It shares no code with
//! the crate that it checks: if the two disagree, one of them is wrong.

use precondition::policy::{Dates, Preconditions};
use precondition::{BodyState, Method};

use crate::strategies::{Given, NOW, Place, WRITTEN};

/// The parsed value of a tag field.
enum Tags {
    Malformed,
    Any,
    /// For each member, whether it is weak, and its opaque part.
    ///
    /// One with a space inside equals no issued tag.
    List(Vec<(bool, String)>),
}

/// Returns the status code of a request, with its reason or its field: `412 stale`, `400 If-Match`.
pub(crate) fn status(given: &Given) -> String {
    let exists = given.place == Place::Exists;
    let writes = given.method != Method::Read;
    if !exists && given.method != Method::Put {
        return if given.place == Place::Gone { "410" } else { "404" }.to_owned();
    }

    let if_match = value(given, "if-match").map(|value| tags(&value));
    let if_none_match = value(given, "if-none-match").map(|value| tags(&value));
    if let Some(Tags::Malformed) = if_match {
        return "400 If-Match".to_owned();
    }
    if let Some(Tags::Malformed) = if_none_match {
        return "400 If-None-Match".to_owned();
    }
    if writes && given.policy.preconditions == Preconditions::Ignored {
        return "go on".to_owned();
    }

    let nothing_there = if given.place == Place::Gone { "412 deleted" } else { "412 never_existed" };
    let none_match_is_false = match &if_none_match {
        None => false,
        Some(Tags::Any) => exists,
        Some(Tags::List(list)) if list.is_empty() => writes,
        Some(list) => exists && opaques(list).contains(&current(given)),
    };
    let mut named = false;
    let mut ahead = false;

    if let Some(list) = &if_match {
        let holds = exists
            && match list {
                Tags::Any => true,
                list => strong(list).contains(&current(given)),
            };
        if !holds {
            let own =
                known(given, list).iter().any(|parent| *parent + 1 < given.versions.len() && given.own[parent + 1]);
            let unread = given.incoming == BodyState::Unread;
            return match () {
                () if may_be_applied(given, list, none_match_is_false) && unread && own => "undecided".to_owned(),
                () if exists => mismatch(given, list, none_match_is_false),
                () => nothing_there.to_owned(),
            };
        }
        named = matches!(list, Tags::List(_));
    } else if let Some(date) = value(given, "if-unmodified-since").and_then(|value| date(&value)) {
        let unclear = given.shares_second && date == WRITTEN && writes && given.policy.dates == Dates::StrongOnly;
        match () {
            () if !exists => return nothing_there.to_owned(),
            () if date < WRITTEN => return "412 stale".to_owned(),
            () if unclear => return "412 date_too_coarse".to_owned(),
            () if date > NOW && given.policy.dates == Dates::StrongOnly => ahead = true,
            () => named = true,
        }
    }

    if none_match_is_false {
        let empty = matches!(&if_none_match, Some(Tags::List(list)) if list.is_empty());
        return match () {
            () if !writes => "304",
            () if !exists => nothing_there,
            () if empty => "412 unknown_tag",
            () => "412 already_exists",
        }
        .to_owned();
    }
    let since = value(given, "if-modified-since").and_then(|value| date(&value));
    if !writes && if_none_match.is_none() && since.is_some_and(|date| date >= WRITTEN) {
        return "304".to_owned();
    }

    named |= matches!(if_none_match, Some(Tags::Any));
    if !writes || named || given.policy.preconditions == Preconditions::Optional {
        return "go on".to_owned();
    }
    match (if_match, if_none_match) {
        _ if ahead => "428 date_in_future".to_owned(),
        (Some(_), _) => "428 wildcard_names_no_version".to_owned(),
        (None, Some(_)) => "428 names_no_version".to_owned(),
        (None, None) => "428 no_condition".to_owned(),
    }
}

/// Returns the indices of the versions that a list names.
fn known(given: &Given, list: &Tags) -> Vec<usize> {
    strong(list).iter().filter_map(|opaque| given.versions.iter().position(|v| bare(&v.0) == *opaque)).collect()
}

/// Returns whether a PUT may be a replay.
///
/// A false `If-Match` is then its only obstacle, and names a version that the PUT may be based on.
fn may_be_applied(given: &Given, list: &Tags, none_match_is_false: bool) -> bool {
    let known = given.place != Place::Never && !known(given, list).is_empty();
    given.method == Method::Put && !none_match_is_false && known
}

/// Returns the status for a false `If-Match` on a document that exists.
fn mismatch(given: &Given, list: &Tags, none_match_is_false: bool) -> String {
    let known = known(given, list);
    if may_be_applied(given, list, none_match_is_false) && given.incoming == BodyState::Read {
        let made = |parent: &&usize| given.versions.get(**parent + 1).is_some_and(|v| v.1 == given.state);
        let newest = given.versions.len() - 1;
        if known.iter().filter(made).any(|parent| parent + 1 == newest) {
            return "200 applied".to_owned();
        }
        if known.iter().any(|parent| made(&parent)) {
            return "412 superseded".to_owned();
        }
    }
    if !known.is_empty() {
        return "412 stale".to_owned();
    }
    let Tags::List(members) = list else { unreachable!("* holds where something is") };
    let issued = |opaque: &String| given.versions.iter().any(|version| bare(&version.0) == *opaque);
    let weak = members.iter().any(|(weak, opaque)| *weak && issued(opaque));
    let suffixes = ["-gzip", ";br"];
    let transformed = opaques(list).iter().any(|o| suffixes.iter().any(|s| *o == format!("{}{s}", current(given))));
    match () {
        () if weak => "412 weak_tag",
        () if transformed => "412 transformed_tag",
        () => "412 unknown_tag",
    }
    .to_owned()
}

fn bare(tag: &str) -> String {
    tag.trim_matches('"').to_owned()
}

fn current(given: &Given) -> String {
    bare(given.current_tag())
}

fn opaques(tags: &Tags) -> Vec<String> {
    match tags {
        Tags::List(list) => list.iter().map(|(_, opaque)| opaque.clone()).collect(),
        Tags::Any | Tags::Malformed => Vec::new(),
    }
}

fn strong(tags: &Tags) -> Vec<String> {
    match tags {
        Tags::List(list) => list.iter().filter(|(weak, _)| !weak).map(|(_, o)| o.clone()).collect(),
        Tags::Any | Tags::Malformed => Vec::new(),
    }
}

/// Joins a field's lines into one value.
///
/// Each byte becomes the character with the same number, so that it can be split.
fn value(given: &Given, field: &str) -> Option<String> {
    let lines: Vec<String> = given
        .lines
        .iter()
        .filter(|(name, _)| name.to_lowercase() == field)
        .map(|(_, value)| value.iter().map(|byte| char::from(*byte)).collect::<String>())
        .map(|line| line.trim_matches([' ', '\t']).to_owned())
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// Splits at commas with an even number of quotes before them, then parses each piece on its own.
fn tags(value: &str) -> Tags {
    if value.trim_matches([' ', '\t']) == "*" {
        return Tags::Any;
    }
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for character in value.chars() {
        quoted ^= character == '"';
        if character == ',' && !quoted {
            pieces.push(String::new());
        } else {
            pieces.last_mut().expect("never empty").push(character);
        }
    }
    let pieces: Vec<&str> = pieces.iter().map(|p| p.trim_matches([' ', '\t'])).filter(|p| !p.is_empty()).collect();
    if pieces.len() > 64 {
        return Tags::Malformed;
    }
    let members: Option<Vec<_>> = pieces.into_iter().map(member).collect();
    members.map_or(Tags::Malformed, Tags::List)
}

fn member(piece: &str) -> Option<(bool, String)> {
    let (weak, quoted) = piece.strip_prefix("W/").map_or((false, piece), |rest| (true, rest));
    let opaque = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let is_bad = |c: char| c == '"' || c < ' ' || c == '\x7f';
    (!opaque.contains(is_bad)).then(|| (weak, opaque.to_owned()))
}

/// Parses a date: extracts the numbers, then checks that one of the three forms prints the same text.
fn date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let month = MONTHS.iter().position(|month| text.contains(month))?;
    let numbers: Vec<i64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|n| n.parse().ok())
        .collect::<Option<_>>()?;
    let (day, year, hour, minute, second) = match numbers[..] {
        [day, hour, minute, second, year] if year > 99 => (day, year, hour, minute, second),
        [day, year, hour, minute, second] => (day, year, hour, minute, second),
        _ => return None,
    };
    let full_year = match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    };
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    let printed = DAYS.iter().any(|name| {
        let (short, month) = (&name[..3], MONTHS[month]);
        text == format!("{short}, {day:02} {month} {year:04} {time} GMT")
            || text == format!("{name}, {day:02}-{month}-{year:02} {time} GMT")
            || text == format!("{short} {month} {day:2} {time} {year:04}")
    });
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap(full_year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !printed || day < 1 || day > lengths[month] || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    assert!(full_year >= 1970, "the count below begins in 1970");
    let years: i64 = (1970..full_year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let days = years + lengths[..month].iter().sum::<i64>() + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}
