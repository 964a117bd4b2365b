//! JSON that is written without a serializer: strings, and documents.
//!
//! A document is serialized for every read, and twice for every write, and nearly all of its JSON is one string.
//! `serde_json` looks at each byte of a string by itself. Here many bytes are compared at one time, and copied if none
//! of them has to be escaped. The result is the same, byte for byte, since entity tags are hashes of it.
//!
//! What is *not* here: parsing, and JSON of other types.

use crate::Document;

/// How many bytes are compared at one time, by a few vector instructions.
const PIECE_BYTES: usize = 32;

/// Appends a text as a JSON string, quotes included.
///
/// # Examples
///
/// ```
/// let mut json = Vec::new();
/// contract::json::push_string(&mut json, "a \"word\"\n");
/// assert_eq!(json, br#""a \"word\"\n""#);
/// ```
pub fn push_string(json: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    json.reserve(bytes.len() + 2);
    json.push(b'"');
    let mut copied = 0;
    for (index, piece) in bytes.chunks(PIECE_BYTES).enumerate() {
        if !piece.iter().fold(false, |found, byte| found | is_escaped(*byte)) {
            continue;
        }
        for (offset, byte) in piece.iter().enumerate().filter(|(_, byte)| is_escaped(**byte)) {
            let place = index * PIECE_BYTES + offset;
            json.extend_from_slice(&bytes[copied..place]);
            push_escape(json, *byte);
            copied = place + 1;
        }
    }
    json.extend_from_slice(&bytes[copied..]);
    json.push(b'"');
}

/// Returns a document as JSON: the body of a response, and the input of the hash in the entity tag.
#[must_use]
pub fn document(document: &Document) -> Vec<u8> {
    let Document { title, content, parent } = document;
    // The capacity suffices unless a text has unusually many escapes.
    let mut json = Vec::with_capacity(title.len() + content.len() + content.len() / 32 + 128);
    json.extend_from_slice(b"{\"title\":");
    push_string(&mut json, title);
    json.extend_from_slice(b",\"content\":");
    push_string(&mut json, content);
    if let Some(parent) = parent {
        json.extend_from_slice(b",\"parent\":");
        push_string(&mut json, parent.as_str());
    }
    json.push(b'}');
    json
}

/// Returns whether a byte of a string is escaped (RFC 8259 section 7).
const fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn push_escape(json: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
            json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            return;
        }
    };
    json.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn string(text: &str) -> String {
        let mut json = Vec::new();
        push_string(&mut json, text);
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn each_character_is_escaped_as_serde_json_does() {
        for character in (0..=0x2ff).chain([0x2028, 0x2029, 0xfeff, 0x1f600]).filter_map(char::from_u32) {
            // Alone, and at each place of a piece and of the one after it.
            for place in 0..2 * PIECE_BYTES {
                let text = format!("{}{character}{}", "a".repeat(place), "b".repeat(PIECE_BYTES));
                assert_eq!(string(&text), serde_json::to_string(&text).unwrap());
            }
        }
    }

    proptest! {
        #[test]
        fn document_is_written_as_serde_json_does(title: String, content in "(?s)[\\x00-\\x7f]{0,200}|.{0,80}", child: bool) {
            let written = Document { title, content, parent: child.then(|| "welcome".parse().unwrap()) };
            prop_assert_eq!(document(&written), serde_json::to_vec(&written).unwrap());
        }
    }
}
