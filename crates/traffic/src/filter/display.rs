//! Displays a filter with the operators and parentheses that the user may have left out.

use std::fmt;

use super::codes::{code_of, is_plain};
use super::expression::{FilterNode, FilterTest};

impl fmt::Display for FilterNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(test) => write!(f, "{test}"),
            Self::Not(node) => {
                f.write_str("!")?;
                node.within(f, matches!(**node, Self::Is(_) | Self::Not(_)))
            }
            Self::All(nodes) => joined(f, nodes, " & ", |node| matches!(node, Self::Is(_) | Self::Not(_))),
            Self::Any(nodes) => joined(f, nodes, " | ", |node| !matches!(node, Self::Any(_))),
        }
    }
}

impl FilterNode {
    /// Writes the node as an operand, in parentheses unless it binds tighter than the operator around it.
    fn within(&self, f: &mut fmt::Formatter<'_>, binds_tighter: bool) -> fmt::Result {
        if binds_tighter { write!(f, "{self}") } else { write!(f, "({self})") }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    nodes: &[FilterNode],
    operator: &str,
    binds_tighter: impl Fn(&FilterNode) -> bool,
) -> fmt::Result {
    nodes.iter().enumerate().try_for_each(|(at, node)| {
        f.write_str(if at == 0 { "" } else { operator })?;
        node.within(f, binds_tighter(node))
    })
}

impl fmt::Display for FilterTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}", code_of(self))?;
        match self {
            Self::Has(_, text) if !text.written.is_empty() && text.written.chars().all(is_plain) => {
                write!(f, " {}", text.written)
            }
            Self::Has(_, text) => write!(f, " \"{}\"", text.written.replace('\\', "\\\\").replace('"', "\\\"")),
            Self::Status(status) => write!(f, " {status}"),
            Self::Unanswered | Self::Answered | Self::Lost => Ok(()),
        }
    }
}
