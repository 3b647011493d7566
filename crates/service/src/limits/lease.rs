//! Requests lent to this server, and how many to borrow next.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use persistence::limits::{Bucket, Loan};

use super::{Key, Turn};

/// How long what was lent may be used.
pub(super) const LIFE: Duration = Duration::from_secs(3);
/// Leases that are remembered. Beyond that the database is asked for every request.
const MOST: usize = 50_000;
const MINUTE: Duration = Duration::from_secs(60);

/// So many requests a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(NonZeroU32);

impl Rate {
    /// So many requests a minute.
    #[must_use]
    pub fn per_minute(limit: NonZeroU32) -> Rate {
        Rate(limit)
    }

    /// What a bucket is like: it fills up by one request in whole microseconds, so that it may take a little more
    /// than a minute.
    pub(super) fn bucket(self) -> Bucket {
        let limit = u128::from(self.0.get());
        let token = MINUTE.as_micros().div_ceil(limit);
        let time = |us: u128| Duration::from_micros(u64::try_from(us).unwrap_or(u64::MAX));
        Bucket { token: time(token), whole: time(token * limit) }
    }

    pub(super) fn limit(self) -> u32 {
        self.0.get()
    }

    /// Requests that are lent at a time, at the most.
    #[must_use]
    pub fn most_lent(self) -> u32 {
        (self.0.get() / 50).max(1)
    }
}

/// What is left in a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// What it holds.
    pub limit: u32,
    /// What is in it.
    pub remaining: u32,
    /// Seconds until it is full.
    pub reset: u64,
}

/// What was lent of one bucket; nothing, where nothing fitted.
#[derive(Debug)]
pub(super) struct Lease {
    rate: Rate,
    lent: u32,
    left: u32,
    at: Instant,
    /// From `at` on, if all that was lent is used.
    full_in: Duration,
}

impl Lease {
    pub fn new(rate: Rate, loan: &Loan, at: Instant) -> Lease {
        Lease { rate, lent: loan.lent, left: loan.lent, at, full_in: loan.full_in }
    }

    /// One request, if that can be told.
    pub fn take(&mut self, now: Instant) -> Option<Turn> {
        let age = now.saturating_duration_since(self.at);
        if self.lent == 0 {
            let wait = self.wait().saturating_sub(age);
            return if wait.is_zero() { None } else { Some(Err(wait)) };
        }
        if self.left == 0 || age >= LIFE {
            return None;
        }
        self.left -= 1;
        Some(Ok(self.rest(age)))
    }

    /// Gives a request back, whose asker has gone away.
    pub fn put_back(&mut self) {
        self.left += 1;
    }

    /// Where nothing more was lent: how long, from when that was said, until one fits.
    pub fn wait(&self) -> Duration {
        let Bucket { token, whole } = self.rate.bucket();
        // A moment at the least: by the time it is heard some room may be there.
        (self.full_in + token).saturating_sub(whole).max(Duration::from_millis(1))
    }

    /// What is left in the bucket, with what was lent and is not used.
    fn rest(&self, age: Duration) -> Left {
        let Bucket { token, whole } = self.rate.bucket();
        let full_in = self.full_in.saturating_sub(token * self.left + age);
        let room = whole.saturating_sub(full_in).as_micros() / token.as_micros().max(1);
        Left {
            limit: self.rate.0.get(),
            remaining: u32::try_from(room).unwrap_or(u32::MAX),
            reset: full_in.as_secs() + u64::from(full_in.subsec_nanos() > 0),
        }
    }

    /// How many to borrow next: twice as many for who used them up quickly, as many as were used for who did not.
    pub fn next(&self, now: Instant) -> u32 {
        let quickly = now.saturating_duration_since(self.at) < LIFE / 2;
        let next = match self.left {
            0 if quickly => self.lent.saturating_mul(2),
            left => self.lent - left,
        };
        next.clamp(1, self.rate.most_lent())
    }

    fn is_over(&self, now: Instant) -> bool {
        let life = if self.lent == 0 { self.wait() } else { LIFE };
        now.saturating_duration_since(self.at) >= life
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Leases(Mutex<HashMap<Key, Lease>>);

impl Leases {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Lease>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request of `key`, if that can be told.
    pub fn take(&self, key: Key, rate: Rate, now: Instant) -> Option<Turn> {
        self.lock().get_mut(&key).filter(|lease| lease.rate == rate)?.take(now)
    }

    /// How many requests of `key` to borrow next.
    pub fn next(&self, key: Key, now: Instant) -> u32 {
        self.lock().get(&key).map_or(1, |lease| lease.next(now))
    }

    pub fn insert(&self, key: Key, lease: Lease) {
        let mut leases = self.lock();
        if leases.len() < MOST || leases.contains_key(&key) {
            leases.insert(key, lease);
        }
    }

    /// Forgets what is of no more use.
    pub fn tidy(&self, now: Instant) {
        let mut leases = self.lock();
        leases.retain(|_, lease| !lease.is_over(now));
        let kept = leases.len();
        leases.shrink_to(kept * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(limit: u32) -> Rate {
        Rate::per_minute(NonZeroU32::new(limit).unwrap())
    }

    fn lease(limit: u32, lent: u32, full_in: f64, at: Instant) -> Lease {
        let loan = Loan { key: vec![], lent, full_in: Duration::from_secs_f64(full_in) };
        Lease::new(rate(limit), &loan, at)
    }

    fn after(at: Instant, seconds: f64) -> Instant {
        at + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_bucket_holds_the_limit_and_takes_a_minute_to_fill() {
        for limit in [1, 3, 7, 60, 300, 6000, 7919, 1_000_000, u32::MAX] {
            let Bucket { token, whole } = rate(limit).bucket();
            assert_eq!(token * limit, whole);
            assert!(whole >= MINUTE);
            if limit < 10_000 {
                assert!(whole < MINUTE + Duration::from_millis(10), "{limit}: {whole:?}");
            }
        }
        assert_eq!([1, 60, 99, 100, 6000].map(|limit| rate(limit).most_lent()), [1, 1, 1, 2, 120]);
    }

    #[test]
    fn what_is_lent_is_used_once_and_for_a_while() {
        let at = Instant::now();
        let mut lent = lease(6000, 3, 0.03, at);
        let left: Vec<_> = (0..4).map(|_| lent.take(at)).collect();
        let one = |remaining, reset| Some(Ok(Left { limit: 6000, remaining, reset }));
        assert_eq!(left, [one(5999, 1), one(5998, 1), one(5997, 1), None]);
        let mut lent = lease(6000, 3, 60.0, at);
        assert_eq!(lent.take(at), one(2, 60));
        assert_eq!(lent.take(after(at, 2.0)), one(201, 58));
        assert_eq!(lent.take(after(at, 3.0)), None);
        lent.put_back();
        assert!(lent.take(after(at, 2.9)).is_some());
    }

    #[test]
    fn who_is_refused_is_told_when_one_fits() {
        let at = Instant::now();
        let mut nothing = lease(60, 0, 59.6, at);
        assert_eq!(nothing.take(at), Some(Err(Duration::from_millis(600))));
        assert_eq!(nothing.take(after(at, 0.5)), Some(Err(Duration::from_millis(100))));
        assert_eq!(nothing.take(after(at, 0.6)), None);
        assert!(matches!(lease(60, 0, 10.0, at).take(at), Some(Err(wait)) if !wait.is_zero()));
    }

    #[test]
    fn who_asks_quickly_borrows_more() {
        let at = Instant::now();
        let next = |lent: u32, used: u32, seconds: f64| {
            let mut lease = lease(6000, lent, 1.0, at);
            for _ in 0..used {
                lease.take(at).unwrap().unwrap();
            }
            lease.next(after(at, seconds))
        };
        assert_eq!(next(1, 1, 0.1), 2);
        assert_eq!(next(64, 64, 0.1), 120, "a fiftieth at the most");
        assert_eq!(next(64, 64, 2.0), 64);
        assert_eq!(next(64, 10, 4.0), 10);
        assert_eq!(next(64, 0, 4.0), 1);
        assert_eq!(next(0, 0, 4.0), 1);
    }

    #[test]
    fn what_is_over_is_forgotten_and_no_more_is_kept_than_fits() {
        let (leases, at) = (Leases::default(), Instant::now());
        let address = |number: u32| Key::Address(std::net::Ipv4Addr::from(number).into());
        for number in 0..60_000 {
            leases.insert(address(number), lease(6000, 2, 1.0, at));
        }
        assert_eq!(leases.lock().len(), MOST);
        assert!(leases.take(address(1), rate(6000), at).is_some());
        assert!(leases.take(address(1), rate(7), at).is_none(), "another limit");
        assert!(leases.take(address(59_999), rate(6000), at).is_none());
        leases.insert(address(2), lease(60, 0, 64.0, at));
        leases.tidy(after(at, 4.0));
        assert_eq!(leases.lock().len(), 1);
        leases.tidy(after(at, 5.0));
        assert_eq!(leases.lock().len(), 0);
        assert!(leases.lock().capacity() < 100);
    }
}
