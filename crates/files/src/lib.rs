//! Users' files: read, and written so that no byte of them is lost.
//!
//! A user's file is more than its content. It has an owner, a mode, access control lists, other names (hard links), and
//! a path that may lead through symbolic links; and another program may have it open. [`write()`] keeps all of that:
//!
//! | the file | what [`write()`] does |
//! | --- | --- |
//! | is as [`ExpectedContent`] says | writes it |
//! | has changed since it was read | nothing; [`WriteError::Changed`] |
//! | is read-only by its mode | nothing, even for root, who could write it; [`WriteError::ReadOnly`] |
//! | can be replaced with all of its attributes | replaces it by one rename: readers see the old content or the new |
//! | has other names, or attributes that this user cannot set | makes a backup, writes the file in place |
//! | does not exist | creates it, with the mode that the umask leaves; never over a file that appears meanwhile |
//! | is a device or a pipe | writes to it |
//!
//! The temporary file is never readable by more users than the file itself. When [`write()`] returns, the content
//! is on the disk.
//!
//! Programs that write the same file through this crate lock it (`flock`), so one of two concurrent writers gets
//! [`WriteError::Changed`]. Programs without locks lose nothing either: the old file is exchanged for the new one in
//! one step, and if it turns out not to be the file that was compared, it is put back.
//!
//! | module | what it is |
//! | --- | --- |
//! | `write` | the one way to write a user's file; it chooses among the ways below |
//! | `create` | new files, and temporary ones |
//! | `folder` | new folders with all of their files |
//! | `exchange` | replacing a file in one step, if it is still the one that was compared |
//! | `backup` | writing in place, after saving the old content elsewhere |
//! | `read` | reading, and whether a file was changed after it was read |
//! | `lock`, `attributes`, `target` | the lock, owner and mode, and symbolic links of a file |
//!
//! What is *not* here: which files are written, when, and what a user is told about it.

mod attributes;
mod backup;
mod create;
mod error;
mod exchange;
mod folder;
mod lock;
mod read;
mod target;
mod write;

pub use create::{FileAccess, create};
pub use error::WriteError;
pub use folder::create_folder;
pub use read::{SeenContent, has_changed, read};
pub use write::{ExpectedContent, write};
