//! Events of browsers. Writers hold the lock of the device's row ([`crate::devices::writers::lock`]) or, where a person's own
//! token reports, of the account's ([`crate::accounts::lock_writers`]), so that what is read here of one browser stays
//! true until the transaction ends.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Int4, Nullable, Text, Timestamptz};
use domain::events::Event;
use domain::ids::{DeviceId, EventId, UserId};
use uuid::Uuid;

use crate::{Conn, Result};

mod copy;
pub mod days;
pub mod list;
pub mod months;

pub use copy::{insert, insert_new};

type Id = diesel::sql_types::Uuid;

/// A browser of an account; [`domain::events::NO_DEVICE`] where the person's own token reports.
pub type Browser = (UserId, DeviceId);

/// What identifies an event.
pub type Key = (UserId, DateTime<Utc>, EventId);

/// An event of a browser, as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'a> {
    /// Whose.
    pub browser: Browser,
    /// The event.
    pub event: &'a Event,
    /// Its place among those of the same millisecond.
    pub sequence: i64,
    /// The address of its page, as far as it is kept.
    pub url: Option<&'a str>,
}

impl Owned<'_> {
    /// Which event it is.
    #[must_use]
    pub fn key(&self) -> Key {
        (self.browser.0, self.event.occurred_at, self.event.id)
    }
}

statement! {
    InSpans {
        users: [Uuid] => Array<Id>,
        firsts: [DateTime<Utc>] => Array<Timestamptz>,
        lasts: [DateTime<Utc>] => Array<Timestamptz>,
    } -> Id {
        "SELECT r.user_id FROM unnest(?::uuid[], ?::timestamptz[], ?::timestamptz[]) AS r (user_id, first, last) \
         WHERE EXISTS (SELECT FROM events e WHERE e.user_id = r.user_id AND e.occurred_at BETWEEN r.first AND r.last)"
    }
}

/// Those of these accounts that have an event between a first and a last instant, both included.
///
/// # Errors
/// `Unavailable`.
pub fn list_busy(
    conn: &mut Conn,
    spans: &[(UserId, DateTime<Utc>, DateTime<Utc>)],
) -> Result<HashSet<UserId>> {
    let users: Vec<Uuid> = spans.iter().map(|(user, ..)| user.0).collect();
    let firsts: Vec<DateTime<Utc>> = spans.iter().map(|(_, first, _)| *first).collect();
    let lasts: Vec<DateTime<Utc>> = spans.iter().map(|(.., last)| *last).collect();
    let busy = InSpans { users: &users, firsts: &firsts, lasts: &lasts }.load::<Uuid>(conn)?;
    Ok(busy.into_iter().map(UserId).collect())
}

statement! {
    ByKeys {
        users: [Uuid] => Array<Id>,
        instants: [DateTime<Utc>] => Array<Timestamptz>,
        ids: [Uuid] => Array<Id>,
    } -> (Id, Timestamptz, Id) {
        "SELECT e.user_id, e.occurred_at, e.event_id \
         FROM unnest(?::uuid[], ?::timestamptz[], ?::uuid[]) AS r (user_id, occurred_at, event_id) \
         JOIN events e USING (user_id, occurred_at, event_id)"
    }
}

/// Those of these events that are there.
///
/// # Errors
/// `Unavailable`.
pub fn list_known(conn: &mut Conn, keys: &[Key]) -> Result<HashSet<Key>> {
    let users: Vec<Uuid> = keys.iter().map(|(user, ..)| user.0).collect();
    let instants: Vec<DateTime<Utc>> = keys.iter().map(|(_, at, _)| *at).collect();
    let ids: Vec<Uuid> = keys.iter().map(|(.., id)| id.0).collect();
    let rows = ByKeys { users: &users, instants: &instants, ids: &ids }.load(conn)?;
    Ok(rows.into_iter().map(key).collect())
}

fn key((user, at, id): (Uuid, DateTime<Utc>, Uuid)) -> Key {
    (UserId(user), at, EventId(id))
}

/// Deletes the events of a browser, and what they add up to.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn delete(conn: &mut Conn, user: Uuid, device: Uuid) -> Result<()> {
    use crate::schema::{browser_days, browser_months, events};
    diesel::delete(events::table.filter(events::user_id.eq(user)).filter(events::device_id.eq(device)))
        .execute(conn)?;
    let days = browser_days::table.filter(browser_days::user_id.eq(user));
    diesel::delete(days.filter(browser_days::device_id.eq(device))).execute(conn)?;
    let months = browser_months::table.filter(browser_months::user_id.eq(user));
    diesel::delete(months.filter(browser_months::device_id.eq(device))).execute(conn)?;
    Ok(())
}

/// Deletes all events of an account, and what they add up to.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn delete_all(conn: &mut Conn, user: Uuid) -> Result<()> {
    use crate::schema::{browser_days, browser_months, events};
    diesel::delete(events::table.filter(events::user_id.eq(user))).execute(conn)?;
    diesel::delete(browser_days::table.filter(browser_days::user_id.eq(user))).execute(conn)?;
    diesel::delete(browser_months::table.filter(browser_months::user_id.eq(user))).execute(conn)?;
    Ok(())
}

statement! {
    Move {
        to: Uuid => Id,
        from: Uuid => Id,
        device: Uuid => Id,
    } -> () {
        "INSERT INTO events (user_id, occurred_at, event_id, device_id, sequence, v, event_type, tab_id, window_id, active, \
           url, title, sent_id) \
         SELECT ?::uuid, occurred_at, event_id, device_id, sequence, v, event_type, tab_id, window_id, active, \
           url, title, sent_id \
         FROM events WHERE user_id = ? AND device_id = ? ON CONFLICT DO NOTHING"
    }
}

/// Moves the events of a browser to another account, but for those that are there already. What they add up to is left
/// behind.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn update_owner(conn: &mut Conn, device: DeviceId, from: UserId, to: UserId) -> Result<()> {
    Move { to: &to.0, from: &from.0, device: &device.0 }.execute(conn)?;
    delete(conn, from.0, device.0)
}

#[cfg(test)]
mod tests;
