//! What can be wrong with JSON that is well-formed: a number that no machine number holds, brackets nested too deeply, and
//! half of a surrogate pair.
//!
//! The grammar of JSON allows all three (RFC 8259 sections 6, 8.2 and 9), and no parser has to take them. serde's parser
//! refuses them with an error that does not say which of them it met, so they are looked for here.

use std::fmt;

/// The depth of nesting at which the parser gives up.
const TOO_DEEP: usize = 128;

/// The first such fault in a text, and where it is: line and column, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    line: usize,
    column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    NumberOutOfRange,
    TooDeep,
    LoneSurrogate,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, .. } = self;
        match self.kind {
            FaultKind::NumberOutOfRange => write!(
                f,
                "the number at line {line} column {column} is out of range: it is larger than any number of 64 bits"
            ),
            FaultKind::TooDeep => write!(
                f,
                "it is nested too deeply: at line {line} column {column} it is {TOO_DEEP} deep, and fewer are read"
            ),
            FaultKind::LoneSurrogate => write!(
                f,
                "the escape at line {line} column {column} is half of a surrogate pair (\\ud800 to \\udfff), which is no \
                 character; send both halves, or the character itself"
            ),
        }
    }
}

/// Looks for the first fault in a text that is well-formed JSON.
pub(super) fn first(text: &str) -> Option<Fault> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let begin = at;
        at += 1;
        let kind = match byte {
            b'"' => {
                let lone;
                (lone, at) = string(bytes, at);
                if let Some(place) = lone {
                    return Some(located(text, place, FaultKind::LoneSurrogate));
                }
                None
            }
            b'[' | b'{' => {
                depth += 1;
                (depth >= TOO_DEEP).then_some(FaultKind::TooDeep)
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                None
            }
            b'-' | b'0'..=b'9' => {
                at += bytes[at..].iter().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
                let is_infinite = text[begin..at].parse::<f64>().is_ok_and(f64::is_infinite);
                is_infinite.then_some(FaultKind::NumberOutOfRange)
            }
            _ => None,
        };
        if let Some(kind) = kind {
            return Some(located(text, begin, kind));
        }
    }
    None
}

/// Reads a string from behind its first quote: the place of the first lone surrogate in it, and the place behind its end.
fn string(bytes: &[u8], mut at: usize) -> (Option<usize>, usize) {
    let mut lone = None;
    loop {
        match bytes.get(at) {
            None => return (lone, at),
            Some(b'"') => return (lone, at + 1),
            Some(b'\\') => match escaped(bytes, at) {
                Some(0xd800..=0xdbff) if matches!(escaped(bytes, at + 6), Some(0xdc00..=0xdfff)) => at += 12,
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

/// The number in an escape such as `\u00e9`, if one is there.
fn escaped(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn located(text: &str, place: usize, kind: FaultKind) -> Fault {
    let before = &text[..place];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Fault { kind, line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found_where_it_is() {
        let deep = format!("{}{}", "[".repeat(TOO_DEEP), "]".repeat(TOO_DEEP));
        for (text, expected) in [
            (r#"{"a":1e999}"#, Some((FaultKind::NumberOutOfRange, 1, 6))),
            ("[1,\n -1E+400]", Some((FaultKind::NumberOutOfRange, 2, 2))),
            (r#"["é","\ud800"]"#, Some((FaultKind::LoneSurrogate, 1, 7))),
            (r#"["\ud800\ud83d\ude00"]"#, Some((FaultKind::LoneSurrogate, 1, 3))),
            (r#"["\udc00\ud800"]"#, Some((FaultKind::LoneSurrogate, 1, 3))),
            (r#"{"\udfff":1e999}"#, Some((FaultKind::LoneSurrogate, 1, 3))),
            (&deep, Some((FaultKind::TooDeep, 1, TOO_DEEP))),
            // None of them is one.
            (r#"["\ud83d\ude00","\\ud800","1e999","[[[","\"","\u0000"]"#, None),
            ("[1e308,-0,1e-999,123456789012345678901234567890]", None),
            (&deep[1..deep.len() - 1], None),
            ("[[],[],[]]", None),
        ] {
            let found = first(text).map(|fault| (fault.kind, fault.line, fault.column));
            assert_eq!(found, expected, "{text:.40}");
        }
    }

    /// What serde's parser does not take has one of these faults, and the other way round.
    #[test]
    fn what_the_parser_refuses_has_a_fault() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for text in [
            "1e999".to_owned(),
            "1e308".to_owned(),
            nested(TOO_DEEP),
            nested(TOO_DEEP - 1),
            r#""\ud800""#.to_owned(),
            r#""\ud800x""#.to_owned(),
            r#""\ud800\n""#.to_owned(),
            r#""\ud83d\ude00""#.to_owned(),
        ] {
            let is_refused = serde_json::from_str::<serde_json::Value>(&text).is_err();
            assert_eq!(first(&text).is_some(), is_refused, "{text:.40}");
        }
    }
}
