//! Uploads that wait at the same time are written in one transaction: a device waits for one commit as before, and the
//! database makes one for many. A writer takes what is there. While one writes, another begins when as much waits as the
//! first has in hand, or after a moment: a transaction of few rows costs the processors nearly as much as one of many.
//!
//! Each kind of upload has a queue of its own. A transaction is in one scope: the system's, over uploads of any accounts,
//! or that of one account, whose uploads are written by one writer at a time. Scopes take turns, so that accounts do not
//! wait for each other.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::admin::stats::Uploads;
use domain::ids::UserId;
use persistence::{Conn, Pool, transaction};
use tokio::sync::oneshot;

use crate::accounts::Calendars;
use crate::app::{self, Actor, Context};
use crate::live::Live;
use crate::{Error, Result};

/// Rows that one transaction takes at the most, unless one upload alone has more.
const MOST_ROWS: usize = 4000;
/// Rows that are worth a transaction of their own, whatever another writer has in hand.
const WORTHWHILE: usize = 300;
/// How long what is not worth one waits for a writer that is at work.
const MOMENT: Duration = Duration::from_millis(5);
/// Rows that may wait: less than a second's work, and all that requests with large uploads can have under way.
const MOST_WAITING: usize = 100_000;
/// How long an upload waits for its answer.
const PATIENCE: Duration = Duration::from_millis(4500);

/// Whose rows a transaction may see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// Those of all accounts.
    System,
    /// Those of one.
    Tenant(UserId),
}

/// Who reports what.
pub(crate) trait Upload: Sized + Send + Sync + 'static {
    /// What the client is told.
    type Receipt: Send;

    /// In which scope it is written.
    fn scope(&self) -> Scope {
        Scope::System
    }

    /// How many rows it has.
    fn rows(&self) -> usize;

    /// Writes `uploads`, all of one scope; an outcome for each, in their order. In the system's scope they may be of many
    /// accounts.
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

/// Takes an upload in, in a transaction of its own: for those that take long. Durable when it returns.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`; then nothing of it is kept.
pub(crate) fn alone<U: Upload>(cx: &mut Context, upload: U) -> Result<U::Receipt>
where
    Uploads: for<'a> From<&'a U::Receipt>,
{
    let (app, now) = (cx.app.clone(), cx.now);
    let alone = std::slice::from_ref(&upload);
    let mut write = || cx.system(|conn| U::write(conn, app.calendars(), alone, now));
    // Overtaken by another, it is written by what is there now.
    let mut receipts = write().or_else(|error| match error {
        Error::Internal(_) | Error::Deadlocked => write(),
        error => Err(error),
    })?;
    let receipt =
        receipts.pop().unwrap_or_else(|| Err(Error::Internal("a batch without an answer".into())))?;
    app.tally().count(&(&receipt).into());
    upload.announce(app.live(), &receipt, now);
    Ok(receipt)
}

type Answer<U> = oneshot::Sender<Result<<U as Upload>::Receipt>>;
/// An upload that waits, and where its answer goes.
type Asked<U> = (U, Answer<U>);

struct Waiting<U: Upload> {
    /// By their scope. One of which an upload waits is here, and so is an account whose uploads are being written.
    uploads: HashMap<Scope, VecDeque<Asked<U>>>,
    /// Scopes in the order in which they are taken next: all of those above, but for accounts that are being written.
    turns: VecDeque<Scope>,
    rows: usize,
    /// Rows of the system's scope that are being written.
    in_hand: usize,
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
        let waiting =
            Waiting { uploads: HashMap::new(), turns: VecDeque::new(), rows: 0, in_hand: 0, closed: false };
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

    /// Takes an upload in. Durable when it is ready.
    ///
    /// # Errors
    /// Its own; `Unavailable` when too much waits, or for too long.
    pub async fn submit(&self, upload: U) -> Result<U::Receipt> {
        let receipt = self.push(upload)?;
        match tokio::time::timeout(PATIENCE, receipt).await {
            Ok(receipt) => receipt.unwrap_or_else(|_| Err(dropped())),
            Err(_) => Err(Error::Unavailable("the database takes too long".into())),
        }
    }

    /// The same, on a thread that may block.
    ///
    /// # Errors
    /// As [`Queue::submit`]; it waits as long as a writer does.
    pub fn submit_and_wait(&self, upload: U) -> Result<U::Receipt> {
        self.push(upload)?.blocking_recv().unwrap_or_else(|_| Err(dropped()))
    }

    fn push(&self, upload: U) -> Result<oneshot::Receiver<Result<U::Receipt>>> {
        let (answer, receipt) = oneshot::channel();
        let mut waiting = lock(&self.shared.waiting);
        let rows = upload.rows().max(1);
        if waiting.rows + rows > MOST_WAITING || waiting.closed {
            return Err(Error::Unavailable("too many uploads wait".into()));
        }
        waiting.rows += rows;
        let scope = upload.scope();
        let is_first = !waiting.uploads.contains_key(&scope);
        waiting.uploads.entry(scope).or_default().push_back((upload, answer));
        if is_first {
            waiting.turns.push_back(scope);
        }
        if is_first || waiting.is_worthwhile() {
            self.shared.arrived.notify_one();
        }
        Ok(receipt)
    }
}

fn dropped() -> Error {
    Error::Internal("an upload was dropped".into())
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
    while let Some((scope, uploads)) = take(shared) {
        let rows = rows(&uploads);
        // A fault in one transaction must not take the thread with it: its uploads get an error each.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            write(pool, calendars, live, scope, uploads);
        }));
        if done.is_err() {
            log::error!("writing uploads failed unexpectedly");
        }
        let mut waiting = lock(&shared.waiting);
        match scope {
            Scope::System => waiting.in_hand -= rows,
            Scope::Tenant(_) => waiting.end(scope),
        }
    }
}

/// The uploads of the next transaction, and its scope; nothing once the queue is closed and empty.
fn take<U: Upload>(shared: &Shared<U>) -> Option<(Scope, Vec<Asked<U>>)> {
    let mut waiting = lock(&shared.waiting);
    loop {
        if !waiting.turns.is_empty() {
            let soon = shared.arrived.wait_timeout_while(waiting, MOMENT, |waiting| !waiting.is_worthwhile());
            waiting = soon.unwrap_or_else(PoisonError::into_inner).0;
        }
        while let Some(scope) = waiting.turns.pop_front() {
            let uploads = waiting.take(scope);
            // The system's may be written by several at a time.
            if scope == Scope::System || uploads.is_empty() {
                waiting.end(scope);
            }
            if scope == Scope::System {
                waiting.in_hand += rows(&uploads);
            }
            if !waiting.turns.is_empty() {
                shared.arrived.notify_one();
            }
            if !uploads.is_empty() {
                return Some((scope, uploads));
            }
        }
        if waiting.closed {
            return None;
        }
        waiting = shared.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
    }
}

fn rows<U: Upload>(uploads: &[Asked<U>]) -> usize {
    uploads.iter().map(|(upload, _)| upload.rows().max(1)).sum()
}

impl<U: Upload> Waiting<U> {
    /// Whether a writer begins with what waits, or leaves it to another that is at work.
    fn is_worthwhile(&self) -> bool {
        let is_shared = self.turns.front() == Some(&Scope::System) && !self.closed;
        !is_shared || self.rows >= self.in_hand.min(WORTHWHILE)
    }

    /// What waits in a scope, up to what one transaction takes.
    fn take(&mut self, scope: Scope) -> Vec<Asked<U>> {
        let mut taken = Vec::new();
        let Some(uploads) = self.uploads.get_mut(&scope) else { return taken };
        let mut rows = 0;
        while let Some((upload, answer)) =
            uploads.pop_front_if(|(upload, _)| taken.is_empty() || rows + upload.rows().max(1) <= MOST_ROWS)
        {
            rows += upload.rows().max(1);
            // Who has stopped waiting was told that nothing is certain; it need not be written.
            if !answer.is_closed() {
                taken.push((upload, answer));
            }
        }
        self.rows -= rows;
        taken
    }

    /// A scope has had its turn; where more waits in it, it gets another.
    fn end(&mut self, scope: Scope) {
        if self.uploads.get(&scope).is_some_and(|uploads| !uploads.is_empty()) {
            self.turns.push_back(scope);
        } else {
            self.uploads.remove(&scope);
        }
    }
}

fn write<U: Upload>(pool: &Pool, calendars: &Calendars, live: &Live, scope: Scope, waiting: Vec<Asked<U>>) {
    let (uploads, answers): (Vec<U>, Vec<Answer<U>>) = waiting.into_iter().unzip();
    let now = app::now();
    let in_transaction = |uploads: &[U]| -> Result<Vec<Result<U::Receipt>>> {
        let mut link = pool.get()?;
        let work = |conn: &mut Conn| U::write(conn, calendars, uploads, now);
        match scope {
            Scope::System => transaction::system(&mut link, work),
            Scope::Tenant(user) => transaction::tenant(&mut link, &Actor::of(user).tenant(None), work),
        }
    };
    let outcomes = match in_transaction(&uploads) {
        Ok(outcomes) => outcomes,
        Err(Error::Unavailable(why)) => {
            uploads.iter().map(|_| Err(Error::Unavailable(why.clone()))).collect()
        }
        // One upload broke it for all, was overtaken by another program or was in another's way: each gets a transaction of
        // its own.
        Err(_) => uploads
            .iter()
            .map(|one| in_transaction(std::slice::from_ref(one)).and_then(|mut done| done.remove(0)))
            .collect(),
    };
    for ((answer, outcome), upload) in answers.into_iter().zip(outcomes).zip(&uploads) {
        if let Ok(receipt) = &outcome {
            upload.announce(live, receipt, now);
        }
        // Nobody may be there any more.
        drop(answer.send(outcome));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many rows, of an account's scope or the system's.
    struct Rows(usize, Scope);

    impl Upload for Rows {
        type Receipt = ();

        fn scope(&self) -> Scope {
            self.1
        }

        fn rows(&self) -> usize {
            self.0
        }

        fn write(_: &mut Conn, _: &Calendars, _: &[Rows], _: DateTime<Utc>) -> Result<Vec<Result<()>>> {
            Ok(vec![])
        }

        fn announce(&self, _: &Live, (): &(), _: DateTime<Utc>) {}
    }

    fn waiting(in_hand: usize, rows: &[usize], scope: Scope) -> Waiting<Rows> {
        let asked = |rows: &usize| {
            let (answer, receipt) = oneshot::channel();
            std::mem::forget(receipt); // somebody waits for it
            (Rows(*rows, scope), answer)
        };
        let uploads = rows.iter().map(asked).collect();
        Waiting {
            uploads: HashMap::from([(scope, uploads)]),
            turns: VecDeque::from([scope]),
            rows: rows.iter().sum(),
            in_hand,
            closed: false,
        }
    }

    #[test]
    fn a_second_writer_begins_when_as_much_waits_as_the_first_has_in_hand() {
        for (in_hand, rows, begins) in [
            (0, &[1][..], true),
            (1, &[1], true),
            (40, &[1; 39], false),
            (40, &[1; 40], true),
            (4000, &[100; 2], false),
            (4000, &[100; 3], true),
        ] {
            assert_eq!(waiting(in_hand, rows, Scope::System).is_worthwhile(), begins, "{in_hand} {rows:?}");
        }
        let account = Scope::Tenant(UserId(uuid::Uuid::nil()));
        assert!(waiting(40, &[1], account).is_worthwhile(), "an account's uploads go with no other's");
        let closed = Waiting { closed: true, ..waiting(40, &[1], Scope::System) };
        assert!(closed.is_worthwhile());
    }

    #[test]
    fn a_transaction_takes_what_fits_and_one_upload_whatever_its_size() {
        let mut all = waiting(0, &[10_000, 3_000, 900, 200], Scope::System);
        for (taken, left) in [(10_000, 4_100), (3_900, 200), (200, 0), (0, 0)] {
            assert_eq!((rows(&all.take(Scope::System)), all.rows), (taken, left));
        }
    }
}
