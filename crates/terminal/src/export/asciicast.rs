//! A recording: frames, and how long each is shown, as an asciicast of version 2.
//!
//! The first line says what kind of terminal it was; each further one is an event: when, what kind, what. `o` is
//! output, the bytes that bring a terminal from the frame before to this one; `m` is a marker, at which a player can
//! stop and to which it can jump. There is no clock in here: the caller says how long each frame stays,
//! so the same frames are the same file, to the byte.
//!
//! The form: <https://docs.asciinema.org/manual/asciicast/v2/>

use std::fmt::Write as _;
use std::time::Duration;

use ratatui::buffer::Buffer;
use serde_json::{Value, json};

use super::ansi;

/// A recording that is being made.
#[derive(Debug, Clone)]
pub struct Asciicast {
    text: String,
    /// When the next frame is shown.
    at: Duration,
    /// The frame that is on the screen.
    shown: Option<Buffer>,
}

impl Asciicast {
    /// An empty recording, of so many columns and rows.
    #[must_use]
    pub fn new((width, height): (u16, u16), title: &str) -> Self {
        // By hand and not as one object, so that the version comes first in the file.
        let title = json!(title);
        let text = format!("{{\"version\": 2, \"width\": {width}, \"height\": {height}, \"title\": {title}}}\n");
        Self { text, at: Duration::ZERO, shown: None }
    }

    /// Marks what comes next: a player shows these words, and can stop here.
    pub fn mark(&mut self, label: &str) {
        self.event("m", &json!(label));
    }

    /// Shows this frame, and for so long.
    pub fn show(&mut self, frame: &Buffer, stays: Duration) {
        let change = match &self.shown {
            Some(before) if before.area == frame.area => ansi::change(before, frame),
            _ => ansi::full_frame(frame),
        };
        if !change.is_empty() {
            self.event("o", &json!(change));
            self.shown = Some(frame.clone());
        }
        self.at += stays;
    }

    /// The file. Its last event gives the cursor back, when the last frame has been seen for long enough.
    #[must_use]
    pub fn finish(mut self) -> String {
        let below = self.shown.as_ref().map_or(1, |frame| frame.area.height);
        self.event("o", &json!(ansi::end(below)));
        self.text
    }

    fn event(&mut self, kind: &str, data: &Value) {
        let (seconds, thousandths) = (self.at.as_secs(), self.at.subsec_millis());
        // Writing into a string cannot fail.
        let _ = writeln!(self.text, "[{seconds}.{thousandths:03}, \"{kind}\", {data}]");
    }
}
