//! Seed documents on the leader's screen: the list of them, and what became of those that were sent.

use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context, RoomAction};
use crate::effect::Effect;
use crate::overlay::Overlay;
use crate::room_overlay::RoomOverlay;
use crate::room_request::{FolderListing, RoomRequest};
use crate::scroll::Movement;
use crate::seed::SeedReport;
use crate::seed_chooser::{SeedChoice, SeedChooser};
use crate::state::State;

/// The number of rows that a page key moves by.
const PAGE_ROWS: isize = 10;

/// Shows the list of seed documents.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let mut chooser = SeedChooser::new();
    let lists = list_folder(&mut chooser);
    state.overlays.push(RoomOverlay::Seeds(Box::new(chooser)).into());
    lists
}

/// Returns the list, if it is the topmost overlay.
fn chooser(state: &mut State) -> Option<&mut SeedChooser> {
    state.overlays.last_mut()?.seeds_mut()
}

/// Requests what is in the folder of the typed path, unless that was requested.
fn list_folder(chooser: &mut SeedChooser) -> Vec<Effect> {
    chooser.next_listing().map(|folder| Effect::Room(RoomRequest::ListFolder(folder))).into_iter().collect()
}

/// Edits the line above the list.
pub(super) fn type_in(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let State { overlays, clipboard, .. } = state;
    let Some(chooser) = overlays.last_mut().and_then(Overlay::seeds_mut) else { return Vec::new() };
    chooser.type_in(edit, &mut clipboard.register);
    list_folder(chooser)
}

/// Moves the selection by a key.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    select_by(state, movement.rows(PAGE_ROWS));
    Vec::new()
}

/// Moves the selection by a number of rows, down if positive.
pub(super) fn select_by(state: &mut State, by: isize) {
    if let Some(chooser) = chooser(state) {
        chooser.select(by);
    }
}

/// Continues the path with the selected file or folder.
pub(super) fn complete(state: &mut State) -> Vec<Effect> {
    let Some(chooser) = chooser(state) else { return Vec::new() };
    if chooser.complete() {
        return list_folder(chooser);
    }
    state.say_unavailable("no file or folder is selected; type the beginning of its name")
}

/// Creates the documents of the selected row, or goes into the selected folder.
pub(super) fn choose(state: &mut State) -> Vec<Effect> {
    let Some(chooser) = chooser(state) else { return Vec::new() };
    if chooser.is_sent {
        return state.say_unavailable("documents are being created");
    }
    match chooser.choice() {
        Ok(SeedChoice::Complete) => complete(state),
        Ok(SeedChoice::Create(source)) => {
            chooser.is_sent = true;
            chooser.trouble = None;
            vec![Effect::Room(RoomRequest::Seed(source))]
        }
        Err(why) => state.say_unavailable(&why),
    }
}

/// Takes in what is in a folder.
pub(super) fn on_listed(state: &mut State, folder: String, listed: Result<FolderListing, String>) -> Vec<Effect> {
    if let Some(chooser) = state.overlays.iter_mut().find_map(Overlay::seeds_mut) {
        chooser.set_listing(folder, listed);
    }
    Vec::new()
}

/// Says what became of the documents that were sent, and what the room notices.
///
/// If files could not be read, the list stays open, so that another path can be typed.
pub(super) fn on_seeded(state: &mut State, seeded: Result<SeedReport, String>) -> Vec<Effect> {
    let chooser = state.overlays.iter_mut().find_map(Overlay::seeds_mut);
    let report = match (seeded, chooser) {
        (Ok(report), _) => report,
        (Err(why), Some(chooser)) => {
            chooser.is_sent = false;
            chooser.trouble = Some(why);
            return Vec::new();
        }
        (Err(why), None) => {
            return state.say(Role::Bad, format!("no document was created: {}", sanitize(&why)));
        }
    };
    state.overlays.retain(|overlay| !overlay.is_seeds());
    state.room.seeded.extend(report.created().cloned());
    state.room.proposed = report.existing().next().cloned();
    let (role, words) = words(state, &report);
    state.say(role, words)
}

/// Returns what became of seed documents, with the key that opens the first of them for all.
fn words(state: &State, report: &SeedReport) -> (Role, String) {
    let mut words = report.clauses().join("; ");
    words.push_str(match report.created().count() {
        0 => "",
        1 => "; everyone's list has it",
        _ => "; everyone's list has them",
    });
    let opened = state.room.settings.document();
    if let Some(first) = state.room.proposed.as_ref().filter(|first| opened != Some(first)) {
        let key = state.hint_for(Action::Room(RoomAction::OpenForAll), Context::Wire);
        words = format!("{words}; {key} opens {first} for all");
    }
    (if report.is_all_created() { Role::Good } else { Role::Warning }, words)
}
