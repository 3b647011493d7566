//! Intervals are added, many at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::days::plus;
use domain::imports::Import;
use domain::meters::Register;
use domain::meters::intervals::{Added, Interval, pack};
use persistence::Conn;
use persistence::meters::intervals as rows;

use super::Rules;
use crate::Result;

/// Adds what the account's newest import says of a meter. Tells what became of each, in the order in which they came. The
/// days are the caller's to derive, once for all.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn add(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    import: Import,
    intervals: &[Interval],
) -> Result<Vec<Added>> {
    let dates: BTreeSet<NaiveDate> = intervals.iter().map(|one| one.start.date_naive()).collect();
    // The longest reaches from one date over the whole of the next into the one after that.
    let near: BTreeSet<NaiveDate> =
        dates.iter().flat_map(|date| (-2..=2).map(|days| plus(*date, days))).collect();
    let near: Vec<NaiveDate> = near.into_iter().collect();
    let mut known = rows::load(conn, rules.user, meter.id, &near)?;
    let mut changed = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(intervals.len());
    for interval in intervals {
        let outcome = known.add(import.number, *interval);
        if matches!(outcome, Added::New | Added::Changed) {
            changed.insert(interval.start.date_naive());
        }
        outcomes.push(outcome);
    }
    let dates: Vec<NaiveDate> = changed.into_iter().collect();
    let packed: Vec<Vec<u8>> =
        dates.iter().map(|date| pack(*date, known.of_import(import.number, *date))).collect();
    rows::put(conn, rules.user, meter.id, import.number, &dates, &packed)?;
    Ok(outcomes)
}
