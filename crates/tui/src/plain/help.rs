//! The help of plain mode: the greeting, and the commands of each context.

use super::commands::{COMMANDS, CommandSpec};
use super::parse;
use crate::action::Context;
use crate::availability::{is_unavailable_here, why_unavailable};
use crate::content::menu;
use crate::file_messages;
use crate::state::{SessionKind, State};

/// Terms that need an explanation.
const FILE_TERMS: [&str; 4] = [
    "base: the version that my text started from; a save names its ETag.",
    "stale: another author has saved a newer version.",
    "412: a save named a version that was replaced; nothing is written.",
    "428: a save named no version at all; nothing is written.",
];

/// Returns the first lines of a session.
pub(crate) fn greeting(state: &State) -> Vec<String> {
    match state.kind {
        SessionKind::Menu => {
            return vec![menu::INTRODUCTION.to_owned(), "Here are the lessons.".to_owned()];
        }
        // A lesson begins with its own title.
        SessionKind::Lesson => return Vec::new(),
        SessionKind::Files => return file_messages::greeting(),
        _ => {}
    }
    let names: Vec<_> = state.people.panes.iter().map(|pane| pane.me.to_string()).collect();
    let who = if state.is_stage() {
        let other = names.last().cloned().unwrap_or_default();
        format!(
            "{} each have an editor, with one server at {}. Your lines go to {}'s editor; 'as {other}' sends them to {other}'s.",
            names.join(" and "),
            state.server.address,
            names[0]
        )
    } else {
        format!("This is the editor of {}, with the server at {}.", names[0], state.server.address)
    };
    let lessons = state.is_stage().then(|| "'menu' lists the lessons.".to_owned());
    let first = "Say 'help' for the commands, 'show' to hear the text, 'save' to save, 'quit' to leave.".to_owned();
    [Some(who), lessons, Some(first)].into_iter().flatten().collect()
}

/// Returns the commands that apply here, or the help for one command.
pub(crate) fn lines(state: &State, about: Option<&str>) -> Vec<String> {
    let context = state.input_context();
    if let Some(about) = about {
        return match parse::find(about, context) {
            Some((word, _)) => vec![command_help(state, word, context)],
            None => vec![format!("'{about}' is not a command; 'help' lists the commands.")],
        };
    }
    let here = COMMANDS.iter().filter(|word| word.applies_in(context));
    let here = here.filter(|word| !word.is_for_others(state));
    let mut lines = vec![format!("Commands {}:", context.place_name())];
    lines.extend(here.map(|word| command_help(state, word, context)));
    if state.is_predicting() {
        // The meaning of a status may be the answer.
        lines.push(format!("Terms that may be new: {}.", state.hidden_words()));
        return lines;
    }
    lines.push("Terms that may be new:".to_owned());
    if state.is_files() {
        lines.extend(file_messages::TERMS.map(|(term, words)| format!("{term}: {words}.")));
    } else {
        lines.extend(FILE_TERMS.map(str::to_owned));
    }
    lines
}

/// Returns a command with its help, and the reason if it is unavailable.
fn command_help(state: &State, word: &CommandSpec, context: Context) -> String {
    let off = match word.action() {
        _ if !word.applies_in(context) => Some("it does not apply here".to_owned()),
        Some(action) => why_unavailable(action, state),
        None => None,
    };
    let off = off.map_or_else(String::new, |why| format!(" Off now: {why}."));
    let of_files = word.action().and_then(|action| file_messages::help(action, context)).filter(|_| state.is_files());
    format!("{}: {}{off}", word.usage(), of_files.unwrap_or(word.help(context)))
}

impl CommandSpec {
    /// Returns whether the command never applies in this kind of session.
    fn is_for_others(&self, state: &State) -> bool {
        match self.said {
            "as" => !state.is_shared(),
            "again" | "lesson" => state.lesson.course.is_none(),
            "goal" | "hint" | "send" | "solution" => !state.is_in_level(),
            "open" | "title" | "parent" | "rename" | "move" | "remove" if state.is_files() => true,
            _ => self.action().is_some_and(|action| is_unavailable_here(action, state)),
        }
    }
}
