//! How a filter is read: from its characters, by descent, with the column of whatever is wrong.
//!
//! A word ends at a blank, and at whatever means something else. What it shall have of these stands in quotes.

use std::iter::Peekable;
use std::str::Chars;

use super::{FilterError, Node, Place, Side, Test, Text};

/// How many parentheses and negations may stand within one another.
const DEEPEST: usize = 50;

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
enum Asks {
    Text(Place),
    Status,
    Nothing(Test),
}

fn asks(code: &str) -> Option<Asks> {
    Some(match code {
        "m" => Asks::Text(Place::Method),
        "u" => Asks::Text(Place::Target),
        "c" => Asks::Status,
        "h" => Asks::Text(Place::Fields(Side::Both)),
        "hq" => Asks::Text(Place::Fields(Side::Request)),
        "hs" => Asks::Text(Place::Fields(Side::Response)),
        "b" => Asks::Text(Place::Body(Side::Both)),
        "bq" => Asks::Text(Place::Body(Side::Request)),
        "bs" => Asks::Text(Place::Body(Side::Response)),
        "q" => Asks::Nothing(Test::Unanswered),
        "s" => Asks::Nothing(Test::Answered),
        "e" => Asks::Nothing(Test::Lost),
        _ => return None,
    })
}

/// The code by which something is asked.
pub(super) fn code_of(test: &Test) -> &'static str {
    match test {
        Test::Has(Place::Method, _) => "m",
        Test::Has(Place::Target, _) => "u",
        Test::Has(Place::Fields(Side::Both), _) => "h",
        Test::Has(Place::Fields(Side::Request), _) => "hq",
        Test::Has(Place::Fields(Side::Response), _) => "hs",
        Test::Has(Place::Body(Side::Both), _) => "b",
        Test::Has(Place::Body(Side::Request), _) => "bq",
        Test::Has(Place::Body(Side::Response), _) => "bs",
        Test::Status(_) => "c",
        Test::Unanswered => "q",
        Test::Answered => "s",
        Test::Lost => "e",
    }
}

/// Whether a character can stand in a word without quotes.
pub(super) fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !"()&|~'\"".contains(c)
}

pub(super) fn read(text: &str) -> Result<Option<Node>, FilterError> {
    let mut reader = Reader { rest: text.chars().peekable(), column: 1, depth: 0 };
    reader.skip_blanks();
    if reader.rest.peek().is_none() {
        return Ok(None);
    }
    let node = reader.side_by_side()?;
    if reader.rest.peek().is_some() {
        return Err(reader.expected("the end"));
    }
    // It is written with parentheses that the reader may have left out, and that has to be read again.
    if node.height() < DEEPEST { Ok(Some(node)) } else { Err(FilterError::TooDeep) }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    /// Of the next character.
    column: usize,
    depth: usize,
}

impl Reader<'_> {
    /// What only stands side by side must all be so. It binds least of all.
    fn side_by_side(&mut self) -> Result<Node, FilterError> {
        let mut nodes = vec![self.chain('|')?];
        while self.rest.peek().is_some_and(|c| *c != ')') {
            nodes.push(self.chain('|')?);
        }
        Ok(one_or(nodes, Node::All))
    }

    /// A chain of one operator; what `|` joins are chains of `&`.
    fn chain(&mut self, operator: char) -> Result<Node, FilterError> {
        let mut nodes = vec![self.link(operator)?];
        while self.skip(operator) {
            nodes.push(self.link(operator)?);
        }
        Ok(one_or(nodes, if operator == '|' { Node::Any } else { Node::All }))
    }

    fn link(&mut self, operator: char) -> Result<Node, FilterError> {
        if operator == '|' { self.chain('&') } else { self.deeper() }
    }

    /// One test, or what stands between parentheses, or the contrary of such.
    fn deeper(&mut self) -> Result<Node, FilterError> {
        if self.depth == DEEPEST {
            return Err(FilterError::TooDeep);
        }
        self.depth += 1;
        let node = if self.skip('!') {
            Node::Not(Box::new(self.deeper()?))
        } else if self.skip('(') {
            let node = self.side_by_side()?;
            if !self.skip(')') {
                return Err(self.expected("a )"));
            }
            node
        } else {
            Node::Is(self.test()?)
        };
        self.depth -= 1;
        Ok(node)
    }

    fn test(&mut self) -> Result<Test, FilterError> {
        let column = self.column;
        if self.rest.next_if_eq(&'~').is_none() {
            return Ok(Test::Has(Place::Target, self.text("a word, or a test such as ~m PUT")?));
        }
        self.column += 1;
        let code = self.word();
        self.skip_blanks();
        match asks(&code) {
            Some(Asks::Text(place)) => Ok(Test::Has(place, self.text("the text that is looked for")?)),
            Some(Asks::Status) => Ok(Test::Status(self.status()?)),
            Some(Asks::Nothing(test)) => Ok(test),
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
    fn text(&mut self, expected: &'static str) -> Result<Text, FilterError> {
        let quote = self.rest.next_if(|c| matches!(c, '"' | '\''));
        let text = match quote {
            Some(quote) => self.quoted(quote)?,
            None => self.word(),
        };
        if text.is_empty() && quote.is_none() {
            return Err(self.expected(expected));
        }
        self.skip_blanks();
        Ok(Text::new(text))
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

fn one_or(mut nodes: Vec<Node>, many: impl FnOnce(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { many(nodes) }
}
