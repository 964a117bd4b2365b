//! A mask leaves out what it hides, at every size of the view.

use super::*;

/// Words of the head, the headings and the gutters, which tell what is a conflict.
const TELLING: [&str; 7] = ["conflict", "open", "settled", "you and bob", "mine,", "saves", "✓"];

#[test]
fn hidden_count_leaves_no_word_about_conflicts() {
    for (width, height) in [(120, 40), (80, 20), (66, 14), (40, 10)] {
        let mut reader = Reader::bread(width, height);
        let telling = |shown: &[String]| TELLING.iter().filter(|word| !rows_with(shown, word).is_empty()).count();
        assert!(telling(&reader.shown()) > 1, "the words are there without a mask");
        reader.mask = MergeMask { count: true, proposal: false };
        let shown = reader.shown();
        assert_eq!(telling(&shown), 0, "{shown:#?}");
        assert!(!rows_with(&shown, "▒▒▒").is_empty(), "{shown:#?}");
    }
}

#[test]
fn hidden_result_leaves_only_the_sides() {
    let mut reader = Reader::bread(120, 40);
    let settled = "Dark rye bread";
    assert_eq!(rows_with(&reader.shown(), settled).len(), 2, "bob's text, and the result");
    reader.mask = MergeMask { count: false, proposal: true };
    let shown = reader.shown();
    assert_eq!(rows_with(&shown, settled).len(), 1, "{shown:#?}");
    assert!(!rows_with(&shown, "2 open").is_empty(), "the count is not hidden: {shown:#?}");
}
