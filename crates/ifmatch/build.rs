//! How the program is linked, so that it starts sooner. Git starts `ifmatch merge` once for each file, and of a merge
//! of two small files nearly all the time is the system's: finding libraries, mapping them, and putting right the tens
//! of thousands of addresses of a program that stands somewhere else in memory each time.
//!
//! Two things help, and each is asked for only where the C compiler's own files show that it can be had. Elsewhere the
//! program is linked as ever: nothing but the start hangs on it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CC");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let at_home = env::var("HOST").ok() == env::var("TARGET").ok();
    if !(at_home && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")) {
        return;
    }
    // What unwinds the stack of a panic comes as a part of the program, and not as one more library to be found.
    if compilers_own("libgcc_eh.a").is_some() {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
    // Addresses that are put right are listed in a tenth of the room. The C library has to know that form of the list:
    // one that does not would start the program without reading it.
    let knows = |library: Vec<u8>| library.windows(PACKED.len()).any(|bytes| bytes == PACKED);
    if compilers_own("libc.so.6").and_then(|path| fs::read(path).ok()).is_some_and(knows) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version by which a C library says that it knows packed lists.
const PACKED: &[u8] = b"GLIBC_ABI_DT_RELR";

/// A file that the C compiler would link with, if it has one of that name.
fn compilers_own(name: &str) -> Option<PathBuf> {
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let said = Command::new(compiler).arg(format!("-print-file-name={name}")).output().ok()?;
    // What it does not have it gives back as it was said, without a folder.
    Some(PathBuf::from(String::from_utf8(said.stdout).ok()?.trim())).filter(|path| path.is_absolute())
}
