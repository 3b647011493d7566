//! What events add up to, by browser and day.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date};
use domain::analytics::{Before, DayRow};
use domain::events::attention;
use domain::events::days::{BrowserDay, Kept, Packed};

use super::*;
use crate::Error;
use crate::schema::browser_days;

/// A day of a browser.
pub type DayKey = (UserId, DeviceId, NaiveDate);

type Columns = (BigInt, BigInt, Bytea, Bytea, Bytea, Bytea, Bytea);
type Stored = (i64, i64, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

fn packed((events, duration_ms, hours, hours_ms, coverage, hosts, types): Stored) -> Packed {
    Packed { events, duration_ms, hours, hours_ms, coverage, hosts, types }
}

fn unpack(day: Stored, end: Option<Vec<u8>>) -> Result<BrowserDay> {
    Kept { day: packed(day), end }.unpack().ok_or(Error::Damaged("browser_days"))
}

fn read(browser: Vec<u8>) -> Result<attention::Browser> {
    attention::Browser::decode(&browser).ok_or(Error::Damaged("browser"))
}

statement! {
    Latest {
        users: [Uuid] => Array<Id>,
        devices: [Uuid] => Array<Id>,
    } -> (Id, Id, Date, Columns, Nullable<Bytea>) {
        "SELECT r.user_id, r.device_id, d.day, d.events, d.duration_ms, d.hours, d.hours_ms, d.coverage, d.hosts, d.types, d.browser \
         FROM unnest(?::uuid[], ?::uuid[]) AS r (user_id, device_id) \
         CROSS JOIN LATERAL (SELECT * FROM browser_days x WHERE x.user_id = r.user_id AND x.device_id = r.device_id \
              ORDER BY x.day DESC LIMIT 1) d"
    }
}

/// The last day of each of these browsers that has one. It has an event: time reaches no further than to the next.
///
/// # Errors
/// `Unavailable`.
pub fn list_latest(conn: &mut Conn, browsers: &[Browser]) -> Result<Vec<(DayKey, Kept)>> {
    let users: Vec<Uuid> = browsers.iter().map(|(user, _)| user.0).collect();
    let devices: Vec<Uuid> = browsers.iter().map(|(_, device)| device.0).collect();
    Latest { users: &users, devices: &devices }
        .load::<(Uuid, Uuid, NaiveDate, Stored, Option<Vec<u8>>)>(conn)?
        .into_iter()
        .map(|(user, device, date, day, end)| {
            Ok(((UserId(user), DeviceId(device), date), Kept { day: packed(day), end }))
        })
        .collect()
}

statement! {
    Save {
        users: [Uuid] => Array<Id>,
        days: [NaiveDate] => Array<Date>,
        devices: [Uuid] => Array<Id>,
        events: [i64] => Array<BigInt>,
        durations: [i64] => Array<BigInt>,
        hours: [&'a [u8]] => Array<Bytea>,
        hours_ms: [&'a [u8]] => Array<Bytea>,
        coverages: [&'a [u8]] => Array<Bytea>,
        hosts: [&'a [u8]] => Array<Bytea>,
        types: [&'a [u8]] => Array<Bytea>,
        browsers: [Option<&'a [u8]>] => Array<Nullable<Bytea>>,
    } -> () {
        "INSERT INTO browser_days (user_id, day, device_id, events, duration_ms, hours, hours_ms, coverage, hosts, types, browser) \
         SELECT * FROM unnest(?::uuid[], ?::date[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bytea[], ?::bytea[], \
           ?::bytea[], ?::bytea[], ?::bytea[]) \
         ON CONFLICT (user_id, day, device_id) DO UPDATE SET \
           events = EXCLUDED.events, duration_ms = EXCLUDED.duration_ms, hours = EXCLUDED.hours, \
           hours_ms = EXCLUDED.hours_ms, coverage = EXCLUDED.coverage, hosts = EXCLUDED.hosts, \
           types = EXCLUDED.types, browser = EXCLUDED.browser"
    }
}

/// Days a statement: those of a long history at once would be too much to hold.
const ROWS: usize = 500;

/// Keeps these days in place of what was there.
///
/// # Errors
/// `Unavailable`.
pub fn upsert(conn: &mut Conn, days: &[(DayKey, Kept)]) -> Result<()> {
    days.chunks(ROWS).try_for_each(|days| {
        let number = |value: fn(&Packed) -> i64| -> Vec<i64> {
            days.iter().map(|(_, kept)| value(&kept.day)).collect()
        };
        let bytes = |value: fn(&Packed) -> &Vec<u8>| -> Vec<&[u8]> {
            days.iter().map(|(_, kept)| value(&kept.day).as_slice()).collect()
        };
        Save {
            users: &days.iter().map(|((user, ..), _)| user.0).collect::<Vec<Uuid>>(),
            days: &days.iter().map(|((.., date), _)| *date).collect::<Vec<NaiveDate>>(),
            devices: &days.iter().map(|((_, device, _), _)| device.0).collect::<Vec<Uuid>>(),
            events: &number(|day| day.events),
            durations: &number(|day| day.duration_ms),
            hours: &bytes(|day| &day.hours),
            hours_ms: &bytes(|day| &day.hours_ms),
            coverages: &bytes(|day| &day.coverage),
            hosts: &bytes(|day| &day.hosts),
            types: &bytes(|day| &day.types),
            browsers: &days.iter().map(|(_, kept)| kept.end.as_deref()).collect::<Vec<Option<&[u8]>>>(),
        }
        .execute(conn)?;
        Ok(())
    })
}

type Rows = browser_days::BoxedQuery<'static, diesel::pg::Pg>;

fn of((user, device): Browser) -> Rows {
    browser_days::table
        .filter(browser_days::user_id.eq(user.0))
        .filter(browser_days::device_id.eq(device.0))
        .into_boxed()
}

/// The days of a browser that have events, from `first` on.
///
/// # Errors
/// `Unavailable`.
pub fn list_dates(conn: &mut Conn, browser: Browser, first: NaiveDate) -> Result<Vec<NaiveDate>> {
    let days = of(browser).filter(browser_days::day.ge(first)).filter(browser_days::browser.is_not_null());
    Ok(days.order(browser_days::day).select(browser_days::day).load(conn)?)
}

/// The last day of a browser before `date` that has events.
///
/// # Errors
/// `Unavailable`.
pub fn find_before(conn: &mut Conn, browser: Browser, date: NaiveDate) -> Result<Option<NaiveDate>> {
    let days = of(browser).filter(browser_days::day.lt(date)).filter(browser_days::browser.is_not_null());
    Ok(days.order(browser_days::day.desc()).select(browser_days::day).first(conn).optional()?)
}

/// What was known of a browser at the end of a day.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn find_end(conn: &mut Conn, browser: Browser, date: NaiveDate) -> Result<Option<attention::Browser>> {
    let day = of(browser).filter(browser_days::day.eq(date)).select(browser_days::browser);
    day.first::<Option<Vec<u8>>>(conn).optional()?.flatten().map(read).transpose()
}

statement! {
    Ends {
        user: Uuid => Id,
        before: NaiveDate => Date,
    } -> (Id, Bytea) {
        "SELECT DISTINCT ON (device_id) device_id, browser FROM browser_days \
         WHERE user_id = ? AND day < ? AND browser IS NOT NULL ORDER BY device_id, day DESC"
    }
}

/// What was known of each browser of the account when `date` began.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list_ends(
    conn: &mut Conn,
    user: UserId,
    date: NaiveDate,
) -> Result<Vec<(DeviceId, attention::Browser)>> {
    let rows = Ends { user: &user.0, before: &date }.load::<(Uuid, Vec<u8>)>(conn)?;
    rows.into_iter().map(|(device, browser)| Ok((DeviceId(device), read(browser)?))).collect()
}

statement! {
    Later {
        devices: [Uuid] => Array<Id>,
        user: Uuid => Id,
        date: NaiveDate => Date,
    } -> (Id,) {
        "SELECT r.device_id FROM unnest(?::uuid[]) AS r (device_id) \
         WHERE EXISTS (SELECT 1 FROM browser_days x \
              WHERE x.user_id = ? AND x.device_id = r.device_id AND x.day > ? AND x.browser IS NOT NULL)"
    }
}

/// Which of these browsers have events on a day after `date`.
///
/// # Errors
/// `Unavailable`.
pub fn list_later(
    conn: &mut Conn,
    user: UserId,
    devices: &[DeviceId],
    date: NaiveDate,
) -> Result<HashSet<DeviceId>> {
    let devices: Vec<Uuid> = devices.iter().map(|device| device.0).collect();
    let rows = Later { devices: &devices, user: &user.0, date: &date }.load::<(Uuid,)>(conn)?;
    Ok(rows.into_iter().map(|(device,)| DeviceId(device)).collect())
}

/// Deletes days of a browser, `first <= day < next`: they are about to be derived anew.
///
/// # Errors
/// `Unavailable`.
pub fn delete(
    conn: &mut Conn,
    (user, device): Browser,
    first: NaiveDate,
    next: Option<NaiveDate>,
) -> Result<()> {
    let days = browser_days::table
        .filter(browser_days::user_id.eq(user.0))
        .filter(browser_days::device_id.eq(device.0))
        .filter(browser_days::day.ge(first))
        .filter(browser_days::day.lt(next.unwrap_or(NaiveDate::MAX)));
    diesel::delete(days).execute(conn)?;
    Ok(())
}

/// Deletes the account's days from `first` on: they are about to be derived anew.
///
/// # Errors
/// `Unavailable`.
pub fn delete_from(conn: &mut Conn, user: UserId, first: NaiveDate) -> Result<()> {
    let days = browser_days::table.filter(browser_days::user_id.eq(user.0));
    diesel::delete(days.filter(browser_days::day.ge(first))).execute(conn)?;
    Ok(())
}

/// All days of an account, to compare them with the events.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<((DeviceId, NaiveDate), BrowserDay)>> {
    browser_days::table
        .filter(browser_days::user_id.eq(user.0))
        .select((browser_days::device_id, browser_days::day, columns(), browser_days::browser))
        .load::<(Uuid, NaiveDate, Stored, Option<Vec<u8>>)>(conn)?
        .into_iter()
        .map(|(device, date, day, end)| Ok(((DeviceId(device), date), unpack(day, end)?)))
        .collect()
}

type Selected = (
    browser_days::events,
    browser_days::duration_ms,
    browser_days::hours,
    browser_days::hours_ms,
    browser_days::coverage,
    browser_days::hosts,
    browser_days::types,
);

fn columns() -> Selected {
    (
        browser_days::events,
        browser_days::duration_ms,
        browser_days::hours,
        browser_days::hours_ms,
        browser_days::coverage,
        browser_days::hosts,
        browser_days::types,
    )
}

statement! {
    Days {
        user: Uuid => Id,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (Date, Columns) {
        "SELECT day, events, duration_ms, hours, hours_ms, coverage, hosts, types FROM browser_days \
         WHERE user_id = ? AND day BETWEEN ? AND ? ORDER BY day, device_id"
    }
}

/// The account's days `first..=last`, of each browser.
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, user: UserId, first: NaiveDate, last: NaiveDate) -> Result<Vec<DayRow>> {
    let rows = Days { user: &user.0, first: &first, last: &last }.load::<(NaiveDate, Stored)>(conn)?;
    Ok(rows.into_iter().map(|(date, day)| DayRow { date, day: packed(day) }).collect())
}

// Months are looked up once: PostgreSQL takes an empty table for what it has not counted yet, and would go through them
// for each day of a join.
statement! {
    Beside {
        user: Uuid => Id,
        begin: NaiveDate => Date,
        next: NaiveDate => Date,
        of: Uuid => Id,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (Date, Columns) {
        "SELECT d.day, d.events, d.duration_ms, d.hours, d.hours_ms, d.coverage, \
                CASE WHEN (d.device_id, date_trunc('month', d.day::timestamp)::date) IN \
                    (SELECT m.device_id, m.month FROM browser_months m \
                     WHERE m.user_id = ? AND m.month >= ? AND m.month < ?) THEN '' ELSE d.hosts END, d.types \
         FROM browser_days d WHERE d.user_id = ? AND d.day BETWEEN ? AND ? ORDER BY d.day, d.device_id"
    }
}

/// The same; the hosts of days that [`months::list`] of these dates has are left out.
///
/// # Errors
/// `Unavailable`.
pub fn list_beside_months(
    conn: &mut Conn,
    user: UserId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<DayRow>> {
    let (begin, next) = months::whole(first, last);
    let (begin, next, of) = (&begin, &next, &user.0);
    let beside = Beside { user: of, begin, next, of, first: &first, last: &last };
    let rows = beside.load::<(NaiveDate, Stored)>(conn)?;
    Ok(rows.into_iter().map(|(date, day)| DayRow { date, day: packed(day) }).collect())
}

statement! {
    Sums {
        user: Uuid => Id,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (BigInt, BigInt) {
        "SELECT coalesce(sum(events), 0)::bigint, coalesce(sum(duration_ms), 0)::bigint FROM browser_days \
         WHERE user_id = ? AND day BETWEEN ? AND ?"
    }
}

/// What the account's days `first..=last` add up to.
///
/// # Errors
/// `Unavailable`.
pub fn sum(conn: &mut Conn, user: UserId, first: NaiveDate, last: NaiveDate) -> Result<Before> {
    let (events, duration_ms) =
        Sums { user: &user.0, first: &first, last: &last }.get_result::<(i64, i64)>(conn)?;
    Ok(Before { events, duration_ms })
}

statement! {
    Contents {
        types: bool => Bool,
        hosts: bool => Bool,
        user: Uuid => Id,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (Date, BigInt, Bytea, Bytea) {
        "SELECT day, events, CASE WHEN ? THEN types ELSE '' END, CASE WHEN ? THEN hosts ELSE '' END FROM browser_days \
         WHERE user_id = ? AND day BETWEEN ? AND ? AND events > 0 \
         ORDER BY day DESC"
    }
}

/// What events there are on the account's days `first..=last`, of each browser, the last day first: how many, and, where
/// they are asked for, their types and hosts.
///
/// # Errors
/// `Unavailable`.
pub fn list_contents(
    conn: &mut Conn,
    user: UserId,
    (first, last): (NaiveDate, NaiveDate),
    types: bool,
    hosts: bool,
) -> Result<Vec<DayRow>> {
    let statement = Contents { types: &types, hosts: &hosts, user: &user.0, first: &first, last: &last };
    let rows = statement.load::<(NaiveDate, i64, Vec<u8>, Vec<u8>)>(conn)?;
    let row = |(date, events, types, hosts)| {
        let day = Packed { events, types, hosts, ..Packed::default() };
        DayRow { date, day }
    };
    Ok(rows.into_iter().map(row).collect())
}
