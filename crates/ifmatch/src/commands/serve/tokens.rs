//! The file of `serve --tokens`: a line for each person, with a name and a token.
//!
//! Errors name the number of a line and never its content: in a line that cannot be parsed, the token may be anywhere.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use contract::{Author, NameError, Token, TokenError};
use server::{TokenHolder, Tokens};
use thiserror::Error;

use super::file_permissions::warn_unless_private;
use crate::exit::Exit;
use crate::output::stderr::print_message;
use crate::placeholders::{ExamplePlaceholder, PlaceholderError};

/// The fewest characters of a token.
///
/// A guess takes a request over the network. At ten thousand guesses a second, eight random characters of the 64 that a
/// token may have last for centuries, and eight random letters for months. Tokens that people think up are weaker, and
/// no minimum helps against that; but `1234` must not be enough.
const MIN_TOKEN_CHARS: usize = 8;

/// The most bytes of the file. A larger one is the wrong file, or one that never ends.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The error when a file of tokens cannot be used.
#[derive(Debug, Error)]
pub(crate) enum TokensFileError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}; --tokens names a file with a line for each person", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The content is not valid. It is never shown.
    #[error("{} {source}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: TokensError,
    },
}

impl TokensFileError {
    /// Returns how the program ends after this error.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } => Exit::Machine,
            Self::Invalid { .. } => Exit::Usage,
        }
    }
}

/// The error when the content of a file of tokens is not valid.
#[derive(Debug, Error)]
pub(crate) enum TokensError {
    #[error("has more than 1 MiB, so it is not a list of people; is it the right file?")]
    TooLong,
    #[error("is not UTF-8 text; is it the right file?")]
    NoText,
    #[error("names no person; write a line for each: a name, a token and, for a leader, the word 'admin'")]
    Nobody,
    #[error("line {line}: {wrong}")]
    Line { line: usize, wrong: LineError },
}

/// The error when a line of a file of tokens is not valid.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum LineError {
    #[error("a line has a name, a token and perhaps 'admin', separated by blanks, or by commas if the name has blanks")]
    Parts,
    #[error("{0}")]
    Name(NameError),
    #[error("{0}")]
    Placeholder(PlaceholderError),
    #[error("{0}")]
    Form(TokenError),
    #[error("the token has fewer than {MIN_TOKEN_CHARS} characters, so it could be guessed; choose a longer one")]
    Short,
    #[error("only the word 'admin' may follow the token")]
    Role,
    #[error("line {0} already has this name; give each person one token")]
    NameTwice(usize),
    #[error("line {0} already has this token; give each person a token of their own")]
    TokenTwice(usize),
}

/// Reads the file. Warns on standard error of what is allowed and yet unwise.
pub(crate) fn read(path: &Path) -> Result<Tokens, TokensFileError> {
    let unreadable = |source| TokensFileError::Unreadable { path: path.to_owned(), source };
    let (bytes, metadata) = contents(path).map_err(unreadable)?;
    let people = parse(bytes).map_err(|source| TokensFileError::Invalid { path: path.to_owned(), source })?;
    warn_unless_private(path, &metadata, "the tokens");
    if !people.iter().any(|(_, holder)| holder.admin) {
        let path = path.display();
        print_message(format_args!(
            "{path} names no admin, so no client can use /control; add 'admin' to a leader's \
                                    line"
        ));
    }
    let mut tokens = Tokens::default();
    for (token, holder) in people {
        tokens.add(&token, holder);
    }
    Ok(tokens)
}

/// Returns the bytes of the file, and its metadata.
///
/// Of a file that is too long, only one byte too many is read.
fn contents(path: &Path) -> io::Result<(Vec<u8>, Metadata)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes, metadata))
}

/// Returns the people in the file, in order.
fn parse(bytes: Vec<u8>) -> Result<Vec<(Token, TokenHolder)>, TokensError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(TokensError::TooLong);
    }
    let text = String::from_utf8(bytes).map_err(|_| TokensError::NoText)?;
    let mut people = Vec::new();
    let mut names: HashMap<Author, usize> = HashMap::new();
    let mut tokens: HashMap<&str, usize> = HashMap::new();
    // Some editors begin a file with a byte order mark, which is not part of a name.
    for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let at = |wrong| TokensError::Line { line, wrong };
        let text = strip_comment(text);
        if text.is_empty() {
            continue;
        }
        let (name, token, admin) = parse_line(text).map_err(at)?;
        ExamplePlaceholder::Name
            .refuse(name)
            .and(ExamplePlaceholder::Token.refuse(token))
            .map_err(LineError::Placeholder)
            .map_err(at)?;
        let name: Author = name.parse().map_err(LineError::Name).map_err(at)?;
        let parsed: Token = token.parse().map_err(LineError::Form).map_err(at)?;
        if token.len() < MIN_TOKEN_CHARS {
            return Err(at(LineError::Short));
        }
        if let Some(first) = names.insert(name.clone(), line) {
            return Err(at(LineError::NameTwice(first)));
        }
        if let Some(first) = tokens.insert(token, line) {
            return Err(at(LineError::TokenTwice(first)));
        }
        people.push((parsed, TokenHolder { name: Some(name), admin }));
    }
    if people.is_empty() { Err(TokensError::Nobody) } else { Ok(people) }
}

/// Returns a line without its comment.
///
/// A comment begins with `#` at the start of the line or after white space: inside a word, `#` may be part of a name.
fn strip_comment(line: &str) -> &str {
    let is_start = |place: usize| line[..place].chars().next_back().is_none_or(char::is_whitespace);
    let comment = line.match_indices('#').map(|(place, _)| place).find(|place| is_start(*place));
    line[..comment.unwrap_or(line.len())].trim()
}

/// Returns the name, the token, and whether the person is an admin.
fn parse_line(line: &str) -> Result<(&str, &str, bool), LineError> {
    let parts: Vec<&str> =
        if line.contains(',') { line.split(',').map(str::trim).collect() } else { line.split_whitespace().collect() };
    match parts[..] {
        [name, token] => Ok((name, token, false)),
        [name, token, "admin"] => Ok((name, token, true)),
        [_, _, _] => Err(LineError::Role),
        _ => Err(LineError::Parts),
    }
}

#[cfg(test)]
mod tests {
    use contract::AuthorError;
    use contract::name::UnfitChar;

    use super::*;

    fn read(text: &str) -> Vec<(String, String, bool)> {
        let people = parse(text.into()).unwrap();
        let plain = |(token, holder): (Token, TokenHolder)| {
            (holder.name.unwrap().to_string(), token.expose().to_owned(), holder.admin)
        };
        people.into_iter().map(plain).collect()
    }

    fn person(name: &str, token: &str, admin: bool) -> (String, String, bool) {
        (name.to_owned(), token.to_owned(), admin)
    }

    #[test]
    fn commas_or_blanks_separate_the_parts() {
        let text = "\u{feff}# the room\r\n\r\nann\ts3cret-ann  admin # leads\r\n  Zoë Q , YWxpY2UtMQ==\n#1, abc.def~g/+, admin\n\
                    C#Sharp tok-en-1\n";
        // A line that begins with `#` is a comment, whatever follows.
        let expected = [
            person("ann", "s3cret-ann", true),
            person("Zoë Q", "YWxpY2UtMQ==", false),
            person("C#Sharp", "tok-en-1", false),
        ];
        assert_eq!(read(text), expected);
    }

    fn unseen(character: char, place: usize) -> NameError {
        AuthorError::Character { character, place, why: UnfitChar::Invisible }.into()
    }

    #[test]
    fn token_error_names_the_line_and_never_its_content() {
        let long = "n".repeat(65);
        for (line, wrong) in [
            ("s3cret-token", LineError::Parts),
            ("Zoë Q s3cret-token admin", LineError::Parts),
            ("ann, s3cret-token, admin, more", LineError::Parts),
            (", s3cret-token", LineError::Name(AuthorError::Empty.into())),
            (&format!("{long} s3cret-token"), LineError::Name(AuthorError::TooLong(65).into())),
            ("a\u{202e}b s3cret-token", LineError::Name(unseen('\u{202e}', 2))),
            ("\u{3164} s3cret-token", LineError::Name(unseen('\u{3164}', 1))),
            (
                "your-name s3cret-token",
                ExamplePlaceholder::Name.refuse("your-name").map_err(LineError::Placeholder).unwrap_err(),
            ),
            (
                "ann YOUR-TOKEN",
                ExamplePlaceholder::Token.refuse("YOUR-TOKEN").map_err(LineError::Placeholder).unwrap_err(),
            ),
            ("ann s3cret\"token", LineError::Form(TokenError)),
            ("ann, s3cret token", LineError::Form(TokenError)),
            ("ann,", LineError::Form(TokenError)),
            ("ann s3cret7", LineError::Short),
            ("ann s3cret-token leader", LineError::Role),
            ("ann s3cret-token Admin", LineError::Role),
            ("ann, s3cret-token,", LineError::Role),
            ("bob s3cret-other", LineError::NameTwice(2)),
            ("ann s3cret-first", LineError::TokenTwice(2)),
        ] {
            let text = format!("# the room\nbob s3cret-first\n\n{line}\nmore lines behind");
            let error = parse(text.into_bytes()).unwrap_err();
            let said = error.to_string();
            assert!(
                matches!(&error, TokensError::Line { line: 4, wrong: told } if *told == wrong),
                "{line}: {error:?}"
            );
            assert!(said.starts_with("line 4: ") && !said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn file_without_people_is_refused() {
        for text in ["", "\n\n", "# ann s3cret-token\n", "   # x"] {
            assert!(matches!(parse(text.into()), Err(TokensError::Nobody)), "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn file_that_never_ends_is_refused() {
        let (bytes, _) = contents(Path::new("/dev/zero")).unwrap();
        assert!(matches!(parse(bytes), Err(TokensError::TooLong)));
    }
}
