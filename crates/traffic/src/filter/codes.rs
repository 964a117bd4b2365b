//! The codes of the filter language: the letters after a `~`.

use super::expression::{FilterTest, MessageSide, SearchedPart};

/// Every code with its description, in the order of the help.
pub const CODES: [(&str, &str); 12] = [
    ("m", "~m PUT: the method has this"),
    ("u", "~u welcome, or the word alone: the target has this"),
    ("c", "~c 412: the response has this status"),
    ("h", "~h if-match: a field, as 'name: value', has this"),
    ("hq", "the same, of the request"),
    ("hs", "the same, of the response"),
    ("b", "~b bread: a body has this"),
    ("bq", "the same, of the request"),
    ("bs", "the same, of the response"),
    ("q", "there is no response yet, or never was one"),
    ("s", "there is a response"),
    ("e", "the response was lost, or the request never left"),
];

/// Returns all codes in one line.
pub(super) fn codes() -> String {
    CODES.map(|(code, _)| format!("~{code}")).join(" ")
}

/// The operand that follows a code.
pub(super) enum FilterCode {
    /// A text, which is searched for in this part of the exchange.
    Text(SearchedPart),
    /// A status code.
    Status,
    /// None: the code is the whole test.
    Nothing(FilterTest),
}

/// Returns the operand of a code, or `None` if there is no such code.
pub(super) fn test_of(code: &str) -> Option<FilterCode> {
    Some(match code {
        "m" => FilterCode::Text(SearchedPart::Method),
        "u" => FilterCode::Text(SearchedPart::Target),
        "c" => FilterCode::Status,
        "h" => FilterCode::Text(SearchedPart::Fields(MessageSide::Both)),
        "hq" => FilterCode::Text(SearchedPart::Fields(MessageSide::Request)),
        "hs" => FilterCode::Text(SearchedPart::Fields(MessageSide::Response)),
        "b" => FilterCode::Text(SearchedPart::Body(MessageSide::Both)),
        "bq" => FilterCode::Text(SearchedPart::Body(MessageSide::Request)),
        "bs" => FilterCode::Text(SearchedPart::Body(MessageSide::Response)),
        "q" => FilterCode::Nothing(FilterTest::Unanswered),
        "s" => FilterCode::Nothing(FilterTest::Answered),
        "e" => FilterCode::Nothing(FilterTest::Lost),
        _ => return None,
    })
}

/// Returns the code of a test.
pub(super) fn code_of(test: &FilterTest) -> &'static str {
    match test {
        FilterTest::Has(SearchedPart::Method, _) => "m",
        FilterTest::Has(SearchedPart::Target, _) => "u",
        FilterTest::Has(SearchedPart::Fields(MessageSide::Both), _) => "h",
        FilterTest::Has(SearchedPart::Fields(MessageSide::Request), _) => "hq",
        FilterTest::Has(SearchedPart::Fields(MessageSide::Response), _) => "hs",
        FilterTest::Has(SearchedPart::Body(MessageSide::Both), _) => "b",
        FilterTest::Has(SearchedPart::Body(MessageSide::Request), _) => "bq",
        FilterTest::Has(SearchedPart::Body(MessageSide::Response), _) => "bs",
        FilterTest::Status(_) => "c",
        FilterTest::Unanswered => "q",
        FilterTest::Answered => "s",
        FilterTest::Lost => "e",
    }
}

/// Returns whether a word may contain this character without quotes.
pub(super) fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !"()&|~'\"".contains(c)
}
