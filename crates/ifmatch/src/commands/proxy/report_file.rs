//! The files of `--report`: their format follows from the ending of the name.

use std::io;
use std::path::{Path, PathBuf};

use anomaly::AnomalyReport;
use files::ExpectedContent;

use super::error::ProxyError;
use super::har_file::HarFile;
use super::observer::AnomalyObserver;
use crate::output::stderr::print_line;

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportFormat {
    Text,
    Json,
    Har,
}

/// The reports that are written when the proxy ends.
pub(super) struct ReportFiles {
    /// The reports as text or JSON; an archive is written while the exchanges pass.
    paths: Vec<PathBuf>,
    count: usize,
}

impl ReportFiles {
    /// Prepares the reports, and begins the archives.
    ///
    /// # Errors
    ///
    /// A report will not be writable: better now than after the tests have run.
    pub(super) fn prepare(paths: &[PathBuf], shows_cookies: bool) -> Result<(Self, Vec<HarFile>), ProxyError> {
        let failed = |path: &Path, source| ProxyError::Report { path: path.to_owned(), source };
        let (mut kept, mut archives) = (Vec::new(), Vec::new());
        for path in paths {
            if format_of(path) == ReportFormat::Har {
                archives.push(HarFile::create(path, shows_cookies).map_err(|error| failed(path, error))?);
                continue;
            }
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if !folder.is_dir() {
                let missing =
                    io::Error::new(io::ErrorKind::NotFound, format!("there is no folder {}", folder.display()));
                return Err(failed(path, missing));
            }
            kept.push(path.clone());
        }
        Ok((Self { paths: kept, count: paths.len() }, archives))
    }

    /// Writes the reports, and returns the report if one was asked for.
    ///
    /// # Errors
    ///
    /// A report cannot be written. The others are written all the same.
    pub(super) fn write(&self, observer: &AnomalyObserver) -> Result<Option<AnomalyReport>, ProxyError> {
        if self.count == 0 {
            return Ok(None);
        }
        let report = observer.report();
        let mut result = Ok(());
        for path in &self.paths {
            let text = if format_of(path) == ReportFormat::Json { report.to_json() } else { report.to_string() };
            let written = files::write(path, text.as_bytes(), ExpectedContent::Anything, None);
            result = result.and(
                written.map_err(|error| ProxyError::Report { path: path.clone(), source: io::Error::other(error) }),
            );
        }
        for archive in observer.take_archives() {
            let path = archive.path().to_owned();
            result = result.and(archive.end(&report.verdict()).map_err(|source| ProxyError::Report { path, source }));
        }
        print_line(report.verdict());
        result.map(|()| Some(report))
    }
}

/// Returns the format for a name: `.json`, `.har`, or else text.
fn format_of(path: &Path) -> ReportFormat {
    let ending = path.extension().unwrap_or_default();
    if ending.eq_ignore_ascii_case("json") {
        ReportFormat::Json
    } else if ending.eq_ignore_ascii_case("har") {
        ReportFormat::Har
    } else {
        ReportFormat::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_follows_from_the_ending() {
        for (name, format) in [
            ("report.txt", ReportFormat::Text),
            ("report", ReportFormat::Text),
            ("out/report.JSON", ReportFormat::Json),
            ("a.har", ReportFormat::Har),
        ] {
            assert_eq!(format_of(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn report_into_a_missing_folder_fails_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["no/report.txt", "no/report.har"] {
            assert!(ReportFiles::prepare(&[folder.path().join(name)], false).is_err(), "{name}");
        }
        let good = [folder.path().join("a.txt"), folder.path().join("a.har")];
        let (reports, archives) = ReportFiles::prepare(&good, false).unwrap();
        assert_eq!((reports.paths.len(), archives.len()), (1, 1));
    }
}
