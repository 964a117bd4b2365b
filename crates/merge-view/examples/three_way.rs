//! Merges three files on a terminal.
//!
//! `cargo run -p ifmatch-merge-view --example three_way -- BASE MINE THEIRS`
//!
//! The head of the view names the keys. Ctrl-S prints the result once every conflict is decided; Ctrl-Q quits without.

use std::error::Error;
use std::{env, fs};

use contract::{Document, Snapshot};
use editor::DocumentMerge;
use merge_view::action::MergeViewInput;
use merge_view::{MergeKeyNames, MergeKeys, MergeMask, MergeView, MergeWidget, PaneShare, SideStyle, SideStyles};
use terminal::edit::Edit;
use terminal::event::TerminalEvent;
use terminal::features::TerminalFeatures;
use terminal::guard::TerminalGuard;
use terminal::input::{EarlyInput, read_terminal, stop_requests};
use terminal::key::Key;
use terminal::output::Output;
use terminal::panic_hook::PanicHook;
use terminal::theme::Theme;
use tokio::sync::mpsc::unbounded_channel;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = env::args().skip(1).collect();
    let [base, mine, theirs] = paths.as_slice() else { return Err("three files are needed: BASE MINE THEIRS".into()) };
    let document = |path| fs::read_to_string(path).map(|content| Document { content, ..Document::default() });
    let newer = Snapshot { etag: "\"theirs\"".parse()?, author: None, at: None, document: document(theirs)? };
    let mut conflict = DocumentMerge::new(document(base)?, document(mine)?, newer, None);
    let side = |path: &String, person| SideStyle { name: Some(path.clone()), person, version: None };
    let sides = SideStyles { mine: side(mine, 0), theirs: side(theirs, 1), base: Some(base.clone()) };
    let (theme, save) = (Theme::default(), Key::ctrl('s'));
    let (mut view, mut register) = (MergeView::new(&conflict), String::new());

    let (events, mut queue) = unbounded_channel::<TerminalEvent>();
    let (stops, requests) = stop_requests(&events);
    let mut terminal =
        TerminalGuard::claim(Output::open(events.clone())?, TerminalFeatures::default(), stops, events.clone())?;
    let _hook = PanicHook::set(terminal.modes());
    tokio::spawn(read_terminal(requests, events, EarlyInput::default()));
    let mut room = terminal.size()?;
    let result = loop {
        view.fit(&conflict, room.into(), PaneShare::Whole);
        let keys = &MergeKeys::Here { save: save.to_string() };
        let widget = MergeWidget {
            conflict: &conflict,
            view: &view,
            sides: &sides,
            theme: &theme,
            keys,
            key_names: &MergeKeyNames::default(),
            mask: MergeMask::default(),
        };
        terminal.draw(room, |frame| widget.draw(frame, frame.area()))?;
        let input = match queue.recv().await {
            Some(TerminalEvent::Key(key)) if key == Key::ctrl('q') => break None,
            Some(TerminalEvent::Key(key)) if key == save && !view.is_writing() => {
                if let Some(result) = conflict.result() {
                    break Some(result);
                }
                view.show_first_open(&conflict);
                continue;
            }
            Some(TerminalEvent::Key(key)) => MergeViewInput::of_key(key, view.is_writing()),
            Some(TerminalEvent::Pasted(text)) => Some(MergeViewInput::Edit(Edit::InsertText(text))),
            Some(TerminalEvent::Resized { width, height }) => {
                room = (width, height);
                None
            }
            Some(TerminalEvent::Stopped(_)) | None => break None,
            // Events for programs that read lines, run tasks, or support the mouse and job control.
            Some(
                TerminalEvent::Mouse(_)
                | TerminalEvent::Line(_)
                | TerminalEvent::LinesEnded
                | TerminalEvent::Background(_)
                | TerminalEvent::KeyboardProtocol
                | TerminalEvent::OutputTaken
                | TerminalEvent::Suspended
                | TerminalEvent::Continued
                | TerminalEvent::TaskDied { .. },
            ) => None,
        };
        if let Some(step) = input.and_then(|input| view.handle(&input, &conflict, &mut register)) {
            conflict.apply(step);
        }
        view.on_remerge(&conflict);
    };
    drop(terminal);
    print!("{}", result.map(|merged| merged.content).unwrap_or_default());
    Ok(())
}
