//! The wire panel: the recorded traffic, how it is shown, and which exchange is selected.
//!
//! While the panel has the keys, the selection is an exchange and never a row of the list: new exchanges and a filter
//! do not move it to another one. If the selected exchange is no longer shown, none is selected, and a key that would
//! act on it does nothing. While the panel does not have the keys, the selection follows the newest exchange, unless
//! the user chose another one.
//!
//! A leader's panel always has the keys. As soon as a request is held, it is selected, and a key acts on it. While none
//! waits, the selection follows the newest exchange, unless the leader has moved it.
//!
//! After a key has released requests, the selection moves on to the next held request, now or when it arrives, unless
//! the user moves it first.

use traffic::{Entry, Filter, FoldedReads, Traffic, TrafficLimits};

use crate::scroll::moved_selection;

/// How the panel shows the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PanelMode {
    /// Not at all.
    Off,
    /// Each exchange in a line.
    List,
    /// As a sequence diagram.
    Sequence,
}

impl PanelMode {
    /// Returns the mode after a press of the panel's key.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Off => Self::List,
            Self::List => Self::Sequence,
            Self::Sequence => Self::Off,
        }
    }
}

/// The selection in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selection {
    /// The newest exchange that is shown, which changes with each new one.
    Newest,
    /// The exchange with this number, as long as it is shown.
    Exchange(u64),
    /// The held request with this number, in a room, until it is released.
    Waiting(u64),
    /// No exchange: when the panel got the keys, none was shown.
    Nothing,
}

/// The traffic, and the selection in it.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) traffic: Traffic,
    selected: Selection,
    /// The requests that the last key released, from which the selection moves on.
    released: Vec<u64>,
}

impl Default for Wire {
    fn default() -> Self {
        Self { traffic: Traffic::new(TrafficLimits::SESSION), selected: Selection::Newest, released: Vec::new() }
    }
}

impl Wire {
    /// Returns the wire of a session without clients, which shows the server's record.
    pub(crate) fn of_server_record() -> Self {
        Self { traffic: Traffic::of_server_record(TrafficLimits::SESSION), ..Self::default() }
    }

    /// Shows only what a filter matches from now on, or everything if there is no filter.
    ///
    /// If the filter hides the selected exchange, the newest one that is shown is selected.
    pub(crate) fn set_filter(&mut self, filter: Option<Filter>) {
        self.traffic.set_filter(filter);
        if self.chosen().is_none() {
            self.selected = Selection::Newest;
        }
    }

    /// Returns the number of the selected exchange, unless it is selected only as the newest.
    ///
    /// Returns `None` if the filter hides the exchange.
    pub(crate) fn chosen(&self) -> Option<u64> {
        match self.selected {
            Selection::Exchange(number) | Selection::Waiting(number) => {
                self.traffic.is_visible(number).then_some(number)
            }
            Selection::Newest | Selection::Nothing => None,
        }
    }

    /// Returns which reads in the background are not shown, since a later one represents them.
    ///
    /// To select one of them shows all of its run.
    pub(crate) fn folds(&self) -> FoldedReads {
        FoldedReads::of(&self.traffic, self.chosen())
    }

    /// Returns the number of the selected exchange, or `None` if none is selected.
    pub(crate) fn selected_number(&self) -> Option<u64> {
        if self.selected == Selection::Newest { self.traffic.newest_visible() } else { self.chosen() }
    }

    /// Returns the selected exchange, or `None` if none is selected.
    pub(crate) fn selected(&self) -> Option<&Entry> {
        self.selected_number().and_then(|number| self.traffic.entry(number))
    }

    /// Moves the selection, towards the newest if `by` is positive.
    ///
    /// If no exchange is selected, the selection begins at an end of the list.
    pub(crate) fn select(&mut self, by: isize) {
        self.released.clear();
        let numbers: Vec<_> = self.traffic.visible_entries().map(|entry| entry.exchange.number).collect();
        let selected = self.selected_number();
        let at = numbers.iter().position(|number| Some(*number) == selected);
        if let Some(number) = numbers.get(moved_selection(at, by, numbers.len())) {
            self.selected = Selection::Exchange(*number);
        }
    }

    /// Selects the exchange with that number.
    pub(crate) fn choose(&mut self, number: u64) {
        self.released.clear();
        self.selected = Selection::Exchange(number);
    }

    /// Selects the newest.
    pub(crate) fn follow(&mut self) {
        self.released.clear();
        self.selected = Selection::Newest;
    }

    /// Notes which requests a key has released.
    pub(crate) fn on_released(&mut self, released: Vec<u64>) {
        self.released = released;
    }

    /// Returns whether a key has released requests, and the selection has not moved on since.
    pub(crate) fn has_released(&self) -> bool {
        !self.released.is_empty()
    }

    /// Moves the selection from requests that were released to the next held one, if there is one yet.
    ///
    /// `held` are the held requests in their order. The next one is after the selected one, or else the first.
    pub(crate) fn move_on(&mut self, held: &[u64]) {
        if !self.has_released() {
            return;
        }
        let selected = self.selected_number().unwrap_or_default();
        let waits = |number: &&u64| !self.released.contains(*number) && self.traffic.is_visible(**number);
        let waiting: Vec<u64> = held.iter().filter(waits).copied().collect();
        if let Some(next) = waiting.iter().find(|number| **number > selected).or(waiting.first()) {
            self.released.clear();
            self.selected = match self.selected {
                Selection::Waiting(_) => Selection::Waiting(*next),
                _ => Selection::Exchange(*next),
            };
        }
    }

    /// Updates the selection in a room after an event. `held` are the held requests in their order.
    pub(crate) fn keep_room_selection(&mut self, held: &[u64]) {
        let first_waiting = || held.iter().find(|number| self.traffic.is_visible(**number));
        let waiting_or_newest = || first_waiting().map_or(Selection::Newest, |number| Selection::Waiting(*number));
        self.selected = match self.selected {
            Selection::Waiting(number) if held.contains(&number) && self.traffic.is_visible(number) => self.selected,
            // Nothing waits any more, so the leader's next key is not about what was released.
            Selection::Exchange(number) if held.is_empty() && self.released.contains(&number) => Selection::Newest,
            Selection::Exchange(number)
                if self.traffic.is_visible(number) && self.traffic.newest_visible() != Some(number) =>
            {
                self.selected
            }
            _ => waiting_or_newest(),
        };
    }

    /// Updates the selection after an event.
    ///
    /// While the panel has the keys, the selection stays on its exchange. Otherwise it follows the newest exchange,
    /// unless an older one is selected and shown.
    pub(crate) fn keep_selection(&mut self, has_keys: bool) {
        let newest = self.traffic.newest_visible();
        self.selected = match self.selected {
            Selection::Newest if has_keys => newest.map_or(Selection::Nothing, Selection::Exchange),
            Selection::Exchange(number)
                if !has_keys && (newest == Some(number) || !self.traffic.is_visible(number)) =>
            {
                Selection::Newest
            }
            Selection::Nothing if !has_keys => Selection::Newest,
            selected => selected,
        };
    }
}

#[cfg(test)]
mod tests {
    use contract::{Exchange, Message, Timestamp};

    use super::*;

    fn wire(methods: &[&str]) -> Wire {
        let mut wire = Wire::default();
        (1..).zip(methods).for_each(|(number, method)| record(&mut wire, number, method));
        wire
    }

    fn record(wire: &mut Wire, number: u64, method: &str) {
        let exchange = Exchange {
            number,
            author: None,
            client_address: None,
            server: None,
            received: Timestamp::default(),
            judged: None,
            answered: None,
            method: method.to_owned(),
            target: "/api/documents/welcome".to_owned(),
            request: Message::default(),
            status: None,
            response: None,
            lost: None,
            evaluation: Vec::new(),
            anomalies: Vec::new(),
        };
        wire.traffic.record(exchange, None);
    }

    fn numbers(wire: &Wire) -> Vec<u64> {
        wire.traffic.visible_entries().map(|entry| entry.exchange.number).collect()
    }

    #[test]
    fn without_keys_the_newest_is_selected_until_one_is_chosen() {
        let mut wire = Wire::default();
        wire.select(-1);
        assert_eq!(wire.selected_number(), None);
        for number in 1..=3 {
            record(&mut wire, number, "GET");
            wire.keep_selection(false);
            assert_eq!(wire.selected_number(), Some(number));
        }
        wire.select(-1);
        record(&mut wire, 4, "GET");
        wire.keep_selection(false);
        assert_eq!(wire.selected_number(), Some(2), "the chosen exchange stays selected");
        wire.select(5);
        wire.keep_selection(false);
        record(&mut wire, 5, "GET");
        assert_eq!(wire.selected_number(), Some(5));
    }

    #[test]
    fn with_keys_the_selection_is_an_exchange() {
        let mut wire = wire(&["GET", "PUT"]);
        wire.keep_selection(true);
        record(&mut wire, 3, "PUT");
        wire.keep_selection(true);
        assert_eq!(wire.selected_number(), Some(2), "a newer one does not take the selection");
        wire.follow();
        wire.keep_selection(true);
        assert_eq!(wire.selected_number(), Some(3));
        wire.keep_selection(false);
        record(&mut wire, 4, "GET");
        assert_eq!(wire.selected_number(), Some(4), "the panel does not have the keys any more");
    }

    #[test]
    fn with_keys_no_later_exchange_is_selected() {
        let mut wire = Wire::default();
        wire.keep_selection(true);
        record(&mut wire, 1, "PUT");
        wire.keep_selection(true);
        assert_eq!(wire.selected_number(), None);
        wire.select(1);
        assert_eq!(wire.selected_number(), Some(1));
    }

    #[test]
    fn exchange_hidden_by_its_response_leaves_no_selection() {
        let mut wire = wire(&["PUT", "PUT"]);
        wire.set_filter(Filter::parse("~q").unwrap());
        wire.keep_selection(true);
        assert_eq!(wire.selected_number(), Some(2));
        let answered = Exchange { status: Some(200), ..(*wire.traffic.entry(2).unwrap().exchange).clone() };
        wire.traffic.record(answered, None);
        wire.keep_selection(true);
        assert_eq!((numbers(&wire), wire.selected_number()), (vec![1], None), "~q shows exchanges without a response");
        wire.select(-1);
        assert_eq!(wire.selected_number(), Some(1));
    }

    #[test]
    fn selection_moves_from_released_to_the_next_held_request() {
        let mut wire = wire(&["GET", "PUT", "PUT", "PUT"]);
        wire.choose(3);
        wire.move_on(&[2, 3, 4]);
        assert_eq!(wire.selected_number(), Some(3), "nothing was released");
        wire.on_released(vec![3]);
        wire.move_on(&[2, 3, 4]);
        assert_eq!(wire.selected_number(), Some(4));
        wire.on_released(vec![4]);
        wire.move_on(&[2, 4]);
        assert_eq!(wire.selected_number(), Some(2), "none is held after it");
        wire.on_released(vec![2]);
        wire.move_on(&[2]);
        assert_eq!(wire.selected_number(), Some(2), "none is held");
        record(&mut wire, 5, "PUT");
        wire.move_on(&[5]);
        assert_eq!(wire.selected_number(), Some(5), "as soon as one is");
        wire.on_released(vec![5]);
        wire.select(-1);
        record(&mut wire, 6, "PUT");
        wire.move_on(&[6]);
        assert_eq!(wire.selected_number(), Some(4), "the user has moved it");
    }

    #[test]
    fn room_selects_what_waits_and_otherwise_follows_the_newest() {
        let mut wire = wire(&["GET", "PUT"]);
        let after = |wire: &mut Wire, held: &[u64]| {
            wire.move_on(held);
            wire.keep_room_selection(held);
            wire.selected_number()
        };
        assert_eq!(after(&mut wire, &[]), Some(2));
        record(&mut wire, 3, "PUT");
        assert_eq!(after(&mut wire, &[]), Some(3), "it follows the newest");
        record(&mut wire, 4, "PUT");
        assert_eq!(after(&mut wire, &[3, 4]), Some(3), "the first that waits");
        record(&mut wire, 5, "PUT");
        assert_eq!(after(&mut wire, &[3, 4, 5]), Some(3));
        wire.on_released(vec![3]);
        assert_eq!(after(&mut wire, &[4, 5]), Some(4));
        record(&mut wire, 6, "GET");
        assert_eq!(after(&mut wire, &[]), Some(6), "another leader has released the others");
    }

    #[test]
    fn leader_who_moves_the_selection_keeps_it_until_it_is_released() {
        let mut wire = wire(&["GET", "PUT", "PUT", "PUT"]);
        wire.keep_room_selection(&[2, 3]);
        wire.select(1);
        wire.keep_room_selection(&[2, 3]);
        assert_eq!(wire.selected_number(), Some(3));
        record(&mut wire, 5, "GET");
        wire.keep_room_selection(&[2, 3]);
        assert_eq!(wire.selected_number(), Some(3));
        wire.on_released(vec![2, 3]);
        wire.move_on(&[]);
        wire.keep_room_selection(&[]);
        assert_eq!(wire.selected_number(), Some(5));
        wire.select(-3);
        wire.keep_room_selection(&[]);
        record(&mut wire, 6, "GET");
        wire.keep_room_selection(&[]);
        assert_eq!(wire.selected_number(), Some(2), "an old exchange that the leader reads");
    }

    #[test]
    fn hidden_exchange_is_neither_shown_nor_selected() {
        let mut wire = wire(&["GET", "PUT", "GET", "PUT", "GET"]);
        wire.set_filter(Filter::parse("~m PUT").unwrap());
        assert_eq!((numbers(&wire), wire.selected_number()), (vec![2, 4], Some(4)), "the newest that is shown");
        wire.select(-1);
        assert_eq!(wire.selected_number(), Some(2));
        record(&mut wire, 6, "GET");
        record(&mut wire, 7, "PUT");
        assert_eq!((numbers(&wire), wire.selected_number()), (vec![2, 4, 7], Some(2)));
        wire.set_filter(Filter::parse("~m GET").unwrap());
        assert_eq!((wire.chosen(), wire.selected_number()), (None, Some(6)), "the chosen exchange is hidden");
    }
}
