//! Ctrl-C and SIGTERM become a flag that waiting loops look at, so that servers and
//! databases started by a command are always stopped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::Result;

static FLAG: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(false)));

/// Begins to listen; without it a signal ends the program at once.
pub fn install() -> Result<()> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&FLAG))?;
    }
    Ok(())
}

/// Whether somebody asked the program to stop.
pub fn requested() -> bool {
    FLAG.load(Ordering::SeqCst)
}
