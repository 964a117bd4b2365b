//! Links: the `ETag` of a response is the `If-Match` of the request that follows.
//!
//! No link leads from a 412 to a write. The 412 carries the new tag, and to repeat the write with that tag is the lost
//! update again; so its link leads to a read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The links from a read of a document.
pub(super) const AFTER_A_READ: [&str; 4] = ["ReplaceIt", "PatchIt", "DeleteIt", "ReadItAgain"];
/// The links from a write.
pub(super) const AFTER_A_WRITE: [&str; 5] = ["ReplaceIt", "PatchIt", "DeleteIt", "ReadItAgain", "ReadItsVersions"];
/// The links from a creation under an id in the request's body.
pub(super) const AFTER_A_CREATION: [&str; 4] = ["ReplaceTheNew", "PatchTheNew", "DeleteTheNew", "ReadTheNewAgain"];
/// The links from a refusal because of a newer version.
pub(super) const AFTER_A_REFUSAL: [&str; 1] = ["ReadWhatIsThere"];
/// The links from a delete.
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
        ("ReplaceIt", "putDocument", "Replace this version.", with_tag(SAME)),
        ("PatchIt", "patchDocument", "Change this version.", with_tag(SAME)),
        ("DeleteIt", "deleteDocument", "Delete this version.", with_tag(SAME)),
        ("ReadItAgain", "getDocument", "Read the document, if it has changed.", unless(SAME)),
        ("ReadItsVersions", "getVersions", "List the document's versions.", json!({"path.id": SAME})),
        (
            "ReadWhatIsThere",
            "getDocument",
            "Read the current version, which the write would have replaced.",
            json!({"path.id": SAME}),
        ),
        ("ReplaceTheNew", "putDocument", "Replace the new document.", with_tag(NAMED)),
        ("PatchTheNew", "patchDocument", "Change the new document.", with_tag(NAMED)),
        ("DeleteTheNew", "deleteDocument", "Delete the new document.", with_tag(NAMED)),
        ("ReadTheNewAgain", "getDocument", "Read the document, if it has changed.", unless(NAMED)),
        (
            "CreateItAgain",
            "putDocument",
            "Create the document again; its version numbers continue.",
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
        (
            "TurnThePage",
            "getDocuments",
            "Read the next page of the list.",
            json!({"query.after": "$response.body#/next"}),
        ),
        (
            "ReadTheNewest",
            "getVersion",
            "Read the first version of the list.",
            json!({"path.id": SAME, "path.version": "$response.body#/versions/0/version"}),
        ),
        ("SetThePolicy", "putPolicy", "Replace this policy.", json!({"header.If-Match": TAG})),
        ("SetTheRoom", "putRoom", "Replace these settings.", json!({"header.If-Match": TAG})),
        (
            "ReleaseTheFirst",
            "releaseExchange",
            "Release the first held request.",
            json!({"path.exchange": "$response.body#/held/0/exchange"}),
        ),
    ];
    let named = links.into_iter().map(|(name, operation, about, parameters)| {
        (name.to_owned(), json!({"operationId": operation, "description": about, "parameters": parameters}))
    });
    named.collect::<Map<_, _>>().into()
}

/// Removes the links to operations that the description does not have, and all references to them.
pub(super) fn remove_dangling(description: &mut Value) {
    let described: BTreeSet<String> =
        operations(description).filter_map(|operation| operation["operationId"].as_str().map(str::to_owned)).collect();
    let mut dangling = BTreeSet::new();
    if let Some(links) = description["components"]["links"].as_object_mut() {
        links.retain(|name, link| {
            let is_described = link["operationId"].as_str().is_some_and(|operation| described.contains(operation));
            if !is_described {
                dangling.insert(name.clone());
            }
            is_described
        });
    }
    for operation in operations(description) {
        for response in operation["responses"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Some(links) = response.get_mut("links").and_then(Value::as_object_mut) else { continue };
            links.retain(|name, _| !dangling.contains(name));
        }
    }
}

/// Returns all operations of a description.
fn operations(description: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = description["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let members = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    members.filter(|member| member.get("operationId").is_some())
}
