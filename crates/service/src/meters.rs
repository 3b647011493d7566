//! Meters: they are added, read, changed and deleted, and say what was consumed.
//!
//! What their readings and intervals say of a day is a record of consumption, which is derived anew in the transaction
//! that changes them ([`derive`]). Whoever changes anything holds the lock of the account ([`lock`]).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::consumption::{Amount, ConsumptionType};
use domain::days::{Calendar, plus};
use domain::ids::{MeterId, UserId};
use domain::live::Kind;
use domain::meters::{Known, Meter, MeterPatch, Meters, NewMeter, Register};
use domain::pages::Page;
use domain::valid::{FieldError, Valid};
use persistence::consumption::{days as sums, derived};
use persistence::meters as rows;
use persistence::{Conn, accounts};

use crate::app::{Actor, Context, is_constraint, new_id};
use crate::error::missing;
use crate::{Error, Result, pages};

mod derive;
mod imported;
mod neighbours;
mod profile;
pub mod readings;
mod verify;

pub(crate) use derive::derive;
pub(crate) use imported::{add_intervals, find_or_add, forget_import};
pub use profile::profile;
pub(crate) use readings::add_to as add_readings;
pub(crate) use verify::verify;

/// By what an account's days are derived.
pub(crate) struct Rules {
    /// Whose.
    pub user: UserId,
    /// How its days are cut.
    pub calendar: Calendar,
    /// What a cubic metre of gas gives.
    pub calorific: Amount,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Nobody else changes consumption of the account before the transaction ends.
pub(crate) fn lock(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<Rules> {
    let calorific = accounts::lock(conn, user).map_err(missing("account"))?.settings.calorific_value;
    let (calendar, _) = accounts::find_calendar(conn, user)?;
    Ok(Rules { user, calendar, calorific, now })
}

/// Adds a meter. The same id again is the same meter, as it is now.
///
/// # Errors
/// `Conflict("METER_EXISTS")` where another of the type is called so; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn add(cx: &mut Context, actor: &Actor, new: &Valid<NewMeter>) -> Result<Meter> {
    let (user, now) = (actor.user, cx.now);
    let id = new.id.unwrap_or_else(|| MeterId(new_id()));
    let meter = new.register(id, now)?;
    let (meter, is_new) = cx.tenant(actor, |conn| {
        lock(conn, user, now)?;
        match rows::find(conn, user, id) {
            Err(persistence::Error::NotFound) => {}
            known => return Ok((shown(conn, user, known?)?, false)),
        }
        rows::insert(conn, user, &meter, None).map_err(name_taken)?;
        Ok((meter.shown(Known::default()), true))
    })?;
    if is_new {
        cx.announce(user, Kind::ConsumptionUpdated, id);
    }
    Ok(meter)
}

fn name_taken(error: persistence::Error) -> Error {
    if is_constraint(&error, "meters_name_key") {
        return Error::Conflict("METER_EXISTS", "There is a meter of this type and name".into());
    }
    error.into()
}

fn shown(conn: &mut Conn, user: UserId, meter: Register) -> Result<Meter> {
    let known =
        rows::list_known(conn, user, &[meter.id])?.pop().map_or_else(Known::default, |(_, known)| known);
    Ok(meter.shown(known))
}

/// One meter.
///
/// # Errors
/// `NotFound("meter")`, `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, id: MeterId) -> Result<Meter> {
    cx.tenant(actor, |conn| {
        let meter = rows::find(conn, actor.user, id).map_err(missing("meter"))?;
        shown(conn, actor.user, meter)
    })
}

/// Meters, oldest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, page: &Page) -> Result<Meters> {
    let user = actor.user;
    let after = pages::begin(page, pages::read_place)?.map(|(at, id)| (at, MeterId(id)));
    cx.tenant(actor, |conn| {
        let total = rows::count(conn, user)?;
        let (meters, next_cursor) = pages::take(
            page,
            |limit| rows::list(conn, user, after, limit),
            |last| pages::place(last.created_at, last.id.0),
        )?;
        let ids: Vec<MeterId> = meters.iter().map(|meter| meter.id).collect();
        let known: HashMap<MeterId, Known> = rows::list_known(conn, user, &ids)?.into_iter().collect();
        let shown = |meter: Register| {
            let known = known.get(&meter.id).copied().unwrap_or_default();
            meter.shown(known)
        };
        Ok(Meters { meters: meters.into_iter().map(shown).collect(), total, next_cursor })
    })
}

/// Changes a meter; what is absent stays.
///
/// # Errors
/// `NotFound("meter")`; `Conflict`: `METER_EXISTS`, `METER_IN_USE` for another unit of one that has readings or intervals;
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn update(cx: &mut Context, actor: &Actor, id: MeterId, patch: &MeterPatch) -> Result<Meter> {
    change(cx, actor, id, |meter, now| meter.changed(patch, now))
}

/// Puts another meter of the same type in the place of one.
///
/// # Errors
/// As those of [`update`].
pub fn replace(cx: &mut Context, actor: &Actor, id: MeterId, new: &NewMeter) -> Result<Meter> {
    change(cx, actor, id, |meter, now| meter.replaced(new, now))
}

fn change(
    cx: &mut Context,
    actor: &Actor,
    id: MeterId,
    changed: impl Fn(&Register, DateTime<Utc>) -> std::result::Result<Register, FieldError>,
) -> Result<Meter> {
    let (user, now) = (actor.user, cx.now);
    let meter = cx.tenant(actor, |conn| {
        let rules = lock(conn, user, now)?;
        let old = rows::find(conn, user, id).map_err(missing("meter"))?;
        let new = changed(&old, now)?;
        if new.unit != old.unit && !rows::is_empty(conn, user, id)? {
            let message = "This meter has readings or intervals, which are in its unit".into();
            return Err(Error::Conflict("METER_IN_USE", message));
        }
        if let Some(digits) = new.digits.filter(|_| new.digits != old.digits) {
            let most = 10_i64.saturating_pow(u32::try_from(digits).unwrap_or(0));
            if rows::readings::reaches(conn, user, id, most)? {
                let message = "are fewer than a reading has";
                return Err(FieldError::new("digits", message, "DIGITS_INVALID").into());
            }
        }
        rows::update(conn, user, &new).map_err(name_taken)?;
        if new.digits != old.digits {
            // What is a rollover may have changed.
            derive::all(conn, &rules, &new, domain::days::FIRST)?;
        }
        shown(conn, user, new)
    })?;
    cx.announce(user, Kind::ConsumptionUpdated, id);
    Ok(meter)
}

/// Deletes a meter with its readings and intervals, and what they say of days.
///
/// # Errors
/// `NotFound("meter")`, `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: MeterId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant(actor, |conn| {
        lock(conn, user, now)?;
        let meter = rows::find(conn, user, id).map_err(missing("meter"))?;
        let dates = derived::delete_all(conn, user, id)?;
        for some in dates.chunks(DATES) {
            let days = some.iter().map(|date| (meter.consumption_type, *date)).collect();
            sums::derive(conn, user, &days)?;
        }
        Ok(rows::delete(conn, user, id)?)
    })?;
    cx.announce(user, Kind::ConsumptionUpdated, id);
    Ok(())
}

/// Dates whose sums are counted in one statement.
const DATES: usize = 1000;

/// Derives what meters say of days anew, where the account's calendar or its calorific value were others than those of
/// `rules`. The caller holds the lock of the account.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn derive_all(conn: &mut Conn, rules: &Rules, old: &Calendar, calorific: Amount) -> Result<()> {
    let Rules { user, calendar, .. } = rules;
    let cut = calendar.differs_from(old).map(|at| plus(calendar.date_at(at).min(old.date_at(at)), -1));
    let reckoned = (rules.calorific != calorific).then_some(domain::days::FIRST);
    if cut.is_none() && reckoned.is_none() {
        return Ok(());
    }
    for meter in rows::list_all(conn, *user)? {
        let by_volume = meter.consumption_type == ConsumptionType::Gas && meter.unit.is_volume();
        if let Some(first) = reckoned.filter(|_| by_volume).or(cut) {
            derive::all(conn, rules, &meter, first)?;
        }
    }
    Ok(())
}

/// Derives all that a meter says of days. The caller holds the lock of the account.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn derive_meter(conn: &mut Conn, rules: &Rules, meter: &Register) -> Result<()> {
    derive::all(conn, rules, meter, domain::days::FIRST)
}

#[cfg(test)]
mod tests;
