//! Links the program so that it starts sooner.
//!
//! Git starts `ifmatch merge` once for each file. A merge of two small files spends nearly all of its time in the
//! system: in finding libraries, mapping them, and relocating tens of thousands of addresses, since the program is
//! loaded at another address each time.
//!
//! Two measures help. Each is taken only if the files of the C compiler show that the system supports it. Otherwise the
//! program is linked as usual, and only its start is slower.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CC");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_native = env::var("HOST").ok() == env::var("TARGET").ok();
    if !(is_native && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")) {
        return;
    }
    // The library that unwinds the stack of a panic is linked statically: one library less to find.
    if compiler_file("libgcc_eh.a").is_some() {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
    // Packed relocations take a tenth of the space. The C library must support them: one that does not would start the
    // program without relocating it.
    let is_supported = |library: Vec<u8>| library.windows(PACKED.len()).any(|bytes| bytes == PACKED);
    if compiler_file("libc.so.6").and_then(|path| fs::read(path).ok()).is_some_and(is_supported) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The symbol version that marks a C library with support for packed relocations.
const PACKED: &[u8] = b"GLIBC_ABI_DT_RELR";

/// Returns the file of this name that the C compiler would link with, or `None` if it has none.
fn compiler_file(name: &str) -> Option<PathBuf> {
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let output = Command::new(compiler).arg(format!("-print-file-name={name}")).output().ok()?;
    // For a name that it does not know, the compiler prints the name alone, without a folder.
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim())).filter(|path| path.is_absolute())
}
