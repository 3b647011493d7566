//! What meters say of days becomes records of consumption, in the place of what they said before.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::days::{dates, plus};
use domain::ids::ConsumptionId;
use domain::meters::allocation::{Span, allocate};
use domain::meters::hours::{self, Hours};
use domain::meters::register::judge;
use domain::meters::{MeterDay, Register};
use persistence::Conn;
use persistence::consumption::days::{self as sums, Days};
use persistence::consumption::{self as records, Kept, derived};
use persistence::meters::{self as rows, days, intervals};

use super::{Rules, neighbours};
use crate::Result;

/// Dates that are derived at a time: a quarter of a year, whose intervals fit into memory though they were of seconds.
const PIECE: i64 = 92;

/// Derives the days that concern what was changed between `from` and `to`: a reading concerns those up to the nearest
/// readings beside it that count whatever it is. Gives the first and the last of them.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn derive(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<(NaiveDate, NaiveDate)> {
    let before = neighbours::before(conn, rules.user, meter, from)?.first().map_or(from, |one| one.read_at);
    let after = neighbours::after(conn, rules.user, meter, to)?.last().map_or(to, |one| one.read_at);
    let (first, last) = (rules.calendar.date_at(before), rules.calendar.date_at(after));
    derive_dates(conn, rules, meter, (first, last))?;
    Ok((first, last))
}

/// Derives the days `first..=last`.
///
/// # Errors
/// `Unavailable`.
pub(super) fn derive_dates(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<()> {
    for piece in pieces(first, last) {
        let said = said(conn, rules, meter, piece)?;
        put_hours(conn, rules, meter, piece, &said)?;
        put_records(conn, rules, meter, piece, &said)?;
    }
    Ok(())
}

/// Derives all days of a meter from `first` on.
///
/// # Errors
/// `Unavailable`.
pub(super) fn all(conn: &mut Conn, rules: &Rules, meter: &Register, first: NaiveDate) -> Result<()> {
    match range(conn, rules, meter)? {
        Some((earliest, last)) => derive_dates(conn, rules, meter, (first.max(earliest), last)),
        None => Ok(()),
    }
}

/// The dates of which a meter says something, or is kept to say something, and maybe some beside them.
///
/// # Errors
/// `Unavailable`.
pub(super) fn range(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let user = rules.user;
    let edges = [
        rows::readings::find_range(conn, user, meter.id)?.map(|(a, b)| (a.date_naive(), b.date_naive())),
        intervals::find_range(conn, user, meter.id)?,
        days::find_range(conn, user, meter.id)?,
        derived::find_range(conn, user, meter.id)?,
    ];
    let all = edges.into_iter().flatten().reduce(|(a, b), (first, last)| (a.min(first), b.max(last)));
    // A local date is the one in UTC, the one before or the one after; it may start up to a day later.
    Ok(all.map(|(first, last)| (plus(first, -2), plus(last, 2))))
}

/// The dates `first..=last` in pieces that fit into memory.
pub(super) fn pieces(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let starts = std::iter::successors(Some(first), |start| Some(plus(*start, PIECE)));
    starts.take_while(move |start| *start <= last).map(move |start| (start, plus(start, PIECE - 1).min(last)))
}

/// What a meter says of some dates.
pub(super) struct Said {
    /// What its intervals add up to.
    pub hours: BTreeMap<NaiveDate, Hours>,
    /// What is a record of each date: what its intervals say, where it has some, else its readings.
    pub days: Vec<MeterDay>,
}

/// What a meter says of the dates `first..=last`.
///
/// # Errors
/// `Unavailable`.
pub(super) fn said(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Said> {
    let Rules { user, calendar, calorific, .. } = rules;
    let (from, to) = (calendar.start(first), calendar.start(plus(last, 1)));
    let mut sums = hours::Dates::new(calendar);
    intervals::each(conn, *user, meter.id, (from.date_naive(), to.date_naive()), |one| {
        if (from..to).contains(&one.start) {
            sums.add(one);
        }
    })?;
    let hours = sums.sums();
    let readings = neighbours::around(conn, *user, meter, (from, to))?;
    let spans: Vec<Span> =
        judge(&readings, meter.digits).into_iter().filter_map(|verdict| verdict.span()).collect();
    let mut days: BTreeMap<NaiveDate, MeterDay> = allocate(calendar, &spans, (first, last))
        .into_iter()
        .map(|(date, part)| {
            let millionths = i128::from(part.thousandths) * 1000;
            (date, meter.day(date, millionths, part.estimated, *calorific))
        })
        .collect();
    for (date, hours) in &hours {
        days.insert(*date, meter.day(*date, hours.total(), false, *calorific));
    }
    Ok(Said { hours, days: days.into_values().collect() })
}

fn put_hours(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    piece: (NaiveDate, NaiveDate),
    said: &Said,
) -> Result<()> {
    let kept: BTreeMap<NaiveDate, Hours> =
        days::list(conn, rules.user, meter.id, piece)?.into_iter().collect();
    let gone: Vec<NaiveDate> = kept.keys().filter(|date| !said.hours.contains_key(date)).copied().collect();
    let changed: Vec<(NaiveDate, &Hours)> = said
        .hours
        .iter()
        .filter(|(date, hours)| kept.get(date) != Some(hours))
        .map(|(date, hours)| (*date, hours))
        .collect();
    days::delete(conn, rules.user, meter.id, &gone)?;
    Ok(days::put(conn, rules.user, meter.id, &changed)?)
}

fn put_records(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    (first, last): (NaiveDate, NaiveDate),
    said: &Said,
) -> Result<()> {
    let user = rules.user;
    let ids: Vec<_> = dates(first, last).map(|date| meter.record_id(date)).collect();
    let kept: HashMap<ConsumptionId, Kept> =
        records::list_by_ids(conn, user, &ids)?.into_iter().map(|kept| (kept.0.id, kept)).collect();
    let is_kept = |day: &MeterDay| {
        kept.get(&day.id).is_some_and(|(record, canonical)| day.is(meter, record, *canonical))
    };
    let changed: Vec<&MeterDay> = said.days.iter().filter(|day| !is_kept(day)).collect();
    let stays: HashSet<ConsumptionId> = said.days.iter().map(|day| day.id).collect();
    let of_meter = kept.values().filter(|(record, _)| record.meter_id == Some(meter.id));
    let gone: Vec<ConsumptionId> = of_meter.map(|kept| kept.0.id).filter(|id| !stays.contains(id)).collect();
    derived::delete(conn, user, &gone)?;
    derived::put(conn, user, meter, &changed, rules.now)?;
    let mut touched: Days = changed.iter().map(|day| (meter.consumption_type, day.date)).collect();
    let was = changed.iter().map(|day| &day.id).chain(&gone).filter_map(|id| kept.get(id));
    touched.extend(was.map(|(record, _)| (record.consumption_type, record.consumption_date)));
    if !touched.is_empty() {
        sums::derive(conn, user, &touched)?;
    }
    Ok(())
}
