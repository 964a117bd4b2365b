//! Seed documents: the list of them on the leader's screen, and what became of those that were sent.

use crossterm::event::KeyCode;
use terminal::theme::Theme;
use tui::action::Context;
use tui::room_request::{FolderListing, RoomReport, RoomRequest};
use tui::seed::{SeedDocument, SeedOutcome, SeedReport, SeedSource};
use tui::{Effect, Event, RoomHosting, State};

use crate::harness::{TestApp, id};
use crate::room::{empty_room, room_of_three};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns the sources of all seed documents that were to be created.
fn sources(play: &TestApp) -> Vec<SeedSource> {
    let sent = play.effects.iter().filter_map(|effect| match effect {
        Effect::Room(RoomRequest::Seed(source)) => Some(source.clone()),
        _ => None,
    });
    sent.collect()
}

/// Returns the folders that were listed.
fn listed(play: &TestApp) -> Vec<String> {
    let listed = play.effects.iter().filter_map(|effect| match effect {
        Effect::Room(RoomRequest::ListFolder(folder)) => Some(folder.clone()),
        _ => None,
    });
    listed.collect()
}

fn lists<'a>(play: &'a mut TestApp, folder: &str, files: &[&str]) -> &'a mut TestApp {
    let files = files.iter().map(|name| (*name).to_owned()).collect();
    let listing = FolderListing { files, folders: vec!["handouts".to_owned()] };
    play.event(Event::Room(RoomReport::FolderListed { folder: folder.to_owned(), listed: Ok(listing) }))
}

fn seeded<'a>(play: &'a mut TestApp, outcomes: &[(&str, SeedOutcome)]) -> &'a mut TestApp {
    let outcomes = outcomes.iter().map(|(document, outcome)| (id(document), outcome.clone())).collect();
    play.event(Event::Room(RoomReport::Seeded(Ok(SeedReport { outcomes }))))
}

/// The list as it opens.
pub(crate) fn list(size: (u16, u16)) -> TestApp {
    let mut play = empty_room(size);
    play.types("S");
    play
}

#[test]
fn lessons_documents_are_created_from_the_list() {
    for (width, height) in SIZES {
        let mut play = empty_room((width, height));
        play.types("S").shows(width, height, "seed documents");
        play.shows(width, height, "Free play");
        play.types("lost upd").shows(width, height, "The lost update");
        play.code(KeyCode::Enter).shows(width, height, "creating the documents");
        let [SeedSource::Documents(seeds)] = &sources(&play)[..] else { panic!("one set") };
        assert_eq!(seeds.iter().map(|seed| seed.id.as_str()).collect::<Vec<_>>(), ["party"]);
        play.code(KeyCode::Enter);
        assert_eq!(sources(&play).len(), 1, "they are on their way");
        seeded(&mut play, &[("party", SeedOutcome::Created)]).shows(width, height, "created party");
        assert_eq!(play.state.context(), Context::Wire);
    }
}

#[test]
fn what_exists_is_told_and_can_be_opened_for_all() {
    let mut play = room_of_three((120, 40));
    play.types("S").code(KeyCode::Enter);
    seeded(&mut play, &[("welcome", SeedOutcome::Refused)]);
    play.shows(120, 40, "412: welcome exists already, and stays as it is; O opens welcome for all");
    play.types("O");
    let opens = |effect: &Effect| match effect {
        Effect::Room(RoomRequest::OpenForAll { document, .. }) => document.clone(),
        _ => None,
    };
    assert_eq!(play.effects.iter().filter_map(opens).collect::<Vec<_>>(), [id("welcome")]);
}

/// The note that proposes a document is gone after another key, and so is what it proposes.
#[test]
fn after_another_key_the_document_in_view_is_opened() {
    let mut play = room_of_three((120, 40));
    play.types("S").code(KeyCode::Enter);
    seeded(&mut play, &[("welcome", SeedOutcome::Created)]).types("oO");
    let opened = play.effects.iter().find_map(|effect| match effect {
        Effect::Room(RoomRequest::OpenForAll { document, .. }) => document.clone(),
        _ => None,
    });
    assert_eq!(opened, Some(id("plan")));
}

#[test]
fn path_is_completed_with_tab() {
    for (width, height) in SIZES {
        let mut play = empty_room((width, height));
        play.types("S./");
        assert_eq!(listed(&play), ["", "./"]);
        lists(&mut play, "./", &["notes.md", "plan.txt"]).shows(width, height, "all 2 text files in this folder");
        play.types("ha").code(KeyCode::Tab).shows(width, height, "./handouts/");
        assert_eq!(listed(&play), ["", "./", "./handouts/"]);
        lists(&mut play, "./handouts/", &["one.md"]).code(KeyCode::Down).shows(width, height, "one.md");
        play.code(KeyCode::Enter);
        assert_eq!(sources(&play), [SeedSource::Path("./handouts/one.md".into())]);
    }
}

#[test]
fn file_that_cannot_be_read_leaves_the_path_to_be_changed() {
    let mut play = empty_room((80, 24));
    play.types("Sabsent.csv").code(KeyCode::Enter);
    assert_eq!(sources(&play), [SeedSource::Path("absent.csv".into())]);
    let why = "absent.csv: no such\u{1b}[2J file or folder".to_owned();
    play.event(Event::Room(RoomReport::Seeded(Err(why)))).shows(80, 24, "nothing was created: absent.csv: no such");
    assert!(!play.screen(80, 24).text().contains('\u{1b}'));
    play.shows(80, 24, "find: absent.csv");
    play.types("x").hides(80, 24, "nothing was created");
    assert_eq!(play.state.context(), Context::Seeds);
}

#[test]
fn controls_have_the_key_and_what_was_created() {
    for (width, height) in SIZES {
        let mut play = empty_room((width, height));
        play.types("c").code(KeyCode::End).shows(width, height, "seed documents: none yet");
        play.types("S").code(KeyCode::Enter);
        seeded(&mut play, &[("welcome", SeedOutcome::Created), ("party", SeedOutcome::Refused)]);
        play.code(KeyCode::End).shows(width, height, "seed documents: created welcome");
    }
}

#[test]
fn server_with_seeds_creates_them_at_once() {
    let seed = SeedDocument { id: id("notes"), document: contract::Document::default() };
    let hosting = RoomHosting {
        address: "http://192.0.2.7:4280".to_owned(),
        command: "ifmatch join 192.0.2.7".to_owned(),
        join: Vec::new(),
        leader: Vec::new(),
        store: "memory:".to_owned(),
        is_lasting: false,
        forwards_to: None,
        seeds: vec![seed.clone()],
    };
    let state = State::room(hosting.address.clone(), Theme::default()).with_hosting(Some(hosting));
    let play = TestApp::begin(state, Vec::new(), 80, 24);
    assert_eq!(sources(&play), [SeedSource::Documents(vec![seed])]);
}
