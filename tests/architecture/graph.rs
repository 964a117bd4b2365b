//! The dependency graph, as cargo reports it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Returns the folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the workspace")
}

/// A package of the graph.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The licence, as an SPDX expression.
    pub(crate) licence: Option<String>,
    pub(crate) manifest: PathBuf,
    /// The ids of its dependencies, with those of its build script and without those of its tests.
    needs: Vec<String>,
    /// Whether it belongs to this workspace.
    pub(crate) ours: bool,
}

/// All packages that are built for this machine, by their ids.
pub(crate) struct Graph(BTreeMap<String, Package>);

impl Graph {
    /// Runs `cargo metadata` without the network: all packages that this test was built from are present.
    pub(crate) fn read() -> Self {
        let platform = platform();
        let arguments = ["metadata", "--format-version", "1", "--offline", "--filter-platform", &platform];
        let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
        Self(packages(&metadata))
    }

    /// Returns the packages of this workspace.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.0.values().filter(|package| package.ours)
    }

    /// Returns all other packages.
    pub(crate) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.0.values().filter(|package| !package.ours)
    }

    /// Returns the packages that the manifest names, except those for tests.
    pub(crate) fn direct(&self, package: &Package) -> BTreeSet<&str> {
        package.needs.iter().map(|id| self.0[id].name.as_str()).collect()
    }

    /// Returns all packages that this package needs, directly or not.
    pub(crate) fn reach(&self, package: &Package) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = package.needs.iter().collect();
        while let Some(id) = open.pop() {
            if reached.insert(id) {
                open.extend(&self.0[id].needs);
            }
        }
        reached.into_iter().map(|id| self.0[id].name.as_str()).collect()
    }
}

/// Returns the target triple of this machine.
fn platform() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("the compiler that built this is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("the compiler knows its host").to_owned()
}

fn packages(metadata: &Value) -> BTreeMap<String, Package> {
    let word = |value: &Value| value.as_str().expect("cargo writes names as text").to_owned();
    let list = |value: &Value| value.as_array().expect("cargo writes a list").clone();
    let members: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(word).collect();
    let mut needs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let built_with = |edge: &&Value| list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
        let edges = list(&node["deps"]);
        needs.insert(word(&node["id"]), edges.iter().filter(built_with).map(|edge| word(&edge["pkg"])).collect());
    }
    let mut packages = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let id = word(&package["id"]);
        // Packages in the lock file that this machine does not need have no node.
        let Some(needs) = needs.remove(&id) else { continue };
        let ours = members.contains(&id);
        let name = word(&package["name"]);
        let package = Package {
            // Our packages are named without their prefix, as in the code.
            name: name.strip_prefix("ifmatch-").filter(|_| ours).unwrap_or(&name).to_owned(),
            version: word(&package["version"]),
            licence: package["license"].as_str().map(str::to_owned),
            manifest: word(&package["manifest_path"]).into(),
            needs,
            ours,
        };
        packages.insert(id, package);
    }
    packages
}
