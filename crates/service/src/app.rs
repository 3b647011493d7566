//! What every use case needs: the pool, the keys, the clock.

use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use domain::ids::{DeviceId, FamilyId, UserId};
use domain::live::{Event, Kind};
use domain::passwords::Blocklist;
use domain::{events, usage};
use persistence::transaction::{self, Tenant};
use persistence::{Conn, Pool, Pooled};
use uuid::Uuid;

use crate::Result;
use crate::accounts::Calendars;
use crate::insights::providers::{Providers, Setup};
use crate::leaderboard::keeper::Keeper;
use crate::limits::Limits;
use crate::live::{Live, Threads};
use crate::passwords::Passwords;
use crate::queue::Queue;
use crate::tally::Tally;
use crate::tokens::Keys;
use crate::webhooks::receive::Endpoints;
use crate::webhooks::work::Task;

/// How the program is set up.
#[derive(Clone)]
pub struct Settings {
    /// Connections to the database at the most.
    pub pool_size: u32,
    /// Key of the tokens, 32 bytes or more.
    pub secret: Vec<u8>,
    /// Lives of tokens.
    pub lives: Lives,
    /// bcrypt's cost: the work doubles with each step.
    pub bcrypt_cost: u32,
    /// Which passwords are too common.
    pub blocklist: Blocklist,
    /// Threads that write small uploads, of each kind.
    pub ingest_writers: usize,
    /// Who may write insights.
    pub insights: Setup,
}

/// Lives of tokens.
#[derive(Clone, Copy)]
pub struct Lives {
    /// Of an access token of a signed-in place.
    pub access: Duration,
    /// Of a refresh token of a signed-in place.
    pub refresh: Duration,
    /// Of a device's access token.
    pub device_access: Duration,
    /// Of a device's refresh token.
    pub device_refresh: Duration,
}

/// The program without its surfaces. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    pool: Pool,
    keys: Keys,
    passwords: Passwords,
    calendars: Calendars,
    endpoints: Endpoints,
    usage: Queue<(Reporter, usage::batch::Batch)>,
    events: Queue<(Actor, events::batch::Batch)>,
    deliveries: Queue<Task>,
    limits: Limits,
    tally: Tally,
    live: Threads,
    providers: Providers,
    /// Ends with the program.
    _keeper: Keeper,
}

impl App {
    /// Opens the pool on the database at `url`, and starts the threads that write small uploads.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached.
    pub fn open(url: &str, settings: &Settings) -> Result<App> {
        let pool = Pool::open(url, settings.pool_size)?;
        let calendars = Calendars::new();
        let live = Threads::start(url);
        let usage = Queue::start("usage", &pool, &calendars, live.live(), settings.ingest_writers);
        let events = Queue::start("events", &pool, &calendars, live.live(), settings.ingest_writers);
        let deliveries = Queue::start("deliveries", &pool, &calendars, live.live(), settings.ingest_writers);
        let keys = Keys::new(&settings.secret, settings.lives);
        let passwords = Passwords::new(settings.bcrypt_cost, settings.blocklist);
        let limits = Limits::start(url, &settings.secret);
        let tally = Tally::start(&pool);
        let providers = Providers::new(settings.insights.clone());
        let _keeper = Keeper::start(&pool);
        let endpoints = Endpoints::new();
        let parts = Parts {
            pool,
            keys,
            passwords,
            calendars,
            endpoints,
            usage,
            events,
            deliveries,
            limits,
            tally,
            live,
            providers,
            _keeper,
        };
        Ok(App(Arc::new(parts)))
    }

    /// A connection and the time, for one use case. Waits 3 s for a connection at the most.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn context(&self) -> Result<Context> {
        Ok(Context { app: self.clone(), link: self.0.pool.get()?, now: now() })
    }

    /// The database is gone for good: whatever needs it fails at once.
    pub fn close(&self) {
        self.0.pool.close();
        self.live().close();
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        now()
    }

    /// How passwords are hashed and compared.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// How often somebody may ask.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Tells who looks on what happens.
    #[must_use]
    pub fn live(&self) -> &Live {
        self.0.live.live()
    }

    /// Who may write insights.
    #[must_use]
    pub fn providers(&self) -> &Providers {
        &self.0.providers
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn calendars(&self) -> &Calendars {
        &self.0.calendars
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.0.endpoints
    }

    /// Small uploads of usage that wait.
    pub(crate) fn usage(&self) -> &Queue<(Reporter, usage::batch::Batch)> {
        &self.0.usage
    }

    /// Small uploads of events that wait.
    pub(crate) fn events(&self) -> &Queue<(Actor, events::batch::Batch)> {
        &self.0.events
    }

    /// Small deliveries of webhooks that wait.
    pub(crate) fn deliveries(&self) -> &Queue<Task> {
        &self.0.deliveries
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
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

    /// As [`Context::tenant`]; what `work` did is kept only if it says so beside what it gives. It may take longer than a
    /// request does.
    pub(crate) fn tenant_perhaps<T>(
        &mut self,
        actor: &Actor,
        work: impl FnOnce(&mut Conn) -> Result<(T, bool)>,
    ) -> Result<T> {
        transaction::tenant_perhaps(&mut self.link, &actor.tenant(None), |conn| {
            transaction::allow_long(conn)?;
            work(conn)
        })
    }

    /// Reads the rows of the account as they are at one moment. It may take longer than a request does.
    pub(crate) fn snapshot<T>(
        &mut self,
        actor: &Actor,
        work: impl FnOnce(&mut Conn) -> Result<T>,
    ) -> Result<T> {
        transaction::tenant_snapshot(&mut self.link, &actor.tenant(None), |conn| {
            transaction::allow_long(conn)?;
            work(conn)
        })
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

    /// Tells who looks on at an account what has just happened to it. To be called when that is kept.
    pub(crate) fn announce(&self, user: UserId, kind: Kind, id: impl Into<Uuid>) {
        self.app.live().announce(user, Event::new(kind, id, self.now));
    }

    /// Something of an account has lost access: who looks on with it is sent away.
    pub(crate) fn access_changed(&self, user: UserId) {
        self.app.live().access_changed(user);
    }

    /// Runs one statement in the system's scope: one trip to the database.
    pub(crate) fn statement<T>(
        &mut self,
        work: impl FnOnce(&mut Conn) -> persistence::Result<T>,
    ) -> persistence::Result<T> {
        transaction::statement(&mut self.link, work)
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
    /// The device; none where a person asks.
    pub device: Option<DeviceId>,
    /// The tokens that were shown; none where it was a device's key.
    pub family: Option<FamilyId>,
}

/// Which device asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reporter {
    /// The account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The tokens it asks with; none where it showed its key.
    pub family: Option<FamilyId>,
}

impl From<Reporter> for Actor {
    fn from(Reporter { user, device, family }: Reporter) -> Actor {
        Actor { user, device: Some(device), family }
    }
}

impl Actor {
    /// An account itself, by a right that was shown in another way than by tokens.
    pub(crate) fn of(user: UserId) -> Actor {
        Actor { user, device: None, family: None }
    }

    pub(crate) fn tenant(&self, calendar: Option<i32>) -> Tenant {
        Tenant { user: self.user, device: self.device, family: self.family, calendar }
    }
}

/// Whether a constraint is the one named; a distributed database adds a shard's number to the name.
pub(crate) fn is_constraint(error: &persistence::Error, name: &str) -> bool {
    matches!(error, persistence::Error::Constraint(found) if found.starts_with(name))
}
