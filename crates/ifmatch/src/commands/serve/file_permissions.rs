//! Files that hold secrets: whether other users of the machine can use them.

use std::fs::Metadata;
use std::path::Path;

use crate::output::stderr::print_message;

/// Warns on standard error if other users can read or change the file.
///
/// The warning has the command that makes the file private. `secrets` says what is in it, such as `the tokens`.
pub(crate) fn warn_unless_private(path: &Path, metadata: &Metadata, secrets: &str) {
    if let Some(can) = others_can(metadata) {
        let path = path.display();
        print_message(format_args!(
            "other users of this machine can {can} {secrets} in {path}; 'chmod 600 {path}' makes the file private"
        ));
    }
}

/// Returns what other users can do with the file.
///
/// Those who can change the tokens can make themselves an admin.
#[cfg(unix)]
fn others_can(metadata: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode();
    match (mode & 0o044 != 0, mode & 0o022 != 0) {
        _ if !metadata.is_file() => None,
        (true, true) => Some("read and change"),
        (true, false) => Some("read"),
        (false, true) => Some("change"),
        (false, false) => None,
    }
}

/// On other systems, the metadata of a file does not say who can use it.
#[cfg(not(unix))]
fn others_can(_: &Metadata) -> Option<&'static str> {
    None
}
