//! What crosses between providers, byte by byte, beside the drafts' names: `cargo xtask trace`.
//!
//! The bytes are read by a reader of its own ([`Line`]), not by the crate `wire`, so that the two can be compared.

mod bodies;
mod cose;
mod mls;
mod numbers;
mod people;
mod print;
mod reader;
mod say;
mod state;
mod story;

pub use print::{Hex, write};
pub use reader::{Broken, Line, NOT_UNDERSTOOD};
pub use story::{Chapter, Told, tell};

use crate::Crossing;

/// One body, taken apart.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its fields, in order; together they are all its bytes.
    pub lines: Vec<Line>,
    /// It is not what it should be; [`NOT_UNDERSTOOD`] is the last line then.
    pub broken: Option<Broken>,
}

/// The body of the request.
pub fn request(crossing: &Crossing) -> Taken {
    let (lines, broken) = bodies::request(crossing.endpoint, &crossing.body);
    Taken { lines, broken }
}

/// The body of the answer.
pub fn answer(crossing: &Crossing) -> Taken {
    let (lines, broken) = bodies::answer(crossing.endpoint, crossing.status, &crossing.answer);
    Taken { lines, broken }
}
