//! Import: records, intervals and readings from the CSV of utilities, smart meters and other programs.
//!
//! A file is recognised by its header ([`columns`]), its own way to write numbers and dates is learned from its rows
//! ([`study`]), and then each row is read by itself ([`Reader`]). What cannot be known is asked: it is a [`FieldError`] for
//! the parameter that would tell. A row that cannot be taken costs itself, and is told with its line.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::{ConsumptionType, Figure, Unit, wrong_unit};
use crate::csv::dates::DateOrder;
use crate::csv::numbers::Decimal;
use crate::ids::ImportId;
use crate::imports::{Counts, FileKind, RejectedRow, check_file_name};
use crate::text;
use crate::valid::FieldError;

pub mod columns;
mod read;
pub mod study;
mod words;

pub use read::{Item, Reader, Series};
pub use study::Plan;

const METER_NAME: usize = 100;

/// How a file is read; what is absent is learned from it, or asked.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// All is read, checked and counted as it would be, and nothing is kept.
    pub dry_run: Option<bool>,
    /// IANA time zone of times without an offset, in place of the account's.
    pub tz: Option<String>,
    /// `ymd`, `dmy` or `mdy`: how dates are told whose year is not first.
    #[param(inline)]
    pub date_order: Option<DateOrder>,
    /// `point` or `comma`.
    #[param(inline)]
    pub decimal: Option<Decimal>,
    /// Of rows that do not say themselves: electricity, water or gas.
    #[param(inline)]
    pub consumption_type: Option<ConsumptionType>,
    /// Of rows that do not say themselves.
    #[param(inline)]
    pub unit: Option<Unit>,
    /// The meter of intervals and readings that do not say themselves; without it, it is called as their type.
    #[validate(custom(function = check_meter))]
    #[param(max_length = 100)]
    pub meter: Option<String>,
    /// What the file is called, for the list of imports: up to 255 characters.
    #[validate(custom(function = check_file_name))]
    #[param(max_length = 255)]
    pub file_name: Option<String>,
}

impl ImportOptions {
    /// The time zone that is asked for.
    ///
    /// # Errors
    /// It is none; its unit is of another type.
    pub fn check(&self) -> Result<Option<Tz>, FieldError> {
        if let (Some(what), Some(unit)) = (self.consumption_type, self.unit)
            && !what.units().contains(&unit)
        {
            return Err(FieldError::new("unit", wrong_unit(what), "UNIT_INVALID"));
        }
        let Some(name) = &self.tz else { return Ok(None) };
        let message = "is not an IANA time zone such as Europe/Berlin";
        name.parse().map(Some).map_err(|_| FieldError::new("tz", message, "TIMEZONE_INVALID"))
    }
}

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportKind {
    /// An amount a date.
    Records,
    /// What was consumed from one instant to another.
    Intervals,
    /// What a register showed.
    Readings,
}

impl From<ImportKind> for FileKind {
    fn from(kind: ImportKind) -> FileKind {
        match kind {
            ImportKind::Records => FileKind::Records,
            ImportKind::Intervals => FileKind::Intervals,
            ImportKind::Readings => FileKind::Readings,
        }
    }
}

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Electricity, water or gas.
    ConsumptionType,
    /// How much was consumed.
    Amount,
    /// In what.
    Unit,
    /// A date.
    Date,
    /// A time of the date in another column.
    Time,
    /// When an interval begins, or when a meter was read.
    Start,
    /// When an interval ends.
    End,
    /// What a register showed.
    Reading,
    /// A meter, by its name.
    Meter,
    /// Anything else about it.
    Description,
    /// The id of a record.
    Id,
    /// Whether it is estimated.
    Estimated,
    /// Nothing that we know.
    Ignored,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// The import, by which it can be undone; none where nothing is kept.
    pub import_id: Option<ImportId>,
    /// Nothing was kept, as was asked.
    pub dry_run: bool,
    /// What its rows are.
    pub kind: ImportKind,
    /// Rows that were new.
    pub imported: u64,
    /// Intervals that were known with another amount.
    pub changed: u64,
    /// Rows that were known.
    pub duplicates: u64,
    /// How many rows could not be taken.
    pub rejected_total: u64,
    /// The first 1000 of them.
    pub rejected: Vec<RejectedRow>,
    /// The earliest day of the rows that were taken, in the account's time zone.
    pub first_date: Option<NaiveDate>,
    /// The latest.
    pub last_date: Option<NaiveDate>,
    /// What the rows add up to that were taken, known ones with them.
    pub totals: Vec<ImportTotal>,
    /// Where the account has consumption of a type from elsewhere too, from a meter or other records: what is the same is
    /// counted twice.
    pub overlaps: Vec<ImportOverlap>,
    /// How the file was read.
    pub format: ImportFormat,
    /// Its first rows, as they were understood.
    pub sample: Vec<SampleRow>,
}

impl ImportReport {
    /// What is kept of it.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            imported: self.imported,
            changed: self.changed,
            duplicates: self.duplicates,
            rejected: self.rejected_total,
            dates: self.first_date.zip(self.last_date),
        }
    }
}

/// What rows of a type and unit add up to, by meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportTotal {
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what.
    pub unit: Unit,
    /// The meter of intervals and readings.
    pub meter: Option<String>,
    /// How much, rounded to three decimals; readings are not added up.
    pub amount: Option<Figure>,
    /// How many rows.
    pub rows: u64,
}

/// Days on which a file is not alone with what it tells of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportOverlap {
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// How many days.
    pub days: u64,
}

/// How a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportFormat {
    /// What stands between its cells.
    #[schema(example = ";")]
    pub delimiter: &'static str,
    /// What stands before decimals.
    pub decimal: Decimal,
    /// What parts thousands.
    pub thousands: Option<char>,
    /// How its dates are told.
    pub date_order: DateOrder,
    /// Its columns, and what each tells.
    pub columns: Vec<ColumnFormat>,
    /// The zone of times without an offset.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub tz: Tz,
}

/// A column, and what it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ColumnFormat {
    /// Its title.
    pub header: String,
    /// What it tells.
    pub means: Means,
}

/// A row as it was understood: what it does not have is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SampleRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what.
    pub unit: Unit,
    /// How much was consumed, or what the register showed, rounded to three decimals.
    pub amount: Figure,
    /// The day of a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumption_date: Option<NaiveDate>,
    /// When an interval begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime<Utc>>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<DateTime<Utc>>,
    /// When the meter was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<DateTime<Utc>>,
    /// The meter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meter: Option<String>,
    /// Anything else about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

fn check_meter(name: &str) -> Result<(), ValidationError> {
    if name.trim().is_empty() {
        return Err(ValidationError::new("NAME_MISSING").with_message("is empty".into()));
    }
    text::validate(name, METER_NAME)
}
