//! Readings of meters: added, changed, deleted and listed.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{ImportId, MeterId, ReadingId, UserId};
use domain::live::Kind;
use domain::meters::Register;
use domain::meters::readings::{
    MeterReading, MeterReadings, NewReading, Reading, ReadingPatch, Refusal, Taken, Told,
};
use domain::meters::register::judge;
use domain::pages::Page;
use domain::valid::{FieldError, Valid};
use persistence::Conn;
use persistence::meters::{self, readings as rows};

use super::neighbours::around;
use super::{Rules, derive, lock};
use crate::app::{Actor, Context, is_constraint, new_id};
use crate::error::missing;
use crate::{Error, Result, pages};

/// Adds a reading. The same id, or the same again of the same instant, is the same reading.
///
/// # Errors
/// `NotFound("meter")`; `Conflict`: `READING_EXISTS` where something else was read at the same instant,
/// `READING_ELSEWHERE` and `READING_DELETED` for ids of others; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn add(cx: &mut Context, actor: &Actor, meter: MeterId, new: &NewReading) -> Result<MeterReading> {
    let told = [new.told()?];
    let (mut shown, added) = take(cx, actor, meter, &told, |_, refusal| match refusal {
        Refusal::Exists | Refusal::Elsewhere | Refusal::Deleted => conflict(refusal),
        Refusal::InFuture | Refusal::TooOld | Refusal::TooLarge => refusal.field().into(),
    })?;
    announce(cx, actor, meter, added);
    shown.pop().ok_or(Error::NotFound("reading"))
}

fn conflict(refusal: Refusal) -> Error {
    let message = match refusal {
        Refusal::Exists => "The meter was read at this instant already, and showed something else",
        Refusal::Elsewhere => "This id is that of another meter's reading",
        _ => "This reading was deleted",
    };
    Error::Conflict(refusal.code(), message.into())
}

fn announce(cx: &Context, actor: &Actor, meter: MeterId, changed: bool) {
    if changed {
        cx.announce(actor.user, Kind::ConsumptionUpdated, meter);
    }
}

/// Adds readings, all or none. Gives each as it is now, in the order in which they were told.
///
/// # Errors
/// `NotFound("meter")`; `Invalid`, with all that is wrong, by the reading's place; `Unauthenticated`, `Unavailable`.
pub fn add_all(
    cx: &mut Context,
    actor: &Actor,
    meter: MeterId,
    new: &[std::result::Result<Valid<NewReading>, Vec<FieldError>>],
) -> Result<Vec<MeterReading>> {
    let mut wrong = vec![];
    let mut told = vec![];
    for (place, new) in new.iter().enumerate() {
        let new = match new {
            Ok(new) => new.told().map_err(|field| vec![field]),
            Err(fields) => Err(fields.clone()),
        };
        match new {
            Ok(new) => told.push(new),
            Err(fields) => wrong.extend(fields.into_iter().map(|field| at(place, field))),
        }
    }
    if !wrong.is_empty() {
        // Whose meter it is, and who asks, comes first.
        super::find(cx, actor, meter)?;
        return Err(Error::Invalid(wrong));
    }
    let (shown, added) = take(cx, actor, meter, &told, |place, refusal| at(place, refusal.field()).into())?;
    announce(cx, actor, meter, added);
    Ok(shown)
}

/// A complaint about the reading at a place of a batch.
fn at(place: usize, field: FieldError) -> FieldError {
    let name = match field.field.as_str() {
        "" | "." => format!("readings[{place}]"),
        name => format!("readings[{place}].{name}"),
    };
    FieldError { field: name, ..field }
}

/// Adds readings, or says why none. Says whether one is new.
fn take(
    cx: &mut Context,
    actor: &Actor,
    meter: MeterId,
    told: &[Told],
    refused: impl Fn(usize, Refusal) -> Error,
) -> Result<(Vec<MeterReading>, bool)> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant(actor, |conn| {
        let rules = lock(conn, user, now)?;
        let meter = meters::find(conn, user, meter).map_err(missing("meter"))?;
        let outcomes = add_to(conn, &rules, &meter, None, told)?;
        let mut wrong = vec![];
        let (mut ids, mut new) = (vec![], vec![]);
        for (place, (outcome, told)) in outcomes.into_iter().zip(told).enumerate() {
            match outcome {
                Taken::New(id) => {
                    ids.push(id);
                    new.push(told.read_at);
                }
                Taken::Duplicate(id) => ids.push(id),
                Taken::Refused(refusal) => wrong.push(refused(place, refusal)),
            }
        }
        if let Some(error) = together(wrong) {
            return Err(error);
        }
        if let (Some(from), Some(to)) = (new.iter().min(), new.iter().max()) {
            derive::derive(conn, &rules, &meter, *from, *to)?;
        }
        Ok((shown(conn, user, &meter, &ids)?, !new.is_empty()))
    })
}

/// Several complaints as one.
fn together(errors: Vec<Error>) -> Option<Error> {
    errors.into_iter().reduce(|all, more| match (all, more) {
        (Error::Invalid(mut all), Error::Invalid(more)) => {
            all.extend(more);
            Error::Invalid(all)
        }
        (first, _) => first,
    })
}

/// How far apart readings may be that are looked at together.
const NEAR: TimeDelta = TimeDelta::days(366);

/// Readings as they are shown, in the order of these ids.
fn shown(conn: &mut Conn, user: UserId, meter: &Register, ids: &[ReadingId]) -> Result<Vec<MeterReading>> {
    let known = rows::list_by_ids(conn, user, ids)?;
    let mut instants: Vec<DateTime<Utc>> = known.values().map(|one| one.read_at).collect();
    instants.sort_unstable();
    let mut found = HashMap::new();
    let mut rest = instants.as_slice();
    while let Some(first) = rest.first() {
        let (some, later) = rest.split_at(rest.partition_point(|at| *at - *first < NEAR));
        let last = some.last().unwrap_or(first);
        found.extend(judged(conn, user, meter, (*first, *last))?.into_iter().map(|one| (one.id, one)));
        rest = later;
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// A meter's readings of `from..=to` as they are shown, oldest first.
fn judged(
    conn: &mut Conn,
    user: UserId,
    meter: &Register,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<MeterReading>> {
    let readings = around(conn, user, meter, (from, to))?;
    let verdicts = judge(&readings, meter.digits);
    let judged = readings.into_iter().zip(verdicts);
    let asked = judged.filter(|(one, _)| (from..=to).contains(&one.read_at));
    Ok(asked.map(|(one, verdict)| one.shown(verdict)).collect())
}

/// One reading.
///
/// # Errors
/// `NotFound`: `"meter"`, `"reading"`; `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, meter: MeterId, id: ReadingId) -> Result<MeterReading> {
    let user = actor.user;
    cx.tenant(actor, |conn| {
        let meter = meters::find(conn, user, meter).map_err(missing("meter"))?;
        rows::find(conn, user, meter.id, id).map_err(missing("reading"))?;
        shown(conn, user, &meter, &[id])?.pop().ok_or(Error::NotFound("reading"))
    })
}

/// Readings, newest first.
///
/// # Errors
/// `NotFound("meter")`, `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, meter: MeterId, page: &Page) -> Result<MeterReadings> {
    let user = actor.user;
    let before = pages::begin(page, pages::read_place)?.map_or(DateTime::<Utc>::MAX_UTC, |(at, _)| at);
    cx.tenant(actor, |conn| {
        let meter = meters::find(conn, user, meter).map_err(missing("meter"))?;
        let total = rows::count(conn, user, meter.id)?;
        let (readings, next_cursor) = pages::take(
            page,
            |limit| rows::list_before(conn, user, meter.id, before, usize::try_from(limit).unwrap_or(0)),
            |last| pages::place(last.read_at, last.id.0),
        )?;
        let mut shown = match (readings.last(), readings.first()) {
            (Some(oldest), Some(newest)) => judged(conn, user, &meter, (oldest.read_at, newest.read_at))?,
            _ => vec![],
        };
        shown.reverse();
        Ok(MeterReadings { readings: shown, total, next_cursor })
    })
}

/// Changes a reading; what is absent stays.
///
/// # Errors
/// `NotFound`: `"meter"`, `"reading"`; `Conflict("READING_EXISTS")`, `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn update(
    cx: &mut Context,
    actor: &Actor,
    meter: MeterId,
    id: ReadingId,
    patch: &ReadingPatch,
) -> Result<MeterReading> {
    change(cx, actor, meter, id, |old| patch.told(old))
}

/// Puts another reading in the place of one.
///
/// # Errors
/// As those of [`update`].
pub fn replace(
    cx: &mut Context,
    actor: &Actor,
    meter: MeterId,
    id: ReadingId,
    new: &NewReading,
) -> Result<MeterReading> {
    change(cx, actor, meter, id, |_| new.told())
}

fn change(
    cx: &mut Context,
    actor: &Actor,
    meter: MeterId,
    id: ReadingId,
    told: impl Fn(&Reading) -> std::result::Result<Told, FieldError>,
) -> Result<MeterReading> {
    let (user, now) = (actor.user, cx.now);
    let reading = cx.tenant(actor, |conn| {
        let rules = lock(conn, user, now)?;
        let meter = meters::find(conn, user, meter).map_err(missing("meter"))?;
        let old = rows::find(conn, user, meter.id, id).map_err(missing("reading"))?;
        let told = told(&old)?;
        told.check(meter.digits, now).map_err(Refusal::field)?;
        let kept = told.kept(meter.id, id, old.import_id, now);
        let new = Reading { created_at: old.created_at, ..kept };
        rows::update(conn, user, &new).map_err(|error| {
            if is_constraint(&error, "meter_readings_pkey") {
                conflict(Refusal::Exists)
            } else {
                error.into()
            }
        })?;
        let (was, is) = (old.read_at, new.read_at);
        derive::derive(conn, &rules, &meter, was.min(is), was.max(is))?;
        shown(conn, user, &meter, &[id])?.pop().ok_or(Error::NotFound("reading"))
    })?;
    announce(cx, actor, reading.meter_id, true);
    Ok(reading)
}

/// Deletes a reading. Its id is never another's.
///
/// # Errors
/// `NotFound`: `"meter"`, `"reading"`; `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, meter: MeterId, id: ReadingId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant(actor, |conn| {
        let rules = lock(conn, user, now)?;
        let meter = meters::find(conn, user, meter).map_err(missing("meter"))?;
        let old = rows::find(conn, user, meter.id, id).map_err(missing("reading"))?;
        rows::delete(conn, user, meter.id, id, now)?;
        derive::derive(conn, &rules, &meter, old.read_at, old.read_at)
    })?;
    announce(cx, actor, meter, true);
    Ok(())
}

/// Adds readings of a meter, those of `import` if it is one. Tells what became of each, in the order in which they came:
/// of the same instant the first counts. The days are the caller's to derive, once for all.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn add_to(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    import: Option<ImportId>,
    told: &[Told],
) -> Result<Vec<Taken>> {
    let Rules { user, now, .. } = *rules;
    let ids: Vec<ReadingId> = told.iter().filter_map(|one| one.id).collect();
    let (mut by_id, gone) = match ids.as_slice() {
        [] => Default::default(),
        ids => {
            (rows::list_by_ids(conn, user, ids)?, persistence::consumption::list_deleted(conn, user, ids)?)
        }
    };
    let instants: Vec<DateTime<Utc>> = told.iter().map(|one| one.read_at).collect();
    let mut by_instant = rows::list_at(conn, user, meter.id, &instants)?;
    let mut new = vec![];
    let mut take = |one: &Told| {
        if let Some(known) = one.id.and_then(|id| by_id.get(&id)) {
            let same = known.meter_id == meter.id;
            return if same { Taken::Duplicate(known.id) } else { Taken::Refused(Refusal::Elsewhere) };
        }
        if one.id.is_some_and(|id| gone.contains(&id)) {
            return Taken::Refused(Refusal::Deleted);
        }
        if let Err(refusal) = one.check(meter.digits, now) {
            return Taken::Refused(refusal);
        }
        let reading = one.kept(meter.id, one.id.unwrap_or_else(|| ReadingId(new_id())), import, now);
        if let Some(known) = by_instant.get(&reading.read_at) {
            let same = reading.says_as(known);
            return if same { Taken::Duplicate(known.id) } else { Taken::Refused(Refusal::Exists) };
        }
        by_id.insert(reading.id, reading.clone());
        by_instant.insert(reading.read_at, reading.clone());
        let id = reading.id;
        new.push(reading);
        Taken::New(id)
    };
    let outcomes = told.iter().map(&mut take).collect();
    rows::insert(conn, user, meter.id, &new, import, now)?;
    Ok(outcomes)
}
