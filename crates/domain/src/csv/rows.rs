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
mod tests {
    use super::*;

    /// Hands out so many bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(to.len());
            Read::read(&mut self.0, to.get_mut(..most).unwrap())
        }
    }

    type Found = Vec<(u64, Result<Vec<String>, &'static str>)>;

    fn all<R: Read>(mut rows: Rows<R>) -> Found {
        let mut found = vec![];
        while let Some(row) = rows.next_row().unwrap() {
            found.push(match row {
                Ok(row) => (row.line, Ok(row.iter().map(Cow::into_owned).collect())),
                Err((line, fault)) => (line, Err(fault.code)),
            });
        }
        found
    }

    fn read(text: &[u8]) -> Found {
        let whole = all(Rows::new(text, Delimiter::Comma));
        for bytes in [1, 2, 3, 7] {
            assert_eq!(all(Rows::new(Drip(text, bytes), Delimiter::Comma)), whole);
        }
        whole
    }

    fn good(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, &'static str>) {
        (line, Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn rows_know_their_lines() {
        let text = "\u{feff}a,b\r\n\r\n\n1, \"x\ny\"\"z\" \r\n\r2,é\n3";
        assert_eq!(
            read(text.as_bytes()),
            [
                good(1, &["a", "b"]),
                good(4, &["1", "\"x"]),
                good(5, &["y\"\"z\""]),
                good(7, &["2", "é"]),
                good(8, &["3"])
            ]
        );
        assert_eq!(read(b"1,\"x\ny\"\"z\"\n2"), [good(1, &["1", "x\ny\"z"]), good(3, &["2"])]);
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\r\n\n\r"), []);
        assert_eq!(read(b"\xef\xbb\xbf"), []);
        assert_eq!(read(b"a\rb\rc"), [good(1, &["a"]), good(2, &["b"]), good(3, &["c"])]);
        assert_eq!(read(b"a,\n,b\n,"), [good(1, &["a", ""]), good(2, &["", "b"]), good(3, &["", ""])]);
    }

    #[test]
    fn what_is_not_utf8_is_windows_1252() {
        assert_eq!(
            read(b"Z\xe4hler,\x80\nZ\xc3\xa4hler,\xc3\xa4"),
            [good(1, &["Zähler", "€"]), good(2, &["Zähler", "ä"])]
        );
        // Of two cells that are UTF-8 only together.
        assert_eq!(read(b"\xc3,\xa9"), [good(1, &["Ã", "©"])]);
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_its_line() {
        assert_eq!(
            read(b"a\n1,\"x\n2,y\n3,z\n"),
            [good(1, &["a"]), (2, Err("QUOTE_OPEN")), good(3, &["2", "y"]), good(4, &["3", "z"])]
        );
        assert_eq!(read(b"a,\"x\""), [good(1, &["a", "x"])]);
        assert_eq!(read(b"a,\"x"), [(1, Err("QUOTE_OPEN"))]);
        let mut long = b"a\n1,\"x\n".to_vec();
        for _ in 0..LONGEST / 4 {
            long.extend_from_slice(b"2,y\n");
        }
        let found = read(&long);
        assert_eq!(found[1], (2, Err("ROW_TOO_LONG")));
        assert_eq!((found[2].clone(), found.len()), (good(3, &["2", "y"]), 2 + LONGEST / 4));
    }

    #[test]
    fn what_is_too_long_or_too_wide_costs_its_line() {
        let line = "x".repeat(3 * HELD);
        let wide = ",".repeat(1_000_000);
        let text = format!("a\n{line}\nb\n{wide}\n\"{line}\"\nc\n");
        assert_eq!(
            all(Rows::new(text.as_bytes(), Delimiter::Comma)),
            [
                good(1, &["a"]),
                (2, Err("ROW_TOO_LONG")),
                good(3, &["b"]),
                (4, Err("TOO_MANY_CELLS")),
                (5, Err("ROW_TOO_LONG")),
                good(6, &["c"]),
            ]
        );
        let just = format!("{}\n{}", "x".repeat(LONGEST - 1), "x,".repeat(MOST_CELLS - 2));
        assert!(all(Rows::new(just.as_bytes(), Delimiter::Comma)).iter().all(|(_, row)| row.is_ok()));
    }

    #[test]
    fn what_is_all_open_quotes_is_given_up() {
        let text = "a\",\"\n".repeat(LONGEST);
        let mut rows = Rows::new(text.as_bytes(), Delimiter::Comma);
        let broken = loop {
            match rows.next_row() {
                Ok(Some(row)) => assert!(row.is_err()),
                Ok(None) => panic!("it was read"),
                Err(error) => break error,
            }
        };
        assert!(matches!(broken, ReadError::Broken(101)), "{broken:?}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_all_is_passed(
            parts in proptest::collection::vec(
                proptest::sample::select(vec!["a", ",", "\"", "\n", "\r", "\r\n", "é", "\u{0}", "1"]), 0..60),
            bytes in 1_usize..9,
        ) {
            let text = parts.concat();
            let mut rows = Rows::new(Drip(text.as_bytes(), bytes), Delimiter::Comma);
            let mut last = 0;
            while let Some(row) = rows.next_row().unwrap() {
                let line = match row { Ok(row) => row.line, Err((line, _)) => line };
                proptest::prop_assert!(line > last);
                last = line;
            }
            proptest::prop_assert_eq!(rows.position(), u64::try_from(text.len()).unwrap());
            proptest::prop_assert_eq!(all(Rows::new(Drip(text.as_bytes(), bytes), Delimiter::Comma)),
                all(Rows::new(text.as_bytes(), Delimiter::Comma)));
        }

        /// What is written with quotes is read back, whatever is in it.
        #[test]
        fn quoted_cells_are_read_back(
            rows in proptest::collection::vec(
                proptest::collection::vec("[a-zé,;\"\r\n ]{0,6}", 2..4), 1..6),
        ) {
            let quoted = |cell: &String| format!("\"x{}x\"", cell.replace('"', "\"\""));
            let text: String = rows
                .iter()
                .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n")
                .collect();
            let found: Vec<Vec<String>> =
                all(Rows::new(text.as_bytes(), Delimiter::Comma)).into_iter().map(|(_, row)| row.unwrap()).collect();
            let told: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| format!("x{cell}x")).collect()).collect();
            proptest::prop_assert_eq!(found, told);
        }
    }
}
