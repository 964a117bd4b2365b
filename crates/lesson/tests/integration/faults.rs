//! What is wrong with a lesson's file is told with its place, with what would be right, and all at once.

use lesson::{Diagnostics, Lesson};

const HEAD: &str = "title = \"T\"\ngoal = \"G\"\nminutes = 5\n[documents.a]\ncontent = \"x\"\n";

fn read(text: &str) -> Result<Lesson, Diagnostics> {
    lesson::read("my/own.toml", text)
}

/// Reads a sound head with these steps behind it, and gives line, column and words of all faults, the line counted from
/// the first of the steps.
fn faults(steps: &str) -> Vec<(usize, usize, String)> {
    let before = HEAD.lines().count();
    let faults = read(&format!("{HEAD}{steps}")).expect_err("something is wrong").diagnostics;
    faults.into_iter().map(|fault| (fault.line - before, fault.column, fault.message)).collect()
}

/// Checks that a lesson of one step has one fault, at that place, whose words have all of these pieces.
fn one(step: &str, line: usize, column: usize, pieces: &[&str]) {
    let faults = faults(step);
    assert_eq!(faults.len(), 1, "{step}: {faults:#?}");
    let (at, there, what) = &faults[0];
    assert_eq!((*at, *there), (line, column), "{step}: {what}");
    for piece in pieces {
        assert!(what.contains(piece), "{step}: {what:?} does not say {piece:?}");
    }
}

#[test]
fn a_sound_lesson_is_read() {
    let lesson = read(&format!("{HEAD}[[step]]\nsay = \"hello\"\n")).unwrap();
    assert_eq!((lesson.name.as_str(), lesson.steps.len(), lesson.steps[0].line), ("own", 1, 6));
    assert_eq!(lesson.people.iter().map(contract::Author::as_str).collect::<Vec<_>>(), ["Alice", "Bob"]);
    assert_eq!(lesson.opens.as_str(), "a");
}

#[test]
fn words_that_mean_nothing_are_told_with_what_was_meant() {
    one("[[step]]\nsay = \"x\"\ncapton = \"y\"\n", 3, 1, &["'capton'", "a step that says", "did you mean 'caption'?"]);
    one("[[step]]\nsays = \"x\"\n", 2, 1, &["'says'", "did you mean 'say'?"]);
    one("[[step]]\nwho = \"Alice\"\ndoes = \"savee\"\n", 3, 8, &["'savee'", "did you mean 'save'?"]);
    one("[[step]]\nhold = \"everything\"\n", 2, 8, &["it may be 'none', 'writes', 'all' or 'judged'"]);
    one("[[step]]\npolicy = { etags = \"contents\" }\n", 2, 20, &["did you mean 'content'?"]);
    one("[[step]]\npolicy = { tags = \"content\" }\n", 2, 12, &["'tags'", "did you mean 'etags'?"]);
    one("[[step]]\nexpect = \"Bob\"\nreason = \"stael\"\n", 3, 10, &["'stael'", "did you mean 'stale'?"]);
    one("[[step]]\neditor = \"Bob\"\nstate = \"mergin\"\n", 3, 9, &["'mergin'", "did you mean 'merging'?"]);
}

/// A lesson can claim each reason of a refused condition that the contract has.
#[test]
fn reason_of_a_lesson_is_any_word_of_the_contract() {
    for reason in ["stale", "date_in_future", "too_deep"] {
        let lesson = read(&format!("{HEAD}[[step]]\nexpect = \"Bob\"\nreason = \"{reason}\"\n"));
        assert!(lesson.is_ok(), "{reason}: {lesson:?}");
    }
    one("[[step]]\nexpect = \"Bob\"\nreason = \"disk_full\"\n", 3, 10, &["'reason' cannot be 'disk_full'"]);
}

#[test]
fn what_is_missing_is_told() {
    one("[[step]]\n", 1, 1, &["does nothing", "'say'", "'clock'"]);
    one("[[step]]\ndoes = \"save\"\n", 1, 1, &["a step in which somebody does something", "needs 'who'"]);
    one("[[step]]\nwho = \"Bob\"\ndoes = \"type\"\nreplace = \"x\"\n", 1, 1, &["'replace' needs 'with'"]);
    one("[[step]]\nwho = \"Bob\"\ndoes = \"type\"\n", 1, 1, &["just one of 'replace'"]);
    one("[[step]]\nexpect = \"Bob\"\n", 1, 1, &["claims nothing", "status"]);
    one("[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\n", 1, 1, &["needs 'wrong'"]);
    let missing = read("").unwrap_err().to_string();
    for piece in ["needs 'title'", "needs 'goal'", "needs 'minutes'", "needs 'step'", "needs a document"] {
        assert!(missing.contains(piece), "{missing}");
    }
}

#[test]
fn values_of_another_kind_are_told() {
    one("[[step]]\nsay = 5\n", 2, 7, &["'say' has to be a text in quotes", "a whole number"]);
    one("[[step]]\nexpect = \"Bob\"\nstatus = \"412\"\n", 3, 10, &["without quotes", "a text"]);
    one("[[step]]\nexpect = \"Bob\"\nfields = { ETag = 5 }\n", 3, 19, &["or true (it is there) or false"]);
    one(
        "[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\nwrong = { \"é\" = 5 }\n",
        5,
        17,
        &["'é' has to be a text"],
    );
    one("[[step]]\nlose = 0\n", 2, 8, &["1 or more"]);
    one("[[step]]\nclock = \"soon\"\n", 2, 9, &["'soon'", "\"1 s\""]);
    one("[[step]]\ndocument = \"No Such Name\"\nversions = 1\n", 2, 12, &["1 to 64 characters from a-z 0-9 . _ -"]);
    one("[[step]]\nwho = \"Dora\"\nsends = \"PUT documents\"\n", 3, 9, &["\"PUT /api/documents/welcome\""]);
}

#[test]
fn nobody_acts_who_is_not_there() {
    one("[[step]]\nwho = \"Bop\"\ndoes = \"save\"\n", 2, 7, &["nobody called 'Bop' has an editor", "'Alice' or 'Bob'"]);
    one("[[step]]\nrelease = [\"Bob\", \"Eve\"]\n", 2, 19, &["'Eve'"]);
    let sends =
        "[[step]]\nwho = \"Dora\"\nsends = \"GET /api/documents/a\"\nfields = { If-None-Match = \"{Dore.ETag}\" }\n";
    one(sends, 4, 28, &["'Dore'", "'Dora'"]);
}

#[test]
fn a_claim_is_about_a_document_that_is_there_or_comes_to_be() {
    let claim = |id: &str| format!("[[step]]\ndocument = \"{id}\"\nburied = 0\n");
    one(&claim("aa"), 2, 12, &["no document 'aa' in this lesson", "did you mean 'a'?"]);
    let open = "[[step]]\nwho = \"Bob\"\ndoes = \"open\"\ndocument = \"other\"\n";
    let put = "[[step]]\nwho = \"Dora\"\nsends = \"PUT /api/documents/new?x=1\"\n";
    let post = "[[step]]\nwho = \"Dora\"\nsends = \"POST /api/documents\"\n";
    for (before, id) in [("", "a"), (open, "other"), (put, "new"), (post, "whatever")] {
        read(&format!("{HEAD}{before}{}", claim(id))).unwrap_or_else(|faults| panic!("{faults}"));
    }
    let opens = format!("opens = \"new\"\n{HEAD}{}", claim("new"));
    read(&opens).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn one_pair_of_brackets_too_few_is_told_once() {
    let step = "[step]\nwho = \"Bob\"\ndoes = \"save\"\n";
    one(&step.repeat(3), 1, 1, &["write [[step]], in two pairs of brackets"]);
}

#[test]
fn somebody_who_sends_and_has_an_editor_is_named_once() {
    let sends = "[[step]]\nwho = \"Bob\"\nsends = \"GET /api/documents/a\"\n";
    let faults = faults(&format!("{sends}{sends}[[step]]\nrelease = [\"Eve\"]\n"));
    assert!(faults[0].2.ends_with("there is 'Alice' or 'Bob'"), "{faults:?}");
}

#[test]
fn names_that_would_mean_something_else_are_refused() {
    one("[[step]]\nwho = \"Teacher\"\nsends = \"GET /api/documents/a\"\n", 2, 7, &["lays the documents out"]);
    one("[[step]]\nwho = \"Dr. Dora\"\nsends = \"GET /api/documents/a\"\n", 2, 7, &["no full stop"]);
    let people =
        |names: &str| read(&format!("people = {names}\n{HEAD}[[step]]\nsay = \"x\"\n")).unwrap_err().to_string();
    assert!(people("[\"Teacher\"]").contains("lays the documents out"));
    assert!(people("[\"Ann\", \"Ann\"]").contains("twice"));
}

#[test]
fn a_step_is_of_one_kind() {
    one("[[step]]\nsay = \"x\"\nhold = \"writes\"\n", 1, 1, &["'say' and 'hold'", "two steps"]);
    one("[[step]]\nwho = \"Bob\"\ndoes = \"save\"\nappend = \"x\"\n", 4, 1, &["'append' says nothing about 'save'"]);
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_file() {
    let text = format!(
        "{HEAD}minuts = 4\n[[step]]\nsay = 1\n[[step]]\nhold = \"x\"\n[[step]]\nwho = \"Zoe\"\ndoes = \"save\"\n"
    );
    let faults = read(&text).unwrap_err().diagnostics;
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [6, 8, 10, 12], "{faults:#?}");
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    let faults = read("title = \"T\ngoal = 5\n").unwrap_err();
    assert_eq!(faults.diagnostics[0].line, 1, "{faults}");
    assert!(faults.to_string().starts_with("my/own.toml:1:"), "{faults}");
}

#[test]
fn the_place_is_shown_below_its_line() {
    let shown = read(&format!("{HEAD}[[step]]\nsay = \"é\"\nhöld = 1\n")).unwrap_err().to_string();
    // A name with such a letter has to stand in quotes: that is no TOML.
    assert!(shown.contains("\n  8 | höld = 1\n"), "{shown}");
    let shown = read(&format!("{HEAD}[[step]]\nhold =\t\"wörites\"\n")).unwrap_err().to_string();
    assert!(shown.ends_with("\n  7 | hold =\t\"wörites\"\n    |       \t^^^^^^^^^"), "{shown}");
}

proptest::proptest! {
    /// Whatever stands in a file, it is read or refused, and every place is in the file.
    #[test]
    fn nothing_makes_the_reader_fail(text in ".{0,80}", at in 0usize..600, byte in 0u8..128) {
        let _ = read(&text);
        let (_, sound) = lesson::built_in::FILES[0];
        let mut broken = sound.as_bytes().to_vec();
        broken[at] = byte;
        if let Ok(broken) = String::from_utf8(broken)
            && let Err(faults) = read(&broken)
        {
            proptest::prop_assert!(!faults.diagnostics.is_empty());
            let lines = broken.lines().count() + 1;
            proptest::prop_assert!(faults.diagnostics.iter().all(|fault| fault.line <= lines), "{}", faults);
        }
    }
}
