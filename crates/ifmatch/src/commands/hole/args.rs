//! The command line of `ifmatch hole`.

use clap::{Args, ValueEnum};
use holes::ServerLetter;

/// A server, by its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LetterArg {
    /// The first server.
    A,
    /// The second server.
    B,
    /// The third server.
    C,
}

impl From<LetterArg> for ServerLetter {
    fn from(letter: LetterArg) -> Self {
        match letter {
            LetterArg::A => Self::A,
            LetterArg::B => Self::B,
            LetterArg::C => Self::C,
        }
    }
}

/// `ifmatch hole`
#[derive(Debug, Args)]
#[command(after_help = "\
Each server has one mistake that real servers make, and each another one. Everything else about it is right. All of them
lose updates: by a race, by a condition that is not one, or by two versions with one name. Find out which does what:

  1. Predict. Read the list of suspects, and say what each of them would do to two saves with one tag.
  2. Ask. 'ifmatch probe URL --write' asks some 50 questions, and shows the requests and the responses. For saves of your
     own, put a proxy in between: 'ifmatch proxy --to URL' shows them, and names those that are lost. Send two at once,
     with 'curl --parallel': the gate of the proxy (the key i) forwards one after the other, so it shows no race.
  3. Guess. Type the server's letter and the number of a suspect, such as 'b 4'. A right guess tells the clause that is
     broken and the mend, and mends the server: probe it again, and nothing is wrong any more. A wrong guess tells what
     you would have seen.

Which letter has which mistake depends on the seed, which is random unless it is given. The servers run until Ctrl-C.
Their notes are in memory, and only this machine can reach them.

Examples:
  ifmatch hole                           start all three, and guess
  ifmatch hole b --seed 42               start one of them, and always with the same mistake
  ifmatch hole b --seed 42 --guess 4     is it suspect 4? Prints the answer, without a server

Exit codes: 0 ended by Ctrl-C, or the guess is right · 1 the guess is wrong · 2 wrong usage · 74 an address or the output
            failed")]
pub(crate) struct HoleArgs {
    /// The server. [default: all three]
    #[arg(value_enum, value_name = "SERVER", ignore_case = true)]
    pub(super) server: Option<LetterArg>,

    /// The seed of the order, as it was printed at the start. [default: random]
    #[arg(long, value_name = "NUMBER")]
    pub(super) seed: Option<u64>,

    /// Say whether the server of this seed has the mistake with this number, and end.
    #[arg(long, value_name = "NUMBER", requires = "server", requires = "seed")]
    pub(super) guess: Option<usize>,
}
