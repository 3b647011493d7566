//! Usage: uploads come in, lists and figures go out.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::days::{self, Calendar};
use domain::devices::Platform;
use domain::ids::{DeviceId, UserId};
use domain::live::{Event, Kind};
use domain::pages::Page;
use domain::usage::batch::{Batch, Receipt};
use domain::usage::figures::{DayRow, Today, Week, week_of};
use domain::usage::rollup::Rollup;
use domain::usage::{LONGEST_MS, Listed, Sessions, StatsFilter, UsageFilter};
use domain::valid::FieldError;
use persistence::Conn;
use persistence::usage::{figures, list};

use crate::accounts::{Calendars, with_calendar, with_categories};
use crate::app::{Actor, App, Context, Reporter};
use crate::live::Live;
use crate::queue::Upload;
use crate::{Result, pages};

pub(crate) mod derive;
pub mod ingest;

/// Takes a batch in, together with others that wait at the same time. Durable when it is ready.
///
/// # Errors
/// `Unauthenticated`; `Unavailable` when too much waits.
pub async fn submit(app: &App, reporter: Reporter, batch: Batch) -> Result<Receipt> {
    app.usage().submit((reporter, batch)).await.inspect(|receipt| app.tally().count(&receipt.into()))
}

/// The same, on a thread that may block.
///
/// # Errors
/// As [`submit`].
pub fn submit_and_wait(app: &App, reporter: Reporter, batch: Batch) -> Result<Receipt> {
    app.usage().submit_and_wait((reporter, batch)).inspect(|receipt| app.tally().count(&receipt.into()))
}

impl Upload for (Reporter, Batch) {
    type Receipt = Receipt;

    fn rows(&self) -> usize {
        self.1.sessions.len()
    }

    fn write(
        conn: &mut Conn,
        calendars: &Calendars,
        uploads: &[Self],
        now: DateTime<Utc>,
    ) -> Result<Vec<Result<Receipt>>> {
        ingest::write(conn, calendars, uploads, now)
    }

    fn announce(&self, live: &Live, receipt: &Receipt, now: DateTime<Utc>) {
        if receipt.accepted + receipt.updated > 0 {
            live.announce(self.0.user, Event::new(Kind::UsageSynced, self.0.device, now));
        }
    }
}

/// Sessions, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, filter: &UsageFilter, page: &Page) -> Result<Sessions> {
    let after = pages::begin(page, read_cursor)?;
    with_calendar(cx, actor, |conn, calendar, _| {
        let filter = list::Filter {
            from: pages::bound(filter.from.as_deref(), "from", |date| calendar.start(date))?,
            to: pages::bound(filter.to.as_deref(), "to", |date| calendar.day(date).to)?,
            device: filter.device_id,
            app: filter.app.clone(),
        };
        let total = total(conn, actor, &filter, calendar)?;
        let load = |limit| list::list(conn, actor.user, &filter, after.clone(), limit);
        let (sessions, next_cursor) = pages::take(page, load, write_cursor)?;
        Ok(Sessions { sessions, total, next_cursor })
    })
}

/// How many sessions `filter` selects: whole days from what is kept of them, so that a long range costs no
/// more than its edges.
fn total(conn: &mut Conn, actor: &Actor, filter: &list::Filter, calendar: &Calendar) -> Result<i64> {
    let next_day = |at| {
        let date = calendar.date_at(at);
        if calendar.start(date) == at { date } else { days::plus(date, 1) }
    };
    let first = filter.from.map_or(days::FIRST, next_day);
    let after = filter.to.map_or(days::LAST, |to| calendar.date_at(to));
    if first >= after {
        return Ok(list::count(conn, actor.user, filter)?);
    }
    let mut total = persistence::usage::days::count_started(
        conn,
        actor.user,
        filter.device,
        filter.app.as_deref(),
        first,
        days::plus(after, -1),
    )?;
    if filter.from.is_some() {
        let head = list::Filter { to: Some(calendar.start(first)), ..filter.clone() };
        total += list::count(conn, actor.user, &head)?;
    }
    if let Some(to) = filter.to {
        total += list::count_started(conn, actor.user, filter, calendar.start(after), to)?;
    }
    Ok(total)
}

/// The figures of one day.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn today(cx: &mut Context, actor: &Actor, filter: &StatsFilter) -> Result<Today> {
    let zone = zone(filter)?;
    with_categories(cx, actor, |conn, calendar, categories, now| {
        let seen = zone.map(|zone| calendar.seen_from(zone));
        let calendar = seen.as_ref().unwrap_or(calendar);
        let date = filter.date.unwrap_or_else(|| calendar.date_at(now));
        let before = days::plus(date, -1);
        let rows = rows(conn, actor, filter, calendar, seen.is_some(), (before, date, date))?;
        Ok(Today::new(calendar, categories, date, &rows))
    })
}

/// The figures of seven days.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn week(cx: &mut Context, actor: &Actor, filter: &StatsFilter) -> Result<Week> {
    let zone = zone(filter)?;
    with_categories(cx, actor, |conn, calendar, categories, now| {
        let seen = zone.map(|zone| calendar.seen_from(zone));
        let calendar = seen.as_ref().unwrap_or(calendar);
        let date = filter.date.unwrap_or_else(|| calendar.date_at(now));
        let (first, last) = week_of(calendar, date, filter.calendar.unwrap_or(false));
        let before = days::plus(first, -7);
        let rows = rows(conn, actor, filter, calendar, seen.is_some(), (before, first, last))?;
        Ok(Week::new(calendar, categories, first, &rows))
    })
}

/// What the days of a period add up to: from the rows that are kept, or, seen from another zone, from sessions.
fn rows(
    conn: &mut Conn,
    actor: &Actor,
    filter: &StatsFilter,
    calendar: &Calendar,
    elsewhere: bool,
    (before, first, last): (NaiveDate, NaiveDate, NaiveDate),
) -> Result<Vec<DayRow>> {
    if !elsewhere {
        return Ok(figures::find(conn, actor.user, filter.device_id, before, first, last)?);
    }
    count_elsewhere(conn, actor.user, filter.device_id, calendar, (before, last))
}

/// The days `before..=last` as another zone's calendar has them: counted from the sessions.
pub(crate) fn count_elsewhere(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    calendar: &Calendar,
    (before, last): (NaiveDate, NaiveDate),
) -> Result<Vec<DayRow>> {
    let (from, to) = (calendar.start(before), calendar.day(last).to);
    let mut devices: HashMap<DeviceId, Rollup<'_>> = HashMap::new();
    let earliest = from - chrono::Duration::milliseconds(LONGEST_MS);
    list::each(conn, user, earliest, to, |of, session| {
        if device.is_none_or(|wanted| wanted == of) && session.ended_at >= from {
            devices.entry(of).or_insert_with(|| Rollup::new(calendar)).count(&session, None);
        }
    })?;
    let names = persistence::devices::names(conn, user)?;
    let mut rows = Vec::new();
    for (device_id, rollup) in devices {
        let (name, platform) = names.get(&device_id).cloned().unwrap_or((String::new(), Platform::Other));
        let days = rollup.days.into_iter().filter(|(date, _)| before <= *date && *date <= last);
        rows.extend(days.map(|(date, day)| DayRow { date, device_id, name: name.clone(), platform, day }));
    }
    Ok(rows)
}

fn zone(filter: &StatsFilter) -> Result<Option<Tz>> {
    let Some(name) = filter.tz.as_deref() else { return Ok(None) };
    let message = "is not an IANA time zone such as Europe/Berlin";
    let zone = name.parse().map_err(|_| FieldError::new("tz", message, "TIMEZONE_INVALID"))?;
    Ok(Some(zone))
}

fn write_cursor(last: &Listed) -> String {
    let place = (last.started_at.timestamp_micros(), last.device_id, last.kind, &last.app);
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&place).unwrap_or_default())
}

fn read_cursor(cursor: &str) -> Option<list::Place> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (at, device, kind, app) = serde_json::from_slice::<(i64, uuid::Uuid, String, String)>(&bytes).ok()?;
    if app.contains('\0') {
        return None;
    }
    Some((DateTime::from_timestamp_micros(at)?, device, kind, app))
}
