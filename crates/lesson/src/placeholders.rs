//! Places in a lesson's texts that are filled in with what was seen by then, such as `{Alice.ETag}`.
//!
//! | place | what stands there |
//! | --- | --- |
//! | `{Alice.base}` | the tag of the version that Alice's editor has for its base |
//! | `{Alice.ETag}` | that field, or any other, of the last answer to Alice |
//! | `{Alice.body.currentEtag}` | that member of the JSON in the last answer to Alice |
//!
//! A brace that is not followed by a name and a full stop is a brace, so JSON may be written as it is.

use std::ops::Range;

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// Where it stands.
    pub(crate) at: Range<usize>,
    /// Whose.
    pub(crate) who: String,
    /// What of it.
    pub(crate) what: String,
}

/// All places of a text, in order.
pub(crate) fn placeholders_in(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        from = open + 1;
        let Some(close) = text[from..].find('}').map(|at| from + at) else { break };
        let inside = &text[from..close];
        let named = inside.chars().next().is_some_and(char::is_alphabetic);
        if let (true, Some((who, what))) = (named, inside.split_once('.'))
            && !inside.contains(['{', '"', '\n', ':'])
        {
            found.push(Placeholder { at: open..close + 1, who: who.to_owned(), what: what.to_owned() });
            from = close + 1;
        }
    }
    found
}

/// The text with its places filled in; an error names the first place for which nothing was seen.
pub(crate) fn fill(text: &str, known: impl Fn(&Placeholder) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut done = 0;
    for place in placeholders_in(text) {
        let value = known(&place).ok_or_else(|| text[place.at.clone()].to_owned())?;
        filled.push_str(&text[done..place.at.start]);
        filled.push_str(&value);
        done = place.at.end;
    }
    filled.push_str(&text[done..]);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_and_other_braces_stay() {
        let known = |place: &Placeholder| (place.who == "Alice").then(|| format!("<{}>", place.what));
        assert_eq!(fill("W/{Alice.ETag}", known), Ok("W/<ETag>".to_owned()));
        assert_eq!(fill(r#"{"a": {"b": 1.5}}"#, known), Ok(r#"{"a": {"b": 1.5}}"#.to_owned()));
        assert_eq!(fill("{ {Alice.base}, {Alice.body.x} }", known), Ok("{ <base>, <body.x> }".to_owned()));
        assert_eq!(fill("{Bob.ETag}", known), Err("{Bob.ETag}".to_owned()));
        assert_eq!(fill("{Alice", known), Ok("{Alice".to_owned()));
    }
}
