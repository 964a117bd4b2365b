//! The lines of a list of exchanges, in the order in which things happened.
//!
//! Most exchanges are one line: the request, and its response. If another client's write was sent or ended in between,
//! an exchange is two lines: its request when it was sent, and its response when it arrived. So no effect is listed
//! above its cause. Reads have no effect, so they split no line.

use std::collections::{BTreeMap, BTreeSet};

use crate::timeline::TimelineMoment;
use crate::traffic::Traffic;

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedLine {
    /// The number of the exchange.
    pub number: u64,
    /// The part of the exchange that the line shows.
    pub part: ListedPart,
}

/// The part of an exchange that a line of the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedPart {
    /// The request, and its response if it has one.
    Both,
    /// Only the request: the response follows further below.
    Request,
    /// Only the response: the request is further above.
    Response,
}

/// When a request was sent and when its response arrived, as positions among such moments.
#[derive(Debug, Default, Clone, Copy)]
struct Interval {
    sent: Option<usize>,
    ended: Option<usize>,
}

/// Returns the lines of the exchanges that the filter shows, the oldest first.
#[must_use]
pub fn listed(traffic: &Traffic) -> Vec<ListedLine> {
    let writes: BTreeMap<u64, bool> =
        traffic.visible_entries().map(|entry| (entry.exchange.number, !entry.exchange.is_read())).collect();
    let moments = moments(traffic, |number| writes.contains_key(&number));
    let mut intervals: BTreeMap<u64, Interval> = BTreeMap::new();
    // How many of the first moments belong to writes.
    let mut write_counts = vec![0];
    for (at, (number, is_end)) in moments.iter().enumerate() {
        let interval = intervals.entry(*number).or_default();
        *if *is_end { &mut interval.ended } else { &mut interval.sent } = Some(at);
        write_counts.push(write_counts[at] + usize::from(writes.get(number) == Some(&true)));
    }
    let is_split = |interval: &Interval| {
        let (Some(sent), Some(ended)) = (interval.sent, interval.ended) else { return false };
        write_counts[ended] > write_counts[sent + 1]
    };
    let split: BTreeSet<u64> =
        intervals.iter().filter(|(_, interval)| is_split(interval)).map(|(number, _)| *number).collect();
    // The moments of an exchange can be dropped before the exchange is.
    let old = writes.keys().filter(|number| !intervals.contains_key(number));
    let mut lines: Vec<_> = old.map(|number| ListedLine { number: *number, part: ListedPart::Both }).collect();
    for (at, (number, is_end)) in moments.iter().enumerate() {
        let part = match (split.contains(number), is_end) {
            (true, false) => ListedPart::Request,
            (true, true) => ListedPart::Response,
            (false, false) => ListedPart::Both,
            (false, true)
                if intervals.get(number).is_some_and(|interval| interval.sent.is_none_or(|sent| sent > at)) =>
            {
                ListedPart::Both
            }
            (false, true) => continue,
        };
        lines.push(ListedLine { number: *number, part });
    }
    lines
}

/// Returns the moments at which requests were sent (false) or ended (true), with their numbers.
fn moments(traffic: &Traffic, is_visible: impl Fn(u64) -> bool) -> Vec<(u64, bool)> {
    let timeline = traffic.timeline();
    (0..timeline.len())
        .filter_map(|at| match timeline.get(at)? {
            TimelineMoment::Departed(number) => Some((*number, false)),
            TimelineMoment::Ended(number) => Some((*number, true)),
            TimelineMoment::Held(_)
            | TimelineMoment::Released(_)
            | TimelineMoment::Judged(_)
            | TimelineMoment::Written(_)
            | TimelineMoment::Event(_) => None,
        })
        .filter(|(number, _)| is_visible(*number))
        .collect()
}

#[cfg(test)]
mod tests {
    use contract::Exchange;

    use super::*;
    use crate::fixture::exchange;
    use crate::limits::TrafficLimits;

    fn write(number: u64, status: Option<u16>) -> Exchange {
        Exchange { method: "PUT".to_owned(), ..exchange(number, status) }
    }

    /// Returns the lines: `1` is an exchange, `1?` its request and `1!` its response.
    fn lines(exchanges: &[Exchange]) -> String {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        for exchange in exchanges {
            traffic.record(exchange.clone(), None);
        }
        words(&traffic)
    }

    fn words(traffic: &Traffic) -> String {
        let word = |line: &ListedLine| {
            let sign = match line.part {
                ListedPart::Both => "",
                ListedPart::Request => "?",
                ListedPart::Response => "!",
            };
            format!("{}{sign}", line.number)
        };
        listed(traffic).iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn exchange_without_interruption_is_one_line() {
        let all = [write(1, None), write(1, Some(200)), exchange(2, None), exchange(2, Some(200)), write(3, None)];
        assert_eq!(lines(&all), "1 2 3");
    }

    #[test]
    fn overlapping_writes_have_their_responses_where_they_arrived() {
        let all = [write(1, None), write(2, None), write(2, Some(200)), write(1, Some(412))];
        assert_eq!(lines(&all), "1? 2 1!");
        let all = [write(1, None), write(2, None), write(1, Some(200)), write(2, Some(412))];
        assert_eq!(lines(&all), "1? 2? 1! 2!");
    }

    #[test]
    fn overlapping_reads_are_one_line_each() {
        let all = [exchange(1, None), exchange(2, None), exchange(1, Some(200)), exchange(2, Some(200))];
        assert_eq!(lines(&all), "1 2");
        let all = [exchange(1, None), write(2, None), write(2, Some(200)), exchange(1, Some(200))];
        assert_eq!(lines(&all), "1? 2 1!", "the read may show what the write did");
        let all = [write(1, None), exchange(2, None), exchange(2, Some(200)), write(1, Some(200))];
        assert_eq!(lines(&all), "1 2", "the read explains nothing about the write");
    }

    #[test]
    fn hidden_exchanges_split_no_line() {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        for one in [exchange(1, None), write(2, None), write(2, Some(200)), exchange(1, Some(200))] {
            traffic.record(one, None);
        }
        assert_eq!(words(&traffic), "1? 2 1!");
        traffic.set_filter(crate::Filter::parse("~m GET").unwrap());
        assert_eq!(words(&traffic), "1");
    }
}
