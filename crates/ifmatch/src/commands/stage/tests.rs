//! Every lesson that is built in, played on the stage to its end.
//!
//! The loop, the editors, the clients and the server are those of the program. Only the terminal is in memory, and the
//! keys are pressed by a leader who reads the screen.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::KeyCode;
use lesson::Lesson;
use lesson::script::{Quiz, StepKind};
use precondition::policy::Preconditions;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::progress::ProgressStore;
use tui::{Event, EventSender, LessonRun, SessionEnd, StageConfig, StageNext, State, Surface, draw, inbox, play_stage};

use super::LocalServerFactory;
use crate::catalog::Catalog;
use crate::paths::Paths;
use crate::progress::ProgressFile;

const WIDE: (u16, u16) = (120, 40);

/// More than any lesson takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// A leader at a terminal in memory: sees each frame, and presses keys when no request is under way.
struct Leader<F, W> {
    size: (u16, u16),
    keys: EventSender,
    /// Returns the keys to press at the sight of a frame.
    hand: F,
    /// Is shown each frame, also while a request is under way.
    watch: W,
}

impl<F: FnMut(&str) -> Vec<Key>, W: FnMut(&str)> Surface for Leader<F, W> {
    fn size(&self) -> io::Result<Option<(u16, u16)>> {
        Ok(Some(self.size))
    }

    fn print(&mut self, _: Vec<String>) {}

    fn show(&mut self, state: &State) -> io::Result<()> {
        let text = frame(state, self.size);
        (self.watch)(&text);
        // The sign tells it from an editor's 'a request is under way', which stays until a key is pressed.
        if state.ended().is_none() && !text.contains("\u{25cc} under way") {
            for key in (self.hand)(&text) {
                let _ = self.keys.send(Event::Terminal(TerminalEvent::Key(key)));
            }
        }
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn reclaim(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the text of a frame.
fn frame(state: &State, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(state, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn lessons() -> Vec<Arc<Lesson>> {
    Catalog::built_in().unwrap().lessons()
}

/// Runs the stage until the leader quits.
async fn play(lessons: Vec<Arc<Lesson>>, first: StageNext, size: (u16, u16), hand: impl FnMut(&str) -> Vec<Key>) {
    play_with(None, lessons, first, size, hand).await;
}

/// Runs the stage until the leader quits, with the user's progress.
async fn play_with(
    progress: Option<Arc<dyn ProgressStore>>,
    lessons: Vec<Arc<Lesson>>,
    first: StageNext,
    size: (u16, u16),
    hand: impl FnMut(&str) -> Vec<Key>,
) {
    let (keys, events) = inbox();
    let leader = Leader { size, keys: keys.clone(), hand, watch: |_: &str| {} };
    play_before(leader, progress, lessons, first, events).await;
}

/// Runs the stage until the leader quits.
///
/// `watch` is shown each frame, also while a request is under way.
async fn play_watching(
    lessons: Vec<Arc<Lesson>>,
    first: StageNext,
    size: (u16, u16),
    hand: impl FnMut(&str) -> Vec<Key>,
    watch: impl FnMut(&str),
) {
    let (keys, events) = inbox();
    play_before(Leader { size, keys, hand, watch }, None, lessons, first, events).await;
}

/// Runs the stage before a leader, until the leader quits.
async fn play_before<F: FnMut(&str) -> Vec<Key>, W: FnMut(&str)>(
    mut leader: Leader<F, W>,
    progress: Option<Arc<dyn ProgressStore>>,
    lessons: Vec<Arc<Lesson>>,
    first: StageNext,
    mut events: tui::EventReceiver,
) {
    let keys = leader.keys.clone();
    let root = tempfile::tempdir().unwrap();
    let folder = Paths::below(root.path()).working_folder();
    let config = StageConfig {
        servers: Arc::new(LocalServerFactory),
        lessons,
        first,
        folder,
        room: None,
        progress,
        log: None,
        recorder: None,
        theme: Theme::default(),
        features: terminal::features::TerminalFeatures::default(),
        keys: tui::action::KeyMap::default(),
        full_tags: false,
    };
    let played = play_stage(config, None, &mut leader, keys, &mut events);
    let end = tokio::time::timeout(PATIENCE, played).await.expect("the stage waits for nothing").unwrap();
    assert_eq!(end, SessionEnd::Quit);
}

/// Returns the number of the step that the narration shows; one more than the last at the end.
fn step(text: &str, lesson: &Lesson) -> usize {
    let title = text.lines().next().unwrap();
    match title.split("step ").nth(1) {
        Some(rest) => rest.split(' ').next().unwrap().parse().unwrap(),
        None if title.contains("the end") => lesson.steps.len() + 1,
        None => 0,
    }
}

fn question(lesson: &Lesson, step: usize) -> Option<&Quiz> {
    match &lesson.steps.get(step.checked_sub(1)?)?.kind {
        StepKind::Ask(question) => Some(question),
        _ => None,
    }
}

fn digit(at: usize) -> Key {
    Key::char(char::from_digit(u32::try_from(at + 1).unwrap(), 10).unwrap())
}

/// Answers each question of a lesson with all wrong answers, then with the right one, and steps.
struct Knowing {
    lesson: Arc<Lesson>,
    /// The number of a step with a question, and the wrong answers to it that were not given yet.
    left: (usize, Vec<usize>),
    /// The wrong answer that was just given.
    given: Option<usize>,
}

impl Knowing {
    fn new(lesson: &Arc<Lesson>) -> Self {
        Self { lesson: Arc::clone(lesson), left: (0, Vec::new()), given: None }
    }

    fn next(&mut self, text: &str) -> Key {
        let at = step(text, &self.lesson);
        let Some(question) = question(&self.lesson, at) else { return Key::char(' ') };
        if let Some(given) = self.given.take() {
            let last = question.choices[given].why.split(' ').next_back().unwrap();
            assert!(text.contains(last), "why it is wrong is read to its end: {last:?}\n{text}");
        }
        if self.left.0 != at {
            let wrong = question.choices.iter().enumerate().filter(|(_, choice)| !choice.right);
            self.left = (at, wrong.map(|(at, _)| at).collect());
        }
        let right = question.choices.iter().position(|choice| choice.right).unwrap();
        if text.contains(&format!("{} ✓ ", right + 1)) {
            self.left.0 = 0;
            return Key::char(' ');
        }
        assert!(text.contains("▶ "), "the mark is in sight:\n{text}");
        let choice = self.left.1.pop().unwrap_or(right);
        self.given = (choice != right).then_some(choice);
        digit(choice)
    }
}

/// Returns the last frame of a lesson.
///
/// `detour` may return another key for a step than the one that leads on.
async fn last_frame(lesson: &Arc<Lesson>, size: (u16, u16), mut detour: impl FnMut(usize) -> Option<Key>) -> String {
    let (mut knowing, mut last) = (Knowing::new(lesson), String::new());
    let hand = |text: &str| {
        let at = step(text, lesson);
        if text.contains("Not saved: ") {
            return vec![Key::char('l')];
        }
        if at > lesson.steps.len() {
            text.clone_into(&mut last);
            return vec![Key::ctrl('q')];
        }
        vec![detour(at).unwrap_or_else(|| knowing.next(text))]
    };
    play(vec![Arc::clone(lesson)], StageNext::Lesson(LessonRun::of(0)), size, hand).await;
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_of_every_lesson_holds() {
    for lesson in lessons() {
        let last = last_frame(&lesson, WIDE, |_| None).await;
        assert!(last.contains("claims of this lesson hold"), "{}:\n{last}", lesson.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_back_and_restart_lead_to_the_same_end() {
    for lesson in lessons() {
        let straight = last_frame(&lesson, WIDE, |_| None).await;
        let (back, again) = (lesson.steps.len() / 2, lesson.steps.len() - 1);
        let mut detours =
            vec![(again, Key::char('r')), (back, Key::plain(KeyCode::Left)), (back, Key::plain(KeyCode::PageUp))];
        let round = last_frame(&lesson, WIDE, |at| {
            let here = detours.last().is_some_and(|(step, _)| *step == at);
            if here { detours.pop().map(|(_, key)| key) } else { None }
        });
        let round = round.await;
        assert_eq!(round, straight, "{}", lesson.name);
        assert!(detours.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_terminal_shows_narration_and_question() {
    for size in [(80, 24), (40, 12)] {
        for lesson in lessons() {
            let last = last_frame(&lesson, size, |_| None).await;
            assert!(last.contains("claims of this lesson"), "{}:\n{last}", lesson.name);
        }
    }
}

#[tokio::test]
async fn low_terminal_shows_the_whole_merge() {
    let lesson = lessons().into_iter().find(|lesson| lesson.name == "merge").unwrap();
    let (mut knowing, mut moments, mut whole) = (Knowing::new(&lesson), 0, 0);
    let hand = |text: &str| {
        let at = step(text, &lesson);
        if at > lesson.steps.len() {
            return vec![Key::ctrl('q')];
        }
        // What was sent is the subject of a key moment, so the wire is shown; otherwise the merge needs its rows.
        let is_key_moment = at.checked_sub(1).is_some_and(|at| lesson.steps[at].key_moment);
        if text.contains("! merging") && is_key_moment {
            assert!(text.contains("the wire") && text.contains("→ 412"), "step {at}:\n{text}");
            moments += 1;
        } else if text.contains("! merging") && question(&lesson, at).is_none() {
            assert!(text.contains("the result") && !text.contains("the wire"), "step {at}:\n{text}");
            assert!(text.contains("● Alice v2"), "theirs, at step {at}:\n{text}");
            whole += 1;
        }
        vec![knowing.next(text)]
    };
    play(vec![Arc::clone(&lesson)], StageNext::Lesson(LessonRun::of(0)), (80, 24), hand).await;
    assert!(moments >= 1 && whole >= 1, "{moments}, {whole}");
}

#[tokio::test]
async fn typed_number_chooses_its_lesson() {
    let typed = |typed: &str| typed.chars().map(Key::char).collect::<Vec<_>>();
    for (keys, chosen) in
        [("3", "▶  3"), ("12", "▶ 12"), ("123", "▶  3"), ("19", "▶ 19"), ("29", "▶  9"), ("30", "▶  3")]
    {
        let at = after(StageNext::Menu(0), typed(keys)).await;
        assert!(at.contains(chosen) && at.contains(&format!("↑↓ 1–{} choose", lessons().len())), "{keys}:\n{at}");
    }
    let apart = [typed("1"), vec![Key::plain(KeyCode::Down)], typed("2")].concat();
    let at = after(StageNext::Menu(0), apart).await;
    assert!(at.contains("▶  2"), "another key ends the number:\n{at}");
    let begun = after(StageNext::Menu(0), [typed("12"), vec![Key::plain(KeyCode::Enter)]].concat()).await;
    assert!(begun.lines().next().unwrap().contains(&lessons()[11].title), "{begun}");
}

#[tokio::test]
async fn clients_of_a_level_have_cards_when_it_begins() {
    let contention = lessons().iter().position(|lesson| lesson.name == "contention").unwrap();
    let after_keys = |count| after(StageNext::Lesson(LessonRun::of(contention)), vec![SPACE; count]);
    let before = after_keys(3).await;
    assert!(before.contains("▲ Carol") && !before.contains("▼ Emil"), "{before}");
    // Two questions take three keys each.
    let at_level = after_keys(17).await;
    assert!(at_level.contains("your turn") && at_level.contains("▼ Emil"), "{at_level}");
}

#[tokio::test]
async fn another_take_asks_nothing_and_says_its_policy() {
    let run = LessonRun { take: Some(Preconditions::Required), ..LessonRun::of(0) };
    let at = after(StageNext::Lesson(run), vec![SPACE; 6]).await;
    assert!(at.contains("! another take: under required instead of ignored"), "{at}");
    assert!(at.contains("step 6 of ") && !at.contains("choose"), "{at}");
    let own = LessonRun { take: Some(Preconditions::Ignored), ..LessonRun::of(0) };
    let at = after(StageNext::Lesson(own), vec![SPACE; 6]).await;
    assert!(!at.contains("another take") && at.contains("Enter 1–"), "its own policy is no other take:\n{at}");
}

/// Returns the frame after these keys, each pressed when the one before has taken effect.
///
/// Then the stage is left without a save.
async fn after(first: StageNext, keys: Vec<Key>) -> String {
    let (mut keys, mut last) = (keys.into_iter(), String::new());
    let hand = |text: &str| {
        let next = keys.next();
        if next.is_none() && text.contains("Not saved: ") {
            return vec![Key::char('l')];
        }
        text.clone_into(&mut last);
        vec![next.unwrap_or(Key::ctrl('q'))]
    };
    play(lessons(), first, WIDE, hand).await;
    last
}

const SPACE: Key = Key::char(' ');
const ESC: Key = Key::plain(KeyCode::Esc);
const ENTER: Key = Key::plain(KeyCode::Enter);

#[tokio::test]
async fn each_key_of_a_clicker_steps() {
    let clicker = [SPACE, Key::plain(KeyCode::Right), Key::plain(KeyCode::PageDown), Key::char('.')];
    let at = after(StageNext::Lesson(LessonRun::of(0)), clicker.to_vec()).await;
    assert!(at.contains("step 4 of "), "{at}");
    let back = [clicker.to_vec(), vec![Key::plain(KeyCode::Left), Key::plain(KeyCode::PageUp)]].concat();
    let at = after(StageNext::Lesson(LessonRun::of(0)), back).await;
    assert!(at.contains("step 2 of "), "{at}");
}

/// Plays all lessons in a row with one key, and returns the titles of their frames.
async fn all_lessons_by(key: Key) -> Vec<String> {
    let (lessons, mut titles) = (lessons(), Vec::new());
    let hand = |text: &str| {
        if text.contains("Free play") {
            return vec![Key::ctrl('q')];
        }
        let title = text.lines().next().and_then(|row| row.split(" · ").next()).unwrap_or_default().to_owned();
        if titles.last() != Some(&title) {
            titles.push(title);
        }
        vec![key]
    };
    play(lessons, StageNext::Lesson(LessonRun::of(0)), WIDE, hand).await;
    titles
}

/// A clicker has one key that leads on; most of them send Page Down.
#[tokio::test]
async fn each_key_of_a_clicker_alone_plays_all_lessons() {
    for key in [SPACE, Key::plain(KeyCode::PageDown)] {
        let titles = all_lessons_by(key).await;
        assert_eq!(titles.len(), lessons().len(), "{titles:?}");
        for (title, lesson) in titles.iter().zip(lessons()) {
            assert!(title.ends_with(&lesson.title), "{title} is not {}", lesson.title);
        }
    }
}

/// Plays the shortest lesson to its end, goes to the menu, and returns its frame.
///
/// At the end, it waits for a text on the screen.
async fn end_and_menu(progress: &ProgressFile, awaited: &str) -> String {
    let lesson = lessons().into_iter().min_by_key(|lesson| lesson.steps.len()).unwrap();
    let mut menu = String::new();
    let hand = |text: &str| {
        if text.contains("Free play") {
            text.clone_into(&mut menu);
            return vec![Key::ctrl('q')];
        }
        if text.lines().next().unwrap().contains("the end") {
            return if text.contains(awaited) { vec![SPACE] } else { Vec::new() };
        }
        vec![SPACE]
    };
    let store = Arc::new(progress.clone());
    play_with(Some(store), vec![lesson], StageNext::Lesson(LessonRun::of(0)), WIDE, hand).await;
    menu
}

#[tokio::test]
async fn lesson_played_to_its_end_is_done_in_the_menu() {
    let root = tempfile::tempdir().unwrap();
    let file = ProgressFile::new(&Paths::below(root.path()));
    let menu = end_and_menu(&file, "the menu").await;
    let progress = file.read().unwrap();
    let (_, kept) = progress.lessons.iter().next().unwrap();
    let day = tui::progress::day(kept.done.unwrap());
    assert!(menu.contains("▶  1 ✓ ") && menu.contains(&format!("✓ done on {day}")), "{menu}");
}

#[cfg(unix)]
#[tokio::test]
async fn progress_that_cannot_be_kept_is_said_once() {
    let root = tempfile::tempdir().unwrap();
    let file = ProgressFile::new(&Paths::below(&root.path().join("data")));
    // Not even the superuser can create a folder in place of a link that leads nowhere.
    std::os::unix::fs::symlink(root.path().join("nowhere"), root.path().join("data")).unwrap();
    let menu = end_and_menu(&file, "your progress is not kept: ").await;
    assert!(menu.contains("Enter begin") && !menu.contains("✓"), "{menu}");
}

#[tokio::test]
async fn question_is_not_stepped_over_silently() {
    let to_the_question = vec![SPACE; 6];
    let asked = after(StageNext::Lesson(LessonRun::of(0)), to_the_question.clone()).await;
    assert!(asked.contains("What does the document say afterwards?") && !asked.contains("✓ "), "{asked}");
    let told = after(StageNext::Lesson(LessonRun::of(0)), [to_the_question.clone(), vec![SPACE]].concat()).await;
    assert!(told.contains("Space again gives the answer away") && told.contains("step 6 of "), "{told}");
    let given = after(StageNext::Lesson(LessonRun::of(0)), [to_the_question, vec![SPACE, SPACE]].concat()).await;
    assert!(given.contains("A PUT replaces the whole document") && given.contains("step 6 of "), "{given}");
}

#[tokio::test]
async fn typing_takes_the_lesson_over_and_r_restores_it() {
    let typed = vec![SPACE, SPACE, Key::alt('1'), Key::char('x'), ESC];
    let forked = after(StageNext::Lesson(LessonRun::of(1)), typed.clone()).await;
    assert!(forked.contains("The lesson was taken over") && forked.contains("step 2 of "), "{forked}");
    // To the end, over both questions: nothing is claimed.
    let mut by_hand = typed[2..].iter().copied();
    let on = last_frame(&lessons()[1], WIDE, |at| if at == 2 { by_hand.next() } else { None }).await;
    assert!(on.contains("no claims were checked"), "{on}");
    let again =
        after(StageNext::Lesson(LessonRun::of(1)), [typed, vec![Key::char('r'), Key::char('l')]].concat()).await;
    assert!(again.contains("Space begins") && !again.contains("taken over"), "{again}");
}

#[tokio::test]
async fn looking_into_an_editor_claims_no_course() {
    let looked = vec![SPACE, SPACE, Key::alt('1'), Key::plain(KeyCode::Right), ESC];
    let at = after(StageNext::Lesson(LessonRun::of(1)), looked).await;
    assert!(!at.contains("taken over") && at.contains("Space step"), "{at}");
}

#[tokio::test]
async fn takes_are_compared_side_by_side_and_played() {
    let (mut keys, mut table) = (vec![Key::char('o'), ENTER, Key::char('t')], String::new());
    let hand = |text: &str| {
        if text.contains("being played") {
            return Vec::new();
        }
        if text.contains("lost updates") {
            text.clone_into(&mut table);
        }
        vec![keys.pop().unwrap_or(if text.contains("another take") { Key::ctrl('q') } else { ESC })]
    };
    play(lessons(), StageNext::Lesson(LessonRun::of(1)), WIDE, hand).await;
    let row = |name: &str| table.lines().find(|line| line.contains(name)).unwrap_or_default().to_owned();
    assert!(row("Alice PUT").contains("200, lost update  412       412"), "{table}");
    assert!(row("lost updates").contains("1                 0         0"), "{table}");
}

#[tokio::test]
async fn takes_without_room_side_by_side_break_no_word() {
    let (mut pressed, mut read) = (0, String::new());
    let hand = |text: &str| {
        if text.contains("being played") {
            return Vec::new();
        }
        read.push_str(text);
        pressed += 1;
        vec![match pressed {
            1 => Key::char('t'),
            2 => ENTER,
            3..20 => Key::plain(KeyCode::Down),
            _ => Key::ctrl('q'),
        }]
    };
    play(lessons(), StageNext::Lesson(LessonRun::of(1)), (40, 12), hand).await;
    assert!(read.contains("Alice PUT. ignored: 200"), "{read}");
    let rows: Vec<_> = read.lines().filter(|row| row.contains("ptional")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.contains("optional")), "{rows:?}");
}

/// Sends a PUT as curl does, without a condition or an author, and returns the status line.
fn put_as_curl(address: &str) -> String {
    use std::io::{Read as _, Write as _};
    let body = "{\"title\":\"welcome\",\"content\":\"from curl\"}";
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(
        stream,
        "PUT /api/documents/welcome HTTP/1.1\r\nHost: {address}\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_of_another_client_is_on_the_wire_of_free_play() {
    let (mut sent, mut seen) = (None, String::new());
    let hand = |text: &str| {
        let clean = text.matches("✓ clean").count() == 2;
        if let (None, true, Some((_, rest))) = (&sent, clean, text.split_once("http://")) {
            // The server's record begins in its own time; a request before that is not on the wire.
            std::thread::sleep(Duration::from_millis(200));
            sent = Some(put_as_curl(rest.split_whitespace().next().unwrap()));
        }
        if text.contains("◇ curl") {
            text.clone_into(&mut seen);
            return vec![Key::ctrl('q')];
        }
        Vec::new()
    };
    play(lessons(), StageNext::FreePlay, WIDE, hand).await;
    assert_eq!(sent.as_deref(), Some("HTTP/1.1 428 Precondition Required"));
    assert!(seen.contains("428"), "{seen}");
}

mod honest;
mod levels;
mod replay;
mod swarm;

mod any_keys {
    use proptest::prelude::*;
    use tui::action::BINDINGS;

    use super::*;

    fn keys() -> impl Strategy<Value = Vec<Key>> {
        let known: Vec<Key> =
            BINDINGS.iter().flat_map(|row| row.default_keys).copied().filter(|key| *key != Key::ctrl('q')).collect();
        let key = prop_oneof![
            3 => proptest::sample::select(known),
            3 => Just(SPACE),
            1 => proptest::char::range(' ', '~').prop_map(Key::char),
        ];
        proptest::collection::vec(key, 0..50)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_keys_lead_back_to_the_menu(lesson in any::<proptest::sample::Index>(), keys in keys()) {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            let mut keys = keys.into_iter();
            // Free play asks about unsaved text; it is discarded.
            let mut out = vec![Key::ctrl('q'), Key::char('l'), Key::f(10)];
            let hand = move |_: &str| vec![keys.next().or_else(|| out.pop()).unwrap_or(Key::ctrl('q'))];
            let (lessons, first) = (lessons(), lesson.index(lessons().len()));
            runtime.block_on(play(lessons, StageNext::Lesson(LessonRun::of(first)), (80, 24), hand));
        }
    }
}
