//! The words behind `ifmatch merge`, read as git says them.
//!
//! Git starts the merge once for each file. Building the command line of the whole program, with all of its help, would
//! take longer than merging two small files. So the words that are said every day are read here. If one is another, is
//! in the wrong place or is missing, the whole command line judges. What both can read, both read alike.

use std::ffi::OsString;

use super::{ConflictStyles, Favor, MergeArgs};

/// Returns what was said, or `None` if the whole command line has to judge.
pub(super) fn read(words: impl IntoIterator<Item = OsString>) -> Option<MergeArgs> {
    let mut words = words.into_iter();
    let mut said = MergeArgs::default();
    let mut files = Vec::new();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("-p" | "--stdout") => said.outlet.stdout = true,
            Some("--json") => said.outlet.json = true,
            Some("--object-id") => said.object_id = true,
            Some("-q" | "--quiet") => said.quiet = true,
            // A label and a path are git's to choose, and may look like anything.
            Some("-L") => said.labels.push(words.next()?),
            Some("--path-name") => said.path_name = Some(words.next()?),
            Some("--marker-size") => said.marker_size = Some(words.next()?.to_str()?.parse().ok()?),
            Some("--diff3") => said.styles = ConflictStyles { diff3: true, ..ConflictStyles::default() },
            Some("--zdiff3") => said.styles = ConflictStyles { zdiff3: true, ..ConflictStyles::default() },
            Some("--ours") => said.taken = Favor { ours: true, ..Favor::default() },
            Some("--theirs") => said.taken = Favor { take_theirs: true, ..Favor::default() },
            Some("--union") => said.taken = Favor { union: true, ..Favor::default() },
            Some("--") => files.extend(words.by_ref()),
            _ if is_option(&word) => return None,
            _ => files.push(word),
        }
    }
    [said.mine, said.base, said.theirs] = files.try_into().ok()?;
    said.is_consistent().then_some(said)
}

/// Whether a word is an option, or looks like one.
fn is_option(word: &OsString) -> bool {
    word.as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Subcommands};

    fn read_alike(words: &[&str]) -> Option<MergeArgs> {
        let here = read(words.iter().map(OsString::from));
        let whole = Cli::try_parse_from(["ifmatch", "merge"].iter().chain(words)).ok();
        let whole = whole.and_then(|cli| cli.command).map(|command| match command {
            Subcommands::Merge(merging) => merging,
            other => panic!("{other:?} is no merge"),
        });
        if here.is_some() {
            assert_eq!(here, whole, "{words:?}");
        }
        here
    }

    #[test]
    fn what_is_read_here_reads_as_on_the_whole_command_line() {
        let pieces: [&[&str]; 25] = [
            &["mine"],
            &["base"],
            &["theirs"],
            &[""],
            &["-"],
            &["--"],
            &["-p"],
            &["--stdout"],
            &["--json"],
            &["--object-id"],
            &["-q"],
            &["-L", "name"],
            &["-L", "-p"],
            &["-L", "-notes.txt"],
            &["-L", "--"],
            &["-L", ""],
            &["-L"],
            &["--path-name", "-notes.txt"],
            &["--path-name"],
            &["--marker-size", "9"],
            &["--marker-size", "-1"],
            &["--marker-size", "nine"],
            &["--diff3", "--ours"],
            &["--zdiff3", "--theirs"],
            &["--union", "--style=diff3"],
        ];
        let mut read = 0;
        for one in pieces {
            for other in pieces {
                for files in [&[][..], &["a"], &["a", "b"], &["a", "b", "c"]] {
                    read += usize::from(read_alike(&[one, files, other].concat()).is_some());
                }
            }
        }
        assert!(read > 300, "{read}");
    }

    #[test]
    fn what_git_says_is_read_here() {
        let words = ["--marker-size", "7", "-L", "ours", "-L", "", "-L", "-theirs", "a", "b", "c"];
        assert!(read_alike(&words).is_some());
        assert!(read_alike(&["--path-name", "-notes.txt", "a", "b", "c"]).is_some());
        assert!(read_alike(&["-p", "-q", "a", "b", "c"]).is_some());
        assert!(read_alike(&["-p", "--", "-a", "b", "c"]).is_some());
        assert!(read_alike(&["--diff3", "--zdiff3", "--union", "--ours", "a", "b", "c"]).is_some());
    }

    #[test]
    fn all_else_is_for_the_whole_command_line() {
        for words in [
            &["--help"][..],
            &["a", "b"],
            &["a", "b", "c", "d"],
            &["--view", "a", "b", "c"],
            &["--log", "a"],
            &["--json", "--object-id", "a", "b", "c"],
        ] {
            assert_eq!(read_alike(words), None, "{words:?}");
        }
    }
}
