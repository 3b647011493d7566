//! Instants as clients write them.

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use serde::{Deserialize, Deserializer};

/// The first that is believed: 2000-01-01.
pub const EARLIEST: DateTime<Utc> = DateTime::from_timestamp(946_684_800, 0).expect("an instant");
/// How far a client's clock may be ahead of the server's.
pub const AHEAD: Duration = Duration::minutes(5);

/// An RFC 3339 instant in whole milliseconds; without an offset it is UTC.
#[must_use]
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let told = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).or_else(|error| {
        let text = text.replace(' ', "T");
        NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f")
            .map(|at| Utc.from_utc_datetime(&at))
            .map_err(|_| error)
    });
    // Through milliseconds, in which a leap second is the second after it: what PostgreSQL makes of it too.
    told.ok().and_then(|at| DateTime::from_timestamp_millis(at.timestamp_millis()))
}

/// Reads a field that holds an [`instant`].
///
/// # Errors
/// It holds something else.
pub fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    instant(&text).ok_or_else(|| serde::de::Error::custom("is not an RFC 3339 instant"))
}

/// Reads a field that holds an [`instant`] or nothing.
///
/// # Errors
/// It holds something else.
pub fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    match instant(&text) {
        Some(at) => Ok(Some(at)),
        None => Err(serde::de::Error::custom("is not an RFC 3339 instant")),
    }
}
