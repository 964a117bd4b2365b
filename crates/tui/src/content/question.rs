//! A leader's question in lines: its text, its choices, and a bar for each count.
//!
//! The editors of the room, the leader's screen and the stage all show a question with these lines.

use contract::Question;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::{Role, Theme};

use super::text;

/// The columns before the text of a choice: a mark, its number, and a sign.
const INDENT: usize = 6;

/// The columns of a bar and its count, at least.
const MIN_BAR_COLUMNS: usize = 12;

/// The columns of a bar and its count, at most: a longer bar says no more.
const MAX_BAR_COLUMNS: usize = 36;

/// The columns of a count, with the blank before it.
const COUNT_COLUMNS: usize = 5;

/// Returns the lines of a question for a width.
///
/// `mine` is the choice of the person at this screen, if any.
/// While the question is open, there are no counts. After that, each choice has a bar. If the room has voted several
/// times, the bars of the latest rounds are side by side. Once the answer is revealed, the right choice is marked, and
/// the reasons are below the choices that they are about.
pub(crate) fn lines(theme: &Theme, question: &Question, mine: Option<u8>, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for paragraph in question.text.lines() {
        lines.extend(text::paragraph(&sanitize(paragraph), width, theme.style(Role::Title)));
    }
    lines.extend(round_header(theme, question, width));
    for (number, choice) in (1..).zip(&question.choices) {
        lines.extend(choice_lines(theme, question, number, choice, mine, width));
        lines.extend(choice_bars(theme, question, number, width));
        lines.extend(reason_lines(theme, question, number, mine, width));
    }
    lines
}

/// Returns the names of the rounds above the bars, or `None` if there is one round at most.
pub(crate) fn round_header(theme: &Theme, question: &Question, width: usize) -> Option<Line<'static>> {
    let rounds = shown_rounds(question, width);
    (rounds.len() > 1).then(|| round_names(theme, &rounds, width))
}

/// Returns the bars of a choice, from 1, or `None` while the counts are hidden.
pub(crate) fn choice_bars(theme: &Theme, question: &Question, number: u8, width: usize) -> Option<Line<'static>> {
    let rounds = shown_rounds(question, width);
    (!rounds.is_empty()).then(|| bars(theme, question, number, &rounds, width))
}

/// A round that is shown: its number from 1, and its counts.
type ShownRound<'a> = (usize, &'a [u64]);

/// Returns the latest rounds whose counts are public, as many as fit side by side, the latest last.
fn shown_rounds(question: &Question, width: usize) -> Vec<ShownRound<'_>> {
    let earlier = question.earlier.iter().map(Vec::as_slice);
    let rounds: Vec<_> = (1..).zip(earlier.chain(question.counts.as_deref())).collect();
    let fitting = (width.saturating_sub(INDENT) / MIN_BAR_COLUMNS).max(1);
    rounds[rounds.len().saturating_sub(fitting)..].to_vec()
}

/// Returns the columns of a bar with its count, and of the gap after it.
fn bar_columns(rounds: usize, width: usize) -> usize {
    (width.saturating_sub(INDENT) / rounds.max(1)).clamp(1, MAX_BAR_COLUMNS)
}

fn round_names(theme: &Theme, rounds: &[ShownRound<'_>], width: usize) -> Line<'static> {
    let columns = bar_columns(rounds.len(), width);
    let names = rounds.iter().map(|(round, _)| format!("{:columns$}", format!("round {round}")));
    Line::styled(" ".repeat(INDENT) + &names.collect::<String>(), theme.style(Role::Dim))
}

/// Returns the sign and the role of a choice.
fn sign_of<'a>(theme: &'a Theme, question: &Question, number: u8, mine: Option<u8>) -> (&'a str, Role) {
    match question.right {
        Some(right) if right == number => (theme.glyphs.good, Role::Good),
        Some(_) if mine == Some(number) => (theme.glyphs.bad, Role::Warning),
        Some(_) | None => (" ", Role::Text),
    }
}

fn choice_lines(
    theme: &Theme,
    question: &Question,
    number: u8,
    choice: &str,
    mine: Option<u8>,
    width: usize,
) -> Vec<Line<'static>> {
    let (sign, role) = sign_of(theme, question, number, mine);
    let mark = if mine == Some(number) { theme.glyphs.focus } else { " " };
    let start = format!("{mark} {number} {sign} ");
    text::hanging_indent(&start, &sanitize(choice), width, theme.style(role))
}

/// Returns the bars of a choice, one for each round that is shown.
fn bars(theme: &Theme, question: &Question, number: u8, rounds: &[ShownRound<'_>], width: usize) -> Line<'static> {
    let columns = bar_columns(rounds.len(), width);
    let room = columns.saturating_sub(COUNT_COLUMNS + 1);
    let highest = rounds.iter().flat_map(|(_, counts)| counts.iter()).copied().max().unwrap_or_default().max(1);
    let full = theme.glyphs.bars[theme.glyphs.bars.len() - 1];
    let is_right = question.right == Some(number);
    let mut spans = vec![Span::raw(" ".repeat(INDENT))];
    for (at, (_, counts)) in rounds.iter().enumerate() {
        let count = counts.get(usize::from(number) - 1).copied().unwrap_or_default();
        let is_latest = at + 1 == rounds.len();
        let role = match (is_latest, is_right) {
            (false, _) => Role::Dim,
            (true, true) => Role::Good,
            (true, false) => Role::Info,
        };
        // Even one answer is visible beside a thousand.
        let cells = usize::try_from((count * room as u64).div_ceil(highest)).unwrap_or(room).min(room);
        spans.push(Span::styled(full.repeat(cells), theme.style(role)));
        let number = format!(" {count}");
        let gap = columns.saturating_sub(cells + number.len());
        spans.push(Span::styled(number, theme.style(if is_latest { Role::Text } else { role })));
        spans.push(Span::raw(" ".repeat(gap)));
    }
    text::clip(spans, width, theme.glyphs.more)
}

/// Returns the reasons below a choice, if it is the right one or my wrong one.
fn reason_lines(theme: &Theme, question: &Question, number: u8, mine: Option<u8>, width: usize) -> Vec<Line<'static>> {
    let say = |words: &str, role| text::hanging_indent(&" ".repeat(INDENT), &sanitize(words), width, theme.style(role));
    let is_right = question.right == Some(number);
    let is_mine = question.right.is_some() && mine == Some(number);
    let general = question.reasons().filter(|_| is_right).flat_map(|words| say(words, Role::Good));
    let own = question.reasons_about(number).filter(|_| is_mine || is_right);
    let own = own.flat_map(|words| say(words, if is_right { Role::Good } else { Role::Warning }));
    general.chain(own).collect()
}

#[cfg(test)]
mod tests {
    use contract::QuestionState;
    use proptest::prelude::*;

    use super::*;

    fn question() -> Question {
        Question {
            id: "q1-5a22".to_owned(),
            text: "Bob saves with an old tag. Which status comes back?".to_owned(),
            choices: ["200", "409", "412"].map(str::to_owned).to_vec(),
            state: QuestionState::Open,
            round: 1,
            answered: 17,
            people: 23,
            counts: None,
            earlier: Vec::new(),
            right: None,
            because: None,
        }
    }

    fn shown(question: &Question, mine: Option<u8>, width: usize) -> Vec<String> {
        let lines = lines(&Theme::default(), question, mine, width);
        lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn open_question_has_no_bars_and_marks_my_answer() {
        let lines = shown(&question(), Some(2), 60);
        assert_eq!(
            lines,
            ["Bob saves with an old tag. Which status comes back?", "  1   200", "▶ 2   409", "  3   412"]
        );
    }

    #[test]
    fn counts_are_bars_and_one_answer_is_visible() {
        let question = Question { state: QuestionState::Shown, counts: Some(vec![1, 0, 1000]), ..question() };
        let lines = shown(&question, None, 30);
        assert_eq!(lines[2..], ["  1   200", "      ▇ 1", "  2   409", "       0", "  3   412", LONGEST]);
    }

    const LONGEST: &str = "      ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 1000";

    #[test]
    fn first_round_is_beside_the_second() {
        let state = QuestionState::Shown;
        let question =
            Question { state, round: 2, counts: Some(vec![0, 4, 8]), earlier: vec![vec![8, 4, 0]], ..question() };
        let lines = shown(&question, None, 46);
        assert_eq!(lines[2], "      round 1             round 2");
        assert_eq!(lines[4], "      ▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 8     0");
        let narrow = shown(&question, None, 20);
        assert!(!narrow.iter().any(|line| line.contains("round 1")), "the latest round needs the room: {narrow:?}");
    }

    #[test]
    fn revealed_question_says_why_and_to_whom() {
        let because = "The tag is old.\n1: Nothing was saved.\n2: There is no such check here.";
        let question = Question {
            state: QuestionState::Revealed,
            counts: Some(vec![1, 1, 2]),
            right: Some(3),
            because: Some(because.to_owned()),
            ..question()
        };
        let lines = shown(&question, Some(2), 60);
        assert!(lines.contains(&"▶ 2 ✗ 409".to_owned()) && lines.contains(&"  3 ✓ 412".to_owned()), "{lines:?}");
        assert!(lines.contains(&"      The tag is old.".to_owned()), "{lines:?}");
        assert!(lines.contains(&"      There is no such check here.".to_owned()), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("Nothing was saved")), "that is for others: {lines:?}");
    }

    #[test]
    fn text_of_the_network_does_not_steer_the_terminal() {
        let mut question = question();
        question.text = "a\x1b[2Jb".to_owned();
        question.choices[0] = "c\x07d\ne".to_owned();
        assert!(!shown(&question, None, 60).concat().contains(char::is_control));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_room(
            width in 8_usize..90,
            counts in proptest::collection::vec(0_u64..2000, 3),
            earlier in proptest::collection::vec(proptest::collection::vec(0_u64..2000, 0..4), 0..8),
            mine in proptest::option::of(1_u8..4),
        ) {
            let question = Question { counts: Some(counts), earlier, right: Some(2), because: Some("so".repeat(30)), ..question() };
            for line in lines(&Theme::default(), &question, mine, width) {
                prop_assert!(line.width() <= width, "{} in {}", line, width);
            }
        }
    }
}
