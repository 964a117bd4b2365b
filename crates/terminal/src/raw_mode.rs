//! Raw mode, set again without a moment in which the terminal's driver edits lines.
//!
//! crossterm sets raw mode only if it believes that the mode is off, and believes what it did last. Switching it off
//! and on would lose input: while the driver edits lines, it drops what does not fit into its buffer (4095 bytes on
//! Linux), such as the rest of a paste, instead of keeping it until there is room.

use std::io;

/// Sets raw mode, which another program may have switched off.
///
/// [`crossterm::terminal::disable_raw_mode`] ends it.
#[cfg(unix)]
pub(crate) fn set_again() -> io::Result<()> {
    use std::io::{IsTerminal as _, stdin};

    let input = stdin();
    if input.is_terminal() { set_raw(input) } else { switch_off_and_on() }
}

/// Sets raw mode, which another program may have switched off.
///
/// [`crossterm::terminal::disable_raw_mode`] ends it.
#[cfg(not(unix))]
pub(crate) fn set_again() -> io::Result<()> {
    switch_off_and_on()
}

/// Sets raw mode on crossterm's terminal, from which this program reads nothing that could be lost.
fn switch_off_and_on() -> io::Result<()> {
    crossterm::terminal::disable_raw_mode()?;
    crossterm::terminal::enable_raw_mode()
}

#[cfg(unix)]
fn set_raw(terminal: impl std::os::fd::AsFd) -> io::Result<()> {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    let mut settings = tcgetattr(&terminal)?;
    settings.make_raw();
    Ok(tcsetattr(&terminal, OptionalActions::Now, &settings)?)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::File;
    use std::io::{Read as _, Write as _};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{Mode, OFlags, open};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    use super::set_raw;

    /// Returns a terminal as its emulator and its programs have it.
    fn terminal() -> (File, File) {
        let emulator = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&emulator).unwrap();
        unlockpt(&emulator).unwrap();
        let name = ptsname(&emulator, Vec::new()).unwrap();
        let program = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        (emulator.into(), program.into())
    }

    /// Waits for input. Returns false if there is none for a long time.
    fn has_input(terminal: &File) -> bool {
        let limit = Timespec { tv_sec: 5, tv_nsec: 0 };
        poll(&mut [PollFd::new(terminal, PollFlags::IN)], Some(&limit)).unwrap() > 0
    }

    #[test]
    fn mode_that_another_program_switched_off_is_on_again() {
        let (_emulator, program) = terminal();
        let before = tcgetattr(&program).unwrap();
        for _ in 0..2 {
            tcsetattr(&program, OptionalActions::Now, &before).unwrap();
            assert!(tcgetattr(&program).unwrap().local_modes.contains(LocalModes::ICANON));
            set_raw(&program).unwrap();
            let modes = tcgetattr(&program).unwrap().local_modes;
            assert!(!modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG), "{modes:?}");
        }
    }

    #[test]
    fn no_byte_of_a_paste_is_lost_while_the_mode_is_set_again() {
        let (mut emulator, mut program) = terminal();
        set_raw(&program).unwrap();
        let pasted: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
        let is_read = AtomicBool::new(false);
        let mut read = Vec::new();
        thread::scope(|scope| {
            let (again, is_read) = (program.try_clone().unwrap(), &is_read);
            scope.spawn(|| emulator.write_all(&pasted).unwrap());
            scope.spawn(move || {
                while !is_read.load(Ordering::Relaxed) {
                    set_raw(&again).unwrap();
                }
            });
            let mut bytes = vec![0; 64 * 1024];
            while read.len() < pasted.len() && has_input(&program) {
                let length = program.read(&mut bytes).unwrap();
                read.extend_from_slice(&bytes[..length]);
            }
            is_read.store(true, Ordering::Relaxed);
        });
        assert!(read == pasted, "{} of {} bytes arrived", read.len(), pasted.len());
    }
}
