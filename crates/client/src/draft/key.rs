//! The key of a draft (its document, or its file, and the author), and the names of its files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use contract::{Author, DocumentId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::server_url::ServerUrl;

/// How many hex digits of the hash are in a file's name.
const HASH_DIGITS: usize = 16;

/// The id of a draft within its folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DraftId(pub(super) String);

impl DraftId {
    pub(super) const fn new(name: String) -> Self {
        Self(name)
    }
}

/// The key of a draft: its document and author, or its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftKey {
    /// A document on a server.
    Document {
        /// The server's address.
        server: ServerUrl,
        /// The document's id.
        document: DocumentId,
        /// The author.
        author: Author,
    },
    /// A file on this machine, by its absolute path.
    File(PathBuf),
}

impl DraftKey {
    /// Returns the prefix of the names of all drafts that may belong to this key.
    ///
    /// The prefix is readable, for users who look into the folder.
    pub(crate) fn prefix(&self) -> String {
        match self {
            Self::Document { document, .. } => format!("{document}-"),
            Self::File(path) => format!("file-{}-", sanitized_file_name(path)),
        }
    }

    /// Returns the beginning of the names of this key's drafts: the prefix, and a hash of the whole key.
    ///
    /// An address, an author or a path may contain characters that no file name can have, and may be longer than a file
    /// name.
    pub(crate) fn stem(&self) -> String {
        self.prefix() + &self.hash()
    }

    /// Returns the hash of the key, which is part of the names of its drafts.
    pub(crate) fn hash(&self) -> String {
        let hash = match self {
            Self::Document { server, document, author } => {
                Sha256::digest([server.to_string().as_str(), document.as_str(), author.as_str()].join("\0"))
            }
            Self::File(path) => Sha256::digest([b"file\0", path.as_os_str().as_encoded_bytes()].concat()),
        };
        hash[..HASH_DIGITS / 2].iter().fold(String::new(), |mut name, byte| {
            write!(name, "{byte:02x}").expect("writing to a String does not fail");
            name
        })
    }

    /// Returns the hash in a draft's name, or `None` if the name does not have this key's prefix.
    ///
    /// After the hash, `-` and a suffix may follow that distinguishes the drafts of one key.
    pub(crate) fn hash_in<'n>(&self, name: &'n str) -> Option<&'n str> {
        let rest = name.strip_prefix(&self.prefix())?;
        let (hash, unique) = rest.split_at_checked(HASH_DIGITS)?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let unique = unique.is_empty()
            || unique.strip_prefix('-').is_some_and(|unique| {
                !unique.is_empty() && unique.split('-').all(|part| !part.is_empty() && digits(part))
            });
        (digits(hash) && unique).then_some(hash)
    }
}

/// Returns the ASCII letters, digits and dots of a file's name in lower case, 32 at most.
fn sanitized_file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let tame: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').take(32).collect();
    tame.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(server: &str, id: &str, author: &str) -> DraftKey {
        let (document, author) = (id.parse().unwrap(), author.parse().unwrap());
        DraftKey::Document { server: server.parse().unwrap(), document, author }
    }

    #[test]
    fn each_key_has_a_unique_portable_file_name() {
        let longest = format!("http://{}.example:4280/%2F..%2F{}", "a".repeat(60), "b".repeat(500));
        let keys = [
            document("http://127.0.0.1:4280", "welcome", "alice"),
            document("http://127.0.0.1:4281", "welcome", "alice"),
            document("http://127.0.0.1:4280", "welcome2", "alice"),
            document("http://127.0.0.1:4280", "welcome", "../../alice"),
            document("http://127.0.0.1:4280", "con", &"é".repeat(64)),
            document(&longest, &"a".repeat(64), "CON"),
            DraftKey::File("/a/notes.txt".into()),
            DraftKey::File("/b/notes.txt".into()),
            DraftKey::File(format!("/{}", "ü ".repeat(100)).into()),
        ];
        let names: std::collections::BTreeSet<String> = keys.iter().map(DraftKey::stem).collect();
        assert_eq!(names.len(), keys.len());
        for name in names {
            assert!(
                name.len() < 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
                "{name}"
            );
        }
        // The same server, spelled differently.
        assert_eq!(keys[0], document("127.0.0.1:4280/", "welcome", "alice"));
    }

    #[test]
    fn a_name_is_recognized_by_its_document_and_hash() {
        let key = document("http://127.0.0.1:4280", "a", "alice");
        let hash = key.hash();
        let stem = key.stem();
        assert_eq!(key.hash_in(&stem), Some(hash.as_str()), "as earlier versions of this program wrote it");
        assert_eq!(key.hash_in(&format!("{stem}-1f-2e")), Some(hash.as_str()));
        let other = document("http://127.0.0.1:4280", "a-b", "alice").stem();
        for name in [other.as_str(), &stem[1..], &stem[..stem.len() - 1], &format!("{stem}-"), &format!("{stem}.x")] {
            assert_eq!(key.hash_in(name), None, "{name}");
        }
    }
}
