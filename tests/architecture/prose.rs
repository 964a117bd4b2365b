//! Habits of English that make a reader read a sentence twice: each area of the workspace has a quota of them.
//!
//! The counts are a smoke alarm, not the goal: a sentence without any of these habits can still be a riddle. A count
//! above its quota fails, and so does a count far below, so that quotas only ever go down. The lessons' prose and the
//! text buffer of the terminal are not counted.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::comments::Comment;
use crate::text::{Language, Source, sources};

/// The longest line of a comment or a document, in characters. rustfmt leaves both as they are.
const MAX_WIDTH: usize = 120;

/// The longest summary: the first paragraph of a comment that rustdoc shows, in characters.
const MAX_SUMMARY: usize = 100;

/// How far below its quota a count may be, in percent of the quota, before the quota has to be lowered.
const SLACK_PERCENT: usize = 25;

/// A count that is less than this below its quota needs no new quota.
const MIN_SLACK: usize = 10;

/// Files that are not counted: they are rewritten as a whole, are not prose, are history, or name the habits.
const EXEMPT: [&str; 6] = [
    "demo/lessons/",
    "crates/terminal/src/buffer",
    "crates/tui/src/buffer",
    "tests/fuzz/seeds/",
    "CHANGELOG.md",
    "tests/architecture/prose.rs",
];

/// A habit, and what to write instead.
struct Habit {
    name: &'static str,
    instead: &'static str,
    /// Returns the places in a comment, each with the words around it.
    find: fn(&Comment) -> Vec<String>,
}

const HABITS: [Habit; 7] = [
    Habit { name: "whoever", instead: "name the actor: client, server, handler, user, caller", find: whoever },
    Habit {
        name: "somebody",
        instead: "name the actor instead of somebody, nobody, anybody, everybody: client, server, handler, user, caller",
        find: somebody,
    },
    Habit { name: "stands", instead: "write 'is' (a value is in a field, a sentence is in a message)", find: stands },
    Habit { name: "where", instead: "write 'if' or 'when', unless a place is meant", find: wherever },
    Habit {
        name: "opening",
        instead: "open a summary with a verb ('Returns the …, or `None` if …') or with the name of the thing ('The …'), \
                  not with 'What …', 'Who …', 'Where …' or 'The same …'",
        find: opening,
    },
    Habit { name: "is no", instead: "write 'is not a valid X' instead of 'is no X'", find: is_no },
    Habit {
        name: "summary",
        instead: "shorten the first paragraph of a doc comment to one sentence of at most 100 characters; a blank line; \
                  then the details",
        find: summary,
    },
];

/// The name of the last column: lines that are too wide.
const WIDE: &str = "wide";

/// How often each habit may be found in an area: the columns are those of [`HABITS`], and [`WIDE`].
///
/// An area that is not named here has quotas of 0. Rows have a line between them, so that two changes merge.
#[rustfmt::skip]
const QUOTAS: &[(&str, [usize; HABITS.len() + 1])] = &[
    ("allocator", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("anomaly", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("bench", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("client", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("contract", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("documents", [0, 0, 2, 1, 0, 0, 0, 0]),

    ("editor", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("files", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("holes", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("ifmatch", [0, 0, 0, 0, 0, 0, 1, 0]),

    ("lesson", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("merge", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("merge-view", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("precondition", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("probe", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("scripts", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("server", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("store", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("swarm", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("terminal", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("tests", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("text", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("traffic", [0, 0, 0, 0, 0, 0, 0, 0]),

    ("tui", [0, 0, 0, 0, 0, 0, 0, 0]),
];

/// Returns the area that a file belongs to: its crate, `tests`, `documents`, `scripts`; `None` if nothing is counted.
fn area(source: &Source) -> Option<&str> {
    if EXEMPT.iter().any(|exempt| source.path.starts_with(exempt)) {
        return None;
    }
    match source.language() {
        Language::Rust => {}
        Language::Markdown => return Some("documents"),
        Language::Script => return Some("scripts"),
        Language::Other => return None,
    }
    let mut folders = source.path.split('/');
    match (folders.next()?, folders.next()?) {
        ("crates", name) => Some(name),
        (folder, _) => Some(folder),
    }
}

/// Returns each match in the words of a comment, with the words around it.
fn matches(comment: &Comment, is_match: impl Fn(&[String], usize) -> bool) -> Vec<String> {
    let words = comment.words();
    let around = |at: usize| words[at.saturating_sub(3)..words.len().min(at + 4)].join(" ");
    (0..words.len()).filter(|&at| is_match(&words, at)).map(around).collect()
}

/// Returns whether the word at an index, if there is one, is among these.
fn is_among(words: &[String], at: Option<usize>, among: &[&str]) -> bool {
    at.and_then(|at| words.get(at)).is_some_and(|word| among.contains(&word.as_str()))
}

fn whoever(comment: &Comment) -> Vec<String> {
    matches(comment, |words, at| is_among(words, Some(at), &["whoever", "whomever", "whosever", "whoever's"]))
}

fn somebody(comment: &Comment) -> Vec<String> {
    let names = ["somebody", "nobody", "anybody", "everybody"];
    matches(comment, |words, at| names.iter().any(|name| words[at].strip_suffix("'s").unwrap_or(&words[at]) == *name))
}

fn stands(comment: &Comment) -> Vec<String> {
    matches(comment, |words, at| {
        is_among(words, Some(at), &["stands", "stand", "stood"])
            && !is_among(words, Some(at + 1), &["for", "by", "still", "out"])
            && !(is_among(words, Some(at + 1), &["in"]) && is_among(words, Some(at + 2), &["for"]))
    })
}

/// Finds 'where' that means 'if' or 'when', as well as the word before it tells.
fn wherever(comment: &Comment) -> Vec<String> {
    // A place, or a verb of which the clause is the object.
    let before = [
        "place",
        "places",
        "line",
        "lines",
        "column",
        "row",
        "position",
        "point",
        "points",
        "file",
        "folder",
        "spot",
        "side",
        "part",
        "case",
        "cases",
        "moment",
        "section",
        "chapter",
        "know",
        "knows",
        "known",
        "tell",
        "tells",
        "say",
        "says",
        "said",
        "see",
        "sees",
        "show",
        "shows",
        "find",
        "finds",
        "remember",
        "remembers",
        "ask",
        "asks",
        "decide",
        "decides",
        "choose",
        "chooses",
        "learn",
        "learns",
        "is",
        "was",
        "from",
        "to",
        "of",
        "about",
        "exactly",
        "just",
        "and",
        "or",
        "matters",
        "begin",
        "begins",
        "end",
        "ends",
        "stops",
        "stopped",
        "on",
        "for",
    ];
    matches(comment, |words, at| {
        words[at] == "where"
            && at > 0
            && !is_among(words, at.checked_sub(1), &before)
            && !is_among(words, Some(at + 1), &["to"])
    })
}

fn opening(comment: &Comment) -> Vec<String> {
    let riddles = ["What ", "Who ", "Whom ", "Whose ", "Where ", "The same"];
    comment.summary().into_iter().filter(|summary| riddles.iter().any(|word| summary.starts_with(word))).collect()
}

fn is_no(comment: &Comment) -> Vec<String> {
    let after = ["longer", "more", "less", "other", "way", "need", "use", "different", "better", "doubt", "matter"];
    matches(comment, |words, at| {
        words[at] == "no"
            && is_among(words, at.checked_sub(1), &["is", "are", "was", "were", "be"])
            && !is_among(words, at.checked_sub(2), &["there"])
            && !is_among(words, Some(at + 1), &after)
    })
}

fn summary(comment: &Comment) -> Vec<String> {
    comment.summary().into_iter().filter(|summary| summary.chars().count() > MAX_SUMMARY).collect()
}

/// Returns the numbers of the lines that are too wide: lines of comments, and of documents.
///
/// A row of a table, code and a line of one word, such as an address, cannot be wrapped.
fn wide_lines(source: &Source) -> Vec<usize> {
    let language = source.language();
    let mut is_fenced = false;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(source.text.lines()) {
        let trimmed = line.trim_start();
        is_fenced ^= trimmed.starts_with("```");
        let is_prose = match language {
            Language::Rust => trimmed.starts_with("//"),
            Language::Script => trimmed.starts_with('#'),
            Language::Markdown => !is_fenced && !trimmed.starts_with('|') && !line.starts_with("    "),
            Language::Other => false,
        };
        if is_prose && line.chars().count() > MAX_WIDTH && trimmed.split_whitespace().nth(2).is_some() {
            found.push(number);
        }
    }
    found
}

/// The places at which a habit is found, each with an excerpt.
type Places = Vec<String>;

/// Returns the places of each habit, by area, in the order of the columns.
fn places() -> BTreeMap<String, Vec<Places>> {
    let mut found: BTreeMap<String, Vec<Places>> = BTreeMap::new();
    for source in sources() {
        let Some(area) = area(&source) else { continue };
        let columns = found.entry(area.to_owned()).or_insert_with(|| vec![Places::new(); HABITS.len() + 1]);
        for comment in Comment::all(&source) {
            for (habit, places) in HABITS.iter().zip(columns.iter_mut()) {
                let excerpts = (habit.find)(&comment);
                places.extend(excerpts.iter().map(|excerpt| format!("{}:{}: {excerpt}", source.path, comment.line)));
            }
        }
        columns[HABITS.len()].extend(wide_lines(&source).iter().map(|line| format!("{}:{line}", source.path)));
    }
    found
}

#[test]
fn habits_stay_within_their_quotas_and_quotas_go_down() {
    let found = places();
    assert!(found.contains_key("precondition") && found.contains_key("documents"), "the sources are read");
    let names = HABITS.iter().map(|habit| (habit.name, habit.instead));
    let wide = format!("wrap comments and documents at {MAX_WIDTH} characters");
    let names: Vec<_> = names.chain([(WIDE, wide.as_str())]).collect();
    let mut breaches = String::new();
    for (area, columns) in &found {
        let quotas = QUOTAS.iter().find(|(name, _)| name == area).map_or([0; HABITS.len() + 1], |(_, quotas)| *quotas);
        for ((places, quota), (habit, instead)) in columns.iter().zip(quotas).zip(&names) {
            let count = places.len();
            if count > quota {
                let _ =
                    writeln!(breaches, "{area}: {habit:?} {count} times, more than {quota}: {instead}. The first 30:");
                for place in places.iter().take(30) {
                    let _ = writeln!(breaches, "    {place}");
                }
            } else if quota - count >= MIN_SLACK && (quota - count) * 100 > quota * SLACK_PERCENT {
                let _ = writeln!(
                    breaches,
                    "{area}: {habit:?} only {count} times: enter {count} instead of {quota} in QUOTAS ({})",
                    file!()
                );
            }
        }
    }
    let now: String = found.iter().fold(String::new(), |mut table, (area, columns)| {
        let counts: Vec<String> = columns.iter().map(|places| places.len().to_string()).collect();
        let _ = writeln!(table, "    (\"{area}\", [{}]),", counts.join(", "));
        table
    });
    assert!(breaches.is_empty(), "{breaches}\nall counts now:\n{now}");
}

#[test]
fn every_quota_has_an_area() {
    let found = places();
    for (area, _) in QUOTAS {
        assert!(found.contains_key(*area), "there is no area {area} any more: remove its quota");
    }
}

#[test]
fn habits_are_found_and_plain_english_is_not() {
    let cases: [(&str, &[&str], &[&str]); 7] = [
        ("whoever", &["Whoever asks.", "given to whomever"], &["The client that asks."]),
        ("somebody", &["Nobody's tag.", "if anybody\n// waits"], &["No client waits."]),
        ("stands", &["It stands in the file."], &["It stands for a name.", "A mock stands in for it."]),
        (
            "where",
            &["None, where it is absent.", "the tag where none is"],
            &["the line where it begins", "knows where"],
        ),
        ("opening", &["What it is.", "The same, for a list."], &["The server's tag.", "Returns what is left."]),
        ("is no", &["The body is\n/// no JSON."], &["There is no body.", "It is no longer there."]),
        (
            "summary",
            &[&"long ".repeat(21)],
            &[
                "short",
                "long\n///\n/// \
            ones may follow, since only the first paragraph is the one that rustdoc shows in lists, and no other is",
            ],
        ),
    ];
    for (name, habitual, plain) in cases {
        let habit = HABITS.iter().find(|habit| habit.name == name).expect("the habit is in the table");
        let count = |text: &str| {
            let source = Source { path: "a.rs".to_owned(), text: format!("/// {text}\n") };
            Comment::all(&source).iter().map(|comment| (habit.find)(comment).len()).sum::<usize>()
        };
        for text in habitual {
            assert_eq!(count(text), 1, "{name}: {text}");
        }
        for text in plain {
            assert_eq!(count(text), 0, "{name}: {text}");
        }
    }
}

#[test]
fn wide_lines_are_found_unless_they_cannot_be_wrapped() {
    let wide = "word ".repeat(30);
    let lines = |path: &str, text: String| wide_lines(&Source { path: path.to_owned(), text });
    assert_eq!(lines("a.rs", format!("// {wide}\nlet a = \"{wide}\";\n    /// {wide}\n")), [1, 3]);
    assert_eq!(lines("a.sh", format!("# {wide}\necho {wide}\n")), [1]);
    assert_eq!(lines("a.md", format!("{wide}\n\n| {wide} |\n```\n{wide}\n```\n{wide}\n")), [1, 7]);
    assert_eq!(lines("a.md", format!("- {}\n", "address".repeat(30))), [0; 0]);
}
