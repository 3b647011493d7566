//! What every use case needs: the pool, the keys, the clock.

use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use domain::ids::{DeviceId, FamilyId, UserId};
use persistence::transaction::{self, Tenant};
use persistence::{Conn, Pool, Pooled};
use uuid::Uuid;

use crate::accounts::Calendars;
use crate::tokens::Keys;
use crate::usage::queue::Queue;
use crate::{Error, Result};

/// How the program is set up.
#[derive(Clone)]
pub struct Settings {
    /// Connections to the database at the most.
    pub pool_size: u32,
    /// Key of the tokens, 32 bytes or more.
    pub secret: Vec<u8>,
    /// Life of an access token.
    pub access_ttl: Duration,
    /// Life of a refresh token.
    pub refresh_ttl: Duration,
    /// Threads that write small uploads.
    pub ingest_writers: usize,
}

/// The program without its surfaces. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    pool: Pool,
    keys: Keys,
    calendars: Calendars,
    queue: Queue,
}

impl App {
    /// Opens the pool on the database at `url`, and starts the threads that write small uploads.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached.
    pub fn open(url: &str, settings: &Settings) -> Result<App> {
        let pool = Pool::open(url, settings.pool_size)?;
        let calendars = Calendars::new();
        let queue = Queue::start(&pool, &calendars, settings.ingest_writers);
        let keys = Keys::new(&settings.secret, settings.access_ttl, settings.refresh_ttl);
        Ok(App(Arc::new(Parts { pool, keys, calendars, queue })))
    }

    /// A connection and the time, for one use case. Waits 3 s for a connection at the most.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn context(&self) -> Result<Context> {
        Ok(Context { app: self.clone(), link: self.0.pool.get()?, now: now() })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        now()
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn calendars(&self) -> &Calendars {
        &self.0.calendars
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.0.queue
    }
}

/// The one place where the clock is read, in the database's microseconds.
#[allow(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A new id, made in the order of time.
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// One connection and one `now`, for one use case.
pub struct Context {
    pub(crate) app: App,
    link: Pooled,
    pub(crate) now: DateTime<Utc>,
}

impl Context {
    /// A context with a connection that is already there.
    pub(crate) fn tenant<T>(
        &mut self,
        actor: &Actor,
        work: impl FnOnce(&mut Conn) -> Result<T>,
    ) -> Result<T> {
        transaction::tenant(&mut self.link, &actor.tenant(None), work)
    }

    /// As [`Context::tenant`], and only if the account's calendar still has this version.
    pub(crate) fn tenant_on<T, E: From<persistence::Error>>(
        &mut self,
        actor: &Actor,
        version: i32,
        work: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        transaction::tenant(&mut self.link, &actor.tenant(Some(version)), work)
    }

    pub(crate) fn system<T>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        transaction::system(&mut self.link, work)
    }

    pub(crate) fn ping(&mut self) -> Result<()> {
        Ok(transaction::ping(&mut self.link)?)
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The tokens it asks with; none where it showed its key.
    pub family: Option<FamilyId>,
}

impl Actor {
    fn tenant(&self, calendar: Option<i32>) -> Tenant {
        Tenant { user: self.user, device: self.device, family: self.family, calendar }
    }
}

/// Whether a constraint is the one named; a distributed database adds a shard's number to the name.
pub(crate) fn is_constraint(error: &persistence::Error, name: &str) -> bool {
    matches!(error, persistence::Error::Constraint(found) if found.starts_with(name))
}

/// What a list's cursor says; a cursor of another list or of nobody's making is invalid input.
pub(crate) fn bad_cursor() -> Error {
    Error::Invalid(vec![domain::valid::FieldError::new(
        "cursor",
        "is not a next_cursor of this list",
        "CURSOR_INVALID",
    )])
}
