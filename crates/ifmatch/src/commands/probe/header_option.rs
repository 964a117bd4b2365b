//! The value of `--header`: a field, or a file of fields. It may be a secret, so it is never shown.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fmt, fs, io};

use probe::FieldLine;
use thiserror::Error;

/// Fields that the program sets itself.
const OWN_FIELDS: [&str; 10] = [
    "Host",
    "Content-Length",
    "Connection",
    "Transfer-Encoding",
    "Accept-Encoding",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-Unmodified-Since",
];

/// A text that may be a field, or `@` and the name of a file.
///
/// Any text is taken, because clap shows what it refuses.
#[derive(Clone)]
pub(crate) struct HeaderOption(String);

/// The error when a field cannot be used. It does not show the value.
#[derive(Debug, Error)]
pub(crate) enum HeaderOptionError {
    /// The text is not a field.
    #[error("{0} is not a field; a field looks like 'Name: value'")]
    Syntax(String),
    /// The program sets the field itself.
    #[error("the probe sets '{0}' itself")]
    Own(String),
    /// The file cannot be read.
    #[error("{} cannot be read: {source}; --header @FILE names a file with a field on each line", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

impl HeaderOption {
    /// Returns the fields.
    pub(super) fn lines(&self) -> Result<Vec<FieldLine>, HeaderOptionError> {
        let Some(path) = self.0.strip_prefix('@') else {
            return Ok(vec![field_line(&self.0, "the value of --header")?]);
        };
        let failed = |source| HeaderOptionError::Read { path: path.into(), source };
        let text = fs::read_to_string(Path::new(path)).map_err(failed)?;
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(number, line)| field_line(line, &format!("line {number} of {path}"))).collect()
    }
}

fn field_line(text: &str, place: &str) -> Result<FieldLine, HeaderOptionError> {
    let wrong = || HeaderOptionError::Syntax(place.to_owned());
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    // A tab is the only control character that a value may have (RFC 9110 section 5.5).
    let is_value = value.chars().all(|c| c == '\t' || !c.is_control());
    if !is_name || !is_value {
        return Err(wrong());
    }
    if OWN_FIELDS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(HeaderOptionError::Own(name.to_owned()));
    }
    Ok(FieldLine::new(name, value))
}

impl FromStr for HeaderOption {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for HeaderOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderOption")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_read_and_its_value_is_never_shown() {
        let lines = |text: &str| text.parse::<HeaderOption>().unwrap().lines();
        assert_eq!(lines("X-Key:  a: b ").unwrap(), [FieldLine::new("X-Key", "a: b")]);
        for secret in ["Bearer s3cret", "X Key: s3cret", "X-Key: s3cret\u{1b}[2J", "If-Match: s3cret"] {
            let error = lines(secret).unwrap_err().to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fields");
        fs::write(&file, "A: 1\n\nB: 2\n").unwrap();
        let read = lines(&format!("@{}", file.display())).unwrap();
        assert_eq!(read, [FieldLine::new("A", "1"), FieldLine::new("B", "2")]);
    }
}
