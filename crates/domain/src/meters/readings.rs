//! Readings: what the register of a meter showed, and when.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::register::{Slip, Verdict};
use crate::consumption::Amount;
use crate::ids::{ImportId, MeterId, ReadingId};
use crate::instants::{self, AHEAD};
use crate::text;
use crate::valid::FieldError;

/// Readings a batch may have at the most.
pub const MOST_READINGS: usize = 10_000;
/// No reading is older: on this instant all dates everywhere are of 1970.
pub const OLDEST: DateTime<Utc> = DateTime::from_timestamp(86_400, 0).expect("an instant");
const NOTE: usize = 500;

/// What kind of reading it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReadingKind {
    /// What the register shows.
    #[default]
    Reading,
    /// Another register from here on: `reading` is what the old one showed at last, `new_reading` what the new one begins
    /// with.
    Exchange,
    /// The register went back to zero since the reading before: what it shows has been consumed since.
    Reset,
}

impl ReadingKind {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ReadingKind::Reading => "reading",
            ReadingKind::Exchange => "exchange",
            ReadingKind::Reset => "reset",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<ReadingKind> {
        [ReadingKind::Reading, ReadingKind::Exchange, ReadingKind::Reset]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

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
#[must_use]
pub fn fits(reading: Amount, digits: i16) -> bool {
    u32::try_from(digits).is_ok_and(|digits| reading.thousandths() / 1000 < 10_i64.saturating_pow(digits))
}

/// A reading as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The reading.
    pub id: ReadingId,
    /// Of which meter.
    pub meter_id: MeterId,
    /// When.
    pub read_at: DateTime<Utc>,
    /// What the register showed; of an exchange the old one, at last.
    pub reading: Amount,
    /// Of which kind.
    pub kind: ReadingKind,
    /// What the new register of an exchange begins with.
    pub new_reading: Option<Amount>,
    /// Anything else about it.
    pub note: Option<String>,
    /// The import that added it.
    pub import_id: Option<ImportId>,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

impl Reading {
    /// What the register shows from here on.
    #[must_use]
    pub fn goes_on_from(&self) -> Amount {
        self.new_reading.unwrap_or(self.reading)
    }

    /// Whether it says the same of the register.
    #[must_use]
    pub fn says_as(&self, other: &Reading) -> bool {
        (self.read_at, self.reading, self.kind, self.new_reading)
            == (other.read_at, other.reading, other.kind, other.new_reading)
    }

    /// As it is told, for a change.
    #[must_use]
    pub fn told(&self) -> Told {
        Told {
            id: Some(self.id),
            read_at: self.read_at,
            reading: self.reading,
            kind: self.kind,
            new_reading: self.new_reading,
            note: self.note.clone(),
        }
    }

    /// As it is shown, with what it is for the figures.
    #[must_use]
    pub fn shown(self, verdict: Verdict) -> MeterReading {
        MeterReading {
            id: self.id,
            meter_id: self.meter_id,
            read_at: self.read_at,
            reading: self.reading,
            kind: self.kind,
            new_reading: self.new_reading,
            note: self.note,
            status: Status::of(verdict),
            reason: reason(verdict),
            consumption: verdict.span().map(|span| span.amount),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// What a reading is for the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is none before it.
    First,
    /// It says what was consumed since the one before.
    Counted,
    /// It does, and the register began at zero again in between.
    Rollover,
    /// It does not fit the ones beside it.
    Suspect,
}

impl Status {
    fn of(verdict: Verdict) -> Status {
        match verdict {
            Verdict::First => Status::First,
            Verdict::Counted(_) => Status::Counted,
            Verdict::Rollover(_) => Status::Rollover,
            Verdict::LeftOut(_) | Verdict::Fell => Status::Suspect,
        }
    }
}

fn reason(verdict: Verdict) -> Option<String> {
    let reason = match verdict {
        Verdict::LeftOut(Slip::TooHigh) => "Higher than the one after it: a slip? It is left out.",
        Verdict::LeftOut(Slip::TooLow) => "Lower than the ones beside it: a slip? It is left out.",
        Verdict::Fell => {
            "Lower than the one before: a reset, an exchange or a slip? Nothing is counted up to it."
        }
        Verdict::First | Verdict::Counted(_) | Verdict::Rollover(_) => return None,
    };
    Some(reason.to_owned())
}

/// A reading of a meter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MeterReading {
    /// The reading.
    pub id: ReadingId,
    /// Of which meter.
    pub meter_id: MeterId,
    /// When.
    pub read_at: DateTime<Utc>,
    /// What the register showed, in the meter's unit; of an exchange the old one, at last.
    pub reading: Amount,
    /// Of which kind.
    #[schema(inline)]
    pub kind: ReadingKind,
    /// What the new register of an exchange begins with.
    pub new_reading: Option<Amount>,
    /// What its person says of it.
    pub note: Option<String>,
    /// What it is for the figures.
    #[schema(inline)]
    pub status: Status,
    /// Why it is suspect.
    pub reason: Option<String>,
    /// How much was consumed since the reading before that counts, in the meter's unit, where it says so.
    pub consumption: Option<Amount>,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// A reading that is added, or put in another's place.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = check_kind))]
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
    #[must_use]
    pub fn told(&self) -> Told {
        Told {
            id: self.id,
            read_at: self.read_at,
            reading: self.reading,
            kind: self.kind.unwrap_or_default(),
            new_reading: self.new_reading,
            note: self.note.clone(),
        }
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
        if self.new_reading.is_some() && kind != ReadingKind::Exchange {
            return Err(FieldError::new("new_reading", NOT_EXCHANGED, "NEW_READING_INVALID"));
        }
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

/// What was kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum KeptReadings {
    /// The reading.
    One(Box<MeterReading>),
    /// The readings, in the order in which they were sent.
    Many {
        /// The readings.
        readings: Vec<MeterReading>,
        /// How many there are.
        total: usize,
    },
}

/// Readings of a meter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeterReadings {
    /// Newest first.
    pub readings: Vec<MeterReading>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

const NOT_EXCHANGED: &str = "is for a reading of kind exchange";

/// A note as it is kept.
fn note(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

fn check_note(text: &str) -> Result<(), ValidationError> {
    text::validate(text, NOTE)
}

fn check_kind(new: &NewReading) -> Result<(), ValidationError> {
    if new.new_reading.is_some() && new.kind != Some(ReadingKind::Exchange) {
        return Err(ValidationError::new("NEW_READING_INVALID").with_message(NOT_EXCHANGED.into()));
    }
    Ok(())
}
