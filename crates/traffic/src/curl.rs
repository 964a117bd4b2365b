//! An exchange as a `curl` command, to be pasted into a shell.
//!
//! The command sends what the request sent and nothing else. It is safe to paste: to the shell, titles, tags and names
//! are text, whatever they contain.

use std::fmt::Write as _;

use contract::Exchange;
use contract::secrets::REDACTED;

/// The fields that `curl` derives from the body or sets for the connection, besides `Host`.
const FIELDS_SET_BY_CURL: [&str; 2] = ["Content-Length", "Connection"];

/// The option that replaces a redacted token.
///
/// The value is in double quotes, so that the shell inserts the variable's value.
const TOKEN_PLACEHOLDER: &str = " \\\n  --header \"Authorization: Bearer $IFMATCH_TOKEN\"";

/// Returns the command that repeats the request of an exchange on a server.
///
/// `origin` is the server's scheme and host, such as `http://127.0.0.1:4280`. It must be the server that the user
/// chose, never one that the exchange names: a client can send anything in `Host`, and the pasted command sends a
/// token.
///
/// A body that was too long to be recorded whole is read from a file, `body.json`. Exchanges contain no secrets:
/// instead of a token, the command has the environment variable from which the program reads it. The user has to insert
/// any other secret by hand.
#[must_use]
pub fn curl(exchange: &Exchange, origin: &str) -> String {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let request = &exchange.request;
    let mut command = "curl --include".to_owned();
    match exchange.method.as_str() {
        "GET" => {}
        "HEAD" => command.push_str(" --head"),
        method => write_option(&mut command, "--request", method),
    }
    write_address(&mut command, &exchange.target, origin);
    for (name, value) in &request.fields {
        let is_written = if name.eq_ignore_ascii_case("Host") {
            value == host
        } else {
            FIELDS_SET_BY_CURL.iter().any(|written| name.eq_ignore_ascii_case(written))
        };
        if !is_written {
            write_header(&mut command, name, value);
        }
    }
    if request.cut {
        command.push_str(" \\\n  --data-binary @body.json");
    } else if !request.body.is_empty() {
        if request.field("Content-Type").is_none() {
            // A name and a colon alone remove the type that curl would send by itself.
            write_option(&mut command, "\\\n  --header", "Content-Type:");
        }
        // `--data` would take a leading `@` for the name of a file.
        write_option(&mut command, "\\\n  --data-raw", &request.body);
    }
    command
}

fn write_address(command: &mut String, target: &str, origin: &str) {
    // Without these options, curl would expand `[1-9]` to nine addresses and resolve `/../`.
    if target.starts_with('/') {
        write_option(command, "--globoff --path-as-is", &format!("{origin}{target}"));
    } else {
        // Such as `OPTIONS *`. Appended to the origin, the target `@elsewhere.example/` would lead to another host.
        write_option(command, "--request-target", target);
        write_option(command, "--globoff --path-as-is", origin);
    }
}

fn write_header(command: &mut String, name: &str, value: &str) {
    if name.eq_ignore_ascii_case("Authorization") && value == REDACTED {
        command.push_str(TOKEN_PLACEHOLDER);
    } else {
        write_option(command, "\\\n  --header", &header(name, value));
    }
}

fn write_option(command: &mut String, option: &str, value: &str) {
    write!(command, " {option} {}", shell_quoted(value)).expect("a String takes all that is written");
}

/// Returns `Name: value`, or `Name;` if the value is empty.
///
/// `curl` takes `Name:` for 'do not send this field', and `Name;` for 'send it empty'.
fn header(name: &str, value: &str) -> String {
    if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") }
}

/// Returns a text as one word for a POSIX shell.
///
/// Within single quotes, only the single quote has a meaning. Control characters are written in octal, because the
/// terminal may obey a pasted control character before the shell sees it.
#[must_use]
pub fn shell_quoted(text: &str) -> String {
    let mut word = "'".to_owned();
    for c in text.chars() {
        match c {
            '\'' => word.push_str(r"'\''"),
            '\n' | '\t' => word.push(c),
            _ if c.is_control() => {
                let mut bytes = [0; 4];
                let octal =
                    c.encode_utf8(&mut bytes).bytes().fold(String::new(), |all, byte| all + &format!("\\{byte:03o}"));
                write!(word, "'\"$(printf '{octal}')\"'").expect("a String takes all that is written");
            }
            _ => word.push(c),
        }
    }
    word + "'"
}

#[cfg(test)]
mod tests {
    use contract::{Message, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn exchange(method: &str, target: &str, fields: &[(&str, &str)], body: &str) -> Exchange {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Exchange {
            number: 1,
            author: None,
            client_address: None,
            server: None,
            received: Timestamp::default(),
            judged: None,
            answered: None,
            method: method.to_owned(),
            target: target.to_owned(),
            request: Message { fields, body: body.to_owned(), cut: false },
            status: None,
            response: None,
            lost: None,
            evaluation: Vec::new(),
            anomalies: Vec::new(),
        }
    }

    const HOST: (&str, &str) = ("Host", "127.0.0.1:4280");

    fn curl(exchange: &Exchange) -> String {
        super::curl(exchange, "http://127.0.0.1:4280")
    }

    #[test]
    fn read_is_one_line() {
        let read = exchange("GET", "/api/documents?limit=2", &[HOST], "");
        let command = "curl --include --globoff --path-as-is 'http://127.0.0.1:4280/api/documents?limit=2'";
        assert_eq!(curl(&read), command);
    }

    #[test]
    fn scheme_of_the_origin_is_kept() {
        let read = exchange("GET", "/room/api/documents", &[("Host", "class.example")], "");
        let command = "curl --include --globoff --path-as-is 'https://class.example/room/api/documents'";
        assert_eq!(super::curl(&read, "https://class.example"), command);
    }

    /// `Host` and target come from a client, so they must not choose where the command connects.
    #[test]
    fn command_connects_only_to_the_given_origin() {
        let own = "'http://127.0.0.1:4280/api/documents/a' \\\n  --header 'Host: elsewhere.example'";
        let read = exchange("GET", "/api/documents/a", &[("Host", "elsewhere.example")], "");
        assert!(curl(&read).ends_with(own), "{}", curl(&read));
        for target in ["*", "@elsewhere.example/", ".elsewhere.example/", "http://elsewhere.example/"] {
            assert_eq!(
                curl(&exchange("OPTIONS", target, &[HOST], "")),
                format!(
                    "curl --include --request 'OPTIONS' --request-target '{target}' \
                     --globoff --path-as-is 'http://127.0.0.1:4280'"
                )
            );
        }
    }

    #[test]
    fn save_has_its_fields_and_its_body() {
        let fields =
            [HOST, ("If-Match", "\"v5-d4f8c2a1\""), ("Content-Type", "application/json"), ("Content-Length", "38")];
        let save = exchange("PUT", "/api/documents/welcome", &fields, r#"{"title":"It's","content":"$HOME `x`"}"#);
        assert_eq!(
            curl(&save),
            concat!(
                "curl --include --request 'PUT' --globoff --path-as-is 'http://127.0.0.1:4280/api/documents/welcome' \\\n",
                "  --header 'If-Match: \"v5-d4f8c2a1\"' \\\n",
                "  --header 'Content-Type: application/json' \\\n",
                "  --data-raw '{\"title\":\"It'\\''s\",\"content\":\"$HOME `x`\"}'",
            )
        );
    }

    #[test]
    fn redacted_token_is_an_environment_variable() {
        let read = exchange("GET", "/api/documents/a", &[HOST, ("Authorization", REDACTED), ("Accept", "a/b")], "");
        assert_eq!(
            curl(&read),
            concat!(
                "curl --include --globoff --path-as-is 'http://127.0.0.1:4280/api/documents/a' \\\n",
                "  --header \"Authorization: Bearer $IFMATCH_TOKEN\" \\\n",
                "  --header 'Accept: a/b'",
            )
        );
    }

    #[test]
    fn empty_if_match_is_sent() {
        let save = exchange("DELETE", "/api/documents/a", &[HOST, ("If-Match", "")], "");
        assert!(curl(&save).ends_with("--header 'If-Match;'"), "{}", curl(&save));
    }

    #[test]
    fn body_without_a_type_gets_none_from_curl() {
        let save = exchange("PUT", "/api/documents/a", &[HOST], "@/etc/passwd");
        assert!(curl(&save).ends_with("--header 'Content-Type:' \\\n  --data-raw '@/etc/passwd'"), "{}", curl(&save));
    }

    #[test]
    fn cut_body_is_read_from_a_file() {
        let mut save = exchange("PUT", "/api/documents/a", &[HOST], "{\"half");
        save.request.cut = true;
        assert!(curl(&save).ends_with("--data-binary @body.json"), "{}", curl(&save));
    }

    #[test]
    fn head_is_an_option_of_its_own() {
        assert!(curl(&exchange("HEAD", "/api/documents/a", &[HOST], "")).starts_with("curl --include --head "));
    }

    #[test]
    fn control_characters_are_pasted_as_printable_text() {
        assert_eq!(
            shell_quoted("a\u{1b}[201~\rb\u{9b}"),
            "'a'\"$(printf '\\033')\"'[201~'\"$(printf '\\015')\"'b'\"$(printf '\\302\\233')\"''"
        );
    }

    /// Returns the value of one word in a POSIX shell.
    #[cfg(unix)]
    fn shell_value(word: &str) -> Vec<u8> {
        let script = format!("printf '%s' {word}");
        std::process::Command::new("/bin/sh").arg("-c").arg(script).output().unwrap().stdout
    }

    #[cfg(unix)]
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn shell_reads_back_every_quoted_text(text in "[ -~\n\t\u{1}-\u{1f}é'\"$`\\\\!]{0,24}") {
            prop_assert_eq!(shell_value(&shell_quoted(&text)), text.into_bytes());
        }
    }
}
