//! What sessions add up to, by device and day.

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date};
use domain::days::hours;
use domain::usage::apps::Apps;
use domain::usage::coverage::Coverage;
use domain::usage::rollup::{DeviceDay, Tally};

use super::*;
use crate::Error;
use crate::schema::usage_days;

type Id = diesel::sql_types::Uuid;

/// A day of a device.
pub type DayKey = (UserId, DeviceId, NaiveDate);

/// A day as it is stored: milliseconds, sessions that touch it, sessions that start on it, hours, coverage, apps.
pub(super) type Packed = (i64, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>);

pub(super) fn unpack(day: Packed) -> Result<DeviceDay> {
    let (duration_ms, session_count, started_count, hours_ms, coverage, apps) = day;
    Ok(DeviceDay {
        total: Tally { duration_ms, session_count, started_count },
        hours_ms: hours::decode(&hours_ms).ok_or(Error::Damaged("hours_ms"))?,
        coverage: Coverage::decode(&coverage).ok_or(Error::Damaged("coverage"))?,
        apps: Apps::decode(&apps).ok_or(Error::Damaged("apps"))?,
    })
}

statement! {
    Days {
        users: [Uuid] => Array<Id>,
        devices: [Uuid] => Array<Id>,
        days: [NaiveDate] => Array<Date>,
    } -> (Id, Id, Date, (BigInt, BigInt, BigInt, Bytea, Bytea, Bytea)) {
        "SELECT d.user_id, d.device_id, d.day, d.duration_ms, d.session_count, d.started_count, d.hours_ms, d.coverage, d.apps \
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
    Days { users: &users, devices: &devices, days: &days }
        .load::<(Uuid, Uuid, NaiveDate, Packed)>(conn)?
        .into_iter()
        .map(|(user, device, date, day)| Ok(((UserId(user), DeviceId(device), date), unpack(day)?)))
        .collect()
}

statement! {
    SaveDays {
        users: [Uuid] => Array<Id>,
        days: [NaiveDate] => Array<Date>,
        devices: [Uuid] => Array<Id>,
        durations: [i64] => Array<BigInt>,
        counts: [i64] => Array<BigInt>,
        starts: [i64] => Array<BigInt>,
        hours: [Vec<u8>] => Array<Bytea>,
        coverages: [Vec<u8>] => Array<Bytea>,
        apps: [Vec<u8>] => Array<Bytea>,
    } -> () {
        "INSERT INTO usage_days (user_id, day, device_id, duration_ms, session_count, started_count, hours_ms, coverage, apps) \
         SELECT * FROM unnest(?::uuid[], ?::date[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bytea[], \
           ?::bytea[]) \
         ON CONFLICT (user_id, day, device_id) DO UPDATE SET \
           duration_ms = EXCLUDED.duration_ms, session_count = EXCLUDED.session_count, \
           started_count = EXCLUDED.started_count, hours_ms = EXCLUDED.hours_ms, \
           coverage = EXCLUDED.coverage, apps = EXCLUDED.apps"
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
        users: &days.iter().map(|((user, ..), _)| user.0).collect::<Vec<Uuid>>(),
        devices: &days.iter().map(|((_, device, _), _)| device.0).collect::<Vec<Uuid>>(),
        days: &days.iter().map(|((_, _, date), _)| *date).collect::<Vec<NaiveDate>>(),
        durations: &each(|day| day.total.duration_ms),
        counts: &each(|day| day.total.session_count),
        starts: &each(|day| day.total.started_count),
        hours: &days.iter().map(|(_, day)| hours::encode(&day.hours_ms)).collect::<Vec<Vec<u8>>>(),
        coverages: &days.iter().map(|(_, day)| day.coverage.encode()).collect::<Vec<Vec<u8>>>(),
        apps: &days.iter().map(|(_, day)| day.apps.encode()).collect::<Vec<Vec<u8>>>(),
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
    Ok(())
}

/// All days of an account, to compare them with the sessions.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<((DeviceId, NaiveDate), DeviceDay)>> {
    usage_days::table
        .filter(usage_days::user_id.eq(user.0))
        .select((
            usage_days::device_id,
            usage_days::day,
            (
                usage_days::duration_ms,
                usage_days::session_count,
                usage_days::started_count,
                usage_days::hours_ms,
                usage_days::coverage,
                usage_days::apps,
            ),
        ))
        .load::<(Uuid, NaiveDate, Packed)>(conn)?
        .into_iter()
        .map(|(device, date, day)| Ok(((DeviceId(device), date), unpack(day)?)))
        .collect()
}

/// How many sessions start on the days `first..=last`, of one device or all, of one app or all.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn count_started(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    app: Option<&str>,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<i64> {
    let mut days = usage_days::table
        .filter(usage_days::user_id.eq(user.0))
        .filter(usage_days::day.between(first, last))
        .into_boxed();
    if let Some(device) = device {
        days = days.filter(usage_days::device_id.eq(device.0));
    }
    let Some(wanted) = app else {
        return Ok(days.select(usage_days::started_count).load::<i64>(conn)?.into_iter().sum());
    };
    let mut count = 0;
    for apps in days.select(usage_days::apps).load::<Vec<u8>>(conn)? {
        let apps = Apps::decode(&apps).ok_or(Error::Damaged("apps"))?;
        let of_app = apps.iter().filter(|(_, app, _)| *app == wanted);
        count += of_app.map(|(.., tally)| tally.started_count).sum::<i64>();
    }
    Ok(count)
}
