//! A simulated server with simulated clients, which knows the truth about each write.
//!
//! Each client sends one request at a time. A request has three moments, which the schedule of a test interleaves with
//! those of others: it is sent, the server applies it, and its response arrives.

use std::collections::BTreeSet;

use contract::{Anomaly, AnomalyKind, Certainty};

use crate::wire::{Pending, Step, Wire, step};

/// How a run differs from others.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "the rules are independent of each other")]
pub(crate) struct Rules {
    /// Whether the server evaluates `If-Match`.
    pub(crate) is_honest: bool,
    /// Whether the server sends tags.
    pub(crate) has_tags: bool,
    /// Whether the tag is a hash of the content, so that it comes back with the content.
    pub(crate) has_content_tags: bool,
    /// Whether clients name the version that they know, if they know its tag.
    pub(crate) names_version: bool,
    /// Whether a request ends before the next one is sent.
    pub(crate) is_sequential: bool,
    /// Whether the state is JSON.
    pub(crate) is_json: bool,
}

/// The next action of a client that is idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Read,
    /// Reads again by the tag that it knows, which gives a 304 if nothing has changed.
    Revalidate,
    Head,
    /// Reads a collection that contains the text.
    ReadList,
    /// Adds a line.
    Add,
    /// Removes the last line, and adds one.
    Replace,
    /// Saves the first text that there was.
    Revert,
    /// Saves what it knows without a change.
    SaveUnchanged,
}

#[derive(Debug, Clone, Default)]
struct Version {
    lines: Vec<String>,
    number: u64,
    author: usize,
    /// The lines that a writer who knew them has removed, here or before.
    removed: BTreeSet<String>,
}

struct Client {
    /// The lines that it was shown or wrote last, with their tag; the tag is empty if it is not known.
    known: Option<(Vec<String>, String)>,
    /// The lines that it has removed, or knows to be removed.
    removed: BTreeSet<String>,
    /// All lines that it was ever shown or wrote.
    seen: BTreeSet<String>,
    request: Option<InFlight>,
}

struct InFlight {
    pending: Pending,
    action: Action,
    /// The text of a write.
    lines: Vec<String>,
    /// The client's text when it sent the request.
    known: Option<Vec<String>>,
    is_applied: bool,
    /// The lines and the tag of the response.
    shows: Option<(Vec<String>, String)>,
    /// The lines that the shown version has removed.
    removed: BTreeSet<String>,
}

/// A run of the simulation.
pub(crate) struct Simulation {
    rules: Rules,
    wire: Wire,
    versions: Vec<Version>,
    clients: Vec<Client>,
    lines: u64,
    /// The exchanges that lost an update, in truth.
    pub(crate) truth: BTreeSet<u64>,
    /// Everything that the detector found, with the exchange that completed it.
    pub(crate) found: Vec<(u64, Anomaly)>,
}

const NAMES: [&str; 3] = ["ann", "bob", "eve"];

impl Simulation {
    /// Runs a schedule: each element lets one client take its next step.
    pub(crate) fn run(rules: Rules, schedule: &[(usize, Action)]) -> Self {
        let first = Version { lines: vec!["original line".to_owned()], ..Version::default() };
        let mut simulation = Self {
            rules,
            wire: Wire::new(),
            versions: vec![first],
            clients: NAMES
                .iter()
                .map(|_| Client { known: None, removed: BTreeSet::new(), seen: BTreeSet::new(), request: None })
                .collect(),
            lines: 0,
            truth: BTreeSet::new(),
            found: Vec::new(),
        };
        for (client, action) in schedule {
            simulation.advance(*client, *action);
            if rules.is_sequential {
                simulation.advance(*client, *action);
                simulation.advance(*client, *action);
            }
        }
        for client in 0..NAMES.len() {
            while simulation.clients[client].request.is_some() {
                simulation.advance(client, Action::Read);
            }
        }
        simulation
    }

    fn advance(&mut self, client: usize, action: Action) {
        match self.clients[client].request.take() {
            None => self.send(client, action),
            Some(request) if !request.is_applied => self.apply(client, request),
            Some(request) => self.answer(client, request),
        }
    }

    fn body(&self, lines: &[String]) -> String {
        if self.rules.is_json {
            serde_json::json!({ "lines": lines }).to_string()
        } else {
            lines.iter().flat_map(|line| [line, "\n"]).collect()
        }
    }

    fn tag(&self, version: &Version) -> String {
        if self.rules.has_content_tags { version.lines.join("/").replace(' ', "") } else { version.number.to_string() }
    }

    fn send(&mut self, client: usize, action: Action) {
        let known = self.clients[client].known.clone();
        let is_write = matches!(action, Action::Add | Action::Replace | Action::Revert | Action::SaveUnchanged);
        // A client reads before it writes; a list shows it no tag.
        let needs_tag = self.rules.has_tags && self.rules.names_version;
        let can_write = known.as_ref().is_some_and(|(_, tag)| !needs_tag || !tag.is_empty());
        let action = if is_write && !can_write { Action::Read } else { action };
        let (mut lines, tag) = known.clone().unwrap_or_default();
        self.lines += 1;
        let new = format!("line number{} of {}", self.lines, NAMES[client]);
        match action {
            Action::Add => lines.push(new),
            Action::Replace => {
                lines.pop();
                lines.push(new);
            }
            Action::Revert => lines.clone_from(&self.versions[0].lines),
            Action::SaveUnchanged | Action::Read | Action::Revalidate | Action::Head | Action::ReadList => {}
        }
        let has_tag = self.rules.has_tags && !tag.is_empty();
        let request = match action {
            Action::Revalidate if has_tag => {
                step(NAMES[client], "GET", "").field("If-None-Match", &format!("\"{tag}\""))
            }
            Action::Read | Action::Revalidate => step(NAMES[client], "GET", ""),
            Action::Head => step(NAMES[client], "HEAD", ""),
            Action::ReadList => step(NAMES[client], "GET", "").at("/"),
            _ if has_tag && self.rules.names_version => step(NAMES[client], "PUT", &self.body(&lines)).if_match(&tag),
            _ => step(NAMES[client], "PUT", &self.body(&lines)),
        };
        let known = known.map(|(lines, _)| lines);
        let pending = self.wire.send(request);
        self.clients[client].request =
            Some(InFlight { pending, action, lines, known, is_applied: false, shows: None, removed: BTreeSet::new() });
    }

    fn apply(&mut self, client: usize, mut request: InFlight) {
        request.is_applied = true;
        let current = self.versions.last().cloned().unwrap();
        request.removed.clone_from(&current.removed);
        let tag = self.tag(&current);
        let quoted = format!("\"{tag}\"");
        let sent = |name: &str, step: &Step| {
            step.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        let mut response = request.pending.step_mut().clone();
        match request.action {
            Action::Read | Action::Revalidate if sent("If-None-Match", &response).as_ref() == Some(&quoted) => {
                response.status = Some(304);
                request.shows = Some((current.lines.clone(), tag.clone()));
            }
            Action::Read | Action::Revalidate => {
                response.response_body = self.body(&current.lines);
                request.shows = Some((current.lines.clone(), tag.clone()));
            }
            Action::ReadList => {
                response.response_body = format!("[{}]", self.body(&current.lines));
                request.shows = Some((current.lines.clone(), String::new()));
            }
            Action::Head => {}
            _ => return self.write(client, request, response, &current),
        }
        if self.rules.has_tags && request.action != Action::ReadList {
            response = response.tag(&tag);
        }
        *request.pending.step_mut() = response;
        self.clients[client].request = Some(request);
    }

    fn write(&mut self, client: usize, mut request: InFlight, mut response: Step, current: &Version) {
        let sent = response.fields.iter().find(|(name, _)| *name == "If-Match").map(|(_, value)| value.clone());
        if self.rules.is_honest && sent.is_some_and(|sent| sent != format!("\"{}\"", self.tag(current))) {
            response = response.status(412).tag(&self.tag(current));
        } else {
            let writer = &self.clients[client];
            let known: BTreeSet<&String> = request.known.iter().flatten().collect();
            let after: BTreeSet<&String> = request.lines.iter().collect();
            let is_gone = current.lines.iter().any(|line| !writer.seen.contains(line) && !after.contains(line));
            let is_back = known.iter().any(|line| current.removed.contains(*line) && after.contains(line));
            if current.author != client + 1 && (is_gone || is_back) {
                self.truth.insert(request.pending.number());
            }
            let removed = known.iter().filter(|line| !after.contains(*line)).map(|line| (*line).clone());
            let removed = writer.removed.iter().cloned().chain(removed).filter(|line| !after.contains(line)).collect();
            let number = current.number + 1;
            let version = Version { lines: request.lines.clone(), number, author: client + 1, removed };
            request.removed.clone_from(&version.removed);
            let tag = self.tag(&version);
            request.shows = Some((version.lines.clone(), tag.clone()));
            self.versions.push(version);
            if self.rules.has_tags {
                response = response.tag(&tag);
            }
        }
        *request.pending.step_mut() = response;
        self.clients[client].request = Some(request);
    }

    fn answer(&mut self, client: usize, request: InFlight) {
        if let Some(shows) = request.shows {
            let client = &mut self.clients[client];
            client.seen.extend(shows.0.iter().cloned());
            client.removed = request.removed;
            client.known = Some(shows);
        }
        let number = request.pending.number();
        let found = self.wire.end(request.pending);
        self.found.extend(found.into_iter().map(|anomaly| (number, anomaly)));
    }

    /// Returns the exchanges that certainly lost an update, according to the detector.
    pub(crate) fn certain(&self) -> BTreeSet<u64> {
        let is_certain = |(_, anomaly): &&(u64, Anomaly)| {
            anomaly.kind == AnomalyKind::LostUpdate && anomaly.certainty == Certainty::Certain
        };
        self.found.iter().filter(is_certain).map(|(number, _)| *number).collect()
    }

    /// Returns all anomalies that lose an update, certainly or possibly.
    pub(crate) fn losses(&self) -> impl Iterator<Item = &(u64, Anomaly)> {
        self.found.iter().filter(|(_, anomaly)| anomaly.loses_update)
    }
}
