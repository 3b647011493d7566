//! Devices and the keys that open them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use domain::devices::{Device, NewDevice, Platform};
use domain::ids::{DeviceId, UserId};
use uuid::Uuid;

use crate::error::one;
use crate::schema::{device_keys, devices, usage, usage_days, users};
use crate::{Conn, Error, Result};

pub mod writers;

#[derive(Queryable)]
pub(crate) struct Row {
    id: Uuid,
    name: String,
    platform: String,
    model: Option<String>,
    os_version: Option<String>,
    app_version: Option<String>,
    created_at: DateTime<Utc>,
    last_seen_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    session_count: i64,
}

impl From<Row> for Device {
    fn from(row: Row) -> Device {
        Device {
            id: DeviceId(row.id),
            name: row.name,
            platform: Platform::from_stored(&row.platform),
            model: row.model,
            os_version: row.os_version,
            app_version: row.app_version,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            revoked_at: row.revoked_at,
            session_count: row.session_count,
            current: false,
            owner: None,
        }
    }
}

/// Every session starts on one day, so that the days' counts add up to the device's.
const SESSIONS: &str = "(SELECT coalesce(sum(d.started_count), 0)::bigint FROM usage_days d \
     WHERE d.user_id = devices.user_id AND d.device_id = devices.id)";

/// The account's devices after `after`, oldest first (ids are made in the order of time).
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, user: UserId, after: Option<DeviceId>, limit: i64) -> Result<Vec<Device>> {
    let rows = devices::table
        .filter(devices::user_id.eq(user.0))
        .filter(devices::id.gt(after.map_or(Uuid::nil(), |id| id.0)))
        .order(devices::id)
        .limit(limit)
        .select(columns())
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(Device::from).collect())
}

/// How many devices the account has.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(devices::table.filter(devices::user_id.eq(user.0)).count().get_result(conn)?)
}

/// One device of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, device: DeviceId) -> Result<Device> {
    Ok(devices::table.find((user.0, device.0)).select(columns()).first::<Row>(conn)?.into())
}

pub(crate) type Columns = (
    devices::id,
    devices::name,
    devices::platform,
    devices::model,
    devices::os_version,
    devices::app_version,
    devices::created_at,
    devices::last_seen_at,
    devices::revoked_at,
    diesel::expression::SqlLiteral<BigInt>,
);

pub(crate) fn columns() -> Columns {
    (
        devices::id,
        devices::name,
        devices::platform,
        devices::model,
        devices::os_version,
        devices::app_version,
        devices::created_at,
        devices::last_seen_at,
        devices::revoked_at,
        sql::<BigInt>(SESSIONS),
    )
}

/// What the account's devices are called and run.
///
/// # Errors
/// `Unavailable`.
pub fn names(conn: &mut Conn, user: UserId) -> Result<HashMap<DeviceId, (String, Platform)>> {
    let rows = devices::table
        .filter(devices::user_id.eq(user.0))
        .select((devices::id, devices::name, devices::platform))
        .load::<(Uuid, String, String)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, platform)| (DeviceId(id), (name, Platform::from_stored(&platform))))
        .collect())
}

/// Adds a device to the account, and the key that opens it. System's scope: keys are over all accounts.
///
/// # Errors
/// `Constraint("device_keys_pkey…")` when the key opens another device.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    device: DeviceId,
    new: &NewDevice,
    key_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(device_keys::table)
        .values((
            device_keys::key_hash.eq(key_hash),
            device_keys::user_id.eq(user.0),
            device_keys::device_id.eq(device.0),
        ))
        .execute(conn)?;
    // The lock keeps a change of the calendar from passing the new device by.
    let account = users::table.find(user.0).select(users::calendar_version).for_no_key_update();
    let version = account.first::<i32>(conn)?;
    diesel::insert_into(devices::table)
        .values((
            devices::user_id.eq(user.0),
            devices::id.eq(device.0),
            devices::name.eq(new.display_name()),
            devices::platform.eq(new.platform.as_str()),
            devices::model.eq(&new.model),
            devices::os_version.eq(&new.os_version),
            devices::app_version.eq(&new.app_version),
            devices::created_at.eq(now),
            devices::calendar_version.eq(version),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whose device a key opens, and whether it is revoked. System's scope.
///
/// # Errors
/// `NotFound`.
pub fn find_by_key(conn: &mut Conn, key_hash: &[u8]) -> Result<(UserId, DeviceId, bool)> {
    let (user, device) = find_key(conn, key_hash)?;
    let device_row = devices::table.find((user, device)).select(devices::revoked_at.is_not_null());
    Ok((UserId(user), DeviceId(device), device_row.first::<bool>(conn)?))
}

/// The same, and the device is neither revoked nor deleted before the transaction ends.
///
/// # Errors
/// `NotFound`.
pub fn lock_by_key(conn: &mut Conn, key_hash: &[u8]) -> Result<(UserId, DeviceId, bool)> {
    let (user, device) = find_key(conn, key_hash)?;
    let device_row = devices::table.find((user, device)).select(devices::revoked_at.is_not_null());
    Ok((UserId(user), DeviceId(device), device_row.for_no_key_update().first::<bool>(conn)?))
}

fn find_key(conn: &mut Conn, key_hash: &[u8]) -> Result<(Uuid, Uuid)> {
    let key = device_keys::table.find(key_hash).select((device_keys::user_id, device_keys::device_id));
    Ok(key.first(conn)?)
}

/// Whose a device is now. System's scope.
///
/// # Errors
/// `NotFound`.
pub fn find_owner(conn: &mut Conn, device: DeviceId) -> Result<UserId> {
    let key = device_keys::table.filter(device_keys::device_id.eq(device.0));
    Ok(UserId(key.select(device_keys::user_id).first::<Uuid>(conn)?))
}

/// Moves a device with its sessions, events and tokens to another account. What its sessions add up to is left behind: the
/// caller derives it anew, by the other account's calendar. System's scope.
///
/// # Errors
/// `NotFound`.
pub fn update_owner(conn: &mut Conn, device: DeviceId, from: UserId, to: UserId) -> Result<()> {
    // Much may move: longer than a statement may usually take.
    conn.batch_execute("SET LOCAL statement_timeout = '10min'")?;
    let row = devices::table.find((from.0, device.0));
    // The lock keeps writers out until the end, so that no row of theirs is left behind.
    row.select(devices::id).for_update().first::<Uuid>(conn)?;
    // The lock keeps a change of the calendar from passing the device by.
    users::table.find(to.0).select(users::calendar_version).for_no_key_update().first::<i32>(conn)?;
    Move { to: &to.0, from: &from.0, device: &device.0 }.execute(conn)?;
    MoveTokens { to: &to.0, from: &from.0, device: &device.0 }.execute(conn)?;
    MoveSessions { to: &to.0, from: &from.0, device: &device.0 }.execute(conn)?;
    diesel::update(device_keys::table.filter(device_keys::device_id.eq(device.0)))
        .set(device_keys::user_id.eq(to.0))
        .execute(conn)?;
    diesel::delete(usage::table.filter(usage::user_id.eq(from.0)).filter(usage::device_id.eq(device.0)))
        .execute(conn)?;
    diesel::delete(
        usage_days::table.filter(usage_days::user_id.eq(from.0)).filter(usage_days::device_id.eq(device.0)),
    )
    .execute(conn)?;
    crate::events::update_owner(conn, device, from, to)?;
    // Its tokens there go with it.
    diesel::delete(devices::table.find((from.0, device.0))).execute(conn)?;
    Ok(())
}

statement! {
    Move {
        to: Uuid => diesel::sql_types::Uuid,
        from: Uuid => diesel::sql_types::Uuid,
        device: Uuid => diesel::sql_types::Uuid,
    } -> () {
        "INSERT INTO devices (user_id, id, name, platform, model, os_version, app_version, created_at, last_seen_at, \
           revoked_at, calendar_version) \
         SELECT u.user_id, d.id, d.name, d.platform, d.model, d.os_version, d.app_version, d.created_at, d.last_seen_at, \
           d.revoked_at, u.calendar_version \
         FROM users u, devices d WHERE u.user_id = ? AND d.user_id = ? AND d.id = ?"
    }
}

statement! {
    MoveTokens {
        to: Uuid => diesel::sql_types::Uuid,
        from: Uuid => diesel::sql_types::Uuid,
        device: Uuid => diesel::sql_types::Uuid,
    } -> () {
        "INSERT INTO token_families (user_id, id, device_id, agent, generation, issued_at, expires_at, created_at, revoked_at) \
         SELECT ?::uuid, id, device_id, agent, generation, issued_at, expires_at, created_at, revoked_at \
         FROM token_families WHERE user_id = ? AND device_id = ?"
    }
}

statement! {
    MoveSessions {
        to: Uuid => diesel::sql_types::Uuid,
        from: Uuid => diesel::sql_types::Uuid,
        device: Uuid => diesel::sql_types::Uuid,
    } -> () {
        "INSERT INTO usage (user_id, started_at, device_id, kind, app, ended_at, title, url) \
         SELECT ?::uuid, started_at, device_id, kind, app, ended_at, title, url \
         FROM usage WHERE user_id = ? AND device_id = ?"
    }
}

/// Keeps what a device says of itself when it registers again; what it does not say stays.
///
/// # Errors
/// `NotFound`.
pub fn update_versions(conn: &mut Conn, user: UserId, device: DeviceId, told: &NewDevice) -> Result<()> {
    #[derive(AsChangeset)]
    #[diesel(table_name = devices)]
    struct Told<'a> {
        model: Option<&'a str>,
        os_version: Option<&'a str>,
        app_version: Option<&'a str>,
    }
    let told = Told {
        model: told.model.as_deref(),
        os_version: told.os_version.as_deref(),
        app_version: told.app_version.as_deref(),
    };
    if told.model.is_none() && told.os_version.is_none() && told.app_version.is_none() {
        return Ok(());
    }
    one(diesel::update(devices::table.find((user.0, device.0))).set(told).execute(conn)?)
}

/// Calls the device `name`.
///
/// # Errors
/// `NotFound`.
pub fn update_name(conn: &mut Conn, user: UserId, device: DeviceId, name: &str) -> Result<()> {
    one(diesel::update(devices::table.find((user.0, device.0))).set(devices::name.eq(name)).execute(conn)?)
}

/// Cuts the device off; the first time counts.
///
/// # Errors
/// `NotFound`.
pub fn update_revoked(conn: &mut Conn, user: UserId, device: DeviceId, now: DateTime<Utc>) -> Result<()> {
    let first = diesel::dsl::sql::<Nullable<Timestamptz>>("coalesce(revoked_at, ")
        .bind::<Timestamptz, _>(now)
        .sql(")");
    one(diesel::update(devices::table.find((user.0, device.0)))
        .set(devices::revoked_at.eq(first))
        .execute(conn)?)
}

/// Deletes the device with all its data. System's scope: keys are over all accounts.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, device: DeviceId) -> Result<()> {
    let (user, device) = (user.0, device.0);
    // The lock keeps writers out until the end, so that no row of theirs outlives the device.
    let locked = devices::table.find((user, device)).select(devices::id).for_update().first::<Uuid>(conn);
    locked.map_err(Error::from)?;
    diesel::delete(usage::table.filter(usage::user_id.eq(user)).filter(usage::device_id.eq(device)))
        .execute(conn)?;
    diesel::delete(
        usage_days::table.filter(usage_days::user_id.eq(user)).filter(usage_days::device_id.eq(device)),
    )
    .execute(conn)?;
    crate::events::delete(conn, user, device)?;
    diesel::delete(
        device_keys::table.filter(device_keys::user_id.eq(user)).filter(device_keys::device_id.eq(device)),
    )
    .execute(conn)?;
    diesel::delete(devices::table.find((user, device))).execute(conn)?;
    Ok(())
}
