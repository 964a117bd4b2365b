//! The changes that an intermediary (a proxy or a gateway) made to a response, and its name, in words.
//!
//! The server applies no content coding and sends strong tags only, and this client accepts `identity` only. So a weak
//! tag, a tag with the suffix of a content coding, or a coded body is the work of an intermediary. An intermediary that
//! codes a body has to change its tag (RFC 9110 section 8.8.3.3). But a save with a changed tag can never succeed: each
//! merge after its 412 would end in another 412. The sentences tell the user what to reconfigure.

use contract::EntityTag;
use precondition::content_coding;

/// A change that an intermediary made to a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transformation {
    /// The tag is weak.
    Weakened(EntityTag),
    /// The tag has the suffix of this content coding.
    Marked(EntityTag, &'static str),
    /// The body has this content coding, and the tag does not show it.
    Coded(String),
}

/// Returns the change that is visible in a tag, or `None` if there is none.
#[must_use]
pub fn tag_transformation(tag: &EntityTag) -> Option<Transformation> {
    if tag.is_weak() {
        return Some(Transformation::Weakened(tag.clone()));
    }
    content_coding::coding_suffix(tag).map(|coding| Transformation::Marked(tag.clone(), coding))
}

/// Returns the change that is visible in `Content-Encoding`, or `None` if the value lists no coding.
#[must_use]
pub fn body_transformation(codings: &str) -> Option<Transformation> {
    let codings = codings.split(',').map(str::trim);
    let done: Vec<&str> = codings.filter(|coding| !matches!(&*coding.to_ascii_lowercase(), "" | "identity")).collect();
    (!done.is_empty()).then(|| Transformation::Coded(done.join(", ")))
}

impl Transformation {
    /// Returns the change as a word for programs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Weakened(_) => "weakened_etag",
            Self::Marked(..) => "transformed_etag",
            Self::Coded(_) => "coded_body",
        }
    }

    /// Returns sentences for a user who wants to save: the change, the intermediary, and the remedy.
    #[must_use]
    pub fn describe(&self, who: &Intermediary) -> String {
        let done = match self {
            Self::Weakened(tag) => format!(
                "The tag arrived weak: {tag}. The server sends strong tags only, so a proxy between here and the server \
                 weakened it, {who}. If-Match never matches a weak tag, so a save with it can never succeed."
            ),
            Self::Marked(tag, coding) => format!(
                "The tag arrived as {tag}, which the server never issued: a proxy between here and the server compressed \
                 the text ({coding}) and marked the tag, {who}. So a save with it can never succeed."
            ),
            Self::Coded(coding) => format!(
                "The text arrived compressed ({coding}), although this client accepts plain text only: a proxy between \
                 here and the server compressed it, {who}."
            ),
        };
        format!("{done} Switch off the proxy's compression for /api, or connect to the server directly.")
    }
}

/// The signs of an intermediary in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intermediary(Option<String>);

impl Intermediary {
    /// Reads the signs from `X-Varnish`, `Via` and `Server`, which the server itself never sends.
    ///
    /// `field` returns the value of a field of the response.
    pub fn read<'a>(field: impl Fn(&str) -> Option<&'a [u8]>) -> Self {
        let text = |name| field(name).map(String::from_utf8_lossy).filter(|value| !value.trim().is_empty());
        let mut signs = Vec::new();
        if field("x-varnish").is_some() {
            signs.push("its X-Varnish names Varnish".to_owned());
        }
        signs.extend(text("via").map(|via| format!("its Via says \u{2018}{}\u{2019}", via.trim())));
        signs.extend(text("server").map(|server| format!("its Server says \u{2018}{}\u{2019}", server.trim())));
        Self((!signs.is_empty()).then(|| signs.join(", ")))
    }
}

impl Intermediary {
    /// Returns the signs in parentheses after a space, or an empty text if there are none.
    #[must_use]
    pub fn to_parenthetical(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |signs| format!(" ({signs})"))
    }
}

impl std::fmt::Display for Intermediary {
    /// Writes a clause that fits after a comma.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(signs) => write!(f, "as the response shows ({signs})"),
            None => f.write_str(
                "which does not name itself (when they compress, nginx, HAProxy and Varnish weaken tags, and Apache httpd \
                 adds -gzip)",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Lines<'a> = &'a [(&'a str, &'a str)];

    fn tag(text: &str) -> EntityTag {
        text.parse().unwrap()
    }

    #[test]
    fn strong_tag_and_plain_body_are_not_transformations() {
        for given in ["\"v5-d4f8c2a1\"", "\"h-d4f8c2a1d4f8c2a1\"", "\"\""] {
            assert_eq!(tag_transformation(&tag(given)), None, "{given}");
        }
        for plain in [" Identity", "", ", identity ,"] {
            assert_eq!(body_transformation(plain), None, "{plain}");
        }
    }

    #[test]
    fn each_transformation_is_detected() {
        let weak = tag("W/\"v5-d4f8c2a1-gzip\"");
        assert_eq!(tag_transformation(&weak), Some(Transformation::Weakened(weak.clone())));
        let marked = tag("\"v5-d4f8c2a1-gzip\"");
        assert_eq!(tag_transformation(&marked), Some(Transformation::Marked(marked.clone(), "gzip")));
        for (codings, done) in [("gzip", "gzip"), (" br ", "br"), ("gzip,identity , br", "gzip, br")] {
            assert_eq!(body_transformation(codings), Some(Transformation::Coded(done.to_owned())));
        }
    }

    #[test]
    fn description_has_change_intermediary_and_remedy() {
        let who = Intermediary::read(|name| (name == "server").then_some(b"nginx"));
        for (change, arrived, follows) in [
            (Transformation::Weakened(tag("W/\"v5\"")), "arrived weak: W/\"v5\"", "a save with it can never succeed"),
            (
                Transformation::Marked(tag("\"v5-br\""), "br"),
                "arrived as \"v5-br\"",
                "a save with it can never succeed",
            ),
            (
                Transformation::Marked(tag("\"v5-br\""), "br"),
                "compressed the text (br)",
                "connect to the server directly",
            ),
            (Transformation::Coded("br".to_owned()), "arrived compressed (br)", "connect to the server directly"),
        ] {
            let text = change.describe(&who);
            let by = "as the response shows (its Server says \u{2018}nginx\u{2019})";
            assert!([arrived, by, follows].iter().all(|words| text.contains(words)), "{text}");
        }
    }

    #[test]
    fn description_quotes_the_names_of_proxies() {
        for (lines, said) in [
            (&[("server", " nginx/1.22.1 ")][..], "its Server says \u{2018}nginx/1.22.1\u{2019}"),
            (&[("via", "1.1 varnish (Varnish/7.1)"), ("x-varnish", "32770")], "X-Varnish names Varnish, its Via says"),
            (&[("via", " 1.1 cache ")], "(its Via says \u{2018}1.1 cache\u{2019})"),
            (&[("via", " ")], "does not name itself"),
            (&[], "does not name itself"),
        ] {
            let lines: Lines<'_> = lines;
            let field = |name: &str| lines.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_bytes());
            let text = Transformation::Weakened(tag("W/\"v5\"")).describe(&Intermediary::read(field));
            assert!(text.contains(said) && text.contains("W/\"v5\"") && text.contains("never succeed"), "{text}");
            assert!(text.ends_with("connect to the server directly."), "{text}");
        }
    }
}
