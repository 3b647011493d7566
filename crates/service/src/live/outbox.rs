//! What waits to be told to other processes. However often the same happens meanwhile, it waits once.

use std::collections::{HashMap, HashSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::live::{Event, Kind};
use uuid::Uuid;

use super::message::Part;

/// Events that may wait. Past that, others are told that anything may have happened.
const MOST_WAITING: usize = 20_000;

/// Waits for the courier.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    work: Work,
    closed: bool,
    /// The courier waits for anything at all.
    asleep: bool,
}

/// What there is for the courier to do.
#[derive(Default)]
pub(super) struct Work {
    events: HashMap<(UserId, Kind, Uuid), DateTime<Utc>>,
    /// Accounts of which others are told that access was taken back.
    access: HashSet<UserId>,
    /// Accounts whose readers here are asked for their access.
    pub checks: HashSet<UserId>,
    everything: bool,
}

/// What the courier does next.
pub(super) enum Next {
    /// This.
    Work(Work),
    /// It is time to look around.
    Tick,
    /// This is the last.
    End(Work),
}

impl Outbox {
    /// Has others told of `events`.
    pub fn put(&self, user: UserId, events: &[Event]) {
        let mut waiting = self.lock();
        for Event { kind, id, at } in events {
            waiting.work.add((user, *kind, *id), *at);
        }
        // While it waits for a moment to pass, what comes is for that moment.
        if std::mem::take(&mut waiting.asleep) {
            self.arrived.notify_one();
        }
    }

    /// Has others told that access was taken back, and readers here looked at.
    pub fn put_access(&self, user: UserId) {
        let mut waiting = self.lock();
        waiting.work.access.insert(user);
        waiting.work.checks.insert(user);
        self.arrived.notify_one();
    }

    /// Has readers here looked at.
    pub fn put_checks(&self, users: impl IntoIterator<Item = UserId>) {
        self.lock().work.checks.extend(users);
        self.arrived.notify_one();
    }

    /// Puts back what could not be done.
    pub fn put_back(&self, work: Work) {
        let mut waiting = self.lock();
        waiting.work.everything |= work.everything;
        waiting.work.access.extend(work.access);
        waiting.work.checks.extend(work.checks);
        for (key, at) in work.events {
            waiting.work.add(key, at);
        }
    }

    pub fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    /// Waits until `until`; true when the program ends before it.
    pub fn ends_before(&self, until: Instant) -> bool {
        let waiting = self.lock();
        let rest = until.saturating_duration_since(Instant::now());
        let waited = self.arrived.wait_timeout_while(waiting, rest, |waiting| !waiting.closed);
        waited.unwrap_or_else(PoisonError::into_inner).0.closed
    }

    /// Waits for something to do: events until `turn`, what is urgent no longer than it takes; nothing until `tick`.
    pub fn next(&self, turn: Instant, tick: Instant) -> Next {
        let mut waiting = self.lock();
        loop {
            let now = Instant::now();
            if waiting.closed {
                return Next::End(std::mem::take(&mut waiting.work));
            }
            let work = &waiting.work;
            let urgent = !work.access.is_empty() || !work.checks.is_empty();
            let some = work.everything || !work.events.is_empty();
            if urgent || (some && now >= turn) {
                // Room for as many again, so that who announces need not make it.
                let events = HashMap::with_capacity(waiting.work.events.len());
                let next = Work { events, ..Work::default() };
                return Next::Work(std::mem::replace(&mut waiting.work, next));
            }
            if now >= tick {
                return Next::Tick;
            }
            waiting.asleep = !some;
            let until = if some { turn.min(tick) } else { tick };
            waiting = self
                .arrived
                .wait_timeout(waiting, until.saturating_duration_since(now))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            waiting.asleep = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn add(&mut self, key: (UserId, Kind, Uuid), at: DateTime<Utc>) {
        if self.everything {
            return;
        }
        let last = self.events.entry(key).or_insert(at);
        *last = at.max(*last);
        if self.events.len() > MOST_WAITING {
            self.everything = true;
            self.events = HashMap::new();
        }
    }

    /// What others are told.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let everything = self.everything.then_some(Part::Everything);
        let access = self.access.iter().map(|user| Part::Access(*user));
        let events = self
            .events
            .iter()
            .map(|((user, kind, id), at)| Part::Event(*user, Event { kind: *kind, id: *id, at: *at }));
        everything.into_iter().chain(access).chain(events)
    }
}
