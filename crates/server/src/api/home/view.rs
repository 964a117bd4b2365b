//! The content of the page at `/`, as HTML for browsers and as text for all other clients.

use std::fmt::Write;

use contract::{DocumentEntry, DocumentId, Question, QuestionState};

use super::markup::Escaped;

/// The style of the page. Its hash is in [`POLICY`].
const STYLE: &str = include_str!("style.css");

/// The `Content-Security-Policy` of the page: no script, nothing from elsewhere, one style.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'sha256-THfvgeNZrzvyRWak9OFdHBCRLLLIe2dflXmihpJWoKQ='; form-action \
                                 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The content of the page.
pub(super) struct HomeView<'a> {
    /// Scheme, host and port, as the client wrote them.
    pub(super) origin: String,
    /// The host without its port.
    pub(super) host: String,
    /// The port of the SSH server, if it runs.
    pub(super) ssh_port: Option<u16>,
    /// Whether clients need a token or the room's code.
    pub(super) has_tokens: bool,
    /// The result of the form that was sent.
    pub(super) notice: Option<String>,
    /// The name to propose in the form.
    pub(super) proposed_name: String,
    /// The visitor who has sent the form, after name and code were right.
    pub(super) visitor: Option<HomeVisitor>,
    /// The documents; `None` if the client may not read them.
    pub(super) documents: Option<&'a [DocumentEntry]>,
    /// The document that the leader opened for all, if the client may read documents.
    pub(super) opened_for_all: Option<DocumentId>,
    /// Whether there are more documents than these.
    pub(super) has_more: bool,
}

/// A visitor who has joined.
pub(super) struct HomeVisitor {
    pub(super) name: String,
    /// The token for the next form. Only the visitor's own page contains it.
    pub(super) token: String,
    pub(super) question: Option<Question>,
    /// The number of the visitor's choice, from 1.
    pub(super) choice: Option<u8>,
}

/// A description, and a line to copy.
type LineToCopy = (&'static str, String);

/// Returns the commands with which people join, and requests to try.
fn lines(view: &HomeView<'_>) -> (Vec<LineToCopy>, Vec<LineToCopy>) {
    let origin = &view.origin;
    let field = if view.has_tokens { " -H 'Authorization: Bearer CODE'" } else { "" };
    let address = origin.strip_prefix("http://").unwrap_or(origin);
    let mut join = vec![("with ifmatch", format!("ifmatch join {address}"))];
    if let Some(port) = view.ssh_port {
        join.push(("without installing anything", format!("ssh -p {port} NAME@{}", view.host)));
    }
    let document = format!("{origin}/api/documents/notes");
    let body = r#"{"title":"Notes","content":"mine\n"}"#;
    let json = "-H 'Content-Type: application/json'";
    let requests = vec![
        ("List the documents", format!("curl -i{field} {origin}/api/documents")),
        (
            "Create a document; if it exists, this is a 412",
            format!("curl -i{field} -X PUT -H 'If-None-Match: *' {json} -d '{body}' {document}"),
        ),
        ("Read it, with its ETag", format!("curl -i{field} {document}")),
        (
            "Save it without saying which version it replaces: a 428",
            format!("curl -i{field} -X PUT {json} -d '{body}' {document}"),
        ),
        (
            "Save it with the ETag; if it is no longer the current one, this is a 412",
            format!("curl -i{field} -X PUT -H 'If-Match: \"v1-…\"' {json} -d '{body}' {document}"),
        ),
    ];
    (join, requests)
}

const ABOUT: &str = "Several people edit the same documents on this server, and no update is lost: a save names the \
                     version that it replaces (If-Match), and the server refuses a save that would overwrite a newer \
                     version (412).";

/// Returns sentences about what a person has to know besides the lines to copy.
fn needs(view: &HomeView<'_>) -> String {
    let mut needs = "You choose the name that the others see, such as sam".to_owned();
    if view.ssh_port.is_some() {
        needs.push_str(" (NAME)");
    }
    if view.has_tokens {
        needs.push_str(". The code (CODE) is that of the room, which its leader tells you, or your own token");
    }
    needs + "."
}

/// Returns a sentence about the document that the leader opened for all.
fn opened_for_all(document: &DocumentId) -> String {
    format!("The leader opened {document} for all: it opens by itself in editors that show the list of documents.")
}

/// Returns the page as text.
pub(super) fn text(view: &HomeView<'_>) -> String {
    let (join, requests) = lines(view);
    let mut page = format!("ifmatch\n\n{ABOUT}\n\nJoin\n\n");
    // Writing to a String never fails.
    for (how, line) in join {
        let _ = writeln!(page, "  {line}    ({how})");
    }
    let _ = write!(page, "\n{}\n\nDocuments\n\n", needs(view));
    if let Some(document) = &view.opened_for_all {
        let _ = writeln!(page, "  {}\n", opened_for_all(document));
    }
    match view.documents {
        None => page.push_str("  They are shown to those who send a token or the room's code.\n"),
        Some([]) => page.push_str("  There are none yet.\n"),
        Some(documents) => {
            for document in documents {
                let DocumentEntry { id, etag, author, .. } = document;
                let _ = writeln!(page, "  {id}  {etag}  by {author}");
            }
            if view.has_more {
                page.push_str("  … and more: GET /api/documents\n");
            }
        }
    }
    page.push_str("\nRequests to try\n\n");
    for (what, line) in requests {
        let _ = writeln!(page, "  {what}:\n    {line}\n");
    }
    page.push_str("The description of all requests for programs: /openapi.json\n");
    page
}

/// Returns the page as HTML.
pub(super) fn html(view: &HomeView<'_>) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>ifmatch</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<header>\n<h1>ifmatch</h1>\n<p>{ABOUT}</p>\n</header>\n<main>\n"
    );
    // Writing to a String never fails.
    if let Some(notice) = &view.notice {
        let _ = writeln!(page, "<p class=\"notice\" role=\"status\">{}</p>", Escaped(notice));
    }
    match &view.visitor {
        Some(visitor) => push_visitor(&mut page, visitor),
        None => push_entry(&mut page, view),
    }
    let (join, requests) = lines(view);
    page.push_str("<section>\n<h2>Edit with the others</h2>\n");
    for (how, line) in join {
        let _ = writeln!(page, "<p>{how}:</p>\n<pre>{}</pre>", Escaped(&line));
    }
    let _ = writeln!(page, "<p class=\"soft\">{}</p>\n</section>", needs(view));
    push_documents(&mut page, view);
    page.push_str("<section>\n<h2>Requests to try</h2>\n");
    for (what, line) in requests {
        let _ = writeln!(page, "<p>{}:</p>\n<pre>{}</pre>", Escaped(what), Escaped(&line));
    }
    page.push_str(
        "</section>\n</main>\n<footer>\n<p class=\"soft\">For programs: <a href=\"/openapi.json\">/openapi.json</a> \
         describes all requests.</p>\n</footer>\n</body>\n</html>\n",
    );
    page
}

/// The form with which a visitor joins.
fn push_entry(page: &mut String, view: &HomeView<'_>) {
    let name = Escaped(&view.proposed_name);
    let _ = write!(
        page,
        "<section>\n<h2>Answer the leader's questions here</h2>\n<form method=\"post\" action=\"/\">\n<label>Your name \
         <input type=\"text\" name=\"name\" value=\"{name}\" maxlength=\"64\" autocomplete=\"nickname\" \
         autocapitalize=\"none\" spellcheck=\"false\" required></label>\n"
    );
    if view.has_tokens {
        page.push_str(
            "<label>The code of the room <input type=\"text\" name=\"code\" autocomplete=\"off\" \
             autocapitalize=\"none\" spellcheck=\"false\" required></label>\n",
        );
    }
    page.push_str("<button>Enter</button>\n</form>\n</section>\n");
}

/// The question, for a visitor who has joined, and a button to load the page again.
fn push_visitor(page: &mut String, visitor: &HomeVisitor) {
    let form = format!(
        "<form method=\"post\" action=\"/\">\n<input type=\"hidden\" name=\"token\" value=\"{}\">\n",
        Escaped(&visitor.token)
    );
    let _ = writeln!(page, "<section>\n<h2>You are {}</h2>", Escaped(&visitor.name));
    match &visitor.question {
        None => page.push_str("<p>The leader has asked no question yet.</p>\n"),
        Some(question) if question.state == QuestionState::Open => {
            page.push_str(&form);
            push_question(page, question, visitor.choice);
            page.push_str("<button>Answer</button>\n</form>\n");
        }
        Some(question) => push_question(page, question, visitor.choice),
    }
    // A form of its own, so that it sends no choice.
    let _ = writeln!(page, "{form}<button class=\"plain\">Look again</button>\n</form>\n</section>");
}

fn push_question(page: &mut String, question: &Question, own: Option<u8>) {
    let round = if question.round > 1 { format!(" (vote {})", question.round) } else { String::new() };
    let _ = writeln!(page, "<p><strong>{}</strong>{round}</p>", Escaped(&question.text));
    let is_open = question.state == QuestionState::Open;
    if is_open {
        let _ = writeln!(page, "<input type=\"hidden\" name=\"id\" value=\"{}\">", Escaped(&question.id));
    }
    for (number, choice) in (1_u8..).zip(&question.choices) {
        let text = Escaped(choice);
        if is_open {
            let checked = if own == Some(number) { " checked" } else { "" };
            let _ = writeln!(
                page,
                "<label class=\"choice\"><input type=\"radio\" name=\"choice\" value=\"{number}\"{checked}> {text}</label>"
            );
            continue;
        }
        let count =
            question.counts.as_ref().and_then(|counts| counts.get(usize::from(number) - 1)).copied().unwrap_or(0);
        let is_right = if question.right == Some(number) { " \u{2713} right" } else { "" };
        let is_own = if own == Some(number) { " (your answer)" } else { "" };
        let _ = writeln!(
            page,
            "<p>{text}{is_own}{is_right}: {count}<br><meter min=\"0\" max=\"{}\" value=\"{count}\"></meter></p>",
            question.answered.max(1)
        );
    }
    if let Some(because) = &question.because {
        let _ = writeln!(page, "<p>{}</p>", Escaped(because));
    }
    let _ = writeln!(page, "<p class=\"soft\">{} of {} have answered.</p>", question.answered, question.people);
}

fn push_documents(page: &mut String, view: &HomeView<'_>) {
    page.push_str("<section>\n<h2>Documents</h2>\n");
    if let Some(document) = &view.opened_for_all {
        let _ = writeln!(page, "<p>{}</p>", Escaped(&opened_for_all(document)));
    }
    match view.documents {
        None => page.push_str("<p>They are shown after you enter with your name and the code.</p>\n"),
        Some([]) => page.push_str("<p>There are none yet.</p>\n"),
        Some(documents) => {
            page.push_str("<table>\n<tr><th>document</th><th>version</th><th>last saved by</th></tr>\n");
            for document in documents {
                let DocumentEntry { id, title, etag, author, .. } = document;
                let (etag, title) = (etag.to_string(), Escaped(title));
                let _ = writeln!(
                    page,
                    "<tr><td>{id}<br><span class=\"soft\">{title}</span></td><td>{}</td><td>{}</td></tr>",
                    Escaped(&etag),
                    Escaped(author.as_str()),
                );
            }
            page.push_str("</table>\n");
            if view.has_more {
                page.push_str("<p class=\"soft\">There are more: GET /api/documents lists them all.</p>\n");
            }
        }
    }
    page.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Encodes bytes as base64 (RFC 4648 section 4).
    fn base64(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for piece in bytes.chunks(3) {
            let three = [0, 1, 2].map(|at| u32::from(piece.get(at).copied().unwrap_or(0)));
            let bits = three[0] << 16 | three[1] << 8 | three[2];
            for place in 0..4_usize {
                let digit = ALPHABET[(bits >> (18 - 6 * place)) as usize & 63];
                text.push(if place > piece.len() { '=' } else { char::from(digit) });
            }
        }
        text
    }

    #[test]
    fn policy_has_the_hash_of_the_style() {
        let hash = base64(&Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "the hash is {hash}");
    }
}
