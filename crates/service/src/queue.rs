//! Small uploads that wait at the same time are written in one transaction: a device waits for one commit as
//! before, and the database makes one for many. Nobody lingers: a writer takes what is there.
//!
//! Each kind of upload has a queue of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::admin::stats::Uploads;
use persistence::{Conn, Pool, transaction};
use tokio::sync::oneshot;

use crate::accounts::Calendars;
use crate::app::{self, Context};
use crate::live::Live;
use crate::{Error, Result};

/// Rows that one transaction takes at the most, unless one upload alone has more.
const MOST_ROWS: usize = 1000;
/// Rows that may wait: about a second's work.
const MOST_WAITING: usize = 50_000;
/// How long an upload waits for its answer.
const PATIENCE: Duration = Duration::from_millis(4500);

/// Who reports what.
pub(crate) trait Upload: Sized + Send + Sync + 'static {
    /// What the client is told.
    type Receipt: Send;

    /// How many rows it has.
    fn rows(&self) -> usize;

    /// Writes `uploads`; an outcome for each, in their order. System's scope: they may be of many accounts.
    ///
    /// # Errors
    /// `Unavailable`; then nothing is kept.
    fn write(
        conn: &mut Conn,
        calendars: &Calendars,
        uploads: &[Self],
        now: DateTime<Utc>,
    ) -> Result<Vec<Result<Self::Receipt>>>;

    /// Tells who looks on, if anything is new.
    fn announce(&self, live: &Live, receipt: &Self::Receipt, now: DateTime<Utc>);
}

/// Takes an upload in, in a transaction of its own: for large ones. Durable when it returns.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`; then nothing of it is kept.
pub(crate) fn alone<U: Upload>(cx: &mut Context, upload: U) -> Result<U::Receipt>
where
    Uploads: for<'a> From<&'a U::Receipt>,
{
    let (app, now) = (cx.app.clone(), cx.now);
    let mut receipts =
        cx.system(|conn| U::write(conn, app.calendars(), std::slice::from_ref(&upload), now))?;
    let receipt =
        receipts.pop().unwrap_or_else(|| Err(Error::Internal("a batch without an answer".into())))?;
    app.tally().count(&(&receipt).into());
    upload.announce(app.live(), &receipt, now);
    Ok(receipt)
}

type Answer<U> = oneshot::Sender<Result<<U as Upload>::Receipt>>;

struct Waiting<U: Upload> {
    uploads: VecDeque<(U, Answer<U>)>,
    rows: usize,
    closed: bool,
}

struct Shared<U: Upload> {
    waiting: Mutex<Waiting<U>>,
    arrived: Condvar,
}

/// Uploads that wait, and the threads that write them.
pub(crate) struct Queue<U: Upload> {
    shared: Arc<Shared<U>>,
}

impl<U: Upload> Queue<U> {
    pub fn start(name: &str, pool: &Pool, calendars: &Calendars, live: &Live, writers: usize) -> Queue<U> {
        let waiting = Waiting { uploads: VecDeque::new(), rows: 0, closed: false };
        let shared = Arc::new(Shared { waiting: Mutex::new(waiting), arrived: Condvar::new() });
        for number in 0..writers {
            let (pool, calendars, shared) = (pool.clone(), calendars.clone(), shared.clone());
            let live = live.clone();
            let thread = std::thread::Builder::new().name(format!("{name}-{number}"));
            if let Err(error) = thread.spawn(move || work(&pool, &calendars, &live, &shared)) {
                log::error!("no thread to write uploads with: {error}");
            }
        }
        Queue { shared }
    }

    pub async fn submit(&self, upload: U) -> Result<U::Receipt> {
        let (answer, receipt) = oneshot::channel();
        {
            let mut waiting = lock(&self.shared.waiting);
            let rows = upload.rows().max(1);
            if waiting.rows + rows > MOST_WAITING || waiting.closed {
                return Err(Error::Unavailable("too many uploads wait".into()));
            }
            waiting.rows += rows;
            waiting.uploads.push_back((upload, answer));
        }
        self.shared.arrived.notify_one();
        match tokio::time::timeout(PATIENCE, receipt).await {
            Ok(Ok(receipt)) => receipt,
            Ok(Err(_)) => Err(Error::Internal("an upload was dropped".into())),
            Err(_) => Err(Error::Unavailable("the database takes too long".into())),
        }
    }
}

impl<U: Upload> Drop for Queue<U> {
    fn drop(&mut self) {
        lock(&self.shared.waiting).closed = true;
        self.shared.arrived.notify_all();
    }
}

fn lock<T>(waiting: &Mutex<T>) -> MutexGuard<'_, T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work<U: Upload>(pool: &Pool, calendars: &Calendars, live: &Live, shared: &Shared<U>) {
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
fn take<U: Upload>(shared: &Shared<U>) -> Option<Vec<(U, Answer<U>)>> {
    let mut waiting = lock(&shared.waiting);
    loop {
        let mut uploads = Vec::new();
        let mut rows = 0;
        while let Some(next) = waiting.uploads.front().map(|(upload, _)| upload.rows().max(1)) {
            if !uploads.is_empty() && rows + next > MOST_ROWS {
                break;
            }
            rows += next;
            let (upload, answer) = waiting.uploads.pop_front()?;
            // Who has stopped waiting was told that nothing is certain; it need not be written.
            if !answer.is_closed() {
                uploads.push((upload, answer));
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

fn write<U: Upload>(pool: &Pool, calendars: &Calendars, live: &Live, waiting: Vec<(U, Answer<U>)>) {
    let (uploads, answers): (Vec<U>, Vec<Answer<U>>) = waiting.into_iter().unzip();
    let now = app::now();
    let in_transaction = |uploads: &[U]| -> Result<Vec<Result<U::Receipt>>> {
        let mut link = pool.get()?;
        transaction::system(&mut link, |conn| U::write(conn, calendars, uploads, now))
    };
    let outcomes = match in_transaction(&uploads) {
        Ok(outcomes) => outcomes,
        Err(Error::Unavailable(why)) => {
            uploads.iter().map(|_| Err(Error::Unavailable(why.clone()))).collect()
        }
        // One upload broke it for all: each gets a transaction of its own.
        Err(_) if uploads.len() > 1 => uploads
            .iter()
            .map(|one| in_transaction(std::slice::from_ref(one)).and_then(|mut done| done.remove(0)))
            .collect(),
        Err(error) => vec![Err(error)],
    };
    for ((answer, outcome), upload) in answers.into_iter().zip(outcomes).zip(&uploads) {
        if let Ok(receipt) = &outcome {
            upload.announce(live, receipt, now);
        }
        // Nobody may be there any more.
        drop(answer.send(outcome));
    }
}
