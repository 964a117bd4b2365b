//! Measurements, and the statistics of them.

use std::time::Duration;

/// One measurement.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    /// How long each request took.
    pub(crate) took: Vec<Duration>,
    /// The number of requests that succeeded: all, or the writes that were not refused.
    pub(crate) done: u64,
    /// How long each write took from its first try to its acknowledgement.
    ///
    /// Only of a workload that tries refused writes again.
    pub(crate) waited: Vec<Duration>,
    pub(crate) elapsed: Duration,
    /// Processor time of the server.
    pub(crate) server: Duration,
    /// Processor time of the driver.
    pub(crate) driver: Duration,
}

/// All measurements of one cell. Medians leave out the bad moments of the machine.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    rate: Vec<f64>,
    done: Vec<f64>,
    quantiles: [Vec<f64>; 3],
    /// Of all rounds, since a round has few.
    waited: Vec<Duration>,
    server: f64,
    driver: f64,
    elapsed: f64,
    requests: f64,
    succeeded: f64,
}

/// The quantiles of a cell: half of the requests, all but one in a hundred, all but one in a thousand.
const QUANTILES: [f64; 3] = [0.5, 0.99, 0.999];

impl Cell {
    pub(crate) fn add(&mut self, mut sample: Sample) {
        let (count, seconds) = (number(sample.took.len()), sample.elapsed.as_secs_f64());
        self.rate.push(count / seconds);
        self.done.push(number(sample.done) / seconds);
        sample.took.sort_unstable();
        for (values, quantile) in self.quantiles.iter_mut().zip(QUANTILES) {
            values.push(quantile_of(&sample.took, quantile).as_secs_f64() * 1e6);
        }
        self.waited.append(&mut sample.waited);
        self.waited.sort_unstable();
        // The clock of processor time is coarse, so its values are added up, and divided once.
        self.server += sample.server.as_secs_f64();
        self.driver += sample.driver.as_secs_f64();
        self.elapsed += seconds;
        self.requests += count;
        self.succeeded += number(sample.done);
    }

    /// Returns the number of requests a second.
    pub(crate) fn rate(&self) -> f64 {
        median(&self.rate)
    }

    /// Returns the number of successful requests a second.
    pub(crate) fn done(&self) -> f64 {
        median(&self.done)
    }

    /// Returns the time in µs that half of the requests did not exceed.
    pub(crate) fn p50(&self) -> f64 {
        median(&self.quantiles[0])
    }

    pub(crate) fn p99(&self) -> f64 {
        median(&self.quantiles[1])
    }

    pub(crate) fn p999(&self) -> f64 {
        median(&self.quantiles[2])
    }

    /// Returns the number of requests that were sent for each that succeeded.
    pub(crate) fn tries(&self) -> f64 {
        self.requests / self.succeeded
    }

    /// Returns the time in µs that this share of the writes did not exceed.
    ///
    /// A write takes from its first try to its acknowledgement.
    pub(crate) fn waited(&self, quantile: f64) -> f64 {
        quantile_of(&self.waited, quantile).as_secs_f64() * 1e6
    }

    /// Returns the processor time of the server in µs a request.
    pub(crate) fn cost(&self) -> f64 {
        self.server * 1e6 / self.requests
    }

    /// Returns the share of one processor that the driver used.
    pub(crate) fn driver(&self) -> f64 {
        self.driver / self.elapsed
    }
}

/// Returns the value that this share of a sorted list does not exceed.
pub(crate) fn quantile_of(sorted: &[Duration], quantile: f64) -> Duration {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and the length")]
    let place = (number(sorted.len()) * quantile) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Returns the median, or 0 if there are no values.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Returns the values that a quarter and three quarters do not exceed, or 0 if there are none.
pub(crate) fn quartiles(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or(0.0);
    let quarter = sorted.len() / 4;
    (at(quarter), at((sorted.len() - quarter).saturating_sub(1)))
}

/// Returns a count as a number to divide with. Counts here are far too small for this to be inexact.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2⁵²")]
pub(crate) fn number(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_leave_out_a_quarter_at_either_end() {
        assert_eq!(quartiles(&[8.0, 1.0, 3.0, 2.0, 7.0, 4.0, 6.0, 5.0]), (3.0, 6.0));
        assert_eq!((quartiles(&[2.0]), quartiles(&[])), ((2.0, 2.0), (0.0, 0.0)));
    }

    #[test]
    fn a_cell_is_the_middle_of_its_rounds() {
        let mut cell = Cell::default();
        for seconds in [1, 2, 10] {
            let took = (1..=1000).map(Duration::from_micros).collect();
            let elapsed = Duration::from_secs(seconds);
            let waited = vec![Duration::from_secs(seconds)];
            cell.add(Sample {
                took,
                done: 500,
                waited,
                elapsed,
                server: Duration::from_millis(30),
                driver: elapsed / 2,
            });
        }
        assert_eq!((cell.tries(), cell.waited(0.5), cell.waited(0.99)), (2.0, 2e6, 1e7));
        assert_eq!((cell.rate(), cell.done()), (500.0, 250.0));
        assert_eq!((cell.p50().round(), cell.p99().round(), cell.p999().round()), (501.0, 991.0, 1000.0));
        assert_eq!((cell.cost().round(), cell.driver()), (30.0, 0.5));
    }
}
