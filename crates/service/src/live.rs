//! Who looks on is told what happens to their account: see [`domain::live`].
//!
//! A use case calls [`Live::announce`] when its transaction is kept. Readers of this process are told at once, those of
//! other processes on the same database by way of it ([`courier`] sends, [`listener`] hears). It is a hint: a reader
//! that may have missed something is greeted again, and asks for everything anew; so is one to whom more happens than it can be told. One that does not
//! even hear that is dropped. One whose access is taken back is too: [`Live::access_changed`] has all of an account looked at again.

mod courier;
mod listener;
mod message;
mod outbox;
mod reader;
mod readers;

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::live::Event;

use crate::app::{Actor, Context};
use crate::{Result, tokens};

use outbox::Outbox;
pub use reader::{Reader, Turn};
use readers::Readers;

/// How long the end of the program waits for what was announced last.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells who looks on. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    readers: Arc<Readers>,
    outbox: Arc<Outbox>,
}

/// What was done, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Readers there are now.
    pub readers: usize,
    /// Events that readers have taken.
    pub sent: u64,
    /// Readers that were dropped: they did not keep up, or others of the account took their place.
    pub dropped: u64,
}

impl Live {
    /// Tells all who look on. To be called when what has happened is kept; never waits, never fails.
    pub fn announce(&self, user: UserId, event: Event) {
        self.readers.tell(user, event);
        self.outbox.put(user, &[event]);
    }

    /// The account, one of its devices or places has lost access: who still looks on is asked for it again.
    pub fn access_changed(&self, user: UserId) {
        self.outbox.put_access(user);
    }

    /// How many look on, and what they were told.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.readers.figures()
    }

    /// Nobody is told anything any more.
    pub fn close(&self) {
        self.readers.close();
    }
}

/// The threads that keep processes in step. They end with this.
pub(crate) struct Threads {
    live: Live,
    /// Nothing ever comes out of it: it closes when the courier has ended.
    ended: Mutex<Receiver<()>>,
}

impl Threads {
    /// Starts them, on connections of their own to the database at `url`.
    pub fn start(url: &str) -> Threads {
        let live = Live { readers: Arc::default(), outbox: Arc::default() };
        // Messages of this process come back to it, and are known by this.
        let process = rand::random::<u64>();
        let (running, ended) = channel();
        let courier = courier::Courier::new(url, process, &live);
        let thread = std::thread::Builder::new().name("live-courier".into());
        if let Err(error) = thread.spawn(move || courier.carry(running)) {
            log::error!("no thread to tell other servers with: {error}");
        }
        let listener = listener::Listener::new(url, process, &live);
        let thread = std::thread::Builder::new().name("live-listener".into());
        match thread.spawn(move || listener.listen()) {
            Ok(thread) => live.readers.wakes(thread.thread().clone()),
            Err(error) => log::error!("no thread to hear of other servers with: {error}"),
        }
        Threads { live, ended: Mutex::new(ended) }
    }

    pub fn live(&self) -> &Live {
        &self.live
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.live.readers.close();
        self.live.outbox.close();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            log::debug!("other servers were not told of what happened last");
        }
    }
}

/// Begins to look on, until `expires_at` at the latest.
///
/// # Errors
/// `Unauthenticated`; `Unavailable`, also when too many look on.
pub fn listen(cx: &mut Context, actor: &Actor, expires_at: DateTime<Utc>) -> Result<Reader> {
    let life = (expires_at - cx.now).to_std().unwrap_or_default();
    // In this order: what is taken back from here on ends it.
    let reader = cx.app.live().readers.open(*actor, life)?;
    tokens::check(cx, actor)?;
    Ok(reader)
}

#[cfg(test)]
mod tests;
