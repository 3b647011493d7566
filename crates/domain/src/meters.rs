//! Meters: what counts a household's consumption, read by its people or by itself.
//!
//! A meter has readings of its register ([`readings`]), of which the rules in [`register`] make what was consumed in
//! between and [`allocation`] puts it on days; or intervals ([`intervals`]), which say so themselves ([`hours`]). Each of
//! its days is a record of consumption: what its intervals say, where it has any on that date, else its readings.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::consumption::{Amount, Canonical, ConsumptionType, Conversion, Record, Unit, divided, wrong_unit};
use crate::ids::{ConsumptionId, MeterId};
use crate::text;
use crate::valid::FieldError;

pub mod allocation;
pub mod hours;
pub mod intervals;
pub mod profile;
pub mod readings;
pub mod register;

const NAME: usize = 100;

/// A meter as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// The meter.
    pub id: MeterId,
    /// What it is called: no other of the account and type is called so.
    pub name: String,
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what it counts.
    pub unit: Unit,
    /// Whole digits of its register, where they are known: 1 to 9.
    pub digits: Option<i16>,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

impl Register {
    /// The id of the record of consumption that is derived for a date.
    #[must_use]
    pub fn record_id(&self, date: NaiveDate) -> ConsumptionId {
        ConsumptionId(Uuid::new_v5(&self.id.0, date.to_string().as_bytes()))
    }

    /// What it says of a date, in millionths of its unit; `calorific` is the account's value of gas. A day has 999,999,999.999
    /// at the most, as every record has.
    #[must_use]
    pub fn day(&self, date: NaiveDate, millionths: i128, estimated: bool, calorific: Amount) -> MeterDay {
        let conversion = Conversion::new(self.consumption_type, self.unit, calorific);
        let thousandths = i64::try_from(divided(millionths, 1000)).ok().and_then(Amount::of_thousandths);
        let (amount, canonical) = match thousandths {
            Some(amount) => (amount, conversion.canonical_of_millionths(millionths)),
            None => (Amount::LARGEST, conversion.canonical(Amount::LARGEST)),
        };
        MeterDay { id: self.record_id(date), date, amount, canonical, estimated }
    }

    /// As it is shown, with what is known of it.
    #[must_use]
    pub fn shown(self, known: Known) -> Meter {
        Meter {
            id: self.id,
            name: self.name,
            consumption_type: self.consumption_type,
            unit: self.unit,
            digits: self.digits,
            readings: known.readings,
            last_reading: known.last_reading,
            first_date: known.dates.map(|(first, _)| first),
            last_date: known.dates.map(|(_, last)| last),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// What a meter says of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterDay {
    /// The record that says so.
    pub id: ConsumptionId,
    /// The day, in the account's time zone.
    pub date: NaiveDate,
    /// How much, in the meter's unit, rounded to thousandths.
    pub amount: Amount,
    /// How much in the canonical unit, of what was not rounded.
    pub canonical: Canonical,
    /// Whether some of it is put on the day by time.
    pub estimated: bool,
}

impl MeterDay {
    /// Whether a record of `meter` says just this.
    #[must_use]
    pub fn is(&self, meter: &Register, record: &Record, canonical: Canonical) -> bool {
        record.meter_id == Some(meter.id)
            && record.unit == meter.unit
            && (record.id, record.consumption_date) == (self.id, self.date)
            && (record.amount, canonical, record.estimated) == (self.amount, self.canonical, self.estimated)
    }
}

/// What is known of a meter beside itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Known {
    /// How many readings it has.
    pub readings: i64,
    /// The newest of them.
    pub last_reading: Option<LastReading>,
    /// The first and the last day with consumption of it.
    pub dates: Option<(NaiveDate, NaiveDate)>,
}

/// A meter.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Meter {
    /// The meter.
    pub id: MeterId,
    /// What it is called.
    pub name: String,
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what it counts.
    pub unit: Unit,
    /// Whole digits of its register, where they are known.
    #[schema(minimum = 1, maximum = 9, example = 5)]
    pub digits: Option<i16>,
    /// How many readings it has.
    pub readings: i64,
    /// The newest of them.
    pub last_reading: Option<LastReading>,
    /// The first day with consumption of it, in the account's time zone.
    pub first_date: Option<NaiveDate>,
    /// The last.
    pub last_date: Option<NaiveDate>,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// The newest reading of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct LastReading {
    /// When.
    pub read_at: DateTime<Utc>,
    /// What the register shows since: of an exchange, the new one.
    pub reading: Amount,
}

/// A meter that is added, or put in another's place.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewMeter {
    /// What to call it, up to 100 characters: no two of a type have the same name.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100, example = "Cellar")]
    pub name: String,
    /// Of electricity, water or gas.
    pub consumption_type: ConsumptionType,
    /// In what it counts; one of the type's units.
    pub unit: Unit,
    /// Whole digits of its register, 1 to 9; without it a rollover is told by its readings alone.
    #[validate(custom(function = check_digits))]
    #[schema(minimum = 1, maximum = 9, example = 5)]
    pub digits: Option<i16>,
    /// The client's id: the same again is the same meter. Made by the server when absent.
    pub id: Option<MeterId>,
}

impl NewMeter {
    /// The meter it is, as of `now`.
    ///
    /// # Errors
    /// Its unit is of another type.
    pub fn register(&self, id: MeterId, now: DateTime<Utc>) -> Result<Register, FieldError> {
        let register = Register {
            id,
            name: self.name.trim().to_owned(),
            consumption_type: self.consumption_type,
            unit: self.unit,
            digits: self.digits,
            created_at: now,
            updated_at: now,
        };
        register.checked()
    }
}

/// A change of a meter; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct MeterPatch {
    /// What to call it.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100, example = "Cellar")]
    pub name: Option<String>,
    /// In what it counts; while it has neither readings nor intervals.
    pub unit: Option<Unit>,
    /// Whole digits of its register. (`PUT` without them forgets them.)
    #[validate(custom(function = check_digits))]
    #[schema(minimum = 1, maximum = 9, example = 5)]
    pub digits: Option<i16>,
}

impl Register {
    /// With the change of `patch`.
    ///
    /// # Errors
    /// Its unit is of another type.
    pub fn changed(&self, patch: &MeterPatch, now: DateTime<Utc>) -> Result<Register, FieldError> {
        let changed = Register {
            name: patch.name.as_deref().map_or_else(|| self.name.clone(), |name| name.trim().to_owned()),
            unit: patch.unit.unwrap_or(self.unit),
            digits: patch.digits.or(self.digits),
            updated_at: now,
            ..self.clone()
        };
        changed.checked()
    }

    /// With everything of `new` in its place.
    ///
    /// # Errors
    /// It is of another type, or its unit is.
    pub fn replaced(&self, new: &NewMeter, now: DateTime<Utc>) -> Result<Register, FieldError> {
        if new.consumption_type != self.consumption_type {
            let message = format!("is {}, and stays so", self.consumption_type.as_str());
            return Err(FieldError::new("consumption_type", message, "TYPE_CHANGED"));
        }
        let new = new.register(self.id, now)?;
        Ok(Register { created_at: self.created_at, ..new })
    }

    fn checked(self) -> Result<Register, FieldError> {
        if self.consumption_type.units().contains(&self.unit) {
            return Ok(self);
        }
        Err(FieldError::new("unit", wrong_unit(self.consumption_type), "UNIT_INVALID"))
    }
}

/// Meters of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Meters {
    /// Oldest first.
    pub meters: Vec<Meter>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

fn check_name(name: &str) -> Result<(), ValidationError> {
    if name.trim().is_empty() {
        return Err(ValidationError::new("NAME_MISSING").with_message("is empty".into()));
    }
    text::validate(name, NAME)
}

fn check_digits(digits: i16) -> Result<(), ValidationError> {
    if (1..=9).contains(&digits) {
        return Ok(());
    }
    Err(ValidationError::new("DIGITS_INVALID").with_message("must be 1 to 9".into()))
}
