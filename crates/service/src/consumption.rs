//! Consumption: records are added, changed, deleted and listed, and add up to figures.
//!
//! Whoever changes a record holds the lock of the account, and counts the days it touches anew in the same transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::settings::Settings;
use domain::consumption::analytics::{AnalyticsFilter, ConsumptionAnalytics, GroupBy, Known, Sum};
use domain::consumption::{
    Amount, Canonical, Consumption, ConsumptionFilter, ConsumptionPatch, ConsumptionType, Consumptions,
    Conversion, NewConsumption, Record, Sort,
};
use domain::ids::{ConsumptionId, UserId};
use domain::live::Kind;
use domain::pages::Page;
use domain::valid::{FieldError, Valid};
use persistence::consumption::days::{self, Days};
use persistence::consumption::{self as rows, Filter, Kept, Place, shown};
use persistence::{Conn, accounts};
use uuid::Uuid;

use crate::accounts::with_calendar;
use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::{Error, Result, pages};

pub mod export;
pub mod import;

/// Adds a record. The same id again is the same record, as it is now.
///
/// # Errors
/// `Conflict("CONSUMPTION_DELETED")` for the id of one that is gone; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn add(cx: &mut Context, actor: &Actor, new: &NewConsumption) -> Result<Consumption> {
    let (user, now) = (actor.user, cx.now);
    let id = new.id.unwrap_or_else(|| ConsumptionId(new_id()));
    let record = new.record(user, id, now)?;
    let (kept, is_new) = cx.tenant(actor, |conn| {
        let calorific = lock(conn, user)?;
        if new.id.is_some() && !rows::list_deleted(conn, user, &[id])?.is_empty() {
            return Err(Error::Conflict("CONSUMPTION_DELETED", "This record was deleted".into()));
        }
        let kept = reckoned(record, calorific);
        let is_new = !insert(conn, user, &[kept], now)?.is_empty();
        Ok((rows::find(conn, user, id)?, is_new))
    })?;
    if is_new {
        cx.announce(user, Kind::ConsumptionUpdated, id);
    }
    Ok(shown(kept))
}

/// Records as they were told, each checked or with what is wrong with it.
pub(crate) type Told = [std::result::Result<Valid<NewConsumption>, Vec<FieldError>>];

/// Adds records, all or none. Gives each as it is now, in the order in which they were told.
///
/// # Errors
/// `Invalid`, with all that is wrong, by the record's place; `Unauthenticated`, `Unavailable`.
pub fn add_all(cx: &mut Context, actor: &Actor, new: &Told) -> Result<Vec<Consumption>> {
    let (user, now) = (actor.user, cx.now);
    let (kept, added) = cx.tenant(actor, |conn| {
        let done = insert_all(conn, user, &[new], now)?.pop();
        let (ids, added) =
            done.unwrap_or_else(|| Err(Error::Internal("records without an answer".into())))?;
        let known = rows::list_by_ids(conn, user, &ids)?;
        let known: HashMap<ConsumptionId, Kept> = known.into_iter().map(|kept| (kept.0.id, kept)).collect();
        Ok((ids.iter().filter_map(|id| known.get(id).cloned().map(shown)).collect(), added))
    })?;
    if added > 0 {
        cx.announce(user, Kind::ConsumptionUpdated, user);
    }
    Ok(kept)
}

/// The ids of records that were told, and how many of them are new.
pub(crate) type Added = (Vec<ConsumptionId>, usize);

/// Adds lists of records of one account in the caller's transaction, of each list all or none.
///
/// # Errors
/// `Unavailable`; then nothing may be kept. Of a list: `Invalid`.
pub(crate) fn insert_all(
    conn: &mut Conn,
    user: UserId,
    lists: &[&Told],
    now: DateTime<Utc>,
) -> Result<Vec<Result<Added>>> {
    let mut lists: Vec<Result<Vec<Record>>> = lists.iter().map(|list| records(user, list, now)).collect();
    let ids: Vec<ConsumptionId> = lists.iter().flatten().flatten().map(|record| record.id).collect();
    let mut added = HashSet::new();
    if !ids.is_empty() {
        let calorific = lock(conn, user)?;
        let gone = rows::list_deleted(conn, user, &ids)?;
        for list in &mut lists {
            let wrong = list.iter().flatten().enumerate().filter(|(_, record)| gone.contains(&record.id));
            let wrong: Vec<FieldError> = wrong
                .map(|(index, _)| {
                    at(index, FieldError::new("id", "is that of a deleted record", "CONSUMPTION_DELETED"))
                })
                .collect();
            if !wrong.is_empty() {
                *list = Err(Error::Invalid(wrong));
            }
        }
        let records = lists.iter().flatten().flatten().cloned();
        let records: Vec<Kept> = records.map(|record| reckoned(record, calorific)).collect();
        added = insert(conn, user, &records, now)?;
    }
    let done = lists.into_iter().map(|list| {
        let ids: Vec<ConsumptionId> = list?.into_iter().map(|record| record.id).collect();
        // Of several with the same id the first is new.
        let new = ids.iter().filter(|id| added.remove(id)).count();
        Ok((ids, new))
    });
    Ok(done.collect())
}

/// What is told as records, or all that is wrong with it.
fn records(user: UserId, told: &Told, now: DateTime<Utc>) -> Result<Vec<Record>> {
    let mut wrong = vec![];
    let mut records = vec![];
    for (index, new) in told.iter().enumerate() {
        let record = match new {
            Ok(new) => {
                let id = new.id.unwrap_or_else(|| ConsumptionId(new_id()));
                new.record(user, id, now).map_err(|field| vec![field])
            }
            Err(fields) => Err(fields.clone()),
        };
        match record {
            Ok(record) => records.push(record),
            Err(fields) => wrong.extend(fields.into_iter().map(|field| at(index, field))),
        }
    }
    if wrong.is_empty() { Ok(records) } else { Err(Error::Invalid(wrong)) }
}

/// A complaint about the record at a place of a batch.
fn at(index: usize, field: FieldError) -> FieldError {
    let name = match field.field.as_str() {
        "" | "." => format!("records[{index}]"),
        name => format!("records[{index}].{name}"),
    };
    FieldError { field: name, ..field }
}

/// Nobody else changes records of the account before the transaction ends. Gives its calorific value of gas.
fn lock(conn: &mut Conn, user: UserId) -> Result<Amount> {
    Ok(accounts::lock(conn, user).map_err(missing("account"))?.settings.calorific_value)
}

fn reckoned(record: Record, calorific: Amount) -> Kept {
    let canonical = record.canonical(calorific);
    (record, canonical)
}

/// Adds those that are not there yet. Says which they were.
fn insert(
    conn: &mut Conn,
    user: UserId,
    records: &[Kept],
    now: DateTime<Utc>,
) -> Result<HashSet<ConsumptionId>> {
    if records.is_empty() {
        return Ok(HashSet::new());
    }
    let added = rows::insert_new(conn, user, records, None, now)?;
    let days: Days = records
        .iter()
        .filter(|(record, _)| added.contains(&record.id))
        .map(|(record, _)| (record.consumption_type, record.consumption_date))
        .collect();
    days::derive(conn, user, &days)?;
    Ok(added)
}

/// One record.
///
/// # Errors
/// `NotFound("consumption")`, `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, id: ConsumptionId) -> Result<Consumption> {
    let kept = cx.tenant(actor, |conn| rows::find(conn, actor.user, id).map_err(missing("consumption")))?;
    Ok(shown(kept))
}

/// Changes a record; what is absent stays.
///
/// # Errors
/// `NotFound("consumption")`, `Conflict("CONSUMPTION_DERIVED")`, `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn update(
    cx: &mut Context,
    actor: &Actor,
    id: ConsumptionId,
    patch: &ConsumptionPatch,
) -> Result<Consumption> {
    change(cx, actor, id, |record, now| record.changed(patch, now))
}

/// Puts another record in the place of one.
///
/// # Errors
/// `NotFound("consumption")`, `Conflict("CONSUMPTION_DERIVED")`, `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn replace(
    cx: &mut Context,
    actor: &Actor,
    id: ConsumptionId,
    new: &NewConsumption,
) -> Result<Consumption> {
    change(cx, actor, id, |record, now| record.replaced(new, now))
}

fn change(
    cx: &mut Context,
    actor: &Actor,
    id: ConsumptionId,
    changed: impl Fn(&Record, DateTime<Utc>) -> std::result::Result<Record, FieldError>,
) -> Result<Consumption> {
    let (user, now) = (actor.user, cx.now);
    let kept = cx.tenant(actor, |conn| {
        let calorific = lock(conn, user)?;
        let old = find_own(conn, user, id)?;
        let kept = reckoned(changed(&old, now)?, calorific);
        rows::update(conn, &kept)?;
        let touched = [&old, &kept.0].map(|record| (record.consumption_type, record.consumption_date));
        days::derive(conn, user, &touched.into_iter().collect())?;
        Ok(kept)
    })?;
    cx.announce(user, Kind::ConsumptionUpdated, id);
    Ok(shown(kept))
}

/// A record that may be changed: a person's or a file's, not one that a meter says.
fn find_own(conn: &mut Conn, user: UserId, id: ConsumptionId) -> Result<Record> {
    let (record, _) = rows::find(conn, user, id).map_err(missing("consumption"))?;
    let Some(meter) = record.meter_id else { return Ok(record) };
    let name = persistence::meters::find(conn, user, meter)?.name;
    let message = format!("This comes from the meter “{name}”: change its readings, or undo its import");
    Err(Error::Conflict("CONSUMPTION_DERIVED", message))
}

/// Deletes a record. Its id is never another's.
///
/// # Errors
/// `NotFound("consumption")`, `Conflict("CONSUMPTION_DERIVED")`, `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: ConsumptionId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant(actor, |conn| {
        lock(conn, user)?;
        let old = find_own(conn, user, id)?;
        rows::delete(conn, user, id, now)?;
        Ok(days::derive(conn, user, &Days::from([(old.consumption_type, old.consumption_date)]))?)
    })?;
    cx.announce(user, Kind::ConsumptionUpdated, id);
    Ok(())
}

/// Where a record stands in a list of this order, for a cursor.
fn place(sort: Sort, (record, canonical): &Kept) -> String {
    let place = (sort.as_str(), record.consumption_date, canonical.0.to_string(), record.id.0);
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&place).unwrap_or_default())
}

/// Reads what [`place`] has written for the same order.
fn read_place(sort: Sort, cursor: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (order, date, amount, id): (String, NaiveDate, String, Uuid) = serde_json::from_slice(&bytes).ok()?;
    let known = (domain::days::FIRST..=domain::days::LAST).contains(&date) && order == sort.as_str();
    let place = Place { date, amount: Canonical(amount.parse().ok()?), id: ConsumptionId(id) };
    known.then_some(place)
}

fn selected(filter: &ConsumptionFilter) -> Filter {
    Filter { consumption_type: filter.consumption_type, first: filter.start_date, last: filter.end_date }
}

/// Records, newest first or as it is asked.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(
    cx: &mut Context,
    actor: &Actor,
    filter: &ConsumptionFilter,
    page: &Page,
) -> Result<Consumptions> {
    filter.check()?;
    let sort = filter.sort.unwrap_or_default();
    let after = pages::begin(page, |cursor| read_place(sort, cursor))?;
    let filter = selected(filter);
    cx.tenant(actor, |conn| {
        let total = rows::count(conn, actor.user, &filter)?;
        let (records, next_cursor) = pages::take(
            page,
            |limit| rows::list(conn, actor.user, &filter, sort, after, limit),
            |last| place(sort, last),
        )?;
        Ok(Consumptions { consumptions: records.into_iter().map(shown).collect(), total, next_cursor })
    })
}

/// What records add up to.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn analyse(cx: &mut Context, actor: &Actor, filter: &AnalyticsFilter) -> Result<ConsumptionAnalytics> {
    filter.check()?;
    let (user, types) = (actor.user, filter.types());
    with_calendar(cx, actor, |conn, calendar, now| {
        let settings = accounts::find(conn, user).map_err(missing("account"))?.settings;
        let found = match (filter.start_date, filter.end_date) {
            (Some(_), Some(_)) => None,
            _ => days::find_range(conn, user, &types)?,
        };
        let range = filter.range(found, calendar.date_at(now));
        let group_by = filter.group_by.unwrap_or_default();
        let starts = range.periods(group_by, calendar)?;
        let (before, last_year) = (range.before(), range.last_year());
        let mut one = |range: domain::consumption::analytics::Range| {
            days::sum(conn, user, &types, &[range.first], (range.first, range.last))
        };
        let (before, last_year) = (one(before)?, one(last_year)?);
        let sums = match group_by {
            GroupBy::Day => days::list(conn, user, &types, (range.first, range.last))?,
            _ => days::sum(conn, user, &types, &starts, (range.first, range.last))?,
        };
        let known = Known { range, starts: &starts, sums, before, last_year };
        Ok(ConsumptionAnalytics::new(filter, settings.calorific_value, &known))
    })
}

/// Reckons what was given as a volume of gas anew, where the calorific value has changed. The caller holds the lock of
/// the account.
pub(crate) fn derive(conn: &mut Conn, user: UserId, old: &Settings, new: &Settings) -> Result<()> {
    if old.calorific_value == new.calorific_value {
        return Ok(());
    }
    let gas = ConsumptionType::Gas;
    let mut changed = 0;
    for unit in gas.units().iter().filter(|unit| unit.is_volume()) {
        let conversion = Conversion::new(gas, *unit, new.calorific_value);
        changed += rows::update_canonical(conn, user, gas, *unit, conversion)?;
    }
    if changed > 0 {
        let all = days::list_dates(conn, user, gas)?;
        days::derive(conn, user, &all)?;
    }
    Ok(())
}

/// What is kept of an account that its records do not add up to, in words.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn verify(conn: &mut Conn, user: UserId, calorific: Amount) -> Result<Vec<String>> {
    let mut differences = vec![];
    let mut counted: BTreeMap<(ConsumptionType, NaiveDate), Sum> = BTreeMap::new();
    for (record, kept) in rows::list_all(conn, user)? {
        // What a meter says is derived from more than the rounded amount: it is looked at with the meters.
        let canonical = if record.meter_id.is_some() { kept } else { record.canonical(calorific) };
        if kept != canonical {
            differences
                .push(format!("record {} of consumption is kept as {kept:?}, not {canonical:?}", record.id));
        }
        let one = Sum {
            total: canonical,
            minimum: canonical,
            maximum: canonical,
            records: 1,
            days: 1,
            estimated_days: record.estimated.into(),
        };
        let day = counted.entry((record.consumption_type, record.consumption_date)).or_default();
        let both = day.plus(one);
        *day = Sum { days: 1, estimated_days: both.estimated_days.min(1), ..both };
    }
    let kept: BTreeMap<_, _> = days::list_all(conn, user)?.into_iter().collect();
    if kept != counted {
        let wrong = kept.iter().find(|(day, sum)| counted.get(day) != Some(sum)).map(|(day, _)| day);
        let wrong = wrong.or_else(|| counted.keys().find(|day| !kept.contains_key(day)));
        differences
            .push(format!("the days of consumption are not what the records add up to, first {wrong:?}"));
    }
    Ok(differences)
}
