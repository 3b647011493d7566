//! Who is counted for a request, how often they may ask, and how they are told. The counting is the service's.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use service::limits::{Key, Left, Rate};

use crate::auth::Credential;
use crate::error::Error;
use crate::routes::Pace;
use crate::settings::Settings;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How often they may ask; none: as often as they like.
pub(crate) struct Limits {
    usual: Option<Rate>,
    newcomers: Option<Rate>,
}

impl Limits {
    pub fn new(settings: &Settings) -> Limits {
        Limits {
            usual: settings.rate_limit.map(Rate::per_minute),
            newcomers: settings.register_rate_limit.map(Rate::per_minute),
        }
    }

    /// One request of `key`, and what is left, where there is a limit and it is known. It waits for the database only
    /// where nothing is left of what this server was lent, and not for long.
    ///
    /// # Errors
    /// `RateLimited`.
    pub async fn take(&self, limits: &service::limits::Limits, key: Key) -> Result<Option<Left>, Error> {
        let rate = match key {
            Key::Account(_) | Key::Address(_) => self.usual,
            Key::Newcomer(_) => self.newcomers,
        };
        let Some(rate) = rate else { return Ok(None) };
        let turn = match limits.take(key, rate) {
            Some(turn) => Some(turn),
            None => limits.ask(key, rate).await,
        };
        turn.transpose().map_err(|retry_after| service::Error::RateLimited { retry_after }.into())
    }
}

/// Who is counted for a request.
pub(crate) fn key(pace: Pace, credential: &Credential, address: IpAddr) -> Key {
    match (pace, credential) {
        (Pace::Slow, _) => Key::Newcomer(household(address)),
        (_, Credential::Known(actor)) => Key::Account(actor.user),
        (_, Credential::None | Credential::Refused(_)) => Key::Address(household(address)),
    }
}

/// A household is given 2⁶⁴ IPv6 addresses, and is one.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let bits = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(bits))
        }
    }
}

/// Says what is left in an answer's headers.
pub(crate) fn write(left: Left, headers: &mut HeaderMap) {
    headers.insert(LIMIT, HeaderValue::from(left.limit));
    headers.insert(REMAINING, HeaderValue::from(left.remaining));
    headers.insert(RESET, HeaderValue::from(left.reset));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
