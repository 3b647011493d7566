//! Token families: one for each signed-in place.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::ids::{DeviceId, FamilyId, UserId};
use domain::sign_in::Place;
use uuid::Uuid;

use crate::error::one;
use crate::schema::token_families as families;
use crate::{Conn, Result};

/// The newest refresh token of a family, and whether the family still lives.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// The device it signs in; none where a person signed in.
    pub device: Option<DeviceId>,
    /// How often the family was rotated.
    pub generation: i32,
    /// When the newest token was made.
    pub issued_at: DateTime<Utc>,
    /// Whether the family was taken back.
    pub revoked: bool,
}

/// Starts a family for a device or, where a person signs in with what calls itself `agent`, for that place; and
/// forgets those of the same device, or of all places, that have run out.
///
/// # Errors
/// `Constraint("token_families_device_fkey…")` when there is no such device.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    family: FamilyId,
    device: Option<DeviceId>,
    agent: Option<&str>,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let device = device.map(|device| device.0);
    let old = families::table
        .filter(families::user_id.eq(user.0))
        .filter(families::device_id.is_not_distinct_from(device))
        .filter(families::expires_at.lt(now));
    diesel::delete(old).execute(conn)?;
    diesel::insert_into(families::table)
        .values((
            families::user_id.eq(user.0),
            families::id.eq(family.0),
            families::device_id.eq(device),
            families::agent.eq(agent),
            families::generation.eq(1),
            families::issued_at.eq(now),
            families::expires_at.eq(expires_at),
            families::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Locks a family and gives its leaf.
///
/// # Errors
/// `NotFound`.
pub fn lock(conn: &mut Conn, user: UserId, family: FamilyId) -> Result<Leaf> {
    let (device, generation, issued_at, revoked) = families::table
        .find((user.0, family.0))
        .select((
            families::device_id,
            families::generation,
            families::issued_at,
            families::revoked_at.is_not_null(),
        ))
        .for_update()
        .first::<(Option<Uuid>, i32, DateTime<Utc>, bool)>(conn)?;
    Ok(Leaf { device: device.map(DeviceId), generation, issued_at, revoked })
}

/// Rotates: the next generation, made now.
///
/// # Errors
/// `NotFound`.
pub fn update_leaf(
    conn: &mut Conn,
    user: UserId,
    family: FamilyId,
    generation: i32,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    one(diesel::update(families::table.find((user.0, family.0)))
        .set((
            families::generation.eq(generation),
            families::issued_at.eq(issued_at),
            families::expires_at.eq(expires_at),
        ))
        .execute(conn)?)
}

/// Where people are signed in with the account: the last used first.
///
/// # Errors
/// `Unavailable`.
pub fn list_places(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<Vec<Place>> {
    let rows = families::table
        .filter(families::user_id.eq(user.0))
        .filter(families::device_id.is_null())
        .filter(families::revoked_at.is_null())
        .filter(families::expires_at.gt(now))
        .order((families::issued_at.desc(), families::id))
        .select((families::id, families::agent, families::created_at, families::issued_at))
        .load::<(Uuid, Option<String>, DateTime<Utc>, DateTime<Utc>)>(conn)?;
    let place = |(id, user_agent, created_at, last_used_at)| Place {
        id: FamilyId(id),
        user_agent,
        created_at,
        last_used_at,
        current: false,
    };
    Ok(rows.into_iter().map(place).collect())
}

/// Ends one signed-in place.
///
/// # Errors
/// `NotFound`: there is none, or it is over.
pub fn revoke_place(conn: &mut Conn, user: UserId, family: FamilyId, now: DateTime<Utc>) -> Result<()> {
    let place = families::table
        .find((user.0, family.0))
        .filter(families::device_id.is_null())
        .filter(families::revoked_at.is_null())
        .filter(families::expires_at.gt(now));
    one(diesel::update(place).set(families::revoked_at.eq(now)).execute(conn)?)
}

/// Ends all signed-in places of the account but one.
///
/// # Errors
/// `Unavailable`.
pub fn revoke_places(conn: &mut Conn, user: UserId, but: Option<FamilyId>, now: DateTime<Utc>) -> Result<()> {
    let places = families::table
        .filter(families::user_id.eq(user.0))
        .filter(families::device_id.is_null())
        .filter(families::id.ne(but.map_or(Uuid::nil(), |family| family.0)))
        .filter(families::revoked_at.is_null());
    diesel::update(places).set(families::revoked_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Takes a family back.
///
/// # Errors
/// `Unavailable`.
pub fn revoke(conn: &mut Conn, user: UserId, family: FamilyId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(families::table.find((user.0, family.0)))
        .set(families::revoked_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Takes all families of a device back.
///
/// # Errors
/// `Unavailable`.
pub fn revoke_device(conn: &mut Conn, user: UserId, device: DeviceId, now: DateTime<Utc>) -> Result<()> {
    let of_device = families::table
        .filter(families::user_id.eq(user.0))
        .filter(families::device_id.eq(device.0))
        .filter(families::revoked_at.is_null());
    diesel::update(of_device).set(families::revoked_at.eq(now)).execute(conn)?;
    Ok(())
}
