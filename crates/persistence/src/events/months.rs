//! What hosts have in months of a browser, so that a year is read by months. Only months that are over have a row: the
//! browser has days of a later one, so that what it reports in order changes days alone.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date};
use domain::days::{month_start, next_month, plus};
use domain::events::days::sum_hosts;

use super::*;
use crate::schema::browser_months;

statement! {
    Over {
        user: Uuid => Id,
        device: Uuid => Id,
        first: NaiveDate => Date,
        next: NaiveDate => Date,
        of: Uuid => Id,
        by: Uuid => Id,
    } -> (Date, Bytea) {
        "SELECT day, hosts FROM browser_days WHERE user_id = ? AND device_id = ? AND day >= ? AND day < ? \
           AND day < (SELECT date_trunc('month', max(day)::timestamp) FROM browser_days WHERE user_id = ? AND device_id = ?)"
    }
}

statement! {
    Replace {
        user: Uuid => Id,
        device: Uuid => Id,
        first: NaiveDate => Date,
        next: NaiveDate => Date,
        kept: [NaiveDate] => Array<Date>,
        of: Uuid => Id,
        by: Uuid => Id,
        months: [NaiveDate] => Array<Date>,
        hosts: [Vec<u8>] => Array<Bytea>,
    } -> () {
        "WITH gone AS (DELETE FROM browser_months \
                       WHERE user_id = ? AND device_id = ? AND month >= ? AND month < ? AND month <> ALL(?)) \
         INSERT INTO browser_months (user_id, device_id, month, hosts) \
         SELECT ?::uuid, ?::uuid, r.* FROM unnest(?::date[], ?::bytea[]) AS r \
         ON CONFLICT (user_id, month, device_id) DO UPDATE SET hosts = EXCLUDED.hosts"
    }
}

/// Sums up anew the months that hold the dates `first..=last` of a browser, those of them that are over.
///
/// # Errors
/// `Unavailable`.
pub fn settle(conn: &mut Conn, (user, device): Browser, (first, last): (NaiveDate, NaiveDate)) -> Result<()> {
    let first = month_start(first);
    let next = next_month(last);
    let (user, device) = (&user.0, &device.0);
    let over = Over { user, device, first: &first, next: &next, of: user, by: device };
    let (months, hosts): (Vec<_>, Vec<_>) = by_month(over.load(conn)?).into_iter().unzip();
    Replace {
        user,
        device,
        first: &first,
        next: &next,
        kept: &months,
        of: user,
        by: device,
        months: &months,
        hosts: &hosts,
    }
    .execute(conn)?;
    Ok(())
}

fn by_month(days: Vec<(NaiveDate, Vec<u8>)>) -> BTreeMap<NaiveDate, Vec<u8>> {
    let mut months: BTreeMap<NaiveDate, Vec<Vec<u8>>> = BTreeMap::new();
    for (day, hosts) in days {
        months.entry(month_start(day)).or_default().push(hosts);
    }
    months.into_iter().map(|(month, days)| (month, sum_hosts(days.iter().map(Vec::as_slice)))).collect()
}

/// What hosts have in the months of the account's browsers that lie wholly on `first..=last` and have a row.
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, user: UserId, first: NaiveDate, last: NaiveDate) -> Result<Vec<Vec<u8>>> {
    let (first, next) = whole(first, last);
    let months = browser_months::table.filter(browser_months::user_id.eq(user.0));
    let months = months.filter(browser_months::month.ge(first)).filter(browser_months::month.lt(next));
    Ok(months.select(browser_months::hosts).load(conn)?)
}

/// The first month that lies wholly on `first..=last`, and the first after those that do.
pub(super) fn whole(first: NaiveDate, last: NaiveDate) -> (NaiveDate, NaiveDate) {
    let begin = if month_start(first) == first { first } else { next_month(first) };
    (begin, month_start(plus(last, 1)))
}

/// The months of the account's browsers that are not what their days add up to.
///
/// # Errors
/// `Unavailable`.
pub fn list_wrong(conn: &mut Conn, user: UserId) -> Result<Vec<(DeviceId, NaiveDate)>> {
    use crate::schema::browser_days;
    let months = browser_months::table.filter(browser_months::user_id.eq(user.0));
    let months = months.select((browser_months::device_id, browser_months::month, browser_months::hosts));
    let mut wrong = vec![];
    for (device, month, kept) in months.load::<(Uuid, NaiveDate, Vec<u8>)>(conn)? {
        let next = next_month(month);
        let days = browser_days::table
            .filter(browser_days::user_id.eq(user.0))
            .filter(browser_days::device_id.eq(device))
            .filter(browser_days::day.ge(month).and(browser_days::day.lt(next)));
        let days = days.select((browser_days::day, browser_days::hosts)).load(conn)?;
        if by_month(days) != BTreeMap::from([(month, kept)]) {
            wrong.push((DeviceId(device), month));
        }
    }
    Ok(wrong)
}
