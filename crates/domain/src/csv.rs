//! CSV files as other programs write them: which delimiter, where the header is, how numbers and dates are told, and
//! what a wall clock's reading means. Nothing here knows what a file is about; whoever imports something says which
//! titles of columns it knows ([`recognise`]).
//!
//! What cannot be known from a file is never guessed: [`numbers`] and [`dates`] say when it has to be asked.

use std::borrow::Cow;
use std::io::Read;

pub mod dates;
pub mod local;
pub mod numbers;
mod rows;
pub mod titles;
pub mod write;

pub use rows::{LONGEST, MOST_CELLS, ReadError, Row, Rows};

/// Bytes of a file in which its header is looked for.
pub const HEAD: usize = 64 * 1024;
/// Lines in which it is looked for: some programs write about themselves first.
const HEADER_LINES: u64 = 20;

/// Characters of a header that are shown again.
const SHOWN: usize = 300;

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Bar,
}

impl Delimiter {
    /// All of them.
    pub const ALL: [Delimiter; 4] = [Delimiter::Comma, Delimiter::Semicolon, Delimiter::Tab, Delimiter::Bar];

    /// Its byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Bar => b'|',
        }
    }

    /// Its character.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Delimiter::Comma => ",",
            Delimiter::Semicolon => ";",
            Delimiter::Tab => "\t",
            Delimiter::Bar => "|",
        }
    }
}

/// Why a row, or something in it, cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// More than [`LONGEST`] bytes.
    pub const ROW_TOO_LONG: Fault =
        Fault::plain("ROW_TOO_LONG", "has over 65536 bytes: is there a quote that is not closed?");
    /// More than [`MOST_CELLS`] cells.
    pub const TOO_MANY_CELLS: Fault = Fault::plain("TOO_MANY_CELLS", "has over 500 cells");
    /// A quote without its other.
    pub const QUOTE_OPEN: Fault = Fault::plain("QUOTE_OPEN", "has a quote that is not closed");

    /// With words that are always the same.
    #[must_use]
    pub const fn plain(code: &'static str, message: &'static str) -> Fault {
        Fault { code, message: Cow::Borrowed(message) }
    }

    /// With words of the occasion.
    #[must_use]
    pub fn new(code: &'static str, message: String) -> Fault {
        Fault { code, message: Cow::Owned(message) }
    }
}

/// Where the header is and how cells are parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// The line of the header, from 1.
    pub line: u64,
    /// Its cells.
    pub header: Vec<String>,
}

/// Finds the header in the beginning of a file. `weigh` says how much of a header a row would be: 0 if it is none.
/// Nothing where no row of the first 20 lines is one.
#[must_use]
pub fn recognise(head: &[u8], weigh: impl Fn(&[String]) -> usize) -> Option<Layout> {
    let mut best: Option<(usize, Layout)> = None;
    for delimiter in Delimiter::ALL {
        let mut rows = Rows::new(head, delimiter);
        while let Ok(Some(row)) = rows.next_row() {
            let Ok(row) = row else { continue };
            if row.line > HEADER_LINES {
                break;
            }
            let header: Vec<String> = row.iter().map(Cow::into_owned).collect();
            let weight = weigh(&header);
            if weight > best.as_ref().map_or(0, |(known, _)| *known) {
                best = Some((weight, Layout { delimiter, line: row.line, header }));
            }
        }
    }
    best.map(|(_, layout)| layout)
}

/// Goes past the header of a file, to where its rows begin.
///
/// # Errors
/// Those of reading.
pub fn skip_header<R: Read>(rows: &mut Rows<R>, layout: &Layout) -> Result<(), ReadError> {
    while let Some(row) = rows.next_row()? {
        if row.map_or_else(|(line, _)| line, |row| row.line) >= layout.line {
            break;
        }
    }
    Ok(())
}

/// The first line of a file that is not blank, to be shown.
#[must_use]
pub(crate) fn beginning(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head.get(..head.len().min(4 * SHOWN)).unwrap_or_default());
    shown(text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

/// As much of a header as is shown again.
#[must_use]
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// Whether a file begins as texts do: those of ours hold no NUL.
#[must_use]
pub fn is_text(head: &[u8]) -> bool {
    !head.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_known(header: &[String]) -> usize {
        let known = header.iter().filter(|cell| ["date", "amount", "unit"].contains(&cell.as_str())).count();
        if known >= 2 { known } else { 0 }
    }

    #[test]
    fn headers_are_found_below_what_stands_over_them() {
        let header = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        for (text, delimiter, line, cells) in [
            ("date,amount\n", Delimiter::Comma, 1, header(&["date", "amount"])),
            ("date;amount;unit\n1;2,5;3", Delimiter::Semicolon, 1, header(&["date", "amount", "unit"])),
            ("date\tamount", Delimiter::Tab, 1, header(&["date", "amount"])),
            (
                "My report, of today\r\n\r\n\"date\"|\"amount\"",
                Delimiter::Bar,
                3,
                header(&["date", "amount"]),
            ),
            ("date,amount\ndate;amount;unit", Delimiter::Semicolon, 2, header(&["date", "amount", "unit"])),
        ] {
            let found = recognise(text.as_bytes(), two_known).unwrap();
            assert_eq!(found, Layout { delimiter, line, header: cells }, "{text}");
        }
        for text in ["", "date", "a,b\n1,2", &format!("{}date,amount", "\n".repeat(20)), "\"date,amount"] {
            assert_eq!(recognise(text.as_bytes(), two_known), None, "{text}");
        }
    }
}
