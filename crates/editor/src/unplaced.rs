//! Text that was typed and has no place: joining it, and recognising when it has a place again.

use text::Text;

/// Returns whether `content` contains `text`, whatever its line endings.
pub(crate) fn contains(content: &str, text: &str) -> bool {
    count(content, text) > 0
}

/// Returns whether the change from `before` to `after` inserted `text`, all of it at once.
///
/// A text of a few characters occurs by chance: typing must not count as pasting, or the text would leave the draft. So
/// the texts are searched only after an insertion that is long enough, which a key that types a letter is not.
pub(crate) fn was_put_in(before: &Text, after: &Text, text: &str) -> bool {
    let inserted = after.change_since(before).map_or(0, |change| change.after.len());
    let is_long_enough = inserted >= text.trim_end_matches('\n').len();
    is_long_enough && count(&after.to_string(), text) > count(&before.to_string(), text)
}

/// Joins two texts, one below the other.
pub(crate) fn join(first: &str, second: &str) -> String {
    format!("{}\n{second}", first.trim_end_matches('\n'))
}

fn count(content: &str, text: &str) -> usize {
    content.replace('\r', "").matches(text.trim_end_matches('\n')).count()
}

#[cfg(test)]
mod tests {
    fn was_put_in(before: &str, after: &str, text: &str) -> bool {
        super::was_put_in(&before.into(), &after.into(), text)
    }

    #[test]
    fn pasted_text_is_recognised_with_any_line_endings() {
        assert!(was_put_in("one\ntwo\n", "one\nbring\ncake\ntwo\n", "bring\ncake\n"));
        assert!(was_put_in("one\r\n", "one\r\nbring\r\ncake\r\n", "bring\ncake"));
        assert!(was_put_in("cake\n", "cake\ncake\n", "cake"), "a second time");
    }

    #[test]
    fn typing_is_not_recognised_as_pasting() {
        assert!(!was_put_in("ca", "cak", "cak"), "its last character was typed, and it was there by chance");
        assert!(!was_put_in("cake\n", "cake!\n", "cake"), "it was there before");
    }
}
