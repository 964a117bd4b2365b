//! A request as the stage shows it: its method, and its conditions, the one that decides first.

use contract::{ApiPath, Exchange};
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

/// Returns the conditional fields of a request, in the order of their evaluation.
///
/// The order is that of RFC 9110 section 13.2.2; If-Modified-Since is for reads only.
fn conditions<'a>(method: &str, fields: &'a [(String, String)]) -> Vec<(&'static str, &'a str)> {
    let order = if is_read(method) {
        ["If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since"].as_slice()
    } else {
        &["If-Match", "If-Unmodified-Since", "If-None-Match"]
    };
    let value_of = |name: &str| fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    order.iter().filter_map(|name| Some((*name, value_of(name)?.1.as_str()))).collect()
}

/// Returns the conditional fields of a request that was sent, the one that decided first.
///
/// A response names the conditions that were evaluated; the one that is false decided. If none is known to be false,
/// the fields are in the order of their evaluation.
pub(crate) fn sent_conditions<'a>(state: &State, exchange: &'a Exchange) -> Vec<(&'static str, &'a str)> {
    let mut all = conditions(&exchange.method, &exchange.request.fields);
    let decided = exchange.evaluation.iter().find(|evaluation| !evaluation.holds);
    if let Some(decided) = decided.filter(|_| !state.hides(HiddenArea::WireStatus)) {
        // The sort is stable: the others keep the order of their evaluation.
        all.sort_by_key(|(name, _)| *name != decided.field.as_str());
    }
    all
}

fn is_read(method: &str) -> bool {
    ["GET", "HEAD"].contains(&method)
}

/// Returns the field of a request that decides: the one that a server evaluates first.
pub(crate) fn deciding_field<'a>(method: &str, fields: &'a [(String, String)]) -> DecidingField<'a> {
    match conditions(method, fields).first() {
        Some((name, value)) => DecidingField::Condition(name, value),
        None if is_read(method) => DecidingField::PlainRead,
        None => DecidingField::Unconditional,
    }
}

/// Returns whether the lesson's question hides the conditions of a request.
///
/// A read without a condition is never masked: it has nothing to hide, and its method shows that.
pub(crate) fn are_hidden(state: &State, method: &str, conditions: &[(&'static str, &str)]) -> bool {
    state.hides(HiddenArea::WireCondition) && !(conditions.is_empty() && is_read(method))
}

/// The words for the value of a field that has none: nothing on the screen would look like a cut line.
pub(crate) const EMPTY_VALUE: &str = "(empty)";

/// Returns the value of a conditional field as the stage shows it: tags shortened, dates as times.
pub(crate) fn shown_value(state: &State, name: &str, value: &str) -> String {
    if value.trim().is_empty() {
        return EMPTY_VALUE.to_owned();
    }
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

/// Returns the method and the conditions of a request that is still to be sent.
pub(crate) fn next_request(
    state: &State,
    method: &str,
    target: &str,
    fields: &[(String, String)],
) -> Vec<Span<'static>> {
    candidates(state, method, target, &conditions(method, fields)).into_iter().next().unwrap_or_default()
}

/// Returns the forms of a request that was sent, the longest first: its method and its conditions.
///
/// The condition that decided comes first, and is the only one in the shortest forms.
pub(crate) fn request_candidates(state: &State, exchange: &Exchange) -> Vec<Vec<Span<'static>>> {
    candidates(state, &exchange.method, &exchange.target, &sent_conditions(state, exchange))
}

fn candidates(
    state: &State,
    method: &str,
    target: &str,
    conditions: &[(&'static str, &str)],
) -> Vec<Vec<Span<'static>>> {
    let style = |role| state.theme.style(role);
    let method_span = Span::styled(sanitize(method).into_owned(), style(Role::Title));
    let with = |words: &str, role| vec![method_span.clone(), Span::styled(words.to_owned(), style(role))];
    let is_of_document = ApiPath::parse(target).is_some_and(|path| path.document().is_some());
    if are_hidden(state, method, conditions) {
        return vec![vec![method_span, Span::raw(" "), state.mask()]];
    }
    let Some(first) = conditions.first() else {
        if is_of_document && !is_read(method) {
            return vec![with(" (no condition)", Role::Warning), with(" (none)", Role::Warning)];
        }
        let target = target.strip_prefix("/api/documents/").unwrap_or(target);
        return vec![with(&format!(" {}", sanitize(target)), Role::Text), vec![method_span]];
    };
    // The first condition with its name or short, and the others in full, short, or not at all.
    let form = |first_is_short: bool, others: &[(&'static str, &str)], are_short: bool| {
        let mut spans = vec![method_span.clone()];
        for (at, (name, value)) in std::iter::once(first).chain(others).enumerate() {
            let joint = if at == 0 { "" } else { " and" };
            let is_short = if at == 0 { first_is_short } else { are_short };
            let label = match *name {
                "If-None-Match" if is_short => "not ".to_owned(),
                "If-Match" if is_short => String::new(),
                _ if is_short => "since ".to_owned(),
                name => format!("{name} "),
            };
            spans.push(Span::raw(format!("{joint} {label}")));
            spans.push(Span::styled(shown_value(state, name, value), style(Role::Tag)));
        }
        spans
    };
    let others = &conditions[1..];
    let both = (!others.is_empty()).then(|| [form(false, others, false), form(false, others, true)]);
    both.into_iter().flatten().chain([form(false, &[], false), form(true, &[], false)]).collect()
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
    fn every_condition_is_listed_in_the_order_of_evaluation() {
        let sent = fields(&[("If-None-Match", "*"), ("If-Modified-Since", "x"), ("if-match", "\"v1-a\"")]);
        let names = |method| conditions(method, &sent).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("PUT"), ["If-Match", "If-None-Match"]);
        assert_eq!(names("GET"), ["If-Match", "If-None-Match", "If-Modified-Since"]);
    }

    #[test]
    fn date_is_shown_as_its_time() {
        assert_eq!(time_of_date("Mon, 05 Jan 2026 09:00:07 GMT"), "09:00:07");
        assert_eq!(time_of_date("{Dora.Last-Modified}"), "{Dora.Last-Modified}");
    }
}
