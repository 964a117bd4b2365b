//! One sentence in plain words for an exchange, for people who have never seen a precondition. Pure.
//!
//! The sentence begins with the status, which a room looks at first. It explains which version the request named, which
//! version is current, and whether anything was written.
//!
//! The author of the request is called by name, because several people look at the sentence; a request without an
//! author is from 'anonymous'. Tags keep their quotes, so that readers find them in the messages.

mod facts;
mod reads;
mod refusals;
mod writes;

use contract::{Exchange, fields};

use self::facts::ExchangeFacts;

/// Returns one sentence that explains an exchange.
#[must_use]
pub fn explain(exchange: &Exchange) -> String {
    explain_among(exchange, [])
}

/// Returns one sentence that explains an exchange, with the help of earlier ones.
///
/// A response that names an overwritten version does not name its author. An earlier response about that version does.
#[must_use]
pub fn explain_among<'a>(exchange: &'a Exchange, earlier: impl IntoIterator<Item = &'a Exchange>) -> String {
    let facts = ExchangeFacts::new(exchange, earlier);
    sentence(&facts) + &explain_mistakes(&facts)
}

/// Like [`explain_among`], but without naming the server's deliberate mistakes.
///
/// This is for lessons in which the learner has to find them out. What the mistakes do to this exchange is still taken
/// into account.
#[must_use]
pub fn explain_without_mistakes<'a>(exchange: &'a Exchange, earlier: impl IntoIterator<Item = &'a Exchange>) -> String {
    sentence(&ExchangeFacts::new(exchange, earlier))
}

fn sentence(facts: &ExchangeFacts<'_>) -> String {
    let exchange = facts.exchange;
    let sentence = match exchange.status {
        // What a proxy found is worse than what the status says.
        Some(status) if !exchange.anomalies.is_empty() => format!("{status}: {}", exchange.anomalies[0].sentence),
        None => explain_no_response(facts),
        Some(status @ 200..=299) => format!("{status}{}", explain_success(facts)),
        Some(304) => format!("304: {}", reads::not_modified(facts)),
        Some(status) => format!("{status}: {}", refusals::refusal(status, facts)),
    };
    let background = if exchange.is_prefetch() { " (read in the background, to show what others changed)" } else { "" };
    sentence + background
}

fn explain_success(facts: &ExchangeFacts<'_>) -> String {
    if facts.is_write() { writes::explain_write(facts) } else { reads::explain_read(facts) }
}

/// Explains an exchange without a response: it is still awaited, or it is lost.
fn explain_no_response(facts: &ExchangeFacts<'_>) -> String {
    let Some(lost) = facts.exchange.lost.as_deref() else {
        return "on its way: no response yet".to_owned();
    };
    if facts.exchange.was_not_sent() {
        return format!("the request was {lost}; nothing can have changed");
    }
    if facts.is_write() {
        let write = if facts.exchange.method == "DELETE" { "delete" } else { "save" };
        return format!(
            "no response came ({lost}): the {write} may or may not have been applied; only another request will tell"
        );
    }
    format!("no response came ({lost}): a read changes nothing, so it can safely be repeated")
}

/// Returns a note about the server's deliberate mistakes, or an empty text if it reports none.
fn explain_mistakes(facts: &ExchangeFacts<'_>) -> String {
    let mistakes = facts.response_field(fields::UNSAFE);
    mistakes.map_or_else(String::new, |mistakes| format!(" (this server makes a mistake on purpose: {mistakes})"))
}

#[cfg(test)]
mod tests;
