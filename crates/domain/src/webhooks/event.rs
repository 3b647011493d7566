//! What a delivery says: its type, and what is to be done.
//!
//! Read when its signature is believed. What cannot be read is no reason to refuse a delivery, which its sender would
//! only repeat: it is kept, with what is wrong with it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::signature::Head;
use super::{Outcome, Scheme, delivery_id};
use crate::consumption::NewConsumption;
use crate::consumption::batch::{MOST_RECORDS, Records};
use crate::ids::{ConsumptionId, DeviceId, EndpointId, TimeEntryId};
use crate::json::{self, Unreadable};
use crate::text;
use crate::time_entries::NewTimeEntry;
use crate::usage::batch::{Batch, Unreadable as NoBatch};
use crate::valid::{FieldError, Object, Valid};

const KIND: usize = 100;
const TITLE: usize = 200;
const TEXT: usize = 2000;
/// Characters of what is noted of a push at the most.
const NOTE: usize = 200;
/// Characters of what is said of a failure at the most.
const REASON: usize = 500;

/// A delivery that has been read.
#[derive(Debug)]
pub struct Envelope {
    /// Its id: its sender's, of its head or its body, or one that was made.
    pub id: String,
    /// What it is, if that can be read.
    pub kind: Option<String>,
    /// What is to be done, or what has become of it where there is nothing to do.
    pub event: Result<Event, Outcome>,
}

/// What is to be done.
#[derive(Debug)]
pub enum Event {
    /// A time entry is to be added.
    TimeEntry {
        /// The entry.
        entry: Valid<NewTimeEntry>,
        /// What its project is called, where that is told in place of its id.
        project: Option<String>,
    },
    /// Consumption is to be added: one record, or all of several.
    Consumption(Vec<Result<Valid<NewConsumption>, Vec<FieldError>>>),
    /// Usage is to be added.
    Usage {
        /// Of this device; without it, of the endpoint's own.
        device: Option<DeviceId>,
        /// The sessions.
        batch: Batch,
    },
    /// This is to be noted on the running entry.
    Note(String),
}

/// What ids are made of, and when it is.
struct Moment {
    seed: Uuid,
    received_at: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// What surrounds an event. The type is read by itself, so that it is known also of an event that is wrong.
#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct OfProject {
    project: Option<String>,
}

#[derive(Deserialize)]
struct OfDevice {
    device_id: Option<DeviceId>,
}

#[derive(Deserialize, Validate)]
struct Shown {
    #[validate(custom(function = check_title))]
    title: String,
    #[validate(custom(function = check_text))]
    text: Option<String>,
}

#[derive(Deserialize)]
struct Push {
    repository: Repository,
    head_commit: Option<Commit>,
    #[serde(default)]
    commits: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

#[derive(Deserialize)]
struct Commit {
    message: String,
}

impl Envelope {
    /// Reads a delivery to `endpoint` that came at `received_at`. Its id is `made` where its sender gave it none.
    #[must_use]
    pub fn read(
        (endpoint, scheme): (EndpointId, Scheme),
        head: &Head,
        body: &[u8],
        made: Uuid,
        (received_at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Envelope {
        let sent = match scheme {
            Scheme::Github => None,
            Scheme::Standard | Scheme::SecretHeader => Some(json::parsed::<Object<Sent<'_>>>(body)),
        };
        let in_body = sent.as_ref().and_then(|sent| told_id(sent.as_ref().ok()?.0.id?.get()));
        let id = head.delivery_id(scheme).map(ToOwned::to_owned).or(in_body);
        let id = delivery_id(endpoint, &id.unwrap_or_else(|| made.to_string()));
        let moment = Moment { seed: super::seed(endpoint, &id), received_at, now };
        let (kind, event) = match sent {
            None => of_github(head.hub_event.as_deref(), body),
            Some(Ok(Object(sent))) => {
                let kind = sent.kind.and_then(|kind| serde_json::from_str::<String>(kind.get()).ok());
                let kind = kind.filter(|kind| text::check(kind, KIND).is_ok());
                let event = read(kind.as_deref(), sent.data.map_or("null", RawValue::get), &moment);
                (kind, event)
            }
            Some(Err(error)) => (None, Err(wrong("", error))),
        };
        Envelope { id, kind, event }
    }
}

fn of_github(event: Option<&str>, body: &[u8]) -> (Option<String>, Result<Event, Outcome>) {
    let kind = event.map(|event| format!("github.{event}"));
    let kind = kind.filter(|kind| text::check(kind, KIND).is_ok());
    let event = match kind.as_deref() {
        Some("github.push") => push(body),
        Some("github.ping") => Err(Outcome::done(vec![])),
        kind => Err(nothing_to_do(kind)),
    };
    (kind, event)
}

/// An id that is a text or a whole number.
fn told_id(raw: &str) -> Option<String> {
    let told = serde_json::from_str::<String>(raw).ok();
    told.or_else(|| serde_json::from_str::<i64>(raw).ok().map(|number| number.to_string()))
}

fn read(kind: Option<&str>, data: &str, moment: &Moment) -> Result<Event, Outcome> {
    let Moment { seed, received_at, now } = *moment;
    let bytes = data.as_bytes();
    let wrong = |error| wrong("data", error);
    match kind {
        Some("time_entry.created") => {
            let Object(mut entry) = json::parsed::<Object<NewTimeEntry>>(bytes).map_err(wrong)?;
            let Object(OfProject { project }) = json::parsed(bytes).map_err(wrong)?;
            entry.id.get_or_insert(TimeEntryId(seed));
            if entry.end_time.is_none() {
                entry.start_time.get_or_insert(received_at);
            }
            let entry = Valid::check(entry).map_err(|fields| wrong(Unreadable::Invalid(fields)))?;
            Ok(Event::TimeEntry { entry, project })
        }
        Some("consumption.recorded") => {
            let Object(Records { records }) = json::parsed(bytes).map_err(wrong)?;
            let records = records.unwrap_or_default();
            if records.len() > MOST_RECORDS {
                let message = format!("It has over {MOST_RECORDS} records");
                return Err(Outcome::failed("TOO_MANY_RECORDS", message));
            }
            let texts =
                if records.is_empty() { vec![data] } else { records.iter().map(|one| one.get()).collect() };
            let record = |(index, text): (usize, &str)| {
                let malformed = |error| json::unreadable(error, "RECORD_INVALID");
                let Object(mut new) =
                    json::parsed::<Object<NewConsumption>>(text.as_bytes()).map_err(malformed)?;
                let own = || ConsumptionId(Uuid::new_v5(&seed, index.to_string().as_bytes()));
                new.id.get_or_insert_with(own);
                Valid::check(new)
            };
            Ok(Event::Consumption(texts.into_iter().enumerate().map(record).collect()))
        }
        Some("usage.recorded") => {
            let Object(OfDevice { device_id }) = json::parsed(bytes).map_err(wrong)?;
            let batch = Batch::read(bytes, now).map_err(|error| match error {
                NoBatch::Malformed(error) => wrong(Unreadable::Malformed(json::malformed(&error))),
                NoBatch::NotABatch => Outcome::failed(
                    "SESSIONS_INVALID",
                    "data.sessions is required, and is a list of sessions",
                ),
                NoBatch::TooManyRows(rows) => {
                    Outcome::failed("TOO_MANY_SESSIONS", format!("{rows} sessions are too many"))
                }
            })?;
            Ok(Event::Usage { device: device_id, batch })
        }
        Some("notification") => {
            let shown = json::read::<Shown>(bytes).map_err(wrong)?.into_inner();
            let text = text::given(shown.text.as_deref());
            let title = shown.title.trim();
            let message = text.map_or(title.to_owned(), |text| format!("{title}: {text}"));
            Err(Outcome { message: Some(message), ..Outcome::done(vec![]) })
        }
        kind => Err(nothing_to_do(kind)),
    }
}

/// `owner/name: the first line of the newest commit`, and how many others there are.
fn push(body: &[u8]) -> Result<Event, Outcome> {
    let Object(push): Object<Push> = json::parsed(body).map_err(|error| wrong("", error))?;
    let Some(commit) = push.head_commit else {
        return Err(Outcome::unhandled("NO_COMMIT", "The push has no commit: something was deleted"));
    };
    let others = match push.commits.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let line = commit.message.lines().next().unwrap_or_default().trim();
    let note = format!("{}: {line}", push.repository.full_name);
    let note = note.chars().filter(|c| !c.is_control()).take(NOTE).collect::<String>() + &others;
    Ok(Event::Note(note))
}

fn nothing_to_do(kind: Option<&str>) -> Outcome {
    match kind {
        Some(kind) => Outcome::unhandled("TYPE_UNKNOWN", format!("Nothing is done for the type {kind}")),
        None => {
            Outcome::failed("TYPE_MISSING", "It does not say of which type it is, in up to 100 characters")
        }
    }
}

/// What is wrong, of the field `at` or of the whole.
fn wrong(at: &str, error: Unreadable) -> Outcome {
    match error {
        Unreadable::Malformed(why) => Outcome::failed("MALFORMED_REQUEST", why),
        Unreadable::Invalid(fields) => invalid(at, &fields),
    }
}

/// What is wrong with fields, in words: `data.amount is required; …`.
#[must_use]
pub fn invalid(at: &str, fields: &[FieldError]) -> Outcome {
    let words = fields.iter().map(|FieldError { field, message, .. }| {
        let path = match (at, field.as_str()) {
            (at, "" | ".") => at.to_owned(),
            ("", field) => field.to_owned(),
            (at, field) => format!("{at}.{field}"),
        };
        format!("{path} {message}").trim().to_owned()
    });
    let words = words.collect::<Vec<_>>().join("; ");
    let words = words.chars().filter(|c| !c.is_control()).take(REASON).collect::<String>();
    Outcome::failed("VALIDATION_ERROR", words)
}

fn check_title(title: &str) -> Result<(), ValidationError> {
    if title.trim().is_empty() {
        return Err(ValidationError::new("TITLE_MISSING").with_message("is empty".into()));
    }
    text::validate(title, TITLE)
}

fn check_text(text: &str) -> Result<(), ValidationError> {
    text::validate(text, TEXT)
}

#[cfg(test)]
mod tests;
