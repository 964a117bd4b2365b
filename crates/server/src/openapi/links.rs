//! Links: the `ETag` of a response is the `If-Match` of the request that follows.
//!
//! No link leads from a 412 to a write. It carries the new tag, and to repeat the write with that is the lost update
//! again; so it leads to a read.

use serde_json::{Map, Value, json};

/// How to come from a response about a document to the next request about it.
pub(super) const AFTER_A_READ: [&str; 4] = ["ReplaceIt", "PatchIt", "DeleteIt", "ReadItAgain"];
/// After a write.
pub(super) const AFTER_A_WRITE: [&str; 5] = ["ReplaceIt", "PatchIt", "DeleteIt", "ReadItAgain", "ReadItsVersions"];
/// After a creation whose id the body of the request named.
pub(super) const AFTER_A_CREATION: [&str; 4] = ["ReplaceTheNew", "PatchTheNew", "DeleteTheNew", "ReadTheNewAgain"];
/// After a refusal because of another author's version.
pub(super) const AFTER_A_REFUSAL: [&str; 1] = ["ReadWhatIsThere"];
/// After a delete.
pub(super) const AFTER_A_DELETE: [&str; 2] = ["CreateItAgain", "ReadItsVersions"];

const TAG: &str = "$response.header.ETag";
const SAME: &str = "$request.path.id";
const NAMED: &str = "$request.body#/id";

/// Returns all links: name, operation, description, and parameters.
pub(super) fn all_links() -> Value {
    let with_tag = |id: &str| json!({"path.id": id, "header.If-Match": TAG});
    let unless = |id: &str| json!({"path.id": id, "header.If-None-Match": TAG});
    let listed = "$response.body#/documents/0";
    let links = [
        ("ReplaceIt", "putDocument", "Write the next version, in the place of this one.", with_tag(SAME)),
        ("PatchIt", "patchDocument", "Change this version.", with_tag(SAME)),
        ("DeleteIt", "deleteDocument", "Delete this version.", with_tag(SAME)),
        ("ReadItAgain", "getDocument", "Read it, if it has changed.", unless(SAME)),
        ("ReadItsVersions", "getVersions", "Look at what it has been.", json!({"path.id": SAME})),
        ("ReadWhatIsThere", "getDocument", "Read what you would have replaced.", json!({"path.id": SAME})),
        ("ReplaceTheNew", "putDocument", "Write the second version.", with_tag(NAMED)),
        ("PatchTheNew", "patchDocument", "Change the new document.", with_tag(NAMED)),
        ("DeleteTheNew", "deleteDocument", "Delete it again.", with_tag(NAMED)),
        ("ReadTheNewAgain", "getDocument", "Read it, if it has changed.", unless(NAMED)),
        (
            "CreateItAgain",
            "putDocument",
            "Bring it back; it goes on counting its versions.",
            json!({"path.id": SAME, "header.If-None-Match": "*"}),
        ),
        (
            "ReadTheFirst",
            "getDocument",
            "Read the first document of the list.",
            json!({"path.id": format!("{listed}/id")}),
        ),
        (
            "DeleteTheFirst",
            "deleteDocument",
            "Delete the first document of the list.",
            json!({"path.id": format!("{listed}/id"), "header.If-Match": format!("{listed}/etag")}),
        ),
        ("TurnThePage", "getDocuments", "The next page of the list.", json!({"query.after": "$response.body#/next"})),
        (
            "ReadTheNewest",
            "getVersion",
            "Read the first version of the list.",
            json!({"path.id": SAME, "path.version": "$response.body#/versions/0/version"}),
        ),
        ("SetThePolicy", "putPolicy", "Set another policy in the place of this one.", json!({"header.If-Match": TAG})),
        (
            "ReleaseTheFirst",
            "releaseExchange",
            "Let the first one that is held go on.",
            json!({"path.exchange": "$response.body#/held/0/exchange"}),
        ),
    ];
    let named = links.into_iter().map(|(name, operation, about, parameters)| {
        (name.to_owned(), json!({"operationId": operation, "description": about, "parameters": parameters}))
    });
    named.collect::<Map<_, _>>().into()
}
