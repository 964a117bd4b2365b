//! Tests of the state of one resource.

use proptest::prelude::*;

use super::*;

fn selection(hash: u64) -> Selection {
    Selection { hash, accept: None, accept_language: None }
}

fn of(text: &str) -> Fingerprint {
    Fingerprint::of_content(&[], text.as_bytes())
}

/// A resource, and shorthands for what happens to it.
struct Resource {
    versions: ResourceVersions,
    issuer: TagIssuer,
}

impl Resource {
    fn new() -> Self {
        Self { versions: ResourceVersions::default(), issuer: TagIssuer::new().unwrap() }
    }

    fn read(&mut self, text: &str) -> Sighting {
        let start = self.versions.begin_read();
        self.ends(start, text)
    }

    fn ends(&mut self, start: ReadStart, text: &str) -> Sighting {
        self.versions.see(start, selection(1), &of(text), &self.issuer)
    }

    fn write(&mut self) {
        self.versions.begin_write();
        self.versions.end_write(&self.issuer);
    }
}

#[test]
fn unchanged_representation_keeps_its_tag() {
    let mut resource = Resource::new();
    let first = resource.read("A");
    let again = resource.read("A");
    assert_eq!((first.novelty, again.novelty), (Novelty::First, Novelty::Known));
    assert_eq!(first.tag, again.tag);
}

#[test]
fn every_write_ends_the_tag_even_without_a_change() {
    let mut resource = Resource::new();
    let before = resource.read("A").tag;
    resource.write();
    assert_ne!(resource.read("A").tag, before);
}

#[test]
fn change_around_the_guard_ends_the_tag_for_ever() {
    let mut resource = Resource::new();
    let before = resource.read("A").tag;
    assert_eq!(resource.read("B").novelty, Novelty::Changed);
    let back = resource.read("A");
    assert_eq!(back.novelty, Novelty::Changed);
    assert_ne!(back.tag, before, "the content is the first one's, the version is not");
}

#[test]
fn write_ends_the_tags_of_all_selections() {
    let mut resource = Resource::new();
    let start = resource.versions.begin_read();
    let german = resource.versions.see(start, selection(2), &of("eins"), &resource.issuer).tag;
    resource.read("one");
    resource.write();
    let start = resource.versions.begin_read();
    assert_ne!(resource.versions.see(start, selection(2), &of("eins"), &resource.issuer).tag, german);
}

#[test]
fn other_selection_is_not_a_change() {
    let mut resource = Resource::new();
    let one = resource.read("one").tag;
    let start = resource.versions.begin_read();
    let german = resource.versions.see(start, selection(2), &of("eins"), &resource.issuer);
    assert_eq!(german.novelty, Novelty::First);
    assert_eq!(resource.read("one").tag, one);
    assert_eq!(resource.versions.selection_of([&german.tag].into_iter(), &resource.issuer), Some(&selection(2)));
}

/// The response of a slow read arrives after a write, and shows what was there before it.
#[test]
fn old_representation_that_arrives_late_gets_a_tag_that_is_never_current() {
    let mut resource = Resource::new();
    resource.read("A");
    let slow = resource.versions.begin_read();
    resource.write();
    let written = resource.read("B").tag;
    let late = resource.ends(slow, "A");
    assert_eq!(late.novelty, Novelty::Overlapped);
    assert_eq!(resource.read("B").tag, written, "the late response is not taken for a change");
    assert_ne!(late.tag, written);
}

#[test]
fn read_during_a_write_gets_a_current_tag_only_for_known_bytes() {
    let mut resource = Resource::new();
    let before = resource.read("A").tag;
    resource.versions.begin_write();
    assert_eq!(resource.read("A").tag, before);
    let half = resource.read("B");
    assert_eq!(half.novelty, Novelty::Overlapped);
    resource.versions.end_write(&resource.issuer);
    assert_ne!(resource.read("B").tag, half.tag);
    assert_ne!(resource.read("B").tag, before);
}

/// Two versions of one second have the same 'strong' tag on many servers.
#[test]
fn equal_tag_of_the_server_proves_nothing_across_a_write() {
    let mut resource = Resource::new();
    let fingerprint = Fingerprint::of_tag(&"\"65a1b2c3-d\"".parse().unwrap());
    let ends =
        |resource: &mut Resource, start| resource.versions.see(start, selection(1), &fingerprint, &resource.issuer);
    let slow = resource.versions.begin_read();
    resource.write();
    let start = resource.versions.begin_read();
    let current = ends(&mut resource, start).tag;
    let late = ends(&mut resource, slow);
    assert_eq!(late.novelty, Novelty::Overlapped);
    assert_ne!(late.tag, current);
}

#[test]
fn refused_write_keeps_the_version() {
    let mut resource = Resource::new();
    let before = resource.read("A").tag;
    resource.versions.begin_write();
    resource.versions.end_refused_write();
    assert_eq!(resource.read("A").tag, before);
}

#[test]
fn missing_resource_ends_the_version_of_clients_that_could_see_it() {
    let mut resource = Resource::new();
    let before = resource.read("A").tag;
    let start = resource.versions.begin_read();
    resource.versions.see_missing(start, &selection(2), &resource.issuer);
    assert_eq!(resource.read("A").tag, before, "another client could never see it");
    resource.versions.see_missing(start, &selection(1), &resource.issuer);
    assert_ne!(resource.read("A").tag, before, "it was deleted and created again");
}

#[test]
fn history_counts_how_far_a_tag_is_behind() {
    let mut resource = Resource::new();
    let tags: Vec<_> = (0..3)
        .map(|_| {
            let tag = resource.read("A").tag;
            resource.write();
            tag
        })
        .collect();
    let count = resource.read("A").count;
    let history = KnownHistory { versions: &resource.versions, issuer: &resource.issuer };
    let behind: Vec<_> = tags.iter().map(|tag| history.version_of(tag).map(|version| count - version)).collect();
    assert_eq!(behind, [Some(3), Some(2), Some(1)]);
    let elsewhere = resource.issuer.tag(resource.issuer.next_version(), &of("A"));
    let history = KnownHistory { versions: &resource.versions, issuer: &resource.issuer };
    assert_eq!(history.version_of(&elsewhere), None, "another resource's tag");
}

#[test]
fn reads_that_all_differ_are_noticed_until_two_are_equal() {
    let mut resource = Resource::new();
    for text in ["1", "2", "3", "4", "5", "6"] {
        assert!(!resource.versions.differs_with_every_read(), "before {text}");
        resource.read(text);
    }
    assert!(resource.versions.differs_with_every_read());
    resource.read("6");
    assert!(!resource.versions.differs_with_every_read());
}

/// One event at a server behind the guard, and at the guard.
#[derive(Debug, Clone, Copy)]
enum Event {
    BeginRead,
    /// The server answers the read: the response has the content of this moment.
    Answer(usize),
    /// The response arrives at the guard.
    EndRead(usize),
    BeginWrite,
    /// The server applies the write.
    Apply(u8),
    EndWrite,
    /// A write around the guard.
    Around(u8),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => Just(Event::BeginRead),
        3 => (0..4_usize).prop_map(Event::Answer),
        3 => (0..4_usize).prop_map(Event::EndRead),
        2 => Just(Event::BeginWrite),
        2 => (0..3_u8).prop_map(Event::Apply),
        2 => Just(Event::EndWrite),
        1 => (0..3_u8).prop_map(Event::Around),
    ];
    prop::collection::vec(event, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// If a tag is current at a moment without writes, its client has read exactly what the server has now.
    ///
    /// `is_coarse` is a server whose strong tag is always the same, as within one second; then, writes around the guard
    /// cannot be seen, and there are none.
    #[test]
    fn current_tag_was_given_with_the_current_content(events in events(), is_coarse in any::<bool>()) {
        let mut resource = Resource::new();
        let coarse = Fingerprint::of_tag(&"\"t\"".parse().unwrap());
        let fingerprint = |content: u8| if is_coarse { coarse.clone() } else { of(&content.to_string()) };
        let see = |resource: &mut Resource, start, content| {
            resource.versions.see(start, selection(1), &fingerprint(content), &resource.issuer).tag
        };
        let (mut content, mut applied) = (0_u8, 0);
        let mut writing = false;
        let mut reads: Vec<(ReadStart, Option<(u8, u32)>)> = Vec::new();
        let mut given: Vec<(EntityTag, (u8, u32))> = Vec::new();
        for event in events {
            match event {
                Event::BeginRead if reads.len() < 4 => reads.push((resource.versions.begin_read(), None)),
                Event::Answer(read) => if let Some((_, answer @ None)) = reads.get_mut(read) {
                    *answer = Some((content, applied));
                },
                Event::EndRead(read) => if let Some((start, Some(answer))) = reads.get(read).copied() {
                    reads.remove(read);
                    given.push((see(&mut resource, start, answer.0), answer));
                },
                Event::BeginWrite if !writing => { resource.versions.begin_write(); writing = true; }
                Event::Apply(to) if writing => (content, applied) = (to, applied + 1),
                Event::EndWrite if writing => { resource.versions.end_write(&resource.issuer); writing = false; }
                Event::Around(to) if !is_coarse => content = to,
                _ => {}
            }
            // The evaluation of a write: a read that nothing overlaps.
            if !writing {
                let start = resource.versions.begin_read();
                let current = see(&mut resource, start, content);
                for (tag, (read, at)) in given.iter().filter(|(tag, _)| *tag == current) {
                    prop_assert!(*read == content, "{read} was read, and {content} would be replaced with {tag}");
                    prop_assert!(!is_coarse || *at == applied, "{tag} is older than the last write");
                }
            }
        }
    }
}
