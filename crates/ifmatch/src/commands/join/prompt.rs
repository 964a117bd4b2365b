//! Questions on the terminal, before the editor opens.

use std::io::{self, IsTerminal as _, Write as _};

use contract::{Author, Token};
use tokio::task::spawn_blocking;

use super::error::JoinCommandError;
use crate::output::stderr::print_line;

/// How often a person is asked for the same thing.
const MAX_ASKED: usize = 3;

/// The option of a script, which cannot be asked for a name.
const INSTEAD_OF_NAME: &str = "--as NAME";

/// Checks that a name can be asked for.
///
/// # Errors
///
/// There is no terminal to ask on.
pub(super) fn check_can_ask_for_name() -> Result<(), JoinCommandError> {
    check_can_ask(INSTEAD_OF_NAME)
}

/// Asks for a name. An empty answer is the name that is `offered`, if any.
///
/// # Errors
///
/// There is no terminal to ask on, or no answer.
pub(super) async fn ask_for_name(offered: Option<&Author>) -> Result<Author, JoinCommandError> {
    let question = match offered {
        Some(name) => format!("Your name [{name}]: "),
        None => "Your name: ".to_owned(),
    };
    for _ in 0..MAX_ASKED {
        let answer = ask(question.clone(), INSTEAD_OF_NAME).await?;
        match (answer.trim(), offered) {
            ("", Some(name)) => return Ok(name.clone()),
            (typed, _) => match typed.parse() {
                Ok(name) => return Ok(name),
                Err(error) => print_line(format_args!("That cannot be your name here: {error}.")),
            },
        }
    }
    Err(JoinCommandError::NoAnswer)
}

/// Asks for the code of the room.
///
/// # Errors
///
/// There is no terminal to ask on, or no answer.
pub(super) async fn ask_for_code() -> Result<Token, JoinCommandError> {
    for _ in 0..MAX_ASKED {
        let answer = ask("The room's code: ".to_owned(), "IFMATCH_TOKEN=CODE").await?;
        match code_of(&answer).parse() {
            Ok(code) => return Ok(code),
            Err(error) => print_line(format_args!("That is no code: {error}.")),
        }
    }
    Err(JoinCommandError::NoAnswer)
}

/// Returns the code that a person means.
///
/// A code that was read out may be typed with blanks between its words.
fn code_of(answer: &str) -> String {
    answer.split_whitespace().collect::<Vec<_>>().join("-")
}

fn check_can_ask(instead: &'static str) -> Result<(), JoinCommandError> {
    if io::stdin().is_terminal() { Ok(()) } else { Err(JoinCommandError::NotAsked { instead }) }
}

/// Asks on standard error, and returns the line that is typed.
///
/// `instead` is what a script passes, which cannot be asked.
async fn ask(question: String, instead: &'static str) -> Result<String, JoinCommandError> {
    check_can_ask(instead)?;
    let typed = spawn_blocking(move || {
        let mut shown = io::stderr();
        shown.write_all(question.as_bytes())?;
        shown.flush()?;
        let mut line = String::new();
        // The terminal hands out one line at a time, so nothing that is typed ahead is taken from the editor.
        io::stdin().read_line(&mut line).map(|read| (read > 0).then_some(line))
    });
    match typed.await {
        Ok(Ok(Some(line))) => Ok(line),
        Ok(Ok(None)) => Err(JoinCommandError::NoAnswer),
        Ok(Err(error)) => Err(JoinCommandError::Prompt(error)),
        Err(error) => Err(JoinCommandError::Prompt(io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_may_be_typed_with_blanks() {
        assert_eq!(code_of(" kudop lirat  bomak\n"), "kudop-lirat-bomak");
        assert_eq!(code_of("kudop-lirat-bomak\r\n"), "kudop-lirat-bomak");
        assert_eq!(code_of("\n"), "");
    }
}
