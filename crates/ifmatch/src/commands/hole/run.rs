//! Starts the servers and answers guesses, or answers one guess without a server.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use holes::{NOTE_PATH, NoteServer, ServerLetter, ShuffledHoles, Suspect, SystemTiming, serve_notes};
use tokio::task::{JoinSet, spawn_blocking};

use super::args::HoleArgs;
use super::error::HoleCommandError;
use super::hunt::{self, Hunt, HuntReply};
use crate::exit::Exit;
use crate::local_server::listen;
use crate::output::stderr::is_in_background;
use crate::output::stdout;
use crate::stop_signal::stop_signal;

/// The most bytes of a line that is read. A guess has a few.
const MAX_LINE_BYTES: u64 = 200;

/// How often a process in the background looks whether it may read the terminal.
const FOREGROUND_INTERVAL: Duration = Duration::from_millis(500);

/// A server that is running.
struct StartedServer {
    letter: ServerLetter,
    address: SocketAddr,
    server: Arc<NoteServer>,
}

/// Carries the command out.
pub(crate) async fn run(arguments: &HoleArgs) -> Result<Exit, HoleCommandError> {
    let seed = arguments.seed.map_or_else(random_seed, Ok)?;
    let holes = ShuffledHoles::of_seed(seed);
    let chosen = arguments.server.map(ServerLetter::from);
    if let (Some(letter), Some(number)) = (chosen, arguments.guess) {
        let suspect = Suspect::numbered(number).ok_or(HoleCommandError::NoSuchSuspect(number))?;
        let is_right = suspect.hole == Some(holes.hole_of(letter));
        stdout::print(hunt::answer(letter, suspect, is_right))?;
        return Ok(if is_right { Exit::Success } else { Exit::CheckFailed });
    }
    let letters = chosen.map_or_else(|| ServerLetter::ALL.to_vec(), |letter| vec![letter]);
    // The servers end when this is dropped.
    let mut serving = JoinSet::new();
    let mut started = Vec::new();
    for letter in letters {
        let (listener, address) = listen((Ipv4Addr::LOCALHOST, 0).into()).await?;
        let server = Arc::new(NoteServer::new(holes.hole_of(letter), Arc::new(SystemTiming)));
        serving.spawn(serve_notes(listener, Arc::clone(&server)));
        started.push(StartedServer { letter, address, server });
    }
    stdout::print(task(&started, seed))?;
    let hunt = Hunt::new(started.iter().map(|server| (server.letter, holes.hole_of(server.letter))));
    tokio::select! {
        _ = stop_signal() => Ok(Exit::Success),
        failed = answer_lines(hunt, &started) => Err(failed),
    }
}

/// Returns the task, with the addresses, the commands to try and the suspects.
fn task(started: &[StartedServer], seed: u64) -> String {
    let mut text = String::from(if started.len() == 1 {
        "This server loses updates by one mistake:\n\n"
    } else {
        "Each of these servers loses updates by one mistake, and each by another one:\n\n"
    });
    // Writing to a String cannot fail.
    for StartedServer { letter, address, .. } in started {
        let _ = writeln!(text, "  {}   http://{address}{NOTE_PATH}", letter.as_char());
    }
    if let Some(StartedServer { letter, address, .. }) = started.first() {
        let _ = write!(
            text,
            "\n\
             Predict what each suspect would do to two saves with one tag. Then ask, in\n\
             another terminal:\n\
             \n  \
               ifmatch probe http://{address}{NOTE_PATH} --write\n  \
               ifmatch proxy --to http://{address}\n      \
                   and send two saves at once to http://127.0.0.1:4281{NOTE_PATH}:\n      \
                   it shows that one of them is lost\n\
             \n\
             Which of these does it do? Type the server and a number, such as '{} 4', and\n\
             Enter.\n\n",
            letter.as_char().to_ascii_lowercase()
        );
    }
    text.push_str(&hunt::suspects_list());
    let _ = writeln!(text, "\n'?' lists them again. --seed {seed} starts the same servers again. Ctrl-C ends.");
    text
}

/// Answers lines of standard input. Ends only if an answer cannot be printed.
async fn answer_lines(mut hunt: Hunt, started: &[StartedServer]) -> HoleCommandError {
    // An error of the thread, or of standard input, is an end of the lines: the servers go on.
    while let Ok(Some(line)) = spawn_blocking(next_line).await {
        let Some(HuntReply { text, found }) = hunt.reply(&line) else { continue };
        for mended in started.iter().filter(|server| Some(server.letter) == found) {
            mended.server.mend();
        }
        if let Err(error) = stdout::print(text) {
            return error.into();
        }
    }
    std::future::pending().await
}

/// Reads a line of standard input; `None` at its end.
fn next_line() -> Option<String> {
    // A terminal stops a background process that reads from it, and so the servers.
    while io::stdin().is_terminal() && is_in_background() {
        thread::sleep(FOREGROUND_INTERVAL);
    }
    let mut line = Vec::new();
    let read = io::stdin().lock().take(MAX_LINE_BYTES).read_until(b'\n', &mut line).ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&line).into_owned())
}

/// Returns a seed that is easy to type again.
fn random_seed() -> Result<u64, HoleCommandError> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(HoleCommandError::Random)?;
    Ok(u64::from(u16::from_le_bytes(bytes)))
}
