//! Reads a filter by recursive descent, and reports the column of an error.
//!
//! A word ends at white space or at a character that has a meaning in the language. Quotes include such characters in a
//! text.

use std::iter::Peekable;
use std::str::Chars;

use super::codes::{FilterCode, is_plain, test_of};
use super::error::FilterError;
use super::expression::{FilterNode, FilterTest, SearchedPart, TextPattern};

/// How deeply parentheses and negations may be nested.
const MAX_DEPTH: usize = 50;

/// Returns the filter that a text describes, or `None` if there is only white space.
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
    // Its `Display` adds parentheses that the user left out, and that text must parse again.
    if node.height() < MAX_DEPTH { Ok(Some(node)) } else { Err(FilterError::TooDeep) }
}

struct FilterParser<'a> {
    rest: Peekable<Chars<'a>>,
    /// The column of the next character, counted from 1.
    column: usize,
    depth: usize,
}

impl FilterParser<'_> {
    /// Parses filters side by side, which must all match. This binds loosest.
    fn side_by_side(&mut self) -> Result<FilterNode, FilterError> {
        let mut nodes = vec![self.chain('|')?];
        while self.rest.peek().is_some_and(|c| *c != ')') {
            nodes.push(self.chain('|')?);
        }
        Ok(one_or(nodes, FilterNode::All))
    }

    /// Parses operands joined by one operator; the operands of `|` are chains of `&`.
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

    /// Parses one test, a filter in parentheses, or a negation.
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
            return Ok(FilterTest::Has(SearchedPart::Target, self.text("a word, or a test such as ~m PUT")?));
        }
        self.column += 1;
        let code = self.word();
        self.skip_blanks();
        match test_of(&code) {
            Some(FilterCode::Text(place)) => Ok(FilterTest::Has(place, self.text("the text to look for")?)),
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

    /// Parses a word, or a text in quotes.
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

    /// Consumes a character and the white space after it; returns whether the character was there.
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

    /// Returns the error for the next character, with the parts that the language allows instead.
    fn expected(&mut self, expected: &'static str) -> FilterError {
        let found = self.rest.peek().map_or_else(|| "the end".to_owned(), ToString::to_string);
        FilterError::Expected { column: self.column, expected, found }
    }
}

fn one_or(mut nodes: Vec<FilterNode>, many: impl FnOnce(Vec<FilterNode>) -> FilterNode) -> FilterNode {
    if nodes.len() == 1 { nodes.remove(0) } else { many(nodes) }
}
