//! The part of the roster that all servers of a store share: who has joined, and who is removed.
//!
//! When a participant was last seen, and the event streams, belong to one server each.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use contract::{Author, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Participants, Removal, Roster, Row};
use crate::budget::{PARTICIPANTS, Uses};
use crate::options::tokens::TokenDigest;
use crate::state::shared_cell::SharedCell;

/// The names that are in use or removed, on all servers.
#[derive(Serialize, Deserialize)]
struct SharedRoster {
    joined: Vec<JoinedName>,
    /// The removed names, by their [folded](Author::folded) form.
    removed: BTreeMap<String, Removal>,
}

/// A participant with a token that a server has given out.
#[derive(Serialize, Deserialize)]
struct JoinedName {
    name: Author,
    token: TokenDigest,
    admin: bool,
    /// Whether only this token may use the name.
    ///
    /// It is false if the name belongs to a token of the start, too.
    is_taken: bool,
    at: Timestamp,
}

impl SharedCell for Participants {
    const NAME: &str = "roster";

    fn fork(&self) -> Self {
        Self {
            roster: Mutex::new(self.roster().clone()),
            has_names: AtomicBool::new(self.has_names.load(Ordering::Acquire)),
            removals: watch::Sender::default(),
            limits: self.limits,
            uses: Uses::default(),
        }
    }

    fn to_json(&self) -> String {
        serde_json::to_string(&self.roster().shared()).unwrap_or_default()
    }

    fn adopt(&self, json: &str, _: u64) -> Result<(), serde_json::Error> {
        let shared: SharedRoster = serde_json::from_str(json)?;
        let mut roster = self.roster();
        let is_other = shared.removed.len() != roster.removed.len()
            || shared.removed.keys().any(|name| !roster.removed.contains_key(name));
        roster.adopt(shared);
        self.uses.set(&PARTICIPANTS, roster.taken.len());
        if !roster.taken.is_empty() || !roster.removed.is_empty() {
            self.has_names.store(true, Ordering::Release);
        }
        if is_other {
            // Under the lock, as for a removal at this server.
            self.removals.send_modify(|count| *count += 1);
        }
        Ok(())
    }
}

impl Roster {
    fn shared(&self) -> SharedRoster {
        let joined = self.rows.iter().filter_map(|(order, row)| {
            let is_taken = self.taken.get(&row.name.folded()) == Some(order);
            let (name, admin, at) = (row.name.clone(), row.admin, row.first_seen);
            Some(JoinedName { name, token: row.token?, admin, is_taken, at })
        });
        let mut joined: Vec<_> = joined.collect();
        joined.sort_unstable_by(|one, other| (one.at, one.name.as_str()).cmp(&(other.at, other.name.as_str())));
        SharedRoster { joined, removed: self.removed.clone().into_iter().collect() }
    }

    fn adopt(&mut self, SharedRoster { joined, removed }: SharedRoster) {
        let names: HashSet<&str> = joined.iter().map(|joined| joined.name.as_str()).collect();
        let gone = self.rows.iter().filter(|(_, row)| row.token.is_some() && !names.contains(row.name.as_str()));
        let gone: Vec<u64> = gone.map(|(order, _)| *order).collect();
        for order in gone {
            self.forget(order);
        }
        for JoinedName { name, token, admin, is_taken, at } in joined {
            let folded = name.folded();
            let order = self.find(&name, |row| row.joined).unwrap_or_else(|| {
                self.add(Row {
                    name,
                    joined: true,
                    token: None,
                    admin,
                    address: None,
                    first_seen: at,
                    last_seen: at,
                    used: false,
                    streams: 0,
                })
            });
            self.set_token(order, token);
            if let Some(row) = self.rows.get_mut(&order) {
                // All servers return the same text.
                (row.first_seen, row.admin) = (at, admin);
            }
            if is_taken {
                self.taken.insert(folded, order);
            }
        }
        self.removed = removed.into_iter().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::ServerOptions;
    use crate::state::participants::{ClientIdentity, JoinError, NameStanding};

    fn participants() -> Participants {
        Participants::new(&ServerOptions::default(), &Uses::default())
    }

    fn name(text: &str) -> Author {
        text.parse().unwrap()
    }

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_millis(1_795_323_611_000 + minutes * 60_000)
    }

    /// Changes one server's roster, and has the other adopt it.
    fn change<T>(on: &Participants, other: &Participants, change: impl Fn(&Participants) -> T) -> T {
        let fork = on.fork();
        let result = change(&fork);
        for server in [on, other] {
            server.adopt(&fork.to_json(), 1).unwrap();
            assert_eq!(server.to_json(), fork.to_json());
        }
        result
    }

    #[test]
    fn name_of_one_server_is_taken_on_the_other() {
        let (one, other) = (participants(), participants());
        let stranger = ClientIdentity { name: name("anonymous"), joined: false, admin: false, address: None };
        let token = change(&one, &other, |room| room.join(&stranger, &name("Sam"), at(0), |_| false)).unwrap();
        let digest = TokenDigest::of(token.expose().as_bytes());
        assert_eq!(other.holder(&digest).unwrap().name, Some(name("Sam")));
        assert_eq!(other.standing(&name("sam"), false), NameStanding::Taken);
        let refused = other.fork().join(&stranger, &name("sam"), at(1), |_| false);
        assert_eq!(refused, Err(JoinError::Taken { free: name("sam-2") }));
        // A new token of the same participant replaces the first, on both servers.
        let own = ClientIdentity { name: name("Sam"), joined: true, ..stranger };
        let second = change(&other, &one, |room| room.join(&own, &name("Sam"), at(2), |_| false)).unwrap();
        assert_eq!(one.holder(&digest), None);
        assert!(one.holder(&TokenDigest::of(second.expose().as_bytes())).is_some());
        assert_eq!(one.list().participants.len(), 1);
    }

    #[test]
    fn removal_holds_on_both_servers_and_is_noticed() {
        let (one, other) = (participants(), participants());
        let stranger = ClientIdentity { name: name("anonymous"), joined: false, admin: false, address: None };
        change(&one, &other, |room| room.join(&stranger, &name("sam"), at(0), |_| false)).unwrap();
        let mut removals = other.removals();
        removals.mark_unchanged();
        change(&one, &other, |room| room.remove(&name("sam"), at(1))).unwrap();
        assert!(removals.has_changed().unwrap());
        assert_eq!(other.standing(&name("sam"), true), NameStanding::Removed);
        change(&other, &one, |room| room.readmit(&name("sam"))).unwrap();
        assert_eq!(one.standing(&name("sam"), true), NameStanding::Welcome);
    }

    #[test]
    fn what_only_this_server_knows_is_kept() {
        let (one, other) = (participants(), participants());
        let stranger = ClientIdentity { name: name("kim"), joined: false, admin: false, address: None };
        one.saw(&stranger, at(0));
        let stream = one.open_stream(&stranger).unwrap();
        change(&other, &one, |room| room.join(&stranger, &name("sam"), at(0), |_| false)).unwrap();
        let rows: Vec<_> = one.list().participants.into_iter().map(|row| (row.name.to_string(), row.streams)).collect();
        assert_eq!(rows, [("kim".to_owned(), 1), ("sam".to_owned(), 0)]);
        one.close_stream(&stream);
    }
}
