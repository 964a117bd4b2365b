//! The checks as a page: the part of `docs/doctor.md` that is generated.

use std::fmt::Write as _;

use crate::checks::CHECKS;
use crate::proxy_kind::ProxyKind;

/// Returns the checks as Markdown: a table, and the changes for each proxy.
#[must_use]
pub fn checks_page() -> String {
    let mut page = "| check | asks | if not |\n| --- | --- | --- |\n".to_owned();
    // Writing to a String cannot fail.
    for check in CHECKS {
        let _ = writeln!(page, "| `{}` | {} | {} |", check.name, check.asks, check.consequence);
    }
    page.push_str("\n## What to change in which proxy\n");
    for proxy in ProxyKind::ALL {
        let _ = writeln!(page, "\n### {}", proxy.name());
        let mut written: Vec<(&[&str], Vec<&str>)> = Vec::new();
        for check in CHECKS {
            let Some(change) = check.changes.iter().find(|change| change.proxy == proxy) else { continue };
            match written.iter_mut().find(|(lines, _)| *lines == change.lines) {
                Some((_, names)) => names.push(check.name),
                None => written.push((change.lines, vec![check.name])),
            }
        }
        for (lines, names) in written {
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let _ = writeln!(page, "\n{names}:\n");
            for line in lines {
                let _ = writeln!(page, "    {line}");
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::{env, fs};

    use super::*;

    /// The comments between which the generated part is.
    const MARKS: [&str; 2] =
        ["<!-- generated: DOCTOR=write cargo test -p ifmatch-doctor reference -->\n", "<!-- end -->\n"];

    #[test]
    fn page_has_the_checks_of_the_table() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/doctor.md");
        let page = fs::read_to_string(&path).unwrap();
        let (before, rest) = page.split_once(MARKS[0]).expect("the page has the first mark");
        let (written, after) = rest.split_once(MARKS[1]).expect("the page has the last mark");
        let generated = format!("\n{}\n", checks_page());
        if env::var("DOCTOR").is_ok_and(|wish| wish == "write") {
            fs::write(&path, [before, MARKS[0], &generated, MARKS[1], after].concat()).unwrap();
        } else {
            assert!(written == generated, "docs/doctor.md differs from the table of the checks");
        }
    }

    #[test]
    fn checks_have_names_of_their_own_and_a_change_for_each_proxy() {
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
        for check in CHECKS {
            let proxies: Vec<_> = check.changes.iter().map(|change| change.proxy).collect();
            assert!(proxies.is_empty() || proxies == ProxyKind::ALL, "{}: {proxies:?}", check.name);
            assert!(check.asks.ends_with('.') || check.asks.ends_with('?'), "{}", check.name);
            assert!(check.consequence.ends_with('.') && check.advice.ends_with('.'), "{}", check.name);
        }
    }
}
