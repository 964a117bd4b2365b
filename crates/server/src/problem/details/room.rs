//! The sentences about a room: its participants, and the leader's question.

use contract::Author;

pub(crate) fn name_taken(name: &Author, free: &Author) -> String {
    format!("Another participant has joined as {name}, or the name is reserved. The name {free} is free.")
}

pub(crate) fn name_of_another(name: &Author) -> String {
    format!(
        "Another participant has joined as {name}, so only that participant's token may use the name. Join under \
         another name (POST /api/participants), or send another name in Ifmatch-Author."
    )
}

pub(crate) fn removed(name: &Author) -> String {
    format!(
        "The leader of the room has removed {name}. Nothing was done. Ask the leader to let {name} in again; then the \
         same request can succeed."
    )
}

pub(crate) fn joins_under_other_name(own: &Author) -> String {
    format!("The token already identifies you as {own}. To join under another name, send the room's code instead.")
}

pub(crate) fn not_joined() -> String {
    "Only a participant answers, and the token of the request identifies none. Join under a name first: POST \
     /api/participants, and then send the token that you get."
        .to_owned()
}

pub(crate) fn answer_of_another(own: &Author, name: &Author) -> String {
    format!("The answer of {name} can be written only by {name}, and your token identifies you as {own}.")
}

pub(crate) fn no_random_numbers() -> String {
    "The operating system gave no random numbers, so the server cannot make a token. Nothing was done. Ask the \
     server's operator."
        .to_owned()
}

pub(crate) fn no_such_name() -> String {
    "No participant can have this name: a name is 1 to 64 visible characters with single spaces between them, \
     percent-encoded in a path."
        .to_owned()
}

pub(crate) fn unknown_participant(name: &Author) -> String {
    format!("No client has joined or sent a request as {name}. GET /control/participants lists the names.")
}

pub(crate) fn leads(name: &Author) -> String {
    format!("Nothing was done: {name} has an admin token, and a leader cannot be removed.")
}

pub(crate) fn no_question() -> String {
    "The leader has asked no question, or has withdrawn it.".to_owned()
}

pub(crate) fn question_closed() -> String {
    "The question takes no more answers: its counts are shown. If the room votes again, answer then.".to_owned()
}

pub(crate) fn other_question(id: &str) -> String {
    format!("The leader has asked another question since, whose id is {id}. Read it, then answer it.")
}

pub(crate) fn condition_on_room() -> String {
    "This resource has no versions, so the server has nothing to compare the condition with. Send the request without \
     it."
    .to_owned()
}

pub(crate) fn no_such_choice(choices: usize) -> String {
    format!("choice must be the number of a choice, from 1 to {choices}")
}

pub(crate) fn wrong_round(from: u32, to: u32) -> String {
    if from == to {
        format!("round must be {from} here")
    } else {
        format!("round must be {from}, the current one, or {to} to vote again")
    }
}
