//! What sessions add up to, by device and day.

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date};
use domain::usage::coverage::Coverage;
use domain::usage::rollup::{DeviceDay, Tally};

use super::*;
use crate::Error;
use crate::schema::{usage_app_days, usage_days};

type Id = diesel::sql_types::Uuid;

/// A day of a device.
pub type DayKey = (UserId, DeviceId, NaiveDate);

statement! {
    Days {
        users: [Uuid] => Array<Id>,
        devices: [Uuid] => Array<Id>,
        days: [NaiveDate] => Array<Date>,
    } -> (Id, Id, Date, BigInt, BigInt, BigInt, Array<BigInt>, Bytea) {
        "SELECT d.user_id, d.device_id, d.day, d.duration_ms, d.session_count, d.started_count, d.hours_ms, d.coverage \
         FROM unnest(?::uuid[], ?::uuid[], ?::date[]) AS r (user_id, device_id, day) \
         JOIN usage_days d USING (user_id, day, device_id)"
    }
}

/// Those of these days that are there.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list(conn: &mut Conn, keys: &[DayKey]) -> Result<Vec<(DayKey, DeviceDay)>> {
    let users: Vec<Uuid> = keys.iter().map(|(user, ..)| user.0).collect();
    let devices: Vec<Uuid> = keys.iter().map(|(_, device, _)| device.0).collect();
    let days: Vec<NaiveDate> = keys.iter().map(|(_, _, day)| *day).collect();
    type Row = (Uuid, Uuid, NaiveDate, i64, i64, i64, Vec<i64>, Vec<u8>);
    Days { users: &users, devices: &devices, days: &days }
        .load::<Row>(conn)?
        .into_iter()
        .map(|(user, device, date, duration_ms, session_count, started_count, hours_ms, coverage)| {
            let total = Tally { duration_ms, session_count, started_count };
            let day =
                DeviceDay { total, hours_ms: read_hours(&hours_ms)?, coverage: read_coverage(&coverage)? };
            Ok(((UserId(user), DeviceId(device), date), day))
        })
        .collect()
}

statement! {
    SaveDays {
        hours: [i64] => Array<BigInt>,
        users: [Uuid] => Array<Id>,
        devices: [Uuid] => Array<Id>,
        days: [NaiveDate] => Array<Date>,
        durations: [i64] => Array<BigInt>,
        actives: [i64] => Array<BigInt>,
        counts: [i64] => Array<BigInt>,
        starts: [i64] => Array<BigInt>,
        coverages: [Vec<u8>] => Array<Bytea>,
    } -> () {
        "WITH h AS (SELECT ?::bigint[] AS ms) \
         INSERT INTO usage_days (user_id, day, device_id, duration_ms, active_ms, session_count, started_count, hours_ms, coverage) \
         SELECT r.user_id, r.day, r.device_id, r.duration_ms, r.active_ms, r.session_count, r.started_count, \
                h.ms[r.n * 24 - 23 : r.n * 24], r.coverage \
         FROM h, unnest(?::uuid[], ?::uuid[], ?::date[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[]) \
              WITH ORDINALITY AS r (user_id, device_id, day, duration_ms, active_ms, session_count, started_count, coverage, n) \
         ON CONFLICT (user_id, day, device_id) DO UPDATE SET \
           duration_ms = EXCLUDED.duration_ms, active_ms = EXCLUDED.active_ms, session_count = EXCLUDED.session_count, \
           started_count = EXCLUDED.started_count, hours_ms = EXCLUDED.hours_ms, coverage = EXCLUDED.coverage"
    }
}

/// Keeps these days in place of what was there.
///
/// # Errors
/// `Unavailable`.
pub fn upsert(conn: &mut Conn, days: &[(DayKey, DeviceDay)]) -> Result<()> {
    let each =
        |value: fn(&DeviceDay) -> i64| -> Vec<i64> { days.iter().map(|(_, day)| value(day)).collect() };
    SaveDays {
        hours: &days.iter().flat_map(|(_, day)| day.hours_ms).collect::<Vec<i64>>(),
        users: &days.iter().map(|((user, ..), _)| user.0).collect::<Vec<Uuid>>(),
        devices: &days.iter().map(|((_, device, _), _)| device.0).collect::<Vec<Uuid>>(),
        days: &days.iter().map(|((_, _, date), _)| *date).collect::<Vec<NaiveDate>>(),
        durations: &each(|day| day.total.duration_ms),
        actives: &each(|day| day.coverage.length_ms()),
        counts: &each(|day| day.total.session_count),
        starts: &each(|day| day.total.started_count),
        coverages: &days.iter().map(|(_, day)| day.coverage.encode()).collect::<Vec<Vec<u8>>>(),
    }
    .execute(conn)?;
    Ok(())
}

/// What an app adds to a day of a device.
#[derive(Clone, Copy, Debug)]
pub struct AppDay<'a> {
    /// Which day.
    pub key: DayKey,
    /// What kind of thing.
    pub kind: Kind,
    /// Which one.
    pub app: &'a str,
    /// What is added.
    pub tally: Tally,
}

statement! {
    AddApps {
        users: [Uuid] => Array<Id>,
        devices: [Uuid] => Array<Id>,
        days: [NaiveDate] => Array<Date>,
        kinds: [&'a str] => Array<Text>,
        apps: [&'a str] => Array<Text>,
        durations: [i64] => Array<BigInt>,
        counts: [i64] => Array<BigInt>,
        starts: [i64] => Array<BigInt>,
    } -> () {
        "INSERT INTO usage_app_days AS a (user_id, device_id, day, kind, app, duration_ms, session_count, started_count) \
         SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::date[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[]) \
         ON CONFLICT (user_id, day, device_id, kind, app) DO UPDATE SET \
           duration_ms = a.duration_ms + EXCLUDED.duration_ms, \
           session_count = a.session_count + EXCLUDED.session_count, \
           started_count = a.started_count + EXCLUDED.started_count"
    }
}

/// Adds to the days of apps.
///
/// # Errors
/// `Unavailable`.
pub fn add_apps(conn: &mut Conn, apps: &[AppDay<'_>]) -> Result<()> {
    let each = |value: fn(&Tally) -> i64| -> Vec<i64> { apps.iter().map(|app| value(&app.tally)).collect() };
    AddApps {
        users: &apps.iter().map(|app| app.key.0.0).collect::<Vec<Uuid>>(),
        devices: &apps.iter().map(|app| app.key.1.0).collect::<Vec<Uuid>>(),
        days: &apps.iter().map(|app| app.key.2).collect::<Vec<NaiveDate>>(),
        kinds: &apps.iter().map(|app| app.kind.as_str()).collect::<Vec<&str>>(),
        apps: &apps.iter().map(|app| app.app).collect::<Vec<&str>>(),
        durations: &each(|tally| tally.duration_ms),
        counts: &each(|tally| tally.session_count),
        starts: &each(|tally| tally.started_count),
    }
    .execute(conn)?;
    Ok(())
}

/// Deletes the account's days from `first` on: they are about to be derived anew.
///
/// # Errors
/// `Unavailable`.
pub fn delete_from(conn: &mut Conn, user: UserId, first: NaiveDate) -> Result<()> {
    let days = usage_days::table.filter(usage_days::user_id.eq(user.0)).filter(usage_days::day.ge(first));
    diesel::delete(days).execute(conn)?;
    let apps = usage_app_days::table
        .filter(usage_app_days::user_id.eq(user.0))
        .filter(usage_app_days::day.ge(first));
    diesel::delete(apps).execute(conn)?;
    Ok(())
}

/// A day of an app on a device.
pub type AppKey = (DeviceId, NaiveDate, Kind, String);

/// All app days of an account, to compare them with the sessions.
///
/// # Errors
/// `Unavailable`.
pub fn list_apps(conn: &mut Conn, user: UserId) -> Result<Vec<(AppKey, Tally)>> {
    let rows = usage_app_days::table
        .filter(usage_app_days::user_id.eq(user.0))
        .select((
            usage_app_days::device_id,
            usage_app_days::day,
            usage_app_days::kind,
            usage_app_days::app,
            usage_app_days::duration_ms,
            usage_app_days::session_count,
            usage_app_days::started_count,
        ))
        .load::<(Uuid, NaiveDate, String, String, i64, i64, i64)>(conn)?;
    let row = |(device, day, kind, app, duration_ms, session_count, started_count): (
        Uuid,
        _,
        String,
        _,
        _,
        _,
        _,
    )| {
        let tally = Tally { duration_ms, session_count, started_count };
        ((DeviceId(device), day, Kind::from_stored(&kind), app), tally)
    };
    Ok(rows.into_iter().map(row).collect())
}

/// A day as it is stored, with the stored length of its coverage.
pub type StoredDay = ((DeviceId, NaiveDate), DeviceDay, i64);

/// All days of an account, to compare them with the sessions.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<StoredDay>> {
    type Row = (Uuid, NaiveDate, i64, i64, i64, i64, Vec<i64>, Vec<u8>);
    usage_days::table
        .filter(usage_days::user_id.eq(user.0))
        .select((
            usage_days::device_id,
            usage_days::day,
            usage_days::duration_ms,
            usage_days::active_ms,
            usage_days::session_count,
            usage_days::started_count,
            usage_days::hours_ms,
            usage_days::coverage,
        ))
        .load::<Row>(conn)?
        .into_iter()
        .map(|(device, date, duration_ms, active_ms, session_count, started_count, hours_ms, coverage)| {
            let total = Tally { duration_ms, session_count, started_count };
            let day =
                DeviceDay { total, hours_ms: read_hours(&hours_ms)?, coverage: read_coverage(&coverage)? };
            Ok(((DeviceId(device), date), day, active_ms))
        })
        .collect()
}

pub(super) fn read_hours(hours: &[i64]) -> Result<[i64; 24]> {
    hours.try_into().map_err(|_| Error::Damaged("hours_ms"))
}

pub(super) fn read_coverage(bytes: &[u8]) -> Result<Coverage> {
    Coverage::decode(bytes).ok_or(Error::Damaged("coverage"))
}
