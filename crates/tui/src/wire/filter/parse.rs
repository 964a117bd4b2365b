//! How a filter is read: from its characters, by descent, with the column of whatever is wrong.
//!
//! A word ends at a blank, and at whatever means something else. What it shall have of these stands in quotes.

use std::iter::Peekable;
use std::str::Chars;

use super::{FilterError, FilterNode, FilterTest, MessageSide, PathPattern, TextPattern};

/// How many parentheses and negations may stand within one another.
const MAX_DEPTH: usize = 50;

/// What is asked behind a `~`, and in words, in the order of the help.
pub(crate) const CODES: [(&str, &str); 12] = [
    ("m", "~m PUT: the method has this"),
    ("u", "~u welcome, or the word alone: the target has this"),
    ("c", "~c 412: the answer has this status"),
    ("h", "~h if-match: a field, as 'name: value', has this"),
    ("hq", "the same, of the request"),
    ("hs", "the same, of the response"),
    ("b", "~b bread: a body has this"),
    ("bq", "the same, of the request"),
    ("bs", "the same, of the response"),
    ("q", "there is no answer yet, or never was one"),
    ("s", "there is an answer"),
    ("e", "the answer was lost, or the request never left"),
];

/// All codes, in a sentence.
pub(super) fn codes() -> String {
    CODES.map(|(code, _)| format!("~{code}")).join(" ")
}

/// What a code asks, and what stands behind it.
enum FilterCode {
    Text(PathPattern),
    Status,
    Nothing(FilterTest),
}

fn asks(code: &str) -> Option<FilterCode> {
    Some(match code {
        "m" => FilterCode::Text(PathPattern::Method),
        "u" => FilterCode::Text(PathPattern::Target),
        "c" => FilterCode::Status,
        "h" => FilterCode::Text(PathPattern::Fields(MessageSide::Both)),
        "hq" => FilterCode::Text(PathPattern::Fields(MessageSide::Request)),
        "hs" => FilterCode::Text(PathPattern::Fields(MessageSide::Response)),
        "b" => FilterCode::Text(PathPattern::Body(MessageSide::Both)),
        "bq" => FilterCode::Text(PathPattern::Body(MessageSide::Request)),
        "bs" => FilterCode::Text(PathPattern::Body(MessageSide::Response)),
        "q" => FilterCode::Nothing(FilterTest::Unanswered),
        "s" => FilterCode::Nothing(FilterTest::Answered),
        "e" => FilterCode::Nothing(FilterTest::Lost),
        _ => return None,
    })
}

/// The code by which something is asked.
pub(super) fn code_of(test: &FilterTest) -> &'static str {
    match test {
        FilterTest::Has(PathPattern::Method, _) => "m",
        FilterTest::Has(PathPattern::Target, _) => "u",
        FilterTest::Has(PathPattern::Fields(MessageSide::Both), _) => "h",
        FilterTest::Has(PathPattern::Fields(MessageSide::Request), _) => "hq",
        FilterTest::Has(PathPattern::Fields(MessageSide::Response), _) => "hs",
        FilterTest::Has(PathPattern::Body(MessageSide::Both), _) => "b",
        FilterTest::Has(PathPattern::Body(MessageSide::Request), _) => "bq",
        FilterTest::Has(PathPattern::Body(MessageSide::Response), _) => "bs",
        FilterTest::Status(_) => "c",
        FilterTest::Unanswered => "q",
        FilterTest::Answered => "s",
        FilterTest::Lost => "e",
    }
}

/// Whether a character can stand in a word without quotes.
pub(super) fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !"()&|~'\"".contains(c)
}

pub(super) fn parse(text: &str) -> Result<Option<FilterNode>, FilterError> {
    let mut reader = FilterParser { rest: text.chars().peekable(), column: 1, depth: 0 };
    reader.skip_blanks();
    if reader.rest.peek().is_none() {
        return Ok(None);
    }
    let node = reader.side_by_side()?;
    if reader.rest.peek().is_some() {
        return Err(reader.expected("the end"));
    }
    // It is written with parentheses that the reader may have left out, and that has to be read again.
    if node.height() < MAX_DEPTH { Ok(Some(node)) } else { Err(FilterError::TooDeep) }
}

struct FilterParser<'a> {
    rest: Peekable<Chars<'a>>,
    /// Of the next character.
    column: usize,
    depth: usize,
}

impl FilterParser<'_> {
    /// What only stands side by side must all be so. It binds least of all.
    fn side_by_side(&mut self) -> Result<FilterNode, FilterError> {
        let mut nodes = vec![self.chain('|')?];
        while self.rest.peek().is_some_and(|c| *c != ')') {
            nodes.push(self.chain('|')?);
        }
        Ok(one_or(nodes, FilterNode::All))
    }

    /// A chain of one operator; what `|` joins are chains of `&`.
    fn chain(&mut self, operator: char) -> Result<FilterNode, FilterError> {
        let mut nodes = vec![self.link(operator)?];
        while self.skip(operator) {
            nodes.push(self.link(operator)?);
        }
        Ok(one_or(nodes, if operator == '|' { FilterNode::Any } else { FilterNode::All }))
    }

    fn link(&mut self, operator: char) -> Result<FilterNode, FilterError> {
        if operator == '|' { self.chain('&') } else { self.deeper() }
    }

    /// One test, or what stands between parentheses, or the contrary of such.
    fn deeper(&mut self) -> Result<FilterNode, FilterError> {
        if self.depth == MAX_DEPTH {
            return Err(FilterError::TooDeep);
        }
        self.depth += 1;
        let node = if self.skip('!') {
            FilterNode::Not(Box::new(self.deeper()?))
        } else if self.skip('(') {
            let node = self.side_by_side()?;
            if !self.skip(')') {
                return Err(self.expected("a )"));
            }
            node
        } else {
            FilterNode::Is(self.test()?)
        };
        self.depth -= 1;
        Ok(node)
    }

    fn test(&mut self) -> Result<FilterTest, FilterError> {
        let column = self.column;
        if self.rest.next_if_eq(&'~').is_none() {
            return Ok(FilterTest::Has(PathPattern::Target, self.text("a word, or a test such as ~m PUT")?));
        }
        self.column += 1;
        let code = self.word();
        self.skip_blanks();
        match asks(&code) {
            Some(FilterCode::Text(place)) => Ok(FilterTest::Has(place, self.text("the text that is looked for")?)),
            Some(FilterCode::Status) => Ok(FilterTest::Status(self.status()?)),
            Some(FilterCode::Nothing(test)) => Ok(test),
            None => Err(FilterError::Unknown { column, code }),
        }
    }

    fn status(&mut self) -> Result<u16, FilterError> {
        let (column, expected) = (self.column, "a status such as 412");
        let word = self.word();
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        let status = word.parse().ok().filter(|status| digits && (100..1000).contains(status));
        self.skip_blanks();
        match status {
            Some(status) => Ok(status),
            None if word.is_empty() => Err(self.expected(expected)),
            None => Err(FilterError::Expected { column, expected, found: word }),
        }
    }

    /// A word, or what stands in quotes.
    fn text(&mut self, expected: &'static str) -> Result<TextPattern, FilterError> {
        let quote = self.rest.next_if(|c| matches!(c, '"' | '\''));
        let text = match quote {
            Some(quote) => self.quoted(quote)?,
            None => self.word(),
        };
        if text.is_empty() && quote.is_none() {
            return Err(self.expected(expected));
        }
        self.skip_blanks();
        Ok(TextPattern::new(text))
    }

    fn quoted(&mut self, quote: char) -> Result<String, FilterError> {
        let opened = self.column;
        self.column += 1;
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == quote => return Ok(text),
                '\\' => text.extend(self.next()),
                c => text.push(c),
            }
        }
        Err(FilterError::Unclosed { column: opened })
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| is_plain(*c)) {
            self.column += 1;
            word.push(c);
        }
        word
    }

    /// Goes past that character and the blanks behind it, where it stands here.
    fn skip(&mut self, wanted: char) -> bool {
        let found = self.rest.next_if_eq(&wanted).is_some();
        if found {
            self.column += 1;
            self.skip_blanks();
        }
        found
    }

    fn skip_blanks(&mut self) {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {
            self.column += 1;
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.column += usize::from(next.is_some());
        next
    }

    /// Something else had to stand here.
    fn expected(&mut self, expected: &'static str) -> FilterError {
        let found = self.rest.peek().map_or_else(|| "the end".to_owned(), ToString::to_string);
        FilterError::Expected { column: self.column, expected, found }
    }
}

fn one_or(mut nodes: Vec<FilterNode>, many: impl FnOnce(Vec<FilterNode>) -> FilterNode) -> FilterNode {
    if nodes.len() == 1 { nodes.remove(0) } else { many(nodes) }
}
