//! What a document is to people who take turns: a version and its text, and compare-and-set.
//!
//! It knows nothing of HTTP and nothing of concurrency. Whether people who do not take turns can be told apart from
//! people who do is the question.

use stateright::semantics::SequentialSpec;

/// A document that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Register {
    pub(crate) version: u64,
    pub(crate) text: String,
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    /// Read, unless this is still the version.
    Revalidate(u64),
    /// Replace this version, and no other, by this text.
    Write {
        onto: u64,
        text: String,
    },
}

/// What they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// This is the document.
    Holds(Register),
    /// It still is this version.
    Unchanged(u64),
    /// It was replaced, by this version.
    Wrote(u64),
    /// It was not, because it is at this version.
    Refused(u64),
}

impl SequentialSpec for Register {
    type Op = Operation;
    type Ret = Outcome;

    fn invoke(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::Revalidate(version) if *version == self.version => Outcome::Unchanged(self.version),
            Operation::Read | Operation::Revalidate(_) => Outcome::Holds(self.clone()),
            Operation::Write { onto, text } if *onto == self.version => {
                *self = Self { version: self.version + 1, text: text.clone() };
                Outcome::Wrote(self.version)
            }
            Operation::Write { .. } => Outcome::Refused(self.version),
        }
    }
}
