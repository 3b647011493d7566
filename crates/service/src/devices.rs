//! Devices register, are listed, renamed, cut off and deleted.
//!
//! Until people sign in, an account is a guest's: it came to be with its first device, and its devices speak
//! for it. A device that registers with a token of another joins that one's account.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::days::Calendar;
use domain::devices::{Device, DevicePatch, Devices, NewDevice, Registered, TokenPair};
use domain::ids::{DeviceId, UserId};
use domain::pages::Page;
use domain::valid::Valid;
use persistence::{accounts, devices};
use rand::Rng;
use sha2::{Digest, Sha256};

use crate::app::{Actor, Context, bad_cursor, is_constraint, new_id};
use crate::error::missing;
use crate::{Error, Result, tokens};

/// Registers a device: anew, in the account of `actor` or in a guest account of its own; or again, by its key.
///
/// # Errors
/// `Forbidden("DEVICE_REVOKED")` for the key of a device that was cut off; `Conflict("DEVICE_KEY_TAKEN")` when
/// the key opens a device of another account than the actor's; `Unauthenticated`, `Unavailable`.
pub fn register(cx: &mut Context, actor: Option<&Actor>, new: Valid<NewDevice>) -> Result<Registered> {
    let key = new.device_key.clone().unwrap_or_else(new_key);
    let hash = hash(&key);
    match register_once(cx, actor, &new, &key, &hash) {
        // Somebody registered the same key at the same time: then it is known now.
        Err(Error::Conflict("DEVICE_KEY_RACE", _)) => register_once(cx, actor, &new, &key, &hash),
        other => other,
    }
}

fn register_once(
    cx: &mut Context,
    actor: Option<&Actor>,
    new: &NewDevice,
    key: &str,
    hash: &[u8],
) -> Result<Registered> {
    if let Some(actor) = actor {
        tokens::check(cx, actor)?;
    }
    let (app, now) = (cx.app.clone(), cx.now);
    cx.system(|conn| {
        let (user, device) = match devices::lock_by_key(conn, hash) {
            Ok((_, _, true)) => return Err(Error::Forbidden("DEVICE_REVOKED")),
            Ok((user, _, _)) if actor.is_some_and(|actor| actor.user != user) => {
                let message = "This device key belongs to a device of another account".into();
                return Err(Error::Conflict("DEVICE_KEY_TAKEN", message));
            }
            Ok((user, device, _)) => {
                devices::update_versions(conn, user, device, new)?;
                (user, device)
            }
            Err(persistence::Error::NotFound) => {
                let user = match actor {
                    Some(actor) => actor.user,
                    None => new_guest(conn, new, now)?,
                };
                let device = DeviceId(new_id());
                devices::insert(conn, user, device, new, hash, now).map_err(|error| {
                    if is_constraint(&error, "device_keys_pkey") {
                        return Error::Conflict("DEVICE_KEY_RACE", String::new());
                    }
                    error.into()
                })?;
                (user, device)
            }
            Err(error) => return Err(error.into()),
        };
        let tokens = tokens::issue(conn, app.keys(), user, device, now)?;
        let Device { id, name, platform, created_at, .. } = devices::find(conn, user, device)?;
        Ok(Registered { device_id: id, device_key: key.to_owned(), name, platform, created_at, tokens })
    })
}

fn new_guest(
    conn: &mut persistence::Conn,
    new: &NewDevice,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<UserId> {
    let zone = new.timezone.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
    let user = UserId(new_id());
    accounts::insert(conn, user, &Calendar::in_zone(zone), now)?;
    Ok(user)
}

/// The next pair of tokens for a refresh token.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`, `REFRESH_TOKEN_REUSED`.
pub fn refresh(cx: &mut Context, token: &str) -> Result<TokenPair> {
    tokens::rotate(cx, token)
}

/// Who holds a device key.
///
/// # Errors
/// `Unauthenticated("DEVICE_KEY_INVALID")`: unknown, or of a device that was cut off.
pub fn by_key(cx: &mut Context, key: &str) -> Result<Actor> {
    let hash = hash(key);
    cx.system(|conn| match devices::find_by_key(conn, &hash) {
        Ok((user, device, false)) => Ok(Actor { user, device, family: None }),
        Ok((_, _, true)) | Err(persistence::Error::NotFound) => {
            Err(Error::Unauthenticated("DEVICE_KEY_INVALID"))
        }
        Err(error) => Err(error.into()),
    })
}

/// The account's devices, oldest first.
///
/// # Errors
/// `Invalid` for a cursor of no list; `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, page: &Page) -> Result<Devices> {
    let after = page.cursor.as_deref().map(|cursor| cursor.parse().map(DeviceId).map_err(|_| bad_cursor()));
    let (after, limit) = (after.transpose()?, page.limit());
    cx.tenant(actor, |conn| {
        let total = devices::count(conn, actor.user)?;
        let mut devices = devices::list(conn, actor.user, after, limit + 1)?;
        let more = devices.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            devices.pop();
        }
        for device in &mut devices {
            device.current = device.id == actor.device;
        }
        let next_cursor = devices.last().filter(|_| more).map(|device| device.id.to_string());
        Ok(Devices { devices, total, next_cursor })
    })
}

/// Gives a device another name.
///
/// # Errors
/// `NotFound("device")`; `Unauthenticated`, `Unavailable`.
pub fn rename(cx: &mut Context, actor: &Actor, id: DeviceId, patch: Valid<DevicePatch>) -> Result<Device> {
    cx.tenant(actor, |conn| {
        if let Some(name) = &patch.name {
            devices::update_name(conn, actor.user, id, name.trim()).map_err(missing("device"))?;
        }
        let device = devices::find(conn, actor.user, id).map_err(missing("device"))?;
        Ok(Device { current: device.id == actor.device, ..device })
    })
}

/// Deletes a device with all its data.
///
/// # Errors
/// `NotFound("device")`; `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: DeviceId) -> Result<()> {
    tokens::check(cx, actor)?;
    cx.system(|conn| devices::delete(conn, actor.user, id).map_err(missing("device")))
}

/// Cuts a device off: the one that asks, or another of its account. What it has uploaded stays.
///
/// # Errors
/// `NotFound("device")`; `Unauthenticated`, `Unavailable`.
pub fn revoke(cx: &mut Context, actor: &Actor, id: Option<DeviceId>) -> Result<()> {
    let (device, now) = (id.unwrap_or(actor.device), cx.now);
    cx.tenant(actor, |conn| {
        devices::update_revoked(conn, actor.user, device, now).map_err(missing("device"))?;
        Ok(persistence::tokens::revoke_device(conn, actor.user, device, now)?)
    })
}

/// 256 random bits.
fn new_key() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}
