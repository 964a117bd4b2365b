//! Estimates the time that a viewer needs to read the new words of a frame, by counting them.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::glyphs;

/// The time for a word that is read aloud: two hundred words a minute.
const TIME_PER_WORD: Duration = Duration::from_millis(300);

/// The time for a frame without new words: a glance.
const MIN_TIME: Duration = Duration::from_millis(1500);

/// The longest time for a frame. A viewer who needs longer can pause the recording.
const MAX_TIME: Duration = Duration::from_secs(12);

/// Returns the time for which to show a frame.
///
/// The viewer reads the rows of `part` that were not in the frame before.
#[must_use]
pub fn time(frame: &Buffer, before: Option<&Buffer>, part: Rect) -> Duration {
    let known: Vec<String> = before.map(|before| rows(before, before.area).collect()).unwrap_or_default();
    let new = rows(frame, part).filter(|row| !known.iter().any(|known| known.contains(row.as_str())));
    let words: usize = new.map(|row| words(&row)).sum();
    let reading = TIME_PER_WORD.saturating_mul(u32::try_from(words).unwrap_or(u32::MAX));
    MIN_TIME.saturating_add(reading).min(MAX_TIME)
}

/// Returns the text of each row in a part of a frame.
fn rows(frame: &Buffer, part: Rect) -> impl Iterator<Item = String> {
    let within = part.intersection(frame.area);
    (within.top()..within.bottom()).map(move |row| {
        let signs = glyphs(frame, row - frame.area.y);
        let signs = signs.filter(|glyph| (within.left()..within.right()).contains(&(frame.area.x + glyph.x)));
        signs.map(|glyph| glyph.symbol).collect()
    })
}

fn words(row: &str) -> usize {
    row.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn frame(rows: [&str; 3]) -> Buffer {
        let mut frame = Buffer::empty(Rect::new(0, 0, 60, 3));
        for (row, y) in rows.iter().zip(0..) {
            frame.set_string(0, y, row, Style::new());
        }
        frame
    }

    #[test]
    fn only_new_rows_in_the_part_take_time() {
        let part = Rect::new(0, 0, 60, 2);
        let first = frame(["│ Alice saves │", "", "eight words that do not count as new"]);
        let second = frame(["│ Alice saves │", "✓ Alice gets 200", "other words"]);
        assert_eq!(time(&first, None, part), MIN_TIME + TIME_PER_WORD * 2, "box characters are not words");
        assert_eq!(time(&second, Some(&first), part), MIN_TIME + TIME_PER_WORD * 3);
        assert_eq!(time(&second, Some(&second), part), MIN_TIME, "nothing is new");
    }

    #[test]
    fn time_of_a_long_frame_is_bounded() {
        let row = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
        assert_eq!(time(&frame([row, "1 2 3 4 5 6 7 8 9 10 11 12", ""]), None, Rect::new(0, 0, 60, 3)), MAX_TIME);
    }
}
