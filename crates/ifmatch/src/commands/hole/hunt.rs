//! The guesses of a learner, and the answers to them. Pure.

use holes::{Hole, SUSPECTS, ServerLetter, Suspect};

/// The width of an answer, in columns.
const TEXT_WIDTH: usize = 78;

/// The column in which the parts of an answer begin.
const PART_COLUMN: usize = 17;

/// The column in which the suspects begin, behind their numbers.
const SUSPECT_COLUMN: usize = 5;

/// A search for the mistakes of one or several servers.
#[derive(Debug)]
pub(super) struct Hunt {
    servers: Vec<HuntedServer>,
}

#[derive(Debug)]
struct HuntedServer {
    letter: ServerLetter,
    hole: Hole,
    is_found: bool,
}

/// The answer to a line that a learner typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HuntReply {
    /// The answer: whole lines.
    pub(super) text: String,
    /// The server whose mistake was found, if the guess was right.
    pub(super) found: Option<ServerLetter>,
}

/// A guess: a server, and the number of a suspect, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Guess {
    letter: ServerLetter,
    number: usize,
}

impl Hunt {
    /// Begins a search in these servers, each with its mistake.
    pub(super) fn new(servers: impl IntoIterator<Item = (ServerLetter, Hole)>) -> Self {
        let hunted = |(letter, hole)| HuntedServer { letter, hole, is_found: false };
        Self { servers: servers.into_iter().map(hunted).collect() }
    }

    /// Answers a line. `None` if it is empty.
    pub(super) fn reply(&mut self, line: &str) -> Option<HuntReply> {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        let only_text = |text| Some(HuntReply { text, found: None });
        if line == "?" {
            return only_text(suspects_list());
        }
        let guessed = self.only_letter();
        let Some(guess) = Guess::of_line(line, guessed) else {
            return only_text(format!(
                "A guess is a server and the number of a suspect, such as '{} 4'. '?' lists the suspects.\n",
                guessed.unwrap_or(ServerLetter::B).as_char().to_ascii_lowercase()
            ));
        };
        let letter = guess.letter.as_char();
        let Some(server) = self.servers.iter_mut().find(|server| server.letter == guess.letter) else {
            return only_text(format!("Server {letter} is not running here.\n"));
        };
        let Some(suspect) = Suspect::numbered(guess.number) else {
            return only_text(format!("There is no suspect with that number; they are 1 to {}.\n", SUSPECTS.len()));
        };
        let is_right = suspect.hole == Some(server.hole);
        let mut text = answer(server.letter, suspect, is_right);
        if is_right {
            server.is_found = true;
            text.push_str(&self.next_after(guess.letter));
        }
        Some(HuntReply { text, found: is_right.then_some(guess.letter) })
    }

    /// Returns the server if there is only one: then a guess need not name it.
    fn only_letter(&self) -> Option<ServerLetter> {
        if let [server] = &self.servers[..] { Some(server.letter) } else { None }
    }

    /// Returns what to do after the mistake of a server was found.
    fn next_after(&self, found: ServerLetter) -> String {
        let letter = found.as_char();
        let mended = format!("Server {letter} is mended now: probe it again, and nothing is wrong any more.\n");
        let hidden: Vec<_> = self.servers.iter().filter(|server| !server.is_found).collect();
        match &hidden[..] {
            [] if self.servers.len() == 1 => mended,
            [] => format!("{mended}That was the last one. Ctrl-C ends the servers.\n"),
            [last] => format!("{mended}One is left: server {}.\n", last.letter.as_char()),
            several => format!("{mended}{} are left.\n", several.len()),
        }
    }
}

impl Guess {
    /// Reads a guess such as `b 3` or `B3`; with a default for the server, such as `3`, too.
    fn of_line(line: &str, default: Option<ServerLetter>) -> Option<Self> {
        let first = line.chars().next()?;
        let (letter, number) = match ServerLetter::of_char(first) {
            Some(letter) => (letter, &line[first.len_utf8()..]),
            None => (default?, line),
        };
        Some(Self { letter, number: number.trim().parse().ok()? })
    }
}

/// Returns the answer to a guess: whether it is right, and why or what would have been seen.
pub(super) fn answer(letter: ServerLetter, suspect: &Suspect, is_right: bool) -> String {
    let (letter, Suspect { says, clause, .. }) = (letter.as_char(), suspect);
    let verdict = if is_right {
        format!("Right. Server {letter} {says} ({clause}).")
    } else {
        format!("No. It is not true that server {letter} {says} ({clause}).")
    };
    let mut text = String::new();
    write_wrapped(&mut text, "", 0, &verdict);
    let mut write_part = |label: &str, says: &str| write_wrapped(&mut text, &format!("  {label}"), PART_COLUMN, says);
    write_part(if is_right { "it shows" } else { "you would see" }, suspect.shows);
    write_part("in a probe", &suspect.in_report());
    if is_right {
        write_part("the mend", suspect.mend);
    }
    text
}

/// Returns the list of suspects, each with its number.
pub(super) fn suspects_list() -> String {
    let mut text = String::new();
    for (number, suspect) in (1..).zip(&SUSPECTS) {
        write_wrapped(&mut text, &format!("  {number}"), SUSPECT_COLUMN, suspect.says);
    }
    text
}

/// Writes a text in lines that are not too long, from this column on.
///
/// The first line has a label before it.
fn write_wrapped(text: &mut String, label: &str, column: usize, says: &str) {
    let mut line = format!("{label:<column$}");
    let mut columns = column;
    for word in says.split(' ') {
        let length = word.chars().count();
        if columns + length > TEXT_WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(column);
            columns = column;
        }
        line.push_str(word);
        line.push(' ');
        columns += length + 1;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunt() -> Hunt {
        Hunt::new(ServerLetter::ALL.into_iter().zip([Hole::EmptyIfMatch, Hole::WholeSeconds, Hole::CompareThenWrite]))
    }

    fn said(hunt: &mut Hunt, line: &str) -> String {
        hunt.reply(line).unwrap().text
    }

    #[test]
    fn right_guess_has_the_clause_and_the_mend() {
        let reply = hunt().reply("a 2").unwrap();
        assert_eq!(reply.found, Some(ServerLetter::A));
        for part in ["Right. Server A accepts an empty If-Match", "9110 13.1.1", "412", "✗ empty-field", "the mend"] {
            assert!(reply.text.contains(part), "{part}: {}", reply.text);
        }
        assert!(
            reply
                .text
                .ends_with("Server A is mended now: probe it again, and nothing is wrong any more.\n2 are left.\n")
        );
    }

    #[test]
    fn wrong_guess_says_what_would_have_been_seen_and_not_the_mistake() {
        let reply = hunt().reply("b 4").unwrap();
        assert_eq!(reply.found, None);
        for part in ["No. It is not true that server B compares weak tags", "you would see", "✗ weak-tag"] {
            assert!(reply.text.contains(part), "{part}: {}", reply.text);
        }
        assert!(!reply.text.contains("second") && !reply.text.contains("mend"), "{}", reply.text);
    }

    #[test]
    fn each_server_has_one_right_guess() {
        for letter in ["a", "B", "c"] {
            let right = (1..=SUSPECTS.len())
                .filter(|number| hunt().reply(&format!("{letter}{number}")).unwrap().found.is_some());
            assert_eq!(right.count(), 1, "{letter}");
        }
    }

    #[test]
    fn search_counts_what_is_left() {
        let mut hunt = hunt();
        assert!(said(&mut hunt, "b 3").ends_with("2 are left.\n"));
        assert!(said(&mut hunt, "C5").ends_with("One is left: server A.\n"));
        assert!(said(&mut hunt, "b 3").ends_with("One is left: server A.\n"), "a second right guess counts once");
        assert!(said(&mut hunt, "a 2").ends_with("That was the last one. Ctrl-C ends the servers.\n"));
    }

    #[test]
    fn other_lines_explain_themselves() {
        let mut all = hunt();
        assert_eq!(all.reply("  "), None);
        assert_eq!(said(&mut all, "?"), suspects_list());
        assert!(said(&mut all, "3").contains("such as 'b 4'"));
        assert!(said(&mut all, "\u{1b}[2J").contains("such as 'b 4'"));
        assert!(said(&mut all, "b 99").contains("1 to 7"));
        let mut one = Hunt::new([(ServerLetter::C, Hole::CompareThenWrite)]);
        assert!(said(&mut one, "what").contains("such as 'c 4'"));
        assert!(said(&mut one, "a 1").contains("not running here"));
        assert!(said(&mut one, "5").starts_with("Right. Server C"), "with one server, the number is enough");
    }

    #[test]
    fn texts_fit_into_80_columns() {
        let answers =
            SUSPECTS.iter().flat_map(|suspect| [true, false].map(|right| answer(ServerLetter::A, suspect, right)));
        for text in answers.chain([suspects_list()]) {
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        }
    }
}
