//! Stopping early: processes end and files go, as they do at the end of a run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::{Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on Ctrl-C and SIGTERM end the run in order; asked a second time, at once.
///
/// # Errors
/// When the system does not allow it.
pub fn listen() -> Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&ASKED))?;
        signal_hook::flag::register(signal, Arc::clone(&ASKED))?;
    }
    Ok(())
}

/// Goes on, unless the end was asked for.
///
/// # Errors
/// Then.
pub fn check() -> Result<()> {
    if ASKED.load(Ordering::Relaxed) {
        bail!("stopped before the end");
    }
    Ok(())
}
