//! How often somebody may ask, over all servers on one database.
//!
//! Everybody has a bucket that holds a minute's requests and fills up evenly (GCRA). The buckets are in the database.
//! A server is lent some requests of one at a time ([`Rate::most_lent`]), and lets them through without asking again:
//! one at first, more for who asks quickly. A small limit lends one at a time.
//!
//! How exact that is: what is lent obeys the rule exactly, and nothing is let through that was not lent. So all servers
//! together never let more through, from the first request on, than a full bucket and what filled up since; within a
//! stretch of time cut out of that, no more than [`Rate::most_lent`] a server on top, which were lent before it. What
//! is lent and not used within 3 s is lost to its owner: at most as much as they used just before, and at most a
//! fiftieth of a minute's requests a server.
//!
//! Where the database does not answer everybody is let through: what they ask for will fail there, or needs none.

mod lease;
mod lender;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use domain::ids::UserId;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use lease::Leases;
pub use lease::{Left, Rate};
use lender::Delay;

/// How long a request waits to be told whether it may go on.
const PATIENCE: Duration = Duration::from_millis(400);
/// Requests that may wait for that.
const MOST_WAITING: usize = 1024;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An account: its person or one of its devices.
    Account(UserId),
    /// An address (a household's), without a credential.
    Address(IpAddr),
    /// An address (a household's) that registers, signs in or wants new tokens.
    Newcomer(IpAddr),
}

/// Whether a request may go on, and what is left; if not, when to ask again.
pub type Turn = Result<Left, Duration>;

/// The requests that were lent to this server.
pub struct Limits {
    leases: Arc<Leases>,
    delay: Arc<Delay>,
    queue: SyncSender<Ask>,
}

/// A request that waits to be told.
struct Ask {
    key: Key,
    rate: Rate,
    answer: oneshot::Sender<Turn>,
}

impl Limits {
    /// Starts the thread that asks the database at `url`, on a connection of its own. Servers with the same secret know
    /// buckets by the same names.
    pub(crate) fn start(url: &str, secret: &[u8]) -> Limits {
        let (queue, asks) = sync_channel(MOST_WAITING);
        let (leases, delay) = (Arc::new(Leases::default()), Arc::new(Delay::new()));
        let lender = lender::Lender::new(url, Names::new(secret), Arc::clone(&leases), Arc::clone(&delay));
        let thread = std::thread::Builder::new().name("limits".into());
        if let Err(error) = thread.spawn(move || lender.serve(&asks)) {
            log::error!("no thread to ask for limits: {error}");
        }
        Limits { leases, delay, queue }
    }

    /// One request of `key`, if that is known here and now.
    #[must_use]
    pub fn take(&self, key: Key, rate: Rate) -> Option<Turn> {
        self.leases.take(key, rate, Instant::now())
    }

    /// One request of `key`, by what the database says; nothing when it does not answer.
    pub async fn ask(&self, key: Key, rate: Rate) -> Option<Turn> {
        if self.delay.is_longer_than(PATIENCE) {
            return None;
        }
        let (answer, told) = oneshot::channel();
        self.queue.try_send(Ask { key, rate, answer }).ok()?;
        tokio::time::timeout(PATIENCE, told).await.ok()?.ok()
    }
}

/// What buckets are called in the database: nobody reads from it who asked, nor from where.
struct Names(Sha256);

impl Names {
    fn new(secret: &[u8]) -> Names {
        let own = Sha256::new().chain_update(b"rate_limits").chain_update(secret).finalize();
        Names(Sha256::new().chain_update(own))
    }

    fn of(&self, key: Key) -> Vec<u8> {
        let name = self.0.clone();
        let name = match key {
            Key::Account(user) => name.chain_update(b"account").chain_update(user.0.as_bytes()),
            Key::Address(address) => name.chain_update(b"address").chain_update(address.to_string()),
            Key::Newcomer(address) => name.chain_update(b"newcomer").chain_update(address.to_string()),
        };
        name.finalize().to_vec()
    }
}
