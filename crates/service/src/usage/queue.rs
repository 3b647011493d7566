//! Small uploads that wait at the same time are written in one transaction: a device waits for one commit as
//! before, and the database makes one for many. Nobody lingers: a writer takes what is there.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::usage::batch::{Batch, Receipt};
use persistence::{Pool, transaction};
use tokio::sync::oneshot;

use super::{announce, ingest};
use crate::accounts::Calendars;
use crate::app::{self, Reporter};
use crate::live::Live;
use crate::{Error, Result};

/// Sessions that one transaction takes at the most, unless one upload alone has more.
const MOST_ROWS: usize = 1000;
/// Sessions that may wait: about a second's work.
const MOST_WAITING: usize = 50_000;
/// How long an upload waits for its answer.
const PATIENCE: Duration = Duration::from_millis(4500);

struct Upload {
    reporter: Reporter,
    batch: Batch,
    answer: oneshot::Sender<Result<Receipt>>,
}

#[derive(Default)]
struct Waiting {
    uploads: VecDeque<Upload>,
    rows: usize,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

/// Uploads that wait, and the threads that write them.
pub(crate) struct Queue {
    shared: Arc<Shared>,
}

impl Queue {
    pub fn start(pool: &Pool, calendars: &Calendars, live: &Live, writers: usize) -> Queue {
        let shared = Arc::new(Shared::default());
        for number in 0..writers {
            let (pool, calendars, shared) = (pool.clone(), calendars.clone(), shared.clone());
            let live = live.clone();
            let thread = std::thread::Builder::new().name(format!("ingest-{number}"));
            if let Err(error) = thread.spawn(move || work(&pool, &calendars, &live, &shared)) {
                log::error!("no thread to write uploads with: {error}");
            }
        }
        Queue { shared }
    }

    pub async fn submit(&self, reporter: Reporter, batch: Batch) -> Result<Receipt> {
        let (answer, receipt) = oneshot::channel();
        {
            let mut waiting = lock(&self.shared.waiting);
            let rows = batch.sessions.len().max(1);
            if waiting.rows + rows > MOST_WAITING || waiting.closed {
                return Err(Error::Unavailable("too many uploads wait".into()));
            }
            waiting.rows += rows;
            waiting.uploads.push_back(Upload { reporter, batch, answer });
        }
        self.shared.arrived.notify_one();
        match tokio::time::timeout(PATIENCE, receipt).await {
            Ok(Ok(receipt)) => receipt,
            Ok(Err(_)) => Err(Error::Internal("an upload was dropped".into())),
            Err(_) => Err(Error::Unavailable("the database takes too long".into())),
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        lock(&self.shared.waiting).closed = true;
        self.shared.arrived.notify_all();
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(pool: &Pool, calendars: &Calendars, live: &Live, shared: &Shared) {
    while let Some(uploads) = take(shared) {
        // A fault in one transaction must not take the thread with it: its uploads get an error each.
        let done =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| write(pool, calendars, live, uploads)));
        if done.is_err() {
            log::error!("writing uploads failed unexpectedly");
        }
    }
}

/// The uploads of the next transaction; nothing once the queue is closed and empty.
fn take(shared: &Shared) -> Option<Vec<Upload>> {
    let mut waiting = lock(&shared.waiting);
    loop {
        let mut uploads = Vec::new();
        let mut rows = 0;
        while let Some(next) = waiting.uploads.front().map(|upload| upload.batch.sessions.len().max(1)) {
            if !uploads.is_empty() && rows + next > MOST_ROWS {
                break;
            }
            rows += next;
            let upload = waiting.uploads.pop_front()?;
            // Who has stopped waiting was told that nothing is certain; it need not be written.
            if !upload.answer.is_closed() {
                uploads.push(upload);
            }
        }
        waiting.rows -= rows;
        if !uploads.is_empty() {
            return Some(uploads);
        }
        if waiting.closed {
            return None;
        }
        waiting = shared.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
    }
}

fn write(pool: &Pool, calendars: &Calendars, live: &Live, uploads: Vec<Upload>) {
    let (answers, batches): (Vec<_>, Vec<_>) =
        uploads.into_iter().map(|upload| (upload.answer, (upload.reporter, upload.batch))).unzip();
    let all = in_transaction(pool, calendars, &batches);
    let outcomes = match all {
        Ok(outcomes) => outcomes,
        Err(Error::Unavailable(why)) => {
            batches.iter().map(|_| Err(Error::Unavailable(why.clone()))).collect()
        }
        // One upload broke it for all: each gets a transaction of its own.
        Err(_) if batches.len() > 1 => batches
            .iter()
            .map(|one| {
                in_transaction(pool, calendars, std::slice::from_ref(one)).and_then(|mut done| done.remove(0))
            })
            .collect(),
        Err(error) => vec![Err(error)],
    };
    for ((answer, outcome), (reporter, _)) in answers.into_iter().zip(outcomes).zip(&batches) {
        if let Ok(receipt) = &outcome {
            announce(live, reporter, receipt);
        }
        // Nobody may be there any more.
        drop(answer.send(outcome));
    }
}

fn in_transaction(
    pool: &Pool,
    calendars: &Calendars,
    batches: &[(Reporter, Batch)],
) -> Result<Vec<ingest::Outcome>> {
    let mut link = pool.get()?;
    let now = app::now();
    transaction::system(&mut link, |conn| ingest::write(conn, calendars, batches, now))
}
