//! Import: time entries from the CSV of Toggl Track, Clockify, Kimai and other programs, and from our own.
//!
//! A file is recognised by its header ([`columns`]); its order of dates is learned from its rows, or asked ([`study`]); and
//! then each row is read by itself ([`Reader`]). Times are those of a wall clock in a zone. What a clock change makes of
//! them is [`times`]' to say.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::csv::dates::DateOrder;
use crate::ids::ImportId;
use crate::imports::{Counts, RejectedRow, check_file_name};
use crate::numbers::Seconds;
use crate::valid::FieldError;

pub mod columns;
mod read;
pub mod study;
mod times;

pub use read::{Line, Reader};
pub use study::Plan;

/// Projects that are told one by one.
pub const MOST_PROJECTS: usize = 1000;

/// How a file is read; what is absent is learned from it, or asked.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimeImportOptions {
    /// All is read, checked and counted as it would be, and nothing is kept.
    pub dry_run: Option<bool>,
    /// IANA time zone of times without an offset, in place of the account's.
    pub tz: Option<String>,
    /// `ymd`, `dmy` or `mdy`: how dates are told whose year is not first.
    #[param(inline)]
    pub date_order: Option<DateOrder>,
    /// What the file is called, for the list of imports: up to 255 characters.
    #[validate(custom(function = check_file_name))]
    #[param(max_length = 255)]
    pub file_name: Option<String>,
}

impl TimeImportOptions {
    /// The time zone that is asked for.
    ///
    /// # Errors
    /// It is none.
    pub fn check(&self) -> Result<Option<Tz>, FieldError> {
        let Some(name) = &self.tz else { return Ok(None) };
        let message = "is not an IANA time zone such as Europe/Berlin";
        name.parse().map(Some).map_err(|_| FieldError::new("tz", message, "TIMEZONE_INVALID"))
    }
}

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeColumnMeans {
    /// A date, of both ends where they have none of their own.
    Date,
    /// The date of the beginning.
    StartDate,
    /// The time of the beginning, with its date or without.
    StartTime,
    /// The date of the end.
    EndDate,
    /// The time of the end, with its date or without.
    EndTime,
    /// How long it took.
    Duration,
    /// A project, by its title.
    Project,
    /// For whom the project is.
    Client,
    /// A task or an activity: it comes before the description.
    Task,
    /// What was done.
    Description,
    /// Tags, with commas between them.
    Tags,
    /// Whether it is to be paid.
    Billable,
    /// The id of an entry.
    Id,
    /// Nothing that we know.
    Ignored,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeImportReport {
    /// The import, by which it can be undone; none where nothing is kept.
    pub import_id: Option<ImportId>,
    /// Nothing was kept, as was asked.
    pub dry_run: bool,
    /// Rows that were new.
    pub imported: u64,
    /// Rows that were known.
    pub duplicates: u64,
    /// How many rows could not be taken.
    pub rejected_total: u64,
    /// The first 1000 of them.
    pub rejected: Vec<RejectedRow>,
    /// How many entries of these dates begin while another goes on, those with them that were there before.
    pub overlaps: u64,
    /// The earliest day of the rows that were taken, in the account's time zone.
    pub first_date: Option<NaiveDate>,
    /// The latest.
    pub last_date: Option<NaiveDate>,
    /// What the rows add up to that were taken, known ones with them.
    pub total_seconds: Seconds,
    /// The same by project, the longest first: 1000 at the most.
    pub projects: Vec<TimeImportProject>,
    /// How the file was read.
    pub format: TimeImportFormat,
    /// Its first rows, as they were understood.
    pub sample: Vec<TimeSampleRow>,
}

impl TimeImportReport {
    /// What is kept of it.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            imported: self.imported,
            changed: 0,
            duplicates: self.duplicates,
            rejected: self.rejected_total,
            dates: self.first_date.zip(self.last_date),
        }
    }
}

/// What rows of a project add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeImportProject {
    /// Its title; none of rows without a project.
    pub title: Option<String>,
    /// For whom it is.
    pub client: Option<String>,
    /// It was not there.
    pub is_new: bool,
    /// How many rows.
    pub rows: u64,
    /// How long they are.
    pub seconds: Seconds,
}

/// How a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeImportFormat {
    /// What stands between its cells.
    #[schema(example = ",")]
    pub delimiter: &'static str,
    /// How its dates are told.
    pub date_order: DateOrder,
    /// Its columns, and what each tells.
    pub columns: Vec<TimeColumn>,
    /// The zone of times without an offset.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub tz: Tz,
}

/// A column, and what it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeColumn {
    /// Its title.
    pub header: String,
    /// What it tells.
    pub means: TimeColumnMeans,
}

/// A row as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeSampleRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// When it began.
    pub start_time: DateTime<Utc>,
    /// When it ended.
    pub end_time: DateTime<Utc>,
    /// Its project's title.
    pub project: Option<String>,
    /// For whom the project is.
    pub client: Option<String>,
    /// What was done.
    pub description: Option<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// Whether it is to be paid.
    pub billable: bool,
}
