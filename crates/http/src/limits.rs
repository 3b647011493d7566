//! How often one account, or one address, may ask.
//!
//! Each of them has a bucket that holds a minute's requests and fills up evenly (GCRA).

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use domain::ids::UserId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::error::Error;
use crate::settings::Settings;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The buckets.
pub(crate) struct Limits {
    accounts: Option<Buckets<UserId>>,
    addresses: Option<Buckets<IpAddr>>,
    registrations: Option<Buckets<IpAddr>>,
}

/// What is left in a bucket.
#[derive(Clone, Copy)]
pub(crate) struct Left {
    limit: u32,
    remaining: u32,
    /// Seconds until it is full.
    reset: u64,
}

impl Limits {
    pub fn new(settings: &Settings) -> Limits {
        Limits {
            accounts: settings.rate_limit.map(Buckets::new),
            addresses: settings.rate_limit.map(Buckets::new),
            registrations: settings.register_rate_limit.map(Buckets::new),
        }
    }

    /// A request of an account: of its person or of one of its devices.
    ///
    /// # Errors
    /// When to ask again.
    pub fn account(&self, user: UserId) -> Result<Option<Left>, Duration> {
        self.accounts.as_ref().map(|buckets| buckets.take(&user)).transpose()
    }

    /// A request of nobody known.
    ///
    /// # Errors
    /// When to ask again.
    pub fn address(&self, address: IpAddr) -> Result<Option<Left>, Duration> {
        self.addresses.as_ref().map(|buckets| buckets.take(&household(address))).transpose()
    }

    /// A registration or a refresh.
    ///
    /// # Errors
    /// When to ask again.
    pub fn registration(&self, address: IpAddr) -> Result<Option<Left>, Duration> {
        self.registrations.as_ref().map(|buckets| buckets.take(&household(address))).transpose()
    }

    /// Forgets full buckets.
    pub fn tidy(&self) {
        if let Some(buckets) = &self.accounts {
            buckets.tidy();
        }
        for buckets in [&self.addresses, &self.registrations].into_iter().flatten() {
            buckets.tidy();
        }
    }
}

/// A household is given 2⁶⁴ IPv6 addresses, and one bucket.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let bits = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(bits))
        }
    }
}

impl Left {
    /// Says so in an answer's headers.
    pub fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset));
    }
}

/// What is said to who asked too often.
pub(crate) fn refused(retry_after: Duration) -> Error {
    service::Error::RateLimited { retry_after }.into()
}

type Store<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

struct Buckets<K: Hash + Eq + Clone> {
    store: Store<K>,
    clock: DefaultClock,
    limit: NonZeroU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(limit: NonZeroU32) -> Buckets<K> {
        let store = RateLimiter::dashmap(Quota::per_minute(limit)).with_middleware();
        Buckets { store, clock: DefaultClock::default(), limit }
    }

    fn take(&self, key: &K) -> Result<Left, Duration> {
        let state =
            self.store.check_key(key).map_err(|not_until| not_until.wait_time_from(self.clock.now()))?;
        let remaining = state.remaining_burst_capacity();
        let missing = u64::from(self.limit.get().saturating_sub(remaining));
        Ok(Left {
            limit: self.limit.get(),
            remaining,
            reset: (missing * 60).div_ceil(u64::from(self.limit.get())),
        })
    }

    fn tidy(&self) {
        self.store.retain_recent();
        self.store.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_requests() {
        let buckets = Buckets::new(NonZeroU32::new(60).unwrap());
        let lefts: Vec<_> = (0..60).map(|_| buckets.take(&1).unwrap()).collect();
        assert_eq!((lefts[0].limit, lefts[0].remaining, lefts[0].reset), (60, 59, 1));
        assert_eq!((lefts[59].remaining, lefts[59].reset), (0, 60));
        let wait = buckets.take(&1).err().unwrap();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert!(buckets.take(&2).is_ok(), "everybody has a bucket");
    }

    #[test]
    fn a_household_is_one() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
