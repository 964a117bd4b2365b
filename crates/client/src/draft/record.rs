//! A draft as JSON: the content of its file, in this version of the program and in earlier ones.
//!
//! Edits of a long text may follow the JSON value: see [`edits`].
//!
//! What a user who finds the file wants to know comes first: whose draft it is, and of what. For a merge in progress,
//! the base and the user's own side are left out if they equal those of the draft, as they mostly do.

use std::borrow::Cow;
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use contract::{Document, DocumentId, EntityTag, Snapshot};
use editor::{Draft, HandAbout, HandRecord, KnownVersion, MergeDraft, MergedOver, WorkingCopy};
use merge::{Choice, Decision, DecisionRecord, Ending, Format};
use serde::{Deserialize, Serialize};
use text::Text;

use super::edits::{EditedTexts, TextEdit};
use super::{DraftKey, edits};

/// The newest format that this program writes and reads. A higher number is a later program's.
const FORMAT_VERSION: u32 = FORMAT_WITH_MERGE_EDITS;

/// The format of a draft that is one JSON value. Earlier programs read it.
const FORMAT_WHOLE: u32 = 2;

/// The format of a draft whose file has edits after the JSON value: see [`edits`].
const FORMAT_WITH_EDITS: u32 = 3;

/// The format of a draft of a merge whose file has edits after the JSON value.
///
/// An earlier program would apply the edits of a text that is being written by hand to the text of the document.
const FORMAT_WITH_MERGE_EDITS: u32 = 4;

/// The content of a draft's file.
#[derive(Debug, Serialize, Deserialize)]
struct DraftRecord<'a> {
    format: u32,
    #[serde(flatten)]
    owner: Owner,
    base: Option<Cow<'a, KnownVersion>>,
    /// Left out in a file with edits if the edits begin with the document of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mine: Option<Cow<'a, WorkingCopy>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by_hand: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aside: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unread: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merge: Option<MergeRecord<'a>>,
}

/// The owner and the subject of a draft: a document on a server, or a file.
///
/// These are plain texts and not parsed: a draft whose author is no longer a valid name is a draft all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) server: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) document: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<String>,
    /// For users only, since JSON cannot represent every path.
    ///
    /// The hash in the draft's name identifies the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct MergeRecord<'a> {
    theirs: Cow<'a, Snapshot>,
    base_tag: Option<EntityTag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<Cow<'a, Document>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mine: Option<Cow<'a, Document>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<Cow<'a, WorkingCopy>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<RebasedTextsRecord<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<ChoiceRecord<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<ChoiceRecord<Option<DocumentId>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line_format: Option<ChoiceRecord<FormatRecord>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<RegionRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hands: Vec<HandJson>,
}

/// A text that the user is editing by hand.
#[derive(Debug, Serialize, Deserialize)]
struct HandJson {
    about: HandAboutJson,
    text: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HandAboutJson {
    Title,
    Parent,
    Region { base: (usize, usize), mine: String, theirs: String },
    Whole,
}

#[derive(Debug, Serialize, Deserialize)]
struct RebasedTextsRecord<'a> {
    base: Cow<'a, str>,
    mine: Cow<'a, str>,
}

/// A choice; an undecided one is left out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChoiceRecord<T> {
    Mine,
    Theirs,
    Base,
    Edited(T),
}

#[derive(Debug, Serialize, Deserialize)]
struct FormatRecord {
    byte_order_mark: bool,
    crlf: bool,
    final_newline: bool,
}

/// A decision: a half-open range of lines of the base, and the texts of mine and theirs.
#[derive(Debug, Serialize, Deserialize)]
struct RegionRecord {
    base: (usize, usize),
    mine: String,
    theirs: String,
    decision: DecisionKind,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    superseded_with_mine: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    superseded_with_theirs: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DecisionKind {
    Mine,
    Theirs,
    MineTheirs,
    TheirsMine,
    Base,
    Edited(String),
}

/// Writes a draft as the bytes of its file.
///
/// The texts are written piece by piece: a draft is written while the user types, and a copy of each text would take
/// several times the memory of the text, again and again.
pub(super) fn write(writer: impl Write, key: &DraftKey, draft: &Draft) -> io::Result<()> {
    write_value(writer, key, draft, FORMAT_WHOLE, Some(&draft.mine))
}

/// Writes a draft of a long text, whose later states can be appended as [`edits`].
///
/// If little of the base has changed, the text is written as one edit of it. In a merge, it is written as a whole,
/// since it is the user's side of the merge too.
pub(super) fn write_with_edits(mut writer: impl Write, key: &DraftKey, draft: &Draft) -> io::Result<()> {
    if draft.merge.is_some() {
        write_value(&mut writer, key, draft, FORMAT_WITH_MERGE_EDITS, Some(&draft.mine))?;
        return writer.write_all(b"\n");
    }
    let base = draft.base.as_deref().filter(|base| edits::is_equal_besides(&base.document, &draft.mine));
    let edit = base.map(|base| TextEdit::between(&base.document.content, &draft.mine.content));
    let edit = edit.filter(|edit| edit.as_ref().is_none_or(|edit| edit.is_shorter_than(&draft.mine.content)));
    let mine = edit.is_none().then_some(&draft.mine);
    write_value(&mut writer, key, draft, FORMAT_WITH_EDITS, mine)?;
    writer.write_all(b"\n")?;
    if let Some(Some(edit)) = edit { writer.write_all(&edit.to_line()?) } else { Ok(()) }
}

fn write_value(
    writer: impl Write,
    key: &DraftKey,
    draft: &Draft,
    format: u32,
    mine: Option<&WorkingCopy>,
) -> io::Result<()> {
    let Draft { base, mine: all_of_mine, manual_edit, aside, unread, merge } = draft;
    let merge = merge.as_ref().map(|merge| MergeRecord::new(merge, base.as_deref(), all_of_mine));
    let record = DraftRecord {
        format,
        owner: Owner::of(key),
        base: base.as_deref().map(Cow::Borrowed),
        by_hand: manual_edit.as_deref().map(Cow::Borrowed),
        aside: aside.as_deref().map(Cow::Borrowed),
        unread: unread.as_deref().map(Cow::Borrowed),
        merge,
        mine: mine.map(Cow::Borrowed),
    };
    Ok(serde_json::to_writer_pretty(writer, &record)?)
}

/// Parses the bytes of a file into the owner and the draft; an error says what is wrong with the bytes.
pub(super) fn read(bytes: &[u8]) -> Result<(Owner, Draft), String> {
    #[derive(Deserialize)]
    struct Marked {
        format: u32,
    }
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    let (marked, _): (Marked, _) = first_value(bytes)?;
    if !(1..=FORMAT_VERSION).contains(&marked.format) {
        return Err(format!("it has format {}, and this program reads formats 1 to {FORMAT_VERSION}", marked.format));
    }
    let (record, rest): (DraftRecord, _) = first_value(bytes)?;
    let DraftRecord { format, owner, base, mine, by_hand, aside, unread, merge } = record;
    let begun_with = base.as_ref().filter(|_| format == FORMAT_WITH_EDITS).map(|base| &base.document);
    let mut mine = mine.or_else(|| begun_with.cloned().map(Cow::Owned)).ok_or("it has no text")?;
    // My side of the merge may be left out, and then is the text before the edits.
    let mut merge = merge.map(|merge| merge.into_draft(base.as_deref(), &mine));
    if matches!(format, FORMAT_WITH_EDITS | FORMAT_WITH_MERGE_EDITS) {
        let mut hands = merge.iter_mut().flat_map(|merge| &mut merge.hands).collect::<Vec<_>>();
        let mut texts = EditedTexts {
            mine: mem::take(&mut mine.to_mut().content),
            hands: hands.iter().map(|hand| Text::from(hand.text.as_str())).collect(),
        };
        edits::apply(&mut texts, rest)?;
        mine.to_mut().content = texts.mine;
        for (hand, text) in hands.iter_mut().zip(texts.hands) {
            hand.text = text.to_string();
        }
    } else if !rest.trim_ascii().is_empty() {
        return Err("it has other content after its end".to_owned());
    }
    let merge = merge.map(Arc::new);
    let text = |text: Option<Cow<'_, str>>| text.map(Arc::from);
    let draft = Draft {
        base: base.map(|base| Arc::new(base.into_owned())),
        mine: mine.into_owned(),
        manual_edit: text(by_hand),
        aside: text(aside),
        unread: text(unread),
        merge,
    };
    Ok((owner, draft))
}

/// Returns the JSON value at the beginning of a file, and what follows it.
fn first_value<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<(T, &'b [u8]), String> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter();
    match values.next() {
        Some(Ok(value)) => Ok((value, &bytes[values.byte_offset()..])),
        Some(Err(error)) => Err(why_unreadable(&error)),
        None => Err("it is empty".to_owned()),
    }
}

/// Returns why the bytes of a draft cannot be parsed, in plain words if they end too soon.
fn why_unreadable(error: &serde_json::Error) -> String {
    if error.is_eof() { "it is cut off".to_owned() } else { error.to_string() }
}

impl Owner {
    fn of(key: &DraftKey) -> Self {
        match key {
            DraftKey::Document { server, document, author } => Self {
                server: Some(server.to_string()),
                document: Some(document.to_string()),
                author: Some(author.to_string()),
                file: None,
            },
            DraftKey::File(path) => {
                let file = Some(path.to_string_lossy().into_owned());
                Self { server: None, document: None, author: None, file }
            }
        }
    }
}

/// Returns the document of a draft's base.
///
/// `None` if two authors created the document, so that there is no base.
fn base_document(base: Option<&KnownVersion>) -> Option<&WorkingCopy> {
    base.map(|base| &base.document)
}

impl<'a> MergeRecord<'a> {
    fn new(merge: &'a MergeDraft, base: Option<&KnownVersion>, mine: &WorkingCopy) -> Self {
        let MergeDraft {
            base: over_base,
            base_tag,
            mine: my_side,
            sent,
            theirs,
            over,
            title,
            parent,
            format,
            full_override: whole,
            decisions,
            hands,
        } = merge;
        Self {
            theirs: Cow::Borrowed(&**theirs),
            base_tag: base_tag.clone(),
            sent: sent.as_ref().map(Cow::Borrowed),
            base: (base_document(base).is_none_or(|base| *base != **over_base)).then(|| Cow::Borrowed(&**over_base)),
            mine: (*mine != **my_side).then(|| Cow::Borrowed(&**my_side)),
            over: over.as_ref().map(|MergedOver { base, mine }| RebasedTextsRecord {
                base: Cow::Borrowed(base),
                mine: Cow::Borrowed(mine),
            }),
            title: ChoiceRecord::of(title.clone()),
            parent: ChoiceRecord::of(parent.clone()),
            line_format: ChoiceRecord::of(format.clone()).map(|choice| choice.map(FormatRecord::from)),
            whole: whole.as_deref().map(Cow::Borrowed),
            decisions: decisions.iter().filter_map(RegionRecord::of).collect(),
            hands: hands.iter().cloned().map(HandJson::from).collect(),
        }
    }

    fn into_draft(self, base: Option<&KnownVersion>, mine: &WorkingCopy) -> MergeDraft {
        MergeDraft {
            base: Arc::new(
                self.base
                    .map(Cow::into_owned)
                    .or_else(|| base_document(base).map(WorkingCopy::to_document))
                    .unwrap_or_default(),
            ),
            base_tag: self.base_tag,
            mine: Arc::new(self.mine.map_or_else(|| mine.to_document(), Cow::into_owned)),
            sent: self.sent.map(Cow::into_owned),
            theirs: Arc::new(self.theirs.into_owned()),
            over: self.over.map(|RebasedTextsRecord { base, mine }| MergedOver {
                base: base.into_owned(),
                mine: mine.into_owned(),
            }),
            title: ChoiceRecord::read(self.title),
            parent: ChoiceRecord::read(self.parent),
            format: ChoiceRecord::read(self.line_format.map(|choice| choice.map(Format::from))),
            full_override: self.whole.map(Cow::into_owned),
            decisions: self.decisions.into_iter().map(DecisionRecord::from).collect(),
            hands: self.hands.into_iter().map(HandRecord::from).collect(),
        }
    }
}

impl<T> ChoiceRecord<T> {
    fn of(choice: Choice<T>) -> Option<Self> {
        Some(match choice {
            Choice::Undecided => return None,
            Choice::Mine => Self::Mine,
            Choice::Theirs => Self::Theirs,
            Choice::Base => Self::Base,
            Choice::Edited(value) => Self::Edited(value),
        })
    }

    fn read(record: Option<Self>) -> Choice<T> {
        match record {
            None => Choice::Undecided,
            Some(Self::Mine) => Choice::Mine,
            Some(Self::Theirs) => Choice::Theirs,
            Some(Self::Base) => Choice::Base,
            Some(Self::Edited(value)) => Choice::Edited(value),
        }
    }

    fn map<U>(self, edited: impl FnOnce(T) -> U) -> ChoiceRecord<U> {
        match self {
            Self::Mine => ChoiceRecord::Mine,
            Self::Theirs => ChoiceRecord::Theirs,
            Self::Base => ChoiceRecord::Base,
            Self::Edited(value) => ChoiceRecord::Edited(edited(value)),
        }
    }
}

impl From<Format> for FormatRecord {
    fn from(format: Format) -> Self {
        let Format { byte_order_mark, ending, final_newline } = format;
        Self { byte_order_mark, crlf: ending == Ending::Crlf, final_newline }
    }
}

impl From<FormatRecord> for Format {
    fn from(record: FormatRecord) -> Self {
        let FormatRecord { byte_order_mark, crlf, final_newline } = record;
        Self { byte_order_mark, ending: if crlf { Ending::Crlf } else { Ending::Lf }, final_newline }
    }
}

impl RegionRecord {
    fn of(record: &DecisionRecord) -> Option<Self> {
        // Documents are UTF-8, and so are whole lines of them: nothing is replaced here.
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let decision = match &record.decision {
            Decision::Undecided => return None,
            Decision::Mine => DecisionKind::Mine,
            Decision::Theirs => DecisionKind::Theirs,
            Decision::MineTheirs => DecisionKind::MineTheirs,
            Decision::TheirsMine => DecisionKind::TheirsMine,
            Decision::Base => DecisionKind::Base,
            Decision::Edited(bytes) => DecisionKind::Edited(text(bytes)),
        };
        Some(Self {
            base: (record.base.start, record.base.end),
            mine: text(&record.mine),
            theirs: text(&record.theirs),
            decision,
            superseded_with_mine: !record.is_last_with_mine,
            superseded_with_theirs: !record.is_last_with_theirs,
        })
    }
}

impl From<HandRecord> for HandJson {
    fn from(record: HandRecord) -> Self {
        // Whole lines of a document are UTF-8: nothing is replaced here.
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let about = match record.about {
            HandAbout::Title => HandAboutJson::Title,
            HandAbout::Parent => HandAboutJson::Parent,
            HandAbout::Region { base, mine, theirs } => {
                HandAboutJson::Region { base: (base.start, base.end), mine: text(&mine), theirs: text(&theirs) }
            }
            HandAbout::Whole => HandAboutJson::Whole,
        };
        Self { about, text: record.text }
    }
}

impl From<HandJson> for HandRecord {
    fn from(json: HandJson) -> Self {
        let about = match json.about {
            HandAboutJson::Title => HandAbout::Title,
            HandAboutJson::Parent => HandAbout::Parent,
            HandAboutJson::Region { base, mine, theirs } => {
                HandAbout::Region { base: base.0..base.1, mine: mine.into_bytes(), theirs: theirs.into_bytes() }
            }
            HandAboutJson::Whole => HandAbout::Whole,
        };
        Self { about, text: json.text }
    }
}

impl From<RegionRecord> for DecisionRecord {
    fn from(record: RegionRecord) -> Self {
        Self {
            base: record.base.0..record.base.1,
            mine: record.mine.into_bytes(),
            theirs: record.theirs.into_bytes(),
            decision: match record.decision {
                DecisionKind::Mine => Decision::Mine,
                DecisionKind::Theirs => Decision::Theirs,
                DecisionKind::MineTheirs => Decision::MineTheirs,
                DecisionKind::TheirsMine => Decision::TheirsMine,
                DecisionKind::Base => Decision::Base,
                DecisionKind::Edited(text) => Decision::Edited(text.into_bytes()),
            },
            is_last_with_mine: !record.superseded_with_mine,
            is_last_with_theirs: !record.superseded_with_theirs,
        }
    }
}
