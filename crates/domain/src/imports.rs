//! Files that are read: what each added can be taken back as a whole.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use validator::ValidationError;

use crate::csv::Fault;
use crate::ids::ImportId;
use crate::text;

/// Rejected rows that are told one by one.
pub const MOST_TOLD: usize = 1000;
/// Rows that are shown as they were understood.
pub const SAMPLE: usize = 5;
const FILE_NAME: usize = 255;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Of consumption: an amount a date.
    Records,
    /// Of consumption: from one instant to another.
    Intervals,
    /// What a register showed.
    Readings,
    /// Time entries.
    Entries,
}

impl FileKind {
    /// What files of consumption have.
    pub const CONSUMPTION: [FileKind; 3] = [FileKind::Records, FileKind::Intervals, FileKind::Readings];
    /// What files of time entries have.
    pub const TIME: [FileKind; 1] = [FileKind::Entries];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FileKind::Records => "records",
            FileKind::Intervals => "intervals",
            FileKind::Readings => "readings",
            FileKind::Entries => "entries",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<FileKind> {
        [&FileKind::CONSUMPTION[..], &FileKind::TIME].concat().into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RejectedRow {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Why, for programs.
    #[schema(example = "NUMBER_INVALID")]
    pub error_code: &'static str,
    /// Why, for people.
    pub message: String,
}

/// Rows that could not be taken.
#[derive(Debug, Default)]
pub struct Rejects {
    /// How many they are.
    pub total: u64,
    /// The first of them.
    pub rows: Vec<RejectedRow>,
    /// Those since the last [`Rejects::sort`].
    new: Vec<RejectedRow>,
}

impl Rejects {
    /// Adds the row of a line.
    pub fn add(&mut self, line: u64, fault: &Fault) {
        let message = fault.message.clone().into_owned();
        self.new.push(RejectedRow { line, error_code: fault.code, message });
    }

    /// Puts new ones in the order of their lines, after those before, and lets go of what is not told.
    pub fn sort(&mut self) {
        let mut new = std::mem::take(&mut self.new);
        new.sort_by_key(|row| row.line);
        self.total += u64::try_from(new.len()).unwrap_or(u64::MAX);
        new.truncate(MOST_TOLD - self.rows.len());
        self.rows.append(&mut new);
    }
}

/// What became of the rows of a file, as it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were new.
    pub imported: u64,
    /// Intervals that were known with another amount.
    pub changed: u64,
    /// Rows that were known.
    pub duplicates: u64,
    /// Rows that could not be taken.
    pub rejected: u64,
    /// The earliest and the latest day of the rows that were taken.
    pub dates: Option<(NaiveDate, NaiveDate)>,
}

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
    pub kind: FileKind,
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

pub(crate) fn check_file_name(name: &str) -> Result<(), ValidationError> {
    text::validate(name, FILE_NAME)
}
