//! The bodies of HTML forms (`application/x-www-form-urlencoded`, in the URL standard).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The members of a form, in order.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Parses a body. Any bytes are a form; those that are not UTF-8 are replaced.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body);
        let members = body.split('&').filter(|member| !member.is_empty()).map(|member| {
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            (decoded(name), decoded(value))
        });
        Self(members.collect())
    }

    /// Returns the first member with this name, without white space around it.
    ///
    /// `None` if there is none, or if it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(member, _)| member == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }
}

fn decoded(text: &str) -> String {
    let text: Cow<'_, str> = if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_decoded_as_the_url_standard_says() {
        let form = Form::parse(b"name=Zo%C3%AB+Q&code=+kudop%2Dlirat+&empty=&a&name=other&plus=1%2B1&bad=%zz%ff");
        assert_eq!(form.get("name"), Some("Zo\u{eb} Q"));
        assert_eq!((form.get("code"), form.get("plus")), (Some("kudop-lirat"), Some("1+1")));
        assert_eq!((form.get("empty"), form.get("a"), form.get("none")), (None, None, None));
        assert_eq!(form.get("bad"), Some("%zz\u{fffd}"));
    }
}
