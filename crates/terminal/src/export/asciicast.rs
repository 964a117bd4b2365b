//! A recording in the asciicast format, version 2: frames, each with the time for which it is shown.
//!
//! The first line is the header: the terminal's size and the title. Each further line is an event: its time in seconds,
//! its kind, its data. An `o` event is output: the bytes that turn the previous frame into this one. An `m` event is a
//! marker, at which a player can stop and to which it can jump. This module has no clock: the caller says how long each
//! frame is shown, so the same frames produce the same file, byte for byte.
//!
//! The format: <https://docs.asciinema.org/manual/asciicast/v2/>

use std::fmt::Write as _;
use std::time::Duration;

use ratatui::buffer::Buffer;
use serde_json::{Value, json};

use super::ansi;

/// A recording that is being made.
#[derive(Debug, Clone)]
pub struct Asciicast {
    text: String,
    /// The time at which the next frame is shown.
    at: Duration,
    /// The frame that is on the screen, or `None` before the first.
    shown: Option<Buffer>,
}

impl Asciicast {
    /// Returns an empty recording of a terminal with these columns and rows.
    #[must_use]
    pub fn new((width, height): (u16, u16), title: &str) -> Self {
        // Not serialized as an object, so that the version comes first in the file.
        let title = json!(title);
        let text = format!("{{\"version\": 2, \"width\": {width}, \"height\": {height}, \"title\": {title}}}\n");
        Self { text, at: Duration::ZERO, shown: None }
    }

    /// Adds a marker before the next frame: a player shows the label, and can stop there.
    pub fn mark(&mut self, label: &str) {
        self.event("m", &json!(label));
    }

    /// Shows a frame for a duration.
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

    /// Returns the content of the file.
    ///
    /// The last event of the file shows the cursor again when the last frame's time is over.
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
