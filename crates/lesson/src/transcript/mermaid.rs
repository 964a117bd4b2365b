//! A sequence diagram in the language of Mermaid.
//!
//! The arrow of a held request ends at the gate; the arrow of a lost response ends in a cross.

use std::fmt::Write as _;

use traffic::visible;

use super::diagram::{self, Diagram, DiagramEnd, DiagramRow};
use crate::run_log::RunLog;

pub(super) fn write(log: &RunLog) -> String {
    let diagram = diagram::diagram_of(log);
    let mut out = String::from("sequenceDiagram\n");
    let _ = writeln!(out, "    title {}", escape(&log.title));
    for (index, person) in diagram.people.iter().enumerate() {
        let _ = writeln!(out, "    participant p{index} as {}", escape(person));
    }
    if diagram.gate {
        out.push_str("    participant gate as Gate\n");
    }
    out.push_str("    participant server as Server\n");
    for row in &diagram.rows {
        let _ = writeln!(out, "    {}", line(&diagram, row));
    }
    out
}

fn line(diagram: &Diagram, row: &DiagramRow) -> String {
    match row {
        DiagramRow::Step(caption) => format!("Note over {},server: {}", name(leftmost_end(diagram)), escape(caption)),
        DiagramRow::Check { text, holds } => {
            let sign = if *holds { "✓ " } else { "✗ " };
            format!("Note over {},server: {sign}{}", name(leftmost_end(diagram)), escape(text))
        }
        DiagramRow::Request { from, to, text } => {
            let arrow = if *to == DiagramEnd::Gate { "-)" } else { "->>" };
            format!("{}{arrow}{}: {}", name(*from), name(*to), escape(text))
        }
        DiagramRow::Answer { to, text, lost, refused } => {
            let arrow = if *lost { "--x" } else { "-->>" };
            let sign = if *refused { "✗ " } else { "" };
            format!("server{arrow}{}: {sign}{}", name(DiagramEnd::Person(*to)), escape(text))
        }
        DiagramRow::Note { at, text, bad } => {
            let sign = if *bad { "⚠ " } else { "" };
            format!("Note right of {}: {sign}{}", name(*at), escape(text))
        }
    }
}

fn leftmost_end(diagram: &Diagram) -> DiagramEnd {
    if diagram.people.is_empty() { DiagramEnd::Server } else { DiagramEnd::Person(0) }
}

fn name(end: DiagramEnd) -> String {
    match end {
        DiagramEnd::Person(index) => format!("p{index}"),
        DiagramEnd::Gate => "gate".to_owned(),
        DiagramEnd::Server => "server".to_owned(),
    }
}

/// Returns a text for a diagram, with characters that may have a meaning written as numbers.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    let text = visible(text);
    // At the beginning of a text, these words have a meaning in the language.
    let is_keyword = ["wrap", "nowrap"].iter().any(|word| text.trim_start().to_lowercase().starts_with(word));
    for (index, c) in text.trim_start().chars().enumerate() {
        let is_literal = c.is_alphanumeric() || " .,:'\"()/-_=…–’⏎".contains(c);
        if is_literal && !(is_keyword && index == 0) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
