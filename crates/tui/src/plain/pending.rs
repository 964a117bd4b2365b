//! Questions, conflicts, choices and lists that wait for an answer, and what can be said to them.

use super::commands::{COMMANDS, LineVerb, Meaning};
use super::{lesson_commands, listing};
use crate::action::{Action, Context};
use crate::availability::why_unavailable;
use crate::drafts::{self, DraftChooser};
use crate::messages;
use crate::overlay::{DocumentChooser, Overlay, PolicyComparison};
use crate::state::State;
use crate::unsaved::{is_draft_pending, text_in_danger};

/// Returns what waits for an answer, in lines; no line if nothing does.
pub(crate) fn lines(state: &State) -> Vec<String> {
    lines_while(state, is_draft_pending(state))
}

/// Like [`lines`], but as if all drafts were on the disk: that a draft is written by now asks no question again.
pub(crate) fn settled(state: &State) -> Vec<String> {
    lines_while(state, false)
}

fn lines_while(state: &State, draft_pending: bool) -> Vec<String> {
    let context = state.input_context();
    let mut lines = match (state.overlays.last(), state.document()) {
        (Some(Overlay::Documents(documents)), _) => return document_lines(documents),
        (Some(Overlay::Versions(versions)), _) => return listing::versions(versions),
        (Some(Overlay::Version(one)), _) => listing::version(one),
        (Some(Overlay::Delete(etag)), Some(work)) => vec![messages::delete(work, etag)],
        (Some(Overlay::DiscardMine), Some(work)) => vec![messages::discard_mine(state, work)],
        // The question is answered: there is nothing to say to it any more.
        (Some(Overlay::Unsaved), _) if state.leaving.ended.is_some() => return Vec::new(),
        (Some(Overlay::Unsaved), _) if state.leaving.waits_for_drafts && text_in_danger(state).is_none() => {
            return draft_pending.then(|| messages::LEAVES_WHEN_KEPT.to_owned()).into_iter().collect();
        }
        (Some(Overlay::Unsaved), _) => vec![messages::unsaved_while(state, draft_pending)],
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

/// Returns what can be said to a question, with what it does if the word alone does not say it.
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
            let hint = if row.hint == word.said { String::new() } else { format!(" ({})", row.hint) };
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

/// The lesson under every policy.
fn policy_comparison_lines(takes: &PolicyComparison) -> Vec<String> {
    match &takes.table {
        None => Vec::new(),
        Some(Err(why)) => vec![format!("The takes cannot be played: {why}.")],
        Some(Ok(table)) => {
            let head =
                "The same order of events under every policy. What became of each write, by its step:".to_owned();
            let how = "Say 'take' and a policy to hear the lesson under it.".to_owned();
            std::iter::once(head).chain(table.to_spoken_lines()).chain([how]).collect()
        }
    }
}

/// The drafts to choose from, each with its number.
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
    let how = "Say 'draft' and a number to go on with one, 'look' and a number to hear it, 'discard' and a number to \
               delete it, or 'draft none' to start without: then all of them are offered again the next time.";
    std::iter::once(messages::drafts_of(state, chooser)).chain(told).chain([how.to_owned()]).collect()
}

/// The documents that there are, each with its number.
fn document_lines(documents: &DocumentChooser) -> Vec<String> {
    if let Some(why) = documents.trouble() {
        return vec![format!("The documents are not known: {why}. 'open NAME' opens one all the same.")];
    }
    let Some(entries) = documents.entries() else { return Vec::new() };
    let mut lines = vec![match entries.len() {
        0 => "There is no document yet.".to_owned(),
        1 => "There is 1 document.".to_owned(),
        count => format!("There are {count} documents."),
    }];
    lines.extend(entries.iter().enumerate().map(|(at, entry)| {
        format!("{}. {}, '{}', version {} by {}", at + 1, entry.id, entry.title, entry.etag, entry.author)
    }));
    lines.push("Say 'open' and a name or a number; a new name makes a new document.".to_owned());
    lines
}

/// Returns what the coach of the stage says; `None` elsewhere, or while something waits for an answer.
pub(crate) fn advice(state: &State) -> Option<String> {
    let calm = state.overlays.is_empty() && state.input_context() == Context::Text;
    (state.is_stage() && calm).then(|| format!("Next: {}.", crate::coach::advice(state).trim_end_matches('.')))
}
