//! The lines that are printed after an event: the reply to a line, and the changes.

use super::changes;
use super::turn::is_under_way;
use crate::state::State;

/// Returns the reply and the changes since the last output, and marks them as printed.
pub(crate) fn next_lines(state: &mut State) -> Vec<String> {
    // A lesson that is replayed up to an earlier step was printed before.
    if state.is_silent() {
        return Vec::new();
    }
    let Some(plain) = &state.plain else { return Vec::new() };
    let (told, news) = changes::changes_since(state, &plain.told);
    let nothing_new = news.is_empty() && plain.reply.is_empty() && plain.reply_pending;
    let still = nothing_new && state.leaving.ended.is_none() && !is_under_way(state);
    let again = if still { changes::repeat_all(state) } else { Vec::new() };
    let Some(plain) = &mut state.plain else { return Vec::new() };
    plain.told = told;
    plain.reply_pending = false;
    let mut lines: Vec<_> = plain.echo.take().into_iter().chain(std::mem::take(&mut plain.reply)).collect();
    lines.extend(news);
    lines.extend(again);
    lines
}
