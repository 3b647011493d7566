//! Rows for COPY, PostgreSQL's fastest way in for many, in its binary format
//! (<https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format").

use std::io::Write;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::result::Error::SerializationError;

use crate::{Error, Result};

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: &[u8] = b"\xff\xff";
/// 2000-01-01, PostgreSQL's epoch, in microseconds since 1970.
const EPOCH: i64 = 946_684_800_000_000;

/// Small rows a statement. COPY remembers each row it has buffered, up to 1,000 or 64 KiB, in a list it goes through again
/// for the next (PostgreSQL 15): at 1,000 rows a statement a row costs a third more than at 400.
pub(crate) const ROWS: usize = 400;

/// Up to so many rows INSERT is quicker than looking for them and then COPY, which is read and planned anew each time,
/// and asks twice.
pub const FEW: usize = 32;

/// Rows as they are sent, of so many columns.
pub(crate) struct Rows {
    columns: i16,
    bytes: Vec<u8>,
}

impl Rows {
    /// Room for about `bytes`.
    pub fn new(columns: i16, bytes: usize) -> Rows {
        let mut rows = Rows { columns, bytes: Vec::with_capacity(bytes) };
        rows.bytes.extend_from_slice(HEADER);
        rows
    }

    /// Begins the next row: its values follow.
    #[inline]
    pub fn row(&mut self) -> &mut Rows {
        self.bytes.extend_from_slice(&self.columns.to_be_bytes());
        self
    }

    /// The next value of the row.
    ///
    /// # Errors
    /// `Damaged`: it is larger than a value can be.
    #[inline]
    pub fn value(&mut self, value: &[u8]) -> Result<&mut Rows> {
        let length = i32::try_from(value.len()).map_err(|_| Error::Damaged("a value too large to send"))?;
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(value);
        Ok(self)
    }

    /// The next value of the row, or that there is none.
    ///
    /// # Errors
    /// As [`Rows::value`].
    #[inline]
    pub fn maybe(&mut self, value: Option<&[u8]>) -> Result<&mut Rows> {
        match value {
            Some(value) => self.value(value),
            None => {
                self.bytes.extend_from_slice(&(-1_i32).to_be_bytes());
                Ok(self)
            }
        }
    }

    /// No more rows follow.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(TRAILER);
        self.bytes
    }
}

/// Sends all at once.
pub(crate) fn send(rows: &[u8]) -> impl Fn(&mut dyn Write) -> QueryResult<()> + '_ {
    move |copy| copy.write_all(rows).map_err(|error| SerializationError(error.into()))
}

/// An instant as a value.
pub(crate) fn instant(at: DateTime<Utc>) -> [u8; 8] {
    (at.timestamp_micros() - EPOCH).to_be_bytes()
}
