//! Rows, one after another, in bounded memory, each with the line on which it begins.
//!
//! `csv-core` takes rows apart and never fails; what it cannot know is where a person sees the row (blank lines and
//! carriage returns count) and that a quote was never closed, which would swallow the rest of the file as one cell. Such a
//! row costs its first line; reading goes on with the next.

use std::borrow::Cow;
use std::io::{self, Read};

use csv_core::ReadRecordResult;

use super::{Delimiter, Fault};

/// Bytes of a row at the most.
pub const LONGEST: usize = 64 * 1024;
/// Cells of a row at the most.
pub const MOST_CELLS: usize = 500;
/// Lines that may be too long or have an open quote: with more it is no CSV. Each costs up to [`LONGEST`] bytes of work.
const MOST_BROKEN: usize = 100;
/// Bytes that are held at the most.
const HELD: usize = 4 * LONGEST;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads rows.
pub struct Rows<R> {
    input: R,
    parser: csv_core::Reader,
    /// What was read; `at..filled` has not been handed out.
    held: Vec<u8>,
    at: usize,
    filled: usize,
    /// Bytes before what is held.
    before: u64,
    input_ended: bool,
    /// The line on which `at` is, and whether the byte before it was a carriage return.
    line: u64,
    after_return: bool,
    broken: usize,
    /// The cells of the row, one after another, and where each ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// Why there are no more rows.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no CSV: over a hundred lines are too long or have a quote that is not closed.
    #[error(
        "is not CSV: line {0} is one of over a hundred that are too long or have a quote that is not closed"
    )]
    Broken(u64),
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    cells: &'a [u8],
    ends: &'a [usize],
    is_utf8: bool,
}

/// How a row ends.
enum End {
    /// After so many bytes, with so many bytes of cells and so many cells.
    Row { length: usize, cells: usize, ends: usize },
    /// Not as a row does; so many bytes were looked at.
    Broken { seen: usize, fault: Fault },
    /// There is none.
    Nothing,
}

impl<R: Read> Rows<R> {
    /// Rows of `input`, from its beginning.
    pub fn new(input: R, delimiter: Delimiter) -> Rows<R> {
        Rows {
            input,
            parser: csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build(),
            held: vec![0; HELD],
            at: 0,
            filled: 0,
            before: 0,
            input_ended: false,
            line: 1,
            after_return: false,
            broken: 0,
            cells: vec![0; LONGEST],
            ends: vec![0; MOST_CELLS],
        }
    }

    /// Bytes that were handed out.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.before + u64::try_from(self.at).unwrap_or(u64::MAX)
    }

    /// The next row, or the line that is none and why.
    ///
    /// # Errors
    /// The input's, and `Broken`.
    #[allow(clippy::type_complexity, reason = "nothing, a row, or a line that is none")]
    pub fn next_row(&mut self) -> Result<Option<Result<Row<'_>, (u64, Fault)>>, ReadError> {
        if !self.skip_breaks()? {
            return Ok(None);
        }
        let line = self.line;
        match self.parse()? {
            End::Row { length, cells, ends } => {
                let from = self.at;
                self.pass(length);
                let raw = self.held.get(from..from + length).unwrap_or_default();
                Ok(Some(Ok(Row {
                    line,
                    cells: self.cells.get(..cells).unwrap_or_default(),
                    ends: self.ends.get(..ends).unwrap_or_default(),
                    is_utf8: std::str::from_utf8(raw).is_ok(),
                })))
            }
            End::Broken { seen, fault } => {
                self.broken += 1;
                if self.broken > MOST_BROKEN {
                    return Err(ReadError::Broken(line));
                }
                self.parser.reset();
                self.pass_line(seen)?;
                Ok(Some(Err((line, fault))))
            }
            End::Nothing => Ok(None),
        }
    }

    /// Goes to where a row begins. Says whether there is one.
    fn skip_breaks(&mut self) -> io::Result<bool> {
        loop {
            let held = self.held.get(self.at..self.filled).unwrap_or_default();
            let breaks = held.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let more = held.len() > breaks;
            self.pass(breaks);
            if more {
                return Ok(true);
            }
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Takes the row at `at` apart.
    fn parse(&mut self) -> io::Result<End> {
        let (mut seen, mut cells, mut ends) = (0, 0, 0);
        loop {
            if self.at + seen == self.filled && !self.input_ended {
                if seen >= LONGEST {
                    return Ok(End::Broken { seen, fault: Fault::ROW_TOO_LONG });
                }
                self.fill()?;
            }
            let rest = self.held.get(self.at + seen..self.filled).unwrap_or_default();
            // A line break ends the last row, unless a quote is open.
            let is_last = rest.is_empty();
            let input = if is_last { b"\n" } else { rest };
            let (result, taken, more_cells, more_ends) = self.parser.read_record(
                input,
                self.cells.get_mut(cells..).unwrap_or_default(),
                self.ends.get_mut(ends..).unwrap_or_default(),
            );
            cells += more_cells;
            ends += more_ends;
            seen += if is_last { 0 } else { taken };
            match result {
                ReadRecordResult::Record => return Ok(End::Row { length: seen, cells, ends }),
                ReadRecordResult::InputEmpty if is_last => {
                    return Ok(End::Broken { seen, fault: Fault::QUOTE_OPEN });
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    return Ok(End::Broken { seen, fault: Fault::ROW_TOO_LONG });
                }
                ReadRecordResult::OutputEndsFull => {
                    return Ok(End::Broken { seen, fault: Fault::TOO_MANY_CELLS });
                }
                ReadRecordResult::End => return Ok(End::Nothing),
            }
        }
    }

    /// Goes past the line at `at`, of which `seen` bytes are held.
    fn pass_line(&mut self, seen: usize) -> io::Result<()> {
        let mut seen = seen;
        loop {
            let held = self.held.get(self.at..self.at + seen).unwrap_or_default();
            if let Some(end) = held.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                self.pass(end + 1);
                return Ok(());
            }
            self.pass(seen);
            if self.at == self.filled && !self.fill()? {
                return Ok(());
            }
            seen = self.filled - self.at;
        }
    }

    /// Hands so many bytes out, and counts the lines that end in them.
    fn pass(&mut self, length: usize) {
        for byte in self.held.get(self.at..self.at + length).unwrap_or_default() {
            let ends_line = *byte == b'\r' || (*byte == b'\n' && !self.after_return);
            self.line += u64::from(ends_line);
            self.after_return = *byte == b'\r';
        }
        self.at += length;
    }

    /// Reads more. Says whether there was more.
    fn fill(&mut self) -> io::Result<bool> {
        let is_first = self.before == 0 && self.filled == 0;
        self.held.copy_within(self.at..self.filled, 0);
        self.before += u64::try_from(self.at).unwrap_or(u64::MAX);
        self.filled -= self.at;
        self.at = 0;
        let before = self.filled;
        // A byte order mark is not cut in two.
        while !self.input_ended && self.filled < before + if is_first { BYTE_ORDER_MARK.len() } else { 1 } {
            let room = self.held.get_mut(self.filled..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.input_ended = true,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if is_first && self.held.get(..self.filled).unwrap_or_default().starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        Ok(self.filled > before)
    }
}

impl<'a> Row<'a> {
    /// How many cells it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing is in any of them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.trim_ascii().is_empty()
    }

    /// What is in a cell, without the space around it; nothing where there is no such cell. A row that is not UTF-8 is
    /// read as Windows-1252, which every byte is.
    #[must_use]
    pub fn cell(&self, place: usize) -> Cow<'a, str> {
        let from = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let bytes = match (from, self.ends.get(place)) {
            (Some(from), Some(to)) => self.cells.get(from..*to).unwrap_or_default(),
            _ => return Cow::Borrowed(""),
        };
        if let (true, Ok(text)) = (self.is_utf8, std::str::from_utf8(bytes)) {
            return Cow::Borrowed(text.trim());
        }
        match encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'a, str>> + '_ {
        (0..self.len()).map(|place| self.cell(place))
    }
}

#[cfg(test)]
mod tests;
