//! One sentence of plain words for an exchange, for people who have never seen a precondition. Pure.
//!
//! The sentence says what the answer means *here*: which version was named, which one stands, and whether anything was
//! written. It begins with the status, because that is what everybody in the room is looking at.
//!
//! Whoever asked is 'you'. Tags are shown as they stand in the message, in quotes, so that they can be found again.

mod facts;
mod reads;
mod refusals;
mod writes;

use contract::{Exchange, fields};

use self::facts::ExchangeFacts;

/// What an exchange means, in one sentence.
#[must_use]
pub fn explain(exchange: &Exchange) -> String {
    explain_among(exchange, [])
}

/// The same, for somebody who has seen the exchanges before it.
///
/// An answer that says which version was buried does not say whose it was. Somebody who saw that version being written
/// knows.
#[must_use]
pub fn explain_among<'a>(exchange: &'a Exchange, earlier: impl IntoIterator<Item = &'a Exchange>) -> String {
    let facts = ExchangeFacts::new(exchange, earlier);
    let sentence = match exchange.status {
        None => explain_no_response(&facts),
        Some(status @ 200..=299) => format!("{status}{}", explain_success(&facts)),
        Some(304) => format!("304: {}", reads::not_modified(&facts)),
        Some(status) => format!("{status}: {}", refusals::refusal(status, &facts)),
    };
    sentence + &explain_client_error(&facts)
}

fn explain_success(facts: &ExchangeFacts<'_>) -> String {
    if facts.is_write() { writes::explain_write(facts) } else { reads::explain_read(facts) }
}

/// No status: it is on its way, or will never come.
fn explain_no_response(facts: &ExchangeFacts<'_>) -> String {
    let Some(lost) = facts.exchange.lost.as_deref() else {
        return "on its way: no answer yet".to_owned();
    };
    if facts.exchange.was_not_sent() {
        return format!("the request was {lost}; nothing can have changed");
    }
    if facts.is_write() {
        let what = if facts.exchange.method == "DELETE" { "delete" } else { "save" };
        return format!(
            "no answer came ({lost}): the {what} may or may not have been applied, and only asking again will tell"
        );
    }
    format!("no answer came ({lost}): a read changes nothing, so it can be repeated without a thought")
}

/// A server that is wrong on purpose says so in every answer.
fn explain_client_error(facts: &ExchangeFacts<'_>) -> String {
    let mistake = facts.response_field(fields::UNSAFE);
    mistake.map_or_else(String::new, |mistake| format!(" (a mistake is switched on in this server: {mistake})"))
}

#[cfg(test)]
mod tests;
