//! The archive of an account: all of it in one file, and taken in again by an account that has nothing yet.

use std::collections::HashMap;
use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};
use domain::archive::things::{Intervals, ThingImport, ThingMeter, ThingPlant};
use domain::archive::{Counts, Header, Line};
use domain::consumption::Sort;
use domain::ids::UserId;
use persistence::archive as rows;
use persistence::{Conn, accounts, consumption, devices, focus, imports, meters, projects, time_entries};
use serde::Serialize;

use crate::app::{Actor, Context};
use crate::error::missing;
use crate::{Error, Result};

mod intake;
mod restore;

pub use restore::restore;

/// Bytes that are written at a time.
const PIECE: usize = 64 * 1024;

/// Of whom and when an archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// What its person is called.
    pub username: String,
    /// The account's date.
    pub date: NaiveDate,
}

/// Writes the account as it is at one moment.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`, also where it cannot be written.
pub fn export(cx: &mut Context, actor: &Actor, to: &mut dyn Write) -> Result<Exported> {
    let (user, now) = (actor.user, cx.now);
    cx.snapshot(actor, |conn| {
        let account = accounts::find(conn, user).map_err(missing("account"))?;
        let (calendar, _) = accounts::find_calendar(conn, user)?;
        let exported = Exported { username: account.username.clone(), date: calendar.date_at(now) };
        let mut file = File { to, piece: Vec::with_capacity(2 * PIECE), counts: Counts::default() };
        file.write(&Header::new(&account, calendar, now))?;
        write_reported(conn, user, &mut file)?;
        write_focus(conn, user, &mut file)?;
        for (number, import) in imports::list_all(conn, user)? {
            file.add(&Line::Import(ThingImport::new(number, import)))?;
        }
        write_household(conn, user, &mut file)?;
        for project in projects::list_all(conn, user)? {
            file.add(&Line::Project(project.into()))?;
        }
        time_entries::each(conn, user, &Default::default(), |entry| {
            file.add(&Line::TimeEntry(entry.into()))
        })?;
        rows::each_deleted(conn, user, |gone| file.add(&Line::Deleted(gone)))?;
        file.end()?;
        Ok(exported)
    })
}

/// What devices have reported, and browsers.
fn write_reported(conn: &mut Conn, user: UserId, file: &mut File<'_>) -> Result<()> {
    for device in devices::list(conn, user, None, i64::MAX)? {
        file.add(&Line::Device(device.into()))?;
    }
    rows::each_usage(conn, user, |device, session| {
        file.add(&Line::usage(device, &session).map_err(unwritable)?)
    })?;
    rows::each_event(conn, user, |event| file.add(&Line::event(&event).map_err(unwritable)?))
}

fn write_focus(conn: &mut Conn, user: UserId, file: &mut File<'_>) -> Result<()> {
    focus::each(conn, user, |session| file.add(&Line::FocusSession(session.into())))?;
    for (plant, chosen) in rows::list_plants(conn, user)? {
        file.add(&Line::Plant(ThingPlant::new(plant, chosen)))?;
    }
    Ok(())
}

/// Meters with what they said, and records that are nobody's but their person's.
fn write_household(conn: &mut Conn, user: UserId, file: &mut File<'_>) -> Result<()> {
    let made: HashMap<_, _> = rows::list_made_meters(conn, user)?.into_iter().collect();
    for meter in meters::list_all(conn, user)? {
        let id = meter.id;
        file.add(&Line::Meter(ThingMeter::new(meter, made.get(&id).copied())))?;
        let ever = (DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC);
        for reading in meters::readings::list_between(conn, user, id, ever.0, ever.1)? {
            file.add(&Line::Reading(reading.into()))?;
        }
        rows::each_intervals(conn, user, id, |date, import, intervals| {
            file.add(&Line::Intervals(Intervals::new(id, date, import, &intervals)))
        })?;
    }
    consumption::each(conn, user, &Default::default(), Sort::OldestFirst, |(record, _)| {
        match record.meter_id {
            Some(_) => Ok(()),
            None => file.add(&Line::Consumption(record.into())),
        }
    })
}

/// A file that is being written.
struct File<'a> {
    to: &'a mut dyn Write,
    /// What is written next.
    piece: Vec<u8>,
    counts: Counts,
}

impl File<'_> {
    fn add(&mut self, line: &Line) -> Result<()> {
        self.counts.count(line);
        self.write(line)
    }

    fn write(&mut self, line: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.piece, line).map_err(unwritable)?;
        self.piece.push(b'\n');
        if self.piece.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<()> {
        self.write(&Line::End(self.counts))?;
        self.flush()
    }

    fn flush(&mut self) -> Result<()> {
        let unwritten =
            |error: std::io::Error| Error::Unavailable(format!("the file cannot be written: {error}"));
        self.to.write_all(&self.piece).map_err(unwritten)?;
        self.piece.clear();
        Ok(())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn unwritable(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}
