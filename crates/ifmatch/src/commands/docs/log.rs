//! `ifmatch docs log`: the versions of a document, and which of them overwrote another unseen.

use std::num::NonZeroUsize;

use clap::Args;
use contract::{DocumentId, EntityTag, Version};
use serde::Serialize;

use super::error::DocsError;
use super::options::DocsOptions;
use super::output;
use crate::exit::Exit;

/// `ifmatch docs log`
#[derive(Debug, Args)]
#[command(after_help = "\
A line has the tag, the time, the author, and the version that the author's save named. If that is not the version
before, the save overwrote a version that its author had not seen: an update was lost.

The members of --json: version, etag, author, at, parentEtag (the version before), basedOn (the version that the save
named), deleted, and overwroteUnseen: true, false, or null if the save named no version, which proves nothing.

Example:
  ifmatch docs log notes --json | jq -r 'select(.overwroteUnseen) | .parentEtag'        the lost versions")]
pub(super) struct LogArgs {
    /// The document.
    #[arg(value_name = "DOC")]
    document: DocumentId,

    /// At most this many versions. [default: all]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(super) options: DocsOptions,
}

/// A version, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionValue<'a> {
    #[serde(flatten)]
    version: &'a Version,
    overwrote_unseen: Option<bool>,
}

/// Prints a line for each version.
pub(super) async fn run(LogArgs { document, limit, options }: LogArgs) -> Result<Exit, DocsError> {
    let is_json = options.json;
    let versions = options.reader()?.versions(&document, limit.map_or(usize::MAX, NonZeroUsize::get)).await?;
    for (index, version) in versions.iter().enumerate() {
        let overwrote_unseen = overwrote_unseen(version, versions.get(index + 1));
        if is_json {
            output::print_json(&VersionValue { version, overwrote_unseen })?;
        } else {
            output::print_line(&line(version, overwrote_unseen))?;
        }
    }
    Ok(Exit::Success)
}

/// Returns whether a save overwrote the version before it unseen, or `None` if that is not known.
fn overwrote_unseen(version: &Version, before: Option<&Version>) -> Option<bool> {
    match (&version.based_on, &version.parent_etag) {
        // Nothing was there to overwrite.
        (_, None) => Some(false),
        (Some(_), Some(_)) => Some(version.skips_parent()),
        (None, Some(_)) if before.is_some_and(|before| before.deleted) => Some(false),
        (None, Some(_)) => None,
    }
}

fn line(version: &Version, overwrote_unseen: Option<bool>) -> String {
    let Version { etag, author, at, based_on, parent_etag, deleted, .. } = version;
    let what = if *deleted { "deleted" } else { "saved" };
    let tag = |tag: &Option<EntityTag>| tag.as_ref().map_or_else(String::new, ToString::to_string);
    let named = match (based_on, overwrote_unseen) {
        (None, Some(_)) => format!("{what}; there was no document"),
        (None, None) => format!("{what}; named no version, and replaced {}", tag(parent_etag)),
        (based_on, Some(true)) => format!("{what}, based on {}; overwrote {} unseen", tag(based_on), tag(parent_etag)),
        (based_on, _) => format!("{what}, based on {}", tag(based_on)),
    };
    format!("{etag}  {at}  {author}  {named}")
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;

    use super::*;

    fn version(number: u64, based_on: Option<u64>, deleted: bool) -> Version {
        let tag = |number: u64| format!("\"v{number}\"").parse().unwrap();
        Version {
            version: number,
            etag: tag(number),
            author: "bob".parse().unwrap(),
            at: Timestamp::from_millis(0),
            parent_etag: (number > 1).then(|| tag(number - 1)),
            based_on: based_on.map(tag),
            deleted,
        }
    }

    #[test]
    fn version_that_skips_its_parent_overwrote_it_unseen() {
        assert_eq!(overwrote_unseen(&version(1, None, false), None), Some(false), "the first");
        assert_eq!(overwrote_unseen(&version(3, Some(2), false), Some(&version(2, Some(1), false))), Some(false));
        assert_eq!(overwrote_unseen(&version(3, Some(1), false), Some(&version(2, Some(1), false))), Some(true));
        assert_eq!(overwrote_unseen(&version(3, None, false), Some(&version(2, Some(1), false))), None);
        assert_eq!(overwrote_unseen(&version(3, None, false), Some(&version(2, Some(1), true))), Some(false));
        let said = line(&version(3, Some(1), false), Some(true));
        assert!(said.ends_with("bob  saved, based on \"v1\"; overwrote \"v2\" unseen"), "{said}");
        assert!(line(&version(3, Some(2), true), Some(false)).ends_with("deleted, based on \"v2\""));
    }
}
