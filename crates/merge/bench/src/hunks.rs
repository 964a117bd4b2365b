//! How often the hunks of a comparison are those of git.
//!
//! A merge whose hunks differ from git's finds other conflicts, and puts other lines into them. So the question is not
//! which hunks are nicer, but whether they are the ones that users know. Each pair of texts is small, with few kinds of
//! lines, blank ones and braces among them, since comparisons differ in such texts. The seeds are fixed.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use imara_diff::sources::byte_lines;
use imara_diff::{Algorithm, Diff, InternedInput};
use merge::{Merge, RegionKind};

/// The number of pairs of texts that are compared.
const PAIRS: u64 = 500;

/// The lines before and after, for each hunk.
type Hunks = Vec<(Range<usize>, Range<usize>)>;

/// Prints for how many of the pairs each library's hunks differ from git's.
pub(crate) fn print(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder of its own");
    let (mut ours, mut myers, mut histogram) = (0, 0, 0);
    for seed in 0..PAIRS {
        let (before, after) = texts(seed);
        let git = by_git(folder, &before, &after);
        ours += usize::from(by_merge(&before, &after) != git);
        myers += usize::from(by_imara(Algorithm::Myers, &before, &after) != git);
        histogram += usize::from(by_imara(Algorithm::Histogram, &before, &after) != git);
    }
    println!(
        "of {PAIRS} pairs of texts, hunks that are not git's: library {ours}, imara {myers}, histogram {histogram}\n"
    );
}

/// Returns a text of 40 lines, and an edited version of it.
fn texts(seed: u64) -> (Vec<u8>, Vec<u8>) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut below = move |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let line = |number: u64| match number {
        0 => "\n".to_owned(),
        1 => "}\n".to_owned(),
        2 => "    }\n".to_owned(),
        number => format!("    line {number}\n"),
    };
    let before: Vec<u64> = (0..40).map(|_| below(12)).collect();
    let mut after = before.clone();
    for _ in 0..=below(6) {
        let at = below(after.len() as u64) as usize;
        match below(3) {
            0 => after[at] = below(14),
            1 => drop(after.remove(at)),
            _ => {
                let copied: Vec<u64> = after[at..(at + 4).min(after.len())].to_vec();
                after.splice(at..at, copied);
            }
        }
    }
    let text = |numbers: &[u64]| numbers.iter().map(|number| line(*number)).collect::<String>().into_bytes();
    (text(&before), text(&after))
}

/// Returns the hunks of a merge in which only one side changed.
fn by_merge(before: &[u8], after: &[u8]) -> Hunks {
    let merge = Merge::new(before, after, before, None);
    let changed = merge.regions().iter().filter(|region| region.kind != RegionKind::Stable);
    changed.map(|region| (region.base.clone(), region.mine.clone())).collect()
}

fn by_imara(algorithm: Algorithm, before: &[u8], after: &[u8]) -> Hunks {
    let input = InternedInput::new(byte_lines(before), byte_lines(after));
    let mut diff = Diff::compute(algorithm, &input);
    diff.postprocess_lines(&input);
    let lines = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| (lines(hunk.before), lines(hunk.after))).collect()
}

/// Returns the hunks of `git merge-file`: those of git's comparison without its indent heuristic.
fn by_git(folder: &Path, before: &[u8], after: &[u8]) -> Hunks {
    fs::write(folder.join("before"), before).expect("a file of its own");
    fs::write(folder.join("after"), after).expect("a file of its own");
    let output = Command::new("git")
        .args(["diff", "--no-index", "--no-color", "--no-ext-diff", "--no-indent-heuristic", "--diff-algorithm=myers"])
        .args(["-U0", "before", "after"])
        .current_dir(folder)
        .output()
        .expect("git is there");
    let output = String::from_utf8_lossy(&output.stdout);
    output.lines().filter_map(|line| hunk(line.strip_prefix("@@ -")?)).collect()
}

/// Parses `3,0 +4,2 @@ …`: lines from 1, and for an empty range the line before it.
fn hunk(head: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (before, rest) = head.split_once(" +")?;
    let (after, _) = rest.split_once(" @@")?;
    let range = |text: &str| {
        let (start, length) = text.split_once(',').unwrap_or((text, "1"));
        let (start, length): (usize, usize) = (start.parse().ok()?, length.parse().ok()?);
        let start = if length == 0 { start } else { start - 1 };
        Some(start..start + length)
    };
    Some((range(before)?, range(after)?))
}
