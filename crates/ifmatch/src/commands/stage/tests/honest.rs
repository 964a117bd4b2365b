//! Predictions are honest: nothing on the screen gives the answer to an open question away.
//!
//! Each built-in lesson is played to each of its questions. The frame of the question and the views that keys open
//! there are searched for the words of the right answer, outside of the question's own box. The frame of the step
//! before it is searched for those that no earlier frame had. The lines of plain mode are searched, too. A failure
//! means that the question lacks a word in its `hides` or `hides_before`, or that a view forgot to ask for it.
//!
//! Masks cover no more than they have to: without `hides_before`, the step before a question has none.

use std::collections::{BTreeMap, BTreeSet};

use lesson::script::{Check, HiddenArea};
use terminal::input::LineSource;

use super::*;

const SIZES: [(u16, u16); 4] = [(160, 50), (120, 40), (80, 24), (40, 12)];

/// The mask that the screen draws in place of something hidden.
const MASK: &str = "▒▒▒";

/// Words that the screen uses everywhere, whatever the answer is.
///
/// For example: 'look closer', 'saved as version 2', a path, 'no text was sent', 'True:' before a claim,
/// 'The response to Dora'.
const SCREEN_WORDS: [&str; 10] =
    ["look", "read", "version", "document", "documents", "server", "sent", "applied", "true", "response"];

/// How the screen announces the version that a save names, which answers a question about a tag.
const ANNOUNCED: [&str; 3] = ["will name", "saves it under", "sends it under"];

/// Words that say nothing by themselves.
const COMMON: [&str; 31] = [
    "each", "that", "this", "with", "when", "what", "which", "there", "their", "then", "than", "they", "them", "from",
    "into", "have", "been", "were", "does", "only", "once", "before", "after", "again", "some", "same", "says", "here",
    "both", "under", "because",
];

/// The numbers that an answer may have as its first word.
const NUMBERS: [&str; 13] =
    ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The nouns that the screen counts.
const COUNTED: [&str; 8] = ["conflict", "conflicts", "open", "change", "changes", "version", "versions", "requests"];

/// Words for a policy that is to be found out, in any view.
const POLICY_WORDS: [&str; 8] = [
    "checks first",
    "one tag per second",
    "! optional",
    "preconditions are optional",
    "a mistake on purpose",
    "Ifmatch-Unsafe: ",
    "judging: apart",
    "drop-empty",
];

/// Returns which words of a policy that is to be found out a text has.
fn policy_words(lesson: &Lesson, text: &str) -> Vec<&'static str> {
    let is_secret = lesson.has_secret_policy();
    POLICY_WORDS.into_iter().filter(|words| is_secret && text.contains(words)).collect()
}

/// Returns the words of a text in lower case. A word may contain hyphens.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    parts.map(|word| word.trim_matches('-').to_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// Returns the pieces of text that a search must not find: words of the right answer.
///
/// These are its numbers (statuses and versions), its count as the screen would write it, and each longer word that is
/// neither in the question, nor in a wrong answer, nor in what the lesson has said, shown or claimed before. If the
/// answer is a version, they also include the ways in which the screen announces the version that a save will name.
fn telling_words(lesson: &Lesson, at: usize, question: &Quiz) -> BTreeSet<String> {
    let right = question.choices.iter().find(|choice| choice.right).unwrap();
    let wrong = question.choices.iter().filter(|choice| !choice.right).map(|choice| choice.text.as_str());
    let asked: BTreeSet<String> = wrong.chain([question.text.as_str()]).flat_map(words).collect();
    let known = known_words(lesson, at, question);
    // The phrase of a status says no more than its number.
    let phrases = words(&right.text).into_iter().filter_map(|word| contract::phrase(word.parse().ok()?));
    let phrases: Vec<String> = phrases.flat_map(words).collect();
    let answer: Vec<String> = words(&right.text).into_iter().filter(|word| !phrases.contains(word)).collect();
    let is_number = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let telling = answer.iter().filter(|word| {
        let is_new = !known.contains(*word);
        let is_long = word.chars().count() >= 4 && !COMMON.contains(&word.as_str()) && !asked.contains(*word);
        is_new && (is_long || is_number(word)) && !SCREEN_WORDS.contains(&word.as_str())
    });
    let mut telling: BTreeSet<String> = telling.cloned().collect();
    if let Some(count) = answer.first().and_then(|word| NUMBERS.iter().position(|number| number == word)) {
        let count = if count == 0 { "no".to_owned() } else { count.to_string() };
        telling.extend(COUNTED.iter().map(|noun| format!("{count} {noun}")));
    }
    if answer.iter().any(|word| word == "version" || word == "tag") {
        telling.extend(ANNOUNCED.map(str::to_owned));
    }
    telling
}

/// Returns the words that a learner knows at a step: from the documents and the steps before.
///
/// The caption of a claim is among them, unless the question hides already before it what the claim is about.
fn known_words(lesson: &Lesson, at: usize, question: &Quiz) -> BTreeSet<String> {
    let documents = lesson.documents.iter().map(|(_, document)| format!("{} {}", document.title, document.content));
    // Everyone has read the document, so a 200 (or a 404) is on the wire from the beginning.
    let opening = ["200".to_owned(), "404".to_owned(), lesson.title.clone(), lesson.goal.clone()];
    let before = || lesson.steps[..at - 1].iter();
    let told = before().map(|step| format!("{} {:?}", step.caption(), step.kind));
    let is_shown = |check: &&Check| !check.claim.shows().iter().any(|area| question.hides_before(*area));
    let checked =
        before().flat_map(|step| step.checks.iter().filter(is_shown)).filter_map(|check| check.caption.clone());
    documents.chain(opening).chain(told).chain(checked).flat_map(|text| words(&text)).collect()
}

/// Returns a frame without the question's own box, which is the first on the screen.
fn outside_of_the_box(frame: &str, lesson: &Lesson) -> String {
    let is_narration = frame.lines().next().is_some_and(|row| {
        let title: String = lesson.title.chars().take(8).collect();
        row.contains(&title)
    });
    let rows = frame.lines().skip_while(|row| is_narration && !row.starts_with(['┗', '└']));
    rows.skip(usize::from(is_narration)).collect::<Vec<_>>().join("\n")
}

/// Returns which of the telling words a text contains.
fn found<'a>(telling: &'a BTreeSet<String>, text: &str) -> Vec<&'a String> {
    let words = format!(" {} ", words(text).join(" "));
    telling.iter().filter(|word| words.contains(&format!(" {word} "))).collect()
}

/// Returns the questions of a lesson, each with the number of its step.
fn questions(lesson: &Lesson) -> Vec<(usize, Quiz)> {
    (1..=lesson.steps.len()).filter_map(|at| Some((at, question(lesson, at)?.clone()))).collect()
}

/// A leaderless walk to each question of a lesson, which collects what gives an answer away.
struct Walk {
    lesson: Arc<Lesson>,
    size: (u16, u16),
    /// For the step of each question, the words of its answer that earlier frames had.
    seen: BTreeMap<usize, BTreeSet<String>>,
    leaks: Vec<String>,
}

impl Walk {
    fn new(lesson: &Arc<Lesson>, size: (u16, u16)) -> Self {
        Self { lesson: Arc::clone(lesson), size, seen: BTreeMap::new(), leaks: Vec::new() }
    }

    /// Searches a frame of the step before a question, and notes what the frames before that step had.
    fn search_before(&mut self, frame: &str, at: usize) {
        self.search_for_policy(frame, at);
        for (asked, question) in questions(&self.lesson).into_iter().filter(|(asked, _)| *asked > at) {
            let telling = telling_words(&self.lesson, asked, &question);
            let found = found(&telling, frame).into_iter().cloned();
            let seen = self.seen.entry(asked).or_default();
            if at + 1 < asked {
                seen.extend(found);
                continue;
            }
            let new: Vec<_> = found.filter(|word| !seen.contains(word)).collect();
            if !new.is_empty() {
                self.report(frame, at, &format!("the step before the question: {new:?}"));
            }
            let is_masked = frame.lines().any(|row| row.contains(MASK));
            if is_masked && question.hides_before.is_empty() && !question.hides(HiddenArea::NextRequest) {
                self.report(frame, at, "a mask that the question does not need before it is asked");
            }
        }
    }

    /// Checks that the narration explains masks if there are any, and only then.
    fn check_legend(&mut self, frame: &str, at: usize) {
        let (legend, others): (Vec<_>, Vec<_>) =
            frame.lines().partition(|row| row.starts_with(['└', '┗']) && row.contains(": hidden"));
        if legend.is_empty() == others.iter().any(|row| row.contains(MASK)) {
            self.report(frame, at, "the border explains a mask, and there is none, or the other way round");
        }
    }

    /// Searches a frame before the last question for a policy that is to be found out.
    fn search_for_policy(&mut self, frame: &str, at: usize) {
        let found = policy_words(&self.lesson, frame);
        if !found.is_empty() {
            self.report(frame, at, &format!("the policy: {found:?}"));
        }
    }

    fn report(&mut self, frame: &str, at: usize, what: &str) {
        let (name, (width, height)) = (&self.lesson.name, self.size);
        self.leaks.push(format!("{name}, {width}×{height}, step {at}: {what}\n{frame}\n"));
    }

    fn search(&mut self, frame: &str, at: usize, place: &str) {
        let Some((asked, question)) = questions(&self.lesson).into_iter().find(|(asked, _)| *asked == at) else {
            return;
        };
        self.search_for_policy(frame, at);
        let telling = telling_words(&self.lesson, asked, &question);
        let told = outside_of_the_box(frame, &self.lesson);
        let found = found(&telling, &told);
        if !found.is_empty() {
            self.report(&told, at, &format!("{place}: {found:?}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_frame_gives_an_answer_away() {
    let mut leaks = Vec::new();
    for (size, lesson) in SIZES.iter().flat_map(|size| lessons().into_iter().map(|lesson| (*size, lesson))) {
        let last = questions(&lesson).last().map_or(0, |(at, _)| *at);
        let mut walk = Walk::new(&lesson, size);
        let (mut knowing, mut answered) = (Knowing::new(&lesson), 0);
        let hand = |text: &str| {
            let at = step(text, &lesson);
            if at > last || (at == last && answered == last) {
                return vec![Key::ctrl('q')];
            }
            let is_question = question(&lesson, at).is_some();
            if !is_question {
                walk.search_before(text, at);
            }
            walk.check_legend(text, at);
            if is_question && answered < at {
                walk.search(text, at, "the question");
                answered = at;
            }
            vec![knowing.next(text)]
        };
        play(vec![Arc::clone(&lesson)], StageNext::Lesson(LessonRun::of(0)), size, hand).await;
        leaks.append(&mut walk.leaks);
    }
    assert!(leaks.is_empty(), "{} frames give an answer away:\n\n{}", leaks.len(), leaks.join("\n"));
}

/// The keys that open every view at a question, one after the other, each with the name of the view.
///
/// `Esc` closes a view if one opened, and is left out if the question refused it.
fn views() -> Vec<(&'static str, Key)> {
    let enter = Key::plain(KeyCode::Enter);
    vec![
        ("the help", Key::f(1)),
        ("", Key::f(1)),
        ("the policies", Key::char('t')),
        ("the list of the wire", Key::f(4)),
        ("the wire", Key::alt('w')),
        ("an exchange", enter),
        ("the first editor", Key::alt('1')),
        ("the versions", Key::f(3)),
        ("the second editor", Key::alt('2')),
        ("the view beside the text", Key::f(9)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_view_that_a_key_opens_gives_an_answer_away() {
    let mut leaks = Vec::new();
    let all = lessons().into_iter().flat_map(|lesson| questions(&lesson).into_iter().map(move |q| (lesson.clone(), q)));
    for (lesson, (asked, _)) in all {
        let mut walk = Walk::new(&lesson, WIDE);
        let (mut knowing, mut keys, mut place) = (Knowing::new(&lesson), views().into_iter(), None);
        let hand = |text: &str| {
            if place.is_none() && step(text, &lesson) != asked {
                return vec![knowing.next(text)];
            }
            if let Some(place) = place {
                walk.search(text, asked, place);
            }
            let is_open = ["exchange ", "versions of ", "the same lesson under"]
                .iter()
                .any(|title| text.lines().next().is_some_and(|row| row.contains(title)));
            if is_open {
                return vec![ESC];
            }
            keys.next().map_or_else(
                || vec![Key::ctrl('q')],
                |(name, key)| {
                    place = Some(name);
                    vec![key]
                },
            )
        };
        play(vec![Arc::clone(&lesson)], StageNext::Lesson(LessonRun::of(0)), WIDE, hand).await;
        leaks.append(&mut walk.leaks);
    }
    assert!(leaks.is_empty(), "{} views give an answer away:\n\n{}", leaks.len(), leaks.join("\n"));
}

/// A listener to plain mode: collects the printed lines.
struct Listener {
    lines: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Surface for Listener {
    fn size(&self) -> io::Result<Option<(u16, u16)>> {
        Ok(None)
    }

    fn print(&mut self, lines: Vec<String>) {
        self.lines.lock().unwrap().extend(lines);
    }

    fn show(&mut self, _: &State) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn reclaim(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns everything that plain mode prints for these lines of input.
async fn printed(lesson: &Arc<Lesson>, input: Vec<String>) -> Vec<String> {
    let (keys, mut events) = inbox();
    let lines = Arc::<std::sync::Mutex<Vec<String>>>::default();
    let root = tempfile::tempdir().unwrap();
    let config = StageConfig {
        servers: Arc::new(LocalServerFactory),
        lessons: vec![Arc::clone(lesson)],
        first: StageNext::Lesson(LessonRun::of(0)),
        room: None,
        progress: None,
        folder: Paths::below(root.path()).working_folder(),
        log: None,
        recorder: None,
        theme: Theme::default(),
        features: terminal::features::TerminalFeatures::default(),
        keys: tui::action::KeyMap::default(),
        full_tags: false,
    };
    for line in input {
        keys.send(Event::Terminal(TerminalEvent::Line(line))).unwrap();
    }
    let mut listener = Listener { lines: Arc::clone(&lines) };
    let played = play_stage(config, Some(LineSource::Piped), &mut listener, keys, &mut events);
    tokio::time::timeout(PATIENCE, played).await.expect("the stage waits for nothing").unwrap();
    lines.lock().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_line_of_plain_mode_gives_an_answer_away() {
    let mut leaks = Vec::new();
    let help = printed(&lessons()[0], vec!["help".to_owned(), "quit".to_owned()]).await;
    // Learners may know the purpose of each command, but not what the terms mean.
    let of_commands: Vec<_> = help.into_iter().take_while(|line| !line.starts_with("Terms")).collect();
    for lesson in lessons() {
        let questions = questions(&lesson);
        let last = questions.last().map_or(0, |(at, _)| *at);
        let right = |quiz: &Quiz| quiz.choices.iter().position(|choice| choice.right).unwrap() + 1;
        let commands = ["wire", "status", "versions", "policies", "help"].map(str::to_owned);
        let mut input = Vec::new();
        for at in 1..=last {
            input.push(String::new());
            if let Some((_, quiz)) = questions.iter().find(|(asked, _)| *asked == at) {
                input.extend(commands.clone());
                input.push(right(quiz).to_string());
            }
        }
        input.push("quit".to_owned());
        let printed = printed(&lesson, input).await;
        let mut rest = printed.as_slice();
        for (at, quiz) in &questions {
            let end = rest.iter().position(|line| line.starts_with("Right: ")).expect("each question is answered");
            let before: Vec<_> = rest[..end].iter().filter(|line| !is_of_the_question(line, quiz)).cloned().collect();
            let telling = telling_words(&lesson, *at, quiz);
            let policy =
                before.iter().filter(|line| !of_commands.contains(line) && !policy_words(&lesson, line).is_empty());
            leaks.extend(policy.map(|line| format!("{} (step {at}), the policy: {line}", lesson.name)));
            let lines = before.iter().filter(|line| !found(&telling, line).is_empty() && !of_commands.contains(line));
            leaks.extend(lines.map(|line| format!("{} (step {at}), {:?}: {line}", lesson.name, found(&telling, line))));
            rest = &rest[end + 1..];
        }
    }
    assert!(leaks.is_empty(), "{} lines give an answer away:\n\n{}", leaks.len(), leaks.join("\n"));
}

/// Returns whether a printed line is the question, or one of its choices.
fn is_of_the_question(line: &str, quiz: &Quiz) -> bool {
    let line = line.trim_start();
    line == quiz.text || quiz.choices.iter().any(|choice| line.ends_with(&choice.text))
}

/// The card of Dora, who sends the patch that the first question is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_next_request_is_on_the_card_after_the_answer() {
    let lesson = lessons().into_iter().find(|lesson| lesson.name == "patch-is-not-a-merge").unwrap();
    let (asked, quiz) = questions(&lesson).swap_remove(0);
    assert!(quiz.hides(HiddenArea::NextRequest));
    let (mut knowing, mut cards) = (Knowing::new(&lesson), BTreeSet::new());
    let hand = |text: &str| {
        let at = step(text, &lesson);
        if at > asked {
            return vec![Key::ctrl('q')];
        }
        let rest = outside_of_the_box(text, &lesson);
        let is_answered =
            at == asked && text.contains(&quiz.choices.iter().find(|choice| choice.right).unwrap().why[..20]);
        cards.insert((
            at,
            is_answered,
            rest.contains("next: ▒▒▒"),
            rest.contains("next: PATCH"),
            rest.contains("salad"),
        ));
        vec![knowing.next(text)]
    };
    play(vec![Arc::clone(&lesson)], StageNext::Lesson(LessonRun::of(0)), WIDE, hand).await;
    let hidden = |at| (at, false, true, false, false);
    let expected = [(0, false, false, false, false), (1, false, false, false, false), hidden(2), hidden(3), hidden(4)];
    assert_eq!(cards, expected.into_iter().chain([(4, true, false, true, true)]).collect());
}
