//! A request as the stage shows it: its method, and the field that decides about it.

use contract::ApiPath;
use lesson::script::HiddenArea;
use precondition::HttpDate;
use ratatui::text::Span;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::tags;
use crate::state::State;

/// The field that decides about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecidingField<'a> {
    /// This field, with its value.
    Condition(&'static str, &'a str),
    /// None: a write without a condition.
    Unconditional,
    /// None: a read without a condition, which always gets the current version.
    PlainRead,
}

/// Returns the field of a request that decides: the one that a server evaluates first.
///
/// The order is that of RFC 9110 section 13.2.2; If-Modified-Since is for reads only.
pub(crate) fn deciding_field<'a>(method: &str, fields: &'a [(String, String)]) -> DecidingField<'a> {
    let is_read = ["GET", "HEAD"].contains(&method);
    let order = if is_read {
        ["If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since"].as_slice()
    } else {
        &["If-Match", "If-Unmodified-Since", "If-None-Match"]
    };
    let value_of = |name: &str| fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    let field = order.iter().find_map(|name| Some((*name, value_of(name)?.1.as_str())));
    match field {
        Some((name, value)) => DecidingField::Condition(name, value),
        None if is_read => DecidingField::PlainRead,
        None => DecidingField::Unconditional,
    }
}

/// Returns whether the lesson's question hides the field of a request that decides.
///
/// A read without a condition is never masked: it has nothing to hide, and its method shows that.
pub(crate) fn is_hidden(state: &State, method: &str, fields: &[(String, String)]) -> bool {
    state.hides(HiddenArea::WireCondition) && deciding_field(method, fields) != DecidingField::PlainRead
}

/// Returns the value of a conditional field as the stage shows it: tags shortened, dates as times.
pub(crate) fn shown_value(state: &State, name: &str, value: &str) -> String {
    if name.ends_with("-Since") {
        return time_of_date(value);
    }
    let shown = tags::shown(state, value);
    // A shortened tag keeps its quotes within a field.
    if shown == sanitize(value) { shown } else { format!("\"{shown}\"") }
}

/// Returns the time of day of an HTTP date, such as `09:00:07`, or the text itself if it is not one.
pub(crate) fn time_of_date(value: &str) -> String {
    match HttpDate::parse(value.as_bytes()) {
        Some(date) => date.to_string().get(17..25).unwrap_or(value).to_owned(),
        None => sanitize(value).into_owned(),
    }
}

/// Returns a request as its method and the field that decides, such as `PUT If-Match "v1"`.
pub(crate) fn request_spans(
    state: &State,
    method: &str,
    target: &str,
    fields: &[(String, String)],
) -> Vec<Span<'static>> {
    request_candidates(state, method, target, fields).into_iter().next().unwrap_or_default()
}

/// Returns the forms of a request, the longest first: its method and the field that decides.
pub(crate) fn request_candidates(
    state: &State,
    method: &str,
    target: &str,
    fields: &[(String, String)],
) -> Vec<Vec<Span<'static>>> {
    let style = |role| state.theme.style(role);
    let method_span = Span::styled(sanitize(method).into_owned(), style(Role::Title));
    let with = |words: &str, role| vec![method_span.clone(), Span::styled(words.to_owned(), style(role))];
    let is_of_document = ApiPath::parse(target).is_some_and(|path| path.document().is_some());
    if is_hidden(state, method, fields) {
        return vec![vec![method_span, Span::raw(" "), state.mask()]];
    }
    match deciding_field(method, fields) {
        DecidingField::Condition(name, value) => {
            let value = Span::styled(shown_value(state, name, value), style(Role::Tag));
            let least = match name {
                "If-None-Match" => " not ",
                "If-Match" => " ",
                _ => " since ",
            };
            let named = |words: String| vec![method_span.clone(), Span::raw(words), value.clone()];
            vec![named(format!(" {name} ")), named(least.to_owned())]
        }
        DecidingField::Unconditional if is_of_document => {
            vec![with(" (no condition)", Role::Warning), with(" (none)", Role::Warning)]
        }
        DecidingField::PlainRead | DecidingField::Unconditional => {
            let target = target.strip_prefix("/api/documents/").unwrap_or(target);
            vec![with(&format!(" {}", sanitize(target)), Role::Text), vec![method_span]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn first_evaluated_field_decides() {
        let since = ("If-Unmodified-Since", "Mon, 05 Jan 2026 09:00:07 GMT");
        for (method, sent, decides) in [
            ("PUT", vec![since, ("if-match", "\"v1-a\"")], DecidingField::Condition("If-Match", "\"v1-a\"")),
            ("PUT", vec![("If-None-Match", "*")], DecidingField::Condition("If-None-Match", "*")),
            (
                "GET",
                vec![("If-Modified-Since", since.1), ("If-None-Match", "\"v1-a\"")],
                DecidingField::Condition("If-None-Match", "\"v1-a\""),
            ),
            ("PUT", vec![since], DecidingField::Condition(since.0, since.1)),
            ("PUT", vec![("If-Modified-Since", since.1)], DecidingField::Unconditional),
            ("GET", vec![("If-Modified-Since", since.1)], DecidingField::Condition("If-Modified-Since", since.1)),
            ("DELETE", vec![], DecidingField::Unconditional),
            ("GET", vec![("Accept", "*/*")], DecidingField::PlainRead),
        ] {
            assert_eq!(deciding_field(method, &fields(&sent)), decides, "{method} {sent:?}");
        }
    }

    #[test]
    fn date_is_shown_as_its_time() {
        assert_eq!(time_of_date("Mon, 05 Jan 2026 09:00:07 GMT"), "09:00:07");
        assert_eq!(time_of_date("{Dora.Last-Modified}"), "{Dora.Last-Modified}");
    }
}
