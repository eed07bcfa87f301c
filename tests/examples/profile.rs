//! Prints what it costs to have been there for long: `profile [sizes [folder]]`; `cargo xtask bench-profile` runs it.

use std::error::Error;
use std::io::stdout;
use std::path::Path;

use doorstep_tests::long_past::measure_all;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (most, folder) = (arguments.next().map_or(Ok(2), |most| most.parse())?, arguments.next());
    measure_all(&mut stdout().lock(), most, folder.as_deref().map(Path::new))?;
    Ok(())
}
