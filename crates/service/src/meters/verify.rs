//! Whether the records that are derived from meters are what these say.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::ids::{ConsumptionId, MeterId};
use domain::meters::hours::Hours;
use domain::meters::{MeterDay, Register};
use persistence::Conn;
use persistence::consumption::{self as records, Kept};
use persistence::meters::{self as rows, days};

use super::{Rules, derive};
use crate::Result;

/// What is kept of an account's meters that their readings and intervals do not say, in words.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn verify(conn: &mut Conn, rules: &Rules) -> Result<Vec<String>> {
    let mut differences = vec![];
    let meters = rows::list_all(conn, rules.user)?;
    for meter in &meters {
        let Some((first, last)) = derive::range(conn, rules, meter)? else { continue };
        for piece in derive::pieces(first, last) {
            let said = derive::said(conn, rules, meter, piece)?;
            let kept: BTreeMap<NaiveDate, Hours> =
                days::list(conn, rules.user, meter.id, piece)?.into_iter().collect();
            if kept != said.hours {
                let meter = meter.id;
                differences.push(format!(
                    "meter {meter}, from {}: the hours are not what its intervals add up to",
                    piece.0
                ));
            }
            differences.extend(wrong(conn, rules, meter, piece, &said.days)?);
        }
    }
    let known: Vec<MeterId> = meters.iter().map(|meter| meter.id).collect();
    for meter in
        records::derived::list_meters(conn, rules.user)?.into_iter().filter(|meter| !known.contains(meter))
    {
        differences.push(format!("there are records of meter {meter}, and no such meter"));
    }
    Ok(differences)
}

fn wrong(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    (first, last): (NaiveDate, NaiveDate),
    said: &[MeterDay],
) -> Result<Vec<String>> {
    let kept = records::derived::list(conn, rules.user, meter.id, (first, last))?;
    let kept: HashMap<ConsumptionId, &Kept> = kept.iter().map(|kept| (kept.0.id, kept)).collect();
    let is_kept = |day: &MeterDay| {
        kept.get(&day.id).is_some_and(|(record, canonical)| day.is(meter, record, *canonical))
    };
    let mut differences: Vec<String> = said
        .iter()
        .filter(|day| !is_kept(day))
        .map(|day| format!("meter {}, {}: the record is not what it says: {day:?}", meter.id, day.date))
        .collect();
    if kept.len() > said.len() {
        differences.push(format!(
            "meter {}, from {first}: there are records of days of which it says nothing",
            meter.id
        ));
    }
    Ok(differences)
}
