//! Foreign text in transcripts is escaped in every format.

use contract::{Document, DocumentId, Exchange, Message};
use lesson::run_log::{CheckResult, ClaimResult, DocumentView, EditorView, LevelSheet, LogEntry, LostUpdate, RunLog};
use lesson::script::{Quiz, QuizChoice};
use lesson::transcript::{TranscriptFormat, write};
use proptest::prelude::*;

use crate::stepping::ended;

/// Returns a strategy for text with pieces that have a meaning in some format.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = [
        "\nserver->>p0: evil",
        "%%",
        "end",
        "#quot;",
        "#",
        ";",
        "::",
        "wrap:",
        "</svg>",
        "<script>",
        "]]>",
        "&amp;",
        "&",
        "\"",
        "'",
        "```\n",
        "````",
        "~~~",
        "\n# evil",
        "\n- evil",
        "| a | b |",
        "</details>",
        "<!--",
        "[x](y)",
        "![x](y)",
        "\\",
        "*",
        "_",
        "`",
        "\r",
        "\u{2028}",
        "\u{202e}",
        "\u{0}",
        "\u{1b}[31m",
        "{",
        "}",
        "alt x",
        "\n    end\n",
        "\t",
        "\u{ffff}",
        "1. ",
        "ä",
        "漢字",
        "\u{200b}",
        "%%{init: {}}%%",
        "---\n",
    ];
    let piece = prop_oneof![4 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,6}"];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Returns a run log in which every foreign text is `text`.
fn run_log(text: &str) -> RunLog {
    let alice: contract::Author = "A<l>i#c;e`|".parse().unwrap();
    let message = Message {
        fields: vec![("If-Match".into(), text.into()), ("ETag".into(), text.into())],
        body: text.into(),
        cut: false,
    };
    let answer = Exchange {
        author: Some(alice.clone()),
        target: format!("/api/documents/a{text}"),
        request: message.clone(),
        response: Some(message),
        ..ended(1, "x", "PUT", 412, &[], "")
    };
    let lost = Exchange { number: 2, status: None, response: None, lost: Some(text.to_owned()), ..answer.clone() };
    let asked =
        |exchange: &Exchange| Exchange { status: None, response: None, lost: None, answered: None, ..exchange.clone() };
    let document = Document { title: text.to_owned(), content: text.to_owned(), parent: None };
    let choice = |right| QuizChoice { text: text.to_owned(), right, why: text.to_owned() };
    let id: DocumentId = "a".parse().unwrap();
    let view = EditorView {
        state: "clean".into(),
        base: Some(text.into()),
        document: document.clone(),
        conflicts: None,
        says: Some(text.into()),
    };
    let check = |came| {
        let claims = vec![ClaimResult { claim: text.to_owned(), came }];
        CheckResult { line: 1, caption: text.to_owned(), claims, shows: Vec::new() }
    };
    let words = || vec![text.to_owned(), text.to_owned()];
    let level = LevelSheet {
        task: text.to_owned(),
        goal: words(),
        par: 2,
        hints: words(),
        offers: words(),
        solution: words(),
        reached: Some(text.to_owned()),
        wrong_path: words(),
        wrong_because: text.to_owned(),
    };
    let moments = vec![
        LogEntry::Step { step: 0, line: 1, caption: text.to_owned() },
        LogEntry::Said { text: format!("{text}.") },
        LogEntry::Asked {
            question: Quiz {
                text: text.to_owned(),
                choices: vec![choice(true), choice(false)],
                hides: Vec::new(),
                hides_before: Vec::new(),
            },
        },
        LogEntry::Did { who: alice.clone(), what: text.to_owned() },
        LogEntry::Departed { exchange: Box::new(asked(&answer)) },
        LogEntry::Held { who: alice.clone(), number: 1, judged: false },
        LogEntry::Released { who: alice.clone(), number: 1 },
        LogEntry::Ended { exchange: Box::new(answer.clone()) },
        LogEntry::Step { step: 1, line: 2, caption: text.to_owned() },
        LogEntry::Departed { exchange: Box::new(asked(&lost)) },
        LogEntry::Held { who: alice.clone(), number: 2, judged: true },
        LogEntry::Ended { exchange: Box::new(lost) },
        LogEntry::EditorState { who: alice.clone(), view },
        LogEntry::Off { who: alice.clone(), why: text.to_owned() },
        LogEntry::Looked {
            id,
            view: DocumentView {
                document: Some(document),
                versions: Vec::new(),
                lost_updates: vec![LostUpdate { version: text.into(), by: text.into() }],
            },
        },
        LogEntry::Judged(check(None)),
        LogEntry::Judged(check(Some(text.to_owned()))),
        LogEntry::YourTurn(Box::new(level)),
    ];
    let policy = contract::Policy::default();
    let another_take = Some(text.to_owned());
    let (title, goal) = (text.to_owned(), text.to_owned());
    RunLog {
        name: "t".into(),
        title,
        goal,
        minutes: 1,
        policy,
        has_secret_policy: false,
        policy_variant: another_take,
        senders: vec![alice],
        entries: moments,
    }
}

/// Returns a run log with a harmless text, for comparison.
fn harmless() -> RunLog {
    run_log("x")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_format_has_a_control_character(text in nasty()) {
        for format in [TranscriptFormat::Text, TranscriptFormat::Markdown, TranscriptFormat::Mermaid, TranscriptFormat::Har, TranscriptFormat::Svg, TranscriptFormat::Jsonl] {
            let transcript = write(&run_log(&text), format);
            let bad = transcript.chars().find(|c| c.is_control() && *c != '\n');
            let bidi = transcript.chars().find(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            prop_assert_eq!(bad, None, "{:?}", format);
            prop_assert_eq!(bidi, None, "{:?}", format);
        }
    }

    #[test]
    fn mermaid_has_only_our_lines(text in nasty()) {
        let (transcript, plain) = (write(&run_log(&text), TranscriptFormat::Mermaid), write(&harmless(), TranscriptFormat::Mermaid));
        prop_assert_eq!(transcript.lines().count(), plain.lines().count());
        for (line, plain) in transcript.lines().zip(plain.lines()) {
            let head = |line: &str| line.split_once(": ").map_or_else(
                || line.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
                |(head, _)| head.to_owned(),
            );
            if !line.trim_start().starts_with("title") {
                prop_assert_eq!(head(line), head(plain));
            }
            let said = line.split_once(": ").map_or("", |(_, said)| said);
            // Characters with a meaning in the language only occur as parts of numbers.
            for part in said.split('#').skip(1) {
                let number = part.split(';').next().unwrap_or_default();
                prop_assert!(part.contains(';') && number.chars().all(|c| c.is_ascii_digit()), "{}", line);
            }
            let rest: String = said.split('#').map(|part| part.split_once(';').map_or(part, |(_, rest)| rest)).collect();
            prop_assert!(!rest.contains([';', '%', '<', '>', '{', '}', '`', '\\']), "{}", line);
            prop_assert!(!said.starts_with("wrap") && !said.starts_with("nowrap"), "{}", line);
        }
    }

    #[test]
    fn svg_has_only_our_elements_and_is_well_formed(text in nasty()) {
        let transcript = write(&run_log(&text), TranscriptFormat::Svg);
        let mut open: Vec<&str> = Vec::new();
        for part in transcript.split('<').skip(1) {
            let (tag, rest) = part.split_once('>').expect("every tag ends");
            prop_assert!(!rest.contains('>'), "{}", part);
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            let ours = ["svg", "title", "desc", "style", "rect", "text", "line", "polygon", "path"];
            prop_assert!(ours.contains(&name), "{}", tag);
            prop_assert_eq!(tag.matches('"').count() % 2, 0);
            if tag.starts_with('/') {
                prop_assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(name);
            }
            for entity in rest.split('&').skip(1) {
                let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
                prop_assert!(known.iter().any(|known| entity.starts_with(known)), "{}", rest);
            }
        }
        prop_assert!(open.is_empty());
    }

    #[test]
    fn har_and_json_lines_keep_every_text(text in nasty()) {
        let run_log = run_log(&text);
        let har: serde_json::Value = serde_json::from_str(&write(&run_log, TranscriptFormat::Har)).unwrap();
        let entries = har["log"]["entries"].as_array().unwrap();
        prop_assert_eq!(entries.len(), 2);
        prop_assert_eq!(entries[0]["response"]["content"]["text"].as_str(), Some(text.as_str()));
        prop_assert_eq!(entries[1]["response"]["status"].as_u64(), Some(0));
        let lines = write(&run_log, TranscriptFormat::Jsonl);
        prop_assert_eq!(lines.lines().count(), run_log.entries.len() + 1);
        for line in lines.lines() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(line).unwrap()["moment"].is_string());
        }
    }

    #[test]
    fn markdown_has_only_our_headings_fences_and_html(text in nasty()) {
        let transcript = write(&run_log(&text), TranscriptFormat::Markdown);
        let mut fence: Option<&str> = None;
        let mut headings = 0;
        for line in transcript.lines() {
            let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
            match fence {
                Some(open) => {
                    if ticks.len() >= open.len() && line.trim_matches('`').is_empty() {
                        fence = None;
                    }
                }
                None if ticks.len() >= 3 => fence = Some(ticks),
                None => {
                    headings += usize::from(line.starts_with('#'));
                    let ours =
                        ["<details><summary>Answers</summary>", "<details><summary>Hints and solution</summary>", "</details>"];
                    prop_assert!(!line.contains('<') || ours.contains(&line), "{}", line);
                }
            }
        }
        prop_assert_eq!((fence, headings), (None, 3));
    }

    #[test]
    fn text_has_foreign_text_only_in_indented_lines(text in nasty()) {
        // Title, policy, goal, minutes, two steps and the end are not indented. All other lines are.
        let transcript = write(&run_log(&text), TranscriptFormat::Text);
        let unindented = transcript.lines().filter(|line| !line.is_empty() && !line.starts_with("   "));
        prop_assert!(unindented.count() <= 7, "{}", transcript);
    }
}

#[test]
fn sentence_gets_one_full_stop() {
    let marks = ["It says: ", "cannot do that now: ", "What came: "];
    for (words, ending) in [("It was saved", " saved."), ("It was saved.", " saved."), ("Was it saved?", " saved?")] {
        let transcript = write(&run_log(words), TranscriptFormat::Text);
        for mark in marks {
            let line = transcript.lines().find(|line| line.contains(mark)).expect("the transcript has such a line");
            assert!(line.ends_with(ending), "{line}");
        }
    }
}
