//! What a draft is about, and the names of its files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use contract::{Author, DocumentId};
use sha2::{Digest, Sha256};

use crate::server_url::ServerUrl;

/// How many hex digits of a hash stand in a file's name.
const HASH_DIGITS: usize = 16;

/// Which draft of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DraftId(pub(super) String);

impl DraftId {
    pub(super) const fn new(name: String) -> Self {
        Self(name)
    }
}

/// What a draft is about, and who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftKey {
    /// A document at a server.
    Document {
        /// Where the server is.
        server: ServerUrl,
        /// Which document.
        document: DocumentId,
        /// Who writes.
        author: Author,
    },
    /// A file on this machine, by its absolute path.
    File(PathBuf),
}

impl DraftKey {
    /// Returns what the names of all drafts begin with that may be about this: for people who look into the folder.
    pub(crate) fn prefix(&self) -> String {
        match self {
            Self::Document { document, .. } => format!("{document}-"),
            Self::File(path) => format!("file-{}-", sanitized_file_name(path)),
        }
    }

    /// Returns the beginning of the name of a draft that is about this very key: the prefix, and a hash over all of the
    /// key. An address, a name or a path may hold what no file name can, and may be longer than one.
    pub(crate) fn stem(&self) -> String {
        self.prefix() + &self.hash()
    }

    /// Returns the hash that stands in the names of the key's drafts.
    pub(crate) fn hash(&self) -> String {
        let hash = match self {
            Self::Document { server, document, author } => {
                Sha256::digest([server.to_string().as_str(), document.as_str(), author.as_str()].join("\0"))
            }
            Self::File(path) => Sha256::digest([b"file\0", path.as_os_str().as_encoded_bytes()].concat()),
        };
        hash[..HASH_DIGITS / 2].iter().fold(String::new(), |mut name, byte| {
            write!(name, "{byte:02x}").expect("a String takes all that is written");
            name
        })
    }

    /// Returns the hash of the key that a draft with that name is about; `None` if the name is not that of a draft with
    /// this prefix. `-` may follow, and what tells drafts of one key apart.
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

/// The name of a file as a part of another's: what is no letter or digit is left out, and so is what is too much.
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
    fn each_key_has_names_of_its_own_that_every_system_takes() {
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
        // The same server, written in another way.
        assert_eq!(keys[0], document("127.0.0.1:4280/", "welcome", "alice"));
    }

    #[test]
    fn a_name_is_known_by_its_document_and_hash() {
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
