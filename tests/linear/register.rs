//! The sequential specification of a document: a version and its text, with compare-and-set.
//!
//! It knows nothing of HTTP or of concurrency. The tests ask whether concurrent clients can tell the server from it.

use stateright::semantics::SequentialSpec;

/// A document that exists.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Register {
    pub(crate) version: u64,
    pub(crate) text: String,
}

/// An operation of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    /// Reads the document unless it is still at this version.
    Revalidate(u64),
    /// Replaces this version, and no other, by this text.
    Write {
        onto: u64,
        text: String,
    },
}

/// The outcome of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The document.
    Holds(Register),
    /// The document is still at this version.
    Unchanged(u64),
    /// The document was replaced by this version.
    Wrote(u64),
    /// The document was not replaced, since it is at this version.
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
