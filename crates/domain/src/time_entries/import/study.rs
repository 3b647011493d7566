//! What is learned from the rows of a file before any is taken: how its dates are told, and whether its newest row is
//! first.
//!
//! The first thousand rows are looked at in any case, and more of them for as long as they leave the order of dates open.

use std::io::Read;

use super::columns::Columns;
use super::times::told;
use super::{TimeColumnMeans as Means, TimeImportOptions};
use crate::csv::dates::{self, DateOrder, Told};
use crate::csv::{Layout, ReadError, Row, Rows};
use crate::valid::FieldError;

/// Rows that are looked at in any case.
const LOOKED_AT: usize = 1000;

/// How the rows of a file are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where its header is and how its cells are parted.
    pub layout: Layout,
    /// What its columns tell.
    pub columns: Columns,
    /// How its dates are told.
    pub date_order: DateOrder,
    /// Somebody says so.
    pub date_order_is_told: bool,
    /// Its newest row is first.
    pub newest_first: bool,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// It cannot be read at all.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something has to be told.
    #[error("{0:?}")]
    Asks(FieldError),
}

/// Learns from rows, which have their header behind them.
///
/// # Errors
/// What has to be asked, by the name of the option that tells it; those of reading.
pub fn study<R: Read>(
    layout: Layout,
    columns: Columns,
    options: &TimeImportOptions,
    rows: &mut Rows<R>,
) -> Result<Plan, StudyError> {
    let mut dates = dates::Evidence::default();
    let mut starts: Vec<(String, String)> = Vec::new();
    let mut count = 0;
    let is_told = options.date_order.is_some();
    let cell = |row: &Row<'_>, means| {
        columns.place(means).map(|place| row.cell(place).into_owned()).unwrap_or_default()
    };
    while count < LOOKED_AT || !(is_told || dates.is_clear()) {
        match rows.next_row()? {
            Some(Ok(row)) => {
                count += 1;
                for means in [Means::Date, Means::StartDate, Means::StartTime, Means::EndDate, Means::EndTime]
                {
                    dates.add(&cell(&row, means));
                }
                if count <= LOOKED_AT {
                    let own = cell(&row, Means::StartDate);
                    let date = if own.is_empty() { cell(&row, Means::Date) } else { own };
                    starts.push((date, cell(&row, Means::StartTime)));
                }
            }
            Some(Err(_)) => {}
            None => break,
        }
    }
    let Some(date_order) = options.date_order.or(dates.order()) else {
        let message = "has to be told: in the dates of this file day or month can be first (dmy, mdy)";
        return Err(StudyError::Asks(FieldError::new("date_order", message, "DATE_ORDER_AMBIGUOUS")));
    };
    let read = |text: &str| dates::read(text, date_order, is_told);
    let starts = starts.iter().filter_map(|(date, time)| match told(read(date), read(time))? {
        Told::At(at) => Some(at.naive_utc()),
        told => told.wall(),
    });
    let starts: Vec<_> = starts.collect();
    let steps = |back: bool| {
        starts
            .windows(2)
            .filter(|two| matches!(two, [one, next] if (next < one) == back && next != one))
            .count()
    };
    let newest_first = steps(true) > steps(false);
    Ok(Plan { layout, columns, date_order, date_order_is_told: is_told, newest_first })
}
