//! Connections to PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use crate::{Error, Result, transaction};

/// What holds on every connection: instants in UTC, no statement and no open transaction for ever, and plans
/// that are made once. (Every statement of ours reaches its rows by a key. A plan made while a table was
/// empty would scan it whole, and be kept when it has grown.)
const SETTINGS: &str = "SET TIME ZONE 'UTC'; SET statement_timeout = '4s'; SET lock_timeout = '3s'; \
    SET idle_in_transaction_session_timeout = '30s'; SET enable_seqscan = off; \
    SET plan_cache_mode = force_generic_plan; SET application_name = 'almanac'";

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long at a stretch.
const TURN: Duration = Duration::from_millis(250);
/// A connection that was not used for so long is asked whether it lives, before it is relied on.
const FRESH: Duration = Duration::from_secs(1);

/// A connection, whether it may be used again, and when it was used last.
pub struct Link {
    pub(crate) conn: PgConnection,
    pub(crate) broken: bool,
    used: Instant,
}

/// Connections that are kept open.
#[derive(Clone)]
pub struct Pool {
    links: r2d2::Pool<Manager>,
    closed: Arc<AtomicBool>,
}

/// A connection that goes back to its pool.
pub type Pooled = r2d2::PooledConnection<Manager>;

/// How r2d2 makes connections and knows the broken ones.
pub struct Manager {
    url: String,
}

impl Pool {
    /// A pool of at most `size` connections to the database at `url`, which are made when they are needed.
    ///
    /// # Errors
    /// `Unavailable` when not one connection can be made.
    pub fn open(url: &str, size: u32) -> Result<Pool> {
        connect(url)?;
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(PATIENCE)
            .idle_timeout(Some(Duration::from_secs(300)))
            .test_on_check_out(false)
            .error_handler(Box::new(Quiet))
            .build(Manager { url: url.to_owned() })?;
        Ok(Pool { links: pool, closed: Arc::default() })
    }

    /// From now on there are no connections: who waits for one, and who comes, is told so at once.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    /// A connection: waits 3 s for one at the most. Those that died while they lay idle, because the database was
    /// started again, are thrown away: no request should learn it the hard way.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn get(&self) -> Result<Pooled> {
        let began = Instant::now();
        loop {
            if self.closed.load(Ordering::Relaxed) {
                return Err(Error::Unavailable("the database is gone".into()));
            }
            // In turns, so that who waits learns of the end.
            let mut link = match self.links.get_timeout(TURN) {
                Ok(link) => link,
                Err(_) if began.elapsed() + TURN < PATIENCE => continue,
                Err(error) => return Err(error.into()),
            };
            if link.used.elapsed() < FRESH || transaction::ping(&mut link).is_ok() {
                return Ok(link);
            }
        }
    }
}

/// A connection of its own, with our settings, for work that is not a request.
///
/// # Errors
/// `Unavailable`.
pub fn connect(url: &str) -> Result<Link> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(SETTINGS)?;
    Ok(Link { conn, broken: false, used: Instant::now() })
}

impl r2d2::ManageConnection for Manager {
    type Connection = Link;
    type Error = Error;

    fn connect(&self) -> Result<Link> {
        connect(&self.url)
    }

    fn is_valid(&self, link: &mut Link) -> Result<()> {
        Ok(link.conn.batch_execute("SELECT 1")?)
    }

    /// Asked when it is given back.
    fn has_broken(&self, link: &mut Link) -> bool {
        link.used = Instant::now();
        link.broken
    }
}

/// While the database is away every request says so; one line a second for each try would bury the rest.
#[derive(Debug)]
struct Quiet;

impl r2d2::HandleError<Error> for Quiet {
    fn handle_error(&self, error: Error) {
        log::debug!("no connection: {error}");
    }
}
