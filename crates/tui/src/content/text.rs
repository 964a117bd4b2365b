//! Text in a limited width: cut, wrapped, joined. The text is sanitized already.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use terminal::buffer::wrap_line;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the width of a text, in columns.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Cuts a text to at most `room` columns, with `more` at the end if it was cut. No grapheme is split.
pub(crate) fn cut(text: &str, room: usize, more: &str) -> String {
    if width(text) <= room { text.to_owned() } else { mark(text, room, more) }
}

/// Returns the beginning of a text that fits before `more`, and `more`.
fn mark(text: &str, room: usize, more: &str) -> String {
    let Some(room) = room.checked_sub(width(more)) else { return String::new() };
    let mut taken = 0;
    let kept = text.graphemes(true).take_while(|glyph| {
        taken += width(glyph);
        taken <= room
    });
    kept.chain([more]).collect()
}

/// Lines that are filled grapheme by grapheme.
struct LineFiller {
    full: Vec<String>,
    line: String,
    /// The columns that are used in the current line.
    taken: usize,
}

impl LineFiller {
    fn new() -> Self {
        Self { full: Vec::new(), line: String::new(), taken: 0 }
    }

    fn put(&mut self, glyph: &str) {
        self.line.push_str(glyph);
        self.taken += width(glyph);
    }

    fn end_line(&mut self) {
        self.full.push(std::mem::take(&mut self.line));
        self.taken = 0;
    }

    fn lines(mut self) -> Vec<String> {
        self.full.push(self.line);
        self.full
    }
}

/// Breaks a text into lines of at most `room` columns, between words if possible.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut filling = LineFiller::new();
    for word in text.split_inclusive(' ').filter(|_| room > 0) {
        if filling.taken > 0 && filling.taken + width(word.trim_end()) > room {
            filling.end_line();
        }
        for glyph in word.graphemes(true) {
            if filling.taken + width(glyph) > room {
                // A blank at the end of a line is replaced by the break.
                if glyph == " " {
                    continue;
                }
                filling.end_line();
            }
            filling.put(glyph);
        }
    }
    filling.lines()
}

/// Breaks a text into lines of `room` columns anywhere, and drops nothing.
///
/// It is for messages that are shown as they were sent.
pub(crate) fn chop(text: &str, room: usize) -> Vec<String> {
    let mut filling = LineFiller::new();
    for glyph in text.graphemes(true).filter(|_| room > 0) {
        if filling.taken > 0 && filling.taken + width(glyph) > room {
            filling.end_line();
        }
        filling.put(glyph);
    }
    filling.lines()
}

/// Breaks styled text into lines of at most `room` columns, between words if possible.
///
/// The breaks are those of a text in an editor. Nothing is dropped but a blank at the end of a line for which there is
/// no room.
pub(crate) fn wrap_styled(pieces: &[(String, Style)], room: usize) -> Vec<Vec<Span<'static>>> {
    let whole: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
    let in_row = |row: Range<usize>| {
        let overfull = width(&whole[row.clone()]) > room && whole[row.clone()].ends_with(' ');
        let row = row.start..row.end - usize::from(overfull);
        let mut start = 0;
        let mut spans = Vec::new();
        for (text, style) in pieces {
            let piece = row.start.max(start)..row.end.min(start + text.len());
            start += text.len();
            if piece.start < piece.end {
                spans.push(Span::styled(whole[piece].to_owned(), *style));
            }
        }
        spans
    };
    wrap_line(&whole, room).into_iter().map(in_row).collect()
}

/// Like [`wrap`], but with at most `most` lines, and `more` at the end if the text is longer.
pub(crate) fn wrap_at_most(text: &str, room: usize, most: usize, more: &str) -> Vec<String> {
    let mut lines = wrap(text, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = mark(last, room.min(width(last) + width(more)), more);
        }
    }
    lines
}

/// Places groups of spans side by side, two blanks apart, on as many lines as needed.
pub(crate) fn flow_spans(pieces: Vec<Vec<Span<'static>>>, room: usize, more: &str) -> Vec<Line<'static>> {
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut taken = 0;
    for piece in pieces {
        let needs: usize = piece.iter().map(Span::width).sum();
        if taken > 0 && taken + 2 + needs > room {
            lines.push(Vec::new());
            taken = 0;
        }
        let Some(line) = lines.last_mut() else { break };
        if taken > 0 {
            line.push(Span::raw("  "));
            taken += 2;
        }
        line.extend(piece);
        taken += needs;
    }
    lines.into_iter().map(|spans| clip(spans, room, more)).collect()
}

/// Like [`flow_spans`], but cuts nothing.
///
/// The last span of a piece that is wider than a line is wrapped, and indented as far as the spans before it.
pub(crate) fn flow_wrapped(pieces: Vec<Vec<Span<'static>>>, room: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Vec<Span<'static>>> = vec![Vec::new()];
    let mut taken = 0;
    for mut piece in pieces {
        let needs: usize = piece.iter().map(Span::width).sum();
        if taken > 0 && taken + 2 + needs > room {
            lines.push(Vec::new());
            taken = 0;
        }
        let mut line = lines.pop().unwrap_or_default();
        if taken > 0 {
            line.push(Span::raw("  "));
            taken += 2;
        }
        if taken + needs <= room {
            line.extend(piece);
            taken += needs;
            lines.push(line);
            continue;
        }
        let Some(last) = piece.pop() else { continue };
        let indent: usize = piece.iter().map(Span::width).sum();
        line.extend(piece);
        for (at, words) in wrap(&last.content, room.saturating_sub(indent).max(1)).into_iter().enumerate() {
            if at > 0 {
                lines.push(std::mem::take(&mut line));
                line.push(Span::raw(" ".repeat(indent)));
            }
            taken = indent + width(&words);
            line.push(Span::styled(words, last.style));
        }
        lines.push(line);
    }
    lines.into_iter().map(Line::from).collect()
}

/// Returns a line of at most `room` columns, with `more` at the end if it was cut.
pub(crate) fn clip(spans: Vec<Span<'static>>, room: usize, more: &str) -> Line<'static> {
    let mut left = room;
    let mut kept = Vec::with_capacity(spans.len());
    for span in spans {
        let needs = span.width();
        if needs > left {
            kept.push(Span::styled(cut(&span.content, left, more), span.style));
            break;
        }
        left -= needs;
        kept.push(span);
    }
    Line::from(kept)
}

/// Returns the lines of a wrapped text, all in one style.
pub(crate) fn paragraph(text: &str, room: usize, style: Style) -> Vec<Line<'static>> {
    wrap(text, room).into_iter().map(|line| Line::styled(line, style)).collect()
}

/// Returns a wrapped text: its first line after `start`, the others indented as far.
pub(crate) fn hanging_indent(start: &str, words: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let indent = start.width();
    let starts = std::iter::once(start.to_owned()).chain(std::iter::repeat(" ".repeat(indent)));
    let lines = starts.zip(wrap(words, width.saturating_sub(indent).max(1)));
    lines.map(|(start, line)| Line::styled(start + &line, style)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cut_text_is_marked_and_no_grapheme_is_split() {
        assert_eq!(cut("plain", 5, "…"), "plain");
        assert_eq!(cut("plainer", 5, "…"), "plai…");
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(cut("abc", 0, "…"), "");
    }

    #[test]
    fn wrapping_breaks_between_words_if_possible() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("see \"v1-a2c19f03\". On", 15), ["see ", "\"v1-a2c19f03\". ", "On"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn styled_text_wraps_between_words_and_keeps_its_styles() {
        let [plain, word] = [Style::new(), Style::new().underlined()];
        let pieces = [("one ".to_owned(), plain), ("two three".to_owned(), word), ("!".to_owned(), plain)];
        let lines = wrap_styled(&pieces, 7);
        let expected = [
            vec![Span::styled("one ", plain), Span::styled("two", word)],
            vec![Span::styled("three", word), Span::styled("!", plain)],
        ];
        assert_eq!(lines, expected);
        assert_eq!(wrap_styled(&[], 7), [vec![]], "an empty line takes a row");
    }

    #[test]
    fn text_beyond_the_last_line_is_marked() {
        assert_eq!(wrap_at_most("one two three", 7, 2, "…"), ["one two", "three"]);
        assert_eq!(wrap_at_most("one two three", 7, 1, "…"), ["one tw…"]);
        assert!(wrap_at_most("one", 7, 0, "…").is_empty());
    }

    #[test]
    fn pieces_stay_whole() {
        let piece = |text: &'static str| vec![Span::raw(text)];
        let lines = flow_spans(vec![piece("edited"), piece("base v1"), piece("server v2")], 16, "…");
        let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["edited  base v1", "server v2"]);
    }

    #[test]
    fn piece_that_is_wider_than_a_line_is_wrapped() {
        let piece = |text: &'static str| vec![Span::raw("○ "), Span::raw(text)];
        let pieces = vec![piece("has \"Sunday\""), piece("has \"behind the school\""), piece("no loss")];
        let lines = flow_wrapped(pieces.clone(), 20);
        let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["○ has \"Sunday\"", "○ has \"behind the ", "  school\"  ○ no loss"]);
        assert_eq!(flow_wrapped(pieces, 60).len(), 1);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_its_room(text in "[a-z 日é👩]{0,40}", room in 2usize..20) {
            prop_assert!(width(&cut(&text, room, "…")) <= room);
            for line in wrap(&text, room) {
                prop_assert!(width(&line) <= room, "{line:?}");
            }
            prop_assert!(chop(&text, room).iter().all(|line| width(line) <= room));
            prop_assert_eq!(chop(&text, room).concat(), text.clone());
            let pieces: Vec<_> = text.split_inclusive('a').map(|piece| (piece.to_owned(), Style::new())).collect();
            let styled: Vec<Line<'_>> = wrap_styled(&pieces, room).into_iter().map(Line::from).collect();
            prop_assert!(styled.iter().all(|line| line.width() <= room), "{styled:?}");
            let joined: String = styled.iter().map(ToString::to_string).collect();
            prop_assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&wrap(&text, room).concat()), letters(&text), "no letter is lost");
        }
    }
}
