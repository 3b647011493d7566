//! The archive: all that an account was told, in one file that can be taken in again.
//!
//! It is text, one JSON object a line: a [`Header`], a [`Line`] for each thing, and at last how many there were, so that a
//! file that was cut off is known. Nothing that is derived is in it. Each thing is checked as what clients send is
//! ([`things`]), whoever wrote the file. `docs/ARCHIVE.md` shows a line of each kind.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::accounts::settings::{Settings, SettingsPatch};
use crate::accounts::{Account, AccountPatch};
use crate::days::Calendar;
use crate::events::list::{Listed, ListedPayload};
use crate::ids::{DeviceId, UserId};
use crate::instants::AHEAD;
use crate::usage::{Kind, Session};
use crate::valid::{FieldError, Object, Valid};

pub mod things;

use things::{
    Deleted, Intervals, ThingConsumption, ThingDevice, ThingEntry, ThingImport, ThingMeter, ThingPlant,
    ThingProject, ThingReading, ThingSession,
};

/// The version of the format.
pub const VERSION: u32 = 1;
/// Bytes of a line at the most: a day of a meter that is read every second has some 2 MB.
pub const LONGEST_LINE: usize = 4 * 1024 * 1024;
/// Changes of a calendar at the most.
const CHANGES: usize = 1000;

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header<S> {
    /// The version of the format.
    pub almanac: u32,
    /// When it was made.
    pub exported_at: DateTime<Utc>,
    /// Whose it is.
    pub account: ArchivedAccount<S>,
}

/// What an account says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedAccount<S> {
    /// What its person was called. It is not taken in: whoever takes the archive in has a name.
    #[serde(default)]
    pub username: String,
    /// Their name.
    pub name: Option<String>,
    /// Its first part.
    pub first_name: Option<String>,
    /// Its last part.
    pub last_name: Option<String>,
    /// What its clients keep with it.
    pub settings: S,
    /// Its time zones, starts of day and of week, with the instants from which they hold.
    pub calendar: Calendar,
}

/// A header as it is read.
pub type ReadHeader = Header<Object<SettingsPatch>>;

#[derive(Deserialize)]
struct Version {
    almanac: u32,
}

impl Header<Settings> {
    /// Of an account, at `now`.
    #[must_use]
    pub fn new(account: &Account, calendar: Calendar, now: DateTime<Utc>) -> Header<Settings> {
        let Account { username, name, first_name, last_name, settings, .. } = account.clone();
        let account = ArchivedAccount { username, name, first_name, last_name, settings, calendar };
        Header { almanac: VERSION, exported_at: now, account }
    }
}

impl ReadHeader {
    /// Reads the first line: what it says of the account, and its calendar.
    ///
    /// # Errors
    /// `ARCHIVE_INVALID`, `ARCHIVE_VERSION`; what is wrong with the account.
    pub fn read(line: &str, now: DateTime<Utc>) -> Result<(Valid<AccountPatch>, Calendar), Vec<FieldError>> {
        let Version { almanac } = serde_json::from_str(line).map_err(|_| {
            vec![FieldError::new("body", "does not begin as an archive does", "ARCHIVE_INVALID")]
        })?;
        if almanac != VERSION {
            let message = format!("is of version {almanac}: this server reads version {VERSION}");
            return Err(vec![FieldError::new("body", message, "ARCHIVE_VERSION")]);
        }
        let Header { account, .. } =
            serde_json::from_str::<ReadHeader>(line).map_err(|error| bent(&error))?;
        let changes: Vec<_> = account.calendar.clone().into();
        if changes.len() > CHANGES || changes.iter().any(|one| one.from.is_some_and(|at| at > now + AHEAD)) {
            let message = "has over 1000 changes, or one that is ahead of the server's clock";
            return Err(vec![FieldError::new("account.calendar", message, "CALENDAR_INVALID")]);
        }
        let patch = AccountPatch {
            name: Some(account.name.unwrap_or_default()),
            first_name: Some(account.first_name.unwrap_or_default()),
            last_name: Some(account.last_name.unwrap_or_default()),
            settings: Some(account.settings),
            ..AccountPatch::default()
        };
        let named = |field: FieldError| FieldError { field: format!("account.{}", field.field), ..field };
        let patch =
            Valid::check(patch).map_err(|fields| fields.into_iter().map(named).collect::<Vec<_>>())?;
        Ok((patch, account.calendar))
    }
}

fn bent(error: &serde_json::Error) -> Vec<FieldError> {
    vec![FieldError::new("", format!("is not what such a line holds: {error}"), "LINE_INVALID")]
}

/// A line after the first. What names another thing comes after it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A device, without its key and tokens.
    Device(ThingDevice),
    /// A session of a device, as in a batch of usage, with its `device_id`.
    Usage(Box<RawValue>),
    /// An event of a browser, as in a batch of events, with its `device_id` where a device reported it. Events are in the
    /// order of time, those of the same millisecond in the order in which they came.
    Event(Box<RawValue>),
    /// A focus session.
    FocusSession(ThingSession),
    /// Its plant.
    Plant(ThingPlant),
    /// A file that was imported.
    Import(ThingImport),
    /// A meter.
    Meter(ThingMeter),
    /// A reading of a meter.
    Reading(ThingReading),
    /// What an import said of a meter and a date in UTC; of a meter in the order of the dates, then of the imports.
    Intervals(Intervals),
    /// A record of consumption that no meter says.
    Consumption(ThingConsumption),
    /// A project.
    Project(ThingProject),
    /// A time entry.
    TimeEntry(ThingEntry),
    /// The id of something that was deleted, so that it does not come back.
    Deleted(Deleted),
    /// The last line.
    End(Counts),
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// `LINE_INVALID`.
    pub fn read(line: &str) -> Result<Line, Vec<FieldError>> {
        serde_json::from_str(line).map_err(|error| bent(&error))
    }

    /// What it is called in the file.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Line::Device(_) => "device",
            Line::Usage(_) => "usage",
            Line::Event(_) => "event",
            Line::FocusSession(_) => "focus_session",
            Line::Plant(_) => "plant",
            Line::Import(_) => "import",
            Line::Meter(_) => "meter",
            Line::Reading(_) => "reading",
            Line::Intervals(_) => "intervals",
            Line::Consumption(_) => "consumption",
            Line::Project(_) => "project",
            Line::TimeEntry(_) => "time_entry",
            Line::Deleted(_) => "deleted",
            Line::End(_) => "end",
        }
    }

    /// A session of a device.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn usage(device: DeviceId, session: &Session) -> serde_json::Result<Line> {
        to_raw_value(&ArchivedUsage {
            device_id: device,
            app: &session.key.app,
            kind: session.key.kind,
            title: session.title.as_deref(),
            url: session.url.as_deref(),
            started_at: session.key.started_at,
            ended_at: session.ended_at,
        })
        .map(Line::Usage)
    }

    /// An event.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn event(event: &Listed) -> serde_json::Result<Line> {
        let Listed { id, v, what, ts, device_id, payload, .. } = event;
        to_raw_value(&ArchivedEvent { device_id: *device_id, id, v: *v, what, ts: *ts, payload })
            .map(Line::Event)
    }
}

/// A session as it is written; it is read as in a batch.
#[derive(Serialize)]
struct ArchivedUsage<'a> {
    device_id: DeviceId,
    app: &'a str,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
}

/// An event as it is written; it is read as in a batch.
#[derive(Serialize)]
struct ArchivedEvent<'a> {
    device_id: Option<DeviceId>,
    #[serde(rename = "_id")]
    id: &'a str,
    v: i32,
    #[serde(rename = "type")]
    what: &'a str,
    ts: i64,
    payload: &'a ListedPayload,
}

/// Whose a session or an event is.
#[derive(Deserialize)]
struct OfDevice {
    #[serde(default)]
    device_id: Option<DeviceId>,
}

/// The device that a session or an event names, which must be one of `devices`.
///
/// # Errors
/// `DEVICE_UNKNOWN`.
pub fn device_of(raw: &RawValue, devices: &HashSet<DeviceId>) -> Result<Option<DeviceId>, FieldError> {
    let Object(OfDevice { device_id }) = serde_json::from_str(raw.get())
        .map_err(|error| FieldError::new("device_id", error.to_string(), "LINE_INVALID"))?;
    match device_id {
        Some(device) if !devices.contains(&device) => {
            let message = "is of no device that comes before it";
            Err(FieldError::new("device_id", message, "DEVICE_UNKNOWN"))
        }
        known => Ok(known),
    }
}

/// How many things of each kind an archive has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ArchiveCounts)]
pub struct Counts {
    /// Devices.
    pub devices: u64,
    /// Sessions of devices.
    pub usage: u64,
    /// Events of browsers.
    pub events: u64,
    /// Focus sessions.
    pub focus_sessions: u64,
    /// Plants.
    pub plants: u64,
    /// Files that were imported.
    pub imports: u64,
    /// Meters.
    pub meters: u64,
    /// Readings of meters.
    pub readings: u64,
    /// Dates of meters with intervals, by import.
    pub intervals: u64,
    /// Records of consumption.
    pub consumption: u64,
    /// Projects.
    pub projects: u64,
    /// Time entries.
    pub time_entries: u64,
    /// Ids of what was deleted.
    pub deleted: u64,
}

impl Counts {
    /// Counts a line.
    pub fn count(&mut self, line: &Line) {
        let count = match line {
            Line::Device(_) => &mut self.devices,
            Line::Usage(_) => &mut self.usage,
            Line::Event(_) => &mut self.events,
            Line::FocusSession(_) => &mut self.focus_sessions,
            Line::Plant(_) => &mut self.plants,
            Line::Import(_) => &mut self.imports,
            Line::Meter(_) => &mut self.meters,
            Line::Reading(_) => &mut self.readings,
            Line::Intervals(_) => &mut self.intervals,
            Line::Consumption(_) => &mut self.consumption,
            Line::Project(_) => &mut self.projects,
            Line::TimeEntry(_) => &mut self.time_entries,
            Line::Deleted(_) => &mut self.deleted,
            Line::End(_) => return,
        };
        *count += 1;
    }
}

/// That an archive has ended as it says it does.
///
/// # Errors
/// `ARCHIVE_CUT`.
pub fn check_end(told: Option<Counts>, found: &Counts) -> Result<(), FieldError> {
    if told.as_ref() == Some(found) {
        return Ok(());
    }
    let message = "has not all that it should have: it was cut off, or lines of it are missing";
    Err(FieldError::new("body", message, "ARCHIVE_CUT"))
}

/// How an archive is taken in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RestoreOptions {
    /// Reads and checks all of it, and keeps nothing (false).
    pub dry_run: Option<bool>,
}

/// What was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RestoreReport {
    /// Whether nothing of it was kept, because that was asked for.
    pub dry_run: bool,
    /// What there was.
    pub counts: Counts,
}

/// What things of an archive are checked by.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whose they become.
    pub user: UserId,
    /// The server's clock.
    pub now: DateTime<Utc>,
}

#[cfg(test)]
mod tests;
