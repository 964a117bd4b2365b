//! The comments of a file, as prose: for rules about how sentences are written.
//!
//! A comment is a block of consecutive comment lines of one kind. Code in it, fenced, indented or between backticks, is
//! not prose.

use crate::text::{Language, Source};
use crate::tokens::chunks;

/// Consecutive comment lines of one kind, or a whole document.
#[derive(Debug)]
pub(crate) struct Comment<'a> {
    /// The number of the first line, counted from 1.
    pub(crate) line: usize,
    /// Whether rustdoc shows it.
    is_doc: bool,
    /// The lines without their markers.
    lines: Vec<&'a str>,
}

impl<'a> Comment<'a> {
    /// Returns the comments of a file.
    pub(crate) fn all(source: &'a Source) -> Vec<Self> {
        match source.language() {
            Language::Rust => in_rust(&source.text),
            Language::Script => in_script(&source.text),
            Language::Markdown => vec![Self { line: 1, is_doc: false, lines: source.text.lines().collect() }],
            Language::Other => Vec::new(),
        }
    }

    /// Returns the prose, word by word, in lower case; a paragraph ends with the word `.`.
    ///
    /// Code between backticks is the word `code`.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut is_fenced = false;
        let mut paragraph = String::new();
        for line in self.lines.iter().chain(&[""]) {
            let is_fence = line.trim_start().starts_with("```");
            is_fenced ^= is_fence;
            if line.trim().is_empty() {
                words.extend(without_code(&paragraph).split_whitespace().map(bare).filter(|word| !word.is_empty()));
                words.push(".".to_owned());
                paragraph.clear();
            } else if !is_fence && !is_fenced && !line.starts_with("    ") {
                paragraph.push_str(line);
                paragraph.push(' ');
            }
        }
        words
    }

    /// Returns the first paragraph of a comment that rustdoc shows.
    ///
    /// rustdoc shows that paragraph alone in the list of a module's items.
    pub(crate) fn summary(&self) -> Option<String> {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
        let summary = lines.join(" ");
        // A heading or a table is not a sentence.
        (self.is_doc && summary.starts_with(|c: char| c.is_alphanumeric() || c == '`' || c == '[')).then_some(summary)
    }
}

/// Returns a word in lower case, without the punctuation around it.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('\u{2019}', "'")
}

/// Replaces the code between backticks by one word.
fn without_code(paragraph: &str) -> String {
    let parts = paragraph.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { "code" }).collect()
}

fn in_rust(text: &str) -> Vec<Comment<'_>> {
    let mut comments: Vec<Comment> = Vec::new();
    let mut last = (0, "");
    let mut line = 1;
    for chunk in chunks(text) {
        let marker = ["//!", "///", "//"].into_iter().find(|marker| chunk.starts_with(marker));
        if let Some(marker) = marker {
            let body = &chunk[marker.len()..];
            let body = body.strip_prefix(' ').unwrap_or(body);
            match comments.last_mut() {
                Some(comment) if last == (line - 1, marker) => comment.lines.push(body),
                _ => comments.push(Comment { line, is_doc: marker != "//", lines: vec![body] }),
            }
            last = (line, marker);
        }
        line += chunk.matches('\n').count();
    }
    comments
}

fn in_script(text: &str) -> Vec<Comment<'_>> {
    let mut comments: Vec<Comment> = Vec::new();
    let mut last = 0;
    for (line, text) in (1..).zip(text.lines()) {
        let Some(body) = text.trim_start().strip_prefix('#').filter(|body| !body.starts_with('!')) else { continue };
        let body = body.strip_prefix(' ').unwrap_or(body);
        match comments.last_mut() {
            Some(comment) if last == line - 1 => comment.lines.push(body),
            _ => comments.push(Comment { line, is_doc: false, lines: vec![body] }),
        }
        last = line;
    }
    comments
}

#[test]
fn comments_of_rust_are_found_and_code_is_not() {
    let text = "//! Head.\n//!\n//! More `is no code`.\n\n/// First\n/// line.\nfn f() { \"// no\"; g() } // Behind.\n";
    let source = Source { path: "a.rs".to_owned(), text: text.to_owned() };
    let comments = Comment::all(&source);
    let found: Vec<_> = comments.iter().map(|comment| (comment.line, comment.words().join(" "))).collect();
    assert_eq!(
        found,
        [(1, "head . more code .".to_owned()), (5, "first line .".to_owned()), (7, "behind .".to_owned())]
    );
    let summaries: Vec<_> = comments.iter().map(Comment::summary).collect();
    assert_eq!(summaries, [Some("Head.".to_owned()), Some("First line.".to_owned()), None]);
}

#[test]
fn comments_of_scripts_and_documents_are_found() {
    let words = |path: &str, text: &str| -> Vec<String> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        Comment::all(&source).iter().map(|comment| comment.words().join(" ")).collect()
    };
    assert_eq!(words("a.sh", "#!/bin/sh\n# One\n# two.\necho # no\n"), ["one two ."]);
    assert_eq!(words("a.md", "# Title\n\nText.\n\n```sh\nwhoever\n```\n\n    whoever\n"), ["title . text . . ."]);
    assert_eq!(words("a.svg", "# whoever"), [""; 0]);
}
