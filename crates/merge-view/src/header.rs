//! Draws the head of the merge view: the selected conflict, how many are open, and what the keys do.

use editor::ChangeId;
use merge::MergeReport;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use terminal::theme::{Role, Theme};

use crate::action::MergeAction;
use crate::manual_edit::ManualEdit;
use crate::messages::{self, HintPart, SideNames};
use crate::panes::Arrangement;
use crate::scene::MergeScene;
use crate::status::MergeNote;
use crate::summary;
use crate::view::MergeView;

/// One message, in pieces with different styles.
type Part = Vec<(String, Role)>;

/// Draws the head. The most important parts come first, because the end is cut if there is no room.
pub(crate) fn draw(view: &MergeView, scene: &MergeScene<'_>, buffer: &mut Buffer, area: Rect) {
    for (line, row) in
        wrap_parts(&parts(view, scene), area.width, area.height.into(), scene.theme).iter().zip(area.rows())
    {
        buffer.set_line(row.x, row.y, line, row.width);
    }
}

fn parts(view: &MergeView, scene: &MergeScene<'_>) -> Vec<Part> {
    if scene.mask.count {
        // The note, the hints and the key that saves all tell whether conflicts are open.
        return vec![vec![(scene.theme.mask(), Role::Text)]];
    }
    let (conflict, names) = (scene.conflict, SideNames(scene.sides));
    let key = |action| scene.keys.of(action).to_owned();
    let open = conflict.open_count() > 0;
    let told = |said: Option<String>, role| said.map(|said| vec![(said, role)]);
    let count = told(Some(messages::count(conflict, number(view))), if open { Role::Warning } else { Role::Good });
    let note = told(view.note.map(|note| note.words(conflict, names, &key)), Role::Info);
    let what = view.place.map(|place| vec![(messages::describe_change(conflict, place, names), Role::Text)]);
    let noticed = view.place.into_iter().flat_map(|place| view.notices_at(place));
    let noticed = noticed.map(|notice| vec![(messages::describe_notice(conflict, notice, names), Role::Warning)]);
    let noticed: Vec<Part> = noticed.collect();
    let format = told(messages::format(conflict, names, scene.keys.of(MergeAction::NextFormat)), Role::Info);
    let said = matches!(view.note, Some(MergeNote::Renewed | MergeNote::HandReopened | MergeNote::HandOvertaken));
    let goes_on =
        view.goes_on.then(|| format!("{}: auto-advance is on", scene.keys.of(MergeAction::ToggleAutoAdvance)));
    let next_change = scene.is_focused().then(|| scene.keys.of(MergeAction::NextChange));
    let settled = messages::settled(conflict, view.worth_a_look(), next_change).filter(|_| view.hand.is_none());
    let settled = told(settled, Role::Dim);
    // The user typed the change themselves: they are told only about conflicts that it reopened or created.
    let is_news =
        |report: &&MergeReport| !conflict.is_retyped() || !report.reopened.is_empty() || !report.new.is_empty();
    let news = conflict.report().filter(is_news).filter(|_| !said).map(|_| messages::describe_remerge(conflict, names));
    // Once every conflict is decided, the next thing to do is to save.
    let save = scene.save.filter(|_| !open && view.hand.is_none());
    let save = save.map(|key| vec![(key.to_string(), Role::Key), ("saves the result".to_owned(), Role::Text)]);
    let rest = [format, told(goes_on, Role::Info), told(news, Role::Dim), settled];
    // Without the focus, the keys of the view do nothing.
    let keys = if scene.is_focused() { hints(view, scene) } else { Vec::new() };
    let hint = told(scene.hint.map(str::to_owned), Role::Key);
    let summary = summary::describe_decisions(conflict, &view.proposals, names).filter(|_| view.hand.is_none());
    let summary = told(summary, Role::Text);
    let first = if view.screen().arrangement != Arrangement::Single {
        vec![save, hint, count, note, summary, what]
    } else if view.hand.is_some() {
        // With two rows for everything, the keys that end the text come first.
        return [Some(keys), note, count].into_iter().flatten().collect();
    } else {
        // The heading of the change says what it is, and the status line that all is decided.
        let count = count.filter(|_| summary.is_none());
        vec![save, hint, note, count, summary]
    };
    first.into_iter().flatten().chain(noticed).chain([keys]).chain(rest.into_iter().flatten()).collect()
}

/// Returns the number of the conflict, or `None` if the selected change is not a conflict.
fn number(view: &MergeView) -> Option<usize> {
    view.rows.block(view.place?)?.number()
}

/// Returns the hints: what the keys do at the selected change.
fn hints(view: &MergeView, scene: &MergeScene<'_>) -> Part {
    let words = |said: &str| (said.to_owned(), Role::Text);
    let key = |action| scene.keys.of(action).to_owned();
    if view.hand.is_some() {
        let take = (key(MergeAction::AcceptEdit), Role::Key);
        let leave = (scene.keys.leave().to_owned(), Role::Key);
        let what = if view.is_full_edit_open() { "the whole by hand:" } else { "by hand:" };
        let mut hints = vec![words(what), take, words("takes it,"), leave, words("leaves it")];
        hints.extend(starts(view, scene));
        return hints;
    }
    let kept = |keeps: bool, action| if keeps { messages::hints_with_text_by_hand(action, &key) } else { Vec::new() };
    let here = view.place.into_iter().flat_map(|place| {
        let kept = kept(view.has_manual_edit(place), MergeAction::EditResult).into_iter();
        let proposal = view.proposals.at(scene.conflict, place).filter(|_| !scene.mask.proposal);
        let suggested = proposal.map(|found| messages::hints_with_suggestion(found.why, SideNames(scene.sides), &key));
        kept.chain(suggested.into_iter().flatten()).chain(messages::hints(
            scene.conflict,
            place,
            view.proposals.outcome(scene.conflict, place),
            SideNames(scene.sides),
            &key,
        ))
    });
    kept(view.has_full_edit(), MergeAction::EditWhole)
        .into_iter()
        .chain(here)
        .map(|piece| match piece {
            HintPart::Key(key) => (key, Role::Key),
            HintPart::Words(said) => (said, Role::Text),
        })
        .collect()
}

/// Returns the hints for the texts from which a text by hand can start again.
///
/// The whole result has none.
fn starts(view: &MergeView, scene: &MergeScene<'_>) -> Part {
    let Some(place) = view.hand.as_ref().and_then(ManualEdit::place) else { return Vec::new() };
    let theirs = SideNames(scene.sides).theirs_explained();
    let both = matches!(place, ChangeId::Region(_));
    let decided = !scene.conflict.is_open(place);
    let ways = [
        (true, MergeAction::StartFromMine, "mine"),
        (true, MergeAction::StartFromTheirs, theirs.as_str()),
        (both, MergeAction::StartFromBoth, "both"),
        (decided, MergeAction::StartFromResult, "the result"),
    ];
    let ways: Vec<_> = ways.iter().filter(|(applies, ..)| *applies).collect();
    let keys = ways.iter().enumerate().flat_map(|(at, (_, action, said))| {
        let comma = if at + 1 < ways.len() { "," } else { "" };
        [(scene.keys.of(*action).to_owned(), Role::Key), (format!("{said}{comma}"), Role::Text)]
    });
    [("· start again from:".to_owned(), Role::Text)].into_iter().chain(keys).collect()
}

/// Breaks parts into lines between words.
///
/// If the height is too small, the end is cut and an ellipsis added.
fn wrap_parts(parts: &[Part], width: u16, height: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines: Vec<(Vec<Span<'static>>, u16)> = Vec::new();
    let words = parts.iter().enumerate().flat_map(|(at, part)| {
        let words = part.iter().flat_map(|(said, role)| said.split(' ').map(|word| (word.to_owned(), *role)));
        words.enumerate().map(move |(word, (text, role))| (at > 0 && word == 0, text, theme.style(role)))
    });
    for (begins_part, word, style) in words {
        let wide = word.as_str().cell_width();
        let between = if begins_part { " · " } else { " " };
        match lines.last_mut() {
            Some((spans, used)) if *used + between.cell_width() + wide <= width => {
                *used += between.cell_width() + wide;
                let gap = if begins_part { theme.style(Role::Dim) } else { style };
                spans.extend([Span::styled(between, gap), Span::styled(word, style)]);
            }
            _ => lines.push((vec![Span::styled(word, style)], wide)),
        }
    }
    let cut = lines.len() > height;
    lines.truncate(height);
    if let Some((spans, used)) = lines.last_mut().filter(|_| cut) {
        // Words and separators alternate, so a word is removed with the separator before it.
        while *used + 2 > width && spans.len() > 1 {
            let gone = spans.split_off(spans.len() - 2);
            *used -= gone.iter().map(|span| span.content.cell_width()).sum::<u16>();
        }
        spans.push(Span::styled(format!(" {}", theme.glyphs.more), theme.style(Role::Dim)));
    }
    lines.into_iter().map(|(spans, _)| Line::from(spans)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[&str], width: u16, height: usize) -> Vec<String> {
        let parts: Vec<Part> = parts.iter().map(|part| vec![((*part).to_owned(), Role::Text)]).collect();
        wrap_parts(&parts, width, height, &Theme::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parts_are_separated_and_wrapped_between_words() {
        assert_eq!(shown(&["2 of 3 open", "this one"], 40, 2), ["2 of 3 open · this one"]);
        assert_eq!(shown(&["2 of 3 open", "this one"], 16, 2), ["2 of 3 open", "this one"]);
        assert_eq!(shown(&["one two three"], 8, 3), ["one two", "three"]);
    }

    #[test]
    fn cut_text_ends_with_an_ellipsis() {
        assert_eq!(shown(&["one two three four"], 9, 1), ["one two …"]);
        assert_eq!(shown(&["one two three four"], 8, 1), ["one …"]);
        assert_eq!(shown(&["one"], 2, 0), Vec::<String>::new());
    }
}
