//! The time that the new words of a frame take to read. There is no clock in it: words are counted.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::glyphs;

/// The time for a word, read aloud to a room: two hundred words in a minute.
const TIME_PER_WORD: Duration = Duration::from_millis(300);

/// The time for a look at the rest of the frame.
const MIN_TIME: Duration = Duration::from_millis(1500);

/// The longest time for a frame: a viewer who needs longer stops the recording.
const MAX_TIME: Duration = Duration::from_secs(12);

/// Returns the time for a frame after the one before: the new rows of a part of it have to be read.
#[must_use]
pub fn time(frame: &Buffer, before: Option<&Buffer>, part: Rect) -> Duration {
    let known: Vec<String> = before.map(|before| rows(before, before.area).collect()).unwrap_or_default();
    let new = rows(frame, part).filter(|row| !known.iter().any(|known| known.contains(row.as_str())));
    let words: usize = new.map(|row| words(&row)).sum();
    let reading = TIME_PER_WORD.saturating_mul(u32::try_from(words).unwrap_or(u32::MAX));
    MIN_TIME.saturating_add(reading).min(MAX_TIME)
}

/// The text of each row of a part of a frame.
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
    fn only_what_is_new_in_the_part_is_read() {
        let part = Rect::new(0, 0, 60, 2);
        let first = frame(["│ Alice saves │", "", "eight words that nobody has to read here"]);
        let second = frame(["│ Alice saves │", "✓ Alice gets 200", "other words"]);
        assert_eq!(time(&first, None, part), MIN_TIME + TIME_PER_WORD * 2, "lines are no words");
        assert_eq!(time(&second, Some(&first), part), MIN_TIME + TIME_PER_WORD * 3);
        assert_eq!(time(&second, Some(&second), part), MIN_TIME, "nothing is new");
    }

    #[test]
    fn nobody_waits_for_ever() {
        let row = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
        assert_eq!(time(&frame([row, "1 2 3 4 5 6 7 8 9 10 11 12", ""]), None, Rect::new(0, 0, 60, 3)), MAX_TIME);
    }
}
