//! Questions, conflicts, choices and lists that wait for an answer, and the commands that answer them.

use contract::DocumentEntry;
use lesson::script::HiddenArea;

use super::commands::{COMMANDS, LineVerb, Meaning};
use super::{lesson_commands, listing};
use crate::action::{Action, Context};
use crate::availability::why_unavailable;
use crate::content::documents::{open_here, words_here};
use crate::documents::DocumentChooser;
use crate::drafts::{self, DraftChooser};
use crate::entry_messages;
use crate::leaving_messages;
use crate::list_ages::age;
use crate::messages;
use crate::overlay::{Overlay, PolicyComparison};
use crate::state::State;
use crate::unsaved::{is_draft_pending, text_in_danger};

/// Returns the lines about what waits for an answer, or none if nothing does.
pub(crate) fn lines(state: &State) -> Vec<String> {
    lines_while(state, is_draft_pending(state))
}

/// Like [`lines`], but as if all drafts were on the disk.
///
/// So a question is not printed again only because a draft was written meanwhile.
pub(crate) fn settled(state: &State) -> Vec<String> {
    lines_while(state, false)
}

fn lines_while(state: &State, draft_pending: bool) -> Vec<String> {
    let context = state.input_context();
    let mut lines = match (state.overlays.last(), state.document()) {
        (Some(Overlay::Documents(documents)), _) => return document_lines(state, documents),
        (Some(Overlay::Versions(versions)), _) => return listing::versions(versions),
        (Some(Overlay::Version(one)), _) => listing::version(one),
        (Some(Overlay::Delete(etag)), Some(work)) => vec![messages::delete(work, etag)],
        (Some(Overlay::DeleteEntry(entry)), _) => {
            let is_unsaved_here = open_here(state, &entry.id).is_some_and(|work| work.editor.has_unsaved());
            vec![entry_messages::delete(entry, is_unsaved_here)]
        }
        (Some(Overlay::ShowAhead), _) => vec![messages::SHOW_AHEAD.to_owned()],
        (Some(Overlay::DiscardMine), Some(work)) => vec![messages::discard_mine(state, work)],
        // The question was answered.
        (Some(Overlay::Unsaved), _) if state.leaving.ended.is_some() => return Vec::new(),
        (Some(Overlay::Unsaved), _) if state.leaving.waits_for_drafts && text_in_danger(state).is_none() => {
            return draft_pending.then(|| leaving_messages::LEAVES_WHEN_KEPT.to_owned()).into_iter().collect();
        }
        (Some(Overlay::Unsaved), _) => vec![leaving_messages::unsaved_while(state, draft_pending)],
        (Some(Overlay::Drafts(chooser)), _) => return draft_lines(state, chooser),
        (Some(Overlay::DiscardDraft(found)), _) => vec![messages::discard_draft(state, found)],
        (Some(Overlay::Overwrite(confirm)), _) if confirm.lines.is_empty() => {
            vec![messages::overwrite(state), "nothing".to_owned()]
        }
        (Some(Overlay::Overwrite(confirm)), _) => {
            std::iter::once(messages::overwrite(state)).chain(confirm.lines.clone()).collect()
        }
        (Some(Overlay::PolicyComparison(takes)), _) => return policy_comparison_lines(takes),
        (None, _) if context == Context::Menu => return lesson_commands::menu(state),
        (None, _) if context == Context::Quiz => return lesson_commands::pending_lines(state),
        (None, Some(work)) => match context {
            Context::Required | Context::Deleted if state.hides(HiddenArea::Panel) => {
                return vec![hidden(state)];
            }
            _ if work.editor.document_merge().is_some() && state.hides_any(&HiddenArea::MERGE) => {
                return vec![hidden(state)];
            }
            Context::Required => vec![messages::required(state, work)],
            Context::Deleted => vec![messages::deleted(work)],
            Context::Merge => return state.with_spoken_merge(|aloud| aloud.current_lines()).unwrap_or_default(),
            Context::Ended if work.shown_conflict().is_some() => {
                return vec![format!("{}.", messages::merge_has_ended(state))];
            }
            Context::Ended => return vec![format!("{}.", messages::view_has_ended(state))],
            Context::Text if work.editor.document_merge().is_some() => {
                return vec![format!("{}.", messages::merge_line(state, work, usize::MAX))];
            }
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    if !lines.is_empty() {
        lines.push(available_commands(state, context));
    }
    lines
}

/// Returns that the lesson's question hides something.
fn hidden(state: &State) -> String {
    format!("What waits for a decision: {}.", state.hidden_words())
}

/// Returns the commands that answer a question, with a hint if a command does not explain itself.
fn available_commands(state: &State, context: Context) -> String {
    let asked = COMMANDS.iter().filter_map(|word| match word.means {
        Meaning::Act(action, _) if context == Context::Unsaved && why_unavailable(action, state).is_some() => None,
        Meaning::Own(LineVerb::KeepAs, ..)
            if context == Context::Unsaved && why_unavailable(Action::KeepAs, state).is_none() =>
        {
            Some(format!("'{}' and a path", word.said))
        }
        Meaning::Act(action, only) if only.contains(&context) => {
            let row = super::commands::binding_for(action, context)?;
            let hint = leaving_messages::hint(state, row, context);
            let hint = if hint == word.said { String::new() } else { format!(" ({hint})") };
            Some(format!("'{}'{hint}", word.said))
        }
        _ => None,
    });
    let asked: Vec<_> = asked.collect();
    match asked.split_last() {
        Some((last, [])) => format!("Say {last}."),
        Some((last, others)) => format!("Say {} or {last}.", others.join(", ")),
        None => String::new(),
    }
}

/// Returns the lesson under every policy.
fn policy_comparison_lines(takes: &PolicyComparison) -> Vec<String> {
    match &takes.table {
        None => Vec::new(),
        Some(Err(why)) => vec![format!("The lesson cannot be played under every policy: {why}.")],
        Some(Ok(table)) => {
            let head =
                "The same order of events under every policy. The outcome of each write, by its step:".to_owned();
            let how = "Say 'take' and a policy to hear the lesson under it.".to_owned();
            std::iter::once(head).chain(table.to_spoken_lines()).chain([how]).collect()
        }
    }
}

/// Returns the drafts to choose from, each with its number.
fn draft_lines(state: &State, chooser: &DraftChooser) -> Vec<String> {
    let Some(offered) = chooser.offered() else { return Vec::new() };
    let told = (1..).zip(offered).map(|(number, found)| {
        let first = drafts::first_words(&found.draft, state.disk.my_file.as_ref());
        format!(
            "{number}. {}, '{first}': {}.",
            drafts::age(found.age),
            drafts::details(found, state.is_files()).join(", ")
        )
    });
    let how = "Say 'draft' and a number to continue a draft, 'look' and a number to hear it, 'discard' and a number to \
               delete it, or 'draft none' to start without one: then all drafts are offered again the next time.";
    std::iter::once(messages::drafts_of(state, chooser)).chain(told).chain([how.to_owned()]).collect()
}

/// Returns the documents, each with its number.
fn document_lines(state: &State, documents: &DocumentChooser) -> Vec<String> {
    if let Some(why) = documents.trouble() {
        return vec![format!("The documents could not be listed: {why}. 'open NAME' opens a document all the same.")];
    }
    let Some(entries) = documents.entries() else { return Vec::new() };
    let mut lines = vec![match entries.len() {
        0 => "There is no document yet.".to_owned(),
        1 => "There is 1 document.".to_owned(),
        count => format!("There are {count} documents."),
    }];
    lines.extend((1..).zip(entries).map(|(number, entry)| {
        let DocumentEntry { id, title, etag, author, .. } = entry;
        let age = age(entry.updated_at, state.list_time(documents));
        let parent = entry.parent.as_ref().map_or_else(String::new, |parent| format!(", parent {parent}"));
        let here = words_here(state, documents, id).map_or_else(String::new, |(words, _)| format!(", {words} here"));
        format!("{number}. {id}, '{title}', version {etag} by {author}, {age}{parent}{here}")
    }));
    lines.extend(
        (entries.len() + 1..)
            .zip(documents.here())
            .map(|(number, here)| format!("{number}. {}, '{}', {}.", here.id, here.title, here.reason.sentence())),
    );
    lines.push(
        "Say 'open' and a name or a number; a new name creates a document. 'rename', 'move' and 'remove' change a \
         document of this list."
            .to_owned(),
    );
    lines
}

/// Returns the coach's advice, or `None` off the stage and while something waits for an answer.
pub(crate) fn advice(state: &State) -> Option<String> {
    let calm = state.overlays.is_empty() && state.input_context() == Context::Text;
    (state.is_stage() && calm).then(|| format!("Next: {}.", crate::coach::advice(state).trim_end_matches('.')))
}
