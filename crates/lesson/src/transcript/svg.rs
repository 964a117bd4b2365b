//! A sequence diagram as an SVG picture.
//!
//! It is readable on light and dark backgrounds, without colour, and with a screen reader. A held request stops at the
//! gate. A lost response breaks off and ends in a cross. A lost update has a note. The picture runs no scripts and
//! fetches nothing.

use std::fmt::Write as _;

use traffic::visible;
use unicode_width::UnicodeWidthStr;

use super::diagram::{self, Diagram, DiagramEnd, DiagramRow};
use crate::run_log::RunLog;
use crate::wrapping::wrap;

/// The distance between two lifelines, in pixels.
const COLUMN_WIDTH: usize = 250;
/// The distance from the edge to the first lifeline, in pixels.
const MARGIN: usize = 130;
/// The height of a line of text, in pixels.
const LINE_HEIGHT: usize = 16;
/// The most that a character is wide, in pixels.
const CHARACTER_WIDTH: usize = 7;

/// The style sheet. Colours belong to classes, so that the reader's colour scheme decides.
const STYLE: &str = "\
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1b1f24;\
stroke:#ffffff;stroke-width:4px;stroke-linejoin:round;paint-order:stroke}.within{stroke:none}\
.step{font-weight:bold}.name{font-weight:bold;font-size:14px}\
.ground{fill:#ffffff}.life{stroke:#8c959f;stroke-dasharray:2 4}\
.ask,.answer,.held{stroke:#0b57a4;fill:none;stroke-width:1.5}.answer{stroke-dasharray:6 3}\
.tip{fill:#0b57a4}.refused{stroke:#a02c00}.refusedtip{fill:#a02c00}\
.note{fill:#f0f3f6;stroke:#8c959f}.bad{fill:#ffe9e0;stroke:#a02c00;stroke-width:2}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3;stroke:#0d1117}.within{stroke:none}.ground{fill:#0d1117}.life{stroke:#6e7681}\
.ask,.answer,.held{stroke:#79b8ff}.tip{fill:#79b8ff}.refused{stroke:#ff9b73}.refusedtip{fill:#ff9b73}\
.note{fill:#1c2128;stroke:#6e7681}.bad{fill:#4a1e0c;stroke:#ff9b73}}";

pub(super) fn write(log: &RunLog) -> String {
    let diagram = diagram::diagram_of(log);
    let mut drawing = Drawing { out: String::new(), y: 90, diagram: &diagram };
    for row in &diagram.rows {
        drawing.row(row);
    }
    let Drawing { out: body, y, .. } = drawing;
    let (width, height) = (2 * MARGIN + COLUMN_WIDTH * (lifelines(&diagram) - 1), y + 30);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t d\">"
    );
    let _ =
        writeln!(out, "<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>", escape(&log.title), escape(&log.goal));
    let _ = writeln!(out, "<style>{STYLE}</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>");
    let _ = writeln!(out, "<text class=\"name\" x=\"20\" y=\"28\">{}</text>", escape(&log.title));
    for (x, name) in heads(&diagram) {
        let _ =
            writeln!(out, "<text class=\"name\" x=\"{x}\" y=\"60\" text-anchor=\"middle\">{}</text>", escape(&name));
        let _ = writeln!(out, "<line class=\"life\" x1=\"{x}\" y1=\"70\" x2=\"{x}\" y2=\"{}\"/>", y + 10);
    }
    out + &body + "</svg>\n"
}

fn lifelines(diagram: &Diagram) -> usize {
    diagram.people.len() + 1 + usize::from(diagram.gate)
}

fn heads(diagram: &Diagram) -> Vec<(usize, String)> {
    let people = diagram.people.iter().cloned();
    let names = people.chain(diagram.gate.then(|| "Gate".to_owned())).chain(["Server".to_owned()]);
    names.enumerate().map(|(index, name)| (MARGIN + COLUMN_WIDTH * index, name)).collect()
}

struct Drawing<'a> {
    out: String,
    /// The vertical position of the next element.
    y: usize,
    diagram: &'a Diagram,
}

impl Drawing<'_> {
    fn x(&self, end: DiagramEnd) -> usize {
        let column = match end {
            DiagramEnd::Person(index) => index,
            DiagramEnd::Gate => self.diagram.people.len(),
            DiagramEnd::Server => lifelines(self.diagram) - 1,
        };
        MARGIN + COLUMN_WIDTH * column
    }

    /// Returns the width of a line of text over all lifelines, in pixels.
    fn room_for_lines(&self) -> usize {
        2 * MARGIN + COLUMN_WIDTH * (lifelines(self.diagram) - 1) - 40
    }

    fn row(&mut self, row: &DiagramRow) {
        match row {
            DiagramRow::Step(caption) => {
                self.y += LINE_HEIGHT / 2;
                self.text(20, "start", "step", caption, self.room_for_lines());
            }
            DiagramRow::Check { text, holds } => {
                let sign = if *holds { "✓" } else { "✗" };
                self.text(20, "start", "check", &format!("{sign} {text}"), self.room_for_lines());
            }
            DiagramRow::Request { from, to, text } => {
                let class = if *to == DiagramEnd::Gate { "held" } else { "ask" };
                self.arrow(self.x(*from), self.x(*to), class, text, *to == DiagramEnd::Gate);
            }
            DiagramRow::Answer { to, text, refused, lost } => {
                let class = if *refused { "answer refused" } else { "answer" };
                let (from, to) = (self.x(DiagramEnd::Server), self.x(DiagramEnd::Person(*to)));
                if *lost {
                    self.broken(from, to, text);
                } else {
                    self.arrow(from, to, class, text, false);
                }
            }
            DiagramRow::Note { at, text, bad } => self.note(self.x(*at), text, *bad),
        }
    }

    /// Draws text on as many lines as it needs, and advances below it.
    fn text(&mut self, x: usize, anchor: &str, class: &str, text: &str, room: usize) {
        for line in wrap(&visible(text), room / CHARACTER_WIDTH) {
            self.y += LINE_HEIGHT;
            let (y, line) = (self.y, escape(&line));
            let _ = writeln!(
                self.out,
                "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{line}</text>"
            );
        }
    }

    /// Draws an arrow with its text above the middle.
    fn arrow(&mut self, from: usize, to: usize, class: &str, text: &str, stops: bool) {
        let (left, right) = (from.min(to), from.max(to));
        self.text(left.midpoint(right), "middle", "said", text, (right - left).saturating_sub(16));
        self.y += 8;
        let (y, tip) = (self.y, if class.contains("refused") { "refusedtip" } else { "tip" });
        let _ = writeln!(self.out, "<line class=\"{class}\" x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\"/>");
        if stops {
            // A bar rather than a tip: the request has not arrived anywhere yet.
            let (top, bottom) = (y - 7, y + 7);
            let _ = writeln!(self.out, "<line class=\"held\" x1=\"{to}\" y1=\"{top}\" x2=\"{to}\" y2=\"{bottom}\"/>");
        } else {
            let back = if to > from { to - 9 } else { to + 9 };
            let (top, bottom) = (y - 4, y + 4);
            let _ = writeln!(self.out, "<polygon class=\"{tip}\" points=\"{to},{y} {back},{top} {back},{bottom}\"/>");
        }
        self.y += 6;
    }

    /// Draws a response that breaks off.
    fn broken(&mut self, from: usize, to: usize, text: &str) {
        self.text(from.midpoint(to), "middle", "said", text, from.abs_diff(to).saturating_sub(16));
        self.y += 8;
        // Less than half of the distance, so that the cross is not on a lifeline.
        let way = from.abs_diff(to) * 2 / 5;
        let (y, end) = (self.y, if to > from { from + way } else { from - way });
        let _ = writeln!(self.out, "<line class=\"answer refused\" x1=\"{from}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\"/>");
        let (left, right, top, bottom) = (end - 6, end + 6, y - 6, y + 6);
        let cross = format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}");
        let _ = writeln!(self.out, "<path class=\"ask refused\" d=\"{cross}\"/>");
        self.y += 6;
    }

    fn note(&mut self, x: usize, text: &str, bad: bool) {
        let lines = wrap(&visible(text), (COLUMN_WIDTH - 20) / CHARACTER_WIDTH);
        let width = lines.iter().map(|line| line.width()).max().unwrap_or_default() * CHARACTER_WIDTH + 12;
        let (left, top, height) = (x.saturating_sub(width / 2), self.y + 6, lines.len() * LINE_HEIGHT + 8);
        let class = if bad { "note bad" } else { "note" };
        let _ = writeln!(
            self.out,
            "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"3\"/>"
        );
        self.y += 6;
        self.text(x, "middle", "within", text, COLUMN_WIDTH - 20);
        self.y += 12;
    }
}

/// Returns a text for XML. [`visible`] replaces the characters that XML does not allow.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
