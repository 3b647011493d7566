//! Devices register, are claimed, listed, renamed, cut off and deleted.
//!
//! A device that registers with nobody's help gets a guest account, which only its own tokens reach, until somebody
//! who signs in claims it. With a person's token, or with a code that they show, it is theirs from the start.

use chrono::{DateTime, Duration, Utc};
use domain::days::Calendar;
use domain::devices::{Claim, Device, DevicePatch, Devices, NewDevice, PairingCode, Registered};
use domain::ids::{DeviceId, UserId};
use domain::live::Kind;
use domain::pages::Page;
use domain::tokens::TokenPair;
use domain::valid::{FieldError, Valid};
use persistence::{accounts, devices, pairing};

use crate::app::{Actor, Context, Reporter, is_constraint, new_id};
use crate::error::missing;
use crate::secrets::{code_hash, key_hash, new_code, new_key};
use crate::tokens::Whose;
use crate::{Error, Result, events, pages, tokens, usage};

/// Registers a device: anew, in the account of `actor` or in a guest account of its own; or again, by its key.
///
/// # Errors
/// `Forbidden("DEVICE_REVOKED")` for the key of a device that was cut off; `Conflict("DEVICE_KEY_TAKEN")` when
/// the key opens a device of another account than the actor's; `Unauthenticated`, `Unavailable`.
pub fn register(cx: &mut Context, actor: Option<&Actor>, new: Valid<NewDevice>) -> Result<Registered> {
    let key = new.device_key.clone().unwrap_or_else(new_key);
    let hash = key_hash(&key);
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
    let (user, registered) = cx.system(|conn| {
        let owner = match (actor, &new.pairing_code) {
            (Some(actor), _) => Some(actor.user),
            (None, Some(code)) => Some(paired(conn, code, now)?),
            (None, None) => None,
        };
        let (user, device) = match devices::lock_by_key(conn, hash) {
            Ok((_, _, true)) => return Err(Error::Forbidden("DEVICE_REVOKED")),
            Ok((user, _, _)) if owner.is_some_and(|owner| owner != user) => {
                let message = "This device key belongs to a device of another account".into();
                return Err(Error::Conflict("DEVICE_KEY_TAKEN", message));
            }
            Ok((user, device, _)) => {
                devices::update_versions(conn, user, device, new)?;
                (user, device)
            }
            Err(persistence::Error::NotFound) => {
                let user = match owner {
                    Some(owner) => owner,
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
        if !accounts::is_active(conn, user)? {
            return Err(Error::Forbidden("ACCOUNT_DISABLED"));
        }
        let tokens = tokens::issue_device(conn, app.keys(), user, device, now)?;
        let Device { id, name, platform, created_at, .. } = devices::find(conn, user, device)?;
        let registered =
            Registered { device_id: id, device_key: key.to_owned(), name, platform, created_at, tokens };
        Ok((user, registered))
    })?;
    cx.announce(user, Kind::AccountUpdated, registered.device_id);
    Ok(registered)
}

fn new_guest(conn: &mut persistence::Conn, new: &NewDevice, now: DateTime<Utc>) -> Result<UserId> {
    let zone = new.timezone.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
    let user = UserId(new_id());
    accounts::insert(conn, user, None, &Calendar::in_zone(zone), now)?;
    Ok(user)
}

/// How long a code serves.
const CODE_LIFE: Duration = Duration::minutes(10);

/// A code by which a new device joins the account, in place of an earlier one.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn new_pairing_code(cx: &mut Context, actor: &Actor) -> Result<PairingCode> {
    tokens::check(cx, actor)?;
    let expires_at = cx.now + CODE_LIFE;
    let code = new_code(2);
    cx.system(|conn| Ok(pairing::insert(conn, actor.user, &code_hash(&code), expires_at)?))?;
    Ok(PairingCode { code, expires_at })
}

/// Whose code it is. It is used up when the transaction succeeds.
fn paired(conn: &mut persistence::Conn, code: &str, now: DateTime<Utc>) -> Result<UserId> {
    pairing::take(conn, &code_hash(code), now).map_err(|error| match error {
        persistence::Error::NotFound => {
            let message = "is unknown, was used, or has run out";
            FieldError::new("pairing_code", message, "PAIRING_CODE_INVALID").into()
        }
        error => error.into(),
    })
}

/// Makes a guest's device, with all its data, the actor's. Who holds its key has it in hand. Claiming what one has
/// already changes nothing.
///
/// # Errors
/// `NotFound("device")` where the key is not that device's; `Conflict("DEVICE_CLAIMED")` when it is somebody else's;
/// `Unauthenticated`, `Unavailable`.
pub fn claim(cx: &mut Context, actor: &Actor, id: DeviceId, claim: Valid<Claim>) -> Result<Device> {
    tokens::check(cx, actor)?;
    let hash = key_hash(&claim.device_key);
    let (guest, device) = cx.system(|conn| {
        let (guest, device, _) = devices::lock_by_key(conn, &hash).map_err(missing("device"))?;
        if device != id {
            return Err(Error::NotFound("device"));
        }
        if guest == actor.user {
            return Ok((None, devices::find(conn, actor.user, id)?));
        }
        if !accounts::is_guest(conn, guest)? {
            return Err(Error::Conflict("DEVICE_CLAIMED", "This device is somebody else's".into()));
        }
        // An archive may have brought a device of this id.
        devices::update_owner(conn, id, guest, actor.user).map_err(|error| match error {
            error if is_constraint(&error, "devices_pkey") => {
                Error::Conflict("DEVICE_EXISTS", "You have a device of this id already".into())
            }
            error => error.into(),
        })?;
        let (calendar, _) = accounts::find_calendar(conn, actor.user)?;
        usage::derive::all(conn, actor.user, Some(id), &calendar)?;
        events::derive::anew_all(conn, actor.user, Some(id), &calendar)?;
        // A guest's account has one device, and nothing to be kept without it.
        accounts::delete(conn, guest)?;
        Ok((Some(guest), devices::find(conn, actor.user, id)?))
    })?;
    if let Some(guest) = guest {
        cx.announce(actor.user, Kind::AccountUpdated, id);
        cx.announce(actor.user, Kind::UsageSynced, id);
        cx.announce(actor.user, Kind::EventsSynced, id);
        cx.access_changed(guest);
    }
    Ok(device)
}

/// The next pair of tokens for a refresh token.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`, `REFRESH_TOKEN_REUSED`.
pub fn refresh(cx: &mut Context, token: &str) -> Result<TokenPair> {
    tokens::rotate(cx, token, Whose::Devices)
}

/// Who holds a device key.
///
/// # Errors
/// `Unauthenticated("DEVICE_KEY_INVALID")`: unknown, or of a device that was cut off.
pub fn by_key(cx: &mut Context, key: &str) -> Result<Reporter> {
    let hash = key_hash(key);
    cx.system(|conn| match devices::find_by_key(conn, &hash) {
        Ok((user, device, false)) => Ok(Reporter { user, device, family: None }),
        Ok((_, _, true)) | Err(persistence::Error::NotFound) => {
            Err(Error::Unauthenticated("DEVICE_KEY_INVALID"))
        }
        Err(error) => Err(error.into()),
    })
}

/// The account's devices, oldest first; for a device, itself.
///
/// # Errors
/// `Invalid` for a cursor of no list; `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, page: &Page) -> Result<Devices> {
    let after = pages::begin(page, |cursor| cursor.parse().ok().map(DeviceId))?;
    cx.tenant(actor, |conn| {
        if let Some(itself) = actor.device {
            let device = devices::find(conn, actor.user, itself).map_err(missing("device"))?;
            let devices = vec![Device { current: true, ..device }];
            return Ok(Devices { devices, total: 1, next_cursor: None });
        }
        let total = devices::count(conn, actor.user)?;
        let load = |limit| devices::list(conn, actor.user, after, limit);
        let (devices, next_cursor) = pages::take(page, load, |device| device.id.to_string())?;
        Ok(Devices { devices, total, next_cursor })
    })
}

/// Gives a device another name.
///
/// # Errors
/// `NotFound("device")`; `Unauthenticated`, `Unavailable`.
pub fn rename(cx: &mut Context, actor: &Actor, id: DeviceId, patch: Valid<DevicePatch>) -> Result<Device> {
    let device = cx.tenant(actor, |conn| {
        if let Some(name) = &patch.name {
            devices::update_name(conn, actor.user, id, name.trim()).map_err(missing("device"))?;
        }
        devices::find(conn, actor.user, id).map_err(missing("device"))
    })?;
    if patch.name.is_some() {
        cx.announce(actor.user, Kind::AccountUpdated, id);
    }
    Ok(device)
}

/// Deletes a device with all its data.
///
/// # Errors
/// `NotFound("device")`; `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: DeviceId) -> Result<()> {
    tokens::check(cx, actor)?;
    cx.system(|conn| devices::delete(conn, actor.user, id).map_err(missing("device")))?;
    cx.announce(actor.user, Kind::AccountUpdated, id);
    cx.access_changed(actor.user);
    Ok(())
}

/// Cuts a device off: the one that asks, or one of the person's who asks. What it has uploaded stays.
///
/// # Errors
/// `NotFound("device")`; `Invalid` where no device is named and none asks; `Unauthenticated`, `Unavailable`.
pub fn revoke(cx: &mut Context, actor: &Actor, id: Option<DeviceId>) -> Result<()> {
    let now = cx.now;
    let device = match (actor.device, id) {
        // A device speaks for itself alone.
        (Some(itself), Some(other)) if itself != other => return Err(Error::NotFound("device")),
        (Some(itself), _) => itself,
        (None, Some(named)) => named,
        (None, None) => {
            return Err(FieldError::new("device_id", "says which device", "DEVICE_MISSING").into());
        }
    };
    cx.tenant(actor, |conn| {
        devices::update_revoked(conn, actor.user, device, now).map_err(missing("device"))?;
        Ok(persistence::tokens::revoke_device(conn, actor.user, device, now)?)
    })?;
    cx.announce(actor.user, Kind::AccountUpdated, device);
    cx.access_changed(actor.user);
    Ok(())
}
