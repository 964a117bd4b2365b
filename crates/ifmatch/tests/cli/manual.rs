//! Manual pages, completions and help: all are made from the command line that the program parses.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::program::{Ended, TestFolder, run};

/// Returns the commands that the help of a command lists, each with all commands in it.
///
/// This reads the printed help, and not the values from which the pages are made.
fn commands_below(command: &[&str]) -> BTreeSet<String> {
    let help = run(&[command, &["--help"]].concat()).expect(0, &[]).to_string();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    let mut all = BTreeSet::from([[&["ifmatch"], command].concat().join("-")]);
    for name in listed.filter(|name| *name != "help") {
        all.extend(commands_below(&[command, &[name]].concat()));
    }
    all
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = TestFolder::new();
    folder.run(&["man", "--dir", "pages/man1"]).expect(0, &[]);
    let pages = fs::read_dir(folder.file("pages/man1")).unwrap();
    let pages: BTreeSet<_> = pages.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    let commands = commands_below(&[]);
    assert!(commands.contains("ifmatch-docs-put") && commands.contains("ifmatch-store-check"), "{commands:?}");
    assert_eq!(pages, commands.iter().map(|command| format!("{command}.1")).collect());
    // One page is what the command prints alone.
    let alone = folder.run(&["man", "docs", "put"]);
    assert_eq!(String::from_utf8_lossy(&alone.stdout), folder.read("pages/man1/ifmatch-docs-put.1"));
}

#[test]
fn manual_page_keeps_the_lines_of_its_examples() {
    let page = run(&["man", "docs", "put"]);
    let text = String::from_utf8(page.expect(0, &[]).stdout.clone()).unwrap();
    assert!(text.starts_with(".ie") && text.contains(".TH ifmatch-docs-put 1"), "{text}");
    assert!(text.contains("\n.nf\nA save must say what it replaces"), "{text}");
    // A page must not print the environment of the machine on which it is made.
    assert!(!run(&["man"]).to_string().contains("alice"));
    run(&["man", "docs", "pt"]).expect(2, &["there is no command 'pt'; did you mean 'put'?"]);
}

/// Returns how a shell judges a script, or `None` if the shell is not installed.
fn parse_with(shell: &str, option: &str, script: &[u8]) -> Option<Ended> {
    let mut command = Command::new(shell);
    command.arg(option).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let _ = child.stdin.take()?.write_all(script);
    Some(child.wait_with_output().unwrap().into())
}

#[test]
fn completions_parse_in_each_shell_that_is_installed() {
    for (shell, option) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute"), ("elvish", ""), ("powershell", "")]
    {
        let script = run(&["completions", shell]);
        let text = String::from_utf8(script.expect(0, &[]).stdout.clone()).unwrap();
        for word in ["docs", "completions", "unconditional", "if-none-match"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
        if option.is_empty() {
            continue;
        }
        match parse_with(shell, option, &script.stdout) {
            Some(ended) => assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{shell}"),
            None => println!("skipped: {shell} is not installed"),
        }
    }
    run(&["completions", "tcsh"]).expect(2, &["tcsh", "bash"]);
}

/// Asks bash what it would complete.
#[cfg(unix)]
#[test]
fn bash_completes_commands_and_options() {
    let folder = TestFolder::new();
    folder.write("completions", &run(&["completions", "bash"]).stdout);
    let complete = |words: &str, typed: &str, at: usize| {
        let script = format!(
            "source ./completions; COMP_WORDS=({words}); COMP_CWORD={at}; _ifmatch ifmatch '{typed}' ''; \
             echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["--norc", "-c", &script]).current_dir(folder.path()).output();
        let ended = output.map(Ended::from).unwrap();
        assert_eq!(ended.stderr, "");
        String::from_utf8(ended.stdout).unwrap()
    };
    if parse_with("bash", "-n", b"").is_none() {
        println!("skipped: bash is not installed");
        return;
    }
    assert_eq!(complete("ifmatch docs g", "g", 2), "get\n");
    assert_eq!(complete("ifmatch docs put --un", "--un", 3), "--unconditional\n");
}

#[test]
fn page_of_the_editor_has_the_keys_of_the_table() {
    let page = run(&["man", "edit"]);
    let page = page.expect(0, &[]).to_string().replace("\\-", "-");
    for words in [".SH KEYS", "Keys in the merge", "Ctrl-S (save)", "F6 (save-unconditionally)", "m (take-mine)"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!run(&["man", "docs"]).to_string().contains(".SH KEYS"), "it has no screen");
}
