//! What somebody, or a file, says that a register showed, and why it is not taken.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::{Reading, ReadingKind};
use crate::consumption::Amount;
use crate::ids::{ImportId, MeterId, ReadingId};
use crate::instants::{self, AHEAD};
use crate::text;
use crate::valid::FieldError;

/// No reading is older: on this instant all dates everywhere are of 1970.
pub const OLDEST: DateTime<Utc> = DateTime::from_timestamp(86_400, 0).expect("an instant");
const NOTE: usize = 500;

/// What somebody, or a file, says that a register showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The client's id, if it has one.
    pub id: Option<ReadingId>,
    /// When, in whole milliseconds.
    pub read_at: DateTime<Utc>,
    /// What it showed.
    pub reading: Amount,
    /// Of which kind.
    pub kind: ReadingKind,
    /// What the new register of an exchange begins with; 0 where it is not said.
    pub new_reading: Option<Amount>,
    /// Anything else about it.
    pub note: Option<String>,
}

/// Why a reading is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is another of this instant.
    Exists,
    /// Its id is that of another meter's.
    Elsewhere,
    /// Its id is that of one that was deleted.
    Deleted,
    /// It is ahead of the server's clock.
    InFuture,
    /// It is of before 1970.
    TooOld,
    /// It has more whole digits than the register.
    TooLarge,
}

impl Refusal {
    /// For programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Exists => "READING_EXISTS",
            Refusal::Elsewhere => "READING_ELSEWHERE",
            Refusal::Deleted => "READING_DELETED",
            Refusal::InFuture => "TIME_IN_FUTURE",
            Refusal::TooOld => "TIME_TOO_OLD",
            Refusal::TooLarge => "READING_TOO_LARGE",
        }
    }

    /// The field it is about.
    #[must_use]
    pub fn field(self) -> FieldError {
        let field = match self {
            Refusal::Exists | Refusal::InFuture | Refusal::TooOld => "read_at",
            Refusal::Elsewhere | Refusal::Deleted => "id",
            Refusal::TooLarge => "reading",
        };
        FieldError::new(field, self.to_string(), self.code())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Exists => "is when the meter was read already, and it showed something else",
            Refusal::Elsewhere => "is that of another meter's reading",
            Refusal::Deleted => "is that of a deleted reading",
            Refusal::InFuture => "is over 5 minutes ahead of the server's clock",
            Refusal::TooOld => "is before 1970-01-02",
            Refusal::TooLarge => "has more whole digits than the meter",
        })
    }
}

/// What became of a reading that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was not known.
    New(ReadingId),
    /// It is known, under this id.
    Duplicate(ReadingId),
    /// It was not taken.
    Refused(Refusal),
}

impl Told {
    /// That it can be a reading of a register with so many whole digits.
    ///
    /// # Errors
    /// Why it can not.
    pub fn check(&self, digits: Option<i16>, now: DateTime<Utc>) -> Result<(), Refusal> {
        let most = self.new_reading.map_or(self.reading, |new| new.max(self.reading));
        if self.read_at < OLDEST {
            Err(Refusal::TooOld)
        } else if self.read_at > now + AHEAD {
            Err(Refusal::InFuture)
        } else if digits.is_some_and(|digits| !fits(most, digits)) {
            Err(Refusal::TooLarge)
        } else {
            Ok(())
        }
    }

    /// As it is kept.
    #[must_use]
    pub fn kept(
        &self,
        meter: MeterId,
        id: ReadingId,
        import: Option<ImportId>,
        now: DateTime<Utc>,
    ) -> Reading {
        let exchanged = self.kind == ReadingKind::Exchange;
        Reading {
            id,
            meter_id: meter,
            read_at: self.read_at,
            reading: self.reading,
            kind: self.kind,
            new_reading: exchanged.then(|| self.new_reading.unwrap_or_default()),
            note: note(self.note.as_deref()),
            import_id: import,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Whether a register of so many whole digits can show it.
fn fits(reading: Amount, digits: i16) -> bool {
    u32::try_from(digits).is_ok_and(|digits| reading.thousandths() / 1000 < 10_i64.saturating_pow(digits))
}

/// A reading that is added, or put in another's place.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewReading {
    /// When (RFC 3339); at most 5 minutes ahead of the server's clock.
    #[serde(deserialize_with = "instants::told")]
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T08:00:00+01:00")]
    pub read_at: DateTime<Utc>,
    /// What the register shows, in the meter's unit: 0 to 999999999.999, at most three decimals. A text is taken as well.
    #[schema(value_type = f64, minimum = 0, maximum = 999_999_999.999, example = 12345.678)]
    pub reading: Amount,
    /// `reading` (as without it), `exchange` or `reset`.
    #[schema(inline)]
    pub kind: Option<ReadingKind>,
    /// What the new register of an exchange begins with; 0 without it.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999_999_999.999, example = 0)]
    pub new_reading: Option<Amount>,
    /// Anything else about it, up to 500 characters.
    #[validate(custom(function = check_note))]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// The client's id: the same again is the same reading. Made by the server when absent.
    pub id: Option<ReadingId>,
}

impl NewReading {
    /// What it says.
    ///
    /// # Errors
    /// `new_reading` of one that is no exchange.
    pub fn told(&self) -> Result<Told, FieldError> {
        let kind = self.kind.unwrap_or_default();
        check_new_reading(self.new_reading, kind)?;
        Ok(Told {
            id: self.id,
            read_at: self.read_at,
            reading: self.reading,
            kind,
            new_reading: self.new_reading,
            note: self.note.clone(),
        })
    }
}

/// A change of a reading; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct ReadingPatch {
    /// When.
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<DateTime<Utc>>,
    /// What the register showed.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999_999_999.999, example = 12345.678)]
    pub reading: Option<Amount>,
    /// Of which kind. One that is no exchange any more has no `new_reading`.
    #[schema(inline)]
    pub kind: Option<ReadingKind>,
    /// What the new register of an exchange begins with.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999_999_999.999, example = 0)]
    pub new_reading: Option<Amount>,
    /// Anything else about it; empty: nothing.
    #[validate(custom(function = check_note))]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ReadingPatch {
    /// What a reading says with this change.
    ///
    /// # Errors
    /// `new_reading` of one that is no exchange.
    pub fn told(&self, reading: &Reading) -> Result<Told, FieldError> {
        let old = reading.told();
        let kind = self.kind.unwrap_or(old.kind);
        check_new_reading(self.new_reading, kind)?;
        Ok(Told {
            read_at: self.read_at.unwrap_or(old.read_at),
            reading: self.reading.unwrap_or(old.reading),
            kind,
            new_reading: self.new_reading.or(old.new_reading).filter(|_| kind == ReadingKind::Exchange),
            note: match &self.note {
                Some(text) => Some(text.clone()),
                None => old.note.clone(),
            },
            ..old
        })
    }
}

/// What may be sent: a reading, or a list of them. (It describes the body; the list is read one by one.)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SentReadings {
    /// One.
    One(NewReading),
    /// Up to 10,000: all are kept or none.
    Many {
        /// The readings.
        #[schema(max_items = 10_000)]
        readings: Vec<NewReading>,
    },
}

/// Whether a body holds a list, each reading as its text.
#[derive(Debug, Deserialize)]
pub struct Readings<'a> {
    /// The list, if it is there.
    #[serde(borrow, default)]
    pub readings: Option<Vec<&'a RawValue>>,
}

/// That only an exchange says what the new register begins with.
fn check_new_reading(new_reading: Option<Amount>, kind: ReadingKind) -> Result<(), FieldError> {
    if new_reading.is_none() || kind == ReadingKind::Exchange {
        return Ok(());
    }
    Err(FieldError::new("new_reading", "is for a reading of kind exchange", "NEW_READING_INVALID"))
}

/// A note as it is kept.
fn note(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

fn check_note(text: &str) -> Result<(), ValidationError> {
    text::validate(text, NOTE)
}
