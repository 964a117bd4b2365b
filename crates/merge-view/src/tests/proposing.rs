//! Suggestions, which are shown, taken one by one, or all after a question; and notices.

use editor::ChangeId;
use merge::Decision;

use super::super::fixture::document;
use super::{PaneShare, Reader, rows_with};

fn reader() -> Reader {
    let texts = [
        "Knead for ten minutes.\n1\nBake for an hour.\n2\nEat it.\n",
        "Knead for 12 minutes.\n1\nBake well for an hour.\n2\nEat them.\n",
        "Knead it for ten minutes.\n1\nBake for an hour and wait.\n2\nEat all.\n",
    ];
    let [base, mine, theirs] = texts.map(|content| document("", content));
    Reader::new(base, mine, theirs, 120, 40)
}

fn head(reader: &Reader) -> String {
    reader.shown()[..3].join(" ")
}

#[test]
fn suggestion_is_shown_and_its_key_takes_and_undoes_it() {
    let mut reader = reader();
    let shown = reader.shown();
    assert!(head(&reader).contains("s takes the suggestion (you changed different words)"), "{}", head(&reader));
    assert_eq!(rows_with(&shown, "open: s takes this, you changed different words:").len(), 1, "{shown:#?}");
    assert_eq!(rows_with(&shown, "?             Knead it for 12 minutes.").len(), 1, "{shown:#?}");
    assert_eq!(reader.merging.conflict().open_count(), 3, "nothing is taken by itself");
    reader.type_keys("s");
    assert_eq!(
        rows_with(&reader.shown(), "▶1 ✎ suggested   Knead it for 12 minutes.").len(),
        1,
        "{:#?}",
        reader.shown()
    );
    assert!(head(&reader).contains("the suggestion is taken; s again takes it back"), "{}", head(&reader));
    reader.type_keys("s");
    assert_eq!(reader.merging.conflict().open_count(), 3);
    reader.type_keys("Ns");
    assert_eq!(
        reader.merging.conflict().content().decision(2),
        &Decision::Edited(b"Bake well for an hour and wait.\n".to_vec())
    );
    reader.type_keys("Ns");
    assert!(head(&reader).contains("there is no suggestion for this one"), "{}", head(&reader));
}

#[test]
fn all_suggestions_are_one_step_after_their_count_is_shown() {
    let mut reader = reader();
    reader.type_keys("S");
    assert!(head(&reader).contains("2 suggestions for 3 open: S once more takes them all"), "{}", head(&reader));
    reader.type_keys("nS");
    assert_eq!(reader.merging.conflict().open_count(), 3, "another key in between cancels the question");
    reader.type_keys("S");
    assert_eq!(reader.merging.conflict().open_count(), 1);
    assert!(head(&reader).contains("2 suggestions taken; u takes them back"), "{}", head(&reader));
    reader.type_keys("u");
    assert_eq!(reader.merging.conflict().open_count(), 3);
}

#[test]
fn choice_that_a_second_412_reopened_is_suggested() {
    let mut reader = reader();
    reader.type_keys("b");
    let theirs = "Knead it for ten long minutes.\n1\nBake for an hour and wait.\n2\nEat all.\n";
    reader.merging.reconcile("\"v7\"", document("", theirs), editor::Command::OverwriteTheirs);
    reader.view.on_remerge(reader.merging.conflict());
    reader.view.fit(reader.merging.conflict(), reader.size, PaneShare::Whole);
    assert_eq!(reader.view.place, Some(ChangeId::Region(0)));
    assert!(head(&reader).contains("reopened 1"), "{}", head(&reader));
    let shown = reader.shown();
    let said = rows_with(&shown, "open: s takes this, as before: mine, then theirs (bob):")[0];
    assert!(shown[said + 1].contains("Knead for 12 minutes."), "{shown:#?}");
    assert!(shown[said + 2].contains("Knead it for ten long minutes."), "{shown:#?}");
    reader.type_keys("s");
    assert_eq!(reader.merging.conflict().content().decision(0), &Decision::MineTheirs);
    reader.type_keys("uu");
    assert_eq!(reader.merging.conflict().content().decision(0), &Decision::MineTheirs, "before the repeated merge");
}

#[test]
fn line_added_by_both_at_two_places_is_worth_a_look() {
    let base = "one\ntwo\nthree\nfour\nfive\n";
    let [mine, theirs] = ["one\nsalt\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nsalt\nfive\n"];
    let [base, mine, theirs] = [base, mine, theirs].map(|content| document("", content));
    let mut reader = Reader::new(base, mine, theirs, 160, 40);
    let shown = reader.shown();
    assert_eq!(rows_with(&shown, "settled: yours, worth a look").len(), 1, "{shown:#?}");
    assert!(
        head(&reader).contains("worth a look: 'salt' is there twice now, you and bob both added it"),
        "{}",
        head(&reader)
    );
    assert!(head(&reader).contains("2 changes settled by themselves, 1 worth a look (N)"), "{}", head(&reader));
    reader.type_keys("o");
    assert_eq!(reader.merging.conflict().result().unwrap().content, "one\ntwo\nthree\nfour\nsalt\nfive\n");
}
