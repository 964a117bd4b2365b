//! Writes metrics in the text format of Prometheus.

use std::fmt::Write;

/// A text in the format of Prometheus.
#[derive(Default)]
pub(super) struct MetricsText(String);

impl MetricsText {
    /// Starts a metric family. Writing to a String never fails.
    pub(super) fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    pub(super) fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = match labels {
            "" => writeln!(self.0, "{name} {value}"),
            labels => writeln!(self.0, "{name}{{{labels}}} {value}"),
        };
    }

    /// Returns the text.
    pub(super) fn into_string(self) -> String {
        self.0
    }
}
