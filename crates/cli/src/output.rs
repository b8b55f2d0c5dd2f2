//! Standard output of commands whose output is their result.

use std::io::{ErrorKind, Write as _};

use anyhow::Result;

/// Prints text and a line break. A reader that leaves early (`| head`) is no error.
pub fn print(text: &str) -> Result<()> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
