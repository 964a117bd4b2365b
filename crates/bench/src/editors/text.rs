//! The texts that the editors open, as files and as documents.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::error::Error;
use crate::requests;
use crate::response_head::{field, parse_head};

/// The first word of each text.
pub(super) const FIRST_WORD: &str = "FIRST";

/// The length of a line, with its line feed.
pub(super) const LINE_BYTES: usize = 50;

/// The length of the text that is a single line.
const LONG_LINE_BYTES: usize = 1024 * 1024;

/// The length of a word in that line, with the space before it.
const LONG_WORD_BYTES: usize = 11;

/// A text to open.
pub(super) struct SampleText {
    /// The name of the file and of the document.
    pub(super) name: &'static str,
    /// The number of lines.
    ///
    /// A text of one line has [`LONG_LINE_BYTES`], or only its first word if it is `EMPTY`.
    lines: usize,
}

impl SampleText {
    /// A text to compare the memory with.
    pub(super) const EMPTY: Self = Self { name: "empty", lines: 0 };

    /// Returns the texts of a whole run.
    pub(super) fn all() -> Vec<Self> {
        vec![
            Self { name: "1,000-lines", lines: 1000 },
            Self { name: "10,000-lines", lines: 10_000 },
            Self { name: "100,000-lines", lines: 100_000 },
            Self { name: "a-line-of-1-MiB", lines: 1 },
        ]
    }

    /// Returns the text of a run whose numbers mean nothing.
    pub(super) fn smoke() -> Vec<Self> {
        vec![Self { name: "100-lines", lines: 100 }]
    }

    /// Returns the texts that are merged.
    pub(super) fn merged() -> Vec<Self> {
        Self::all().into_iter().filter(|text| text.lines >= 10_000).collect()
    }

    /// Returns the text.
    pub(super) fn content(&self) -> String {
        match self.lines {
            0 => format!("{FIRST_WORD}\n"),
            1 => {
                let mut line = FIRST_WORD.to_owned();
                for word in 0.. {
                    if line.len() + LONG_WORD_BYTES + 1 > LONG_LINE_BYTES {
                        break;
                    }
                    write!(line, " word{word:06}").ok();
                }
                line + "\n"
            }
            lines => {
                let mut text = String::with_capacity(lines * LINE_BYTES);
                for line in 0..lines {
                    let first = if line == 0 { FIRST_WORD } else { "line" };
                    let words = format!("{first} {line:06}");
                    writeln!(text, "{words:<width$}.", width = LINE_BYTES - 2).ok();
                }
                text
            }
        }
    }
}

/// Creates a document with the text.
///
/// # Errors
///
/// If the server does not create it.
pub(super) fn publish(server: SocketAddr, text: &SampleText) -> Result<(), Error> {
    save(server, &document(text.name), &text.content(), ("If-None-Match", "*")).map(drop)
}

/// Writes a document under a condition. Returns the tag of the new version.
///
/// # Errors
///
/// If the server does not write it.
pub(super) fn save(
    server: SocketAddr,
    document: &str,
    content: &str,
    condition: (&str, &str),
) -> Result<String, Error> {
    let mut request = Vec::new();
    requests::put(&mut request, document, "bench", Some(condition), &content.replace('\n', "\\n"));
    let failed = || Error::while_doing("the document cannot be written");
    let mut stream = TcpStream::connect(server).map_err(failed())?;
    stream.write_all(&request).map_err(failed())?;
    let (mut response, mut bytes) = (Vec::new(), [0; 4096]);
    let head = loop {
        if let Some(head) = parse_head(&response) {
            break head;
        }
        match stream.read(&mut bytes).map_err(failed())? {
            0 => return Err(failed()(ErrorKind::UnexpectedEof.into())),
            count => response.extend_from_slice(&bytes[..count]),
        }
    };
    match field(&response[..head.length], b"etag") {
        Some(tag) if [200, 201, 204].contains(&head.status) => Ok(String::from_utf8_lossy(tag).into_owned()),
        _ => Err(Error::Answer { what: "a save".to_owned(), status: head.status }),
    }
}

/// Returns the name of the document with a text. Names of documents have no commas.
pub(super) fn document(name: &str) -> String {
    name.replace(',', "").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_lines_and_sizes() {
        let sizes = SampleText::all()
            .iter()
            .map(|text| (text.content().lines().count(), text.content().len()))
            .collect::<Vec<_>>();
        assert_eq!(sizes[..3], [(1000, 50_000), (10_000, 500_000), (100_000, 5_000_000)]);
        assert_eq!(sizes[3].0, 1);
        assert!((LONG_LINE_BYTES - 20..=LONG_LINE_BYTES).contains(&sizes[3].1), "{}", sizes[3].1);
    }
}
