//! The metrics of a store in a database server: connections, repeated operations, events.

use store::{DatabaseStatus, FollowerStatus, PoolStatus, RepeatCounts};

use super::metrics_text::MetricsText;

/// Writes the families of `ifmatch_store_` that only a store in a database server has.
pub(super) fn write_status(text: &mut MetricsText, status: &DatabaseStatus) {
    let DatabaseStatus { pools, queued_writes, repeated, events } = status;
    write_pools(text, pools);
    text.family("ifmatch_store_queued_writes", "gauge", "Writes that wait for the connection that writes.");
    text.line("ifmatch_store_queued_writes", "", queued_writes);
    write_repeats(text, repeated);
    write_events(text, events);
}

fn write_pools(text: &mut MetricsText, pools: &[(&str, PoolStatus)]) {
    text.family("ifmatch_store_connections_limit", "gauge", "The most connections of a pool.");
    for (pool, status) in pools {
        text.line("ifmatch_store_connections_limit", &format!("pool=\"{pool}\""), status.limit);
    }
    text.family("ifmatch_store_connections", "gauge", "Connections to the database, by pool and state.");
    for (pool, status) in pools {
        for (state, count) in [("used", status.used), ("idle", status.open.saturating_sub(status.used))] {
            text.line("ifmatch_store_connections", &format!("pool=\"{pool}\",state=\"{state}\""), count);
        }
    }
    text.family("ifmatch_store_connection_waits", "gauge", "Operations that wait for a connection of a pool.");
    for (pool, status) in pools {
        text.line("ifmatch_store_connection_waits", &format!("pool=\"{pool}\""), status.waiting);
    }
    text.family("ifmatch_store_connections_made_total", "counter", "Connections that were made, first ones included.");
    for (pool, status) in pools {
        text.line("ifmatch_store_connections_made_total", &format!("pool=\"{pool}\""), status.made);
    }
}

fn write_repeats(text: &mut MetricsText, repeated: &RepeatCounts) {
    const NAME: &str = "ifmatch_store_repeated_total";
    text.family(NAME, "counter", "Operations that were repeated, by kind and cause.");
    text.line(NAME, "operation=\"write\",cause=\"conflict\"", repeated.write_conflicts);
    text.line(NAME, "operation=\"write\",cause=\"disconnect\"", repeated.write_disconnects);
    text.line(NAME, "operation=\"read\",cause=\"disconnect\"", repeated.reads);
}

fn write_events(text: &mut MetricsText, events: &FollowerStatus) {
    let gauges: [(&str, &str, String); 3] = [
        (
            "ifmatch_store_events_connected",
            "1 if the database notifies this server of events, and 0 if not.",
            u8::from(events.is_connected).to_string(),
        ),
        (
            "ifmatch_store_events_published",
            "The number of the last event that this server has published.",
            events.published.to_string(),
        ),
        (
            "ifmatch_store_events_behind_seconds",
            "How long ago this server had published all events.",
            events.behind.as_secs_f64().to_string(),
        ),
    ];
    for (name, help, value) in gauges {
        text.family(name, "gauge", help);
        text.line(name, "", value);
    }
    let name = "ifmatch_store_event_losses_total";
    text.family(name, "counter", "How often the database had lost events that were published, as after a failover.");
    text.line(name, "", events.losses);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_number_of_a_database_has_a_line() {
        let read = PoolStatus { limit: 8, open: 5, used: 3, waiting: 2, made: 9 };
        let write = PoolStatus { limit: 2, open: 1, used: 1, waiting: 0, made: 4 };
        let repeated = RepeatCounts { write_conflicts: 7, write_disconnects: 6, reads: 11 };
        let behind = Duration::from_millis(250);
        let events = FollowerStatus { is_connected: true, published: 123, behind, losses: 1 };
        let status =
            DatabaseStatus { pools: vec![("read", read), ("write", write)], queued_writes: 12, repeated, events };
        let mut text = MetricsText::default();
        write_status(&mut text, &status);
        let text = text.into_string();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let expected = [
            "ifmatch_store_connections_limit{pool=\"read\"} 8",
            "ifmatch_store_connections_limit{pool=\"write\"} 2",
            "ifmatch_store_connections{pool=\"read\",state=\"used\"} 3",
            "ifmatch_store_connections{pool=\"read\",state=\"idle\"} 2",
            "ifmatch_store_connections{pool=\"write\",state=\"used\"} 1",
            "ifmatch_store_connections{pool=\"write\",state=\"idle\"} 0",
            "ifmatch_store_connection_waits{pool=\"read\"} 2",
            "ifmatch_store_connection_waits{pool=\"write\"} 0",
            "ifmatch_store_connections_made_total{pool=\"read\"} 9",
            "ifmatch_store_connections_made_total{pool=\"write\"} 4",
            "ifmatch_store_queued_writes 12",
            "ifmatch_store_repeated_total{operation=\"write\",cause=\"conflict\"} 7",
            "ifmatch_store_repeated_total{operation=\"write\",cause=\"disconnect\"} 6",
            "ifmatch_store_repeated_total{operation=\"read\",cause=\"disconnect\"} 11",
            "ifmatch_store_events_connected 1",
            "ifmatch_store_events_published 123",
            "ifmatch_store_events_behind_seconds 0.25",
            "ifmatch_store_event_losses_total 1",
        ];
        assert_eq!(lines, expected);
    }
}
