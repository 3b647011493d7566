//! Lists go out page by page, and from one edge to another.
//!
//! A list finds out where its page begins with [`begin`], before anything is asked of the database, and takes the page
//! with [`take`]. What a cursor says is up to the list: the place of a page's last row, which the next page is after.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use domain::instants::instant;
use domain::pages::Page;
use domain::valid::FieldError;
use uuid::Uuid;

use crate::Result;

/// Where the page begins, as `read` reads its cursor; `None` is the beginning of the list.
///
/// # Errors
/// `Invalid`: a cursor of another list, or of nobody's making.
pub(crate) fn begin<T>(page: &Page, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(cursor) = page.cursor.as_deref() else { return Ok(None) };
    match read(cursor) {
        Some(place) => Ok(Some(place)),
        None => {
            let message = "is not a next_cursor of this list";
            Err(FieldError::new("cursor", message, "CURSOR_INVALID").into())
        }
    }
}

/// A cursor for lists in the order of an instant and an id.
pub(crate) fn place(at: DateTime<Utc>, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(at.timestamp_micros(), id)).unwrap_or_default())
}

/// Reads what [`place`] has written.
pub(crate) fn read_place(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (at, id) = serde_json::from_slice(&bytes).ok()?;
    Some((DateTime::from_timestamp_micros(at)?, id))
}

/// A cursor for lists in the order of an instant and a name.
pub(crate) fn named_place(at: DateTime<Utc>, name: &str) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(at.timestamp_micros(), name)).unwrap_or_default())
}

/// Reads what [`named_place`] has written.
pub(crate) fn read_named_place(cursor: &str) -> Option<(DateTime<Utc>, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (at, name) = serde_json::from_slice::<(i64, String)>(&bytes).ok()?;
    let at = DateTime::from_timestamp_micros(at)?;
    (!name.contains('\0')).then_some((at, name))
}

/// The page's rows, and the cursor of the page after it where there is one. `load` is asked for so many rows from where
/// the page begins, one more than the page has; `place` writes where a row stands.
///
/// # Errors
/// Those of `load`.
pub(crate) fn take<T>(
    page: &Page,
    load: impl FnOnce(i64) -> persistence::Result<Vec<T>>,
    place: impl FnOnce(&T) -> String,
) -> Result<(Vec<T>, Option<String>)> {
    let mut rows = load(page.limit() + 1)?;
    let more = rows.len() > usize::try_from(page.limit()).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let next_cursor = rows.last().filter(|_| more).map(place);
    Ok((rows, next_cursor))
}

/// An edge of what a list shows: an instant, or a date, of which `edge` says the instant.
///
/// # Errors
/// `Invalid`: neither, or not in the years 1970 to 9999.
pub(crate) fn bound(
    text: Option<&str>,
    field: &str,
    edge: impl FnOnce(NaiveDate) -> DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let Some(text) = text else { return Ok(None) };
    let found = instant(text).or_else(|| text.parse().ok().map(edge));
    match found.filter(|at| (0..253_402_300_800).contains(&at.timestamp())) {
        Some(at) => Ok(Some(at)),
        None => {
            let message = "is neither an RFC 3339 instant nor a date";
            Err(FieldError::new(field, message, "TIME_INVALID").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins_and_the_last_does_not() {
        let read = |cursor: &str| cursor.parse::<i64>().ok();
        let mut cursor = None;
        let mut pages = vec![];
        loop {
            let page = Page { limit: Some(2), cursor };
            let after = begin(&page, read).unwrap().unwrap_or(0);
            let load = |limit: i64| Ok((after + 1..=4).take(usize::try_from(limit).unwrap()).collect());
            let (rows, next) = take(&page, load, i64::to_string).unwrap();
            pages.push(rows);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(pages, [[1, 2], [3, 4]]);
        let bad = Page { limit: None, cursor: Some("x".into()) };
        assert!(matches!(begin(&bad, read), Err(crate::Error::Invalid(_))));
    }

    #[test]
    fn an_edge_is_an_instant_or_a_date_of_these_eight_thousand_years() {
        let at =
            |text: &str| bound(Some(text), "from", |date| date.and_time(chrono::NaiveTime::MIN).and_utc());
        for (text, found) in [
            ("2026-01-02", Some("2026-01-02T00:00:00Z")),
            ("2026-01-02T01:00:00+01:00", Some("2026-01-02T00:00:00Z")),
            ("1970-01-01", Some("1970-01-01T00:00:00Z")),
            ("1969-12-31", None),
            ("9999-12-31", Some("9999-12-31T00:00:00Z")),
            ("+10000-01-01", None),
            ("yesterday", None),
            ("", None),
        ] {
            match found {
                Some(found) => assert_eq!(at(text).unwrap(), Some(found.parse().unwrap()), "{text}"),
                None => assert!(matches!(at(text), Err(crate::Error::Invalid(_))), "{text}"),
            }
        }
        assert_eq!(bound(None, "from", |_| unreachable!()).unwrap(), None);
    }
}
