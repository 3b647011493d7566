//! Doing what deliveries say: those of one kind at once, where that can be.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::accounts::fold;
use domain::devices::{NewDevice, Platform};
use domain::ids::{DeviceId, EndpointId, TimeEntryId};
use domain::live::Kind;
use domain::projects::Project;
use domain::time_entries::NewTimeEntry;
use domain::usage::batch::{self, Batch};
use domain::valid::Valid;
use domain::webhooks::event::{self, Envelope, Event};
use domain::webhooks::signature::Head;
use domain::webhooks::{Delivery, Outcome, seed};
use persistence::transaction::part;
use persistence::webhooks::Known;
use persistence::webhooks::deliveries::Owned;
use persistence::{Conn, accounts, devices, projects};
use uuid::Uuid;

use crate::accounts::Calendars;
use crate::app::{Reporter, new_id};
use crate::error::missing;
use crate::secrets::{key_hash, new_key};
use crate::usage::ingest;
use crate::{Error, Result, consumption, time_entries};

/// A delivery that has been read.
pub(crate) struct Task {
    pub endpoint: Arc<Known>,
    /// With what will have become of it if nothing is in the way.
    pub delivery: Delivery,
    pub body: Vec<u8>,
    /// What is to be done; none where there is nothing to do.
    event: Option<Event>,
}

impl Task {
    /// Reads a delivery that came at `received_at` and is done at `now`.
    pub fn read(
        endpoint: Arc<Known>,
        head: &Head,
        body: Vec<u8>,
        (received_at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Task {
        let to = (endpoint.id, endpoint.scheme);
        let Envelope { id, kind, event } = Envelope::read(to, head, &body, new_id(), (received_at, now));
        let (outcome, event) = match event {
            Ok(event) => (Outcome::done(made(&endpoint, &event)), Some(event)),
            Err(outcome) => (outcome, None),
        };
        let delivery = Delivery { id, kind, outcome, received_at, worked_at: now };
        Task { endpoint, delivery, body, event }
    }

    pub fn is_usage(&self) -> bool {
        matches!(self.event, Some(Event::Usage { .. }))
    }

    pub fn key(&self) -> (EndpointId, String) {
        (self.endpoint.id, self.delivery.id.clone())
    }

    pub fn row(&self) -> Owned<'_> {
        Owned { user: self.endpoint.user, endpoint: self.endpoint.id, delivery: &self.delivery }
    }

    /// It was done, with what it was to make.
    fn done(&self, told: Vec<(Kind, Uuid)>) -> Done {
        Done { outcome: self.delivery.outcome.clone(), told, usage: None }
    }
}

/// What an event makes, as far as that is known before.
fn made(endpoint: &Known, event: &Event) -> Vec<Uuid> {
    match event {
        Event::TimeEntry { entry, .. } => entry.id.iter().map(|id| id.0).collect(),
        Event::Consumption(list) => list.iter().flatten().filter_map(|new| Some(new.id?.0)).collect(),
        Event::Usage { device, .. } => vec![device.unwrap_or_else(|| own_device(endpoint)).0],
        Event::Note(_) => vec![],
    }
}

/// What was done, and what is to be told of it when it is kept.
pub(crate) struct Done {
    pub outcome: Outcome,
    pub told: Vec<(Kind, Uuid)>,
    pub usage: Option<batch::Receipt>,
}

/// Does what `tasks` say, all of one scope. What becomes of one is what would of it alone: of one that fails nothing is kept.
///
/// # Errors
/// A passing condition, or a fault of ours; then nothing may be kept.
pub(super) fn work(
    conn: &mut Conn,
    calendars: &Calendars,
    tasks: &[&Task],
    now: DateTime<Utc>,
) -> Result<Vec<Done>> {
    let idle = tasks.iter().enumerate().filter(|(_, task)| task.event.is_none());
    let mut done: BTreeMap<usize, Result<Done>> =
        idle.map(|(place, task)| (place, Ok(task.done(vec![])))).collect();
    done.extend(add_entries(conn, tasks)?);
    done.extend(add_consumption(conn, tasks, now)?);
    done.extend(add_usage(conn, calendars, tasks, now)?);
    done.extend(add_notes(conn, tasks));
    done.into_values().map(|done| done.or_else(failed)).collect()
}

/// Why an event could not be done. A passing condition stays an error, and so does a fault of ours.
fn failed(error: Error) -> Result<Done> {
    let outcome = match error {
        Error::Invalid(fields) => event::invalid("data", &fields),
        Error::NotFound(kind) => {
            let code = format!("{}_NOT_FOUND", kind.to_ascii_uppercase());
            Outcome::failed(code, format!("There is no such {}", kind.replace('_', " ")))
        }
        Error::Conflict(code, message) => Outcome::failed(code, message),
        Error::NothingRuns(code) => Outcome::unhandled(code, "Nothing was running"),
        error => return Err(error),
    };
    Ok(Done { outcome, told: vec![], usage: None })
}

/// What becomes of some of the tasks, by their places.
type Placed = Vec<(usize, Result<Done>)>;

fn add_entries(conn: &mut Conn, tasks: &[&Task]) -> Result<Placed> {
    let told = tasks.iter().enumerate().filter_map(|(place, task)| match &task.event {
        Some(Event::TimeEntry { entry, project }) => Some((place, *task, entry, project.as_deref())),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    let Some((_, Task { endpoint, .. }, ..)) = told.first() else { return Ok(vec![]) };
    let user = endpoint.user;
    let by_title = told.iter().any(|(_, _, entry, title)| entry.project_id.is_none() && title.is_some());
    let projects = if by_title { projects::list_all(conn, user)? } else { vec![] };
    let (mut done, mut new): (Placed, Vec<_>) = (vec![], vec![]);
    for (place, task, entry, title) in told {
        match of_project(entry, title, &projects) {
            Ok(entry) => new.push((place, task, entry)),
            Err(error) => done.push((place, Err(error))),
        }
    }
    let entries: Vec<_> = new.iter().map(|(_, task, entry)| (&**entry, task.delivery.worked_at)).collect();
    let added = time_entries::bulk::insert_all(conn, user, &entries)?;
    done.extend(new.iter().zip(added).map(|((place, task, _), added)| {
        let told = |(id, is_new): (TimeEntryId, bool)| {
            if is_new { vec![(Kind::TimeEntryUpdated, id.0)] } else { vec![] }
        };
        (*place, added.map(|added| task.done(told(added))))
    }));
    Ok(done)
}

/// The entry, of the project of this title where no other is named: without regard to case, one that is not over before one
/// that is, the oldest first.
fn of_project<'a>(
    entry: &'a Valid<NewTimeEntry>,
    title: Option<&str>,
    projects: &[Project],
) -> Result<Cow<'a, Valid<NewTimeEntry>>> {
    let Some(title) = title.filter(|_| entry.project_id.is_none()) else { return Ok(Cow::Borrowed(entry)) };
    let wanted = fold(title);
    let found = projects.iter().filter(|project| fold(&project.title) == wanted);
    let project = found.min_by_key(|project| project.archived).ok_or(Error::NotFound("project"))?;
    let entry = NewTimeEntry { project_id: Some(project.id), ..entry.clone().into_inner() };
    Valid::check(entry).map(Cow::Owned).map_err(Error::Invalid)
}

fn add_consumption(conn: &mut Conn, tasks: &[&Task], now: DateTime<Utc>) -> Result<Placed> {
    let told = tasks.iter().enumerate().filter_map(|(place, task)| match &task.event {
        Some(Event::Consumption(list)) => Some((place, *task, list.as_slice())),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    let Some((_, Task { endpoint, .. }, _)) = told.first() else { return Ok(vec![]) };
    let user = endpoint.user;
    let lists: Vec<_> = told.iter().map(|(.., list)| *list).collect();
    let added = consumption::insert_all(conn, user, &lists, now)?;
    let done = told.into_iter().zip(added).map(|((place, task, _), added)| {
        let told = |new| if new > 0 { vec![(Kind::ConsumptionUpdated, user.0)] } else { vec![] };
        (place, added.map(|(_, new)| task.done(told(new))))
    });
    Ok(done.collect())
}

/// Usage that was told: at which place, of which endpoint, by whom, and whether that is the endpoint's own device.
struct Told<'a> {
    place: usize,
    endpoint: &'a Known,
    is_own: bool,
    upload: (Reporter, &'a Batch),
}

fn add_usage(conn: &mut Conn, calendars: &Calendars, tasks: &[&Task], now: DateTime<Utc>) -> Result<Placed> {
    let told = tasks.iter().enumerate().filter_map(|(place, task)| {
        let Some(Event::Usage { device, batch }) = &task.event else { return None };
        let endpoint = &*task.endpoint;
        let reporter = device.unwrap_or_else(|| own_device(endpoint));
        let reporter = Reporter { user: endpoint.user, device: reporter, family: None };
        Some(Told { place, endpoint, is_own: device.is_none(), upload: (reporter, batch) })
    });
    let told: Vec<Told<'_>> = told.collect();
    if told.is_empty() {
        return Ok(vec![]);
    }
    let written = write_usage(conn, calendars, told, now)?;
    // An endpoint's own device is made when it is first wanted: now that devices are locked, which come before accounts.
    let (wanting, mut written): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|(told, receipt)| told.is_own && receipt.is_err());
    let wanting: Vec<Told<'_>> = wanting.into_iter().map(|(told, _)| told).collect();
    let endpoints: BTreeMap<_, &Known> =
        wanting.iter().map(|told| ((told.endpoint.user, told.endpoint.id), told.endpoint)).collect();
    let mut made = HashSet::new();
    for endpoint in endpoints.into_values() {
        if insert_device(conn, endpoint, now)? {
            made.insert(own_device(endpoint));
        }
    }
    if !wanting.is_empty() {
        written.extend(write_usage(conn, calendars, wanting, now)?);
    }
    let done =
        written.into_iter().map(|(Told { place, upload: (Reporter { device, .. }, _), .. }, receipt)| {
            let mut done = receipt.map(|receipt| reported(device, receipt)).map_err(|error| match error {
                // There is none, it is another account's, or it was cut off.
                Error::Unauthenticated(_) => Error::NotFound("device"),
                error => error,
            });
            if let Ok(done) = &mut done
                && made.remove(&device)
            {
                done.told.push((Kind::AccountUpdated, device.0));
            }
            (place, done)
        });
    Ok(done.collect())
}

fn write_usage<'a>(
    conn: &mut Conn,
    calendars: &Calendars,
    told: Vec<Told<'a>>,
    now: DateTime<Utc>,
) -> Result<Vec<(Told<'a>, ingest::Outcome)>> {
    let uploads: Vec<(Reporter, &Batch)> = told.iter().map(|told| told.upload).collect();
    let receipts = ingest::write(conn, calendars, &uploads, now)?;
    Ok(told.into_iter().zip(receipts).collect())
}

/// What has become of the usage of a delivery.
fn reported(device: DeviceId, receipt: batch::Receipt) -> Done {
    let kept = receipt.accepted + receipt.updated + receipt.duplicates;
    let message = receipt.rejected.first().map(|first| {
        let (refused, all) = (receipt.rejected.len(), receipt.rejected.len() + kept);
        format!("{refused} of {all} sessions were refused; sessions[{}] {}", first.index, first.message)
    });
    let outcome = match message {
        Some(message) if kept == 0 => Outcome::failed("SESSIONS_REFUSED", message),
        message => Outcome { message, ..Outcome::done(vec![device.0]) },
    };
    let is_new = receipt.accepted + receipt.updated > 0;
    let told = if is_new { vec![(Kind::UsageSynced, device.0)] } else { vec![] };
    Done { outcome, told, usage: Some(receipt) }
}

/// The device that the endpoint's usage is of, where no other is named.
fn own_device(endpoint: &Known) -> DeviceId {
    DeviceId(seed(endpoint.id, "device"))
}

/// Makes the endpoint's own device, if it is not there. Nobody holds its key. Says whether it is new.
fn insert_device(conn: &mut Conn, endpoint: &Known, now: DateTime<Utc>) -> Result<bool> {
    let (user, device) = (endpoint.user, own_device(endpoint));
    // Two deliveries may want it at once.
    accounts::lock_calendar(conn, user).map_err(missing("account"))?;
    match devices::find(conn, user, device) {
        Ok(_) => return Ok(false),
        Err(persistence::Error::NotFound) => {}
        Err(error) => return Err(error.into()),
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
    Ok(true)
}

fn add_notes(conn: &mut Conn, tasks: &[&Task]) -> Placed {
    let mut done = vec![];
    for (place, task) in tasks.iter().enumerate() {
        let Some(Event::Note(line)) = &task.event else { continue };
        let (user, now) = (task.endpoint.user, task.delivery.worked_at);
        let noted = part(conn, |conn| time_entries::note(conn, user, line, now));
        done.push((
            place,
            noted.map(|(entry, is_new)| {
                let told = if is_new { vec![(Kind::TimeEntryUpdated, entry.0)] } else { vec![] };
                Done { outcome: Outcome::done(vec![entry.0]), told, usage: None }
            }),
        ));
    }
    done
}
