//! The thread that tells other processes, and asks the database whether readers may still look on.

use std::collections::HashSet;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use domain::ids::UserId;
use persistence::{Error, Link, live, transaction};

use super::outbox::{Next, Work};
use super::{Live, message};

/// Others are told this often at the most; the same thing is told once in it.
pub(super) const WINDOW: Duration = Duration::from_millis(200);
/// How often a database that was away is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// How often all readers are asked for their access, in case that a message was lost; and how long a connection that
/// nobody needs is kept.
const SWEEP: Duration = Duration::from_secs(60);
/// Accounts that are asked in one go, while others wait to be told something.
const SWEPT_AT_ONCE: usize = 50;

pub(super) struct Courier {
    url: String,
    process: u64,
    live: Live,
    link: Option<Link>,
    /// Accounts whose turn to be asked is still to come.
    sweep: Vec<UserId>,
    away: bool,
}

impl Courier {
    pub fn new(url: &str, process: u64, live: &Live) -> Courier {
        let (url, live) = (url.to_owned(), live.clone());
        Courier { url, process, live, link: None, sweep: Vec::new(), away: false }
    }

    /// Until the outbox is closed.
    #[allow(clippy::needless_pass_by_value, reason = "`running` ends with the thread")]
    pub fn carry(mut self, running: Sender<()>) {
        let (mut turn, mut tick) = (Instant::now(), Instant::now() + SWEEP);
        loop {
            let until = if self.sweep.is_empty() { tick } else { Instant::now() };
            let (work, last) = match self.live.outbox.next(turn, until) {
                Next::Work(work) => (work, false),
                Next::End(work) => (work, true),
                Next::Tick => (Work::default(), false),
            };
            if work.parts().next().is_some() {
                turn = Instant::now() + WINDOW;
            }
            if tick <= Instant::now() {
                tick = Instant::now() + SWEEP;
                self.sweep = self.live.readers.users();
                if self.sweep.is_empty() && work.parts().next().is_none() {
                    self.link = None;
                }
            }
            if let Err(error) = self.work(&work) {
                self.link = None;
                if !std::mem::replace(&mut self.away, true) && !last {
                    log::warn!("other servers are told of what happens when the database is back: {error}");
                }
                self.live.outbox.put_back(work);
                if last || self.live.outbox.ends_before(Instant::now() + LOOK_AGAIN) {
                    return drop(running);
                }
            }
            if last {
                return drop(running);
            }
        }
    }

    fn work(&mut self, work: &Work) -> Result<(), Error> {
        let messages = message::write(self.process, work.parts());
        let mut asked: HashSet<UserId> = work.checks.clone();
        let rest = self.sweep.len().saturating_sub(SWEPT_AT_ONCE);
        asked.extend(self.sweep.iter().skip(rest));
        asked.retain(|user| self.live.readers.has(*user));
        if messages.is_empty() && asked.is_empty() {
            self.sweep.truncate(rest);
            return Ok(());
        }
        let mut link = match self.link.take() {
            Some(link) => link,
            None => persistence::connect(&self.url)?,
        };
        if std::mem::take(&mut self.away) {
            log::info!("other servers are told of what happens again");
        }
        if !messages.is_empty() {
            transaction::statement(&mut link, |conn| live::tell(conn, &messages))?;
        }
        for user in asked {
            for seat in self.live.readers.of(user) {
                match transaction::tenant(&mut link, &seat.actor.tenant(None), |_| Ok::<_, Error>(())) {
                    Ok(()) => {}
                    Err(Error::Revoked) => self.live.readers.end(&seat),
                    Err(error) => return Err(error),
                }
            }
        }
        self.sweep.truncate(rest);
        self.link = Some(link);
        Ok(())
    }
}
