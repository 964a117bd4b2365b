//! The steps of a lesson in words, for captions that nobody has written.

use std::fmt;

use contract::Author;
use precondition::policy::{Dates, Etags, Judging, Preconditions};

use super::{EditorAction, HoldPoint, PolicyChange, ScriptedCommand, StepKind, TakenSide, Typing};

impl fmt::Display for PolicyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = [
            ("preconditions", self.preconditions.map(Preconditions::as_str)),
            ("etags", self.etags.map(Etags::as_str)),
            ("judging", self.judging.map(Judging::as_str)),
            ("dates", self.dates.map(Dates::as_str)),
        ];
        let named = members.iter().filter_map(|(name, word)| word.map(|word| format!("{name} = {word}")));
        f.write_str(&named.collect::<Vec<_>>().join(", "))
    }
}

/// The step in a line.
impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say(text) => f.write_str(text),
            Self::Act { who, deed } => match who.as_slice() {
                [one, rest @ ..] if !rest.is_empty() => write!(f, "{one} {deed}, then {}", names(rest)),
                _ => write!(f, "{} {deed}", names(who)),
            },
            Self::Send { who, request } => write!(f, "{who} sends {} {}", request.method, request.target),
            Self::Hold(stop) => f.write_str(match stop {
                HoldPoint::Nowhere => "The gate is open",
                HoldPoint::Writes => "From now on, writes wait at the gate",
                HoldPoint::All => "From now on, every request waits at the gate",
                HoldPoint::Judged => "From now on, a write that was judged waits before it is written",
            }),
            Self::Release { who, lost } => {
                let whose = if who.is_empty() { "All that wait".to_owned() } else { names(who) };
                write!(f, "{whose} may go on{}", if *lost { "; the answer is lost on its way" } else { "" })
            }
            Self::Ask(question) => f.write_str(&question.text),
            Self::Expect { who, .. } => write!(f, "What came back to {who}"),
            Self::Document { id, .. } => write!(f, "What the document '{id}' is now"),
            Self::Editor { who, .. } => write!(f, "How {who}'s editor stands"),
            Self::Policy(change) => write!(f, "The server's policy is now: {change}"),
            Self::Lose(1) => f.write_str("The next answer to a write that succeeds is lost"),
            Self::Lose(count) => write!(f, "The next {count} answers to writes that succeed are lost"),
            Self::Clock(milliseconds) => write!(f, "The clock goes on by {}", time(*milliseconds)),
        }
    }
}

/// What somebody does, to be put behind the name.
impl fmt::Display for EditorAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(id) => write!(f, "opens '{id}'"),
            Self::Type(Typing::Replace { old, new }) => {
                write!(f, "writes '{}' in place of '{}'", one_line(new), one_line(old))
            }
            Self::Type(Typing::Append(text)) => write!(f, "adds '{}' at the end", one_line(text)),
            Self::Type(Typing::Whole(text)) => write!(f, "writes '{}'", one_line(text)),
            Self::Type(Typing::Title(text)) => write!(f, "gives it the title '{}'", one_line(text)),
            Self::Decide { change, take } => {
                let what = match take {
                    TakenSide::Mine => "takes the own text",
                    TakenSide::Theirs => "takes the other's text",
                    TakenSide::MineTheirs => "takes both, the own text first",
                    TakenSide::TheirsMine => "takes both, the other's first",
                    TakenSide::Base => "takes neither",
                    TakenSide::Text(_) => "writes the result by hand",
                };
                match change {
                    Some(number) => write!(f, "{what} in change {number}"),
                    None => write!(f, "{what} in every conflict"),
                }
            }
            Self::Press(verb) => {
                let words =
                    ScriptedCommand::ALL.iter().find(|(one, _, _)| one == verb).map_or("", |(_, _, words)| words);
                f.write_str(words)
            }
        }
    }
}

fn names(who: &[Author]) -> String {
    match who {
        [] => "everybody".to_owned(),
        [one] => one.to_string(),
        [most @ .., last] => {
            format!("{} and then {last}", most.iter().map(Author::as_str).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text as it stands in a sentence: without line ends at its rim, and those inside as signs.
fn one_line(text: &str) -> String {
    text.trim_end_matches('\n').replace('\n', " / ")
}

/// `1 s`, `1.5 s`, `90 ms`.
fn time(milliseconds: u64) -> String {
    match (milliseconds / 1000, milliseconds % 1000) {
        (0, rest) => format!("{rest} ms"),
        (seconds, 0) => format!("{seconds} s"),
        (seconds, rest) => format!("{seconds}.{} s", format!("{rest:03}").trim_end_matches('0')),
    }
}
