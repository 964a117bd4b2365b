//! Which exchanges are shown, and which of them is looked at.
//!
//! Somebody who chose one stays with it, whatever comes; nobody's choice is the newest that is shown.

use super::filter::Filter;
use super::{Entry, Wire};

impl Wire {
    /// Shows from now on what that filter shows; everything without one.
    pub(crate) fn set_filter(&mut self, filter: Option<Filter>) {
        for entry in &mut self.entries {
            entry.shown = filter.as_ref().is_none_or(|filter| filter.shows(&entry.exchange));
        }
        self.filter = filter;
    }

    /// What is shown only; none where everything is.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The exchanges that are shown, oldest first.
    pub(crate) fn shown(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.shown)
    }

    /// Whether the exchange with that number is shown.
    pub(crate) fn shows(&self, number: u64) -> bool {
        self.entry(number).is_some_and(|entry| entry.shown)
    }

    /// The number of the exchange that somebody chose; none while the newest is followed, and where the filter hides it.
    pub(crate) fn chosen(&self) -> Option<u64> {
        self.selected.filter(|number| self.shows(*number))
    }

    /// The number of the selected exchange: the newest where nobody chose. None where nothing is shown.
    pub(crate) fn selected_number(&self) -> Option<u64> {
        self.chosen().or_else(|| self.shown().next_back().map(|entry| entry.exchange.number))
    }

    /// The selected exchange.
    pub(crate) fn selected(&self) -> Option<&Entry> {
        self.selected_number().and_then(|number| self.entry(number))
    }

    /// Moves the selection, towards the newest where positive. On the newest it follows what comes.
    pub(crate) fn select(&mut self, by: isize) {
        let Some(selected) = self.selected_number() else { return };
        let numbers: Vec<_> = self.shown().map(|entry| entry.exchange.number).collect();
        let at = numbers.iter().position(|number| *number == selected).unwrap_or_default();
        let last = numbers.len() - 1;
        let to = at.saturating_add_signed(by).min(last);
        self.selected = (to < last).then(|| numbers[to]);
    }

    /// Selects the exchange with that number.
    pub(crate) fn choose(&mut self, number: u64) {
        self.selected = Some(number);
        self.select(0);
    }

    /// Selects the newest, and follows what comes.
    pub(crate) fn follow(&mut self) {
        self.selected = None;
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
        };
        wire.record(exchange, None);
    }

    fn numbers(wire: &Wire) -> Vec<u64> {
        wire.shown().map(|entry| entry.exchange.number).collect()
    }

    #[test]
    fn the_selection_follows_the_newest_until_somebody_chooses() {
        let mut wire = Wire::default();
        wire.select(-1);
        assert_eq!(wire.selected_number(), None);
        (1..=3).for_each(|number| record(&mut wire, number, "GET"));
        assert_eq!(wire.selected_number(), Some(3));
        wire.select(-1);
        record(&mut wire, 4, "GET");
        assert_eq!(wire.selected_number(), Some(2), "what somebody looks at stays");
        wire.select(5);
        record(&mut wire, 5, "GET");
        assert_eq!(wire.selected_number(), Some(5));
    }

    #[test]
    fn what_is_hidden_is_neither_shown_nor_selected_nor_passed() {
        let mut wire = wire(&["GET", "PUT", "GET", "PUT", "GET"]);
        wire.set_filter(Filter::read("~m PUT").unwrap());
        assert_eq!((numbers(&wire), wire.selected_number()), (vec![2, 4], Some(4)), "the newest that is shown");
        wire.select(-1);
        assert_eq!(wire.selected_number(), Some(2));
        record(&mut wire, 6, "GET");
        record(&mut wire, 7, "PUT");
        assert_eq!((numbers(&wire), wire.selected_number()), (vec![2, 4, 7], Some(2)));
        wire.set_filter(Filter::read("~m GET").unwrap());
        assert_eq!((wire.chosen(), wire.selected_number()), (None, Some(6)), "what was chosen is hidden");
        wire.set_filter(None);
        assert_eq!((numbers(&wire).len(), wire.selected_number()), (7, Some(2)), "and is back");
    }
}
