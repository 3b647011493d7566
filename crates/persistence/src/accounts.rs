//! Accounts and their calendars.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Int4, Jsonb};
use domain::accounts::Account;
use domain::days::Calendar;
use domain::ids::UserId;
use uuid::Uuid;

use crate::schema::{devices, users};
use crate::{Conn, Error, Result};

/// Makes an account.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, user: UserId, calendar: &Calendar, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(users::table)
        .values((
            users::user_id.eq(user.0),
            users::calendar.eq(stored(calendar)?),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Account> {
    let (calendar, created_at, updated_at) = users::table
        .find(user.0)
        .select((users::calendar, users::created_at, users::updated_at))
        .first::<(serde_json::Value, DateTime<Utc>, DateTime<Utc>)>(conn)?;
    Ok(Account::new(user, read(calendar)?, created_at, updated_at))
}

/// The account's calendar and its version.
///
/// # Errors
/// `NotFound`.
pub fn find_calendar(conn: &mut Conn, user: UserId) -> Result<(Calendar, i32)> {
    let (calendar, version) = users::table
        .find(user.0)
        .select((users::calendar, users::calendar_version))
        .first::<(serde_json::Value, i32)>(conn)?;
    Ok((read(calendar)?, version))
}

/// All accounts. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn list_ids(conn: &mut Conn) -> Result<Vec<UserId>> {
    let ids = users::table.select(users::user_id).order(users::user_id).load::<Uuid>(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}

statement! {
    Calendars { users: [Uuid] => Array<diesel::sql_types::Uuid> } -> (diesel::sql_types::Uuid, Jsonb, Int4) {
        "SELECT user_id, calendar, calendar_version FROM users WHERE user_id = ANY(?)"
    }
}

/// The calendars of several accounts. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn list_calendars(conn: &mut Conn, users: &[Uuid]) -> Result<Vec<(UserId, Calendar, i32)>> {
    let rows = Calendars { users }.load::<(Uuid, serde_json::Value, i32)>(conn)?;
    rows.into_iter().map(|(user, calendar, version)| Ok((UserId(user), read(calendar)?, version))).collect()
}

/// Gives the account another calendar, under another version. The caller has locked the account's devices.
///
/// # Errors
/// `NotFound`.
pub fn update_calendar(conn: &mut Conn, user: UserId, calendar: &Calendar, now: DateTime<Utc>) -> Result<()> {
    let version = diesel::update(users::table.find(user.0))
        .set((
            users::calendar.eq(stored(calendar)?),
            users::calendar_version.eq(users::calendar_version + 1),
            users::updated_at.eq(now),
        ))
        .returning(users::calendar_version)
        .get_result::<i32>(conn)?;
    diesel::update(devices::table.filter(devices::user_id.eq(user.0)))
        .set(devices::calendar_version.eq(version))
        .execute(conn)?;
    Ok(())
}

fn stored(calendar: &Calendar) -> Result<serde_json::Value> {
    serde_json::to_value(calendar).map_err(|_| Error::Damaged("calendar"))
}

fn read(calendar: serde_json::Value) -> Result<Calendar> {
    serde_json::from_value(calendar).map_err(|_| Error::Damaged("calendar"))
}
