//! Deriving days anew from the events: after a late event and a change of the calendar, when a device changes hands,
//! and as they are seen from another zone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::analytics::DayRow;
use domain::days::{Calendar, FIRST, LAST, plus};
use domain::events::attention::{self, Heard};
use domain::events::days::{BrowserDay, Counting, Kept, Packed};
use domain::ids::{DeviceId, UserId};
use persistence::Conn;
use persistence::events::{Browser, days, list, months};

use crate::Result;

type Days = BTreeMap<NaiveDate, BrowserDay>;

/// Counts the days that late events of a browser touch anew: from that of the event before them, whose time they cut
/// short, to the first that ends as it did. The caller holds the browser's lock, and has stored the events.
pub(super) fn late(conn: &mut Conn, browser: Browser, calendar: &Calendar, late: &[Heard<'_>]) -> Result<()> {
    let date = |event: &Heard<'_>| {
        calendar.date_at(DateTime::from_timestamp_millis(event.place.at_ms).unwrap_or_default())
    };
    let new: BTreeSet<NaiveDate> = late.iter().map(date).collect();
    let (Some(earliest), Some(latest)) = (new.first().copied(), new.last().copied()) else { return Ok(()) };
    let first = days::find_before(conn, browser, earliest)?.unwrap_or(earliest);
    let known = match days::find_before(conn, browser, first)? {
        Some(before) => days::find_end(conn, browser, before)?,
        None => None,
    };
    let mut counting = Counting::new(calendar, known.unwrap_or_default());
    let mut dates = new;
    dates.extend(days::list_dates(conn, browser, first)?);
    let (mut before, mut next) = (None, None);
    for date in dates {
        let is_settled = match before.filter(|before| *before >= latest) {
            Some(before) => days::find_end(conn, browser, before)?.as_ref() == Some(counting.browser()),
            None => false,
        };
        // The first event of a day says what time the day before it has: one day more is heard than is changed.
        let (from, to) = (calendar.start(date), calendar.day(date).to);
        list::each(conn, browser.0, Some(browser.1), from, to, |_, event| counting.count(event))?;
        if is_settled {
            next = Some(date);
            break;
        }
        before = Some(date);
    }
    let mut counted = counting.finish();
    counted.retain(|date, _| first <= *date && next.is_none_or(|next| *date < next));
    days::delete(conn, browser, first, next)?;
    save(conn, browser.0, [(browser.1, counted)], (first, next.map_or(LAST, |next| plus(next, -1))))
}

/// Counts the account's days anew from the first that the calendars cut differently. The caller holds the locks of the
/// account and its devices.
pub(crate) fn anew(conn: &mut Conn, user: UserId, old: &Calendar, new: &Calendar) -> Result<()> {
    let Some(changed) = new.differs_from(old) else { return Ok(()) };
    // The day before may have become longer or shorter.
    let first = plus(new.date_at(changed).min(old.date_at(changed)), -1);
    let known = days::list_ends(conn, user, first)?;
    days::delete_from(conn, user, first)?;
    let mut counted = count(conn, user, None, new, known, (new.start(first), DateTime::<Utc>::MAX_UTC))?;
    counted.values_mut().for_each(|days| days.retain(|date, _| *date >= first));
    save(conn, user, counted, (first, LAST))
}

/// Counts all days of an account's browsers, or of one that has just come to it. The caller holds their locks.
pub(crate) fn anew_all(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    calendar: &Calendar,
) -> Result<()> {
    let counted = all(conn, user, device, calendar)?;
    save(conn, user, counted, (FIRST, LAST))
}

/// What all events of the account add up to, of one browser or of each.
pub(crate) fn all(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    calendar: &Calendar,
) -> Result<HashMap<DeviceId, Days>> {
    let ever = (DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC);
    count(conn, user, device, calendar, vec![], ever)
}

/// The days `first..=last` as they are by `seen`, which is not the account's `calendar`.
pub(crate) fn elsewhere(
    conn: &mut Conn,
    user: UserId,
    calendar: &Calendar,
    seen: &Calendar,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<DayRow>> {
    // What is known of browsers is kept by days of the account.
    let begin = calendar.date_at(seen.start(first));
    let known = days::list_ends(conn, user, begin)?;
    let counted = count(conn, user, None, seen, known, (calendar.start(begin), seen.day(last).to))?;
    let days = counted.into_values().flatten().filter(|(date, _)| (first..=last).contains(date));
    Ok(days.map(|(date, day)| DayRow { date, day: Packed::from(&day) }).collect())
}

/// What the events in `from <= t < to` add up to, by browser, where so much is known of the browsers before them.
fn count(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    calendar: &Calendar,
    known: Vec<(DeviceId, attention::Browser)>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<HashMap<DeviceId, Days>> {
    let mut browsers: HashMap<DeviceId, Counting<'_>> =
        known.into_iter().map(|(device, browser)| (device, Counting::new(calendar, browser))).collect();
    list::each(conn, user, device, from, to, |device, event| {
        let browser = browsers.entry(device);
        browser.or_insert_with(|| Counting::new(calendar, attention::Browser::default())).count(event);
    })?;
    Ok(browsers.into_iter().map(|(device, counting)| (device, counting.finish())).collect())
}

/// Keeps what browsers' days `first..=last` add up to: all that they have on them.
fn save(
    conn: &mut Conn,
    user: UserId,
    counted: impl IntoIterator<Item = (DeviceId, Days)>,
    dates: (NaiveDate, NaiveDate),
) -> Result<()> {
    let mut devices = vec![];
    let mut all = vec![];
    for (device, days) in counted {
        devices.push(device);
        all.extend(days.into_iter().map(|(date, day)| ((user, device, date), Kept::from(&day))));
    }
    days::upsert(conn, &all)?;
    devices.into_iter().try_for_each(|device| Ok(months::settle(conn, (user, device), dates)?))
}
