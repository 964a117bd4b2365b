//! Rust source as words and signs, for rules that look at paths: without comments, strings and tests.
//!
//! This is not a parser: it knows only enough of the grammar to distinguish a path from a word in a string.

/// Returns the words and signs of a source, in order; `::` is one sign.
///
/// Comments, strings, characters and lifetimes are left out.
pub(crate) fn tokens(source: &str) -> Vec<&str> {
    pieces(source).filter(|(_, is_token)| *is_token).map(|(piece, _)| piece).collect()
}

/// Returns a source cut into tokens and the pieces between them.
///
/// The pieces between are white space, comments, strings, characters and lifetimes. Together all pieces are the source.
/// A comment is a piece of its own.
pub(crate) fn chunks(source: &str) -> impl Iterator<Item = &str> {
    pieces(source).map(|(piece, _)| piece)
}

/// Returns the pieces of a source, each with whether it is a token.
fn pieces(source: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = source;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let skipped = left_out(rest);
        let end = match first {
            _ if skipped > 0 => skipped,
            _ if first == '_' || first.is_alphanumeric() => word_end(rest),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some((piece, skipped == 0))
    })
}

/// Returns the length in bytes of the piece at the beginning that is not a token, or 0.
fn left_out(rest: &str) -> usize {
    let blank = rest.len() - rest.trim_start().len();
    if blank > 0 {
        return blank;
    }
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return comment_end(rest);
    }
    let prefix = usize::from(rest.starts_with(['b', 'c']));
    let body = &rest[prefix..];
    if let Some(raw) = body.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let begin = prefix + 1 + hashes + 1;
            return rest[begin..].find(&end).map_or(rest.len(), |found| begin + found + end.len());
        }
    }
    if body.starts_with('"') {
        return prefix + quoted_end(body, '"');
    }
    if let Some(quoted) = body.strip_prefix('\'') {
        let is_character = quoted.starts_with('\\') || quoted.chars().nth(1) == Some('\'');
        return prefix + if is_character { quoted_end(body, '\'') } else { 1 + word_end(quoted) };
    }
    0
}

fn word_end(rest: &str) -> usize {
    rest.find(|letter: char| letter != '_' && !letter.is_alphanumeric()).unwrap_or(rest.len())
}

/// Returns the end of a block comment; block comments nest.
fn comment_end(rest: &str) -> usize {
    let mut depth = 0;
    for (at, _) in rest.char_indices() {
        if rest[at..].starts_with("/*") {
            depth += 1;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            if depth == 0 {
                return at + 2;
            }
        }
    }
    rest.len()
}

/// Returns the end of a string or character, past escaped quotes.
fn quoted_end(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the tokens without the items that have `#[cfg(test)]`; none if the whole file has it.
pub(crate) fn without_tests<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    const FOR_TESTS: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    const FILE_FOR_TESTS: [&str; 8] = ["#", "!", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].starts_with(&FILE_FOR_TESTS) {
            return Vec::new();
        }
        if tokens[at..].starts_with(&FOR_TESTS) {
            at = item_end(tokens, at + FOR_TESTS.len());
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// Returns the index behind the item that begins at `begin`: behind its body or its semicolon.
fn item_end(tokens: &[&str], begin: usize) -> usize {
    let mut depth = 0_usize;
    // The braces of a `use` are not a body.
    let mut imports = false;
    for (at, token) in tokens.iter().enumerate().skip(begin) {
        match *token {
            "use" if depth == 0 => imports = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && *token == "}" && !imports {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn strings_comments_and_lifetimes_are_left_out() {
    let source = r##"
        // a::b
        fn f<'a>(x: &'a str) -> char { /* c::d /* e */ f */ let _ = "g::h \" i"; let _ = r#"j " k"#; b'\''; '"' }
    "##;
    let expected = "fn f < > ( x : & str ) -> char { let _ = ; let _ = ; ; }";
    assert_eq!(tokens(source).join(" ").replace("- >", "->"), expected);
    assert_eq!(tokens("a::b<c::d>"), ["a", "::", "b", "<", "c", "::", "d", ">"]);
}

#[test]
fn items_for_tests_are_left_out() {
    let kept = |source| without_tests(&tokens(source)).join(" ");
    let source = "fn a() {} #[cfg(test)] #[allow(x)] mod tests { fn b() { {} } } fn c() {}";
    assert_eq!(kept(source), "fn a ( ) { } fn c ( ) { }");
    assert_eq!(kept("#[cfg(test)] mod tests; mod d;"), "mod d ;");
    assert_eq!(kept("#[cfg(test)] pub(crate) use e::{f, g}; use h;"), "use h ;");
    assert_eq!(kept("#![cfg(test)] use super::i;"), "");
}
