//! Dependencies between modules: in a listed crate, no module depends on itself by way of others.
//!
//! A module is a file; inline modules belong to their file, and tests are left out. What counts as a use:
//!
//! - A uses B if the code of A names an item of B: by `crate::`, `super::`, `self::`, by the name of a child, or by an
//!   imported name.
//! - `mod b;` and `pub use b::Item;` (with any visibility) are A's table of contents, and not a use of B unless the
//!   code of A names that item too.
//! - A re-exported name belongs to the module that defines the item: `use crate::Item` is a use of the file that
//!   defines it, not of `lib.rs`, and `super::Item` is a use of the file from which the parent imports it.
//!
//! So a parent may declare its children and re-export their items while they use its types. But a parent whose code
//! calls its children while they use its types is in a cycle with them; then the types need a file of their own.
//!
//! Method calls are not seen, since no path names their module: two files with `impl` blocks of one type may call each
//! other, like two parts of one module.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{Source, sources};
use crate::tokens::{tokens, without_tests};

/// The crates without a cycle. No crate may leave this list.
const ACYCLIC: &[&str] = &[
    "allocator",
    "precondition",
    "text",
    "merge",
    "files",
    "contract",
    "editor",
    "traffic",
    "anomaly",
    "tui",
    "client",
    "lesson",
    "terminal",
    "merge-view",
    "bench",
    "ssh",
    "store",
    "swarm",
    "probe",
    "doctor",
    "holes",
    "ifmatch",
    "server",
    "guard",
    "proxy",
];

/// The crates that still have cycles. A crate leaves this list as soon as it has none.
const CYCLIC: &[&str] = &[];

/// The most imports that are followed from module to module: a longer chain is taken for a circle.
const HOPS: usize = 8;

/// The path of a module in its crate; empty for the root.
pub(crate) type Place = Vec<String>;

/// A module: its children, imports and the paths in its code.
#[derive(Debug, Default)]
struct Module {
    children: BTreeSet<String>,
    imports: Vec<Import>,
    /// The paths in its code, including single words.
    paths: BTreeSet<Vec<String>>,
}

/// A name that a `use` brings into a module.
#[derive(Debug, Clone)]
struct Import {
    name: String,
    path: Vec<String>,
    /// Whether it is re-exported (`pub use`).
    is_reexported: bool,
}

/// A crate: its modules by their paths.
pub(crate) struct Crate(BTreeMap<Place, Module>);

/// For each module, the modules that it uses, with the names that it takes from them.
pub(crate) type Uses = BTreeMap<Place, BTreeMap<Place, BTreeSet<String>>>;

impl Crate {
    /// Reads a crate of the workspace.
    pub(crate) fn named(name: &str) -> Self {
        let folder = format!("crates/{name}/src/");
        let all = sources();
        let files = all.iter().filter(|source| source.is_rust());
        let files: Vec<_> = files.filter_map(|file| Some((file.path.strip_prefix(&folder)?, &*file.text))).collect();
        assert!(!files.is_empty(), "there is no crate {name} any more");
        Self::read(&files)
    }

    /// Reads files, each with its path below `src/`.
    pub(crate) fn read(files: &[(&str, &str)]) -> Self {
        let has_library = files.iter().any(|(path, _)| *path == "lib.rs");
        let modules = files.iter().filter_map(|(path, text)| {
            let place: Place = match path.strip_suffix(".rs")? {
                "lib" => Vec::new(),
                // The program beside a library is another crate, which uses the library from outside.
                "main" => (!has_library).then(Vec::new)?,
                path => path.split('/').map(str::to_owned).collect(),
            };
            let code = without_tests(&tokens(text));
            (!code.is_empty()).then(|| (place, module(&code)))
        });
        let mut modules: BTreeMap<Place, Module> = modules.collect();
        // Modules that are declared only for tests are not part of the crate.
        let declared: BTreeSet<Place> = modules
            .iter()
            .flat_map(|(place, module)| module.children.iter().map(|name| child(place, name)))
            .chain([Place::new()])
            .collect();
        modules.retain(|place, _| (0..=place.len()).all(|depth| declared.contains(&place[..depth])));
        Self(modules)
    }

    pub(crate) fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        for (place, module) in &self.0 {
            let imported = module.imports.iter().filter(|import| !import.is_reexported || module.names(&import.name));
            let imported = imported.map(|import| &import.path);
            // A single word is an item of the module itself, or an import, which was handled above.
            let named = module.paths.iter().filter(|path| path.len() > 1);
            for path in imported.chain(named) {
                if let Some(used) = self.resolve(place, path, HOPS)
                    && used != *place
                {
                    let taken = uses.entry(place.clone()).or_default().entry(used).or_default();
                    taken.insert(path.last().cloned().unwrap_or_default());
                }
            }
        }
        uses
    }

    /// Returns the module that defines the item of a path, or `None` if it is in another crate.
    fn resolve(&self, from: &Place, path: &[String], hops: usize) -> Option<Place> {
        let (first, mut rest) = path.split_first()?;
        let hops = hops.checked_sub(1)?;
        let mut here = match first.as_str() {
            "crate" => Place::new(),
            "self" => from.clone(),
            "super" => self.parent(from)?,
            name if self.0.contains_key(&child(from, name)) => child(from, name),
            name => return self.resolve(from, &[&self.import(from, name)?.path, rest].concat(), hops),
        };
        while let Some((name, further)) = rest.split_first() {
            if name == "super" {
                here = self.parent(&here)?;
            } else if self.0.contains_key(&child(&here, name)) {
                here = child(&here, name);
            } else if let Some(import) = self.import(&here, name) {
                return self.resolve(&here, &[&import.path, further].concat(), hops);
            } else {
                break;
            }
            rest = further;
        }
        Some(here)
    }

    /// Returns the paths of its modules.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        self.0.keys()
    }

    fn parent(&self, place: &Place) -> Option<Place> {
        let (_, parent) = place.split_last()?;
        self.0.contains_key(parent).then(|| parent.to_vec())
    }

    fn import(&self, place: &Place, name: &str) -> Option<&Import> {
        self.0.get(place)?.imports.iter().find(|import| import.name == name)
    }

    /// Describes the cycles: modules that all use each other, directly or not.
    fn cycles(&self) -> Vec<String> {
        let uses = self.uses();
        let reach = |from: &Place| {
            let mut reached = BTreeSet::new();
            let mut open = vec![from];
            while let Some(place) = open.pop() {
                let next = uses.get(place).into_iter().flat_map(BTreeMap::keys);
                open.extend(next.filter(|used| reached.insert((*used).clone())));
            }
            reached
        };
        let reached: BTreeMap<&Place, BTreeSet<Place>> = self.0.keys().map(|place| (place, reach(place))).collect();
        let mut cycles = BTreeSet::new();
        for (place, reached_from) in &reached {
            let round = |other: &&Place| reached_from.contains(*other) && reached[other].contains(*place);
            let cycle: BTreeSet<&Place> = reached.keys().copied().filter(round).collect();
            if cycle.len() > 1 {
                cycles.insert(cycle);
            }
        }
        cycles.iter().map(|cycle| describe(cycle, &uses)).collect()
    }
}

/// Describes the uses within a cycle.
fn describe(cycle: &BTreeSet<&Place>, uses: &Uses) -> String {
    let mut lines = vec![format!("{} modules", cycle.len())];
    for place in cycle {
        for (used, names) in uses[*place].iter().filter(|(used, _)| cycle.contains(used)) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            lines.push(format!("  {} uses {}: {}", name(place), name(used), names.join(", ")));
        }
    }
    lines.join("\n")
}

pub(crate) fn name(place: &Place) -> String {
    if place.is_empty() { "the root".to_owned() } else { place.join("::") }
}

fn child(place: &Place, name: &str) -> Place {
    let mut place = place.clone();
    place.push(name.to_owned());
    place
}

impl Module {
    /// Returns whether the code names this item, alone or before `::`.
    fn names(&self, name: &str) -> bool {
        self.paths.iter().any(|path| path[0] == name)
    }
}

/// Reads the code of a module.
fn module(code: &[&str]) -> Module {
    let mut module = Module::default();
    let mut at = 0;
    while at < code.len() {
        let before = at.checked_sub(1).map_or("", |before| code[before]);
        let next = code.get(at + 1).copied().unwrap_or_default();
        match code[at] {
            // `impl Trait + use<>` imports nothing.
            "use" if next != "<" => {
                let is_reexported = matches!(before, "pub" | ")");
                at = imports(code, at + 1, &[], is_reexported, &mut module.imports);
            }
            "mod" => {
                module.children.insert(next.to_owned());
                at += 2;
            }
            // A word after a dot is a field or a method.
            word if is_word(word) && before != "." => {
                let mut path = vec![word.to_owned()];
                while code.get(at + 1) == Some(&"::") && code.get(at + 2).is_some_and(|word| is_word(word)) {
                    path.push(code[at + 2].to_owned());
                    at += 2;
                }
                module.paths.insert(path);
                at += 1;
            }
            _ => at += 1,
        }
    }
    module
}

fn is_word(token: &str) -> bool {
    token.starts_with(|letter: char| letter == '_' || letter.is_alphabetic())
}

/// Reads one tree of a `use`, and returns the index behind it.
fn imports(code: &[&str], begin: usize, above: &[String], is_reexported: bool, found: &mut Vec<Import>) -> usize {
    let mut path = above.to_vec();
    let mut at = begin;
    while at < code.len() {
        match code[at] {
            "{" => {
                at += 1;
                while at < code.len() && code[at] != "}" {
                    at = imports(code, at, &path, is_reexported, found);
                    at += usize::from(code.get(at) == Some(&","));
                }
                return at + 1;
            }
            "::" => at += 1,
            "as" => {
                let name = code.get(at + 1).copied().unwrap_or_default().to_owned();
                found.push(Import { name, path, is_reexported });
                return at + 2;
            }
            // `use a::{self}` imports `a`.
            "self" if !path.is_empty() => at += 1,
            word if is_word(word) => {
                path.push(word.to_owned());
                at += 1;
            }
            "*" => {
                found.push(Import { name: "*".to_owned(), path, is_reexported });
                return at + 1;
            }
            _ => break,
        }
    }
    if let Some(name) = path.last().cloned() {
        found.push(Import { name, path, is_reexported });
    }
    at
}

#[test]
fn modules_have_no_cycle() {
    for name in ACYCLIC {
        let cycles = Crate::named(name).cycles();
        assert!(
            cycles.is_empty(),
            "{name} has {} cycles of modules; move what both sides need to another file:\n{}",
            cycles.len(),
            cycles.join("\n")
        );
    }
}

#[test]
fn each_crate_is_on_the_list_that_it_belongs_to() {
    let all = sources();
    let crates: BTreeSet<&str> = all.iter().filter_map(Source::crate_name).collect();
    let listed: BTreeSet<&str> = ACYCLIC.iter().chain(CYCLIC).copied().collect();
    assert_eq!(crates, listed);
    for name in CYCLIC {
        assert!(!Crate::named(name).cycles().is_empty(), "{name} no longer has a cycle: move it to ACYCLIC");
    }
}

/// A glob import of the same crate could not be followed, so listed crates have none.
#[test]
fn listed_crates_import_each_item_by_its_name() {
    for name in ACYCLIC {
        let read = Crate::named(name);
        for (place, module) in &read.0 {
            for glob in module.imports.iter().filter(|import| import.name == "*") {
                assert_eq!(read.resolve(place, &glob.path, HOPS), None, "{name}: {}: {glob:?}", place.join("::"));
            }
        }
    }
}

#[test]
fn cycle_is_found_however_its_names_are_imported() {
    let ways = [
        ("use crate::b::B; struct A(B);", "use crate::a::A; struct B(A);"),
        ("struct A(crate::b::B);", "struct B(super::a::A);"),
        ("use crate::b; struct A(b::B);", "use super::{a::{self, A as C}}; struct B(C);"),
        ("use crate::B; struct A(B);", "use crate::A; struct B(A);"),
    ];
    for (a, b) in ways {
        let files = [("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"), ("a.rs", a), ("b.rs", b)];
        let cycles = Crate::read(&files).cycles();
        assert_eq!(cycles.len(), 1, "{a} {b}");
        assert!(cycles[0].starts_with("2 modules\n  a uses b: B"), "{}", cycles[0]);
    }
    let tests = ("b.rs", "struct B; /* crate::a::A */ #[cfg(test)] mod tests { use crate::a::A; }");
    let files = [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B;"), tests];
    assert_eq!(Crate::read(&files).cycles(), Vec::<String>::new());
}

#[test]
fn parent_is_in_a_cycle_if_its_code_uses_a_child() {
    let child = ("parent/child.rs", "use super::Kind; pub struct Item(Kind); pub fn make() {}");
    let cycles = |parent| Crate::read(&[("lib.rs", "mod parent;"), ("parent.rs", parent), child]).cycles().len();
    assert_eq!(
        cycles("mod child; pub use child::Item; pub enum Kind { A }"),
        0,
        "a declaration and a re-export are not uses"
    );
    assert_eq!(cycles("mod child; pub use child::Item; pub enum Kind { A } fn f(_: Item) {}"), 1);
    assert_eq!(cycles("mod child; pub enum Kind { A } fn f() { child::make() }"), 1);
    let kind = ("parent/kind.rs", "pub enum Kind { A }");
    let parent = ("parent.rs", "mod child; mod kind; use kind::Kind; fn f() { child::make() }");
    let files = [("lib.rs", "mod parent;"), parent, child, kind];
    assert_eq!(Crate::read(&files).cycles().len(), 0, "the type that both need is in another file");
}
