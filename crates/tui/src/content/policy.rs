//! The server's policy in words, with a sign that says whether it is safe.

use lesson::script::HiddenArea;
use precondition::Policy;
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use ratatui::text::Span;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::state::State;

/// Returns the precondition policy with a sign that says whether it is safe, and the other mistakes.
///
/// A proxy has no policy: its server is named in this place.
pub(crate) fn spans(state: &State, labelled: bool) -> Vec<Span<'static>> {
    if let Some(to) = state.room.forwards_to() {
        let words = format!("{} {}", state.theme.glyphs.arrow, sanitize(to));
        return vec![Span::styled(words, state.theme.style(Role::Dim))];
    }
    if state.hides(HiddenArea::ServerPolicy) {
        return vec![secret(state)];
    }
    let label = labelled && state.server.policy.is_some();
    let label = label.then(|| Span::raw("policy "));
    label.into_iter().chain(preconditions(state)).chain(mistakes(state)).collect()
}

/// Returns the policy in the first form that fits.
///
/// The forms are: labelled, without the label, and only the mistakes, if there are any. Returns nothing if not even the
/// last one fits.
pub(crate) fn fitting(state: &State, labelled: bool, room: usize) -> Vec<Span<'static>> {
    if state.hides(HiddenArea::ServerPolicy) {
        return Some(secret(state)).filter(|secret| secret.width() <= room).into_iter().collect();
    }
    let wrong: Vec<_> = match mistakes(state).collect::<Vec<_>>() {
        mistakes if mistakes.is_empty() => preconditions(state).collect(),
        mistakes => mistakes,
    };
    let fits = |spans: &Vec<Span<'static>>| spans.iter().map(Span::width).sum::<usize>() <= room;
    let forms = [spans(state, labelled), spans(state, false), wrong];
    forms.into_iter().find(fits).unwrap_or_default()
}

/// Returns the words in place of a policy that the learner has to find out.
fn secret(state: &State) -> Span<'static> {
    Span::styled("policy: find it out", state.theme.style(Role::Dim))
}

/// Returns the precondition policy, with its sign.
fn preconditions(state: &State) -> impl Iterator<Item = Span<'static>> {
    let Some(policy) = state.server.policy else {
        return std::iter::once(Span::styled("policy unknown".to_owned(), state.theme.style(Role::Dim)));
    };
    let role = match policy.preconditions {
        Preconditions::Required => Role::Good,
        Preconditions::Optional => Role::Warning,
        Preconditions::Ignored => Role::Bad,
    };
    let words = format!("{} {}", state.theme.sign(role), policy.preconditions.as_str());
    std::iter::once(Span::styled(words, state.theme.style(role)))
}

/// Returns the mistakes that the server makes on purpose, except for the one about preconditions.
fn mistakes(state: &State) -> impl Iterator<Item = Span<'static>> {
    let style = state.theme.style(Role::Bad);
    let words = state.server.policy.map(mistake_words).unwrap_or_default();
    words.into_iter().map(move |words| Span::styled(format!(" {} {words}", state.theme.glyphs.bad), style))
}

/// Returns each deliberate mistake of a policy in plain words.
fn mistake_words(policy: Policy) -> Vec<&'static str> {
    let etags = match policy.etags {
        Etags::Version => None,
        Etags::Content => Some("same text, same tag"),
        Etags::Seconds => Some("one tag per second"),
    };
    let judging = match policy.judging {
        Judging::Atomic => None,
        Judging::CheckThenAct => Some("checks first, writes later"),
    };
    let dates = match policy.dates {
        Dates::StrongOnly => None,
        Dates::Trusted => Some("trusts every date"),
    };
    [etags, judging, dates].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_has_words_of_its_own() {
        let all = [
            Policy { etags: Etags::Content, ..Policy::default() },
            Policy { etags: Etags::Seconds, ..Policy::default() },
            Policy { judging: Judging::CheckThenAct, ..Policy::default() },
            Policy { dates: Dates::Trusted, ..Policy::default() },
        ];
        let words: std::collections::BTreeSet<_> = all.into_iter().flat_map(mistake_words).collect();
        assert_eq!(words.len(), all.len());
        // The title bar of 80 columns has the lesson's title and its step, too.
        assert!(words.iter().all(|words| words.len() <= 28), "{words:?}");
        for policy in all {
            assert_eq!(policy.mistakes().count(), mistake_words(policy).len());
        }
        assert!(mistake_words(Policy::default()).is_empty());
    }
}
