//! Random requests get the same answers from SQLite as from the model.

use std::fmt::Write as _;

use contract::{Document, Timestamp};
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use precondition::{BodyState, Conditions, EntityTag, Method, Policy};
use serde_json::json;
use store::contract_tests::TestDatabase;
use store::contract_tests::requests::id;
use store::{
    DocumentChange, EventQuery, JudgeRequest, ListQuery, SqliteStore, Store, StoreOptions, VersionQuery, WriteRequest,
};

use crate::model::Versions;

/// Random numbers from a seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()].clone()
    }
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const KINDS: [Etags; 3] = [Etags::Version, Etags::Content, Etags::Seconds];
/// Mostly the strict policy.
const PRECONDITIONS: [Preconditions; 4] =
    [Preconditions::Required, Preconditions::Required, Preconditions::Optional, Preconditions::Ignored];

/// Requests, and what they may refer to: all tags that were issued so far.
struct Requests {
    random: Random,
    tags: Vec<EntityTag>,
    now: u64,
}

impl Requests {
    fn policy(&mut self) -> Policy {
        Policy {
            preconditions: self.random.one_of(&PRECONDITIONS),
            etags: self.random.one_of(&KINDS),
            judging: Judging::Atomic,
            dates: self.random.one_of(&[Dates::StrongOnly, Dates::Trusted]),
        }
    }

    fn conditions(&mut self) -> Conditions {
        let newest = self.tags.len().saturating_sub(6);
        let recent = self.tags.get(newest..).unwrap_or_default();
        let choices = if self.random.below(3) == 0 { &self.tags[..] } else { recent };
        let tags: Vec<String> = match choices {
            [] => vec!["\"unknown\"".to_owned()],
            choices => (0..=self.random.below(2)).map(|_| self.random.one_of(choices).to_string()).collect(),
        };
        let weak = if self.random.below(8) == 0 { "W/" } else { "" };
        let tags = format!("{weak}{}", tags.join(", "));
        let (name, value) = match self.random.below(10) {
            0 => return Conditions::default(),
            1 => ("If-None-Match", "*".to_owned()),
            2 => ("If-None-Match", tags),
            3 => ("If-Match", "*".to_owned()),
            _ => ("If-Match", tags),
        };
        Conditions::from_fields([(name, value.as_bytes())])
    }

    fn document(&mut self) -> Document {
        let parent = (self.random.below(3) == 0).then(|| id(self.random.one_of(&NAMES)));
        let content = format!("text {}", self.random.below(5));
        Document { title: "T".to_owned(), content, parent }
    }

    fn change(&mut self) -> DocumentChange {
        match self.random.below(10) {
            0 | 1 => DocumentChange::Delete,
            2 => DocumentChange::create(self.document()),
            3 => DocumentChange::Patch { patch: json!({"content": "patched", "parent": null}), limit: 20 },
            4 => DocumentChange::Patch { patch: json!({"parent": self.random.one_of(&NAMES)}), limit: 8 },
            _ => DocumentChange::put(self.document()),
        }
    }

    fn write(&mut self) -> WriteRequest {
        self.now += self.random.below(800);
        WriteRequest {
            id: id(self.random.one_of(&NAMES)),
            conditions: self.conditions(),
            change: self.change(),
            author: self.random.one_of(&["ann", "bob"]).parse().unwrap(),
            at: Timestamp::from_millis(self.now),
            policy: self.policy(),
            policy_revision: None,
            settings_revision: None,
        }
    }

    fn question(&mut self) -> JudgeRequest {
        let (method, body) = self.random.one_of(&[
            (Method::Read, BodyState::Read),
            (Method::Put, BodyState::Unread),
            (Method::Delete, BodyState::Unread),
        ]);
        JudgeRequest {
            id: id(self.random.one_of(&NAMES)),
            conditions: self.conditions(),
            method,
            body,
            author: Some(self.random.one_of(&["ann", "bob"]).parse().unwrap()),
            now: Timestamp::from_millis(self.now).to_http_date(),
            policy: self.policy(),
        }
    }
}

/// Returns everything that a store says about these documents, the judgement of a question aside.
async fn everything(store: &dyn Store) -> String {
    let mut told = String::new();
    for name in NAMES {
        let query = VersionQuery { id: id(name), before: None, limit: 1000, bytes: usize::MAX };
        writeln!(told, "{:?} {:?}", store.read(&id(name)).await, store.versions(query).await).unwrap();
        writeln!(told, "{:?}", store.version(&id(name), 2).await).unwrap();
    }
    let documents = ListQuery { after: None, limit: 3, bytes: usize::MAX };
    let events = EventQuery { after: 0, id: None, limit: 10_000 };
    writeln!(told, "{:?} {:?}", store.list(documents).await, store.events(events).await).unwrap();
    told
}

/// Returns what the stores say, and fails if they disagree.
macro_rules! agree {
    ($stores:expr, |$store:ident| $ask:expr, $context:expr) => {{
        let [$store, model] = $stores;
        let answer = $ask;
        let $store = model;
        assert_eq!(format!("{answer:?}"), format!("{:?}", $ask), "SQLite and the model: {:?}", $context);
        answer
    }};
}

#[tokio::test]
async fn random_requests_get_the_same_answers_as_from_the_model() {
    let given = std::env::var("MODEL_SEED").ok().and_then(|seed| seed.parse().ok());
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = given.unwrap_or_else(|| u64::try_from(clock.as_millis()).unwrap());
    println!("MODEL_SEED={seed}");
    let (mut made, mut early) = (0, 0);
    for round in 0..8 {
        let (sqlite, model) = (SqliteStore::memory().unwrap(), Versions::default().open(StoreOptions::default()).await);
        let stores: [&dyn Store; 2] = [&sqlite, &*model];
        let mut requests = Requests { random: Random(seed.wrapping_add(round)), tags: Vec::new(), now: 1_000_000 };
        for _ in 0..120 {
            let request = requests.write();
            let refused = sqlite.refuse_cached(&request);
            assert!(sqlite.refuse_after_commit(&request).await.is_none(), "nothing is being committed: {request:?}");
            let outcome = agree!(stores, |store| store.write(request.clone()).await.unwrap(), request);
            if let Some(refused) = refused {
                assert_eq!(format!("{refused:?}"), format!("{outcome:?}"), "from memory: {request:?}");
                early += 1;
            }
            if let Some(stored) = outcome.appended() {
                requests.tags.extend(KINDS.map(|kind| stored.etag(kind)));
                made += 1;
            }
            let question = requests.question();
            agree!(stores, |store| store.judge(question.clone()).await.unwrap().judgement, question);
            let kind = question.policy.etags;
            let tags: Vec<_> = question.conditions.sent_tags().cloned().collect();
            agree!(stores, |store| store.has_issued(&question.id, tags.clone(), kind).await.unwrap(), question);
        }
        assert_eq!(everything(&sqlite).await, everything(&*model).await);
    }
    assert!(made > 100, "the writes were not all refused: {made} versions");
    assert!(early > 50, "{early} writes were refused from memory");
}
