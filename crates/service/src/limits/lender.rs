//! The thread that asks the database: for all who wait at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use persistence::{Link, limits, transaction};

use super::lease::{Lease, Leases, Rate};
use super::{Ask, Key, Names};

/// Requests that are answered by one statement, at the most.
const MOST_AT_ONCE: usize = 256;
/// How often what is of no more use is forgotten.
const TIDY: Duration = Duration::from_secs(5);
/// Rows of the database that are forgotten at a time, at the most.
const MOST_FORGOTTEN: i64 = 5000;
/// How often a database that was away is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// For how long the database has owed an answer: written by the thread that waits, read by all others.
pub(super) struct Delay {
    zero: Instant,
    /// Milliseconds after zero; 0 where it owes none.
    since: AtomicU64,
}

impl Delay {
    pub fn new() -> Delay {
        Delay { zero: Instant::now(), since: AtomicU64::new(0) }
    }

    pub fn is_longer_than(&self, time: Duration) -> bool {
        match self.since.load(Ordering::Relaxed) {
            0 => false,
            since => self.zero.elapsed() > time + Duration::from_millis(since),
        }
    }

    fn begin(&self) {
        let since = u64::try_from(self.zero.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since.store(since.max(1), Ordering::Relaxed);
    }

    fn end(&self) {
        self.since.store(0, Ordering::Relaxed);
    }
}

pub(super) struct Lender {
    url: String,
    names: Names,
    leases: Arc<Leases>,
    delay: Arc<Delay>,
    tidied: Instant,
}

/// Who waits for requests of one bucket, first come first.
type Waiting = HashMap<Key, Vec<Ask>>;

impl Lender {
    pub fn new(url: &str, names: Names, leases: Arc<Leases>, delay: Arc<Delay>) -> Lender {
        Lender { url: url.to_owned(), names, leases, delay, tidied: Instant::now() }
    }

    /// Until nobody can ask any more.
    pub fn serve(mut self, asks: &Receiver<Ask>) {
        let mut link = None;
        loop {
            let first = match asks.recv_timeout(TIDY) {
                Ok(ask) => Some(ask),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let waiting: Vec<Ask> = first.into_iter().chain(asks.try_iter().take(MOST_AT_ONCE - 1)).collect();
            self.delay.begin();
            let done = self.work(&mut link, waiting);
            if let Err(error) = done {
                log::warn!("nobody is limited while the database is away: {error}");
                let Some(again) = self.look_for_database(asks) else { return };
                link = Some(again);
            }
            self.delay.end();
        }
    }

    fn work(&mut self, link: &mut Option<Link>, waiting: Vec<Ask>) -> persistence::Result<()> {
        let mut rates: Vec<(Rate, Waiting)> = Vec::new();
        // Who has stopped waiting was let through.
        for ask in waiting.into_iter().filter(|ask| !ask.answer.is_closed()) {
            // What was lent meanwhile, to who asked a moment earlier, may serve.
            if let Some(turn) = self.leases.take(ask.key, ask.rate, Instant::now()) {
                // It was waited for until just now.
                let _ = ask.answer.send(turn);
                continue;
            }
            match rates.iter_mut().find(|(rate, _)| *rate == ask.rate) {
                Some((_, waiting)) => waiting.entry(ask.key).or_default().push(ask),
                None => rates.push((ask.rate, HashMap::from([(ask.key, vec![ask])]))),
            }
        }
        let is_due = self.tidied.elapsed() >= TIDY;
        if rates.is_empty() && !is_due {
            return Ok(());
        }
        let mut own = match link.take() {
            Some(own) => own,
            // Nothing to tidy where nobody ever asked.
            None if rates.is_empty() => return Ok(()),
            None => persistence::connect(&self.url)?,
        };
        for (rate, waiting) in rates {
            self.lend(&mut own, rate, waiting)?;
        }
        if is_due {
            self.tidied = Instant::now();
            self.leases.tidy(self.tidied);
            transaction::statement(&mut own, |conn| limits::delete_full(conn, MOST_FORGOTTEN))?;
        }
        *link = Some(own);
        Ok(())
    }

    /// Borrows for all who wait, and hands it on.
    fn lend(&self, link: &mut Link, rate: Rate, waiting: Waiting) -> persistence::Result<()> {
        let now = Instant::now();
        let mut waiting: HashMap<Vec<u8>, (u32, Key, Vec<Ask>)> = waiting
            .into_iter()
            .map(|(key, asks)| {
                let wanted = u32::try_from(asks.len()).unwrap_or(u32::MAX).max(self.leases.next(key, now));
                (self.names.of(key), (wanted.min(rate.limit()), key, asks))
            })
            .collect();
        let asked: Vec<(&[u8], u32)> =
            waiting.iter().map(|(name, (wanted, ..))| (name.as_slice(), *wanted)).collect();
        let loans = transaction::statement(link, |conn| limits::lend(conn, rate.bucket(), &asked))?;
        let now = Instant::now();
        for loan in loans {
            let Some((_, key, asks)) = waiting.remove(&loan.key) else { continue };
            let mut lease = Lease::new(rate, &loan, now);
            for ask in asks {
                // More may wait than fitted.
                let turn = lease.take(now).unwrap_or_else(|| Err(lease.wait()));
                if ask.answer.send(turn).is_err_and(|turn| turn.is_ok()) {
                    lease.put_back();
                }
            }
            self.leases.insert(key, lease);
        }
        Ok(())
    }

    /// A connection, when there is one again; nothing when nobody can ask any more.
    fn look_for_database(&self, asks: &Receiver<Ask>) -> Option<Link> {
        loop {
            match asks.recv_timeout(LOOK_AGAIN) {
                // They are let through.
                Ok(ask) => drop(ask),
                Err(RecvTimeoutError::Timeout) => {
                    if let Ok(link) = persistence::connect(&self.url) {
                        return Some(link);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}
