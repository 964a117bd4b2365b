//! Texts to merge: from few edits to many, and some that are difficult on purpose.

/// Base, mine and theirs.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) base: Vec<u8>,
    pub(crate) mine: Vec<u8>,
    pub(crate) theirs: Vec<u8>,
}

/// Creates the texts of a case when its turn comes.
type Make = Box<dyn Fn() -> Texts>;

/// Returns all cases of up to `most` lines, by name.
pub(crate) fn cases(most: usize) -> Vec<(String, Make)> {
    let mut cases: Vec<(String, Make)> = Vec::new();
    for lines in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|lines| *lines <= most) {
        cases.push((format!("few {lines}"), Box::new(move || edited(lines, lines / 10))));
        cases.push((format!("many {lines}"), Box::new(move || edited(lines, 5))));
        cases.push((format!("all {lines}"), Box::new(move || edited(lines, 1))));
    }
    cases.push(("one line of 1 MiB".into(), Box::new(one_line)));
    cases.push(("unrelated".into(), Box::new(unrelated)));
    cases.push(("ten lines at random".into(), Box::new(|| random(100_000, 10))));
    cases.push(("two lines, 16 MiB".into(), Box::new(|| random(8 << 20, 2))));
    cases
}

/// Returns a line as in a book: about fifty bytes.
fn line(number: usize) -> String {
    format!("Line {number} of a text in which there is little new {}\n", number % 89)
}

/// Returns texts with one edit of mine every `every` lines, and one of theirs half way between.
///
/// If `every` is 1, both sides edit each line.
fn edited(lines: usize, every: usize) -> Texts {
    let text = |who: &str, at: usize| -> Vec<u8> {
        let edit = |number| if number % every == at { format!("{who} {}", line(number)) } else { line(number) };
        (0..lines).flat_map(|number| edit(number).into_bytes()).collect()
    };
    Texts { base: text("", every), mine: text("mine", 0), theirs: text("theirs", every / 2) }
}

fn one_line() -> Texts {
    let line = vec![b'a'; 1 << 20];
    Texts { base: line.clone(), mine: [b"b", &line[..]].concat(), theirs: [&line[..], b"c"].concat() }
}

fn unrelated() -> Texts {
    let text = |who: &str| (0..50_000).flat_map(|number| format!("{who} {}", line(number)).into_bytes()).collect();
    Texts { base: text("base"), mine: text("mine"), theirs: text("theirs") }
}

/// Returns lines in random order, of `kinds` different kinds.
fn random(lines: usize, kinds: u64) -> Texts {
    let text = |seed: u64| -> Vec<u8> {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % kinds
        };
        (0..lines).flat_map(|_| format!("{}\n", next()).into_bytes()).collect()
    };
    Texts { base: text(1), mine: text(2), theirs: text(3) }
}
