//! The way in: batches of any number of devices become rows, rollups and receipts in one transaction.
//!
//! 1. The devices' rows are locked, in one order. From here on nobody else writes their sessions.
//! 2. Each session is new, grown or a duplicate: where they are few, they are put in with the lock, and the database
//!    says which were there; where they are many, what is there is read first and new ones go in by COPY. Grown ones
//!    get their end.
//! 3. What they add is added to the days.
//!
//! Counting happens after the lock and from what is stored, so that retries, races and other cuts into batches
//! give the same rows and the same days.

use std::borrow::Borrow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::days::Calendar;
use domain::ids::{DeviceId, UserId};
use domain::usage::batch::{Batch, Receipt};
use domain::usage::rollup::{DeviceDay, Rollup};
use domain::usage::{Key, Session};
use persistence::accounts::Terms;
use persistence::devices::writers::{self, Writer};
use persistence::usage::days::DayKey;
use persistence::usage::{self, Added, Known, Owned, Span};
use persistence::{Conn, FEW};

use crate::accounts::Calendars;
use crate::app::Reporter;
use crate::{Error, Result};

/// What a batch became.
pub type Outcome = Result<Receipt>;

/// What becomes of a session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Grown { from: DateTime<Utc> },
    Duplicate,
}

/// Writes `batches`; an outcome for each, in their order. System's scope: they may be of many accounts.
///
/// # Errors
/// `Unavailable`; then nothing is kept.
pub(crate) fn write<B: Borrow<Batch>>(
    conn: &mut Conn,
    calendars: &Calendars,
    batches: &[(Reporter, B)],
    now: DateTime<Utc>,
) -> Result<Vec<Outcome>> {
    let writers: HashSet<Writer> = batches.iter().map(|(reporter, _)| writer(reporter)).collect();
    let writers: Vec<Writer> = writers.into_iter().collect();
    let devices = writers.iter().map(|writer| writer.device).collect::<HashSet<_>>().len();
    let rows: usize = batches.iter().map(|(_, batch)| batch.borrow().sessions.len()).sum();
    let (may, added) = if rows <= FEW {
        let mut coming: Vec<(Writer, &Session)> = Vec::with_capacity(rows);
        for (reporter, batch) in batches {
            coming.extend(batch.borrow().sessions.iter().map(|session| (writer(reporter), session)));
        }
        let (may, added) = usage::lock_and_insert(conn, &writers, &coming, now)?;
        (may, Some(added))
    } else {
        (writers::lock(conn, &writers, now)?, None)
    };
    let taken = |reporter: &Reporter| may.contains_key(&writer(reporter));

    let mut sessions: Vec<Owned<'_>> = Vec::with_capacity(rows);
    for (Reporter { user, device, .. }, batch) in batches.iter().filter(|(reporter, _)| taken(reporter)) {
        let of_batch = batch.borrow().sessions.iter();
        sessions.extend(of_batch.map(|session| Owned { user: *user, device: *device, session }));
    }
    let fates = match added {
        Some(added) => look_for_others(conn, &sessions, &added)?,
        None => add_many(conn, &sessions, devices == batches.len())?,
    };
    if fates.iter().any(|fate| *fate != Fate::Duplicate) {
        let versions = may.iter().map(|(writer, version)| (writer.user, *version)).collect();
        let terms = calendars.at(conn, &versions)?;
        add(conn, count(&sessions, &fates, &terms)?)?;
    }

    let mut fates = fates.into_iter();
    let receipts = batches.iter().map(|(reporter, batch)| {
        if !taken(reporter) {
            return Err(Error::Unauthenticated("TOKEN_REVOKED"));
        }
        let batch = batch.borrow();
        let mut receipt = Receipt {
            accepted: 0,
            updated: 0,
            duplicates: batch.duplicates,
            rejected: batch.rejected.clone(),
            server_time: now,
        };
        for fate in fates.by_ref().take(batch.sessions.len()) {
            match fate {
                Fate::New => receipt.accepted += 1,
                Fate::Grown { .. } => receipt.updated += 1,
                Fate::Duplicate => receipt.duplicates += 1,
            }
        }
        Ok(receipt)
    });
    Ok(receipts.collect())
}

fn writer(reporter: &Reporter) -> Writer {
    Writer { user: reporter.user, device: reporter.device, family: reporter.family }
}

/// Few sessions, of which those were `new` that have been added: what the others are.
fn look_for_others(conn: &mut Conn, sessions: &[Owned<'_>], new: &Added) -> Result<Vec<Fate>> {
    if new.len() == sessions.len() {
        return Ok(vec![Fate::New; sessions.len()]);
    }
    let is_new = |owned: &&Owned<'_>| new.contains(&(owned.device, owned.session.key.clone()));
    let others: Vec<Owned<'_>> = sessions.iter().filter(|owned| !is_new(owned)).copied().collect();
    let known = if others.is_empty() { Vec::new() } else { usage::list_by_keys(conn, &others)? };
    let fates = judge(sessions, &known);
    let grown = sessions.iter().zip(&fates).filter(|(_, fate)| matches!(fate, Fate::Grown { .. }));
    // Where one grows twice, its last end counts.
    let last: BTreeMap<(DeviceId, &Key), Owned<'_>> =
        grown.map(|(owned, _)| ((owned.device, &owned.session.key), *owned)).collect();
    if !last.is_empty() {
        usage::update_ends(conn, &last.into_values().collect::<Vec<_>>())?;
    }
    Ok(fates)
}

/// Many: they are looked for, and what is new goes in by COPY. Usually all is new: a batch a device (`one_each`), and
/// nothing there in the time it covers.
fn add_many(conn: &mut Conn, sessions: &[Owned<'_>], one_each: bool) -> Result<Vec<Fate>> {
    let known = stored(conn, sessions)?;
    if known.is_empty() && one_each {
        usage::insert(conn, sessions)?;
        return Ok(vec![Fate::New; sessions.len()]);
    }
    let fates = judge(sessions, &known);
    store(conn, sessions, &fates)?;
    Ok(fates)
}

/// What each session is, given what is stored and what stands before it.
fn judge(sessions: &[Owned<'_>], known: &[Known]) -> Vec<Fate> {
    let mut ends: HashMap<(DeviceId, &Key), DateTime<Utc>> =
        known.iter().map(|row| ((row.device, &row.key), row.ended_at)).collect();
    let each =
        sessions.iter().map(|Owned { device, session, .. }| match ends.entry((*device, &session.key)) {
            Entry::Vacant(place) => {
                place.insert(session.ended_at);
                Fate::New
            }
            Entry::Occupied(mut place) if *place.get() < session.ended_at => {
                Fate::Grown { from: place.insert(session.ended_at) }
            }
            Entry::Occupied(_) => Fate::Duplicate,
        });
    each.collect()
}

/// Those of `sessions` that are stored, with their ends; some others too. A device mostly appends, so that the
/// span its batch covers is empty and costs one look; where it is crowded, each session is looked up.
fn stored(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<Vec<Known>> {
    let mut spans: HashMap<DeviceId, Span> = HashMap::new();
    for of_device in sessions.chunk_by(|one, other| one.device == other.device) {
        let Some(Owned { user, device, session }) = of_device.first() else { continue };
        let at = session.key.started_at;
        let span = spans.entry(*device).or_insert(Span {
            user: *user,
            device: *device,
            first: at,
            last: at,
            most: 16,
        });
        for Owned { session, .. } in of_device {
            let at = session.key.started_at;
            (span.first, span.last) = (span.first.min(at), span.last.max(at));
            span.most += 2;
        }
    }
    let all: Vec<Span> = spans.values().copied().collect();
    let mut known = usage::list_in_spans(conn, &all)?;
    let mut found: HashMap<DeviceId, i64> = HashMap::new();
    for row in &known {
        *found.entry(row.device).or_default() += 1;
    }
    let crowded: HashSet<DeviceId> = all
        .iter()
        .filter(|span| found.get(&span.device) >= Some(&span.most))
        .map(|span| span.device)
        .collect();
    if !crowded.is_empty() {
        let each: Vec<Owned<'_>> =
            sessions.iter().filter(|owned| crowded.contains(&owned.device)).copied().collect();
        known.extend(usage::list_by_keys(conn, &each)?);
    }
    Ok(known)
}

/// Stores what is new and what has grown. A session that grows twice here, or is new and grows, is stored once,
/// with its last end.
fn store(conn: &mut Conn, sessions: &[Owned<'_>], fates: &[Fate]) -> Result<()> {
    let mut rows: BTreeMap<(DeviceId, &Key), (bool, Owned<'_>)> = BTreeMap::new();
    for (owned, fate) in sessions.iter().zip(fates).filter(|(_, fate)| **fate != Fate::Duplicate) {
        let row = rows.entry((owned.device, &owned.session.key)).or_insert((*fate == Fate::New, *owned));
        row.1 = *owned;
    }
    let (mut new, mut grown) = (Vec::with_capacity(rows.len()), Vec::new());
    for (is_new, owned) in rows.into_values() {
        if is_new { new.push(owned) } else { grown.push(owned) }
    }
    usage::insert(conn, &new)?;
    if !grown.is_empty() {
        usage::update_ends(conn, &grown)?;
    }
    Ok(())
}

/// What the sessions add to the days of their devices.
fn count<'a>(
    sessions: &[Owned<'_>],
    fates: &[Fate],
    terms: &'a HashMap<UserId, Terms>,
) -> Result<HashMap<(UserId, DeviceId), Rollup<'a>>> {
    let mut rollups: HashMap<(UserId, DeviceId), Rollup<'a>> = HashMap::new();
    let mut fates = fates.iter();
    // The sessions of a batch stand together.
    for of_device in sessions.chunk_by(|one, other| one.device == other.device) {
        let Some(Owned { user, device, .. }) = of_device.first() else { continue };
        let terms = terms.get(user).ok_or(Error::Internal("an account without a calendar".into()))?;
        let rollup = rollups.entry((*user, *device)).or_insert_with(|| Rollup::new(&terms.calendar));
        for (owned, fate) in of_device.iter().zip(fates.by_ref()) {
            match fate {
                Fate::Duplicate => {}
                Fate::New => rollup.count(owned.session, None),
                Fate::Grown { from } => rollup.count(owned.session, Some(*from)),
            }
        }
    }
    Ok(rollups)
}

/// Adds rollups to the days that are kept.
pub(crate) fn add(conn: &mut Conn, rollups: HashMap<(UserId, DeviceId), Rollup<'_>>) -> Result<()> {
    let mut days: BTreeMap<DayKey, DeviceDay> = BTreeMap::new();
    for ((user, device), rollup) in rollups {
        days.extend(rollup.days.into_iter().map(|(date, day)| ((user, device, date), day)));
    }
    let keys: Vec<DayKey> = days.keys().copied().collect();
    for (key, kept) in usage::days::list(conn, &keys)? {
        if let Some(day) = days.get_mut(&key) {
            day.add(&kept);
        }
    }
    Ok(usage::days::upsert(conn, &days.into_iter().collect::<Vec<_>>())?)
}

/// Counts a session that is stored already.
pub(crate) fn recount<'a>(
    rollups: &mut HashMap<(UserId, DeviceId), Rollup<'a>>,
    calendar: &'a Calendar,
    user: UserId,
    device: DeviceId,
    session: &Session,
) {
    rollups.entry((user, device)).or_insert_with(|| Rollup::new(calendar)).count(session, None);
}
