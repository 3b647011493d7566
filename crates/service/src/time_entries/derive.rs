//! What is derived of entries: packed dates, which reports are made of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::UserId;
use domain::time_entries::spans::{Spans, date_of};
use persistence::Conn;
use persistence::time_entries::{self as rows, Filter, days};

use super::running;
use crate::Result;

/// Packs anew the dates of entries that began then.
pub(crate) fn dates(conn: &mut Conn, user: UserId, starts: &[DateTime<Utc>]) -> Result<()> {
    let dates: Vec<NaiveDate> =
        starts.iter().map(|at| date_of(*at)).collect::<BTreeSet<_>>().into_iter().collect();
    for some in dates.chunks(DATES) {
        days::derive(conn, user, &some.iter().copied().collect())?;
    }
    Ok(())
}

/// Dates that are packed at a time.
const DATES: usize = 500;

/// Entries that began on the UTC dates `first..=last`, the running one with them, up to now.
pub(crate) fn spans(
    conn: &mut Conn,
    user: UserId,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Spans> {
    let mut spans = days::list(conn, user, first, last)?;
    if let Some(running) = running(conn, user)? {
        spans.add(&running.span(now));
    }
    Ok(spans)
}

/// Where what is packed is not what entries are, in words.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn verify(conn: &mut Conn, user: UserId) -> Result<Vec<String>> {
    let kept = days::list_packed(conn, user)?;
    let mut dates: BTreeSet<NaiveDate> = kept.keys().copied().collect();
    rows::each(conn, user, &Filter::default(), |entry| -> Result<()> {
        dates.insert(date_of(entry.start_time));
        Ok(())
    })?;
    let mut counted = BTreeMap::new();
    let dates: Vec<NaiveDate> = dates.into_iter().collect();
    for some in dates.chunks(DATES) {
        counted.extend(days::count(conn, user, &some.iter().copied().collect())?);
    }
    let differ = |date: &&NaiveDate| kept.get(*date) != counted.get(*date);
    let words = |date: &NaiveDate| format!("{date}: what is packed of it is not what its entries are");
    Ok(dates.iter().filter(differ).map(words).collect())
}
