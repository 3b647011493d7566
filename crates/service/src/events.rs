//! Events of browsers: batches come in, lists and what their domains add up to go out.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::analytics::Period;
use domain::days::{Calendar, LAST, plus};
use domain::events::batch::{Batch, Receipt};
use domain::events::days::{decode_hosts, decode_types};
use domain::events::list::{Domains, DomainsFilter, Events, EventsCount, EventsFilter, Listed};
use domain::ids::UserId;
use domain::live::{Event, Kind};
use domain::pages::Page;
use persistence::Conn;
use persistence::events::days;
use persistence::events::list::{self, Cursor};
use uuid::Uuid;

use crate::accounts::{Calendars, with_calendar};
use crate::app::{Actor, App, Context};
use crate::live::Live;
use crate::queue::{self, Upload};
use crate::{Result, pages};

pub(crate) mod derive;
mod ingest;
pub mod spans;

/// Takes a batch in, together with others that wait at the same time. Durable when it is ready.
///
/// # Errors
/// `Unauthenticated`; `Unavailable` when too much waits.
pub async fn submit(app: &App, actor: Actor, batch: Batch) -> Result<Receipt> {
    app.events().submit((actor, batch)).await.inspect(|receipt| app.tally().count(&receipt.into()))
}

/// The same, on a thread that may block. What is late takes long: it has a transaction of its own, and others do not wait
/// for it.
///
/// # Errors
/// As [`submit`].
pub fn sync(app: &App, actor: Actor, batch: Batch) -> Result<Receipt> {
    if batch.follows(app.now()) || follows(&mut app.context()?, &actor, &batch)? {
        return app
            .events()
            .submit_and_wait((actor, batch))
            .inspect(|receipt| app.tally().count(&receipt.into()));
    }
    queue::alone(&mut app.context()?, (actor, batch))
}

/// Whether a batch goes on from what is known of its browser, to the day.
fn follows(cx: &mut Context, actor: &Actor, batch: &Batch) -> Result<bool> {
    let last = cx.tenant(actor, |conn| Ok(days::find_before(conn, ingest::browser(actor), LAST)?))?;
    Ok(last.is_none_or(|last| batch.follows(last.and_time(NaiveTime::MIN).and_utc())))
}

impl Upload for (Actor, Batch) {
    type Receipt = Receipt;

    fn rows(&self) -> usize {
        self.1.events.len()
    }

    fn write(
        conn: &mut Conn,
        calendars: &Calendars,
        uploads: &[Self],
        now: DateTime<Utc>,
    ) -> Result<Vec<Result<Receipt>>> {
        ingest::write(conn, calendars, uploads, now)
    }

    fn announce(&self, live: &Live, receipt: &Receipt, now: DateTime<Utc>) {
        if receipt.synced > 0 {
            let id = self.0.device.map_or(Uuid::from(self.0.user), Uuid::from);
            live.announce(self.0.user, Event::new(Kind::EventsSynced, id, now));
        }
    }
}

/// Events, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, filter: &EventsFilter, page: &Page) -> Result<Events> {
    filter.check()?;
    let after = pages::begin(page, pages::read_place)?;
    with_calendar(cx, actor, |conn, calendar, _| {
        let selection = Selection::of(conn, actor.user, calendar, filter)?;
        let total = selection.count(conn)?;
        let load = |limit| selection.load(conn, after, limit);
        let (events, next_cursor) = pages::take(page, load, |((at, id), _)| pages::place(*at, *id))?;
        Ok(Events { events: events.into_iter().map(|(_, event)| event).collect(), total, next_cursor })
    })
}

/// How many events there are.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn count(cx: &mut Context, actor: &Actor, filter: &EventsFilter) -> Result<EventsCount> {
    filter.check()?;
    with_calendar(cx, actor, |conn, calendar, _| {
        let count = Selection::of(conn, actor.user, calendar, filter)?.count(conn)?;
        Ok(EventsCount { count })
    })
}

/// What domains add up to.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn domains(cx: &mut Context, actor: &Actor, filter: &DomainsFilter) -> Result<Domains> {
    with_calendar(cx, actor, |conn, calendar, now| {
        let period = Period::ending(calendar.date_at(now), filter.days);
        let rows = days::list(conn, actor.user, period.first, period.last)?;
        let days: Vec<_> = rows.into_iter().map(|row| row.day).collect();
        Ok(Domains::new(&days, filter.limit.unwrap_or(100)))
    })
}

/// Events that are read at a time, at the least, where it is not known how many of them are wanted.
const STRETCH: i64 = 2000;

/// Events that a filter selects: on which days they are is known before one of them is read.
struct Selection<'a> {
    user: UserId,
    calendar: &'a Calendar,
    what: Option<String>,
    /// Of pages of these hosts.
    hosts: Option<Vec<String>>,
    /// The last day first; how many events each has, at the most where both a type and a domain are asked for.
    days: Vec<(NaiveDate, i64)>,
}

impl<'a> Selection<'a> {
    fn of(
        conn: &mut Conn,
        user: UserId,
        calendar: &'a Calendar,
        filter: &EventsFilter,
    ) -> Result<Selection<'a>> {
        let (of_type, of_domain) = (filter.what.as_deref(), filter.domain.is_some());
        let rows = days::list_contents(conn, user, filter.dates(), of_type.is_some(), of_domain)?;
        let mut hosts: HashSet<&str> = HashSet::new();
        let mut others: HashSet<&str> = HashSet::new();
        let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for row in &rows {
            let mut events = row.day.events;
            if let Some(what) = of_type {
                let found = decode_types(&row.day.types).find(|(name, _)| *name == what);
                events = events.min(found.map_or(0, |(_, events)| events));
            }
            if of_domain {
                let mut of_hosts = 0;
                for (host, tally) in decode_hosts(&row.day.hosts).filter(|(_, tally)| tally.events > 0) {
                    if hosts.contains(host) || !others.contains(host) && filter.wants(host) {
                        hosts.insert(host);
                        of_hosts += tally.events;
                    } else {
                        others.insert(host);
                    }
                }
                events = events.min(of_hosts);
            }
            *days.entry(row.date).or_default() += events;
        }
        Ok(Selection {
            user,
            calendar,
            what: filter.what.clone(),
            hosts: of_domain.then(|| hosts.into_iter().map(ToOwned::to_owned).collect()),
            days: days.into_iter().rev().filter(|(_, events)| *events > 0).collect(),
        })
    }

    /// Whether the days say exactly how many events there are.
    fn is_exact(&self) -> bool {
        self.what.is_none() || self.hosts.is_none()
    }

    fn count(&self, conn: &mut Conn) -> Result<i64> {
        if self.is_exact() {
            return Ok(self.days.iter().map(|(_, events)| events).sum());
        }
        let mut count = 0;
        let mut days = self.days.as_slice();
        while let Some((filter, rest)) = self.stretch(days, i64::MAX) {
            count += list::count(conn, self.user, &filter)?;
            days = rest;
        }
        Ok(count)
    }

    /// Up to `limit` events that stand behind `after`.
    fn load(
        &self,
        conn: &mut Conn,
        after: Option<Cursor>,
        limit: i64,
    ) -> persistence::Result<Vec<(Cursor, Listed)>> {
        let date = after.map(|(at, _)| self.calendar.date_at(at));
        let begun = self.days.iter().position(|(day, _)| date.is_none_or(|date| *day <= date));
        let mut days = begun.and_then(|begun| self.days.get(begun..)).unwrap_or_default();
        let mut found: Vec<(Cursor, Listed)> = vec![];
        let missing = |found: &[_]| limit - i64::try_from(found.len()).unwrap_or(limit);
        while missing(&found) > 0 {
            let least = if self.is_exact() { missing(&found) } else { STRETCH };
            let Some((filter, rest)) = self.stretch(days, least) else { break };
            found.extend(list::list(conn, self.user, &filter, after, missing(&found))?);
            days = rest;
        }
        Ok(found)
    }

    /// The first of `days` that follow each other, until they may have `least` events; and the days after them.
    fn stretch<'d>(
        &self,
        days: &'d [(NaiveDate, i64)],
        least: i64,
    ) -> Option<(list::Filter, &'d [(NaiveDate, i64)])> {
        let (newest, _) = *days.first()?;
        let (mut oldest, mut events, mut used) = (newest, 0, 0);
        for (date, more) in days {
            if events >= least || *date < plus(oldest, -1) {
                break;
            }
            (oldest, events, used) = (*date, events + more, used + 1);
        }
        let filter = list::Filter {
            from: self.calendar.start(oldest),
            to: self.calendar.day(newest).to,
            what: self.what.clone(),
            hosts: self.hosts.clone(),
        };
        Some((filter, days.get(used..).unwrap_or_default()))
    }
}
