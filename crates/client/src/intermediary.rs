//! What something between here and the server has done to an answer, and who it was, in words. Pure.
//!
//! The server codes nothing and gives strong tags only, and this client asks for `identity`. So a weak tag, a tag with
//! the mark of a content coding, or a coded body was made on the way. Whoever codes a body has to change its tag (RFC
//! 9110 section 8.8.3.3); but no save with a changed tag can ever succeed, and somebody who merges after such a 412
//! would merge for ever. What helps is to know where to look.
//!
//! Not here: what a changed tag means for an answer, which stands in `outcome`.

use contract::EntityTag;
use precondition::content_coding;

/// What was done to an answer on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transformation {
    /// The tag came weak.
    Weakened(EntityTag),
    /// The tag came with the mark of this content coding.
    Marked(EntityTag, &'static str),
    /// The body came in this content coding, and the tag as if it had not.
    Coded(String),
}

/// What was done to a tag on its way, as far as it shows.
pub(crate) fn tag_transformation(tag: &EntityTag) -> Option<Transformation> {
    if tag.is_weak() {
        return Some(Transformation::Weakened(tag.clone()));
    }
    content_coding::coding_suffix(tag).map(|coding| Transformation::Marked(tag.clone(), coding))
}

/// What the field `Content-Encoding` says was done to a body. It is a list, and may be empty.
pub(crate) fn body_transformation(codings: &str) -> Option<Transformation> {
    let codings = codings.split(',').map(str::trim);
    let done: Vec<&str> = codings.filter(|coding| !matches!(&*coding.to_ascii_lowercase(), "" | "identity")).collect();
    (!done.is_empty()).then(|| Transformation::Coded(done.join(", ")))
}

impl Transformation {
    /// The change as a word for programs.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Weakened(_) => "weakened_etag",
            Self::Marked(..) => "transformed_etag",
            Self::Coded(_) => "coded_body",
        }
    }

    /// What happened, who did it, and what follows: sentences for somebody who wants to save.
    pub(crate) fn describe(&self, who: &Intermediary) -> String {
        let done = match self {
            Self::Weakened(tag) => format!(
                "The tag arrived weak: {tag}. The server gives strong tags only, so a proxy between here and the server \
                 has weakened it, {who}. If-Match never matches a weak tag, so a save with it can never succeed."
            ),
            Self::Marked(tag, coding) => format!(
                "The tag arrived as {tag}. The server never gave that out: a proxy between here and the server has \
                 compressed the text ({coding}) and marked the tag, {who}. So a save with it can never succeed."
            ),
            Self::Coded(coding) => format!(
                "The text arrived compressed ({coding}), although it was asked for plain: a proxy between here and the \
                 server did that, {who}."
            ),
        };
        format!("{done} Switch compression off there for /api, or connect to the server directly.")
    }
}

/// Who stands on the way, by what an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Intermediary(Option<String>);

impl Intermediary {
    /// Reads `X-Varnish`, `Via` and `Server`: the server itself sends none of them.
    pub(crate) fn read<'a>(field: impl Fn(&str) -> Option<&'a [u8]>) -> Self {
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
    /// The signs in brackets, for a sentence; nothing where there are none.
    pub(crate) fn to_parenthetical(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |signs| format!(" ({signs})"))
    }
}

impl std::fmt::Display for Intermediary {
    /// What fits after a comma.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(signs) => write!(f, "and the answer tells which ({signs})"),
            None => f.write_str(
                "and it does not say which it is (when they compress, nginx, HAProxy and Varnish weaken tags, and Apache \
                 httpd adds -gzip)",
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
    fn a_tag_as_the_server_gives_it_and_a_plain_body_are_no_change() {
        for given in ["\"v5-d4f8c2a1\"", "\"h-d4f8c2a1d4f8c2a1\"", "\"\""] {
            assert_eq!(tag_transformation(&tag(given)), None, "{given}");
        }
        for plain in [" Identity", "", ", identity ,"] {
            assert_eq!(body_transformation(plain), None, "{plain}");
        }
    }

    #[test]
    fn each_change_is_known() {
        let weak = tag("W/\"v5-d4f8c2a1-gzip\"");
        assert_eq!(tag_transformation(&weak), Some(Transformation::Weakened(weak.clone())));
        let marked = tag("\"v5-d4f8c2a1-gzip\"");
        assert_eq!(tag_transformation(&marked), Some(Transformation::Marked(marked.clone(), "gzip")));
        for (codings, done) in [("gzip", "gzip"), (" br ", "br"), ("gzip,identity , br", "gzip, br")] {
            assert_eq!(body_transformation(codings), Some(Transformation::Coded(done.to_owned())));
        }
    }

    #[test]
    fn transformation_names_what_arrived_who_did_it_and_effect() {
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
            let told = change.describe(&who);
            let by = "and the answer tells which (its Server says \u{2018}nginx\u{2019})";
            assert!([arrived, by, follows].iter().all(|words| told.contains(words)), "{told}");
        }
    }

    #[test]
    fn each_proxy_is_named_as_it_names_itself() {
        for (lines, said) in [
            (&[("server", " nginx/1.22.1 ")][..], "its Server says \u{2018}nginx/1.22.1\u{2019}"),
            (&[("via", "1.1 varnish (Varnish/7.1)"), ("x-varnish", "32770")], "X-Varnish names Varnish, its Via says"),
            (&[("via", " 1.1 cache ")], "(its Via says \u{2018}1.1 cache\u{2019})"),
            (&[("via", " ")], "does not say which"),
            (&[], "does not say which"),
        ] {
            let lines: Lines<'_> = lines;
            let field = |name: &str| lines.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_bytes());
            let told = Transformation::Weakened(tag("W/\"v5\"")).describe(&Intermediary::read(field));
            assert!(told.contains(said) && told.contains("W/\"v5\"") && told.contains("never succeed"), "{told}");
            assert!(told.ends_with("connect to the server directly."), "{told}");
        }
    }
}
