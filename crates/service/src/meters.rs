//! Meters: they are added, read, changed and deleted, and say what was consumed.
//!
//! What their readings and intervals say of a day is a record of consumption, which is derived anew in the transaction
//! that changes them ([`derive`]). Whoever changes anything holds the lock of the account ([`lock`]).

use chrono::{DateTime, Utc};
use domain::consumption::{Amount, ConsumptionType, Unit};
use domain::days::Calendar;
use domain::ids::{ImportId, MeterId, UserId};
use domain::meters::{NewMeter, Register};
use domain::valid::Valid;
use persistence::meters as rows;
use persistence::{Conn, accounts, imports};

use crate::app::new_id;
use crate::error::missing;
use crate::{Error, Result};

mod derive;
mod intervals;
mod readings;

pub(crate) use derive::derive;
#[allow(unused_imports, reason = "files of intervals are read next")]
pub(crate) use intervals::add as add_intervals;
pub(crate) use readings::add as add_readings;

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

/// Takes away what an import said of meters, and the meters that imports made which are undone and that have nothing
/// left; days are derived anew. Gives how many meters it concerned. The import is marked as undone before.
///
/// # Errors
/// `NotFound("import")`, `Unavailable`.
pub(crate) fn forget_import(conn: &mut Conn, rules: &Rules, import: ImportId) -> Result<usize> {
    let user = rules.user;
    let number = imports::find_number(conn, user, import).map_err(missing("import"))?;
    let mut touched = derive::Touched::default();
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

#[cfg(test)]
mod tests;
