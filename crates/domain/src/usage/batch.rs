//! A batch of sessions as a device sends it, and a verdict on each row.
//!
//! The body is read in two steps, so that a row that is not even well-formed (a lone surrogate, a number past
//! its range, the same key twice) costs that row and not the batch.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::*;
use crate::instants::{AHEAD, EARLIEST, instant};
use crate::text::{self, Borrowed, TextError};
use crate::valid::Object;

/// Rows a batch may have at the most.
pub const MOST_ROWS: usize = 10_000;
/// Characters of an app's name at the most. (An index row of PostgreSQL holds 2.7 kB.)
const APP: usize = 255;
const TITLE: usize = 1024;
const URL: usize = 2048;

/// Why a row was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// It ends before it starts.
    EndsBeforeStart,
    /// It lasts over 24 hours.
    TooLong,
    /// It starts or ends over 5 minutes ahead of the server's clock.
    InTheFuture,
    /// It starts before the year 2000.
    TooOld,
    /// It names no app.
    AppMissing,
    /// A text has too many characters: 255 of an app, 1024 of a title, 2048 of an address.
    TextTooLong,
    /// A text holds a NUL or half of a surrogate pair.
    TextInvalid,
    /// `duration_seconds` is over one second off.
    DurationMismatch,
    /// A start or an end is missing, or is not a time.
    TimeInvalid,
    /// It is not an object of the right fields and types.
    RowInvalid,
}

impl Refusal {
    /// For people.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Refusal::EndsBeforeStart => "ends before it starts",
            Refusal::TooLong => "lasts over 24 hours",
            Refusal::InTheFuture => "is over 5 minutes ahead of the server's clock",
            Refusal::TooOld => "starts before the year 2000",
            Refusal::AppMissing => "names no app",
            Refusal::TextTooLong => "has a text that is too long (app 255, title 1024, url 2048 characters)",
            Refusal::TextInvalid => "has a text with a NUL or half of a surrogate pair",
            Refusal::DurationMismatch => "has a duration_seconds that is over one second off",
            Refusal::TimeInvalid => "has no started_at and ended_at that are RFC 3339 times",
            Refusal::RowInvalid => {
                "is not a session: a field is of the wrong type, twice there or out of range"
            }
        }
    }
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rejected {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Why, for programs.
    pub error_code: Refusal,
    /// Why, for people.
    pub message: Cow<'static, str>,
}

/// What a device is told of its batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// Sessions that are new.
    pub accepted: usize,
    /// Sessions that were there and now end later.
    pub updated: usize,
    /// Sessions that were there.
    pub duplicates: usize,
    /// Rows that were refused; all others are kept.
    pub rejected: Vec<Rejected>,
    /// The server's clock.
    pub server_time: DateTime<Utc>,
}

/// A batch that has been read.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Good rows, each session once.
    pub sessions: Vec<Session>,
    /// Rows that repeat a session of this batch.
    pub duplicates: usize,
    /// Rows that were refused.
    pub rejected: Vec<Rejected>,
}

/// Why a whole batch cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// It is not JSON.
    Malformed(serde_json::Error),
    /// It is JSON, but not `{"sessions": […]}`.
    NotABatch,
    /// It has more than [`MOST_ROWS`] rows.
    TooManyRows(usize),
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, alias = "logs", alias = "entries", alias = "usage")]
    sessions: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, default, alias = "app_name")]
    app: Option<Borrowed<'a>>,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(borrow, default)]
    title: Option<Borrowed<'a>>,
    #[serde(borrow, default)]
    url: Option<Borrowed<'a>>,
    #[serde(borrow, default, alias = "start", alias = "start_time")]
    started_at: Option<Borrowed<'a>>,
    #[serde(borrow, default, alias = "end", alias = "end_time")]
    ended_at: Option<Borrowed<'a>>,
    #[serde(default)]
    duration_seconds: Option<f64>,
}

impl Batch {
    /// Reads a body of JSON at `now`.
    ///
    /// # Errors
    /// When nothing of it can be kept.
    pub fn read(body: &[u8], now: DateTime<Utc>) -> Result<Batch, Unreadable> {
        let Object(body): Object<Body<'_>> =
            serde_json::from_slice(body).map_err(|error| match error.classify() {
                serde_json::error::Category::Data => Unreadable::NotABatch,
                _ => Unreadable::Malformed(error),
            })?;
        if body.sessions.len() > MOST_ROWS {
            return Err(Unreadable::TooManyRows(body.sessions.len()));
        }
        let mut batch = Batch { sessions: Vec::with_capacity(body.sessions.len()), ..Batch::default() };
        for (index, raw) in body.sessions.into_iter().enumerate() {
            match read_row(raw.get(), now) {
                Ok(session) => batch.sessions.push(session),
                Err(error_code) => {
                    batch.rejected.push(Rejected { index, error_code, message: error_code.message().into() });
                }
            }
        }
        // A tracker sends its sessions in order; only where it does not can one be there twice.
        if !batch.sessions.is_sorted_by(|a, b| a.key.started_at < b.key.started_at) {
            batch.keep_each_once();
        }
        Ok(batch)
    }

    /// Leaves each session once, with its latest end.
    fn keep_each_once(&mut self) {
        let rows = self.sessions.len();
        self.sessions.sort_by(|a, b| a.key.cmp(&b.key).then(b.ended_at.cmp(&a.ended_at)));
        self.sessions.dedup_by(|later, first| later.key == first.key);
        self.duplicates = rows - self.sessions.len();
    }
}

/// Reads one session, as it is in a batch.
///
/// # Errors
/// Why it is refused.
pub fn read_row(raw: &str, now: DateTime<Utc>) -> Result<Session, Refusal> {
    if !raw.starts_with('{') {
        return Err(Refusal::RowInvalid); // serde would take an array for the fields in their order
    }
    let row: Row<'_> = serde_json::from_str(raw).map_err(|error| match error.classify() {
        // The row has been scanned once as JSON: what its syntax can still hide is half a surrogate pair,
        // a number past its range, or nesting past all measure.
        serde_json::error::Category::Syntax if raw.contains("\\u") => Refusal::TextInvalid,
        _ => Refusal::RowInvalid,
    })?;
    let app = row.app.as_deref().map(str::trim).filter(|app| !app.is_empty()).ok_or(Refusal::AppMissing)?;
    for (text, most) in [(Some(app), APP), (row.title.as_deref(), TITLE), (row.url.as_deref(), URL)] {
        text::check(text.unwrap_or_default(), most).map_err(|error| match error {
            TextError::Nul => Refusal::TextInvalid,
            TextError::TooLong => Refusal::TextTooLong,
        })?;
    }
    let started_at = row.started_at.as_deref().and_then(instant).ok_or(Refusal::TimeInvalid)?;
    let ended_at = row.ended_at.as_deref().and_then(instant).ok_or(Refusal::TimeInvalid)?;
    let duration = ms(ended_at) - ms(started_at);
    if duration < 0 {
        return Err(Refusal::EndsBeforeStart);
    }
    if duration > LONGEST_MS {
        return Err(Refusal::TooLong);
    }
    if started_at < EARLIEST {
        return Err(Refusal::TooOld);
    }
    if ended_at > now + AHEAD {
        return Err(Refusal::InTheFuture);
    }
    // No float holds a duration: one is only compared with the instants, a second is allowed.
    if let Some(told) = row.duration_seconds
        && (told * 1000.0 - f64::from(i32::try_from(duration).unwrap_or(i32::MAX))).abs() > 1000.0
    {
        return Err(Refusal::DurationMismatch);
    }
    let key = Key { started_at, kind: row.kind.unwrap_or_default(), app: app.to_owned() };
    Ok(Session {
        key,
        ended_at,
        title: row.title.map(Borrowed::into_owned),
        url: row.url.map(Borrowed::into_owned),
    })
}

#[cfg(test)]
mod tests;
