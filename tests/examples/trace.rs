//! Prints what crosses between two providers; `cargo xtask trace` runs it.

use std::io::{BufWriter, Error, Write, stdout};

use doorstep_tests::trace::{Hex, tell, write};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let hex = if arguments.next().as_deref() == Some("--whole") { Hex::Whole } else { Hex::Short };
    let mut out = BufWriter::new(stdout().lock());
    write(&mut out, &tell(1).chapters, hex)?;
    out.flush()
}
