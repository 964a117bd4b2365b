//! Errors of the disk, in words that fit into a status line.

use std::io::{Error, ErrorKind};

/// Returns why something could not be written or read, in plain words or else in the system's.
#[must_use]
pub fn plain_cause(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::StorageFull => "no space left",
        ErrorKind::QuotaExceeded => "the disk quota is used up",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::PermissionDenied => "no permission",
        ErrorKind::NotFound => "its folder does not exist",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::IsADirectory => "there is a folder of that name",
        ErrorKind::AlreadyExists => "a file of that name exists",
        ErrorKind::FileTooLarge => "it is too large for a file there",
        ErrorKind::InvalidFilename => "its name is not a valid file name",
        _ => return error.to_string(),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_in_plain_words() {
        assert_eq!(plain_cause(&ErrorKind::StorageFull.into()), "no space left");
        // The error numbers of Linux for a full disk, an exceeded quota and a read-only file system.
        #[cfg(target_os = "linux")]
        for (number, words) in
            [(28, "no space left"), (122, "the disk quota is used up"), (30, "the disk is read-only")]
        {
            assert_eq!(plain_cause(&Error::from_raw_os_error(number)), words);
        }
        assert_eq!(plain_cause(&Error::other("the disk sleeps")), "the disk sleeps");
    }
}
