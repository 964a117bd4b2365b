//! The faults in a lesson's file: messages, positions, and reporting all of them.

use lesson::script::LessonPart;
use lesson::{Diagnostics, Lesson};

const HEAD: &str = "title = \"T\"\ngoal = \"G\"\nminutes = 5\n[documents.a]\ncontent = \"x\"\n";

fn read(text: &str) -> Result<Lesson, Diagnostics> {
    lesson::read("my/own.toml", text)
}

/// Returns line, column and message of the faults in steps; lines are counted from the first step.
fn faults(steps: &str) -> Vec<(usize, usize, String)> {
    let before = HEAD.lines().count();
    let faults = read(&format!("{HEAD}{steps}")).expect_err("something is wrong").diagnostics;
    faults.into_iter().map(|fault| (fault.line - before, fault.column, fault.message)).collect()
}

/// Asserts that a lesson of one step has one fault, with this position and these pieces of a message.
fn one(step: &str, line: usize, column: usize, pieces: &[&str]) {
    let faults = faults(step);
    assert_eq!(faults.len(), 1, "{step}: {faults:#?}");
    let (at, there, what) = &faults[0];
    assert_eq!((*at, *there), (line, column), "{step}: {what}");
    for piece in pieces {
        assert!(what.contains(piece), "{step}: {what:?} does not contain {piece:?}");
    }
}

/// Asserts that a claim has one fault; its lines are counted from its `[[step]]`.
fn claim(claim: &str, line: usize, column: usize, pieces: &[&str]) {
    one(&format!("[[step]]\nsay = \"x\"\n[[step]]\n{claim}"), line + 2, column, pieces);
}

#[test]
fn valid_lesson_is_read() {
    let lesson = read(&format!("{HEAD}[[step]]\nsay = \"hello\"\n")).unwrap();
    assert_eq!((lesson.name.as_str(), lesson.steps.len(), lesson.steps[0].line), ("own", 1, 6));
    assert_eq!(lesson.people.iter().map(contract::Author::as_str).collect::<Vec<_>>(), ["Alice", "Bob"]);
    assert_eq!(lesson.opens.as_str(), "a");
}

#[test]
fn unknown_words_are_reported_with_a_suggestion() {
    one("[[step]]\nsay = \"x\"\ncapton = \"y\"\n", 3, 1, &["'capton'", "a 'say' step", "did you mean 'caption'?"]);
    one("[[step]]\nsays = \"x\"\n", 2, 1, &["'says'", "did you mean 'say'?"]);
    one("[[step]]\nwho = \"Alice\"\ndoes = \"savee\"\n", 3, 8, &["'savee'", "did you mean 'save'?"]);
    one("[[step]]\nhold = \"everything\"\n", 2, 8, &["expected 'none', 'writes', 'all' or 'judged'"]);
    one("[[step]]\npolicy = { etags = \"contents\" }\n", 2, 20, &["did you mean 'content'?"]);
    one("[[step]]\npolicy = { tags = \"content\" }\n", 2, 12, &["'tags'", "did you mean 'etags'?"]);
    claim("expect = \"Bob\"\nreason = \"stael\"\n", 3, 10, &["'stael'", "did you mean 'stale'?"]);
    claim("editor = \"Bob\"\nstate = \"mergin\"\n", 3, 9, &["'mergin'", "did you mean 'merging'?"]);
    let asked = |hides: &str| {
        format!("[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\nwrong = {{ c = \"d\" }}\nhides = {hides}\n")
    };
    one(&asked("[\"merge.cuont\"]"), 6, 10, &["'merge.cuont'", "did you mean 'merge.count'?"]);
    one(&asked("[\"status\", \"status\"]"), 6, 20, &["'hides' has this word twice"]);
    one(&asked("\"status\""), 6, 9, &["'hides' must be a list of texts, not a text"]);
    one(&asked("[]\nhides_before = [\"statsu\"]"), 7, 17, &["'statsu'", "did you mean 'status'?"]);
    let both = asked("[\"status\"]\nhides_before = [\"panel\", \"status\"]");
    one(&both, 7, 26, &["remove this word from 'hides'"]);
}

/// A lesson can claim each of the contract's reasons for refused conditions and conflicts.
#[test]
fn claimed_reason_is_a_word_of_the_contract() {
    for reason in ["stale", "date_in_future", "too_deep"] {
        let lesson = read(&format!("{HEAD}[[step]]\nsay = \"x\"\n[[step]]\nexpect = \"Bob\"\nreason = \"{reason}\"\n"));
        assert!(lesson.is_ok(), "{reason}: {lesson:?}");
    }
    claim("expect = \"Bob\"\nreason = \"disk_full\"\n", 3, 10, &["'reason' cannot be 'disk_full'"]);
}

#[test]
fn missing_keys_are_reported() {
    one("[[step]]\n", 1, 1, &["does nothing", "'say'", "'clock'"]);
    one("[[step]]\ndoes = \"save\"\n", 1, 1, &["a 'does' step", "needs 'who'"]);
    one("[[step]]\nwho = \"Bob\"\ndoes = \"type\"\nreplace = \"x\"\n", 1, 1, &["'replace' needs 'with'"]);
    one("[[step]]\nwho = \"Bob\"\ndoes = \"type\"\n", 1, 1, &["exactly one of 'replace'"]);
    claim("expect = \"Bob\"\n", 1, 1, &["this claim says nothing", "status"]);
    one("[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\n", 1, 1, &["needs 'wrong'"]);
    let missing = read("").unwrap_err().to_string();
    for piece in ["needs 'title'", "needs 'goal'", "needs 'minutes'", "needs 'step'", "needs a document"] {
        assert!(missing.contains(piece), "{missing}");
    }
}

#[test]
fn values_of_a_wrong_type_are_reported() {
    one("[[step]]\nsay = 5\n", 2, 7, &["'say' must be a text in quotes", "not a whole number"]);
    claim("expect = \"Bob\"\nstatus = \"412\"\n", 3, 10, &["without quotes", "not a text"]);
    claim("expect = \"Bob\"\nfields = { ETag = 5 }\n", 3, 19, &["or true (present) or false"]);
    one(
        "[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\nwrong = { \"é\" = 5 }\n",
        5,
        17,
        &["'é' must be a text"],
    );
    one("[[step]]\nlose = 0\n", 2, 8, &["1 or more"]);
    one("[[step]]\nclock = \"soon\"\n", 2, 9, &["'soon'", "\"1 s\""]);
    claim("document = \"No Such Name\"\nversions = 1\n", 2, 12, &["1 to 64 characters from a-z 0-9 . _ -"]);
    one("[[step]]\nwho = \"Dora\"\nsends = \"PUT documents\"\n", 3, 9, &["\"PUT /api/documents/welcome\""]);
}

#[test]
fn unknown_names_are_reported() {
    one("[[step]]\nwho = \"Bop\"\ndoes = \"save\"\n", 2, 7, &["no one called 'Bop' has an editor", "'Alice' or 'Bob'"]);
    one("[[step]]\nrelease = [\"Bob\", \"Eve\"]\n", 2, 19, &["'Eve'"]);
    let sends =
        "[[step]]\nwho = \"Dora\"\nsends = \"GET /api/documents/a\"\nfields = { If-None-Match = \"{Dore.ETag}\" }\n";
    one(sends, 4, 28, &["'Dore'", "'Dora'"]);
}

#[test]
fn claim_about_an_unknown_document_is_a_fault() {
    let claim = |id: &str| format!("[[step]]\nsay = \"x\"\n[[step]]\ndocument = \"{id}\"\noverwritten = 0\n");
    one(&claim("aa"), 4, 12, &["no document 'aa' in this lesson", "did you mean 'a'?"]);
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
fn single_brackets_of_steps_are_reported_once() {
    let step = "[step]\nwho = \"Bob\"\ndoes = \"save\"\n";
    one(&step.repeat(3), 1, 1, &["write [[step]], with two pairs of brackets"]);
}

#[test]
fn sender_with_an_editor_is_listed_once() {
    let sends = "[[step]]\nwho = \"Bob\"\nsends = \"GET /api/documents/a\"\n";
    let faults = faults(&format!("{sends}{sends}[[step]]\nrelease = [\"Eve\"]\n"));
    assert!(faults[0].2.ends_with("expected 'Alice' or 'Bob'"), "{faults:?}");
}

#[test]
fn reserved_names_are_refused() {
    one("[[step]]\nwho = \"Teacher\"\nsends = \"GET /api/documents/a\"\n", 2, 7, &["the author of the documents"]);
    one("[[step]]\nwho = \"Dr. Dora\"\nsends = \"GET /api/documents/a\"\n", 2, 7, &["cannot contain a full stop"]);
    let people =
        |names: &str| read(&format!("people = {names}\n{HEAD}[[step]]\nsay = \"x\"\n")).unwrap_err().to_string();
    assert!(people("[\"Teacher\"]").contains("the author of the documents"));
    assert!(people("[\"Ann\", \"Ann\"]").contains("twice"));
}

#[test]
fn step_with_keys_of_two_kinds_is_a_fault() {
    one("[[step]]\nsay = \"x\"\nhold = \"writes\"\n", 1, 1, &["'say' and 'hold'", "two steps"]);
    one("[[step]]\nwho = \"Bob\"\ndoes = \"save\"\nappend = \"x\"\n", 4, 1, &["'append' has no meaning with 'save'"]);
}

#[test]
fn claims_become_part_of_the_step_before_them() {
    let save = "[[step]]\nwho = \"Bob\"\ndoes = \"save\"\nkey_moment = true\n";
    let expects = "[[step]]\nexpect = \"Bob\"\nstatus = 200\ncaption = \"Saved\"\n[[step]]\neditor = \"Bob\"\nstate = \"clean\"\n";
    let head = format!("part = \"cure\"\nfull_tags = true\n{HEAD}");
    let lesson = read(&format!("{head}{save}{expects}[[step]]\nsay = \"x\"\n")).unwrap();
    let counts: Vec<_> = lesson.steps.iter().map(|step| (step.checks.len(), step.key_moment)).collect();
    assert_eq!(counts, [(2, true), (0, false)]);
    let captions: Vec<_> = lesson.steps[0].checks.iter().map(|check| (check.line, check.caption())).collect();
    assert_eq!(captions, [(12, "Saved".to_owned()), (16, "Bob's editor is 'clean'".to_owned())]);
    assert_eq!((lesson.part, lesson.full_tags), (Some(LessonPart::Cure), true));
    one(&expects[..expects.find("caption").unwrap()], 1, 1, &["the step before it, but there is none"]);
}

const LEVEL: &str = r#"[[step]]
your_turn = "Get both lines in."
goal = [ { document = "a", has = "two" }, { expect = "Bob", status = 200, caption = "Bob's save succeeds" } ]
par = 2
hint = ["Look.", "Look again."]
reached = "Both are in."
wrong_because = "It changes nothing."
[[step.offers]]
who = "Dora"
sends = "GET /api/documents/a"
[[step.solution]]
who = "Bob"
does = "type"
append = "two"
[[step.solution]]
who = "Bob"
does = "save"
[[step.wrong_path]]
hold = "none"
"#;

#[test]
fn level_is_read() {
    let lesson = read(&format!("{HEAD}{LEVEL}")).unwrap_or_else(|faults| panic!("{faults}"));
    let level = lesson.level().unwrap();
    let goal: Vec<String> = level.goal.iter().map(lesson::script::Check::caption).collect();
    assert_eq!(goal, ["'a' has \"two\"", "Bob's save succeeds"]);
    assert_eq!((level.par, level.hints.len(), level.solution.len(), level.wrong_path.len()), (2, 2, 2, 1));
    assert_eq!(level.offers[0].caption(), "Dora sends GET /api/documents/a");
    assert!(lesson.senders().iter().any(|who| who.as_str() == "Dora"), "an offer's author is a client");
}

#[test]
fn faults_of_a_level_are_reported() {
    let without = |line: &str| LEVEL.replace(&format!("{line}\n"), "");
    let instead = |line: &str, other: &str| LEVEL.replace(line, other);
    one(&without("par = 2"), 1, 1, &["a level needs 'par'"]);
    one(&instead("par = 2", "par = 0"), 4, 7, &["1 or more"]);
    one(&without("hint = [\"Look.\", \"Look again.\"]"), 1, 1, &["a level needs 'hint'"]);
    one(&instead("[\"Look.\", \"Look again.\"]", "[]"), 5, 8, &["a level needs a hint"]);
    one(&without("wrong_because = \"It changes nothing.\""), 1, 1, &["a level needs 'wrong_because'"]);
    one(&instead("reached =", "reach ="), 6, 1, &["'reach'", "a level", "did you mean 'reached'?"]);
    one(&without("sends = \"GET /api/documents/a\""), 8, 1, &["an offer needs 'sends'"]);
    one(&instead("who = \"Dora\"", "who = \"Bob\""), 9, 7, &["a client without an editor", "Bob has one"]);
    one(&LEVEL[..LEVEL.find("[[step.wrong_path]]").unwrap()], 1, 1, &["a level needs 'wrong_path'"]);
    let solution = LEVEL.find("[[step.solution]]").unwrap()..LEVEL.find("[[step.wrong_path]]").unwrap();
    one(&LEVEL.replace(&LEVEL[solution], ""), 1, 1, &["a level needs 'solution'"]);
    one(&instead("hold = \"none\"", "say = \"x\""), 18, 1, &["a wrong path cannot have a 'say' step", "'does'"]);
    one(&instead("hold = \"none\"", "holds = \"none\""), 19, 1, &["did you mean 'hold'?"]);
    one(&instead("[[step.wrong_path]]", "[step.wrong_path]"), 18, 1, &["'wrong_path' must be a list of steps"]);
    one(&instead("has = \"two\"", "hass = \"two\""), 3, 28, &["'hass'", "did you mean 'has'?"]);
    one(&instead("expect = \"Bob\"", "expct = \"Bob\""), 3, 45, &["'expct'", "did you mean 'expect'?"]);
    one(&instead("document = \"a\"", "document = \"aa\""), 3, 23, &["no document 'aa'"]);
    // No swarm runs in a level, so a claim about one could never hold, not even a valid one.
    let measure = "measure = \"acknowledged\", of = { writers = 2 }, at_least = 1";
    one(&instead("document = \"a\", has = \"two\"", measure), 3, 12, &["cannot have a 'measure' claim"]);
    one(&instead("document = \"a\", has = \"two\"", ""), 3, 10, &["needs 'expect', 'document' or 'editor'"]);
    one(&instead("has = \"two\"", "has = \"{Eve.ETag}\""), 3, 34, &["no one in this lesson is called 'Eve'"]);
    one(&format!("{LEVEL}{LEVEL}"), 20, 1, &["at most one level", "line 6"]);
    one(&format!("{LEVEL}[[step]]\nsay = \"x\"\n"), 20, 1, &["the last step", "line 6"]);
    one(&format!("{LEVEL}[[step]]\neditor = \"Bob\"\nstate = \"clean\"\n"), 20, 1, &["into the 'goal' of line 6"]);
}

#[test]
fn keys_below_the_wrong_table_are_reported_with_their_place() {
    let moved = LEVEL.replace("reached = \"Both are in.\"\n", "") + "reached = \"Both are in.\"\n";
    one(&moved, 19, 1, &["'reached' is not a key of a 'hold' step", "a key of the level", "below 'your_turn'"]);
    let head = "goal = \"G\"\nminutes = 5\n";
    let documents = "[documents.a]\ncontent = \"x\"\n";
    let steps = "[[step]]\nsay = \"x\"\n";
    let messages = |text: &str| {
        let faults = read(text).unwrap_err().diagnostics;
        faults.into_iter().map(|fault| (fault.line, fault.message)).collect::<Vec<_>>()
    };
    let found = messages(&format!("{documents}title = \"T\"\n{head}{steps}"));
    assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5], "{found:#?}");
    assert!(found.iter().all(|(_, what)| what.contains("it is a key of the head")), "{found:#?}");
    let found = messages(&format!("title = \"T\"\ngoal = \"G\"\n{documents}{steps}minutes = 5\n"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].1.starts_with("'minutes' is not a key of a 'say' step; it is a key of the head"), "{found:#?}");
}

#[test]
fn key_moment_needs_a_step_with_a_response() {
    let asks = "[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\nwrong = { c = \"d\" }\nkey_moment = true\n";
    one(asks, 6, 14, &["no status comes back in an 'ask' step", "'does', 'sends' or 'release'"]);
    read(&format!("{HEAD}[[step]]\nrelease = \"Bob\"\nkey_moment = true\n"))
        .unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn claimed_status_is_a_status_code() {
    claim("expect = \"Bob\"\nstatus = 900\n", 3, 10, &["'status' cannot be 900", "from 100 to 599"]);
    claim("expect = \"Bob\"\nstatus = 99\n", 3, 10, &["a whole number, 100 or more"]);
    one(&LEVEL.replace("status = 200", "status = 600"), 3, 70, &["'status' cannot be 600"]);
    for status in [100, 599] {
        let text = format!("{HEAD}[[step]]\nsay = \"x\"\n[[step]]\nexpect = \"Bob\"\nstatus = {status}\n");
        read(&text).unwrap_or_else(|faults| panic!("{faults}"));
    }
}

#[test]
fn invalid_name_of_a_document_is_the_only_fault() {
    let text = format!("{}[[step]]\nsay = \"x\"\n", HEAD.replace("documents.a", "documents.Keys"));
    let faults = read(&text).unwrap_err().diagnostics;
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].message.contains("'documents' cannot be 'Keys'"), "{faults:#?}");
}

#[test]
fn curly_quotation_marks_are_named() {
    for text in ["title = “T”\ngoal = \"G\"\n", "title = ‘T’\n", "title = \"T”\n"] {
        let faults = read(text).unwrap_err();
        assert_eq!(faults.diagnostics[0].line, 1, "{faults}");
        assert!(faults.to_string().contains("is a typographic quotation mark; TOML needs straight ones"), "{faults}");
    }
    read(&format!("{HEAD}[[step]]\nsay = \"They say “no”.\"\n")).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn all_faults_are_reported_in_the_order_of_the_file() {
    let text = format!(
        "{HEAD}minuts = 4\n[[step]]\nsay = 1\n[[step]]\nhold = \"x\"\n[[step]]\nwho = \"Zoe\"\ndoes = \"save\"\n"
    );
    let faults = read(&text).unwrap_err().diagnostics;
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [6, 8, 10, 12], "{faults:#?}");
}

#[test]
fn syntax_error_is_reported_with_its_position() {
    let faults = read("title = \"T\ngoal = 5\n").unwrap_err();
    assert_eq!(faults.diagnostics[0].line, 1, "{faults}");
    assert!(faults.to_string().starts_with("my/own.toml:1:"), "{faults}");
}

#[test]
fn position_is_marked_below_its_line() {
    let shown = read(&format!("{HEAD}[[step]]\nsay = \"é\"\nhöld = 1\n")).unwrap_err().to_string();
    // A bare key cannot have this letter, so the file is not valid TOML.
    assert!(shown.contains("\n  8 | höld = 1\n"), "{shown}");
    let shown = read(&format!("{HEAD}[[step]]\nhold =\t\"wörites\"\n")).unwrap_err().to_string();
    assert!(shown.ends_with("\n  7 | hold =\t\"wörites\"\n    |       \t^^^^^^^^^"), "{shown}");
}

proptest::proptest! {
    /// Any text is read or refused, and every fault has a position in the file.
    #[test]
    fn arbitrary_text_is_read_or_refused(text in ".{0,80}", at in proptest::num::usize::ANY, byte in 0u8..128) {
        let _ = read(&text);
        let (_, sound) = lesson::built_in::FILES[0];
        let mut broken = sound.as_bytes().to_vec();
        // The lesson ends with a level.
        let at = at % broken.len();
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
