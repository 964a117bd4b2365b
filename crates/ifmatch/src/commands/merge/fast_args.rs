//! The fast path of the command line: the usual arguments of `ifmatch merge`.
//!
//! Git starts the merge once for each file, and building the parser of the whole command line takes longer than merging
//! two small files. So the arguments that git uses every day are parsed here. If any argument is unusual, misplaced or
//! missing, the whole command line decides. Arguments that both parsers accept mean the same to both.

use std::env;
use std::ffi::OsString;

use super::args::{ConflictStyles, Favor, MergeArgs};

/// Returns the arguments of `ifmatch merge`, or `None` if the whole command line has to decide.
pub(crate) fn fast_arguments() -> Option<MergeArgs> {
    let mut words = env::args_os().skip(1);
    words.next().filter(|command| command == "merge")?;
    read(words)
}

fn read(words: impl IntoIterator<Item = OsString>) -> Option<MergeArgs> {
    let mut words = words.into_iter();
    let mut arguments = MergeArgs::default();
    let mut files = Vec::new();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("-p" | "--stdout") => arguments.outlet.stdout = true,
            Some("--json") => arguments.outlet.json = true,
            Some("--object-id") => arguments.object_id = true,
            Some("-q" | "--quiet") => arguments.quiet = true,
            // Git chooses labels and paths, which may look like options.
            Some("-L") => arguments.labels.push(words.next()?),
            Some("--path-name") => arguments.path_name = Some(words.next()?),
            Some("--marker-size") => arguments.marker_size = Some(words.next()?.to_str()?.parse().ok()?),
            Some("--diff3") => arguments.styles = ConflictStyles { diff3: true, ..ConflictStyles::default() },
            Some("--zdiff3") => arguments.styles = ConflictStyles { zdiff3: true, ..ConflictStyles::default() },
            Some("--ours") => arguments.taken = Favor { ours: true, ..Favor::default() },
            Some("--theirs") => arguments.taken = Favor { take_theirs: true, ..Favor::default() },
            Some("--union") => arguments.taken = Favor { union: true, ..Favor::default() },
            Some("--") => files.extend(words.by_ref()),
            _ if is_option(&word) => return None,
            _ => files.push(word),
        }
    }
    [arguments.mine, arguments.base, arguments.theirs] = files.try_into().ok()?;
    arguments.is_consistent().then_some(arguments)
}

/// Whether an argument is an option, or looks like one.
fn is_option(word: &OsString) -> bool {
    word.as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::Subcommands;

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
    fn both_parsers_read_the_same() {
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
    fn usual_arguments_of_git_are_fast() {
        let words = ["--marker-size", "7", "-L", "ours", "-L", "", "-L", "-theirs", "a", "b", "c"];
        assert!(read_alike(&words).is_some());
        assert!(read_alike(&["--path-name", "-notes.txt", "a", "b", "c"]).is_some());
        assert!(read_alike(&["-p", "-q", "a", "b", "c"]).is_some());
        assert!(read_alike(&["-p", "--", "-a", "b", "c"]).is_some());
        assert!(read_alike(&["--diff3", "--zdiff3", "--union", "--ours", "a", "b", "c"]).is_some());
    }

    #[test]
    fn unusual_arguments_are_not_fast() {
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
