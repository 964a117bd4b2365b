//! The file `~/.pgpass`: a line `host:port:database:user:password` for each login.
//!
//! `*` matches anything. A backslash before a colon or a backslash makes it part of the value. As libpq does, this
//! ignores a file that others can read.

use std::fs;
use std::path::Path;

/// A line of the file: four patterns, and the password.
pub(super) type Entry = [String; 5];

/// Reads the entries of the file. A missing or unreadable file has none.
pub(super) fn read(path: &Path) -> Vec<Entry> {
    #[cfg(unix)]
    if fs::metadata(path).is_ok_and(|file| std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "the file of passwords is ignored, since others can read it: chmod 600");
        return Vec::new();
    }
    fs::read_to_string(path).unwrap_or_default().lines().filter_map(parse).collect()
}

/// Returns the password of the first entry that matches host, port, database and user.
pub(super) fn find(entries: &[Entry], login: [&str; 4]) -> Option<String> {
    let matches = |entry: &&Entry| entry.iter().zip(login).all(|(pattern, value)| pattern == "*" || pattern == value);
    entries.iter().find(matches).map(|[.., password]| password.clone())
}

/// Parses a line, or returns `None` for a comment or a line with fewer parts.
fn parse(line: &str) -> Option<Entry> {
    if line.starts_with('#') {
        return None;
    }
    let (mut parts, mut characters) = (vec![String::new()], line.chars());
    while let Some(character) = characters.next() {
        match character {
            ':' if parts.len() < 5 => parts.push(String::new()),
            '\\' => parts.last_mut()?.extend(characters.next()),
            other => parts.last_mut()?.push(other),
        }
    }
    parts.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_matching_line_has_the_password() {
        let text = "# a comment\nlocalhost:5432:d:u:one\n\nh:*:d:u:t\\:w:o\\\\\n*:*:*:u:three";
        let entries: Vec<Entry> = text.lines().filter_map(parse).collect();
        assert_eq!(find(&entries, ["localhost", "5432", "d", "u"]).as_deref(), Some("one"));
        assert_eq!(find(&entries, ["h", "9", "d", "u"]).as_deref(), Some("t:w:o\\"));
        assert_eq!(find(&entries, ["elsewhere", "9", "x", "u"]).as_deref(), Some("three"));
        assert_eq!(find(&entries, ["elsewhere", "9", "x", "v"]), None);
    }

    #[cfg(unix)]
    #[test]
    fn file_that_others_can_read_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        fs::write(&path, "*:*:*:*:secret").unwrap();
        let set = |mode| fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        set(0o640);
        assert!(read(&path).is_empty());
        set(0o600);
        assert_eq!(read(&path).len(), 1);
    }
}
