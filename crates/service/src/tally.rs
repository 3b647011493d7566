//! What this process was sent, counted for admins. Counting is an addition in memory; a thread adds the sums to the
//! minute in the database every ten seconds, where those of all processes meet. A process that is killed takes at most
//! ten seconds of these figures with it, and nothing else.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use domain::admin::stats::{Uploads, minute_of};
use persistence::{Pool, transaction};

use crate::{Result, app};

/// How often sums are added, in milliseconds. A minute is a multiple of it, so that each sum is of one minute.
const EVERY: i64 = 10_000;
/// How long the end of the program waits for the last sums.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Shared {
    batches: AtomicI64,
    accepted: AtomicI64,
    updated: AtomicI64,
    duplicates: AtomicI64,
    rejected: AtomicI64,
    closed: Mutex<bool>,
    told: Condvar,
}

/// Sums that are not in the database yet, and the thread that takes them there.
pub(crate) struct Tally {
    shared: Arc<Shared>,
    /// Nothing ever comes out of it: it closes when the thread has ended.
    ended: Mutex<Receiver<()>>,
}

impl Tally {
    pub fn start(pool: &Pool) -> Tally {
        let shared = Arc::new(Shared::default());
        let (running, ended) = channel();
        let (pool, its) = (pool.clone(), shared.clone());
        let thread = std::thread::Builder::new().name("tally".into());
        if let Err(error) = thread.spawn(move || keep(&pool, &its, running)) {
            log::error!("no thread to keep figures of uploads with: {error}");
        }
        Tally { shared, ended: Mutex::new(ended) }
    }

    /// Counts an upload that was answered.
    pub fn count(&self, upload: &Uploads) {
        self.shared.add(upload);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        *self.shared.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.told.notify_all();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            log::warn!("the last figures of uploads could not be kept");
        }
    }
}

impl Shared {
    fn add(&self, more: &Uploads) {
        for (sum, count) in [
            (&self.batches, more.batches),
            (&self.accepted, more.accepted),
            (&self.updated, more.updated),
            (&self.duplicates, more.duplicates),
            (&self.rejected, more.rejected),
        ] {
            if count != 0 {
                sum.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    fn take(&self) -> Uploads {
        Uploads {
            batches: self.batches.swap(0, Ordering::Relaxed),
            accepted: self.accepted.swap(0, Ordering::Relaxed),
            updated: self.updated.swap(0, Ordering::Relaxed),
            duplicates: self.duplicates.swap(0, Ordering::Relaxed),
            rejected: self.rejected.swap(0, Ordering::Relaxed),
        }
    }

    /// Waits for the next multiple of [`EVERY`]; true when the program ends before it.
    fn wait(&self) -> bool {
        let rest = EVERY - app::now().timestamp_millis().rem_euclid(EVERY);
        let rest = Duration::from_millis(rest.unsigned_abs());
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(closed, rest, |closed| !*closed);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[allow(clippy::needless_pass_by_value, reason = "`running` ends with the thread")]
fn keep(pool: &Pool, shared: &Shared, running: Sender<()>) {
    loop {
        let last = shared.wait();
        let sums = shared.take();
        if sums != Uploads::default()
            && let Err(error) = write(pool, &sums)
        {
            // They are of another minute then, but not lost.
            log::debug!("figures of uploads are kept for later: {error}");
            shared.add(&sums);
        }
        if last {
            return drop(running);
        }
    }
}

fn write(pool: &Pool, sums: &Uploads) -> Result<()> {
    // The middle of the time they are of.
    let minute = minute_of(app::now() - chrono::Duration::milliseconds(EVERY / 2));
    let mut link = pool.get()?;
    transaction::system(&mut link, |conn| -> Result<()> {
        Ok(persistence::admin::figures::add(conn, minute, sums)?)
    })
}
