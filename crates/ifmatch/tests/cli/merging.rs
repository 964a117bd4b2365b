//! `ifmatch merge` compared with `git merge-file` on the same files, and as git's merge driver.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use crate::program::{Ended, TestFolder, program};
use serde_json::Value;

/// Creates a folder with three files: `mine`, `base`, `theirs`.
fn folder(base: &[u8], mine: &[u8], theirs: &[u8]) -> TestFolder {
    let folder = TestFolder::new();
    for (name, text) in [("base", base), ("mine", mine), ("theirs", theirs)] {
        folder.write(name, text);
    }
    folder
}

fn merge(folder: &TestFolder, options: &[&str]) -> Ended {
    run(folder, &[options, &["mine", "base", "theirs"]].concat())
}

/// Runs `ifmatch merge`.
fn run(folder: &TestFolder, arguments: &[&str]) -> Ended {
    Ended::of(program(folder.path()).arg("merge").args(arguments))
}

/// Runs git without a configuration of its user or of this machine.
fn git(folder: &TestFolder, arguments: &[&str]) -> Output {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder.path());
    git.env("GIT_AUTHOR_NAME", "Alice").env("GIT_AUTHOR_EMAIL", "alice@example.org");
    git.env("GIT_COMMITTER_NAME", "Alice").env("GIT_COMMITTER_EMAIL", "alice@example.org");
    git.output().unwrap()
}

/// Merges with git.
fn git_merge(folder: &TestFolder, options: &[&str]) -> Ended {
    git(folder, &[&["merge-file"], options, &["mine", "base", "theirs"]].concat()).into()
}

/// Returns the output and the exit code of both programs, with the same arguments.
fn both(folder: &TestFolder, arguments: &[&str]) -> [(String, Option<i32>); 2] {
    let gits = git(folder, &[&["merge-file"], arguments].concat()).into();
    [run(folder, arguments), gits].map(|ended| (String::from_utf8_lossy(&ended.stdout).into_owned(), ended.code))
}

/// Texts as people have them, three in a row: base, mine, theirs.
const TEXTS: &[[&str; 3]] = &[
    ["a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\nd\n"],
    ["a\nb\nc\n", "a\nmine\nc\n", "a\ntheirs\nc\n"],
    ["a\nb\nc\n", "x\na\nc\n", "x\na\nB\nc\n"],
    ["a\n1\n2\n3\n4\n5\nz\n", "a\nsame\nm\nsame\n4\n5\nz\n", "a\nsame\nt\nsame\n4\n5\nz\n"],
    ["a\n1\n2\n3\n4\n5\n6\nz\n", "a\nm\n2\n3\n4\nm\n6\nz\n", "a\nt\n2\n3\n4\nt\n6\nz\n"],
    ["a\n1\n2\n3\n4\n5\n6\n7\nz\n", "a\nm\n2\n3\n4\n5\nm\n7\nz\n", "a\nt\n2\n3\n4\n5\nt\n7\nz\n"],
    ["", "mine\n", "theirs\n"],
    ["old\n", "", "new\n"],
    ["a\r\nb\r\nc\r\n", "a\r\nm\r\nc\r\n", "a\r\nt\r\nc\r\n"],
    ["a\nb\n", "a\nm", "a\nt"],
    ["b\n", "same\nm\nsame\n", "same\nt\nsame\n"],
];

#[test]
fn output_and_exit_code_are_those_of_git() {
    let options: &[&[&str]] = &[
        &["-p"],
        &["-p", "--diff3"],
        &["-p", "--zdiff3"],
        &["--stdout", "--zdiff3", "--diff3"],
        &["-p", "--ours"],
        &["-p", "--theirs"],
        &["-p", "--union"],
        &["-p", "-L", "one"],
        &["-p", "-L", "one", "-L", "two", "-L", "three", "--diff3"],
        &["-p", "--marker-size=9"],
        &["-p", "--marker-size", "-3"],
        &["-q", "-p", "--ours", "--union"],
        &["-p", "-L", "-notes.txt", "-L", "-p", "-L", "--"],
        &["-p", "--diff3", "-L", "", "-L", "", "-L", ""],
        &["-p", "--diff-algorithm=myers"],
        &["-p", "--diff-algorithm", "Default"],
        &["-p", "--"],
    ];
    for [base, mine, theirs] in TEXTS {
        let folder = folder(base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
        for options in options {
            let (ours, gits) = (merge(&folder, options), git_merge(&folder, options));
            let shown = String::from_utf8_lossy(&ours.stdout);
            assert_eq!(shown, String::from_utf8_lossy(&gits.stdout), "{options:?} {base:?} {mine:?} {theirs:?}");
            assert_eq!(ours.code, gits.code, "{options:?} {base:?} {mine:?} {theirs:?}");
        }
        for (style, gits) in [("merge", &["-p"][..]), ("diff3", &["-p", "--diff3"]), ("zdiff3", &["-p", "--zdiff3"])] {
            let ours = merge(&folder, &["-p", "--style", style]);
            assert_eq!(ours.stdout, git_merge(&folder, gits).stdout, "{style}");
        }
    }
}

#[test]
fn diff_algorithms_of_git_are_accepted() {
    let [base, mine, theirs] = TEXTS[1];
    let folder = folder(base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
    for name in ["myers", "minimal", "patience", "histogram", "HISTOGRAM"] {
        let option = format!("--diff-algorithm={name}");
        let (ours, gits) = (merge(&folder, &["-p", &option]), git_merge(&folder, &["-p", &option]));
        assert_eq!((ours.stdout, ours.code), (gits.stdout, gits.code), "{name}");
    }
    merge(&folder, &["-p", "--diff-algorithm=none"]).expect(255, &[]);
}

#[test]
fn file_name_with_a_hyphen_is_a_label_and_a_file() {
    let folder = folder(b"a\n", b"m\n", b"t\n");
    fs::rename(folder.file("mine"), folder.file("-notes.txt")).unwrap();
    let arguments = ["-p", "-L", "-notes.txt", "--", "-notes.txt", "base", "theirs"];
    let [ours, gits] = both(&folder, &arguments);
    assert_eq!(ours.0, "<<<<<<< -notes.txt\nm\n=======\nt\n>>>>>>> theirs\n");
    assert_eq!(ours, gits);
}

#[test]
fn conflict_style_of_git_is_the_default() {
    let [base, mine, theirs] = TEXTS[3];
    let folder = folder(base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
    git(&folder, &["init", "-q"]);
    let files = ["mine", "base", "theirs"];
    for style in ["merge", "diff3", "zdiff3"] {
        git(&folder, &["config", "merge.conflictStyle", style]);
        for options in [&["-p"][..], &["-p", "--diff3"], &["-p", "--zdiff3"], &["-p", "--ours"]] {
            let [ours, gits] = both(&folder, &[options, &files].concat());
            assert_eq!(ours, gits, "{style} {options:?}");
        }
    }
    assert!(both(&folder, &["-p", "mine", "base", "theirs"])[0].0.contains("||||||| base"));
    git(&folder, &["config", "merge.conflictStyle", "bogus"]);
    merge(&folder, &["-p"]).expect(255, &["merge.conflictStyle is 'bogus'"]);
}

#[test]
fn git_is_not_started_without_a_conflict() {
    let folder = folder(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\n");
    let bin = folder.file("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("git"), "#!/bin/sh\ntouch started\nexit 1\n").unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let starts_git = |options: &[&str], base| {
        let mut program = program(folder.path());
        program.arg("merge").args(options).args(["-p", "mine", base, "theirs"]);
        program.env("PATH", &path).output().unwrap();
        folder.file("started").exists()
    };
    assert!(!starts_git(&[], "base"));
    folder.write("other", "x\nb\nx\n");
    for options in [&["--ours"][..], &["--diff3"], &["--style", "merge"]] {
        assert!(!starts_git(options, "other"), "{options:?}");
    }
    assert!(starts_git(&[], "other"), "there is a conflict to be written, and no style was named");
}

#[test]
fn object_ids_are_merged_like_files() {
    let [base, mine, theirs] = TEXTS[1];
    let folder = folder(base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "all"]);
    let id = |file: &str| String::from_utf8(git(&folder, &["rev-parse", file]).stdout).unwrap().trim().to_owned();
    let [b, m, t] = ["HEAD:base", "HEAD:mine", "HEAD:theirs"].map(id);
    let tree = id("HEAD^{tree}");
    for names in [[m.as_str(), &b, &t], ["HEAD:mine", "HEAD:base", "HEAD:theirs"], [&m[..7], &b, &t], [&b, &b, &t]] {
        for options in [&["--object-id", "-p"][..], &["--object-id", "--diff3", "-L", "one"], &["--object-id"]] {
            let [ours, gits] = both(&folder, &[options, &names].concat());
            assert_eq!(ours, gits, "{options:?} {names:?}");
            if !options.contains(&"-p") {
                let stored = git(&folder, &["cat-file", "-p", ours.0.trim()]);
                assert!(stored.status.success(), "{ours:?}");
            }
        }
    }
    for (names, why) in [(["HEAD:none", &b, &t], "no object 'HEAD:none'"), ([&m, &b, &tree], "is a tree")] {
        run(&folder, &[&["--object-id"], &names[..]].concat()).expect(255, &[why]);
    }
    let outside = TestFolder::new();
    run(&outside, &["-p", "--object-id", &m, &b, &t]).expect(255, &["not a git repository"]);
}

#[test]
fn messages_name_the_path_and_not_the_copy() {
    let folder = folder(b"a\n", b"b\0\n", b"c\n");
    let refused = merge(&folder, &["--path-name", "-picture.png"]);
    assert!(refused.stderr.starts_with("ifmatch: -picture.png: mine has a NUL byte"), "{refused}");
}

#[test]
fn exit_code_counts_conflicts_up_to_127() {
    for (conflicts, code) in [(126, 126), (127, 127), (128, 127), (300, 127)] {
        let [base, mine, theirs] = ["base", "mine", "theirs"].map(|who| {
            let line = |line| if line % 10 == 0 { format!("{who} {line}\n") } else { format!("{line}\n") };
            (0..conflicts * 10).map(line).collect::<Vec<_>>().concat()
        });
        let folder = folder(base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
        assert_eq!(merge(&folder, &["-p"]).code, Some(code));
        assert_eq!(git_merge(&folder, &["-p"]).code, Some(code));
    }
}

#[test]
fn mine_is_replaced_and_keeps_its_mode() {
    let folder = folder(b"a\nb\nc\n", b"a\nB\nc\n", b"a\nb\nc\nd\n");
    let mine = folder.file("mine");
    fs::set_permissions(&mine, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.file("link");
    std::os::unix::fs::symlink("mine", &link).unwrap();
    let merged = run(&folder, &["link", "base", "theirs"]);
    assert_eq!((merged.code, merged.stdout.len()), (Some(0), 0));
    assert_eq!(fs::read(&mine).unwrap(), b"a\nB\nc\nd\n");
    assert_eq!(fs::metadata(&mine).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 4, "nothing but the three files and the link is left behind");
}

#[test]
fn files_that_cannot_be_merged_are_255_and_a_sentence() {
    let folder = folder(b"a\n", b"b\n", b"c\0\n");
    merge(&folder, &["-p"]).expect(255, &["theirs has a NUL byte"]);
    assert_eq!(merge(&folder, &["-q", "-p"]).stderr, "");
    fs::remove_file(folder.file("theirs")).unwrap();
    merge(&folder, &["-p"]).expect(255, &["theirs cannot be read"]);
    for wrong in [&["--nonsense"][..], &["-L", "1", "-L", "2", "-L", "3", "-L", "4"], &["one", "more"]] {
        let wrong = merge(&folder, wrong);
        assert!(!wrong.expect(255, &[]).stderr.is_empty());
    }
    assert_eq!(fs::read(folder.file("mine")).unwrap(), b"b\n", "and mine is as it was");
}

#[test]
fn bytes_that_are_not_utf8_are_merged_like_any_other() {
    let folder = folder(b"\xFF\nb\n\xFE\n", b"\xFF!\nb\n\xFE\n", b"\xFF\nb\n\xFE?\n");
    assert_eq!(merge(&folder, &["-p"]).stdout, b"\xFF!\nb\n\xFE?\n");
}

#[test]
fn markers_are_longer_than_what_reads_like_them() {
    let folder = folder(b"=======\nb\n", b"=======\nm\n", b"=======\nt\n<<<<<<<<< nine\n");
    let text = String::from_utf8(merge(&folder, &["-p"]).stdout).unwrap();
    let marks = text.lines().filter(|line| line.starts_with(&"<".repeat(10)) || *line == "=".repeat(10)).count();
    assert_eq!(marks, 2, "{text}");
}

#[test]
fn change_of_all_line_endings_is_not_a_conflict() {
    let folder = folder(b"a\nb\nc\n", b"a\r\nb\r\nc\r\n", b"a\nb\nC\n");
    let output = merge(&folder, &["-p"]);
    assert_eq!((output.code, output.stdout), (Some(0), b"a\r\nb\r\nC\r\n".to_vec()));
}

#[test]
fn json_has_regions_reasons_suggestions_and_notices() {
    let folder = folder(
        b"import b\n\nOne red apple.\n\nx\n\nlast\n",
        b"import a\nimport b\n\nOne green apple.\n\nx\n\nlast\n",
        b"import b\n\nTwo red apples.\n\nx\n\nimport a\nlast\n",
    );
    let output = merge(&folder, &["--json"]);
    assert_eq!(output.code, Some(1));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kinds: Vec<_> = document["regions"].as_array().unwrap().iter().map(|region| &region["kind"]).collect();
    assert_eq!(kinds, ["mine", "stable", "conflict", "stable", "theirs", "stable"]);
    let conflict = &document["regions"][2];
    assert_eq!((&conflict["why"], &conflict["base"]), (&"both-edited".into(), &serde_json::json!([2, 3])));
    assert_eq!(conflict["suggestion"], serde_json::json!({ "why": "words", "text": "Two green apples.\n" }));
    let notice = serde_json::json!({ "kind": "doubled-line", "side": "mine", "line": 0, "region": 0, "other": 4 });
    assert_eq!(document["notices"], serde_json::json!([notice]));
    assert_eq!((&document["conflicts"], &document["undecided"]), (&1.into(), &1.into()));
    let format = serde_json::json!({ "byte_order_mark": false, "ending": "lf", "final_newline": true });
    assert_eq!(document["format"], format);
    assert!(fs::read(folder.file("mine")).unwrap().starts_with(b"import a"), "and mine is as it was");
}

/// A repository on a branch `mine`, with a branch `theirs` beside it, both from one commit.
fn repository(base: &str, mine: &str, theirs: &str) -> TestFolder {
    let folder = TestFolder::new();
    let run = |arguments: &[&str]| {
        let output = git(&folder, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(&["init", "-q", "-b", "mine"]);
    for (branch, text) in [("base", base), ("theirs", theirs), ("mine", mine)] {
        match branch {
            "theirs" => run(&["checkout", "-q", "-b", "theirs"]),
            "mine" => run(&["checkout", "-q", "mine"]),
            _ => folder.write(".gitattributes", "*.txt merge=ifmatch\n"),
        }
        folder.write("recipe.txt", text);
        run(&["add", "."]);
        run(&["commit", "-q", "-m", branch]);
    }
    let program = env!("CARGO_BIN_EXE_ifmatch");
    let driver =
        format!("{program} merge --marker-size %L -L '%P of mine' -L base -L '%P of theirs' --path-name %P %A %O %B");
    run(&["config", "merge.ifmatch.driver", &driver]);
    folder
}

#[test]
fn git_merges_with_it_as_a_driver() {
    // Theirs changes all endings, which git itself could not merge with an edit.
    let folder = repository("flour\nwater\nsalt\n", "rye flour\nwater\nsalt\n", "flour\r\nwater\r\nsalt\r\n");
    let merged = git(&folder, &["merge", "-q", "-m", "merged", "theirs"]);
    assert!(merged.status.success(), "{}", String::from_utf8_lossy(&merged.stderr));
    assert_eq!(fs::read(folder.file("recipe.txt")).unwrap(), b"rye flour\r\nwater\r\nsalt\r\n");
}

#[test]
fn git_is_told_of_conflicts_by_the_driver() {
    let folder = repository("flour\nwater\n", "flour\nmilk\n", "flour\nbeer\n");
    let merged = git(&folder, &["merge", "-q", "theirs"]);
    assert_eq!(merged.status.code(), Some(1));
    let text = folder.read("recipe.txt");
    let expected = "flour\n<<<<<<< recipe.txt of mine\nmilk\n=======\nbeer\n>>>>>>> recipe.txt of theirs\n";
    assert_eq!(text, expected);
    let unmerged = git(&folder, &["ls-files", "-u"]);
    assert_eq!(String::from_utf8_lossy(&unmerged.stdout).lines().count(), 3);
}

#[test]
fn binary_file_is_a_conflict_of_that_file_alone() {
    let [base, mine, theirs] = ["flour\0\n", "rye\0\n", "oats\0\n"];
    let folder = repository(base, mine, theirs);
    // Each side also adds a file without a conflict. `theirs.txt` sorts after the file with the conflict.
    for (branch, text) in [("theirs", "one\n"), ("mine", "two\n")] {
        git(&folder, &["checkout", "-q", branch]);
        folder.write(&format!("{branch}.txt"), text);
        git(&folder, &["add", "."]);
        assert!(git(&folder, &["commit", "-q", "-m", "more"]).status.success());
    }
    let merged = git(&folder, &["merge", "-q", "theirs"]);
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    assert!(String::from_utf8_lossy(&merged.stderr).contains("recipe.txt: "), "{merged:?}");
    assert_eq!(folder.read("recipe.txt"), mine);
    let unmerged = git(&folder, &["ls-files", "-u"]);
    assert_eq!(String::from_utf8_lossy(&unmerged.stdout).lines().count(), 3, "it is in conflict");
    assert_eq!(folder.read("theirs.txt"), "one\n", "the rest is merged");
    // Without a driver's option it is refused, as `git merge-file` does it.
    let three = self::folder(base.as_bytes(), mine.as_bytes(), theirs.as_bytes());
    merge(&three, &[]).expect(255, &[]);
    merge(&three, &["-p", "--path-name", "x"]).expect(255, &[]);
}

#[test]
fn output_may_begin_with_a_dash() {
    let folder = folder(b"a\n", b"b\n", b"a\n");
    merge(&folder, &["-o", "-notes.txt"]).expect(0, &[]);
    assert_eq!(fs::read(folder.file("-notes.txt")).unwrap(), b"b\n");
}
