//! A pseudo-terminal in which the program runs.
//!
//! Tests type into it, read its screen, and see what the program leaves behind.

use std::fmt;
use std::io::{self, Read, Write};
use std::num::NonZeroU16;
use std::process;
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtyPair, PtySize, SlavePty, native_pty_system};
use tempfile::TempDir;
use vt100::{Parser, Screen};

use crate::{PATIENCE, variables};

/// Columns and rows.
pub type Size = (u16, u16);

/// The program to start, its arguments and variables, and the size of its terminal.
#[derive(Debug)]
pub struct Start<'a> {
    program: &'a str,
    arguments: Vec<String>,
    size: Size,
    variables: Vec<(&'a str, &'a str)>,
}

impl<'a> Start<'a> {
    /// Creates a start of the program with these arguments, in 120 columns and 40 rows.
    #[must_use]
    pub fn new(program: &'a str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { program, arguments, size: (120, 40), variables: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Sets the size of the terminal.
    #[must_use]
    pub fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn variable(mut self, name: &'a str, value: &'a str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Starts the program.
    #[must_use]
    pub fn spawn(self) -> Terminal {
        Terminal::spawn(self)
    }
}

/// The state of a terminal at a moment.
struct State {
    /// `None` once the terminal has been closed while the program runs.
    master: Option<Box<dyn MasterPty + Send>>,
    /// `None` once `settings_at_exit` has been read: the settings vanish when the slave is closed.
    slave: Option<Box<dyn SlavePty + Send>>,
    settings_at_exit: Option<String>,
    parser: Parser,
    /// Every byte that the program wrote.
    output: Vec<u8>,
    /// Whether no more output is read: the terminal has ended, or the reader has let go of it.
    ended: bool,
    /// Whether the reader lets go of the terminal after the next output.
    lets_go: bool,
    exit: Option<ExitStatus>,
}

/// The state, and a condition variable that is notified of each change.
type Shared = Arc<(Mutex<State>, Condvar)>;

/// A terminal and the program in it. Both end when this value is dropped.
pub struct Terminal {
    shared: Shared,
    keyboard: Box<dyn Write + Send>,
    process: u32,
    settings_before: String,
    _home: TempDir,
}

impl Terminal {
    fn spawn(start: Start<'_>) -> Self {
        let home = tempfile::tempdir().expect("there is room for a temporary folder");
        let PtyPair { slave, master } = native_pty_system().openpty(kernel_size(start.size)).expect("a terminal");
        let settings_before = settings(&*master);
        let mut command = CommandBuilder::new(start.program);
        command.args(&start.arguments);
        command.cwd(home.path());
        command.env_clear();
        for (name, value) in variables(home.path()) {
            command.env(name, value);
        }
        for (name, value) in start.variables {
            command.env(name, value);
        }
        let child = slave.spawn_command(command).expect("the program starts");
        let (columns, rows) = start.size;
        let process = child.process_id().expect("a running program has a number");
        let reader = master.try_clone_reader().expect("a terminal can be read");
        let keyboard = master.take_writer().expect("a terminal can be written to");
        let state = State {
            master: Some(master),
            slave: Some(slave),
            settings_at_exit: None,
            parser: Parser::new(nonzero(rows), nonzero(columns), 0),
            output: Vec::new(),
            ended: false,
            lets_go: false,
            exit: None,
        };
        let shared: Shared = Arc::new((Mutex::new(state), Condvar::new()));
        watch_output(&shared, reader);
        watch_exit(&shared, child);
        Self { shared, keyboard, process, settings_before, _home: home }
    }

    /// Types keys, pastes, or sends any other bytes of a terminal.
    pub fn send(&mut self, keys: impl AsRef<[u8]>) {
        self.keyboard.write_all(keys.as_ref()).expect("the terminal accepts keys");
        self.keyboard.flush().expect("the terminal accepts keys");
    }

    /// Sends more bytes than a terminal buffers, and waits until the program has read them.
    pub fn send_burst(&mut self, bytes: Vec<u8>) {
        let mut keyboard = std::mem::replace(&mut self.keyboard, Box::new(io::sink()));
        let (sender, sent) = channel();
        thread::spawn(move || {
            let written = keyboard.write_all(&bytes).and_then(|()| keyboard.flush());
            // The receiver is gone if the test has failed.
            let _ = sender.send(written.map(|()| keyboard));
        });
        let Ok(keyboard) = sent.recv_timeout(PATIENCE) else { panic!("waited for a burst to be read\n{self}") };
        self.keyboard = keyboard.expect("the terminal accepts keys");
    }

    /// Stops the terminal's output, as Ctrl-S does with flow control.
    ///
    /// From now on, writes of the program block.
    pub fn stop_output(&mut self) {
        self.set_flow_control("ixon");
        self.send("\x13");
    }

    /// Resumes the output that [`Terminal::stop_output`] has stopped, and waits for a text that is new.
    ///
    /// The kernel handles typed bytes later, in a thread of its own. Only new output proves that it has taken Ctrl-Q as
    /// flow control: without the wait, the program could get this byte as a key.
    pub fn resume_output(&mut self, text: &str) {
        self.send("\x11");
        self.until_text(text);
        // The program gets Ctrl-S and Ctrl-Q again.
        self.set_flow_control("-ixon");
    }

    fn set_flow_control(&self, setting: &str) {
        let path = self.state().master().tty_name().expect("the terminal has a name");
        let script = format!("stty {setting} <'{}'", path.display());
        let set = process::Command::new("sh").args(["-c", &script]).status().expect("there is a shell");
        assert!(set.success(), "flow control: {set}");
    }

    /// Closes the terminal while the program runs, and waits until the program has ended.
    ///
    /// `wake` makes the program write something, so that the thread that reads its output lets go of the terminal. The
    /// kernel sends SIGHUP to the process that was started here, and to no other. The terminal must have no end-of-file
    /// character (`stty eof undef`), since closing the keyboard would type it.
    #[must_use]
    pub fn hang_up(mut self, wake: impl FnOnce(&mut Self)) -> ExitStatus {
        self.state().lets_go = true;
        wake(&mut self);
        assert!(self.wait_for(|state| state.ended).is_ok(), "waited for some output\n{self}");
        self.keyboard = Box::new(io::sink());
        {
            let mut state = self.state();
            state.slave = None;
            state.master = None;
        }
        let exit = self.wait_for(|state| state.exit.is_some()).ok().and_then(|state| state.exit.clone());
        exit.unwrap_or_else(|| panic!("waited for the program to end without a terminal\n{self}"))
    }

    /// Waits until `is_so` holds for the screen.
    ///
    /// Fails early only after the last of the output: the end of the program may be known before its output is read.
    pub fn until(&self, what: &str, is_so: impl Fn(&Screen) -> bool) {
        let seen = self.wait_for(|state| is_so(state.parser.screen()) || state.ended);
        assert!(seen.is_ok_and(|state| is_so(state.parser.screen())), "waited for {what}\n{self}");
    }

    /// Waits until a line of the screen contains this text.
    pub fn until_text(&self, text: &str) {
        self.until(&format!("the text {text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen no longer contains this text.
    pub fn until_no_text(&self, text: &str) {
        self.until(&format!("the text {text:?} to go"), |screen| !screen.contents().contains(text));
    }

    /// Returns the screen.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.state().parser.screen().clone()
    }

    /// Returns the text on the screen.
    #[must_use]
    pub fn text(&self) -> String {
        self.screen().contents()
    }

    /// Returns all bytes that the program has written so far.
    #[must_use]
    pub fn output(&self) -> Vec<u8> {
        self.state().output.clone()
    }

    /// Resizes the terminal.
    pub fn resize(&self, size: Size) {
        let (columns, rows) = size;
        let mut state = self.state();
        state.parser.screen_mut().set_size(nonzero(rows), nonzero(columns));
        state.master().resize(kernel_size(size)).expect("a terminal has a size");
    }

    /// Returns the resident memory of the program in KiB.
    #[must_use]
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process)).expect("the program is running");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it uses memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number of KiB")
    }

    /// Sends a signal, such as `TERM`, to the program.
    pub fn signal(&self, name: &str) {
        let sent = self.try_signal(name).expect("there is a shell");
        assert!(sent.success(), "signal {name}: {sent}");
    }

    /// Sends a signal to the foreground job of a shell, as Ctrl-Z does in a terminal that handles it.
    pub fn signal_to_job(&self, name: &str) {
        let job = self.state().master().process_group_leader().expect("there is a job in the foreground");
        let sent = send_signal(name, &format!("-{job}")).expect("there is a shell");
        assert!(sent.success(), "signal {name}: {sent}");
    }

    fn try_signal(&self, name: &str) -> io::Result<process::ExitStatus> {
        send_signal(name, &self.process.to_string())
    }

    /// Returns whether the terminal's settings are those before the program.
    ///
    /// The settings include echo, canonical mode and the keys for signals.
    #[must_use]
    pub fn has_original_settings(&self) -> bool {
        let state = self.state();
        match &state.settings_at_exit {
            Some(settings) => *settings == self.settings_before,
            None => settings(state.master()) == self.settings_before,
        }
    }

    /// Waits until the program has ended and all of its output has been read.
    #[must_use]
    pub fn wait(self) -> Ended {
        let exit = self.wait_for(|state| state.exit.is_some()).ok().and_then(|state| state.exit.clone());
        let exit = exit.unwrap_or_else(|| panic!("waited for the program to end\n{self}"));
        let has_original_settings = self.has_original_settings();
        assert!(self.wait_for(|state| state.ended).is_ok(), "waited for the last of the output\n{self}");
        Ended { exit, has_original_settings, output: self.output(), screen: self.screen() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().expect("no thread panics while it holds the state")
    }

    /// Waits until `is_so` holds for the state; fails if it does not hold in time.
    fn wait_for(&self, is_so: impl Fn(&State) -> bool) -> Result<MutexGuard<'_, State>, ()> {
        let end = Instant::now() + PATIENCE;
        let mut state = self.state();
        while !is_so(&state) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(());
            }
            state = self.shared.1.wait_timeout(state, left).expect("no thread panics while it holds the state").0;
        }
        Ok(state)
    }
}

impl State {
    fn master(&self) -> &(dyn MasterPty + Send) {
        self.master.as_deref().expect("the terminal is closed only at the end")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.shared.0.lock().is_ok_and(|state| state.exit.is_none()) {
            // Not SIGHUP, which a misbehaving program may ignore.
            let _ = self.try_signal("KILL");
        }
    }
}

impl fmt::Display for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let rule = "─".repeat(40);
        writeln!(f, "{rule} the screen\n{}\n{rule}", state.parser.screen().contents())?;
        match &state.exit {
            Some(exit) => write!(f, "the program has ended: {exit}"),
            None => write!(f, "the program is running"),
        }
    }
}

/// The traces of a program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit status.
    pub exit: ExitStatus,
    /// Whether the terminal's settings are those before the program.
    pub has_original_settings: bool,
    /// All bytes that the program wrote.
    pub output: Vec<u8>,
    /// The last screen.
    pub screen: Screen,
}

impl Ended {
    /// Returns the output as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }
}

/// Reads the program's output until no process can write to the terminal any more.
fn watch_output(shared: &Shared, mut reader: Box<dyn Read + Send>) {
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        let mut bytes = [0; 8192];
        loop {
            // The end of a terminal is an error on some systems and end of file on others.
            let read = reader.read(&mut bytes).unwrap_or(0);
            let Ok(mut state) = shared.0.lock() else { return };
            state.parser.process(&bytes[..read]);
            state.output.extend_from_slice(&bytes[..read]);
            let is_last = read == 0 || state.lets_go;
            if is_last {
                // Closed before waiting threads learn that reading has ended.
                drop(std::mem::replace(&mut reader, Box::new(io::empty())));
                state.ended = true;
            }
            shared.1.notify_all();
            if is_last {
                return;
            }
        }
    });
}

/// Waits for the program to end, and closes the slave: then the reader sees the end of the output.
fn watch_exit(shared: &Shared, mut child: Box<dyn Child + Send + Sync>) {
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        let exit = child.wait().expect("it is our child");
        if let Ok(mut state) = shared.0.lock() {
            state.settings_at_exit = state.master.as_deref().map(settings);
            state.slave = None;
            state.exit = Some(exit);
            shared.1.notify_all();
        }
    });
}

/// Sends a signal to a process, or to a process group if `to` begins with a minus.
///
/// It goes through a shell, since there is no safe call for it.
fn send_signal(name: &str, to: &str) -> io::Result<process::ExitStatus> {
    process::Command::new("sh").args(["-c", &format!("kill -s {name} -- {to} 2>/dev/null")]).status()
}

/// Returns the terminal's settings as text, for comparison.
fn settings(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().expect("a terminal has settings"))
}

fn kernel_size((cols, rows): Size) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn nonzero(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has a size")
}

#[cfg(test)]
mod tests {
    use super::{Screen, Start};
    use crate::modes;

    #[test]
    fn settings_and_modes_left_by_a_program_are_seen() {
        let script = "stty -echo; printf '\\033[?1049hready '; read answer; echo got $answer";
        let mut shell = Start::new("sh", &["-c", script]).spawn();
        shell.until("the alternate screen", Screen::alternate_screen);
        shell.until_text("ready");
        assert!(!shell.has_original_settings());
        shell.send("hello\r");
        let ended = shell.wait();
        assert!(ended.exit.success());
        assert!(ended.text().contains("got hello"), "{ended:?}");
        assert!(!ended.has_original_settings);
        assert_eq!(Vec::from_iter(modes::left_behind(&ended.output)), [1049]);
    }

    #[test]
    fn settings_restored_by_a_program_are_seen() {
        let script = "before=$(stty -g); stty raw; printf ready; dd bs=1 count=1 2>/dev/null; stty $before";
        let mut shell = Start::new("sh", &["-c", script]).spawn();
        shell.until_text("ready");
        assert!(!shell.has_original_settings());
        shell.send("x");
        assert!(shell.wait().has_original_settings);
    }

    #[test]
    fn last_output_of_an_ended_program_is_seen() {
        for _ in 0..100 {
            let shell = Start::new("sh", &["-c", "printf last"]).spawn();
            shell.until_text("last");
            assert!(shell.wait().exit.success());
        }
    }

    #[test]
    fn terminal_has_the_size_that_is_set() {
        let script = "trap 'stty size' WINCH; stty size; while :; do read line || true; done";
        let shell = Start::new("sh", &["-c", script]).size((40, 12)).spawn();
        shell.until_text("12 40");
        shell.resize((80, 24));
        shell.until_text("24 80");
        shell.signal("KILL");
        assert!(!shell.wait().exit.success());
    }
}
