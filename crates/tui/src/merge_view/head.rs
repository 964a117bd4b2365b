//! The head of the merge view: the sentence that says where I stand, broken to the room there is.

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::draw::Scene;
use super::note::Note;
use super::say::{self, Names, Piece};
use super::view::MergeView;
use merge::MergeReport;

use crate::action::Action;
use crate::theme::{Role, Theme};

/// One thing to say, in pieces that look differently.
type Part = Vec<(String, Role)>;

/// Draws the head. What matters most stands first, so that it is the last to go.
pub(super) fn draw(view: &MergeView, scene: &Scene<'_>, buffer: &mut Buffer, area: Rect) {
    for (line, row) in broken(&parts(view, scene), area.width, area.height.into(), scene.theme).iter().zip(area.rows())
    {
        buffer.set_line(row.x, row.y, line, row.width);
    }
}

fn parts(view: &MergeView, scene: &Scene<'_>) -> Vec<Part> {
    let (conflict, names) = (scene.conflict, Names(scene.sides));
    let open = conflict.open_count() > 0;
    let told = |said: Option<String>, role| said.map(|said| vec![(said, role)]);
    let count = told(Some(say::count(conflict, number(view))), if open { Role::Warning } else { Role::Good });
    let note = told(view.note.map(|note| note.words(conflict, names, say::key)), Role::Info);
    let what = view.place.map(|place| vec![(say::what(conflict, place, names), Role::Text)]);
    let noticed = view.place.into_iter().flat_map(|place| view.notices_at(place));
    let noticed = noticed.map(|notice| vec![(say::noticed(conflict, notice, names), Role::Warning)]);
    let noticed: Vec<Part> = noticed.collect();
    let format = told(say::format(conflict, names), Role::Info);
    let said = matches!(view.note, Some(Note::Renewed | Note::HandReopened | Note::HandOvertaken));
    let goes_on = view.goes_on.then(|| format!("{}: goes on by itself", say::key(Action::GoOn)));
    let settled = say::settled(conflict, view.worth_a_look(), scene.focused).filter(|_| view.hand.is_none());
    let settled = told(settled, Role::Dim);
    // That decisions stay while I type on is no news.
    let is_news =
        |report: &&MergeReport| !conflict.is_retyped() || !report.reopened.is_empty() || !report.new.is_empty();
    let news = conflict.report().filter(is_news).filter(|_| !said).map(|_| say::renewed(conflict, names));
    // Once nothing is open, what comes next is to save.
    let save = (!open && view.hand.is_none() && scene.focused)
        .then(|| vec![(say::key(Action::Save), Role::Key), ("saves the result".to_owned(), Role::Text)]);
    let rest = [format, told(goes_on, Role::Info), told(news, Role::Dim), settled];
    // While the keys are elsewhere, those of the view are of no use.
    let keys = if scene.focused { hints(view, scene) } else { Vec::new() };
    let hint = told(scene.hint.map(str::to_owned), Role::Key);
    let first = [save, hint, count, note, what].into_iter().flatten();
    first.chain(noticed).chain([keys]).chain(rest.into_iter().flatten()).collect()
}

/// Which conflict this is; none where it is none.
fn number(view: &MergeView) -> Option<usize> {
    view.rows.block(view.place?)?.number()
}

/// What the keys do here.
fn hints(view: &MergeView, scene: &Scene<'_>) -> Part {
    let words = |said: &str| (said.to_owned(), Role::Text);
    if view.hand.is_some() {
        let [take, leave] = [Action::AcceptEdit, Action::Close].map(|action| (say::key_by_hand(action), Role::Key));
        let what = if view.writes_whole() { "the whole by hand:" } else { "by hand:" };
        return vec![words(what), take, words("takes it,"), leave, words("leaves it")];
    }
    let kept = |keeps: bool, action| if keeps { say::hints_with_text_by_hand(action) } else { Vec::new() };
    let here = view.place.into_iter().flat_map(|place| {
        let kept = kept(view.keeps(place), Action::EditResult).into_iter();
        let proposal = view.proposals.at(scene.conflict, place);
        let suggested = proposal.map(|found| say::hints_with_suggestion(found.why, Names(scene.sides)));
        kept.chain(suggested.into_iter().flatten()).chain(say::hints(
            scene.conflict,
            place,
            view.proposals.outcome(scene.conflict, place),
            Names(scene.sides),
        ))
    });
    kept(view.keeps_whole(), Action::EditWhole)
        .into_iter()
        .chain(here)
        .map(|piece| match piece {
            Piece::Key(key) => (key, Role::Key),
            Piece::Words(said) => (said, Role::Text),
        })
        .collect()
}

/// Breaks parts into lines, between words. What does not fit goes, and a sign says so.
fn broken(parts: &[Part], width: u16, height: usize, theme: &Theme) -> Vec<Line<'static>> {
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
        // Words and what stands between them take turns: both go.
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
        broken(&parts, width, height, &Theme::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parts_follow_each_other_and_break_between_words() {
        assert_eq!(shown(&["2 of 3 open", "this one"], 40, 2), ["2 of 3 open · this one"]);
        assert_eq!(shown(&["2 of 3 open", "this one"], 16, 2), ["2 of 3 open", "this one"]);
        assert_eq!(shown(&["one two three"], 8, 3), ["one two", "three"]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        assert_eq!(shown(&["one two three four"], 9, 1), ["one two …"]);
        assert_eq!(shown(&["one two three four"], 8, 1), ["one …"]);
        assert_eq!(shown(&["one"], 2, 0), Vec::<String>::new());
    }
}
