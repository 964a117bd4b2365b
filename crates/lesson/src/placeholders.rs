//! Placeholders in a lesson's texts, such as `{Alice.ETag}`, which are filled in from observations.
//!
//! | placeholder | value |
//! | --- | --- |
//! | `{Alice.base}` | the tag of the base of Alice's editor |
//! | `{Dora.base}` | for a client without an editor: the tag that came with the last text that Dora received |
//! | `{Alice.ETag}` | the field `ETag`, or any other, of the last response to Alice |
//! | `{Alice.body.currentEtag}` | the member `currentEtag` of the JSON in the last response to Alice |
//!
//! A brace that is not followed by a name and a full stop is literal, so JSON needs no escapes.

use std::ops::Range;

/// A placeholder in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// The range in the text, braces included.
    pub(crate) at: Range<usize>,
    /// The name before the full stop.
    pub(crate) who: String,
    /// The key after the full stop.
    pub(crate) key: String,
}

/// Returns the placeholders of a text, in order.
pub(crate) fn placeholders_in(text: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        from = open + 1;
        let Some(close) = text[from..].find('}').map(|at| from + at) else { break };
        let inside = &text[from..close];
        let named = inside.chars().next().is_some_and(char::is_alphabetic);
        if let (true, Some((who, key))) = (named, inside.split_once('.'))
            && !inside.contains(['{', '"', '\n', ':'])
        {
            found.push(Placeholder { at: open..close + 1, who: who.to_owned(), key: key.to_owned() });
            from = close + 1;
        }
    }
    found
}

/// Returns the text with its placeholders filled in, or else the first one without a value.
pub(crate) fn fill(text: &str, known: impl Fn(&Placeholder) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut done = 0;
    for placeholder in placeholders_in(text) {
        let value = known(&placeholder).ok_or_else(|| text[placeholder.at.clone()].to_owned())?;
        filled.push_str(&text[done..placeholder.at.start]);
        filled.push_str(&value);
        done = placeholder.at.end;
    }
    filled.push_str(&text[done..]);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_and_other_braces_kept() {
        let known = |place: &Placeholder| (place.who == "Alice").then(|| format!("<{}>", place.key));
        assert_eq!(fill("W/{Alice.ETag}", known), Ok("W/<ETag>".to_owned()));
        assert_eq!(fill(r#"{"a": {"b": 1.5}}"#, known), Ok(r#"{"a": {"b": 1.5}}"#.to_owned()));
        assert_eq!(fill("{ {Alice.base}, {Alice.body.x} }", known), Ok("{ <base>, <body.x> }".to_owned()));
        assert_eq!(fill("{Bob.ETag}", known), Err("{Bob.ETag}".to_owned()));
        assert_eq!(fill("{Alice", known), Ok("{Alice".to_owned()));
    }
}
