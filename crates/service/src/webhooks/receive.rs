//! Taking deliveries in.
//!
//! 1. The endpoint is looked up; what was looked up lately is known without asking.
//! 2. The signature is looked at, before anything else of a delivery: what follows takes a [`Believed`], which can be made
//!    by looking alone.
//! 3. Small deliveries that wait at the same time are done in one transaction, which puts them into the list and does what
//!    they say: each is done and listed, or neither. What is done as the owner of all rows (usage) is done for any accounts
//!    at once, everything else for one account. One with the same id at the same time waits for that, and finds it there.
//! 4. What one says may turn out wrong: then nothing of it is kept but its place in the list, with the reason. A passing
//!    condition lists nothing: its sender will send it again.
//!
//! Whatever is made has an id of the sender's, or one made of endpoint and delivery, so that a replay changes nothing, and
//! what will have become of a delivery is mostly known before.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{EndpointId, UserId};
use domain::live::{Event, Kind};
use domain::webhooks::signature::{self, Head, Refusal};
use domain::webhooks::{Delivery, DeliveryStatus, Receipt};
use moka::sync::Cache;
use persistence::Conn;
use persistence::webhooks::deliveries::{self, Owned};
use persistence::webhooks::{self as rows, Known};

use super::work::{Done, Task, work};
use crate::accounts::Calendars;
use crate::app::{Actor, App, Context};
use crate::error::missing;
use crate::live::Live;
use crate::queue::{Scope, Upload};
use crate::{Error, Result};

/// Bytes of a body that count as a row that is to be written.
const ROW: usize = 512;
/// How long an endpoint is known without asking. Its deletion counts at once: a delivery has to find it there.
const FRESH: Duration = Duration::from_secs(30);
/// How long all deliveries are kept, and how long some are.
const KEPT: (TimeDelta, TimeDelta) = (TimeDelta::days(7), TimeDelta::days(90));

/// Endpoints that were looked up lately.
pub(crate) struct Endpoints(Cache<EndpointId, Arc<Known>>);

impl Endpoints {
    pub fn new() -> Endpoints {
        Endpoints(Cache::builder().max_capacity(10_000).time_to_live(FRESH).build())
    }

    pub fn forget(&self, id: EndpointId) {
        self.0.invalidate(&id);
    }
}

/// An endpoint that something is delivered to.
#[derive(Clone)]
pub struct Endpoint(Arc<Known>);

/// A delivery from who knows the endpoint's secret.
pub struct Believed {
    endpoint: Arc<Known>,
    head: Head,
    body: Vec<u8>,
}

impl Endpoint {
    /// The endpoint, if it was looked up lately.
    #[must_use]
    pub fn known(app: &App, id: EndpointId) -> Option<Endpoint> {
        app.endpoints().0.get(&id).map(Endpoint)
    }

    /// The endpoint. Where it was not looked up lately it is, once for all who want it, and what was delivered to it long ago
    /// is forgotten.
    ///
    /// # Errors
    /// `NotFound("webhook_endpoint")`; `Unavailable`.
    pub fn find(cx: &mut Context, id: EndpointId) -> Result<Endpoint> {
        let (app, now) = (cx.app.clone(), cx.now);
        let look_up = || {
            cx.system(|conn| {
                let known = rows::find_known(conn, id).map_err(missing("webhook_endpoint"))?;
                deliveries::delete_old(conn, known.user, id, now - KEPT.1, now - KEPT.0)?;
                Ok(Arc::new(known))
            })
        };
        let known = app.endpoints().0.try_get_with(id, look_up);
        known.map(Endpoint).map_err(|error: Arc<Error>| match &*error {
            Error::NotFound(kind) => Error::NotFound(kind),
            Error::Unavailable(why) => Error::Unavailable(why.clone()),
            Error::Deadlocked => Error::Deadlocked,
            error => Error::Internal(error.to_string()),
        })
    }

    /// Whose it is.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.0.user
    }

    /// The delivery, if it is signed as the endpoint asks.
    ///
    /// # Errors
    /// `Unauthenticated`: `SIGNATURE_INVALID`, `SIGNATURE_STALE`.
    pub fn believe(self, head: Head, body: Vec<u8>, now: DateTime<Utc>) -> Result<Believed> {
        match signature::check(self.0.scheme, &self.0.secret, &head, &body, now) {
            Ok(()) => Ok(Believed { endpoint: self.0, head, body }),
            Err(Refusal::Invalid) => Err(Error::Unauthenticated("SIGNATURE_INVALID")),
            Err(Refusal::Stale) => Err(Error::Unauthenticated("SIGNATURE_STALE")),
        }
    }
}

/// What has become of a delivery that was taken in.
pub(crate) struct Taken {
    receipt: Receipt,
    /// None where one of the same id came before.
    done: Option<Done>,
}

/// Takes a delivery in, in a transaction of its own: for large ones. Says whether it is new: one of the same id that came
/// before is not done again.
///
/// # Errors
/// `NotFound("webhook_endpoint")` where that is gone, or its account disabled; `Unavailable`: nothing of it is kept.
pub fn receive(cx: &mut Context, believed: Believed) -> Result<(Receipt, bool)> {
    let (app, now) = (cx.app.clone(), cx.now);
    let task = read(believed, now);
    let alone = std::slice::from_ref(&task);
    let taken = within(cx, task.scope(), |conn| write(conn, app.calendars(), alone, now));
    let taken = taken.map_err(gone)?.pop();
    let taken = taken.unwrap_or_else(|| Err(Error::Internal("a delivery without an answer".into())))?;
    task.announce(app.live(), &taken, now);
    Ok(told(&app, taken))
}

/// Takes a small delivery in, together with others that wait at the same time. Durable when it is ready.
///
/// # Errors
/// As of [`receive`]; `Unavailable` also when too much waits.
pub async fn submit(app: &App, believed: Believed) -> Result<(Receipt, bool)> {
    let taken = app.deliveries().submit(read(believed, app.now())).await.map_err(gone)?;
    Ok(told(app, taken))
}

fn read(Believed { endpoint, head, body }: Believed, now: DateTime<Utc>) -> Task {
    Task::read(endpoint, &head, body, (now, now))
}

/// What a sender is told.
fn told(app: &App, Taken { receipt, done }: Taken) -> (Receipt, bool) {
    done.iter().for_each(|done| count(app, done));
    (receipt, done.is_some())
}

/// Counts the usage of a delivery for admins.
fn count(app: &App, done: &Done) {
    done.usage.iter().for_each(|usage| app.tally().count(&usage.into()));
}

/// An account that is gone or disabled has no endpoints.
fn gone(error: Error) -> Error {
    match error {
        Error::Unauthenticated(_) => Error::NotFound("webhook_endpoint"),
        error => error,
    }
}

fn within<T>(cx: &mut Context, scope: Scope, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match scope {
        Scope::System => cx.system(work),
        Scope::Tenant(user) => cx.tenant(&Actor::of(user), work),
    }
}

impl Upload for Task {
    type Receipt = Taken;

    fn scope(&self) -> Scope {
        // Usage is written as the owner of all rows.
        if self.is_usage() { Scope::System } else { Scope::Tenant(self.endpoint.user) }
    }

    fn rows(&self) -> usize {
        self.body.len().div_ceil(ROW)
    }

    fn write(
        conn: &mut Conn,
        calendars: &Calendars,
        uploads: &[Self],
        now: DateTime<Utc>,
    ) -> Result<Vec<Result<Taken>>> {
        write(conn, calendars, uploads, now)
    }

    fn announce(&self, live: &Live, taken: &Taken, now: DateTime<Utc>) {
        if let Some(done) = &taken.done {
            announce(live, self, done, now);
        }
    }
}

/// Puts those of `tasks` into the list that are new, and does them; an outcome for each, in their order.
///
/// # Errors
/// `Unavailable`, and where one cannot even be listed; then nothing is kept.
fn write(
    conn: &mut Conn,
    calendars: &Calendars,
    tasks: &[Task],
    now: DateTime<Utc>,
) -> Result<Vec<Result<Taken>>> {
    // Before anything else is locked, as by who deletes an account.
    let endpoints: BTreeSet<_> = tasks.iter().map(|task| (task.endpoint.user, task.endpoint.id)).collect();
    let open = rows::lock(conn, &endpoints)?;
    let listed = || tasks.iter().filter(|task| open.contains(&task.endpoint.id));
    let mut coming: Vec<(Owned<'_>, &[u8])> =
        listed().map(|task| (task.row(), task.body.as_slice())).collect();
    coming.sort_by_key(|(owned, _)| owned.key());
    let mut added = deliveries::insert_new(conn, &coming)?;
    // Of several with the same id the first is new.
    let is_new: Vec<bool> = tasks.iter().map(|task| added.remove(&task.key())).collect();
    let of = |wanted: bool| -> Vec<&Task> {
        let which = tasks.iter().zip(&is_new).filter(|(_, is_new)| **is_new == wanted);
        which.map(|(task, _)| task).collect()
    };
    let done = work(conn, calendars, &of(true), now)?;
    for (task, done) in of(true).into_iter().zip(&done) {
        if done.outcome != task.delivery.outcome {
            let delivery = Delivery { outcome: done.outcome.clone(), ..task.delivery.clone() };
            deliveries::update(conn, Owned { delivery: &delivery, ..task.row() })?;
        }
    }
    let old: Vec<Owned<'_>> = of(false).into_iter().map(Task::row).collect();
    let known = if old.is_empty() { HashMap::new() } else { deliveries::list_statuses(conn, &old)? };

    let mut done = done.into_iter();
    let taken = tasks.iter().zip(is_new).map(|(task, is_new)| {
        let done = if is_new { done.next() } else { None };
        let status = match &done {
            _ if !open.contains(&task.endpoint.id) => return Err(Error::NotFound("webhook_endpoint")),
            Some(done) => done.outcome.status,
            None => *known.get(&task.key()).ok_or(Error::Unavailable("it was just forgotten".into()))?,
        };
        Ok(Taken { receipt: Receipt { id: task.delivery.id.clone(), status }, done })
    });
    Ok(taken.collect())
}

/// Does what a delivery says once more: what it has made already stays as it is.
///
/// # Errors
/// `NotFound("delivery")`; `Unauthenticated`, `Unavailable`.
pub fn replay(cx: &mut Context, actor: &Actor, endpoint: EndpointId, id: &str) -> Result<Delivery> {
    let (app, user, now) = (cx.app.clone(), actor.user, cx.now);
    let (delivery, body) =
        cx.tenant(actor, |conn| deliveries::find(conn, user, endpoint, id).map_err(missing("delivery")))?;
    let Endpoint(known) = Endpoint::find(cx, endpoint)?;
    let head = Head::of_kept(id, delivery.kind.as_deref());
    let task = Task::read(known, &head, body, (delivery.received_at, now));
    let (done, delivery) = within(cx, task.scope(), |conn| {
        let (delivery, _) = deliveries::lock(conn, user, endpoint, id).map_err(missing("delivery"))?;
        let done = work(conn, app.calendars(), &[&task], now)?.pop();
        let done = done.ok_or(Error::Internal("a delivery without an outcome".into()))?;
        let delivery = Delivery { outcome: done.outcome.clone(), worked_at: now, ..delivery };
        deliveries::update(conn, Owned { user, endpoint, delivery: &delivery })?;
        Ok((done, delivery))
    })?;
    announce(app.live(), &task, &done, now);
    count(&app, &done);
    Ok(delivery)
}

/// Tells who looks on what has become of a delivery.
fn announce(live: &Live, task: &Task, done: &Done, now: DateTime<Utc>) {
    let endpoint = &task.endpoint;
    let tell = |kind, id| live.announce(endpoint.user, Event::new(kind, id, now));
    done.told.iter().for_each(|(kind, id)| tell(*kind, *id));
    if task.delivery.kind.as_deref() == Some("notification") && done.outcome.status == DeliveryStatus::Done {
        tell(Kind::NotificationReceived, endpoint.id.0);
    }
    tell(Kind::WebhookReceived, endpoint.id.0);
}
