//! Who looks on in this process.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::Thread;
use std::time::{Duration, Instant};

use domain::ids::UserId;
use domain::live::Event;
use tokio::sync::Notify;

use super::Figures;
use super::reader::Reader;
use crate::app::Actor;
use crate::{Error, Result};

/// Readers of one account. One more, and the oldest goes: whoever comes is somebody who looks, and the oldest may be
/// what a network that broke off has left behind; refusing would shut people out by their own ghosts.
const MOST_OF_ONE: usize = 32;
/// Readers of this process.
const MOST: usize = 10_000;
/// Different events that wait for one reader. Of more it is told that anything may have happened.
const MOST_WAITING: usize = 64;
/// How long a reader that was told of so much may take to hear it.
const PATIENCE: Duration = Duration::from_secs(3);

/// All readers.
#[derive(Default)]
pub(super) struct Readers {
    seats: RwLock<Seats>,
    /// Also those that were told to go and have not gone.
    open: AtomicUsize,
    sent: AtomicU64,
    dropped: AtomicU64,
    listener: OnceLock<Thread>,
}

#[derive(Default)]
struct Seats {
    by_user: HashMap<UserId, Vec<Arc<Seat>>>,
    /// Other processes are heard.
    listening: bool,
    closed: bool,
}

/// Whether the listener has anybody to listen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Nobody,
    Somebody,
    Closed,
}

/// One who looks on, as those see it who tell.
pub(super) struct Seat {
    pub actor: Actor,
    waiting: Mutex<Waiting>,
    pub told: Notify,
}

/// What waits for a reader.
#[derive(Default)]
pub(super) struct Waiting {
    /// Nothing is told before the first greeting: it says to ask for everything.
    greeted: bool,
    /// It is to be greeted next.
    pub greet: bool,
    pub events: VecDeque<Event>,
    /// Since when more has happened than could wait.
    pub behind: Option<Instant>,
    pub ended: bool,
}

impl Seat {
    pub fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn greet(&self) {
        let mut waiting = self.lock();
        (waiting.greeted, waiting.greet) = (true, true);
        waiting.events.clear();
        drop(waiting);
        self.told.notify_one();
    }

    /// Whether it is of no more use: it did not keep up.
    fn tell(&self, event: Event) -> bool {
        let mut waiting = self.lock();
        if waiting.ended || !waiting.greeted {
            return false;
        }
        if waiting.greet {
            return waiting.behind.is_some_and(|since| since.elapsed() > PATIENCE);
        }
        if let Some(same) =
            waiting.events.iter_mut().find(|same| (same.kind, same.id) == (event.kind, event.id))
        {
            same.at = event.at.max(same.at);
            return false;
        }
        if waiting.events.len() < MOST_WAITING {
            waiting.events.push_back(event);
        } else {
            waiting.events = VecDeque::new();
            (waiting.greet, waiting.behind) = (true, Some(Instant::now()));
        }
        drop(waiting);
        self.told.notify_one();
        false
    }

    fn end(&self) {
        let mut waiting = self.lock();
        waiting.ended = true;
        waiting.events = VecDeque::new();
        drop(waiting);
        self.told.notify_one();
    }
}

impl Readers {
    /// Another reader, for as long as `life`.
    pub fn open(self: &Arc<Readers>, actor: Actor, life: Duration) -> Result<Reader> {
        if self.open.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Unavailable("too many look on".into()));
        }
        let mut seats = self.write();
        let waiting = Waiting { greeted: seats.listening, greet: seats.listening, ..Waiting::default() };
        let seat = Arc::new(Seat { actor, waiting: Mutex::new(waiting), told: Notify::new() });
        // From here on it counts itself out.
        let reader = Reader::new(self.clone(), seat.clone(), life);
        if seats.closed {
            drop(seats);
            return Err(Error::Unavailable("the server stops".into()));
        }
        let mine = seats.by_user.entry(actor.user).or_default();
        if mine.len() >= MOST_OF_ONE {
            mine.remove(0).end();
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        mine.push(seat);
        drop(seats);
        self.wake();
        Ok(reader)
    }

    /// Somebody has left.
    pub fn leave(&self, seat: &Arc<Seat>) {
        self.remove(seat);
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Has somebody leave.
    pub fn end(&self, seat: &Arc<Seat>) {
        seat.end();
        self.remove(seat);
    }

    fn remove(&self, seat: &Arc<Seat>) {
        let mut seats = self.write();
        if let Some(mine) = seats.by_user.get_mut(&seat.actor.user) {
            mine.retain(|one| !Arc::ptr_eq(one, seat));
            if mine.is_empty() {
                seats.by_user.remove(&seat.actor.user);
            }
        }
    }

    /// Tells the readers of an account.
    pub fn tell(&self, user: UserId, event: Event) {
        if self.open.load(Ordering::Relaxed) == 0 {
            return;
        }
        let slow: Vec<Arc<Seat>> = match self.read().by_user.get(&user) {
            Some(seats) => seats.iter().filter(|seat| seat.tell(event)).cloned().collect(),
            None => return,
        };
        for seat in slow {
            self.end(&seat);
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Greets all, from now on also those who come.
    pub fn greet(&self) {
        let mut seats = self.write();
        seats.listening = true;
        seats.by_user.values().flatten().for_each(|seat| seat.greet());
    }

    /// Other processes are not heard any more: who comes is greeted when they are again.
    pub fn deaf(&self) {
        self.write().listening = false;
    }

    /// As [`Readers::deaf`], if nobody is there.
    pub fn stop_listening(&self) -> bool {
        let mut seats = self.write();
        let nobody = seats.by_user.is_empty();
        seats.listening &= !nobody;
        nobody
    }

    /// All leave, and nobody comes.
    pub fn close(&self) {
        let mut seats = self.write();
        seats.closed = true;
        seats.by_user.drain().flat_map(|(_, seats)| seats).for_each(|seat| seat.end());
        drop(seats);
        self.wake();
    }

    pub fn state(&self) -> State {
        let seats = self.read();
        match (seats.closed, seats.by_user.is_empty()) {
            (true, _) => State::Closed,
            (false, true) => State::Nobody,
            (false, false) => State::Somebody,
        }
    }

    /// Accounts that somebody looks at.
    pub fn users(&self) -> Vec<UserId> {
        self.read().by_user.keys().copied().collect()
    }

    /// Whether somebody looks at this one.
    pub fn has(&self, user: UserId) -> bool {
        self.read().by_user.contains_key(&user)
    }

    /// Who looks at it.
    pub fn of(&self, user: UserId) -> Vec<Arc<Seat>> {
        self.read().by_user.get(&user).cloned().unwrap_or_default()
    }

    pub fn figures(&self) -> Figures {
        Figures {
            readers: self.open.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
        }
    }

    pub fn sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Which thread is woken when somebody comes.
    pub fn wakes(&self, thread: Thread) {
        // It is said once.
        let _ = self.listener.set(thread);
        self.wake();
    }

    fn wake(&self) {
        if let Some(thread) = self.listener.get() {
            thread.unpark();
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Seats> {
        self.seats.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Seats> {
        self.seats.write().unwrap_or_else(PoisonError::into_inner)
    }
}
