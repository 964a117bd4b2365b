//! The merge view as the user sees it: keys in, cells out.

use contract::Document;
use crossterm::event::KeyCode;
use editor::{ChangeId, Command, EditorInput};
use merge::Decision;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Modifier;
use terminal::key::Key;
use terminal::theme::{ASCII, Theme};

use super::fixture::{MergingEditor, document, sides};
use super::{MergeKeyNames, MergeKeys, MergeMask, MergeView, MergeWidget, PaneShare};
use crate::action::MergeViewInput;
use crate::status::MergeNote;

mod laws;
mod masked;
mod proposing;
mod scrolling;
mod whole;

/// A merge on a screen.
struct Reader {
    merging: MergingEditor,
    view: MergeView,
    register: String,
    size: Size,
    theme: Theme,
    mask: MergeMask,
}

impl Reader {
    fn new(base: Document, mine: Document, theirs: Document, width: u16, height: u16) -> Self {
        let merging = MergingEditor::new(base, mine, theirs);
        let view = MergeView::new(merging.conflict());
        let (size, theme, mask) = (Size::new(width, height), Theme::default(), MergeMask::default());
        let mut reader = Self { merging, view, register: String::new(), size, theme, mask };
        reader.view.fit(reader.merging.conflict(), reader.size, PaneShare::Whole);
        reader
    }

    /// Returns the merge of three recipes: two conflicts, and changes that settled by themselves.
    fn bread(width: u16, height: u16) -> Self {
        let [base, mine, theirs] = [BASE, MINE, THEIRS].map(|content| document("Bread", content));
        Self::new(base, mine, theirs, width, height)
    }

    /// Shows each line in one row.
    fn unwrapped(mut self) -> Self {
        self.view.set_wrapped(self.merging.conflict(), false);
        self.view.fit(self.merging.conflict(), self.size, PaneShare::Whole);
        self
    }

    fn press(&mut self, key: Key) {
        let Some(pressed) = MergeViewInput::of_key(key, self.view.is_writing()) else { return };
        self.does(&pressed);
    }

    fn does(&mut self, pressed: &MergeViewInput) {
        let step = self.view.handle(pressed, self.merging.conflict(), &mut self.register);
        if let Some(step) = step {
            self.merging.0.update(EditorInput::Command(Command::Merge(step)));
        }
        if self.merging.0.document_merge().is_some() {
            self.view.on_remerge(self.merging.conflict());
            self.view.fit(self.merging.conflict(), self.size, PaneShare::Whole);
        }
    }

    fn type_keys(&mut self, keys: &str) -> &mut Self {
        keys.chars().for_each(|c| self.press(Key::char(c)));
        self
    }

    fn drawn(&self) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(self.size.width, self.size.height)).unwrap();
        let whole = Rect::from((Position::ORIGIN, self.size));
        let (mut sides, keys) = (sides(), MergeKeys::Here { save: Key::ctrl('s').to_string() });
        let conflict = self.merging.conflict();
        // Programs name the sides anew for each frame.
        sides.theirs.version = Some(conflict.theirs().etag.to_string());
        let widget = MergeWidget {
            conflict,
            view: &self.view,
            sides: &sides,
            theme: &self.theme,
            keys: &keys,
            key_names: &MergeKeyNames::default(),
            mask: self.mask,
        };
        let paint = |frame: &mut ratatui::Frame<'_>| {
            widget.draw(frame, whole);
        };
        terminal.draw(paint).unwrap();
        terminal.backend().buffer().clone()
    }

    /// Returns the rows of the screen as text, without trailing blanks.
    fn shown(&self) -> Vec<String> {
        let buffer = self.drawn();
        let row = |y| {
            let mut x = 0;
            let mut row = String::new();
            while x < buffer.area.width {
                row.push_str(buffer[(x, y)].symbol());
                x += buffer[(x, y)].symbol().cell_width().max(1);
            }
            row.trim_end().to_owned()
        };
        (0..buffer.area.height).map(row).collect()
    }
}

const BASE: &str = "Rye bread\n\nFlour, water, salt.\nMix them.\nLet it rest.\nKnead for ten minutes.\nWait.\n1\n2\n3\n4\n\
    5\n6\n7\n8\nShape a loaf.\nBake for an hour.\nCool it.\nEat it.\n";
const MINE: &str = "Rye bread\n\nFlour, water, salt, honey.\nMix them.\nLet it rest.\nKnead for 12 minutes.\nWait.\n1\n2\n\
    3\n4\n5\n6\n7\n8\nShape two loaves.\nBake for an hour.\nCool it well.\nEat it.\n";
const THEIRS: &str = "Dark rye bread\n\nFlour, water, salt.\nMix them.\nLet it rest.\nKnead for ten long minutes.\nWait.\n\
    1\n2\n3\n4\n5\n6\n7\n8\nShape rolls.\nBake for half an hour.\nEat it.\n";

/// Returns the numbers of the rows that contain a text, counted from 0.
fn rows_with(shown: &[String], what: &str) -> Vec<usize> {
    (0..shown.len()).filter(|&row| shown[row].contains(what)).collect()
}

#[test]
fn wide_view_has_the_sides_side_by_side() {
    let shown = Reader::bread(120, 40).shown();
    let row = rows_with(&shown, "Knead for ten minutes.")[0];
    assert_eq!(
        shown[row],
        " - Knead for ten minutes.              │ ● Knead for 12 minutes.               │ ◆ Knead for ten long minutes."
    );
    assert!(shown[row - 1].starts_with("▶ 1 you and bob both changed these lines ─"), "{}", shown[row - 1]);
    assert!(shown[row - 1].ends_with("! open"), "{}", shown[row - 1]);
    let result = rows_with(&shown, "→ the result")[0];
    assert!(result > row);
    assert!(
        rows_with(&shown[result..], "   ✓ bob         Dark rye bread").len() == 1,
        "the gutter says who made a settled change"
    );
    assert!(shown[0].starts_with("conflict 1 of 2, 2 open · you and bob both changed"), "{}", shown[0]);
}

#[test]
fn stacked_panes_show_a_region_on_the_same_row() {
    let mut reader = Reader::bread(80, 24);
    let shown = reader.shown();
    let [mine, theirs] = ["● alice", "◆ bob"].map(|name| rows_with(&shown, name)[0]);
    let heads = rows_with(&shown, "▶ 1 you and bob");
    assert_eq!([heads[0] - mine, heads[1] - theirs], [2, 2]);
    assert!(rows_with(&shown, "Knead for ten minutes.").is_empty(), "the base is hidden");
    reader.type_keys("v");
    assert_eq!(rows_with(&reader.shown(), "Knead for ten minutes.").len(), 1);
}

#[test]
fn narrow_view_shows_one_pane_after_the_other() {
    let mut reader = Reader::bread(40, 16);
    for (line, next) in [
        ("● Knead for 12 minutes.", "Tab: bob"),
        ("◆ Knead for ten long minutes.", "Tab: the base"),
        ("- Knead for ten minutes.", ""),
        ("! open: m mine, t theirs, b both", "Tab: your text"),
        ("● Knead for 12 minutes.", "Tab: bob"),
    ] {
        let shown = reader.shown();
        assert!(!rows_with(&shown, line).is_empty(), "{shown:#?}");
        assert!(shown[3].ends_with(next) && shown[0].starts_with("conflict 1 of 2, 2 open"), "{shown:#?}");
        reader.type_keys("v");
    }
}

/// A view of one pane has two rows above it for everything.
#[test]
fn low_view_says_which_keys_come_next() {
    let mut reader = Reader::bread(40, 8);
    let head = |reader: &Reader| reader.shown()[..2].join(" ");
    assert!(head(&reader).starts_with("conflict 1 of 2, 2 open · s takes the suggestion"), "{}", head(&reader));
    reader.type_keys("e");
    assert!(head(&reader).starts_with("by hand: Ctrl-S takes it, Esc leaves it ·"), "{}", head(&reader));
    reader.type_keys("x");
    reader.press(Key::ctrl('s'));
    assert!(head(&reader).contains("written by hand"), "{}", head(&reader));
    reader.type_keys("nt");
    assert!(head(&reader).starts_with("Ctrl-S saves the result · kept 1 of bob's, 1 by hand"), "{}", head(&reader));
}

#[test]
fn decision_is_in_the_gutter_and_its_key_undoes_it() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("tnB");
    let shown = reader.shown();
    for expected in [
        "✓◆ Knead for ten long minutes.",
        " 1 ◆ theirs      Knead for ten long minutes.",
        "2● Shape two loaves.                   │1◆ Shape rolls.",
        "▶2 ◐ theirs+mine Shape rolls.",
    ] {
        assert_eq!(rows_with(&shown, expected).len(), 1, "{expected}: {shown:#?}");
    }
    assert!(shown[0].starts_with("Ctrl-S saves the result · all 2 conflicts are decided"), "{}", shown[0]);
    reader.type_keys("B");
    assert_eq!(reader.merging.conflict().open_count(), 1);
}

#[test]
fn refused_save_selects_the_first_open_conflict() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("N");
    reader.view.show_first_open(reader.merging.conflict());
    assert_eq!(reader.view.place, Some(ChangeId::Region(4)));
    let shown = reader.shown();
    assert!(shown[0].contains("not saved: 2 conflicts are open, this is the first"), "{}", shown[0]);
}

#[test]
fn note_says_that_a_jump_wrapped() {
    let mut reader = Reader::bread(120, 40);
    let mut head = |keys: &str| reader.type_keys(keys).shown()[0].clone();
    assert!(head("nn").contains("that was the last one, this is the first"));
    assert!(!head("P").contains("that was"));
    assert!(head("Nmp").contains("that was the first one, this is the last"));
    assert!(head("n").contains("no other one is open; N and P go to decided ones too"));
    assert!(head("mn").contains("no conflict is open; N and P go to decided ones too"));
    assert!(head("N").contains("that was the last one"));
}

#[test]
fn text_by_hand_is_accepted_or_reopened() {
    let mut reader = Reader::bread(120, 40);
    let decision = |reader: &Reader| reader.merging.conflict().content().decision(4).clone();
    reader.type_keys("eAnd ");
    assert!(reader.view.is_writing());
    reader.press(Key::plain(KeyCode::Esc));
    assert_eq!(decision(&reader), Decision::Undecided, "a text that was left is not accepted");
    reader.type_keys("e");
    reader.press(Key::ctrl('s'));
    assert_eq!(decision(&reader), Decision::Edited(b"And Knead for 12 minutes.\n".to_vec()));
    assert_eq!(rows_with(&reader.shown(), "▶1 ✎ edited      And Knead for 12 minutes.").len(), 1);
    reader.type_keys("e");
    reader.press(Key::ctrl('s'));
    assert_ne!(decision(&reader), Decision::Undecided, "accepting the same text again does not undo it");
    reader.type_keys("u");
    assert_eq!(decision(&reader), Decision::Undecided);
}

#[test]
fn text_by_hand_starts_again_from_a_side_both_or_the_result() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("e");
    let text = |reader: &Reader| reader.view.hand.as_ref().unwrap().buffer.text();
    let head = |reader: &Reader| reader.shown()[..2].join(" ");
    let offered = "start again from: Alt-m mine, Alt-t theirs (bob), Alt-a both";
    assert!(head(&reader).contains(offered), "{}", head(&reader));
    reader.type_keys("x");
    for (key, wanted, note) in [
        ('t', "Knead for ten long minutes.\n", "started again from theirs (bob); undo brings back your text"),
        ('a', "Knead for 12 minutes.\nKnead for ten long minutes.\n", "started again from mine, then theirs (bob)"),
        ('m', "Knead for 12 minutes.\n", "started again from mine"),
        ('m', "Knead for 12 minutes.\n", "your text is the same already"),
        ('r', "Knead for 12 minutes.\n", "this conflict is open: the result has no text to start from"),
    ] {
        reader.press(Key::alt(key));
        assert_eq!(text(&reader), wanted);
        assert!(head(&reader).contains(note), "{}", head(&reader));
    }
    for _ in 0..3 {
        reader.press(Key::ctrl('z'));
    }
    assert_eq!(text(&reader), "xKnead for 12 minutes.\n", "each start is one step");
    reader.press(Key::plain(KeyCode::Esc));
    reader.type_keys("te");
    assert_eq!(text(&reader), "xKnead for 12 minutes.\n", "the text that was left");
    reader.press(Key::alt('r'));
    assert_eq!(text(&reader), "Knead for ten long minutes.\n");
    reader.press(Key::plain(KeyCode::Left));
    assert!(head(&reader).contains("Alt-r the result"), "{}", head(&reader));
}

#[test]
fn text_of_a_title_or_the_whole_has_no_both() {
    let [base, mine, theirs] = ["Bread", "Rye bread", "Bread rolls"].map(|title| document(title, "a\n"));
    let mut reader = Reader::new(base, mine, theirs, 120, 20);
    let head = |reader: &Reader| reader.shown()[..2].join(" ");
    reader.type_keys("e");
    assert!(head(&reader).contains("Alt-t theirs (bob)") && !head(&reader).contains("Alt-a"), "{}", head(&reader));
    reader.press(Key::alt('a'));
    assert_eq!(reader.view.note, Some(MergeNote::OneOnly));
    reader.press(Key::alt('t'));
    assert_eq!(reader.view.hand.as_ref().unwrap().buffer.text(), "Bread rolls");
    reader.press(Key::plain(KeyCode::Esc));
    reader.type_keys("E");
    assert!(!head(&reader).contains("start again"), "{}", head(&reader));
    reader.press(Key::alt('m'));
    assert_eq!(reader.view.note, Some(MergeNote::WholeHasNoSide));
}

#[test]
fn head_says_what_the_save_will_contain_once_all_is_decided() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("m");
    assert!(!reader.shown()[0].contains("overrode"));
    reader.type_keys("nt");
    let head = &reader.shown()[0];
    let said = "Ctrl-S saves the result · all 2 conflicts are decided · kept 1 of bob's, overrode 1 ·";
    assert!(head.starts_with(said), "{head}");
    reader.type_keys("uuA");
    let head = reader.shown()[..2].join(" ");
    assert!(head.contains("2 open conflicts: mine, then theirs (bob); u takes them back took both in 2 ·"), "{head}");
}

#[test]
fn text_by_hand_is_kept_if_the_editor_is_busy() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("mnme");
    reader.type_keys("x");
    reader.merging.0.update(EditorInput::Command(Command::Reload));
    reader.press(Key::ctrl('s'));
    assert_eq!(reader.merging.conflict().content().decision(6), &Decision::Mine, "the editor refuses the step");
    reader.type_keys("e");
    assert!(rows_with(&reader.shown(), "xShape two loaves.").len() == 1, "{:#?}", reader.shown());
}

#[test]
fn second_412_keeps_the_selection_and_is_reported() {
    let mut reader = Reader::bread(120, 40);
    let theirs = THEIRS.replace("rolls", "buns");
    let save_again = |reader: &mut Reader| {
        reader.merging.reconcile("\"v7-1a2b\"", document("Bread", &theirs), Command::Save);
        reader.view.on_remerge(reader.merging.conflict());
    };
    reader.type_keys("mntN");
    let settled = reader.view.place;
    save_again(&mut reader);
    assert_eq!(reader.view.place, settled, "the reopened conflict is not selected");

    let mut reader = Reader::bread(120, 40);
    reader.type_keys("mnt");
    save_again(&mut reader);
    let shown = reader.shown();
    let report = "conflict 2 of 2, 1 open · bob saved \"v7-1a2b\" meanwhile: kept 1, reopened 1 · you and bob";
    assert!(shown[0].starts_with(report), "{}", shown[0]);
    reader.type_keys("N");
    let head = reader.shown()[..2].join(" ");
    assert!(head.contains("bob saved \"v7-1a2b\" meanwhile"), "the report stays, further back: {head}");
}

#[test]
fn second_412_offers_the_text_by_hand_again() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("mnex");
    reader.press(Key::ctrl('s'));
    let theirs = THEIRS.replace("rolls", "buns");
    reader.merging.reconcile("\"v7-1a2b\"", document("Bread", &theirs), Command::Save);
    reader.view.on_remerge(reader.merging.conflict());
    let head = reader.shown()[..2].join(" ");
    assert!(head.contains("; what you wrote by hand is kept, and e in the merge brings it back"), "{head}");
    reader.type_keys("P");
    reader.type_keys("N");
    let head = reader.shown()[..2].join(" ");
    assert!(head.contains("e goes on with your text by hand"), "{head}");
    reader.type_keys("e");
    assert_eq!(rows_with(&reader.shown(), "xShape two loaves.").len(), 1, "{:#?}", reader.shown());
    reader.press(Key::ctrl('z'));
    assert!(rows_with(&reader.shown(), "1 Shape two loaves.").len() == 1, "my line is one step back");
    reader.press(Key::ctrl('y'));
    reader.press(Key::ctrl('s'));
    assert_eq!(
        reader.merging.conflict().content().decision(6),
        &Decision::Edited(b"xShape two loaves.\nBake for an hour.\nCool it well.\n".to_vec())
    );
    assert_eq!(reader.view.manual_text(), None, "the text is in the result");
}

#[test]
fn texts_by_hand_of_several_changes_are_kept() {
    let mut reader = Reader::bread(120, 40);
    for keys in ["ex", "ney"] {
        reader.type_keys(keys);
        reader.press(Key::plain(KeyCode::Esc));
    }
    assert_eq!(
        reader.view.manual_text().as_deref(),
        Some("xKnead for 12 minutes.\nyShape two loaves.\nBake for an hour.\nCool it well.\n")
    );
    reader.type_keys("pe");
    assert_eq!(rows_with(&reader.shown(), "xKnead for 12 minutes.").len(), 1);
}

#[test]
fn title_and_parent_are_decided_with_the_same_keys() {
    let theirs = Document { parent: Some("recipes".parse().unwrap()), ..document("Bread rolls", "a\n") };
    let mut reader = Reader::new(document("Bread", "a\n"), document("Rye bread", "a\n"), theirs, 120, 20);
    let shown = reader.shown();
    assert!(shown[3].starts_with("▶ 1 title: you and bob both changed it"), "{shown:#?}");
    assert!(shown[5].starts_with("─ parent: bob added this"), "{shown:#?}");
    reader.type_keys("bt");
    let shown = reader.shown();
    assert_eq!(rows_with(&shown, "▶1 ◆ theirs      Bread rolls").len(), 1, "{shown:#?}");
    assert_eq!(rows_with(&shown, "   ✓ bob         recipes").len(), 1, "{shown:#?}");
}

#[test]
fn head_says_which_line_endings_the_result_has() {
    let [base, mine, theirs] = ["a\nb\n", "A\nb\n", "a\r\nb\r\nc\r\n"].map(|content| document("", content));
    let shown = Reader::new(base, mine, theirs, 160, 20).shown();
    assert!(shown[..2].join(" ").contains("lines end with CRLF, as bob has it"), "{shown:#?}");
}

/// Returns the glyphs of a row that are bold and underlined.
fn emphasised(buffer: &Buffer, row: usize) -> String {
    let word = Modifier::BOLD | Modifier::UNDERLINED;
    let y = u16::try_from(row).unwrap();
    let cells = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
    cells.filter(|cell| cell.modifier.contains(word)).map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn changed_words_without_color_are_bold_and_underlined() {
    let mut reader = Reader::bread(120, 40);
    reader.theme = Theme::without_colors(&ASCII);
    let row = rows_with(&reader.shown(), "Knead for 12 minutes.")[0];
    let buffer = reader.drawn();
    assert_eq!(emphasised(&buffer, row), "ten12long ", "base, mine, theirs");
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset), "no colour at all");
}

#[test]
fn foreign_text_is_sanitized() {
    let [base, mine, theirs] =
        ["a\n", "\u{1b}[2Jevil\n", "user\u{202e}nimda\u{200b}\n"].map(|content| document("\u{7}", content));
    let mut reader = Reader::new(base, mine, theirs, 120, 20);
    let shown = reader.shown().join("\n");
    assert!(shown.contains("␛[2Jevil") && shown.contains("user<U+202E>nimda<U+200B>"), "{shown}");
    reader.type_keys("b");
    assert!(!reader.shown().concat().chars().any(terminal::sanitize::is_hidden));
}

/// The names of the panes are drawn over a dim rule, whose style must not stay.
#[test]
fn names_of_panes_are_not_dim() {
    let buffer = Reader::bread(120, 40).drawn();
    let all = |glyph: &str| buffer.content().iter().filter(|cell| cell.symbol() == glyph).count();
    assert!(all("●") > 0 && all("◆") > 0);
    for cell in buffer.content().iter().filter(|cell| ["●", "◆"].contains(&cell.symbol())) {
        assert!(!cell.modifier.contains(Modifier::DIM), "{cell:?}");
    }
}
