//! Taking a delivery in.
//!
//! 1. Its endpoint is looked up; what was looked up lately is known without asking.
//! 2. Its signature is looked at, before anything else of it: what follows takes a [`Believed`], which can be made by
//!    looking alone.
//! 3. One transaction puts it into the list and does what it says: it is done and listed, or neither. One with the same
//!    id at the same time waits for that, and finds it there.
//! 4. What it says may turn out wrong: then nothing of it is kept, and a second transaction lists it with the reason. A
//!    passing condition lists nothing: its sender will send it again.
//!
//! Whatever it makes has an id of the sender's, or one made of endpoint and delivery, so that a replay changes nothing.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::fold;
use domain::devices::{NewDevice, Platform};
use domain::ids::{DeviceId, EndpointId, ProjectId, UserId};
use domain::live::Kind;
use domain::time_entries::NewTimeEntry;
use domain::usage::batch::{self, Batch};
use domain::valid::Valid;
use domain::webhooks::event::{self, Envelope, Event};
use domain::webhooks::signature::{self, Head, Refusal};
use domain::webhooks::{Delivery, DeliveryStatus, Outcome, Receipt, seed};
use moka::sync::Cache;
use persistence::webhooks::{self as rows, Known, deliveries};
use persistence::{Conn, accounts, devices, projects};
use uuid::Uuid;

use crate::app::{Actor, App, Context, Reporter, is_constraint, new_id};
use crate::error::missing;
use crate::secrets::{key_hash, new_key};
use crate::usage::ingest;
use crate::{Error, Result, consumption, time_entries};

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

    /// Looks the endpoint up, and forgets what was delivered to it long ago.
    ///
    /// # Errors
    /// `NotFound("webhook_endpoint")`; `Unavailable`.
    pub fn find(cx: &mut Context, id: EndpointId) -> Result<Endpoint> {
        let now = cx.now;
        let known = cx.system(|conn| {
            let known = rows::find_known(conn, id).map_err(missing("webhook_endpoint"))?;
            deliveries::delete_old(conn, known.user, id, now - KEPT.1, now - KEPT.0)?;
            Ok(Arc::new(known))
        })?;
        cx.app.endpoints().0.insert(id, known.clone());
        Ok(Endpoint(known))
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

/// Takes a delivery in. Says whether it is new: one of the same id that came before is not done again.
///
/// # Errors
/// `NotFound("webhook_endpoint")` where that is gone, or its account disabled; `Unavailable`: nothing of it is kept.
pub fn receive(cx: &mut Context, Believed { endpoint, head, body }: &Believed) -> Result<(Receipt, bool)> {
    let now = cx.now;
    let to = (endpoint.id, endpoint.scheme);
    let Envelope { id, kind, event } = Envelope::read(to, head, body, new_id(), (now, now));
    let delivery = |outcome: &Outcome| {
        let (id, kind, outcome) = (id.clone(), kind.clone(), outcome.clone());
        Delivery { id, kind, outcome, received_at: now, worked_at: now }
    };
    let begin = |conn: &mut Conn, outcome: &Outcome| {
        deliveries::insert(conn, endpoint.user, endpoint.id, &delivery(outcome), body).map_err(|error| {
            if is_constraint(&error, "webhook_deliveries_endpoint_fkey") {
                return Error::NotFound("webhook_endpoint");
            }
            error.into()
        })
    };
    let done = attempt(cx, endpoint, &id, kind.as_deref(), event, begin).map_err(|error| match error {
        Error::Unauthenticated(_) => Error::NotFound("webhook_endpoint"),
        error => error,
    })?;
    let is_new = done.is_some();
    let status = match done {
        Some(outcome) => outcome.status,
        None => cx.tenant(&owner(endpoint), |conn| {
            Ok(deliveries::find_status(conn, endpoint.user, endpoint.id, &id)?)
        })?,
    };
    Ok((Receipt { id, status }, is_new))
}

/// Does what a delivery says once more: what it has made already stays as it is.
///
/// # Errors
/// `NotFound("delivery")`; `Unauthenticated`, `Unavailable`.
pub fn replay(cx: &mut Context, actor: &Actor, endpoint: EndpointId, id: &str) -> Result<Delivery> {
    let (user, now) = (actor.user, cx.now);
    let (delivery, body) =
        cx.tenant(actor, |conn| deliveries::find(conn, user, endpoint, id).map_err(missing("delivery")))?;
    let Endpoint(known) = Endpoint::find(cx, endpoint)?;
    let head = Head::of_kept(id, delivery.kind.as_deref());
    let to = (endpoint, known.scheme);
    let Envelope { kind, event, .. } =
        Envelope::read(to, &head, &body, new_id(), (delivery.received_at, now));
    let begin = |conn: &mut Conn, outcome: &Outcome| {
        deliveries::update(conn, user, endpoint, id, outcome, now).map_err(missing("delivery"))?;
        Ok(true)
    };
    attempt(cx, &known, id, kind.as_deref(), event, begin)?;
    let (delivery, _) =
        cx.tenant(actor, |conn| deliveries::find(conn, user, endpoint, id).map_err(missing("delivery")))?;
    Ok(delivery)
}

/// What was done, and what is to be told of it when it is kept.
struct Done {
    outcome: Outcome,
    told: Vec<(Kind, Uuid)>,
    usage: Option<batch::Receipt>,
}

impl Done {
    fn made(id: Uuid, kind: Kind, is_new: bool) -> Done {
        let told = if is_new { vec![(kind, id)] } else { vec![] };
        Done { outcome: Outcome::done(vec![id]), told, usage: None }
    }
}

/// Who does what a delivery says: the endpoint's owner, by the endpoint's secret.
fn owner(endpoint: &Known) -> Actor {
    Actor { user: endpoint.user, device: None, family: None }
}

/// Does what a delivery says. `begin` puts its outcome into the list, in the transaction that does it, before anything is
/// done; where it finds that there is nothing to do any more, nothing is done and nothing given.
fn attempt(
    cx: &mut Context,
    endpoint: &Known,
    id: &str,
    kind: Option<&str>,
    event: std::result::Result<Event, Outcome>,
    begin: impl Fn(&mut Conn, &Outcome) -> Result<bool>,
) -> Result<Option<Outcome>> {
    let (app, now, owner) = (cx.app.clone(), cx.now, owner(endpoint));
    let list = |cx: &mut Context, outcome: Outcome| -> Result<Option<Done>> {
        let is_new = cx.tenant(&owner, |conn| begin(conn, &outcome))?;
        Ok(is_new.then_some(Done { outcome, told: vec![], usage: None }))
    };
    let done = match event {
        Err(outcome) => list(cx, outcome)?,
        Ok(event) => {
            // Usage is written as the owner of all rows.
            let is_usage = matches!(event, Event::Usage { .. });
            let work = |conn: &mut Conn| {
                if !begin(conn, &Outcome::done(vec![]))? {
                    return Ok(None);
                }
                let done = work(conn, &app, endpoint, event, now)?;
                deliveries::update(conn, endpoint.user, endpoint.id, id, &done.outcome, now)?;
                Ok(Some(done))
            };
            match if is_usage { cx.system(work) } else { cx.tenant(&owner, work) } {
                Err(error) => list(cx, failed(error)?)?,
                done => done?,
            }
        }
    };
    let Some(Done { outcome, told, usage }) = done else { return Ok(None) };
    told.into_iter().for_each(|(kind, id)| cx.announce(endpoint.user, kind, id));
    if let Some(receipt) = usage {
        app.tally().count(&(&receipt).into());
    }
    if kind == Some("notification") && outcome.status == DeliveryStatus::Done {
        cx.announce(endpoint.user, Kind::NotificationReceived, endpoint.id);
    }
    cx.announce(endpoint.user, Kind::WebhookReceived, endpoint.id);
    Ok(Some(outcome))
}

/// Why an event could not be done. A passing condition stays an error, and so does a fault of ours.
fn failed(error: Error) -> Result<Outcome> {
    match error {
        Error::Invalid(fields) => Ok(event::invalid("data", &fields)),
        Error::NotFound(kind) => {
            let code = format!("{}_NOT_FOUND", kind.to_ascii_uppercase());
            Ok(Outcome::failed(code, format!("There is no such {}", kind.replace('_', " "))))
        }
        Error::Conflict(code, message) => Ok(Outcome::failed(code, message)),
        Error::NothingRuns(code) => Ok(Outcome::unhandled(code, "Nothing was running")),
        error => Err(error),
    }
}

fn work(conn: &mut Conn, app: &App, endpoint: &Known, event: Event, now: DateTime<Utc>) -> Result<Done> {
    let user = endpoint.user;
    match event {
        Event::TimeEntry { entry, project } => {
            let entry = match project.filter(|_| entry.project_id.is_none()) {
                Some(title) => of_project(entry, find_project(conn, user, &title)?)?,
                None => entry,
            };
            let (entry, is_new) = time_entries::insert(conn, user, &entry, now)?;
            Ok(Done::made(entry.id.0, Kind::TimeEntryUpdated, is_new))
        }
        Event::Consumption(records) => {
            let (records, added) = consumption::insert_all(conn, user, &records, now)?;
            let made = records.iter().map(|record| record.id.0).collect();
            let told = if added > 0 { vec![(Kind::ConsumptionUpdated, user.0)] } else { vec![] };
            Ok(Done { outcome: Outcome::done(made), told, usage: None })
        }
        Event::Usage { device, batch } => {
            let (device, is_new) = match device {
                Some(device) => (device, false),
                None => own_device(conn, endpoint, now)?,
            };
            let mut done = add_usage(conn, app, Reporter { user, device, family: None }, batch, now)?;
            if is_new {
                done.told.push((Kind::AccountUpdated, device.0));
            }
            Ok(done)
        }
        Event::Note(line) => {
            let (entry, is_new) = time_entries::note(conn, user, &line, now)?;
            Ok(Done::made(entry.0, Kind::TimeEntryUpdated, is_new))
        }
    }
}

fn of_project(entry: Valid<NewTimeEntry>, project: ProjectId) -> Result<Valid<NewTimeEntry>> {
    let entry = NewTimeEntry { project_id: Some(project), ..entry.into_inner() };
    Valid::check(entry).map_err(Error::Invalid)
}

/// The project of this title, without regard to case: one that is not over before one that is, the oldest first.
fn find_project(conn: &mut Conn, user: UserId, title: &str) -> Result<ProjectId> {
    let wanted = fold(title);
    let mut found = projects::list_all(conn, user)?;
    found.retain(|project| fold(&project.title) == wanted);
    found.sort_by_key(|project| project.archived);
    found.first().map(|project| project.id).ok_or(Error::NotFound("project"))
}

fn add_usage(
    conn: &mut Conn,
    app: &App,
    reporter: Reporter,
    batch: Batch,
    now: DateTime<Utc>,
) -> Result<Done> {
    let device = reporter.device.0;
    let mut receipts = ingest::write(conn, app.calendars(), &[(reporter, batch)], now)?;
    let receipt = receipts.pop().unwrap_or_else(|| Err(Error::Internal("a batch without an answer".into())));
    let receipt = receipt.map_err(|error| match error {
        // There is none, it is another account's, or it was cut off.
        Error::Unauthenticated(_) => Error::NotFound("device"),
        error => error,
    })?;
    let kept = receipt.accepted + receipt.updated + receipt.duplicates;
    let message = receipt.rejected.first().map(|first| {
        let (refused, all) = (receipt.rejected.len(), receipt.rejected.len() + kept);
        format!("{refused} of {all} sessions were refused; sessions[{}] {}", first.index, first.message)
    });
    let outcome = match message {
        Some(message) if kept == 0 => Outcome::failed("SESSIONS_REFUSED", message),
        message => Outcome { message, ..Outcome::done(vec![device]) },
    };
    let is_new = receipt.accepted + receipt.updated > 0;
    let told = if is_new { vec![(Kind::UsageSynced, device)] } else { vec![] };
    Ok(Done { outcome, told, usage: Some(receipt) })
}

/// The device that the endpoint's usage is of, where no other is named; it is made when it is first wanted. Nobody holds
/// its key. Says whether it is new.
fn own_device(conn: &mut Conn, endpoint: &Known, now: DateTime<Utc>) -> Result<(DeviceId, bool)> {
    let (user, device) = (endpoint.user, DeviceId(seed(endpoint.id, "device")));
    let is_there = |conn: &mut Conn| match devices::find(conn, user, device) {
        Ok(_) => Ok(true),
        Err(persistence::Error::NotFound) => Ok(false),
        Err(error) => Err(Error::from(error)),
    };
    if is_there(conn)? {
        return Ok((device, false));
    }
    // Two deliveries may want it at once.
    accounts::lock_calendar(conn, user).map_err(missing("account"))?;
    if is_there(conn)? {
        return Ok((device, false));
    }
    let new = NewDevice {
        name: Some(endpoint.name.clone()),
        platform: Platform::Other,
        device_key: None,
        model: None,
        os_version: None,
        app_version: None,
        timezone: None,
        pairing_code: None,
    };
    devices::insert(conn, user, device, &new, &key_hash(&new_key()), now)?;
    Ok((device, true))
}
