//! The way in: batches of any number of browsers become rows, days and receipts in one transaction.
//!
//! 1. The rows of devices, and then those of accounts whose people report themselves, are locked, in one order. From
//!    here on nobody else writes their events.
//! 2. What the accounts let be kept when they are locked holds for these batches.
//! 3. Each event is new or known: where they are few, the database says so when they are put in; where they are many,
//!    it is looked for what is there, and new ones go in by COPY.
//! 4. Those that come after all others of their browser go on from what is known of it; where one comes late, the days
//!    it touches are derived anew.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::days::month_start;
use domain::events::NO_DEVICE;
use domain::events::attention::{self, Heard};
use domain::events::batch::{Batch, Keep, Receipt};
use domain::events::days::{Counting, Kept};
use domain::ids::UserId;
use persistence::accounts::Terms;
use persistence::devices::writers::{self, Writer};
use persistence::events::days::{self, DayKey};
use persistence::events::{self, Browser, Key, Owned, months};
use persistence::{Conn, FEW, accounts};

use super::derive;
use crate::accounts::Calendars;
use crate::app::Actor;
use crate::{Error, Result};

/// Writes `uploads`; an outcome for each, in their order. System's scope: they may be of many accounts.
///
/// # Errors
/// `Unavailable`; then nothing is kept.
pub(super) fn write(
    conn: &mut Conn,
    calendars: &Calendars,
    uploads: &[(Actor, Batch)],
    now: DateTime<Utc>,
) -> Result<Vec<Result<Receipt>>> {
    let versions = lock(conn, uploads, now)?;
    let wanted = uploads.iter().zip(&versions);
    let wanted = wanted.filter_map(|((actor, _), version)| Some((actor.user, (*version)?))).collect();
    let terms = calendars.at(conn, &wanted)?;
    let keep = |((actor, _), version): (&(Actor, Batch), Option<i32>)| -> Option<Keep> {
        version.and_then(|_| terms.get(&actor.user)).map(|terms| terms.keep)
    };
    let keeps: Vec<Option<Keep>> = uploads.iter().zip(versions).map(keep).collect();
    let mut coming: Vec<(usize, Owned<'_>)> = Vec::new();
    let mut sequence = now.timestamp_micros();
    for (place, ((actor, batch), keep)) in uploads.iter().zip(&keeps).enumerate() {
        let Some(keep) = *keep else { continue };
        for event in batch.kept(keep) {
            let url = event.page.as_ref().map(|page| page.address(keep.queries));
            coming.push((place, Owned { browser: browser(actor), event, sequence, url }));
            sequence += 1;
        }
    }
    // All writers put events in in one order, so that none of two browsers that report the same waits for the other.
    coming.sort_by_key(|(_, owned)| owned.key());
    let is_new = store(conn, &coming)?;

    let mut synced = vec![0; uploads.len()];
    let mut is_new = is_new.into_iter();
    coming.retain(|_| is_new.next() == Some(true));
    let mut new: HashMap<Browser, Vec<Owned<'_>>> = HashMap::new();
    for run in coming.chunk_by(|(_, a), (_, b)| a.browser == b.browser) {
        let Some((_, first)) = run.first() else { continue };
        new.entry(first.browser).or_default().extend(run.iter().map(|(_, owned)| owned));
    }
    for (place, _) in coming {
        if let Some(count) = synced.get_mut(place) {
            *count += 1;
        }
    }
    if !new.is_empty() {
        add(conn, new, &terms)?;
    }

    let receipts = uploads.iter().zip(keeps).zip(synced).map(|(((_, batch), keep), synced)| {
        let keep = keep.ok_or(Error::Unauthenticated("TOKEN_REVOKED"))?;
        let duplicates = batch.duplicates + batch.kept(keep).count() - synced;
        Ok(Receipt { synced, duplicates, rejected: batch.refused(keep) })
    });
    Ok(receipts.collect())
}

pub(super) fn browser(actor: &Actor) -> Browser {
    (actor.user, actor.device.unwrap_or(NO_DEVICE))
}

/// Locks who writes. Gives for each upload the version of its account's calendar; none where it may not be written.
fn lock(conn: &mut Conn, uploads: &[(Actor, Batch)], now: DateTime<Utc>) -> Result<Vec<Option<i32>>> {
    let of_device = |actor: &Actor| {
        let Actor { user, device, family } = *actor;
        device.map(|device| Writer { user, device, family })
    };
    let actors = || uploads.iter().map(|(actor, _)| actor);
    let devices: HashSet<Writer> = actors().filter_map(of_device).collect();
    let people: HashSet<accounts::Writer> =
        actors().filter(|actor| actor.device.is_none()).map(|actor| (actor.user, actor.family)).collect();
    let devices: Vec<Writer> = devices.into_iter().collect();
    let devices = if devices.is_empty() { HashMap::new() } else { writers::lock(conn, &devices, now)? };
    let people: Vec<accounts::Writer> = people.into_iter().collect();
    let people = if people.is_empty() { HashMap::new() } else { accounts::lock_writers(conn, &people)? };
    let version = |actor: &Actor| match of_device(actor) {
        Some(device) => devices.get(&device).copied(),
        None => people.get(&(actor.user, actor.family)).copied(),
    };
    Ok(actors().map(version).collect())
}

/// Puts in what is new of events, which come in the order of their keys; says of each whether it was. Of the same event
/// twice the first is.
fn store(conn: &mut Conn, coming: &[(usize, Owned<'_>)]) -> Result<Vec<bool>> {
    let all: Vec<Owned<'_>> = coming.iter().map(|(_, owned)| *owned).collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    if all.len() <= FEW {
        let mut new = events::insert_new(conn, &all)?;
        return Ok(all.iter().map(|owned| new.remove(&owned.key())).collect());
    }
    // What comes twice stands side by side: they are in the order of their keys.
    let (known, mut last) = (known(conn, &all)?, None);
    let is_new: Vec<bool> = all
        .iter()
        .map(|owned| {
            let key = owned.key();
            last.replace(key) != Some(key) && !known.contains(&key)
        })
        .collect();
    let new = all.iter().zip(&is_new).filter(|(_, is_new)| **is_new);
    events::insert(conn, &new.map(|(owned, _)| *owned).collect::<Vec<_>>())?;
    Ok(is_new)
}

/// Those of `events` that are there; they come in the order of their keys. Mostly none is: nothing is there in the time
/// they are of.
fn known(conn: &mut Conn, events: &[Owned<'_>]) -> Result<HashSet<Key>> {
    let span = |of_one: &[Owned<'_>]| {
        let ((user, first, _), (_, last, _)) = (of_one.first()?.key(), of_one.last()?.key());
        Some((user, first, last))
    };
    let spans: Vec<_> = events.chunk_by(|a, b| a.browser.0 == b.browser.0).filter_map(span).collect();
    let busy = events::list_busy(conn, &spans)?;
    let keys: Vec<Key> = events.iter().map(Owned::key).filter(|(user, ..)| busy.contains(user)).collect();
    Ok(if keys.is_empty() { HashSet::new() } else { events::list_known(conn, &keys)? })
}

fn damaged() -> Error {
    persistence::Error::Damaged("browser_days").into()
}

/// Adds what new events count to the days of their browsers.
fn add(conn: &mut Conn, new: HashMap<Browser, Vec<Owned<'_>>>, terms: &HashMap<UserId, Terms>) -> Result<()> {
    let browsers: Vec<Browser> = new.keys().copied().collect();
    let mut latest: HashMap<Browser, (DayKey, Kept)> = days::list_latest(conn, &browsers)?
        .into_iter()
        .map(|(key, day)| ((key.0, key.1), (key, day)))
        .collect();
    let mut days: BTreeMap<DayKey, Kept> = BTreeMap::new();
    // Where a month has begun that is not that of what was known.
    let mut over = vec![];
    for (browser, events) in new {
        let terms = terms.get(&browser.0).ok_or(Error::Internal("an account without a calendar".into()))?;
        let calendar = &terms.calendar;
        let mut heard: Vec<Heard<'_>> =
            events.iter().map(|owned| owned.event.heard(owned.sequence)).collect();
        heard.sort_by_key(|event| event.place);
        let last_day = latest.remove(&browser);
        let known = last_day.as_ref().and_then(|(_, day)| day.end.as_deref());
        let known = known.map_or_else(|| Some(attention::Browser::default()), attention::Browser::decode);
        let known = known.ok_or_else(damaged)?;
        if known.last() >= heard.first().map(|event| event.place) {
            derive::late(conn, browser, calendar, &heard)?;
            continue;
        }
        let mut counting = Counting::new(calendar, known);
        heard.iter().for_each(|event| counting.count(event));
        let mut more = counting.finish();
        let dates = || last_day.iter().map(|(key, _)| key.2).chain(more.keys().copied());
        if let (Some(first), Some(last)) = (dates().min(), dates().max())
            && month_start(first) < month_start(last)
        {
            over.push((browser, (first, last)));
        }
        if let Some((key, day)) = last_day
            && let Some(more) = more.remove(&key.2)
        {
            days.insert(key, day.with(&more).ok_or_else(damaged)?);
        }
        days.extend(more.into_iter().map(|(date, day)| ((browser.0, browser.1, date), Kept::from(&day))));
    }
    days::upsert(conn, &days.into_iter().collect::<Vec<_>>())?;
    over.into_iter().try_for_each(|(browser, dates)| Ok(months::settle(conn, browser, dates)?))
}
