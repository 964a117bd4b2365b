//! `ifmatch config`, and a program whose configuration is not valid.

use crate::program::{TestFolder, program, run};

/// The configuration in the home of the tests, by the system's convention on Linux.
#[cfg(target_os = "linux")]
const USUAL: &str = ".config/ifmatch/config.toml";

#[test]
fn default_configuration_is_valid_and_changes_nothing() {
    let folder = TestFolder::new();
    let printed = folder.run(&["config", "--print-default"]);
    printed.expect(0, &[]);
    folder.write("mine.toml", &printed.stdout);
    folder.run(&["config", "--check", "mine.toml"]).expect(0, &["mine.toml is valid"]);
}

#[test]
fn fault_is_reported_with_its_line_and_the_nearest_name() {
    let folder = TestFolder::new();
    folder.write("mine.toml", "[keys.text]\nsve = 'Ctrl-s'\n");
    let checked = folder.run(&["config", "--check", "mine.toml"]);
    checked.expect(2, &["mine.toml:2:", "sve", "save"]).never_says("/dev/null");
    folder.run(&["config", "--check", "missing.toml"]).expect(2, &["missing.toml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn path_of_the_configuration_is_printed_whether_or_not_it_exists() {
    let folder = TestFolder::new();
    let printed = folder.run(&["config"]);
    let path = String::from_utf8(printed.expect(0, &[]).stdout.clone()).unwrap();
    assert_eq!(path.trim_end(), folder.file(USUAL).to_str().unwrap());
    folder.run(&["config", "--check"]).expect(0, &["does not exist: the defaults apply"]);
    let named = crate::program::Ended::of(program(folder.path()).arg("config").env("IFMATCH_CONFIG", "my.toml"));
    assert_eq!(String::from_utf8_lossy(&named.stdout), "my.toml\n");
}

#[test]
fn program_with_an_invalid_configuration_says_how_to_start_without_it() {
    let folder = TestFolder::new();
    folder.write("mine.toml", "[appearance]\ntheme = 'pink'\n");
    for command in [&["edit", "welcome"][..], &[]] {
        let started = folder.run(&[command, &["--plain", "--config", "mine.toml"]].concat());
        started.expect(2, &["mine.toml:2:", "pink", "starts without it"]);
    }
    let started = folder.run(&["edit", "welcome", "--plain", "--config", "missing.toml"]);
    started.expect(2, &["missing.toml", "starts without it"]);
    // No server is there: the configuration is not what prevents the start.
    let without = ["edit", "welcome", "--plain", "--server", "http://127.0.0.1:9", "--config", "/dev/null"];
    folder.run(&without).never_says("starts without it");
    run(&["config", "--print-default", "--check"]).expect(2, &["cannot be used with"]);
}
