//! Checks of event streams.

use std::time::Duration;

use contract::fields;

use super::changes;
use crate::check::PathCheck;
use crate::event_watch::COMPARED_REQUESTS;
use crate::evidence::{described, has_media_type};
use crate::judgement::PathJudgement;

/// The longest silence of a stream: the server sends a heartbeat every 15 seconds.
const MAX_SILENCE: Duration = Duration::from_secs(20);

pub(super) static LIVE: PathCheck = PathCheck {
    name: "events",
    asks: "Do events arrive as they happen?",
    consequence: "Editors do not learn that another user has saved, until they save themselves and get a 412.",
    advice: "Switch off buffering, caching and compression of text/event-stream.",
    changes: changes::EVENTS,
    judge: |evidence| {
        let Some(stream) = &evidence.stream else {
            return Err(PathJudgement::not_asked(evidence.why_not_asked()));
        };
        let Some(head) = &stream.head else {
            let found = match &stream.error {
                Some(error) => format!("an event stream does not begin: {error}"),
                None => {
                    format!("an event stream does not begin, although {COMPARED_REQUESTS} later requests are answered")
                }
            };
            return Ok(PathJudgement::broken(found));
        };
        if head.status != 200 || !has_media_type(head, fields::EVENT_STREAM) {
            return Ok(PathJudgement::broken(format!("an event stream was answered with {}", described(head))));
        }
        let later = format!("{COMPARED_REQUESTS} later requests are answered before it");
        Ok(match (stream.event, stream.first_bytes) {
            (None, _) if stream.is_event_due => PathJudgement::broken(format!("an event is held back: {later}")),
            (None, None) => PathJudgement::broken(format!("the beginning of a stream is held back: {later}")),
            (None, Some(_)) => PathJudgement::fine("an event stream begins at once"),
            (Some(event), _) => {
                PathJudgement::fine(format!("an event arrives as it happens ({} ms)", event.as_millis()))
            }
        })
    },
};

pub(super) static IDLE: PathCheck = PathCheck {
    name: "idle-stream",
    asks: "Does an event stream without events stay open for 75 seconds?",
    consequence: "Editors reconnect again and again, and learn of changes late. A request that the leader holds at the \
                  gate may be cut off, too.",
    advice: "Wait for longer than ten minutes for the server: it may hold a request for that long.",
    changes: changes::IDLE,
    judge: |evidence| {
        let Some(idle) = &evidence.idle else {
            return Err(PathJudgement::not_asked("takes 75 seconds; ask with --slow"));
        };
        let seconds = idle.watched.as_secs();
        Ok(match &idle.end {
            Some(end) => PathJudgement::weak(format!("an idle stream ends after {seconds} s: {end}")),
            None if idle.longest_silence > MAX_SILENCE => PathJudgement::weak(format!(
                "heartbeats are held back: {} s without one",
                idle.longest_silence.as_secs()
            )),
            None => PathJudgement::fine(format!("an idle stream stays open for {seconds} s, with its heartbeats")),
        })
    },
};
