//! The list of the checks, for the command line and for the documentation.

use std::fmt::Write as _;

use crate::check::{CheckGroup, ProbeCheck};
use crate::table::CHECKS;

/// Returns the checks with their clauses, as text: two lines for each, below the names of the groups.
#[must_use]
pub fn checks_list() -> String {
    let mut list = String::new();
    for group in CheckGroup::ALL {
        let _ = writeln!(list, "{}", group.name());
        for check in of_group(group) {
            let option = check.ask.option().map(|option| format!(" ({option})")).unwrap_or_default();
            let _ = writeln!(list, "  {:<25} {}{option}\n      {}", check.name, check.clause, check.asks);
        }
    }
    list
}

fn of_group(group: CheckGroup) -> impl Iterator<Item = &'static ProbeCheck> {
    CHECKS.iter().filter(move |check| check.group == group)
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    /// The line before the tables in `docs/probe.md`. All that follows it is generated.
    const BEGIN: &str = "<!-- Made from the table of checks (crates/probe/src/table.rs). `PROBE=write cargo test -p \
        ifmatch-probe checks_page`\nwrites it again. -->\n";

    /// Returns the tables: one for each group.
    fn checks_tables() -> String {
        let mut page = String::new();
        for group in CheckGroup::ALL {
            let head = "| check | asks | clause | needs | if it is not ✓ |\n| --- | --- | --- | --- | --- |";
            let _ = writeln!(page, "\n### {}\n\n{head}", group.name());
            for check in of_group(group) {
                let option = check.ask.option().map(|option| format!("`{option}`")).unwrap_or_default();
                let ProbeCheck { name, asks, clause, consequence, .. } = check;
                let _ = writeln!(page, "| `{name}` | {asks} | {clause} | {option} | {consequence} |");
            }
        }
        page
    }

    #[test]
    fn checks_page_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/probe.md");
        let page = fs::read_to_string(path).unwrap();
        let (head, tables) = page.split_once(BEGIN).expect("docs/probe.md has the line before the tables");
        if env::var_os("PROBE").is_some_and(|wanted| wanted == "write") {
            fs::write(path, format!("{head}{BEGIN}{}", checks_tables())).unwrap();
            return;
        }
        assert!(
            tables == checks_tables(),
            "docs/probe.md is old; `PROBE=write cargo test -p ifmatch-probe checks_page` writes it again"
        );
    }

    #[test]
    fn list_has_each_check_with_its_clause() {
        let list = checks_list();
        for check in CHECKS {
            assert!(
                list.lines().any(|line| line.contains(check.name) && line.contains(check.clause)),
                "{}",
                check.name
            );
        }
        assert!(list.lines().all(|line| line.chars().count() <= 100), "{list}");
    }
}
