//! Readings: what the register of a meter showed, and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::register::{Slip, Verdict};
use crate::consumption::Amount;
use crate::ids::{ImportId, MeterId, ReadingId};

mod told;

pub use told::{NewReading, OLDEST, ReadingPatch, Readings, Refusal, SentReadings, Taken, Told};

/// Readings a batch may have at the most.
pub const MOST_READINGS: usize = 10_000;

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
#[schema(as = ReadingStatus)]
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
    pub kind: ReadingKind,
    /// What the new register of an exchange begins with.
    pub new_reading: Option<Amount>,
    /// What its person says of it.
    pub note: Option<String>,
    /// What it is for the figures.
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
