//! The server's policy in words, with a sign that says whether it is safe.

use precondition::policy::Preconditions;
use ratatui::text::Span;
use terminal::theme::Role;

use crate::state::State;

/// Returns the precondition policy with a sign that says whether it is safe, and the other mistakes.
pub(crate) fn spans(state: &State, labelled: bool) -> Vec<Span<'static>> {
    let Some(policy) = state.server.policy else {
        return vec![Span::styled("policy unknown", state.theme.style(Role::Dim))];
    };
    let role = match policy.preconditions {
        Preconditions::Required => Role::Good,
        Preconditions::Optional => Role::Warning,
        Preconditions::Ignored => Role::Bad,
    };
    let mut spans = vec![
        Span::raw(if labelled { "policy " } else { "" }),
        Span::styled(format!("{} {}", state.theme.sign(role), policy.preconditions.as_str()), state.theme.style(role)),
    ];
    // The mistake about preconditions is named above.
    for (kind, mistake) in policy.mistakes().filter(|(kind, _)| *kind != "preconditions") {
        let style = state.theme.style(Role::Bad);
        spans.push(Span::styled(format!(" {} {kind}={mistake}", state.theme.glyphs.bad), style));
    }
    spans
}
