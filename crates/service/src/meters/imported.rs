//! What files say of meters: added in great numbers, and taken back as a whole.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::consumption::{ConsumptionType, Unit};
use domain::days::plus;
use domain::ids::{ImportId, MeterId};
use domain::imports::Import;
use domain::meters::intervals::{Added, Interval, pack};
use domain::meters::{NewMeter, Register};
use domain::valid::Valid;
use persistence::meters as rows;
use persistence::{Conn, imports};

use super::{Rules, derive};
use crate::app::new_id;
use crate::error::missing;
use crate::{Error, Result};

/// The account's meter of this type and name, which `import` adds where it is not there. One that is there keeps its unit.
///
/// # Errors
/// `Invalid`: it can have no such name, or unit; `Unavailable`.
pub(crate) fn find_or_add(
    conn: &mut Conn,
    rules: &Rules,
    name: &str,
    what: ConsumptionType,
    unit: Unit,
    import: ImportId,
) -> Result<Register> {
    if let Some(known) = rows::find_named(conn, rules.user, what, name.trim())? {
        return Ok(known);
    }
    let new = NewMeter { name: name.to_owned(), consumption_type: what, unit, digits: None, id: None };
    let new = Valid::check(new).map_err(Error::Invalid)?;
    let meter = new.register(MeterId(new_id()), rules.now)?;
    rows::insert(conn, rules.user, &meter, Some(import))?;
    Ok(meter)
}

/// Dates in UTC whose intervals are looked at together.
const DATES: usize = 128;

/// Adds what the account's newest import says of a meter. Tells what became of each, in the order in which they came. The
/// days are the caller's to derive, once for all.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn add_intervals(
    conn: &mut Conn,
    rules: &Rules,
    meter: &Register,
    import: Import,
    intervals: &[Interval],
) -> Result<Vec<Added>> {
    let mut by_date: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    for (place, interval) in intervals.iter().enumerate() {
        by_date.entry(interval.start.date_naive()).or_default().push(place);
    }
    let by_date: Vec<(NaiveDate, Vec<usize>)> = by_date.into_iter().collect();
    let mut outcomes = vec![Added::Duplicate; intervals.len()];
    for some in by_date.chunks(DATES) {
        // The longest reaches from one date over the whole of the next into the one after that.
        let near: BTreeSet<NaiveDate> =
            some.iter().flat_map(|(date, _)| (-2..=2).map(|days| plus(*date, days))).collect();
        let near: Vec<NaiveDate> = near.into_iter().collect();
        let mut known = rows::intervals::load(conn, rules.user, meter.id, &near)?;
        let (mut dates, mut packed) = (vec![], vec![]);
        for (date, places) in some {
            let mut has_changed = false;
            for place in places {
                let (Some(interval), Some(outcome)) = (intervals.get(*place), outcomes.get_mut(*place))
                else {
                    continue;
                };
                *outcome = known.add(import.number, *interval);
                has_changed |= matches!(outcome, Added::New | Added::Changed);
            }
            if has_changed {
                dates.push(*date);
                packed.push(pack(*date, known.of_import(import.number, *date)));
            }
        }
        rows::intervals::put(conn, rules.user, meter.id, import.number, &dates, &packed)?;
    }
    Ok(outcomes)
}

/// Takes away what an import said of meters, and the meters that imports made which are undone and that have nothing
/// left; days are derived anew. Gives how many meters it concerned. The import is marked as undone before.
///
/// # Errors
/// `NotFound("import")`, `Unavailable`.
pub(crate) fn forget_import(conn: &mut Conn, rules: &Rules, import: ImportId) -> Result<usize> {
    let user = rules.user;
    let number = imports::find_number(conn, user, import).map_err(missing("import"))?;
    let mut touched = Touched::default();
    for (meter, date) in rows::intervals::delete_of(conn, user, number)? {
        touched.add_date(meter, date);
    }
    for (meter, at) in rows::readings::delete_of(conn, user, import)? {
        touched.add(meter, at);
    }
    let concerned = touched.derive(conn, rules)?;
    for meter in rows::list_undone(conn, user)? {
        if rows::is_empty(conn, user, meter)? {
            rows::delete(conn, user, meter)?;
        }
    }
    Ok(concerned)
}

/// When something has changed, meter by meter.
#[derive(Default)]
struct Touched(HashMap<MeterId, (DateTime<Utc>, DateTime<Utc>)>);

impl Touched {
    /// A reading, or an interval's start.
    fn add(&mut self, meter: MeterId, at: DateTime<Utc>) {
        let (from, to) = self.0.entry(meter).or_insert((at, at));
        (*from, *to) = ((*from).min(at), (*to).max(at));
    }

    /// Anything on a date in UTC.
    fn add_date(&mut self, meter: MeterId, date: NaiveDate) {
        self.add(meter, midnight(date));
        self.add(meter, midnight(plus(date, 1)));
    }

    /// Derives all of it. Gives how many meters it concerns.
    fn derive(self, conn: &mut Conn, rules: &Rules) -> Result<usize> {
        let concerned = self.0.len();
        for (meter, (from, to)) in self.0 {
            let meter = rows::find(conn, rules.user, meter)?;
            derive(conn, rules, &meter, from, to)?;
        }
        Ok(concerned)
    }
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}
