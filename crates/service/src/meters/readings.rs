//! Readings of meters: added, changed, deleted and listed.

use chrono::{DateTime, Utc};
use domain::ids::{ImportId, ReadingId, UserId};
use domain::meters::Register;
use domain::meters::readings::{Reading, Refusal, Taken, Told};
use domain::meters::register::judge;
use persistence::Conn;
use persistence::meters::readings as rows;

use super::Rules;
use crate::Result;
use crate::app::new_id;

/// Adds readings of a meter, those of `import` if it is one. Tells what became of each, in the order in which they came:
/// of the same instant the first counts. The days are the caller's to derive, once for all.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn add(
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
        ids => (rows::list_by_ids(conn, user, ids)?, rows::list_deleted(conn, user, ids)?),
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

/// How many readings are looked at first.
const SOME: usize = 8;

/// A meter's readings before `at`, oldest first, from the nearest on that counts whatever is read at `at`.
///
/// # Errors
/// `Unavailable`.
pub(super) fn before(
    conn: &mut Conn,
    user: UserId,
    meter: &Register,
    at: DateTime<Utc>,
) -> Result<Vec<Reading>> {
    let mut limit = SOME;
    loop {
        let mut found = rows::list_before(conn, user, meter.id, at, limit)?;
        let all = found.len() < limit;
        found.reverse();
        // What the last is depends on what is read at `at`, and the first on one that was not looked at, if there is one.
        let mut sure = usize::from(!all)..found.len().saturating_sub(1);
        let verdicts = judge(&found, meter.digits);
        match sure.rfind(|place| verdicts.get(*place).is_some_and(|verdict| verdict.counts())) {
            Some(place) => return Ok(found.split_off(place)),
            None if all => return Ok(found),
            None => limit *= SOME,
        }
    }
}

/// A meter's readings after `at`, oldest first, up to the nearest that counts whatever is read at `at`.
///
/// # Errors
/// `Unavailable`.
pub(super) fn after(
    conn: &mut Conn,
    user: UserId,
    meter: &Register,
    at: DateTime<Utc>,
) -> Result<Vec<Reading>> {
    let mut limit = SOME;
    loop {
        let mut found = rows::list_after(conn, user, meter.id, at, limit)?;
        let all = found.len() < limit;
        let mut sure = 1..found.len().saturating_sub(usize::from(!all));
        let verdicts = judge(&found, meter.digits);
        match sure.find(|place| verdicts.get(*place).is_some_and(|verdict| verdict.counts())) {
            Some(place) => {
                found.truncate(place + 1);
                return Ok(found);
            }
            None if all => return Ok(found),
            None => limit *= SOME,
        }
    }
}

/// A meter's readings of `from..=to`, with as many before and after as say what those are.
///
/// # Errors
/// `Unavailable`.
pub(super) fn around(
    conn: &mut Conn,
    user: UserId,
    meter: &Register,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Reading>> {
    let mut found = before(conn, user, meter, from)?;
    found.extend(rows::list_between(conn, user, meter.id, from, to)?);
    found.extend(after(conn, user, meter, to)?);
    Ok(found)
}
