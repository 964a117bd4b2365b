//! The glyphs and colours of the people that this program has met.
//!
//! A person keeps the first sign for as long as the program runs. Signs are given out in the order in which names
//! appear, and no two people have the same glyph as long as there are free ones.

use std::collections::BTreeMap;

use contract::Author;
use terminal::person_style;

/// The signs that were given out.
#[derive(Debug, Clone, Default)]
pub(crate) struct PersonSigns {
    numbers: BTreeMap<Author, usize>,
    /// The number of the last exchange whose author was met.
    last_exchange: Option<u64>,
}

impl PersonSigns {
    /// Returns the number of a person's sign, for [`terminal::theme::Theme::person`].
    pub(crate) fn number(&self, author: &Author) -> usize {
        self.numbers.get(author).copied().unwrap_or_else(|| person_style::number(author.as_str()))
    }

    /// Gives a sign to each person who has none.
    pub(crate) fn meet<'a>(&mut self, authors: impl IntoIterator<Item = &'a Author>) {
        for author in authors {
            if !self.numbers.contains_key(author) {
                let taken: Vec<usize> = self.numbers.values().copied().collect();
                self.numbers.insert(author.clone(), person_style::free_number(author.as_str(), &taken));
            }
        }
    }

    /// Gives signs to the authors of new exchanges. `exchanges` has the newest first.
    pub(crate) fn meet_senders<'a>(&mut self, exchanges: impl Iterator<Item = (u64, Option<&'a Author>)>) {
        let last = self.last_exchange;
        let mut new: Vec<_> = exchanges.take_while(|(number, _)| Some(*number) > last).collect();
        new.reverse();
        self.last_exchange = new.last().map(|(number, _)| *number).or(last);
        self.meet(new.into_iter().filter_map(|(_, author)| author));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(name: &str) -> Author {
        name.parse().unwrap()
    }

    #[test]
    fn sign_stays_when_others_come() {
        let names: Vec<Author> = (0..12).map(|at| author(&format!("person-{at}"))).collect();
        let mut signs = PersonSigns::default();
        signs.meet(&names[..3]);
        let before: Vec<usize> = names[..3].iter().map(|name| signs.number(name)).collect();
        signs.meet(&names);
        let after: Vec<usize> = names[..3].iter().map(|name| signs.number(name)).collect();
        assert_eq!(before, after);
        let mut all: Vec<usize> = names.iter().map(|name| signs.number(name)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 12);
    }

    #[test]
    fn senders_are_met_in_the_order_of_their_exchanges() {
        let (carol, dora) = (author("carol"), author("dora"));
        let mut signs = PersonSigns::default();
        signs.meet_senders([(2, Some(&dora)), (1, Some(&carol))].into_iter());
        assert_eq!(signs.number(&carol), person_style::number("carol"), "the first has the free choice");
        signs.meet_senders([(3, None), (2, Some(&dora)), (1, Some(&carol))].into_iter());
        assert_eq!(signs.last_exchange, Some(3));
    }
}
