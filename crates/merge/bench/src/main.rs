//! The time that merges take, for this library, the program and others, on the same files.
//!
//! All are measured in the same run. The others are `git merge-file`, `diff3 -m`, and the crates diffy and merge3. The
//! crate imara-diff does not merge: its two columns are the two comparisons (base with mine, base with theirs) that a
//! merge on top of it would begin with, by either of its algorithms.
//!
//! A first table shows how often the hunks of a comparison are those of git: see [`hunks`].
//!
//!     cargo run --release [-- --program PATH] [--most LINES] [NAME…]
//!
//! Each case is run several times in turn, and the shortest time counts: other load on the machine can only add to it.
//! No framework is used: most of the rivals are processes, whose memory matters too, and the longest cases run for
//! seconds. A case that takes more than [`PATIENCE`] is run only once, and beyond [`LONGEST`] it is given up.

mod hunks;
mod texts;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use imara_diff::sources::byte_lines;
use imara_diff::{Algorithm, Diff, InternedInput};

use crate::texts::Texts;

/// Above this time, one run is enough.
const PATIENCE: Duration = Duration::from_secs(1);
/// Above this time, a run is given up.
const LONGEST: Duration = Duration::from_secs(20);
/// The number of runs of each case.
const ROUNDS: usize = 7;

fn main() {
    let mut program = None;
    let mut most = 1_000_000;
    let mut names = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--program" => program = arguments.next().map(PathBuf::from),
            "--most" => most = arguments.next().and_then(|lines| lines.parse().ok()).expect("--most LINES"),
            name => names.push(name.to_owned()),
        }
    }
    let folder = std::env::temp_dir().join(format!("merge-bench.{}", std::process::id()));
    if names.is_empty() {
        hunks::print(&folder);
    }
    println!("milliseconds, the least of {ROUNDS} runs; in brackets MiB at most, and how many times the three texts\n");
    println!(
        "{:<20}{:>9}{:>9}{:>16}{:>16}{:>10}{:>9}{:>9}{:>9}{:>9}",
        "texts", "library", "view", "ifmatch", "git", "diff3", "diffy", "merge3", "imara", "histogr."
    );
    for (name, make) in texts::cases(most) {
        if names.is_empty() || names.iter().any(|wanted| name.contains(wanted.as_str())) {
            case(&name, &make(), &folder, program.as_deref());
        }
    }
    // A temporary folder that is not removed does no harm.
    let _ = fs::remove_dir_all(&folder);
}

fn case(name: &str, texts: &Texts, folder: &Path, program: Option<&Path>) {
    fs::create_dir_all(folder).expect("a folder of its own");
    for (file, text) in [("base", &texts.base), ("mine", &texts.mine), ("theirs", &texts.theirs)] {
        fs::write(folder.join(file), text).expect("a file of its own");
    }
    let size = (texts.base.len() + texts.mine.len() + texts.theirs.len()) as f64;
    let git = ["git", "merge-file", "-q", "-p", "mine", "base", "theirs"].map(str::to_owned);
    let diff3 = ["diff3", "-m", "mine", "base", "theirs"].map(str::to_owned);
    let ours = program.map(|path| {
        let path = path.display().to_string();
        [vec![path], ["merge", "-q", "-p", "mine", "base", "theirs"].map(str::to_owned).to_vec()].concat()
    });
    print!("{name:<20}");
    print!("{:>9}", shown(library(texts)));
    print!("{:>9}", shown(view(texts)));
    print!("{:>16}", ours.map_or_else(|| "-".to_owned(), |ours| shown_with(process(&ours, folder), size)));
    print!("{:>16}", shown_with(process(&git, folder), size));
    print!("{:>10}", shown(process(&diff3, folder).map(|(time, _)| time)));
    print!("{:>9}", shown(diffy(texts)));
    print!("{:>9}", shown(merge3(texts)));
    print!("{:>9}", shown(imara(texts, Algorithm::Myers)));
    println!("{:>9}", shown(imara(texts, Algorithm::Histogram)));
}

fn shown(time: Option<Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1000.0))
}

fn shown_with(run: Option<(Duration, u64)>, size: f64) -> String {
    let Some((time, peak)) = run else { return "-".to_owned() };
    let (mebibytes, times) = (peak / 1024, peak as f64 * 1024.0 / size);
    format!("{:.1} [{mebibytes}, {times:.0}]", time.as_secs_f64() * 1000.0)
}

/// Returns the shortest time of several runs; `None` if one takes too long.
fn least<T>(mut run: impl FnMut() -> Option<T>) -> Option<(Duration, T)> {
    let mut best: Option<(Duration, T)> = None;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let outcome = run()?;
        let time = began.elapsed();
        if best.as_ref().is_none_or(|(least, _)| time < *least) {
            best = Some((time, outcome));
        }
        if time > PATIENCE {
            break;
        }
    }
    best
}

/// Merges three texts into one, as the program does, without reading and printing.
fn library(texts: &Texts) -> Option<Duration> {
    least(|| {
        let deadline = Some(Instant::now() + PATIENCE);
        let merge = merge::Merge::new(&texts.base, &texts.mine, &texts.theirs, deadline);
        Some(black_box(merge.render(&merge::Rendering { deadline, ..merge::Rendering::default() })))
    })
    .map(|(time, _)| time)
}

/// Merges three texts into the regions that a screen shows.
fn view(texts: &Texts) -> Option<Duration> {
    least(|| {
        let deadline = Some(Instant::now() + PATIENCE);
        Some(black_box(merge::Session::new(&texts.base, &texts.mine, &texts.theirs, deadline)))
    })
    .map(|(time, _)| time)
}

fn diffy(texts: &Texts) -> Option<Duration> {
    let Texts { base, mine, theirs } = texts.clone();
    in_a_thread(move || {
        // A conflict is a result, too.
        let merged = ::diffy::merge_bytes(&base, &mine, &theirs);
        black_box(merged.is_ok())
    })
}

fn merge3(texts: &Texts) -> Option<Duration> {
    let texts = [&texts.base, &texts.mine, &texts.theirs].map(|text| String::from_utf8_lossy(text).into_owned());
    in_a_thread(move || {
        let [base, mine, theirs] = texts.each_ref().map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
        let merge = ::merge3::Merge3::new(&base, &mine, &theirs);
        black_box(merge.merge_lines(false, &::merge3::StandardMarkers::default()).len() > 1)
    })
}

/// The two comparisons alone, with each hunk at its final position.
fn imara(texts: &Texts, algorithm: Algorithm) -> Option<Duration> {
    let texts = texts.clone();
    in_a_thread(move || {
        let count = |side: &[u8]| {
            let input = InternedInput::new(byte_lines(&texts.base), byte_lines(side));
            let mut diff = Diff::compute(algorithm, &input);
            diff.postprocess_lines(&input);
            diff.hunks().count()
        };
        black_box(count(&texts.mine) + count(&texts.theirs)) > 0
    })
}

/// Runs something that cannot be stopped in a thread, which is abandoned if it takes too long.
fn in_a_thread(run: impl Fn() -> bool + Send + 'static) -> Option<Duration> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let time = least(|| Some(run())).map(|(time, _)| time);
        // The receiver may be gone.
        let _ = send.send(time);
    });
    receive.recv_timeout(LONGEST).ok().flatten()
}

/// Runs a process, without its output; returns its time and its peak memory in KiB.
fn process(words: &[String], folder: &Path) -> Option<(Duration, u64)> {
    let (time, ()) = least(|| {
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        child.wait().ok().map(|_| ())
    })?;
    Some((time, peak(words, folder).unwrap_or(0)))
}

/// Returns the peak memory of a process in KiB, as GNU time reports it; `None` without GNU time.
fn peak(words: &[String], folder: &Path) -> Option<u64> {
    let output =
        Command::new("time").args(["-f", "%M"]).args(words).current_dir(folder).stdout(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()
}
