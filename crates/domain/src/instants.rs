//! Instants as clients write them.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use serde::{Deserialize, Deserializer};

/// The first that is believed: 2000-01-01.
pub const EARLIEST: DateTime<Utc> = DateTime::from_timestamp(946_684_800, 0).expect("an instant");
/// How far a client's clock may be ahead of the server's.
pub const AHEAD: Duration = Duration::minutes(5);

/// An RFC 3339 instant in whole milliseconds; without an offset it is UTC.
#[must_use]
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    usual(text.as_bytes()).or_else(|| in_any_form(text))
}

/// An instant as most clients write it, in UTC to the second or the millisecond: `2026-11-22T09:00:00.000Z`. Uploads are
/// full of them, and they are read in a fifth of the time that all forms take.
fn usual(text: &[u8]) -> Option<DateTime<Utc>> {
    let (text, milliseconds) = match text {
        [text @ .., b'.', a, b, c, b'Z'] => (text, number(&[*a, *b, *c])?),
        [text @ .., b'Z'] => (text, 0),
        _ => return None,
    };
    let [y, e, a, r, b'-', m, o, b'-', d, t, b'T', h, u, b':', n, i, b':', s, c] = text else { return None };
    let year = i32::try_from(number(&[*y, *e, *a, *r])?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(&[*m, *o])?, number(&[*d, *t])?)?;
    let time =
        date.and_hms_milli_opt(number(&[*h, *u])?, number(&[*n, *i])?, number(&[*s, *c])?, milliseconds)?;
    Some(time.and_utc())
}

/// What some digits say.
fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

fn in_any_form(text: &str) -> Option<DateTime<Utc>> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_usual_form_is_read_as_all_forms_are(ms in -62_000_000_000_000..253_000_000_000_000_i64) {
            let at = DateTime::from_timestamp_millis(ms).unwrap();
            for form in ["%Y-%m-%dT%H:%M:%S%.3fZ", "%Y-%m-%dT%H:%M:%SZ"] {
                let text = at.format(form).to_string();
                prop_assert_eq!(usual(text.as_bytes()), in_any_form(&text), "{}", text);
                prop_assert!(usual(text.as_bytes()).is_some());
            }
        }

        #[test]
        fn what_is_read_in_short_is_read_alike_in_full(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,4})?[Zz+]?") {
            if let Some(at) = usual(text.as_bytes()) {
                prop_assert_eq!(Some(at), in_any_form(&text));
            }
        }
    }

    #[test]
    fn other_forms_are_read_too() {
        let nine = DateTime::from_timestamp_millis(1_795_338_000_000).unwrap();
        for text in [
            "2026-11-22T09:00:00Z",
            "2026-11-22T09:00:00.000Z",
            "2026-11-22T09:00:00.0004Z",
            "2026-11-22t09:00:00z",
            "2026-11-22T10:00:00+01:00",
            "2026-11-22 09:00:00",
            "2026-11-22T08:59:60Z",
        ] {
            assert_eq!(instant(text), Some(nine), "{text}");
        }
        for text in [
            "2026-02-29T09:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T09:00Z",
            "",
            "Z",
            "é-11-22T09:00:00Z",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
