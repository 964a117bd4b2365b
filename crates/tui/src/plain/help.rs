//! What plain mode says of itself: how it begins, and what can be said where.

use super::parse;
use super::words::{WORDS, Word};
use crate::action::Context;
use crate::availability::{only_on_the_stage, why_off};
use crate::state::{Kind, State};

/// The words in what is said that nobody is born with.
const TERMS: [&str; 4] = [
    "base: the version that my text started from; a save names its ETag.",
    "stale: somebody has saved a newer version since.",
    "412: a save named a version that was replaced; nothing is written.",
    "428: a save named no version at all; nothing is written.",
];

/// How it begins.
pub(super) fn greeting(state: &State) -> Vec<String> {
    match state.kind {
        Kind::Menu => {
            return vec![
                "ifmatch shows how updates get lost, and how HTTP stops that. Here are the lessons.".to_owned(),
            ];
        }
        // It begins with its own title.
        Kind::Lesson => return Vec::new(),
        _ => {}
    }
    let names: Vec<_> = state.panes.iter().map(|pane| pane.me.to_string()).collect();
    let who = if state.is_stage() {
        let other = names.last().cloned().unwrap_or_default();
        format!(
            "{} have an editor each, before a server at {}. {} has the word; 'as {other}' gives it to {other}.",
            names.join(" and "),
            state.server,
            names[0]
        )
    } else {
        format!("This is the editor of {}, before the server at {}.", names[0], state.server)
    };
    let lessons = state.is_stage().then(|| "'menu' tells the lessons.".to_owned());
    let first = "Say 'help' for what can be said, 'show' to hear the text, 'save' to save, 'quit' to leave.".to_owned();
    [Some(who), lessons, Some(first)].into_iter().flatten().collect()
}

/// What can be said here, or what one word does.
pub(super) fn lines(state: &State, about: Option<&str>) -> Vec<String> {
    let context = state.heard_in();
    if let Some(about) = about {
        return match parse::find(about, context) {
            Some((word, _)) => vec![told(state, word, context)],
            None => vec![format!("'{about}' is no word here; 'help' says which there are.")],
        };
    }
    let here = WORDS.iter().filter(|word| word.applies_in(context));
    let here = here.filter(|word| state.is_shared() || !word.is_for_the_stage());
    let mut lines = vec![format!("What can be said {}:", context.name())];
    lines.extend(here.map(|word| told(state, word, context)));
    lines.push("Words that may be new:".to_owned());
    lines.extend(TERMS.map(str::to_owned));
    lines
}

/// A word, what it does, and why it is off where it is.
fn told(state: &State, word: &Word, context: Context) -> String {
    let off = match word.action() {
        _ if !word.applies_in(context) => Some("it means nothing here".to_owned()),
        Some(action) => why_off(action, state),
        None => None,
    };
    let off = off.map_or_else(String::new, |why| format!(" Off now: {why}."));
    format!("{}: {}{off}", word.usage(), word.help(context))
}

impl Word {
    /// Whether it has a meaning where people sit side by side, and nowhere else.
    fn is_for_the_stage(&self) -> bool {
        self.said == "as" || self.action().is_some_and(only_on_the_stage)
    }
}
