//! Accounts and their calendars.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Int4, Jsonb, Nullable};
use domain::accounts::settings::Settings;
use domain::accounts::{Account, Role, level};
use domain::days::{Calendar, Entry};
use domain::events::batch::Keep;
use domain::ids::{FamilyId, UserId};
use uuid::Uuid;

use crate::error::one;
use crate::schema::{
    consumption, device_keys, devices, logins, pairing_codes, password_resets, token_families, usage,
    usage_days, users,
};
use crate::{Conn, Error, Result};

/// Somebody with an account.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// What they are called.
    pub username: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Their name.
    pub name: Option<&'a str>,
    /// Its first part.
    pub first_name: Option<&'a str>,
    /// Its last part.
    pub last_name: Option<&'a str>,
    /// Their password, hashed.
    pub password_hash: &'a str,
    /// What they may do.
    pub role: Role,
}

/// Makes an account, somebody's or a guest's. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    person: Option<Person<'_>>,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(users::table)
        .values((
            users::user_id.eq(user.0),
            users::username.eq(person.map(|person| person.username)),
            users::email.eq(person.map(|person| person.email)),
            users::name.eq(person.and_then(|person| person.name)),
            users::first_name.eq(person.and_then(|person| person.first_name)),
            users::last_name.eq(person.and_then(|person| person.last_name)),
            users::password_hash.eq(person.map(|person| person.password_hash)),
            users::role.eq(person.map_or(Role::User, |person| person.role).as_str()),
            users::settings.eq(serde_json::json!({})),
            users::calendar.eq(stored(calendar)?),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Somebody without a completed session has no totals.
const POINTS: &str = "(SELECT t.xp_points FROM focus_totals t WHERE t.user_id = users.user_id)";

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct Row {
    user_id: Uuid,
    username: Option<String>,
    email: Option<String>,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    role: String,
    disabled_at: Option<DateTime<Utc>>,
    #[diesel(select_expression = sql::<Nullable<BigInt>>(POINTS))]
    #[diesel(select_expression_type = SqlLiteral<Nullable<BigInt>>)]
    xp_points: Option<i64>,
    settings: serde_json::Value,
    calendar: serde_json::Value,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

pub(crate) fn account(row: Row) -> Result<Account> {
    let Entry { timezone, day_start, week_start, .. } = *read(row.calendar)?.current();
    let xp_points = row.xp_points.unwrap_or(0);
    Ok(Account {
        id: UserId(row.user_id),
        // A guest's account is nobody's.
        username: row.username.ok_or(Error::NotFound)?,
        email: row.email.ok_or(Error::NotFound)?,
        name: row.name,
        first_name: row.first_name,
        last_name: row.last_name,
        role: Role::from_stored(&row.role),
        is_active: row.disabled_at.is_none(),
        lvl: level(xp_points),
        xp_points,
        timezone,
        day_start,
        week_start,
        settings: serde_json::from_value(row.settings).map_err(|_| Error::Damaged("settings"))?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Somebody's account.
///
/// # Errors
/// `NotFound`, also for a guest's.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Account> {
    account(users::table.find(user.0).select(Row::as_select()).first::<Row>(conn)?)
}

/// The same; nobody else changes it before the transaction ends.
///
/// # Errors
/// `NotFound`, also for a guest's.
pub fn lock(conn: &mut Conn, user: UserId) -> Result<Account> {
    account(users::table.find(user.0).select(Row::as_select()).for_no_key_update().first::<Row>(conn)?)
}

/// Whether an account is a guest's.
///
/// # Errors
/// `NotFound`.
pub fn is_guest(conn: &mut Conn, user: UserId) -> Result<bool> {
    Ok(users::table.find(user.0).select(users::username.is_null()).first::<bool>(conn)?)
}

/// How many admins may sign in. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn count_admins(conn: &mut Conn) -> Result<i64> {
    let admins = users::table.filter(users::role.eq("admin")).filter(users::disabled_at.is_null());
    Ok(admins.count().get_result(conn)?)
}

/// Whether no admin has disabled the account.
///
/// # Errors
/// `NotFound`.
pub fn is_active(conn: &mut Conn, user: UserId) -> Result<bool> {
    Ok(users::table.find(user.0).select(users::disabled_at.is_null()).first::<bool>(conn)?)
}

/// Names and settings of an account as they are to be. (Who changes logins changes the directory too.)
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, account: &Account, now: DateTime<Utc>) -> Result<()> {
    let settings = serde_json::to_value(&account.settings).map_err(|_| Error::Damaged("settings"))?;
    one(diesel::update(users::table.find(account.id.0))
        .set((
            users::name.eq(&account.name),
            users::first_name.eq(&account.first_name),
            users::last_name.eq(&account.last_name),
            users::settings.eq(settings),
            users::updated_at.eq(now),
        ))
        .execute(conn)?)
}

/// Username and address of an account as they are to be. System's scope.
///
/// # Errors
/// `NotFound`.
pub fn update_logins(
    conn: &mut Conn,
    user: UserId,
    username: &str,
    email: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    one(diesel::update(users::table.find(user.0))
        .set((users::username.eq(username), users::email.eq(email), users::updated_at.eq(now)))
        .execute(conn)?)
}

/// Deletes an account with everything that is its own. Uploads that are under way end first. System's scope.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId) -> Result<()> {
    // Much may go: longer than a statement may usually take.
    conn.batch_execute("SET LOCAL statement_timeout = '10min'")?;
    // What is delivered holds its endpoint before it waits for anything else.
    crate::webhooks::delete_all(conn, user)?;
    // Then devices, as writers and changes of the calendar lock them, and those that have registered meanwhile.
    crate::devices::writers::lock_all(conn, user)?;
    let account = users::table.find(user.0).select(users::username.is_not_null()).for_update();
    let is_persons = account.first::<bool>(conn)?;
    crate::devices::writers::lock_all(conn, user)?;
    let (whole, user) = (user, user.0);
    diesel::delete(usage::table.filter(usage::user_id.eq(user))).execute(conn)?;
    diesel::delete(usage_days::table.filter(usage_days::user_id.eq(user))).execute(conn)?;
    crate::events::delete_all(conn, user)?;
    diesel::delete(consumption::table.filter(consumption::user_id.eq(user))).execute(conn)?;
    diesel::delete(device_keys::table.filter(device_keys::user_id.eq(user))).execute(conn)?;
    diesel::delete(pairing_codes::table.filter(pairing_codes::user_id.eq(user))).execute(conn)?;
    diesel::delete(password_resets::table.filter(password_resets::user_id.eq(user))).execute(conn)?;
    diesel::delete(logins::table.filter(logins::user_id.eq(user))).execute(conn)?;
    diesel::delete(token_families::table.filter(token_families::user_id.eq(user))).execute(conn)?;
    // Its devices go with it, and its focus.
    diesel::delete(users::table.find(user)).execute(conn)?;
    // Last, for others who change standings wait from here on.
    if is_persons { crate::leaderboard::remove(conn, whole) } else { Ok(()) }
}

/// What an account's clients keep with it; also a guest's.
///
/// # Errors
/// `NotFound`.
pub fn find_settings(conn: &mut Conn, user: UserId) -> Result<Settings> {
    let settings = users::table.find(user.0).select(users::settings).first::<serde_json::Value>(conn)?;
    serde_json::from_value(settings).map_err(|_| Error::Damaged("settings"))
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

/// The account's calendar; neither it nor anybody's focus changes before the transaction ends.
///
/// # Errors
/// `NotFound`.
pub fn lock_calendar(conn: &mut Conn, user: UserId) -> Result<Calendar> {
    let account = users::table.find(user.0).select(users::calendar).for_no_key_update();
    read(account.first::<serde_json::Value>(conn)?)
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
    ListTerms { users: [Uuid] => Array<diesel::sql_types::Uuid> } -> (diesel::sql_types::Uuid, Jsonb, Bool, Bool, Int4) {
        "SELECT user_id, calendar, coalesce((settings ->> 'keep_queries')::boolean, false), \
                coalesce((settings ->> 'keep_incognito')::boolean, false), calendar_version \
         FROM users WHERE user_id = ANY(?)"
    }
}

/// By what an account's uploads are kept and counted.
#[derive(Clone, Debug)]
pub struct Terms {
    /// How its days are cut.
    pub calendar: Arc<Calendar>,
    /// What of events is kept.
    pub keep: Keep,
    /// Grows with every change of these.
    pub version: i32,
}

/// The terms of several accounts. System's scope; a tenant's for its own.
///
/// # Errors
/// `Unavailable`.
pub fn list_terms(conn: &mut Conn, users: &[Uuid]) -> Result<Vec<(UserId, Terms)>> {
    let rows = ListTerms { users }.load::<(Uuid, serde_json::Value, bool, bool, i32)>(conn)?;
    rows.into_iter()
        .map(|(user, calendar, queries, incognito, version)| {
            let calendar = Arc::new(read(calendar)?);
            Ok((UserId(user), Terms { calendar, keep: Keep { queries, incognito }, version }))
        })
        .collect()
}

/// Gives the account another calendar, under another version: what server processes remember of the account (its
/// categories and what it lets be kept, too) holds no longer. The caller has locked the account's devices.
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

statement! {
    LockWriters {
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        families: [Option<Uuid>] => Array<Nullable<diesel::sql_types::Uuid>>,
    } -> (diesel::sql_types::Uuid, Nullable<diesel::sql_types::Uuid>, Bool, Int4) {
        "SELECT u.user_id, r.family, \
                u.disabled_at IS NULL AND (r.family IS NULL OR EXISTS (SELECT FROM token_families f \
                  WHERE f.user_id = u.user_id AND f.id = r.family AND f.device_id IS NULL AND f.revoked_at IS NULL)), \
                u.calendar_version \
         FROM unnest(?::uuid[], ?::uuid[]) AS r (user_id, family) JOIN users u ON u.user_id = r.user_id \
         ORDER BY u.user_id FOR NO KEY UPDATE OF u"
    }
}

/// Somebody who writes with their own tokens.
pub type Writer = (UserId, Option<FamilyId>);

/// Locks the accounts of `writers`, in one order for all. Gives those that may write (they are active, and their tokens
/// are not revoked), each with the version of the calendar. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn lock_writers(conn: &mut Conn, writers: &[Writer]) -> Result<HashMap<Writer, i32>> {
    let users: Vec<Uuid> = writers.iter().map(|(user, _)| user.0).collect();
    let families: Vec<Option<Uuid>> = writers.iter().map(|(_, family)| family.map(|id| id.0)).collect();
    let rows =
        LockWriters { users: &users, families: &families }.load::<(Uuid, Option<Uuid>, bool, i32)>(conn)?;
    let alive = rows.into_iter().filter(|(_, _, alive, _)| *alive);
    Ok(alive.map(|(user, family, _, version)| ((UserId(user), family.map(FamilyId)), version)).collect())
}

fn stored(calendar: &Calendar) -> Result<serde_json::Value> {
    serde_json::to_value(calendar).map_err(|_| Error::Damaged("calendar"))
}

fn read(calendar: serde_json::Value) -> Result<Calendar> {
    serde_json::from_value(calendar).map_err(|_| Error::Damaged("calendar"))
}
