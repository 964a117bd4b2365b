//! The parameters of a query.

use percent_encoding::percent_decode_str;

use crate::budget;
use crate::fields::digits::parse_digits;
use crate::problem::{Refusal, details};

/// The number of entries on a page if the request does not name one.
pub(crate) const DEFAULT_LIMIT: usize = 100;
/// The most entries on a page.
pub(crate) const MAX_LIMIT: usize = budget::PAGE_ROWS.size();

/// Returns the value of a parameter, decoded; `None` if it is not in the query.
///
/// # Errors
///
/// The parameter is in the query more than once, so its value is ambiguous.
fn param(query: &str, name: &str) -> Result<Option<String>, Refusal> {
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut values = pairs.filter(|(key, _)| decoded(key) == name).map(|(_, value)| decoded(value));
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Refusal::invalid_request(details::query_twice(name))),
        (value, None) => Ok(value),
    }
}

/// Returns the maximum number of entries on the page.
pub(crate) fn limit(query: &str) -> Result<usize, Refusal> {
    let Some(text) = param(query, "limit")? else { return Ok(DEFAULT_LIMIT) };
    let limit = parse_digits(&text)
        .and_then(|limit| usize::try_from(limit).ok())
        .filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| bad_param("limit", &text, "a number from 1 to 1000"))
}

/// Returns a parameter that is a number; `None` if it is not in the query.
pub(crate) fn number(query: &str, name: &str, form: &str) -> Result<Option<u64>, Refusal> {
    param(query, name)?.map(|text| parse_digits(&text).ok_or_else(|| bad_param(name, &text, form))).transpose()
}

/// Returns a parameter that is `true` or `false`; false if it is not in the query.
pub(crate) fn flag(query: &str, name: &str) -> Result<bool, Refusal> {
    match param(query, name)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(text) => Err(bad_param(name, text, "true or false")),
    }
}

/// Refuses a parameter that does not apply here.
///
/// A client might otherwise believe that it had an effect.
pub(crate) fn refuse_param(query: &str, name: &str, detail: fn() -> String) -> Result<(), Refusal> {
    match param(query, name)? {
        Some(_) => Err(Refusal::invalid_request(detail())),
        None => Ok(()),
    }
}

/// Parses a parameter; returns `None` if it is not in the query. `form` describes valid values.
pub(crate) fn parse_param<T: std::str::FromStr>(query: &str, name: &str, form: &str) -> Result<Option<T>, Refusal> {
    param(query, name)?.map(|text| text.parse().map_err(|_| bad_param(name, &text, form))).transpose()
}

fn bad_param(name: &str, text: &str, form: &str) -> Refusal {
    Refusal::invalid_request(details::query(name, text, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_and_decoded() {
        let found = |query, name| param(query, name).ok().flatten();
        assert_eq!(found("limit=5&after=a%2Db", "after").as_deref(), Some("a-b"));
        assert_eq!(found("a%66ter=a", "after").as_deref(), Some("a"));
        assert_eq!(found("limit", "limit").as_deref(), Some(""));
        assert_eq!(found("other=1", "limit"), None);
        assert!(param("", "limit").is_ok());
        assert!(param("limit=1&limit=1", "limit").is_err());
    }

    #[test]
    fn limit_outside_the_contract_is_refused() {
        assert_eq!(limit("").ok(), Some(100));
        assert_eq!(limit("limit=1").ok(), Some(1));
        assert_eq!(limit("limit=1000").ok(), Some(1000));
        for bad in ["limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=", "limit=%2B5"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn number_with_a_sign_is_refused() {
        let before = |query| number(query, "before", "a number").ok().flatten();
        assert_eq!((before("before=2"), before("before=02"), before("")), (Some(2), Some(2), None));
        for bad in ["%2B2", "-2", "", " 2", "2.0", "\u{662}", "18446744073709551616"] {
            assert!(number(&format!("before={bad}"), "before", "a number").is_err(), "{bad}");
        }
    }

    #[test]
    fn flag_is_true_or_false() {
        let lost = |query| flag(query, "loseResponse").ok();
        assert_eq!(
            (lost(""), lost("loseResponse=false"), lost("loseResponse=true")),
            (Some(false), Some(false), Some(true))
        );
        for bad in ["loseResponse", "loseResponse=1", "loseResponse=True", "loseResponse=true&loseResponse=true"] {
            assert_eq!(lost(bad), None, "{bad}");
        }
    }
}
