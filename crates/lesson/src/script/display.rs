//! The steps of a lesson in words, for steps without a caption.

use std::fmt;

use contract::Author;
use precondition::policy::{Dates, Etags, Judging, Preconditions};

use super::{
    EditorAction, HoldPoint, PolicyChange, ScriptedCommand, StepKind, SwarmTask, TakenSide, TransitChange, Typing,
    writers_in_words,
};

/// Returns a number of minutes in words, such as '1 minute' or '5 minutes'.
#[must_use]
pub fn minutes_in_words(minutes: u32) -> String {
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}

/// Returns a number of requests in words, such as '1 request' or '4 requests'.
#[must_use]
pub fn requests_in_words(requests: usize) -> String {
    if requests == 1 { "1 request".to_owned() } else { format!("{requests} requests") }
}

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

impl fmt::Display for StepKind {
    /// Writes the step in a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say(text) => f.write_str(text),
            Self::Act { who, action } => match who.as_slice() {
                [one, rest @ ..] if !rest.is_empty() => write!(f, "{one} {action}, then {}", names(rest)),
                _ => write!(f, "{} {action}", names(who)),
            },
            Self::Send { who, request } => write!(f, "{who} sends {} {}", request.method, request.target),
            Self::Hold(stop) => f.write_str(match stop {
                HoldPoint::Nowhere => "The gate is open",
                HoldPoint::Writes => "From now on, writes wait at the gate",
                HoldPoint::All => "From now on, every request waits at the gate",
                HoldPoint::Judged => "From now on, a write that was judged waits before it is written",
            }),
            Self::Release { who, lost } => {
                let answers = match (lost, who.as_slice()) {
                    (false, _) => "",
                    (true, [_]) => "; the response is lost",
                    (true, _) => "; the responses are lost",
                };
                write!(f, "Release {}{answers}", names(who))
            }
            Self::Ask(question) => f.write_str(&question.text),
            Self::Policy(change) => write!(f, "The server's policy is now: {change}"),
            Self::Lose(1) => f.write_str("The response to the next successful write will be lost"),
            Self::Lose(count) => write!(f, "The responses to the next {count} successful writes will be lost"),
            Self::Clock(1000) => f.write_str("1 s passes"),
            Self::Clock(milliseconds) => write!(f, "{} pass", time(*milliseconds)),
            Self::Proxy(rewrite) => f.write_str(match rewrite {
                TransitChange::None => "The proxy forwards messages as they are",
                TransitChange::Weaken => "From now on, the proxy makes tags weak: W/ before each ETag in a response",
                TransitChange::DropEmpty => {
                    "From now on, the proxy does not forward the fields of a request whose value is empty"
                }
                TransitChange::Suffix => "From now on, the proxy appends -gzip to each ETag in a response",
            }),
            Self::Swarm(tasks) => f.write_str(&swarm(tasks)),
            Self::Level(_) => f.write_str("Your turn"),
        }
    }
}

impl fmt::Display for EditorAction {
    /// Writes the action as words that follow the person's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(id) => write!(f, "opens '{id}'"),
            Self::Type(Typing::Replace { old, new }) => {
                write!(f, "replaces '{}' with '{}'", one_line(old), one_line(new))
            }
            Self::Type(Typing::Append(text)) => write!(f, "adds '{}' at the end", one_line(text)),
            Self::Type(Typing::Whole(text)) => write!(f, "writes '{}'", one_line(text)),
            Self::Type(Typing::Title(text)) => write!(f, "sets the title to '{}'", one_line(text)),
            Self::Decide { change, take } => {
                let what = match take {
                    TakenSide::Mine => "takes their own text",
                    TakenSide::Theirs => "takes the other text",
                    TakenSide::MineTheirs => "takes both texts, their own first",
                    TakenSide::TheirsMine => "takes both texts, the other first",
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

/// Returns the runs of a step in words, such as '1 to 64 simulated writers (retry, no backoff)'.
fn swarm(tasks: &[SwarmTask]) -> String {
    let (Some(first), Some(last)) = (tasks.first(), tasks.last()) else { return String::new() };
    let who = match tasks.len() {
        1 => writers_in_words(first.writers).replacen(' ', " simulated ", 1),
        _ => format!("{} to {} simulated writers", first.writers, last.writers),
    };
    format!("{who} ({})", first.manner())
}

fn names(who: &[Author]) -> String {
    match who {
        [] => "all".to_owned(),
        [one] => one.to_string(),
        [most @ .., last] => {
            format!("{} and then {last}", most.iter().map(Author::as_str).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Returns a text on one line: a slash for each line end inside, none for the last.
fn one_line(text: &str) -> String {
    text.trim_end_matches('\n').replace('\n', " / ")
}

/// Returns a duration, such as `1 s`, `1.5 s` or `90 ms`.
fn time(milliseconds: u64) -> String {
    match (milliseconds / 1000, milliseconds % 1000) {
        (0, rest) => format!("{rest} ms"),
        (seconds, 0) => format!("{seconds} s"),
        (seconds, rest) => format!("{seconds}.{} s", format!("{rest:03}").trim_end_matches('0')),
    }
}
