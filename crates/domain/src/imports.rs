//! Files of consumption that are read: what each added can be taken back as a whole.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::consumption::import::ImportKind;
use crate::ids::ImportId;

/// One file that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import {
    /// The import.
    pub id: ImportId,
    /// It is the account's first, second, …: where two say something of the same interval, the later counts.
    pub number: i32,
}

/// A file that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportedFile {
    /// The import.
    pub id: ImportId,
    /// What the file was called.
    pub file_name: Option<String>,
    /// What its rows were.
    pub kind: ImportKind,
    /// Rows that were new.
    pub imported: i64,
    /// Intervals that were known with another amount.
    pub changed: i64,
    /// Rows that were known.
    pub duplicates: i64,
    /// Rows that could not be taken.
    pub rejected: i64,
    /// The earliest day of the rows that were taken, in the account's time zone.
    pub first_date: Option<NaiveDate>,
    /// The latest.
    pub last_date: Option<NaiveDate>,
    /// When it was imported.
    pub created_at: DateTime<Utc>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// Files that an account has imported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedFiles {
    /// Newest first.
    pub imports: Vec<ImportedFile>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}
