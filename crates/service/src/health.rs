//! Whether the server can do its work.

use crate::{Context, Result};

/// Asks the database for an answer.
///
/// # Errors
/// `Unavailable`.
pub fn ping(cx: &mut Context) -> Result<()> {
    cx.ping()
}
