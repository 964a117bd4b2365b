//! An archive of all exchanges, HAR 1.2, which is written while they pass.
//!
//! The record keeps only the last exchanges, and an archive has all. So each entry is written at once, to a file beside
//! the archive, which gets the archive's name when the proxy ends. It is locked meanwhile, so that two proxies with one
//! archive do not write into each other's, and only its owner may read it: bodies are in it as they were.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use contract::exchange::Message;
use contract::secrets::{redact, redact_body, redact_target};
use contract::{Anomaly, Exchange};
use proxy::{CopiedMessage, ForwardedExchange};
use traffic::{explain, har_entry, har_frame};

/// The ending of the file that is being written.
const PARTIAL_SUFFIX: &str = ".part";

/// An archive that is being written.
pub(super) struct HarFile {
    path: PathBuf,
    partial: PathBuf,
    file: BufWriter<File>,
    /// Whether there is an entry.
    has_entries: bool,
    shows_cookies: bool,
    /// The first error, after which nothing more is written.
    error: Option<io::Error>,
}

impl HarFile {
    /// Creates the file beside `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be created, or another program is writing it.
    pub(super) fn create(path: &Path, shows_cookies: bool) -> io::Result<Self> {
        let mut partial = OsString::from(path);
        partial.push(PARTIAL_SUFFIX);
        let partial = PathBuf::from(partial);
        let mut file = BufWriter::new(open_locked(&partial)?);
        let (begin, _) = har_frame("");
        file.write_all(begin.as_bytes())?;
        Ok(Self { path: path.to_owned(), partial, file, has_entries: false, shows_cookies, error: None })
    }

    /// Writes an exchange. An error is reported at the end.
    pub(super) fn add(&mut self, exchange: &ForwardedExchange<'_>, anomalies: &[Anomaly]) {
        if self.error.is_none() {
            self.error = self.write(exchange, anomalies).err();
        }
    }

    fn write(&mut self, exchange: &ForwardedExchange<'_>, anomalies: &[Anomaly]) -> io::Result<()> {
        let exchange = self.recorded(exchange, anomalies);
        let mut entry = har_entry(&exchange, "http", None, &explain(&exchange));
        if !exchange.anomalies.is_empty() {
            entry["_anomalies"] = serde_json::to_value(&exchange.anomalies)?;
        }
        let json = traffic::visible_json(&serde_json::to_string(&entry)?);
        let separator = if self.has_entries { ",\n" } else { "\n" };
        self.has_entries = true;
        self.file.write_all(separator.as_bytes())?;
        self.file.write_all(json.as_bytes())
    }

    /// Ends the archive, and gives the file its name.
    ///
    /// # Errors
    ///
    /// Something of the archive could not be written; the partial file is left.
    pub(super) fn end(mut self, comment: &str) -> io::Result<()> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let (_, end) = har_frame(comment);
        self.file.write_all(end.as_bytes())?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.partial, &self.path)
    }

    /// Returns the path of the archive.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the exchange as the record keeps it, without secrets.
    fn recorded(&self, exchange: &ForwardedExchange<'_>, anomalies: &[Anomaly]) -> Exchange {
        let response = exchange.response.as_ref();
        let path = exchange.target.split('?').next().unwrap_or_default();
        Exchange {
            number: exchange.number,
            author: exchange.caller.cloned(),
            client_address: None,
            server: None,
            received: exchange.received,
            judged: None,
            answered: response.map(|response| response.at),
            method: exchange.method.to_string(),
            target: redact_target(exchange.target).into_owned(),
            request: self.message(exchange.request, exchange.request.body),
            status: response.map(|response| response.status.as_u16()),
            response: response
                .map(|response| self.message(response.message, &redact_body(path, response.message.body))),
            lost: response.is_none().then(|| "there was no response".to_owned()),
            evaluation: Vec::new(),
            anomalies: anomalies.to_vec(),
        }
    }

    fn message(&self, copied: CopiedMessage<'_>, body: &[u8]) -> Message {
        let fields = copied.fields.iter().map(|(name, value)| {
            let is_shown = self.shows_cookies && ["cookie", "set-cookie"].contains(&name.as_str());
            let shown = if is_shown {
                String::from_utf8_lossy(value.as_bytes())
            } else {
                redact(name.as_str(), value.as_bytes())
            };
            (name.as_str().to_owned(), shown.into_owned())
        });
        let mut message = Message { fields: fields.collect(), ..Message::default() };
        message.keep_body(body);
        message.cut |= !copied.is_whole();
        message
    }
}

/// Opens an empty file that only its owner may read, and locks it until it is closed.
///
/// A file that a killed program has left is overwritten.
fn open_locked(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // If the file system has no locks, two proxies with one archive cannot be told.
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        return Err(io::Error::new(io::ErrorKind::ResourceBusy, "another program is writing it"));
    }
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.set_len(0)?;
    Ok(file)
}
