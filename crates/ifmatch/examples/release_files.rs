//! Writes the licences of a release archive.
//!
//! ```sh
//! cargo run -p ifmatch --example release_files -- FOLDER
//! ```
//!
//! `.ci/release.sh` calls this and packs the archive.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = env::args_os().nth(1).ok_or("usage: release_files FOLDER")?.into();
    fs::write(folder.join("THIRD-PARTY-LICENCES.txt"), third_party_licences()?)?;
    Ok(())
}

/// Returns name, version, licence and licence texts of every crate that is a part of the program.
fn third_party_licences() -> Result<String, Box<dyn Error>> {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into())).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let mut text = "The program contains these crates, under the licences that follow each.\n".to_owned();
    let parts = linked_packages(&metadata);
    for package in list(&metadata["packages"]) {
        // A crate without a source is one of this workspace.
        if package["source"].is_null() || !parts.contains(word(&package["id"])) {
            continue;
        }
        let (name, version, licence) = (word(&package["name"]), word(&package["version"]), word(&package["license"]));
        writeln!(text, "\n{}\n{name} {version} ({licence})\n", "=".repeat(80))?;
        for file in licence_files(Path::new(word(&package["manifest_path"])))? {
            writeln!(text, "{}", String::from_utf8_lossy(&fs::read(file)?).trim_end())?;
        }
    }
    Ok(text)
}

/// Returns the ids of all packages that the program is linked from: no tests, no build scripts.
fn linked_packages(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).iter().map(|node| (word(&node["id"]), node)).collect();
    let program = list(&metadata["packages"]).iter().find(|package| word(&package["name"]) == "ifmatch");
    let mut waiting: Vec<&str> = program.map(|package| word(&package["id"])).into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let Some(node) = nodes.get(id).filter(|_| found.insert(id)) else { continue };
        let is_linked = |edge: &&Value| list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        waiting.extend(list(&node["deps"]).iter().filter(is_linked).map(|edge| word(&edge["pkg"])));
    }
    found
}

/// Returns the files in a crate's folder that contain its licences, sorted by name.
fn licence_files(manifest: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let folder = manifest.parent().ok_or("a manifest is in a folder")?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_licence =
            ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|word| name.contains(word));
        if is_licence && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
