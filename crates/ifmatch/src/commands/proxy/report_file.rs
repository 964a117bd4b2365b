//! The files of `--report`: their format follows from the ending of the name.

use std::fs;
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
    /// Prepares the reports, begins the archives, and says which files will be replaced.
    ///
    /// # Errors
    ///
    /// A report will not be writable: better now than after the tests have run.
    pub(super) fn prepare(paths: &[PathBuf], shows_cookies: bool) -> Result<(Self, Vec<HarFile>), ProxyError> {
        let failed = |path: &Path, source| ProxyError::Report { path: path.to_owned(), source };
        let (mut kept, mut archives) = (Vec::new(), Vec::new());
        for path in paths {
            let is_there = is_replaceable(path).map_err(|error| failed(path, error))?;
            if format_of(path) == ReportFormat::Har {
                archives.push(HarFile::create(path, shows_cookies).map_err(|error| failed(path, error))?);
            } else {
                kept.push(path.clone());
            }
            if is_there {
                print_line(format!("the report {} exists, and is replaced when the proxy ends", path.display()));
            }
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

/// Returns whether there is a file with the name of a report.
///
/// # Errors
///
/// There is no such folder, or the file is read-only, or it is a folder.
fn is_replaceable(path: &Path) -> io::Result<bool> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no folder {}", folder.display())));
    }
    match fs::metadata(path) {
        Ok(file) if file.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        Ok(file) if file.permissions().readonly() => {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"))
        }
        Ok(file) => Ok(file.is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
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

    #[test]
    fn unusable_file_fails_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (read_only, other) = (folder.path().join("kept.txt"), folder.path().join("folder.har"));
        fs::write(&read_only, "kept").unwrap();
        let mut permissions = fs::metadata(&read_only).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&read_only, permissions).unwrap();
        fs::create_dir(&other).unwrap();
        for path in [read_only, other] {
            assert!(ReportFiles::prepare(std::slice::from_ref(&path), false).is_err(), "{}", path.display());
        }
    }
}
