//! The thread that derives standings that are due, whether anybody asks for a board or not.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use persistence::{Pool, transaction};

use super::refresh;
use crate::{Result, app};

/// How long it rests when nothing is due.
const REST: Duration = Duration::from_secs(20);
/// Changes that one transaction takes.
const MANY: i64 = 1000;

#[derive(Default)]
struct Shared {
    closed: Mutex<bool>,
    told: Condvar,
}

/// The thread, as long as this lives.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
}

impl Keeper {
    pub fn start(pool: &Pool) -> Keeper {
        let shared = Arc::new(Shared::default());
        let (pool, its) = (pool.clone(), shared.clone());
        let thread = std::thread::Builder::new().name("standings".into());
        if let Err(error) = thread.spawn(move || keep(&pool, &its)) {
            log::error!("no thread to keep leaderboards with: {error}");
        }
        Keeper { shared }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        *self.shared.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.told.notify_all();
    }
}

impl Shared {
    /// True when the program ends before `rest` is over.
    fn rest(&self, rest: Duration) -> bool {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(closed, rest, |closed| !*closed);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

fn keep(pool: &Pool, shared: &Shared) {
    let mut rest = REST;
    while !shared.rest(rest) {
        // A fault must not end the thread.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| some(pool)));
        rest = match done {
            // There may be more.
            Ok(Ok(derived)) if derived > 0 => Duration::ZERO,
            Ok(Ok(_)) => REST,
            Ok(Err(error)) => {
                log::debug!("standings are left for later: {error}");
                REST
            }
            Err(_) => {
                log::error!("deriving standings failed unexpectedly");
                REST
            }
        };
    }
}

fn some(pool: &Pool) -> Result<usize> {
    let now = app::now();
    let mut link = pool.get()?;
    if !transaction::statement(&mut link, |conn| super::rows::find_summary(conn, now.date_naive()))?.is_due {
        return Ok(0);
    }
    transaction::system(&mut link, |conn| refresh(conn, now, MANY, true))
}
