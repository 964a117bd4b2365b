//! The rules of names, tokens, rows and streams.

use proptest::prelude::*;

use super::*;
use crate::budget::Budgets;

fn participants() -> Participants {
    let budgets = Budgets::default()
        .with(&PARTICIPANTS, 3)
        .with(&ROSTER_CLIENTS, 3)
        .with(&PARTICIPANT_STREAMS, 2)
        .with(&ADDRESS_STREAMS, 3);
    Participants::new(&ServerOptions { budgets, ..ServerOptions::default() }, &Uses::default())
}

fn name(text: &str) -> Author {
    text.parse().unwrap()
}

fn at(minutes: u64) -> Timestamp {
    Timestamp::from_millis(1_795_323_611_000 + minutes * 60_000)
}

fn client(text: &str, joined: bool, last: u8) -> ClientIdentity {
    ClientIdentity { name: name(text), joined, admin: false, address: Some([192, 0, 2, last].into()) }
}

/// Joins with the room's code.
///
/// No other server runs, so a name that is no longer used may become free.
fn join(room: &Participants, text: &str, now: Timestamp) -> Result<Token, JoinError> {
    room.make_room_for_name(now);
    room.join(&client("anonymous", false, 1), &name(text), now, |_| false)
}

fn holder(room: &Participants, token: &Token) -> Option<String> {
    room.holder(&TokenDigest::of(token.expose().as_bytes())).and_then(|holder| holder.name).map(String::from)
}

fn people(room: &Participants, now: Timestamp, has_answered: impl Fn(&Author) -> bool) -> usize {
    room.names_here(now, has_answered).len()
}

fn taken(free: &str) -> Result<Token, JoinError> {
    Err(JoinError::Taken { free: name(free) })
}

#[test]
fn token_identifies_the_name_it_was_given_for() {
    let room = participants();
    let sam = join(&room, "sam", at(0)).unwrap();
    let ann = join(&room, "ann", at(0)).unwrap();
    assert_eq!((holder(&room, &sam).as_deref(), holder(&room, &ann).as_deref()), (Some("sam"), Some("ann")));
    assert_eq!(holder(&room, &"0".repeat(32).parse().unwrap()), None);
    assert_eq!(sam.expose().len(), 32, "128 bits");
}

#[test]
fn name_is_taken_in_any_case_and_a_free_one_is_named() {
    let room = participants();
    join(&room, "Sam", at(0)).unwrap();
    assert_eq!(join(&room, "sam", at(0)), taken("sam-2"));
    join(&room, "SAM-2", at(0)).unwrap();
    assert_eq!(join(&room, "sAm", at(0)), taken("sAm-3"));
    let long = "x".repeat(64);
    join(&room, &long, at(0)).unwrap();
    assert_eq!(join(&room, &long, at(0)), taken(&format!("{}-2", "x".repeat(62))));
}

#[test]
fn name_of_a_token_file_is_reserved() {
    let room = participants();
    let is_reserved = |name: &str| name == "ann";
    let stranger = client("anonymous", false, 1);
    let refused = room.join(&stranger, &name("Ann"), at(0), is_reserved);
    assert_eq!(refused, taken("Ann-2"));
    let own = room.join(&client("ann", true, 1), &name("ann"), at(0), is_reserved).unwrap();
    assert_eq!(holder(&room, &own).as_deref(), Some("ann"));
}

#[test]
fn second_token_of_a_participant_replaces_the_first() {
    let room = participants();
    let first = join(&room, "sam", at(0)).unwrap();
    let second = room.join(&client("sam", true, 1), &name("sam"), at(0), |_| false).unwrap();
    assert_eq!((holder(&room, &first), holder(&room, &second).as_deref()), (None, Some("sam")));
    assert_eq!(room.list().participants.len(), 1);
}

#[test]
fn joined_name_is_only_for_its_token() {
    let room = participants();
    assert_eq!(room.standing(&name("sam"), false), NameStanding::Welcome);
    join(&room, "sam", at(0)).unwrap();
    assert_eq!(room.standing(&name("Sam"), false), NameStanding::Taken);
    assert_eq!(room.standing(&name("sam"), true), NameStanding::Welcome);
    assert_eq!(room.standing(&name("ann"), false), NameStanding::Welcome);
}

#[test]
fn removal_is_undone_by_readmission() {
    let room = participants();
    assert_eq!(room.remove(&name("sam"), at(0)), Err(RemovalError::Unknown));
    assert_eq!(room.readmit(&name("sam")), Err(RemovalError::Unknown));
    join(&room, "sam", at(0)).unwrap();
    assert_eq!(room.remove(&name("SAM"), at(0)), Ok(()));
    for joined in [true, false] {
        assert_eq!(room.standing(&name("sam"), joined), NameStanding::Removed);
    }
    assert_eq!(join(&room, "sam", at(0)), taken("sam-2"));
    assert!(room.list().participants[0].removed);
    assert_eq!((room.remove(&name("sam"), at(0)), room.readmit(&name("sam"))), (Ok(()), Ok(())));
    assert_eq!(room.standing(&name("sam"), true), NameStanding::Welcome);
    assert_eq!(room.readmit(&name("sam")), Ok(()), "it may be repeated");
}

#[test]
fn leader_cannot_be_removed() {
    let room = participants();
    room.saw(&ClientIdentity { admin: true, ..client("ann", true, 1) }, at(0));
    assert_eq!(room.remove(&name("ann"), at(0)), Err(RemovalError::Leader));
}

#[test]
fn unused_name_becomes_free_before_a_name_of_one_who_is_away() {
    let room = participants();
    for (text, minutes) in [("ann", 0), ("bob", 1), ("carol", 2)] {
        join(&room, text, at(minutes)).unwrap();
    }
    for (text, minutes) in [("ann", 3), ("carol", 4)] {
        room.saw(&client(text, true, 1), at(minutes));
    }
    let names = |room: &Participants| -> Vec<String> {
        room.list().participants.into_iter().map(|row| row.name.into()).collect()
    };
    join(&room, "dan", at(5)).unwrap();
    room.saw(&client("dan", true, 1), at(5));
    assert_eq!(names(&room), ["ann", "carol", "dan"], "bob never used his token");
    assert_eq!(join(&room, "eve", at(13)), Err(JoinError::Full), "all are here");
    let stream = room.open_stream(&client("ann", true, 1)).unwrap();
    join(&room, "eve", at(15)).unwrap();
    assert_eq!(names(&room), ["ann", "dan", "eve"], "ann has a stream");
    room.close_stream(&stream);
}

#[test]
fn name_stays_while_its_participant_may_be_at_another_server() {
    let room = participants();
    for text in ["ann", "bob", "carol"] {
        join(&room, text, at(0)).unwrap();
    }
    room.note_other_server(at(20));
    assert_eq!(join(&room, "dan", at(29)), Err(JoinError::Full), "another server ran, at which they may be");
    room.saw(&client("ann", true, 1), at(29));
    for text in ["dan", "eve"] {
        join(&room, text, at(31)).unwrap();
    }
    assert_eq!(join(&room, "fay", at(31)).map(drop), Ok(()), "dan has joined since, and never used his token");
    let names: Vec<String> = room.list().participants.into_iter().map(|row| row.name.into()).collect();
    assert_eq!(names, ["ann", "eve", "fay"]);
}

#[test]
fn full_room_frees_no_name_by_itself() {
    let room = participants();
    for text in ["ann", "bob", "carol"] {
        join(&room, text, at(0)).unwrap();
    }
    let refused = room.join(&client("anonymous", false, 1), &name("dan"), at(60), |_| false);
    assert_eq!(refused, Err(JoinError::Full));
}

#[test]
fn clients_with_one_name_are_told_apart_by_address() {
    let room = participants();
    for (text, last, minutes) in [("bob", 1, 0), ("bob", 2, 1), ("bob", 1, 2)] {
        room.saw(&client(text, false, last), at(minutes));
    }
    let rows: Vec<_> =
        room.list().participants.into_iter().map(|row| (row.order, row.address, row.last_seen)).collect();
    assert_eq!(rows, [(1, Some("192.0.2.1".to_owned()), at(2)), (2, Some("192.0.2.2".to_owned()), at(1))]);
}

#[test]
fn participant_is_one_row_with_its_last_address() {
    let room = participants();
    join(&room, "sam", at(0)).unwrap();
    room.saw(&client("sam", true, 7), at(1));
    room.saw(&client("sam", true, 8), at(2));
    let rows = room.list().participants;
    assert_eq!((rows.len(), rows[0].joined, rows[0].address.as_deref()), (1, true, Some("192.0.2.8")));
}

#[test]
fn rows_of_strangers_are_bounded_and_displace_no_participant() {
    let room = participants();
    join(&room, "sam", at(0)).unwrap();
    for number in 0..100_u64 {
        room.saw(&client(&format!("n{number}"), false, 1), at(number));
    }
    let names: Vec<String> = room.list().participants.into_iter().map(|row| row.name.into()).collect();
    assert_eq!(names, ["sam", "n97", "n98", "n99"]);
}

#[test]
fn streams_are_bounded_by_participant_and_by_address() {
    let room = participants();
    join(&room, "sam", at(0)).unwrap();
    let sam = client("sam", true, 1);
    let open: Vec<_> = (0..2).map(|_| room.open_stream(&sam).unwrap()).collect();
    assert_eq!(room.open_stream(&sam).unwrap_err().name, "participant-streams");
    let strangers: Vec<_> = ["a", "b", "c"].map(|text| room.open_stream(&client(text, false, 1)).unwrap()).into();
    assert_eq!(room.open_stream(&client("d", false, 1)).unwrap_err().name, "address-streams");
    let elsewhere = room.open_stream(&client("d", false, 2)).unwrap();
    let leader = room.open_stream(&ClientIdentity { admin: true, ..client("e", false, 1) }).unwrap();
    for stream in open.into_iter().chain(strangers).chain([elsewhere, leader]) {
        room.close_stream(&stream);
    }
    assert!(room.roster().streams.is_empty());
    let again = room.open_stream(&sam).unwrap();
    room.close_stream(&again);
}

#[test]
fn people_are_participants_who_are_here() {
    let room = participants();
    let has_not_answered = |_: &Author| false;
    join(&room, "sam", at(0)).unwrap();
    join(&room, "ann", at(0)).unwrap();
    room.saw(&client("curl", false, 1), at(0));
    assert_eq!(people(&room, at(1), has_not_answered), 2);
    assert_eq!(people(&room, at(11), has_not_answered), 0, "both are away");
    assert_eq!(people(&room, at(11), |name| name.as_str() == "ann"), 1);
    let stream = room.open_stream(&client("sam", true, 1)).unwrap();
    assert_eq!(people(&room, at(11), has_not_answered), 1);
    room.remove(&name("sam"), at(11)).unwrap();
    assert_eq!(people(&room, at(11), has_not_answered), 0);
    room.close_stream(&stream);
}

/// An editor with the room's code sends the author's name, and joins only when it answers.
#[test]
fn client_that_listens_under_a_name_counts_before_it_joins() {
    let room = Participants::new(&ServerOptions::default(), &Uses::default());
    let people = || people(&room, at(1), |_| false);
    let open = |client: &ClientIdentity| {
        room.saw(client, at(0));
        room.open_stream(client).unwrap()
    };
    let kim = client("kim", false, 1);
    room.saw(&kim, at(0));
    assert_eq!(people(), 0, "it sends requests, but would not hear of a question");
    let stream = room.open_stream(&kim).unwrap();
    assert_eq!(people(), 1);
    let nameless = open(&client(ANONYMOUS, false, 2));
    let leader = open(&ClientIdentity { admin: true, ..client("lee", false, 3) });
    assert_eq!(people(), 1, "neither would answer");
    room.led(&kim);
    assert_eq!(people(), 0, "it asks the room");
    let kim = client("kim", false, 4);
    let kims = open(&kim);
    assert_eq!(people(), 1, "another client under the same name");
    // The stream was opened before kim joined, and stays open.
    join(&room, "kim", at(1)).unwrap();
    assert_eq!(people(), 1);
    room.remove(&name("kim"), at(1)).unwrap();
    assert_eq!(people(), 0);
    for stream in [stream, nameless, leader, kims] {
        room.close_stream(&stream);
    }
}

proptest! {
    /// No two tokens ever identify the same name, and each identifies the name that it was given for.
    #[test]
    fn a_name_has_one_token(joins in proptest::collection::vec(("[abAB]{1,2}", 0_u64..40), 1..30)) {
        let room = participants();
        let mut given: Vec<(String, Token)> = Vec::new();
        for (text, minutes) in joins {
            if let Ok(token) = join(&room, &text, at(minutes)) {
                given.push((text, token));
            }
            let held: Vec<String> = given.iter().filter_map(|(_, token)| holder(&room, token)).collect();
            let mut folded: Vec<String> = held.iter().map(|name| name.to_lowercase()).collect();
            folded.sort();
            folded.dedup();
            prop_assert_eq!(folded.len(), held.len());
            prop_assert!(held.len() <= 3);
            for (text, token) in &given {
                prop_assert!(holder(&room, token).is_none_or(|name| name == *text));
            }
        }
    }
}
