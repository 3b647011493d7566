//! What is learned from the rows of a file before any is taken: how its numbers and dates are written, what its rows are,
//! how long its intervals, and whether its newest row is first.
//!
//! The first thousand rows are looked at in any case, and more of them for as long as they leave a question open.

use std::collections::HashMap;
use std::io::Read;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use super::columns::Columns;
use super::{ImportKind, ImportOptions, Means, words};
use crate::csv::dates::{self, DateOrder, Told};
use crate::csv::numbers::{self, Decimal};
use crate::csv::{Layout, ReadError, Row, Rows};
use crate::valid::FieldError;

/// Rows that are looked at in any case.
const LOOKED_AT: usize = 1000;
const DAY: TimeDelta = TimeDelta::days(1);

/// How the rows of a file are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where its header is and how its cells are parted.
    pub layout: Layout,
    /// What its columns tell.
    pub columns: Columns,
    /// What its rows are.
    pub kind: ImportKind,
    /// What stands before decimals.
    pub decimal: Decimal,
    /// What parts thousands.
    pub thousands: Option<char>,
    /// How its dates are told.
    pub date_order: DateOrder,
    /// Somebody says so.
    pub date_order_is_told: bool,
    /// Its newest row is first.
    pub newest_first: bool,
    /// How long its intervals are, where they do not say when they end.
    pub length: Option<TimeDelta>,
    /// Its ids are those of records.
    pub has_ids: bool,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// It cannot be read at all.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something has to be told.
    #[error("{0:?}")]
    Asks(Vec<FieldError>),
}

/// Learns from rows, which have their header behind them.
///
/// # Errors
/// What has to be asked, by the name of the option that tells it; those of reading.
pub fn study<R: Read>(
    layout: Layout,
    columns: Columns,
    options: &ImportOptions,
    rows: &mut Rows<R>,
) -> Result<Plan, StudyError> {
    let mut study = Study::new(&columns, options);
    while !study.is_done() {
        match rows.next_row()? {
            Some(Ok(row)) => study.take(&row),
            Some(Err(_)) => {}
            None => break,
        }
    }
    study.finish(layout).map_err(StudyError::Asks)
}

/// What is known so far.
struct Study<'a> {
    columns: &'a Columns,
    options: &'a ImportOptions,
    rows: usize,
    numbers: numbers::Evidence,
    dates: dates::Evidence,
    times: Vec<Times>,
    /// Rows that say no type, and rows that say no unit.
    without_type: usize,
    without_unit: usize,
    /// Whether the column of types has any that is known.
    has_types: bool,
    first_id: Option<bool>,
}

/// What a row says of time, as it is written.
struct Times {
    meter: String,
    date: String,
    time: String,
    start: String,
    end: String,
}

/// What it says once it is read.
struct Moments {
    meter: String,
    start: Told,
    end: Option<Told>,
}

impl<'a> Study<'a> {
    fn new(columns: &'a Columns, options: &'a ImportOptions) -> Study<'a> {
        Study {
            columns,
            options,
            rows: 0,
            numbers: numbers::Evidence::default(),
            dates: dates::Evidence::default(),
            times: Vec::new(),
            without_type: 0,
            without_unit: 0,
            has_types: false,
            first_id: None,
        }
    }

    fn cell(&self, row: &Row<'_>, means: Means) -> String {
        self.columns.place(means).map(|place| row.cell(place).into_owned()).unwrap_or_default()
    }

    fn take(&mut self, row: &Row<'_>) {
        if row.is_empty() {
            return;
        }
        self.rows += 1;
        for means in [Means::Amount, Means::Reading] {
            self.numbers.add(&self.cell(row, means));
        }
        for means in [Means::Date, Means::Start, Means::End] {
            self.dates.add(&self.cell(row, means));
        }
        if self.rows > LOOKED_AT {
            return;
        }
        self.times.push(Times {
            meter: self.cell(row, Means::Meter),
            date: self.cell(row, Means::Date),
            time: self.cell(row, Means::Time),
            start: self.cell(row, Means::Start),
            end: self.cell(row, Means::End),
        });
        let (unit, what) = (self.cell(row, Means::Unit), self.cell(row, Means::ConsumptionType));
        let (unit, what) = (words::unit(&unit), words::consumption_type(&what));
        self.has_types |= what.is_some();
        let of_unit = unit.or(self.columns.unit).or(self.options.unit);
        let of_type = what
            .or(self.columns.consumption_type)
            .or(self.options.consumption_type)
            .or(of_unit.and_then(words::type_of));
        self.without_unit += usize::from(of_unit.is_none());
        self.without_type += usize::from(of_type.is_none());
        let id = self.cell(row, Means::Id);
        if !id.is_empty() {
            self.first_id.get_or_insert_with(|| Uuid::try_parse(&id).is_ok());
        }
    }

    /// Whether more rows would teach nothing.
    fn is_done(&self) -> bool {
        self.rows >= LOOKED_AT
            && (self.options.decimal.is_some() || self.numbers.is_clear())
            && (self.options.date_order.is_some() || self.dates.is_clear())
    }

    fn finish(self, layout: Layout) -> Result<Plan, Vec<FieldError>> {
        let mut asks = vec![];
        let mut ask =
            |field: &str, message: &str, code: &str| asks.push(FieldError::new(field, message, code));
        let decimal = self.options.decimal.or(self.numbers.decimal());
        if decimal.is_none() {
            let message =
                "has to be told: the commas of this file can part thousands or decimals (point, comma)";
            ask("decimal", message, "DECIMAL_AMBIGUOUS");
        }
        let order = self.options.date_order.or(self.dates.order());
        if order.is_none() {
            let message = "has to be told: in the dates of this file day or month can be first (dmy, mdy)";
            ask("date_order", message, "DATE_ORDER_AMBIGUOUS");
        }
        // A file in which some rows say it and others do not is not asked about: those rows are rejected.
        if self.without_type > 0 && self.without_type == self.times.len() {
            let message = "has to be told: the file does not say of what it is (electricity, water, gas)";
            ask("consumption_type", message, "CONSUMPTION_TYPE_UNKNOWN");
        }
        if self.without_unit > 0 && self.without_unit == self.times.len() {
            ask("unit", "has to be told: the file does not say in what its amounts are", "UNIT_UNKNOWN");
        }
        let (Some(decimal), Some(date_order)) = (decimal, order) else { return Err(asks) };
        let moments = self.moments(date_order);
        let kind = self.kind(&moments);
        let steps = Steps::of(&moments);
        let has_end = self.columns.has(Means::End);
        let length = steps.usual.filter(|_| !has_end);
        if kind == ImportKind::Intervals && !has_end && length.is_none() {
            let message = "does not say when its intervals end, and has too few rows to tell their length by";
            asks.push(FieldError::new("body", message, "INTERVAL_LENGTH_UNKNOWN"));
        }
        if !asks.is_empty() {
            return Err(asks);
        }
        Ok(Plan {
            kind,
            decimal,
            thousands: self.numbers.thousands(decimal),
            date_order,
            date_order_is_told: self.options.date_order.is_some(),
            newest_first: steps.newest_first,
            length,
            has_ids: self.first_id == Some(true),
            columns: self.columns(),
            layout,
        })
    }

    /// The columns, without a `type` that turns out to tell something else: whether a row is estimated. (In a column of
    /// units what is unknown is a unit that we do not know, and a `consumption_type` is one.)
    fn columns(&self) -> Columns {
        let mut columns = self.columns.clone();
        let title = columns.place(Means::ConsumptionType).and_then(|place| columns.titles.get(place));
        if title.is_some_and(|(title, _)| words::is_vague(title)) && !self.has_types {
            columns.ignore(Means::ConsumptionType);
        }
        columns
    }

    fn moments(&self, order: DateOrder) -> Vec<Moments> {
        let is_told = self.options.date_order.is_some();
        let read = |text: &str| dates::read(text, order, is_told);
        let all = self.times.iter().filter_map(|times| {
            let start = start(read(&times.date), read(&times.time), read(&times.start))?;
            let date = match start {
                Told::Date(date) => Some(date),
                Told::Wall(wall) => Some(wall.date()),
                Told::At(_) | Told::Time(_) => None,
            };
            let end = read(&times.end).map(|end| end.on(date));
            Some(Moments { meter: times.meter.clone(), start, end })
        });
        all.collect()
    }

    /// What the rows are: amounts of dates, or of times.
    fn kind(&self, moments: &[Moments]) -> ImportKind {
        if self.columns.has(Means::Reading) {
            return ImportKind::Readings;
        }
        // Where times are told, all of them are midnight, or those that are happen to be.
        let are_midnights = moments.iter().all(|one| match one.start {
            Told::Wall(wall) => wall.time() == NaiveTime::MIN,
            _ => true,
        });
        let is_of_a_date = |one: &Moments| match (one.start, one.end) {
            (Told::Date(_), None) => true,
            (Told::Wall(_), None) => are_midnights,
            // Both ends of one date, or its two midnights.
            (Told::Date(from), Some(Told::Date(to))) => from == to || from.succ_opt() == Some(to),
            _ => false,
        };
        // One that goes out of line does not decide: it is rejected.
        let of_dates = moments.iter().filter(|one| is_of_a_date(one)).count();
        if of_dates * 2 > moments.len() || moments.is_empty() {
            ImportKind::Records
        } else {
            ImportKind::Intervals
        }
    }
}

/// What a row tells of its beginning, by its columns for dates, times and both.
#[must_use]
pub(super) fn start(date: Option<Told>, time: Option<Told>, start: Option<Told>) -> Option<Told> {
    let on = match date {
        Some(Told::Date(date)) => Some(date),
        Some(Told::Wall(wall)) => Some(wall.date()),
        _ => None,
    };
    match (start, time) {
        (Some(start), _) => Some(start.on(on)),
        (None, Some(time @ Told::Time(_))) if on.is_some() => Some(time.on(on)),
        (None, Some(time @ (Told::Wall(_) | Told::At(_)))) => Some(time),
        _ => date,
    }
    .filter(|told| !matches!(told, Told::Time(_)))
}

/// How starts follow each other.
struct Steps {
    /// What lies between most.
    usual: Option<TimeDelta>,
    newest_first: bool,
}

impl Steps {
    fn of(moments: &[Moments]) -> Steps {
        let mut last: HashMap<&str, NaiveDateTime> = HashMap::new();
        let mut counts: HashMap<TimeDelta, usize> = HashMap::new();
        let (mut forth, mut back) = (0, 0);
        for moment in moments {
            let Some(at) = on_one_clock(moment.start) else { continue };
            let Some(before) = last.insert(&moment.meter, at) else { continue };
            let step = at - before;
            forth += usize::from(step > TimeDelta::zero());
            back += usize::from(step < TimeDelta::zero());
            if step != TimeDelta::zero() {
                *counts.entry(step.abs()).or_default() += 1;
            }
        }
        // The most frequent, and of those the shortest.
        let usual = counts.into_iter().max_by_key(|(step, count)| (*count, -*step)).map(|(step, _)| step);
        Steps { usual, newest_first: back > forth }
    }
}

/// A start, to be compared with others of the same file.
fn on_one_clock(told: Told) -> Option<NaiveDateTime> {
    match told {
        Told::At(at) => Some(DateTime::<Utc>::naive_utc(&at)),
        told => told.wall(),
    }
}

impl Plan {
    /// Whether intervals that do not say when they end are whole days.
    #[must_use]
    pub fn is_daily(&self) -> bool {
        self.length == Some(DAY)
    }

    /// Of a start that tells a date alone, or its midnight: that date.
    #[must_use]
    pub(super) fn date_of(told: Told) -> Option<NaiveDate> {
        match told {
            Told::Date(date) => Some(date),
            Told::Wall(wall) if wall.time() == NaiveTime::MIN => Some(wall.date()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
