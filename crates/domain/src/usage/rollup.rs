//! What sessions add up to, per device and local day.

use std::collections::BTreeMap;

use super::*;
use crate::days::Calendar;
use crate::days::cuts::Cuts;
use crate::usage::apps::Apps;
use crate::usage::coverage::Coverage;

/// Time and sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Milliseconds, every session for itself.
    pub duration_ms: i64,
    /// Sessions that touch the day.
    pub session_count: i64,
    /// Sessions that start on the day. Over all days it is the number of sessions; over some days that follow
    /// each other, the sessions that touch them are those that touch the first and those that start later.
    pub started_count: i64,
}

impl Tally {
    /// Adds `other`.
    pub fn add(&mut self, other: Tally) {
        self.duration_ms += other.duration_ms;
        self.session_count += other.session_count;
        self.started_count += other.started_count;
    }
}

/// What one device did on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceDay {
    /// Of all its apps.
    pub total: Tally,
    /// Milliseconds by what the wall clock showed, 0 to 23. They add up to `total.duration_ms`.
    pub hours_ms: [i64; 24],
    /// Which moments were used.
    pub coverage: Coverage,
    /// Each of its apps. They add up to `total`.
    pub apps: Apps,
}

impl DeviceDay {
    /// Adds what `other` holds.
    pub fn add(&mut self, other: &DeviceDay) {
        self.total.add(other.total);
        for (hour, more) in self.hours_ms.iter_mut().zip(other.hours_ms) {
            *hour += more;
        }
        self.coverage.unite(&other.coverage);
        self.apps.add_all(&other.apps);
    }
}

/// What a session was before: where it ended, or that it was not there.
pub type Before = Option<DateTime<Utc>>;

/// What sessions add to the days of one device.
#[derive(Debug)]
pub struct Rollup<'a> {
    cuts: Cuts<'a>,
    /// By day.
    pub days: BTreeMap<NaiveDate, DeviceDay>,
}

impl<'a> Rollup<'a> {
    /// An empty one, by the days of `calendar`.
    #[must_use]
    pub fn new(calendar: &'a Calendar) -> Rollup<'a> {
        Rollup { cuts: Cuts::new(calendar), days: BTreeMap::new() }
    }

    /// Counts `session`, of which what ended `before` has been counted already.
    pub fn count(&mut self, session: &Session, before: Before) {
        let Key { started_at, kind, app } = &session.key;
        let (started_ms, ended_ms) = (ms(*started_at), ms(session.ended_at));
        let counted_to = before.map_or(started_ms, ms);
        // A session that grows has touched the day it had reached; it touches only those after it anew.
        let mut counted = before.is_some();
        let mut at = if counted_to > started_ms { counted_to - 1 } else { started_ms };
        loop {
            let day = self.cuts.at(at);
            let (from, to) = (counted_to.max(day.from_ms), ended_ms.min(day.to_ms));
            let tally = Tally {
                duration_ms: (to - from).max(0),
                session_count: i64::from(!counted),
                started_count: i64::from(before.is_none() && at == started_ms),
            };
            if tally != Tally::default() {
                let sums = self.days.entry(day.date).or_default();
                sums.total.add(tally);
                day.spend(from, to, &mut sums.hours_ms, &mut sums.coverage);
                sums.apps.add(*kind, app, tally);
            }
            if ended_ms <= day.to_ms {
                return;
            }
            at = day.to_ms;
            counted = false;
        }
    }
}

#[cfg(test)]
mod tests;
