//! The attributes of a file: owner, group, mode, extended attributes, access control lists.
//!
//! Linux keeps access control lists as the extended attribute `system.posix_acl_access`, so they need no code of their
//! own.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

#[cfg(unix)]
pub(crate) use unix::{Attributes, has_other_names, is_read_only, is_same_file, mode};

#[cfg(not(unix))]
pub(crate) use plain::{Attributes, has_other_names, is_read_only, is_same_file, mode};

#[cfg(unix)]
mod unix {
    use super::{File, Metadata, Path, extended, io};
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

    /// The attributes of a file.
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct Attributes {
        owner: u32,
        group: u32,
        /// The mode, without the type of the file.
        mode: u32,
        extended: extended::Attributes,
    }

    impl Attributes {
        pub(crate) fn of(file: &File) -> io::Result<Self> {
            let metadata = file.metadata()?;
            let extended = extended::of(file)?;
            Ok(Self { owner: metadata.uid(), group: metadata.gid(), mode: mode(&metadata), extended })
        }

        /// Gives them to a file that only its owner may use so far. Returns whether that was possible.
        ///
        /// The owner comes first, then the lists, then the mode: so no user is allowed more meanwhile than in the end.
        pub(crate) fn give_to(&self, file: &File) -> bool {
            let given = || -> io::Result<bool> {
                let metadata = file.metadata()?;
                if (metadata.uid(), metadata.gid()) != (self.owner, self.group) {
                    fchown(file, Some(self.owner), Some(self.group))?;
                }
                extended::give(&self.extended, file)?;
                file.set_permissions(Permissions::from_mode(self.mode))?;
                // Systems drop single bits of a mode silently.
                Ok(Self::of(file)? == *self)
            };
            given().unwrap_or(false)
        }

        /// Restores the mode of a file: a write may have cleared the bits that let it run as its owner.
        pub(crate) fn restore_mode(&self, file: &File) {
            if file.metadata().is_ok_and(|metadata| mode(&metadata) != self.mode) {
                // If this user may not set them, the system cleared them for good reason.
                let _ = file.set_permissions(Permissions::from_mode(self.mode));
            }
        }
    }

    /// Returns the mode, without the type of the file.
    pub(crate) fn mode(metadata: &Metadata) -> u32 {
        metadata.mode() & 0o7777
    }

    /// Whether the mode says that this user is not to write the file.
    ///
    /// Root could write it all the same, so the system is not asked: for the owner, the owner's bit counts, and for
    /// other users all write bits.
    pub(crate) fn is_read_only(metadata: &Metadata) -> bool {
        let is_owner = metadata.uid() == rustix::process::geteuid().as_raw();
        mode(metadata) & if is_owner { 0o200 } else { 0o222 } == 0
    }

    /// Whether the file has hard links.
    pub(crate) fn has_other_names(metadata: &Metadata) -> bool {
        metadata.nlink() > 1
    }

    /// Whether a path leads to that very file.
    pub(crate) fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
        let (one, other) = (file.metadata()?, std::fs::symlink_metadata(path)?);
        Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod extended {
    use super::{File, io};
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::io::{Errno, Result};
    use std::collections::BTreeMap;
    use std::ffi::CString;

    /// Extended attributes, by name.
    pub(crate) type Attributes = BTreeMap<CString, Vec<u8>>;

    /// Returns the extended attributes of a file, or none if its file system does not have them.
    pub(crate) fn of(file: &File) -> io::Result<Attributes> {
        let names = match grown(|buffer| flistxattr(file, buffer)) {
            Err(Errno::NOTSUP) => return Ok(Attributes::new()),
            names => names?,
        };
        let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        let mut attributes = Attributes::new();
        for name in names.filter_map(|name| CString::new(name).ok()) {
            match grown(|buffer| fgetxattr(file, &name, buffer)) {
                Ok(value) => drop(attributes.insert(name, value)),
                // It was removed meanwhile, or is listed without a value: there is nothing to copy.
                #[cfg(not(target_vendor = "apple"))]
                Err(Errno::NODATA) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(attributes)
    }

    /// Makes the extended attributes of a file these and no others.
    pub(crate) fn give(attributes: &Attributes, file: &File) -> io::Result<()> {
        let there = of(file)?;
        for name in there.keys().filter(|name| !attributes.contains_key(*name)) {
            fremovexattr(file, name)?;
        }
        for (name, value) in attributes.iter().filter(|(name, value)| there.get(*name) != Some(*value)) {
            fsetxattr(file, name, value, XattrFlags::empty())?;
        }
        Ok(())
    }

    /// Calls `fill` with larger and larger buffers, until one is large enough. Returns what it filled in.
    fn grown(mut fill: impl FnMut(&mut [u8]) -> Result<usize>) -> Result<Vec<u8>> {
        let mut buffer = vec![0; 256];
        loop {
            match fill(&mut buffer) {
                Ok(length) => {
                    buffer.truncate(length);
                    return Ok(buffer);
                }
                Err(Errno::RANGE) => buffer.resize(buffer.len() * 2, 0),
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))))]
mod extended {
    use super::{File, io};

    /// Nothing: this system has no extended attributes, or no safe way to read them.
    pub(crate) type Attributes = ();

    pub(crate) fn of(_: &File) -> io::Result<Attributes> {
        Ok(())
    }

    pub(crate) fn give((): &Attributes, _: &File) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(not(unix))]
mod plain {
    use super::{File, Metadata, Path, io};
    use std::fs::Permissions;

    /// The attributes of a file, as far as this system has them.
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct Attributes(Permissions);

    impl Attributes {
        pub(crate) fn of(file: &File) -> io::Result<Self> {
            Ok(Self(file.metadata()?.permissions()))
        }

        pub(crate) fn give_to(&self, file: &File) -> bool {
            file.set_permissions(self.0.clone()).is_ok()
        }

        pub(crate) fn restore_mode(&self, _: &File) {}
    }

    pub(crate) fn mode(metadata: &Metadata) -> u32 {
        if is_read_only(metadata) { 0o444 } else { 0o666 }
    }

    pub(crate) fn is_read_only(metadata: &Metadata) -> bool {
        metadata.permissions().readonly()
    }

    pub(crate) fn has_other_names(_: &Metadata) -> bool {
        false
    }

    /// Whether the path exists. On this system, files have no identity that could be compared.
    pub(crate) fn is_same_file(_: &File, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }
}
