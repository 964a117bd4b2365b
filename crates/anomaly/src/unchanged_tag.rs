//! The rule for tags that do not change: one tag was sent with two contents.

use contract::{Anomaly, AnomalyKind, Certainty};

use crate::body::BodyRef;
use crate::facts::{Applied, ExchangeFacts};
use crate::memory::MemoryView;
use crate::resource::TagSighting;
use crate::wording::{add_exchanges, anomaly};

/// A strong tag changes whenever the representation does.
const STRONG_CLAUSE: &str = "RFC 9110 8.8.1";

/// Returns that the tag of this response was sent with another content before.
///
/// `sighting` is the tag of this response, with its whole body. Contents with a content coding are not compared: the
/// same text can be compressed in several ways.
pub(crate) fn unchanged_tag(
    memory: &MemoryView<'_>,
    facts: &ExchangeFacts<'_>,
    sighting: &TagSighting,
) -> Option<Anomaly> {
    let digest = |body: &Option<BodyRef>| body.as_ref().and_then(|body| body.digest);
    let now = digest(&sighting.body)?;
    let resource = memory.resource;
    if !facts.shows_representation() || resource.unchanged.contains(&sighting.tag) {
        return None;
    }
    let before = resource.tags.iter().find(|known| {
        known.tag == sighting.tag
            && known.variant == sighting.variant
            && digest(&known.body).is_some_and(|before| before != now)
    })?;
    let tag = &sighting.tag;
    let numbers = [before.number, sighting.number];
    if !tag.is_weak() {
        let sentence = format!(
            "the tag {tag} does not tell versions apart: exchanges {} and {} have it with different contents",
            before.number, sighting.number
        );
        let mut found = anomaly(facts, AnomalyKind::UnchangedTag, Certainty::Certain, STRONG_CLAUSE, sentence);
        add_exchanges(&mut found, numbers);
        return Some(found);
    }
    // A weak tag may stay the same as long as readers do not care. A write between the two is reason to doubt that.
    let write = resource.writes.iter().find(|write| {
        write.applied == Applied::Yes
            && write.forwarded > before.first_answered
            && write.is_before(sighting.last_forwarded)
    })?;
    let sentence = format!(
        "the weak tag {tag} is the same before and after exchange {}, and the content is not; a condition with it \
         may not notice that change",
        write.number
    );
    let mut found = anomaly(facts, AnomalyKind::UnchangedTag, Certainty::Possible, STRONG_CLAUSE, sentence);
    add_exchanges(&mut found, [before.number, write.number, sighting.number]);
    Some(found)
}
