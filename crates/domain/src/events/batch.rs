//! A batch of events as an extension sends it, and a verdict on each.
//!
//! It is read at once where all of its events are well-formed, which mostly they are. Where one is not, it costs that event
//! and not the batch: like a batch of usage it is read in two steps then.

use std::collections::HashSet;

use chrono::{DateTime, Duration};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::sites::Page;
use super::*;
use crate::instants::{AHEAD, EARLIEST};
use crate::text::{self, Borrowed, TextError};
use crate::usage::batch::Unreadable;
use crate::valid::Object;

/// Events a batch may have at the most.
pub const MOST_EVENTS: usize = 10_000;
/// How late an event may be of which others wait.
const LATE: Duration = Duration::days(2);
const ID: usize = 64;
const TYPE: usize = 64;
const TITLE: usize = 1024;
/// Characters of an address that are read at all.
const ADDRESS: usize = 64 * 1024;

/// What an account lets be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Queries and fragments of addresses.
    pub queries: bool,
    /// Events of private windows.
    pub incognito: bool,
}

/// Why an event was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = EventRefusal)]
pub enum Refusal {
    /// It has no `_id`, or one of over 64 characters.
    IdInvalid,
    /// It has no `type`, or one of over 64 characters.
    TypeInvalid,
    /// It has no `ts` that is a whole number of milliseconds since 1970.
    TimeInvalid,
    /// It is over 5 minutes ahead of the server's clock.
    InTheFuture,
    /// It is of before the year 2000.
    TooOld,
    /// Its address is none, has a host of over 255 characters, or has over 65,536 itself.
    UrlInvalid,
    /// Its title has over 1024 characters.
    TextTooLong,
    /// A text holds a NUL or half of a surrogate pair.
    TextInvalid,
    /// It is of a private window, which the account does not keep.
    Incognito,
    /// It is not an object of the right fields and types.
    EventInvalid,
}

impl Refusal {
    /// For people.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Refusal::IdInvalid => "has no _id of 1 to 64 characters",
            Refusal::TypeInvalid => "has no type of 1 to 64 characters",
            Refusal::TimeInvalid => "has no ts that is a whole number of milliseconds since 1970",
            Refusal::InTheFuture => "is over 5 minutes ahead of the server's clock",
            Refusal::TooOld => "is of before the year 2000",
            Refusal::UrlInvalid => "has a url that is none, or is too long",
            Refusal::TextTooLong => "has a title of over 1024 characters",
            Refusal::TextInvalid => "has a text with a NUL or half of a surrogate pair",
            Refusal::Incognito => "is of a private window, and this account keeps none of those",
            Refusal::EventInvalid => {
                "is not an event: a field is of the wrong type, twice there or out of range"
            }
        }
    }
}

/// An event that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RejectedEvent)]
pub struct Rejected {
    /// Its `_id`, where it has one.
    #[serde(rename = "_id")]
    pub id: Option<String>,
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Why, for programs.
    pub error_code: Refusal,
    /// Why, for people.
    pub message: &'static str,
}

impl Rejected {
    fn new(id: Option<String>, index: usize, error_code: Refusal) -> Rejected {
        Rejected { id, index, error_code, message: error_code.message() }
    }
}

/// A good event of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Its `_id` as it was sent, where it is of a private window.
    pub private: Option<String>,
    /// The event.
    pub event: Event,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EventsReceipt)]
pub struct Receipt {
    /// Events that are new.
    pub synced: usize,
    /// Events that were known, or are there twice in this batch.
    pub duplicates: usize,
    /// Events that were not kept, and why, by their places.
    pub rejected: Vec<Rejected>,
}

/// A batch that has been read.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Good events, each `_id` and instant once, as they were sent.
    pub events: Vec<Sent>,
    /// Events that repeat one of this batch.
    pub duplicates: usize,
    /// Events that were refused.
    pub rejected: Vec<Rejected>,
}

#[derive(Deserialize)]
struct Body<E> {
    events: Vec<E>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, rename = "_id", alias = "id")]
    id: Option<Borrowed<'a>>,
    v: Option<i32>,
    #[serde(borrow, rename = "type")]
    what: Option<Borrowed<'a>>,
    ts: Option<i64>,
    #[serde(borrow)]
    payload: Option<Object<Payload<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    tab_id: Option<i64>,
    window_id: Option<i64>,
    #[serde(borrow)]
    url: Option<Borrowed<'a>>,
    #[serde(borrow)]
    title: Option<Borrowed<'a>>,
    active: Option<bool>,
    incognito: Option<bool>,
}

impl Batch {
    /// Reads a body of JSON at `now`.
    ///
    /// # Errors
    /// When nothing of it can be kept.
    pub fn read(body: &[u8], now: DateTime<Utc>) -> Result<Batch, Unreadable> {
        let text = std::str::from_utf8(body).unwrap_or_default();
        if let Ok(Object(Body { events })) = serde_json::from_str::<Object<Body<Object<Row<'_>>>>>(text) {
            return Batch::of(events.into_iter().map(|Object(row)| check(row, now)));
        }
        let Object(Body { events }): Object<Body<&RawValue>> =
            serde_json::from_slice(body).map_err(|error| match error.classify() {
                serde_json::error::Category::Data => Unreadable::NotABatch,
                _ => Unreadable::Malformed(error),
            })?;
        Batch::of(events.into_iter().map(|raw| read_event(raw.get(), now)))
    }

    fn of(events: impl ExactSizeIterator<Item = ReadEvent>) -> Result<Batch, Unreadable> {
        if events.len() > MOST_EVENTS {
            return Err(Unreadable::TooManyRows(events.len()));
        }
        let mut batch = Batch { events: Vec::with_capacity(events.len()), ..Batch::default() };
        for (index, event) in events.enumerate() {
            match event {
                Ok((private, event)) => batch.events.push(Sent { index, private, event }),
                Err((id, error_code)) => batch.rejected.push(Rejected::new(id, index, error_code)),
            }
        }
        // An extension sends its events in order; only where it does not can one be there twice.
        if !batch.events.is_sorted_by(|a, b| a.event.occurred_at < b.event.occurred_at) {
            batch.keep_each_once();
        }
        Ok(batch)
    }

    /// Leaves each event once, the first.
    fn keep_each_once(&mut self) {
        let (events, mut seen) = (self.events.len(), HashSet::with_capacity(self.events.len()));
        self.events.retain(|Sent { event, .. }| seen.insert((event.id, event.occurred_at)));
        self.duplicates = events - self.events.len();
    }

    /// Whether it goes on from what is known up to `at`: where one of its events is late, then by two days at the most, so
    /// that little is derived anew.
    #[must_use]
    pub fn follows(&self, at: DateTime<Utc>) -> bool {
        self.events.iter().all(|sent| at - sent.event.occurred_at <= LATE)
    }

    /// The events that an account keeps.
    pub fn kept(&self, keep: Keep) -> impl Iterator<Item = &Event> {
        let kept = self.events.iter().filter(move |sent| keep.incognito || sent.private.is_none());
        kept.map(|sent| &sent.event)
    }

    /// What is not kept of it, and why, by the places.
    #[must_use]
    pub fn refused(&self, keep: Keep) -> Vec<Rejected> {
        let private = self.events.iter().filter(|sent| sent.private.is_some() && !keep.incognito);
        let private = private.map(|sent| Rejected::new(sent.private.clone(), sent.index, Refusal::Incognito));
        let mut refused: Vec<Rejected> = self.rejected.iter().cloned().chain(private).collect();
        refused.sort_by_key(|rejected| rejected.index);
        refused
    }
}

type ReadEvent = Result<(Option<String>, Event), (Option<String>, Refusal)>;

/// An event as it is in a batch, with its `_id` where it is of a private window; or why it is refused, with its `_id` where
/// that could be read.
///
/// # Errors
/// Why it is refused.
pub fn read_event(raw: &str, now: DateTime<Utc>) -> ReadEvent {
    let Object(row) = serde_json::from_str::<Object<Row<'_>>>(raw).map_err(|error| {
        let why = match error.classify() {
            // The event has been scanned once as JSON: see the batch of usage.
            serde_json::error::Category::Syntax if raw.contains("\\u") => Refusal::TextInvalid,
            _ => Refusal::EventInvalid,
        };
        (None, why)
    })?;
    check(row, now)
}

fn check(row: Row<'_>, now: DateTime<Utc>) -> ReadEvent {
    read_row(&row, now).map_err(|why| {
        let sent = row.id.filter(|id| id.chars().count() <= ID);
        (sent.map(Borrowed::into_owned), why)
    })
}

fn read_row(row: &Row<'_>, now: DateTime<Utc>) -> Result<(Option<String>, Event), Refusal> {
    let short = |text: &&str, most| !text.is_empty() && text::check(text, most).is_ok();
    let sent = row.id.as_deref().filter(|id| short(id, ID)).ok_or(Refusal::IdInvalid)?;
    let what = row.what.as_deref().filter(|what| short(what, TYPE)).ok_or(Refusal::TypeInvalid)?;
    let occurred_at = row.ts.and_then(DateTime::from_timestamp_millis).ok_or(Refusal::TimeInvalid)?;
    if occurred_at < EARLIEST {
        return Err(Refusal::TooOld);
    }
    if occurred_at > now + AHEAD {
        return Err(Refusal::InTheFuture);
    }
    let nothing = Payload::default();
    let payload = row.payload.as_ref().map_or(&nothing, |Object(payload)| payload);
    let page = match payload.url.as_deref().filter(|url| !url.trim().is_empty()) {
        None => None,
        Some(url) => {
            text::check(url, ADDRESS).map_err(|_| Refusal::UrlInvalid)?;
            Some(Page::read(url).ok_or(Refusal::UrlInvalid)?)
        }
    };
    let title = payload.title.as_deref().filter(|title| !title.is_empty());
    text::check(title.unwrap_or_default(), TITLE).map_err(|error| match error {
        TextError::Nul => Refusal::TextInvalid,
        TextError::TooLong => Refusal::TextTooLong,
    })?;
    let (id, sent_id) = id(sent);
    let event = Event {
        id,
        sent_id,
        v: row.v.unwrap_or(1),
        what: EventType::named(what),
        occurred_at,
        tab: payload.tab_id,
        window: payload.window_id,
        active: payload.active,
        page,
        title: title.map(ToOwned::to_owned),
    };
    let is_private = payload.incognito == Some(true);
    Ok((is_private.then(|| sent.to_owned()), event))
}

#[cfg(test)]
mod tests;
