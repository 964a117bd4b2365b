//! Writes the record of a session while it runs: a line for each event, before the event is handled.
//!
//! Each line is written at once. So if an event makes the program fail, the event is in the record.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use client::plain_cause;
use lesson::Lesson;

use crate::event::Event;
use crate::session_record::{event_line, frame_line, header_line, start_line};
use crate::session_start::SessionStart;

/// The most bytes of a record.
const MAX_RECORD_BYTES: u64 = 256 * 1024 * 1024;

/// Writes the record of a session. Clones write to the same record.
#[derive(Clone)]
pub struct SessionRecorder(Arc<Mutex<RecordWriter>>);

struct RecordWriter {
    out: Box<dyn Write + Send>,
    begun: Instant,
    written: u64,
    /// Why the record ended before the session did.
    failure: Option<String>,
}

impl SessionRecorder {
    /// Begins a record; `lessons` are those that can be chosen.
    ///
    /// # Errors
    ///
    /// If the first line cannot be written.
    pub fn new(mut out: Box<dyn Write + Send>, lessons: &[Arc<Lesson>]) -> io::Result<Self> {
        let header = header_line(lessons)?;
        out.write_all(header.as_bytes())?;
        let written = header.len() as u64;
        Ok(Self(Arc::new(Mutex::new(RecordWriter { out, begun: Instant::now(), written, failure: None }))))
    }

    /// Returns why the record ended before the session did, or `None` if it did not.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failure.clone()
    }

    /// Records the start of a session.
    pub fn start(&self, start: &SessionStart) {
        self.write(|at| start_line(at, start));
    }

    /// Records an event.
    pub fn event(&self, event: &Event) {
        self.write(|at| event_line(at, event));
    }

    /// Records that a frame was drawn.
    pub fn frame(&self) {
        self.write(frame_line);
    }

    /// Writes a line, unless the record has ended. A session goes on without its record.
    fn write(&self, line: impl FnOnce(u64) -> serde_json::Result<String>) {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.failure.is_some() {
            return;
        }
        let at = u64::try_from(writer.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let written = line(at).map_err(io::Error::from).and_then(|line| writer.append(&line));
        writer.failure = written.err().map(|error| plain_cause(&error));
    }
}

impl RecordWriter {
    fn append(&mut self, line: &str) -> io::Result<()> {
        self.written += line.len() as u64;
        if self.written > MAX_RECORD_BYTES {
            return Err(io::Error::other(format!("it has {MAX_RECORD_BYTES} bytes, the most that a record may have")));
        }
        self.out.write_all(line.as_bytes())
    }
}

impl fmt::Debug for SessionRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionRecorder")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session_start::SessionPart;

    /// Takes this many bytes, and then has no space left.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn full_disk_ends_the_record_and_not_the_session() {
        let recorder = SessionRecorder::new(Box::new(Disk(800)), &[]).unwrap();
        recorder.start(&SessionStart::new(SessionPart::Menu(0), String::new(), (80, 24)));
        assert_eq!(recorder.failure(), None);
        for _ in 0..100 {
            recorder.event(&Event::Begun);
        }
        assert_eq!(recorder.failure().as_deref(), Some("no space left"));
        assert!(SessionRecorder::new(Box::new(Disk(8)), &[]).is_err());
    }
}
