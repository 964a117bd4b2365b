//! The words behind `ifmatch merge`, read as git says them.
//!
//! Git starts the merge once for each file. To lay out the command line of the whole program, with all that its help
//! knows to tell, would take longer than to merge two small files. So the words that are said every day are read here,
//! and only where one is another, stands wrong or is missing, the whole command line judges. What both can read, both
//! read alike.

use std::ffi::OsString;

use super::{Merging, Styles, Taken};

/// What was said; none where it is for the whole command line to judge.
pub(super) fn read(words: impl IntoIterator<Item = OsString>) -> Option<Merging> {
    let mut words = words.into_iter();
    let mut said = Merging::default();
    let mut files = Vec::new();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("-p" | "--stdout") => said.outlet.stdout = true,
            Some("--json") => said.outlet.json = true,
            Some("-q" | "--quiet") => said.quiet = true,
            Some("-L") => said.labels.push(words.next().filter(|name| !is_option(name))?),
            Some("--marker-size") => said.marker_size = Some(words.next()?.to_str()?.parse().ok()?),
            Some("--diff3") => said.styles = Styles { diff3: true, ..Styles::default() },
            Some("--zdiff3") => said.styles = Styles { zdiff3: true, ..Styles::default() },
            Some("--ours") => said.taken = Taken { ours: true, ..Taken::default() },
            Some("--theirs") => said.taken = Taken { take_theirs: true, ..Taken::default() },
            Some("--union") => said.taken = Taken { union: true, ..Taken::default() },
            _ if is_option(&word) => return None,
            _ => files.push(word),
        }
    }
    [said.mine, said.base, said.theirs] = files.try_into().ok()?;
    Some(said)
}

/// Whether a word is none of a file or a name.
fn is_option(word: &OsString) -> bool {
    word.as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn read_alike(words: &[&str]) -> Option<Merging> {
        let here = read(words.iter().map(OsString::from));
        let whole = Cli::try_parse_from(["ifmatch", "merge"].iter().chain(words)).ok();
        let whole = whole.and_then(|cli| cli.command).map(|command| match command {
            Command::Merge(merging) => merging,
            other => panic!("{other:?} is no merge"),
        });
        if here.is_some() {
            assert_eq!(here, whole, "{words:?}");
        }
        here
    }

    #[test]
    fn what_is_read_here_reads_as_on_the_whole_command_line() {
        let pieces: [&[&str]; 18] = [
            &["mine"],
            &["base"],
            &["theirs"],
            &[""],
            &["-"],
            &["-p"],
            &["--stdout"],
            &["--json"],
            &["-q"],
            &["-L", "name"],
            &["-L", "-p"],
            &["-L"],
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
                for third in pieces {
                    for words in [[one, other, third].concat(), [&["a", "b"], one, other, third].concat()] {
                        read += usize::from(read_alike(&words).is_some());
                    }
                }
            }
        }
        assert!(read > 500, "{read}");
    }

    #[test]
    fn what_git_says_is_read_here() {
        let words = ["--marker-size", "7", "-L", "ours", "-L", "base", "-L", "theirs", "a", "b", "c"];
        assert!(read_alike(&words).is_some());
        assert!(read_alike(&["-p", "-q", "a", "b", "c"]).is_some());
        assert!(read_alike(&["--diff3", "--zdiff3", "--union", "--ours", "a", "b", "c"]).is_some());
    }

    #[test]
    fn all_else_is_for_the_whole_command_line() {
        for words in [&["--help"][..], &["a", "b"], &["a", "b", "c", "d"], &["--view", "a", "b", "c"], &["--log", "a"]]
        {
            assert_eq!(read_alike(words), None, "{words:?}");
        }
    }
}
