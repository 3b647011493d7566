//! Readings beside an instant: as many as it takes to say what is derived there.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::meters::Register;
use domain::meters::readings::Reading;
use domain::meters::register::judge;
use persistence::Conn;
use persistence::meters::readings as rows;

use crate::Result;

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
