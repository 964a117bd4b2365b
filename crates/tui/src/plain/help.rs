//! The help of plain mode: how it begins, and what can be said in which context.

use super::commands::{COMMANDS, CommandSpec};
use super::parse;
use crate::action::Context;
use crate::availability::{is_unavailable_here, why_unavailable};
use crate::file_messages;
use crate::state::{SessionKind, State};

/// Words that need an explanation.
const FILE_TERMS: [&str; 4] = [
    "base: the version that my text started from; a save names its ETag.",
    "stale: somebody has saved a newer version since.",
    "412: a save named a version that was replaced; nothing is written.",
    "428: a save named no version at all; nothing is written.",
];

/// How it begins.
pub(crate) fn greeting(state: &State) -> Vec<String> {
    match state.kind {
        SessionKind::Menu => {
            return vec![
                "ifmatch shows how updates get lost, and how HTTP stops that. Here are the lessons.".to_owned(),
            ];
        }
        // It begins with its own title.
        SessionKind::Lesson => return Vec::new(),
        SessionKind::Files => return file_messages::greeting(),
        _ => {}
    }
    let names: Vec<_> = state.people.panes.iter().map(|pane| pane.me.to_string()).collect();
    let who = if state.is_stage() {
        let other = names.last().cloned().unwrap_or_default();
        format!(
            "{} have an editor each, before a server at {}. {} has the word; 'as {other}' gives it to {other}.",
            names.join(" and "),
            state.server.address,
            names[0]
        )
    } else {
        format!("This is the editor of {}, before the server at {}.", names[0], state.server.address)
    };
    let lessons = state.is_stage().then(|| "'menu' tells the lessons.".to_owned());
    let first = "Say 'help' for what can be said, 'show' to hear the text, 'save' to save, 'quit' to leave.".to_owned();
    [Some(who), lessons, Some(first)].into_iter().flatten().collect()
}

/// Returns what can be said here, or what one word does.
pub(crate) fn lines(state: &State, about: Option<&str>) -> Vec<String> {
    let context = state.input_context();
    if let Some(about) = about {
        return match parse::find(about, context) {
            Some((word, _)) => vec![command_help(state, word, context)],
            None => vec![format!("'{about}' is no word here; 'help' says which there are.")],
        };
    }
    let here = COMMANDS.iter().filter(|word| word.applies_in(context));
    let here = here.filter(|word| !word.is_for_others(state));
    let mut lines = vec![format!("What can be said {}:", context.place_name())];
    lines.extend(here.map(|word| command_help(state, word, context)));
    lines.push("Words that may be new:".to_owned());
    if state.is_files() {
        lines.extend(file_messages::TERMS.map(|(term, words)| format!("{term}: {words}.")));
    } else {
        lines.extend(FILE_TERMS.map(str::to_owned));
    }
    lines
}

/// Returns a word, what it does, and why it is off if it is.
fn command_help(state: &State, word: &CommandSpec, context: Context) -> String {
    let off = match word.action() {
        _ if !word.applies_in(context) => Some("it means nothing here".to_owned()),
        Some(action) => why_unavailable(action, state),
        None => None,
    };
    let off = off.map_or_else(String::new, |why| format!(" Off now: {why}."));
    let of_files = word.action().and_then(|action| file_messages::help(action, context)).filter(|_| state.is_files());
    format!("{}: {}{off}", word.usage(), of_files.unwrap_or(word.help(context)))
}

impl CommandSpec {
    /// Whether it has no meaning in a session of this kind at all.
    fn is_for_others(&self, state: &State) -> bool {
        match self.said {
            "as" => !state.is_shared(),
            "again" | "lesson" => state.lesson.course.is_none(),
            "open" | "title" if state.is_files() => true,
            _ => self.action().is_some_and(|action| is_unavailable_here(action, state)),
        }
    }
}
