//! The texts of the scratch document.
//!
//! They are long enough to be compressed, and have everything that a proxy might change: line ends of both kinds, tabs,
//! characters of several bytes, markup, and no line end at the end.

use contract::Document;

/// The title of the scratch document.
const TITLE: &str = "ifmatch doctor";

/// The word with which the text of the first version begins.
pub(crate) const FIRST_WORD: &str = "one";

/// The lines of a text: enough for every proxy's least length for compression.
const LINES: usize = 200;

/// The characters of the long text. Each takes two bytes in JSON, so the body has 2 MB.
const LONG_CHARACTERS: usize = 1_000_000;

/// Returns the document with a text that begins with `word`.
pub(crate) fn scratch_document(word: &str) -> Document {
    let line = "a line,\tlong enough\r\nto be compressed: <b>&amp;</b> \u{e9}\u{4e16}\u{1f680}\u{2028}\n";
    Document { title: TITLE.to_owned(), content: format!("{word}\n{}end", line.repeat(LINES / 2)), parent: None }
}

/// Returns the JSON of that document.
pub(crate) fn scratch_json(word: &str) -> String {
    json(&scratch_document(word))
}

/// Returns the JSON, of 2 MB, of a document whose text has a million characters.
pub(crate) fn long_json() -> String {
    json(&Document { title: TITLE.to_owned(), content: "\n".repeat(LONG_CHARACTERS), parent: None })
}

fn json(document: &Document) -> String {
    serde_json::to_string(document).expect("JSON can represent any text")
}
