//! Consumption: what a household takes of electricity, water and gas, a record at a time.
//!
//! A record is an amount in a unit on a local date. It is kept as it was given, and in the unit in which its type is
//! added up ([`units`]). Amounts are decimals and stay exact ([`amount`]). What records add up to is made from days
//! ([`analytics`]).

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::days;
use crate::ids::{ConsumptionId, ImportId, MeterId, UserId};
use crate::text;
use crate::valid::FieldError;

mod amount;
pub mod analytics;
pub mod batch;
pub mod export;
pub mod import;
pub mod units;

pub(crate) use amount::divided;
pub use amount::{Amount, Figure};
pub use units::{Canonical, ConsumptionType, Conversion, Unit};

/// kWh that a cubic metre of gas gives where an account does not say: 11.2.
pub const CALORIFIC_VALUE: Amount = Amount::of_thousandths(11_200).expect("an amount");
pub(crate) const DESCRIPTION: usize = 500;

/// A record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Consumption {
    /// The record.
    pub id: ConsumptionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// How much, as it was given.
    pub amount: Amount,
    /// In what it was given.
    pub unit: Unit,
    /// How much in `canonical_unit`, rounded to three decimals. (What is added up is not rounded.)
    pub canonical_amount: Figure,
    /// kWh of electricity and gas, m3 of water.
    pub canonical_unit: Unit,
    /// On which day, in the account's time zone.
    pub consumption_date: NaiveDate,
    /// What its person says of it.
    pub description: Option<String>,
    /// The meter it is derived from: what that says of the day.
    pub meter_id: Option<MeterId>,
    /// Whether some of it was consumed between two readings on different days, and is put on them evenly by time.
    pub estimated: bool,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// A record that is added, or put in another's place.
#[derive(Clone, Debug, PartialEq, Deserialize, Validate, ToSchema)]
pub struct NewConsumption {
    /// Of what: electricity, water or gas.
    pub consumption_type: ConsumptionType,
    /// How much: 0 to 999999999.999, at most three decimals. A text of the same form is taken as well.
    #[schema(value_type = f64, minimum = 0, maximum = 999_999_999.999, example = 12.345)]
    pub amount: Amount,
    /// In what. Electricity: Wh, kWh, MWh; water: L, m3, gal (US), ft3, ccf; gas: m3, ft3, ccf, kWh, MWh, therm (US).
    pub unit: Unit,
    /// On which day, in the account's time zone.
    #[validate(custom(function = check_date))]
    #[schema(example = "2026-01-31")]
    pub consumption_date: NaiveDate,
    /// Anything else about it, up to 500 characters.
    #[validate(custom(function = check_description))]
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// The client's id: the same again is the same record. Made by the server when absent.
    pub id: Option<ConsumptionId>,
}

impl NewConsumption {
    /// The record it is, as of `now`.
    ///
    /// # Errors
    /// Its unit is of another type, or it is of a day that has not begun anywhere.
    pub fn record(&self, user: UserId, id: ConsumptionId, now: DateTime<Utc>) -> Result<Record, FieldError> {
        let record = Record {
            user_id: user,
            id,
            consumption_type: self.consumption_type,
            amount: self.amount,
            unit: self.unit,
            consumption_date: self.consumption_date,
            description: text::given(self.description.as_deref()),
            meter_id: None,
            import_id: None,
            estimated: false,
            created_at: now,
            updated_at: now,
        };
        record.checked(now)
    }
}

/// A change of a record; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct ConsumptionPatch {
    /// Of what.
    pub consumption_type: Option<ConsumptionType>,
    /// How much.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999_999_999.999, example = 12.345)]
    pub amount: Option<Amount>,
    /// In what; one of the type it has then.
    pub unit: Option<Unit>,
    /// On which day.
    #[validate(custom(function = check_date))]
    #[schema(example = "2026-01-31")]
    pub consumption_date: Option<NaiveDate>,
    /// Anything else about it; empty: nothing.
    #[validate(custom(function = check_description))]
    #[schema(max_length = 500)]
    pub description: Option<String>,
}

/// A record as it is kept, without what is reckoned.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Whose it is.
    pub user_id: UserId,
    /// The record.
    pub id: ConsumptionId,
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub unit: Unit,
    /// On which day.
    pub consumption_date: NaiveDate,
    /// What its person says of it.
    pub description: Option<String>,
    /// The meter it is derived from.
    pub meter_id: Option<MeterId>,
    /// The import that added it.
    pub import_id: Option<ImportId>,
    /// Whether some of it is put on the day by time.
    pub estimated: bool,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

impl Record {
    /// How much in the canonical unit, by the account's calorific value of gas.
    #[must_use]
    pub fn canonical(&self, calorific: Amount) -> Canonical {
        Conversion::new(self.consumption_type, self.unit, calorific).canonical(self.amount)
    }

    /// As it is shown, with its canonical amount.
    #[must_use]
    pub fn shown(self, canonical: Canonical) -> Consumption {
        Consumption {
            id: self.id,
            user_id: self.user_id,
            consumption_type: self.consumption_type,
            amount: self.amount,
            unit: self.unit,
            canonical_amount: canonical.figure(),
            canonical_unit: self.consumption_type.canonical_unit(),
            consumption_date: self.consumption_date,
            description: self.description,
            meter_id: self.meter_id,
            estimated: self.estimated,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// With the change of `patch`.
    ///
    /// # Errors
    /// What comes of it is no record.
    pub fn changed(&self, patch: &ConsumptionPatch, now: DateTime<Utc>) -> Result<Record, FieldError> {
        let changed = Record {
            consumption_type: patch.consumption_type.unwrap_or(self.consumption_type),
            amount: patch.amount.unwrap_or(self.amount),
            unit: patch.unit.unwrap_or(self.unit),
            consumption_date: patch.consumption_date.unwrap_or(self.consumption_date),
            description: match &patch.description {
                Some(text) => text::given(Some(text)),
                None => self.description.clone(),
            },
            updated_at: now,
            ..self.clone()
        };
        changed.checked(now)
    }

    /// With everything of `new` in its place.
    ///
    /// # Errors
    /// Its unit is of another type, or it is of a day that has not begun anywhere.
    pub fn replaced(&self, new: &NewConsumption, now: DateTime<Utc>) -> Result<Record, FieldError> {
        let new = new.record(self.user_id, self.id, now)?;
        Ok(Record { created_at: self.created_at, import_id: self.import_id, ..new })
    }

    fn checked(self, now: DateTime<Utc>) -> Result<Record, FieldError> {
        if !self.consumption_type.units().contains(&self.unit) {
            return Err(FieldError::new("unit", wrong_unit(self.consumption_type), "UNIT_INVALID"));
        }
        // Where the day begins first, clocks are 14 hours ahead of UTC.
        if self.consumption_date > (now + Duration::hours(14)).date_naive() {
            let message = "has not begun yet, wherever you are";
            return Err(FieldError::new("consumption_date", message, "DATE_IN_FUTURE"));
        }
        Ok(self)
    }
}

/// In what order records are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum Sort {
    /// Newest day first.
    #[default]
    #[serde(rename = "-date", alias = "-consumption_date")]
    NewestFirst,
    /// Oldest day first.
    #[serde(rename = "date", alias = "consumption_date")]
    OldestFirst,
    /// Largest first, by the canonical amount.
    #[serde(rename = "-amount")]
    LargestFirst,
    /// Smallest first, by the canonical amount.
    #[serde(rename = "amount")]
    SmallestFirst,
}

impl Sort {
    /// As it is asked for.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Sort::NewestFirst => "-date",
            Sort::OldestFirst => "date",
            Sort::LargestFirst => "-amount",
            Sort::SmallestFirst => "amount",
        }
    }
}

/// Which records are asked for, and in what order.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsumptionFilter {
    /// Of electricity, water or gas.
    #[param(inline)]
    pub consumption_type: Option<ConsumptionType>,
    /// From this date on.
    #[validate(custom(function = check_date))]
    pub start_date: Option<NaiveDate>,
    /// Up to this date, with it.
    #[validate(custom(function = check_date))]
    pub end_date: Option<NaiveDate>,
    /// `date`, `-date` (newest first, as without it), `amount`, `-amount` (by what they are in the canonical unit).
    #[param(inline)]
    pub sort: Option<Sort>,
}

impl ConsumptionFilter {
    /// That it may be asked.
    ///
    /// # Errors
    /// Its dates end before they begin.
    pub fn check(&self) -> Result<(), FieldError> {
        in_order(self.start_date, self.end_date)
    }
}

/// Records of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Consumptions {
    /// Newest first, or as it was asked.
    pub consumptions: Vec<Consumption>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

pub(crate) fn wrong_unit(what: ConsumptionType) -> String {
    let units: Vec<&str> = what.units().iter().map(|unit| unit.as_str()).collect();
    format!("{} is measured in {}", what.as_str(), units.join(", "))
}

pub(crate) fn check_date(date: &NaiveDate) -> Result<(), ValidationError> {
    if (days::FIRST..=days::LAST).contains(date) {
        return Ok(());
    }
    Err(ValidationError::new("DATE_INVALID").with_message("is not of the years 1970 to 9999".into()))
}

fn check_description(text: &str) -> Result<(), ValidationError> {
    text::validate(text, DESCRIPTION)
}

/// That dates do not end before they begin.
pub(crate) fn in_order(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Result<(), FieldError> {
    match (first, last) {
        (Some(first), Some(last)) if last < first => {
            Err(FieldError::new("start_date", "is after end_date", "ENDS_BEFORE_START"))
        }
        _ => Ok(()),
    }
}

/// A calorific value of gas: 1 to 50 kWh a cubic metre.
///
/// # Errors
/// `CALORIFIC_VALUE_INVALID`.
pub fn check_calorific_value(value: &Amount) -> Result<(), ValidationError> {
    if (1000..=50_000).contains(&value.thousandths()) {
        return Ok(());
    }
    Err(ValidationError::new("CALORIFIC_VALUE_INVALID").with_message("must be 1 to 50 kWh/m3".into()))
}

#[cfg(test)]
mod tests;
