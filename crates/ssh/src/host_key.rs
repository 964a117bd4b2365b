//! The key with which the server proves that it is the same one as before.
//!
//! It is generated once and kept, since a client that sees another key warns of an attack. Only its owner can read it.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{HashAlg, PrivateKey};
use thiserror::Error;

/// The most bytes of a key's file. An Ed25519 key has about 400.
const MAX_FILE_BYTES: u64 = 16 * 1024;

/// The error when there is no key.
#[derive(Debug, Error)]
pub enum HostKeyError {
    /// The file cannot be read.
    #[error("the host key {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("the host key {} cannot be written: {source}; --data names another folder", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is not a private key without a passphrase, in the format of OpenSSH.
    #[error(
        "{} is not a private key of OpenSSH without a passphrase; remove it, and the next start generates a new one",
        path.display()
    )]
    Invalid {
        /// The file.
        path: PathBuf,
    },
    /// Other users of this machine can read or change the file.
    #[error(
        "other users of this machine can use the host key {path}, so they could pose as this server; 'chmod 600 {path}' \
         makes it private",
        path = path.display()
    )]
    NotPrivate {
        /// The file.
        path: PathBuf,
    },
    /// The system has no random numbers.
    #[error("this system has no random numbers for a host key: {0}")]
    Random(#[from] getrandom::Error),
}

/// A host key.
#[derive(Clone)]
pub struct HostKey(PrivateKey);

impl HostKey {
    /// Reads the key at a path, or generates one and writes it there.
    ///
    /// # Errors
    ///
    /// A [`HostKeyError`] if the file is not a key, is not private, or cannot be read or written.
    pub fn load_or_generate(path: &Path) -> Result<Self, HostKeyError> {
        match read(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::generate(path),
            Err(source) => Err(HostKeyError::Unreadable { path: path.to_owned(), source }),
        }
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self, HostKeyError> {
        let mode = fs::metadata(path).map(|metadata| metadata.permissions().mode());
        if mode.is_ok_and(|mode| mode & 0o077 != 0) {
            return Err(HostKeyError::NotPrivate { path: path.to_owned() });
        }
        let key = PrivateKey::from_openssh(text).ok().filter(|key| !key.is_encrypted());
        key.map(Self).ok_or_else(|| HostKeyError::Invalid { path: path.to_owned() })
    }

    fn generate(path: &Path) -> Result<Self, HostKeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let key = PrivateKey::from(Ed25519Keypair::from_seed(&seed));
        write(path, &key).map_err(|source| HostKeyError::Unwritable { path: path.to_owned(), source })?;
        Ok(Self(key))
    }

    /// Returns the fingerprint, as `ssh` shows it: `SHA256:` and the hash in Base64.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.public_key().fingerprint(HashAlg::Sha256).to_string()
    }

    /// Returns the private key.
    pub(crate) fn into_private(self) -> PrivateKey {
        self.0
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostKey").field(&self.fingerprint()).finish()
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(fs::File::open(path)?, MAX_FILE_BYTES), &mut text)?;
    Ok(text)
}

/// Writes a new file that only its owner can read; its name appears when it is complete.
fn write(path: &Path, key: &PrivateKey) -> io::Result<()> {
    let text = key.to_openssh(LineEnding::LF).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let next = path.with_extension("new");
    // A leftover of a start that was interrupted.
    let _ = fs::remove_file(&next);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&next)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&next, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_generated_once_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ssh/host_key");
        let first = HostKey::load_or_generate(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let second = HostKey::load_or_generate(&path).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert!(first.fingerprint().starts_with("SHA256:"), "{first:?}");
        let other = HostKey::load_or_generate(&folder.path().join("other")).unwrap();
        assert_ne!(first.fingerprint(), other.fingerprint());
    }

    #[test]
    fn debug_shows_nothing_of_the_private_key() {
        let folder = tempfile::tempdir().unwrap();
        let key = HostKey::load_or_generate(&folder.path().join("key")).unwrap();
        assert_eq!(format!("{key:?}"), format!("HostKey({:?})", key.fingerprint()));
    }

    #[test]
    fn file_that_is_no_key_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap().write_all(b"x").unwrap();
        assert!(matches!(HostKey::load_or_generate(&path), Err(HostKeyError::Invalid { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }

    #[test]
    fn key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        HostKey::load_or_generate(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(HostKey::load_or_generate(&path), Err(HostKeyError::NotPrivate { .. })));
    }
}
