//! Faults of well-formed JSON, which a parser may refuse.
//!
//! They are a number beyond the range of machine numbers, nesting that is too deep, and half of a surrogate pair.
//! JSON's grammar allows all three (RFC 8259 sections 6, 8.2 and 9). serde's parser refuses them with an error that
//! does not tell which of them it met, so this module finds out.

use std::fmt;

/// The depth of nesting that serde's parser refuses.
const MAX_DEPTH: usize = 128;

/// The first fault in a text, with its line and column, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct JsonFault {
    pub(super) kind: JsonFaultKind,
    line: usize,
    column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonFaultKind {
    NumberOutOfRange,
    TooDeep,
    LoneSurrogate,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, .. } = self;
        match self.kind {
            JsonFaultKind::NumberOutOfRange => write!(
                f,
                "the number at line {line} column {column} is out of range: it is larger than any 64-bit number"
            ),
            JsonFaultKind::TooDeep => write!(
                f,
                "the JSON is nested too deeply: it has {MAX_DEPTH} levels at line {line} column {column}, and the \
                 server reads fewer"
            ),
            JsonFaultKind::LoneSurrogate => write!(
                f,
                "the escape at line {line} column {column} is half of a surrogate pair (\\ud800 to \\udfff), which is \
                 not a character; send both halves, or the character itself"
            ),
        }
    }
}

/// Returns the first fault in a text that is well-formed JSON.
pub(super) fn find_first(text: &str) -> Option<JsonFault> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let begin = at;
        at += 1;
        let kind = match byte {
            b'"' => {
                let lone;
                (lone, at) = scan_string(bytes, at);
                if let Some(place) = lone {
                    return Some(fault_at(text, place, JsonFaultKind::LoneSurrogate));
                }
                None
            }
            b'[' | b'{' => {
                depth += 1;
                (depth >= MAX_DEPTH).then_some(JsonFaultKind::TooDeep)
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                None
            }
            b'-' | b'0'..=b'9' => {
                at += bytes[at..].iter().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
                let is_infinite = text[begin..at].parse::<f64>().is_ok_and(f64::is_infinite);
                is_infinite.then_some(JsonFaultKind::NumberOutOfRange)
            }
            _ => None,
        };
        if let Some(kind) = kind {
            return Some(fault_at(text, begin, kind));
        }
    }
    None
}

/// Scans a string, from after its opening quote.
///
/// Returns the position of its first lone surrogate, and the position after its end.
fn scan_string(bytes: &[u8], mut at: usize) -> (Option<usize>, usize) {
    let mut lone = None;
    loop {
        match bytes.get(at) {
            None => return (lone, at),
            Some(b'"') => return (lone, at + 1),
            Some(b'\\') => match scan_escape(bytes, at) {
                Some(0xd800..=0xdbff) if matches!(scan_escape(bytes, at + 6), Some(0xdc00..=0xdfff)) => at += 12,
                Some(0xd800..=0xdfff) => {
                    lone = lone.or(Some(at));
                    at += 6;
                }
                Some(_) => at += 6,
                None => at += 2,
            },
            Some(_) => at += 1,
        }
    }
}

/// Returns the number in an escape such as `\u00e9`, if there is one at this position.
fn scan_escape(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn fault_at(text: &str, place: usize, kind: JsonFaultKind) -> JsonFault {
    let before = &text[..place];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    JsonFault { kind, line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found_where_it_is() {
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        for (text, expected) in [
            (r#"{"a":1e999}"#, Some((JsonFaultKind::NumberOutOfRange, 1, 6))),
            ("[1,\n -1E+400]", Some((JsonFaultKind::NumberOutOfRange, 2, 2))),
            (r#"["é","\ud800"]"#, Some((JsonFaultKind::LoneSurrogate, 1, 7))),
            (r#"["\ud800\ud83d\ude00"]"#, Some((JsonFaultKind::LoneSurrogate, 1, 3))),
            (r#"["\udc00\ud800"]"#, Some((JsonFaultKind::LoneSurrogate, 1, 3))),
            (r#"{"\udfff":1e999}"#, Some((JsonFaultKind::LoneSurrogate, 1, 3))),
            (&deep, Some((JsonFaultKind::TooDeep, 1, MAX_DEPTH))),
            // None of these is a fault.
            (r#"["\ud83d\ude00","\\ud800","1e999","[[[","\"","\u0000"]"#, None),
            ("[1e308,-0,1e-999,123456789012345678901234567890]", None),
            (&deep[1..deep.len() - 1], None),
            ("[[],[],[]]", None),
        ] {
            let found = find_first(text).map(|fault| (fault.kind, fault.line, fault.column));
            assert_eq!(found, expected, "{text:.40}");
        }
    }

    /// serde's parser refuses well-formed JSON exactly if it has one of these faults.
    #[test]
    fn text_that_the_parser_refuses_has_a_fault() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for text in [
            "1e999".to_owned(),
            "1e308".to_owned(),
            nested(MAX_DEPTH),
            nested(MAX_DEPTH - 1),
            r#""\ud800""#.to_owned(),
            r#""\ud800x""#.to_owned(),
            r#""\ud800\n""#.to_owned(),
            r#""\ud83d\ude00""#.to_owned(),
        ] {
            let is_refused = serde_json::from_str::<serde_json::Value>(&text).is_err();
            assert_eq!(find_first(&text).is_some(), is_refused, "{text:.40}");
        }
    }
}
