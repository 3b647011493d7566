//! One row after another, each read by itself and by those before it of the same meter.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use uuid::Uuid;

use super::study::{Plan, start};
use super::{ImportKind, ImportOptions, Means, SampleRow, words};
use crate::consumption::{
    Amount, ConsumptionType, DESCRIPTION, Figure, NewConsumption, Unit, amount, wrong_unit,
};
use crate::csv::dates::{self, Told as Time};
use crate::csv::numbers::Number;
use crate::csv::{Fault, Row, write};
use crate::days::{self, Calendar};
use crate::ids::ConsumptionId;
use crate::instants::{AHEAD, EARLIEST};
use crate::meters::intervals::{Interval, LONGEST, Millionths};
use crate::meters::readings::{ReadingKind, Told};
use crate::text::{self, TextError};

mod meters;
mod spelled;

use meters::Meters;
pub use meters::Series;
use spelled::Spelled;

/// What ids are made from of records that have none.
const ROWS: Uuid = Uuid::from_u128(0x5bd8_1f0e_6c0d_4b7e_9d43_7a51_02c6_e8f4);

/// What a row tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// An amount of a date.
    Record {
        /// The record; it has an id.
        new: NewConsumption,
        /// It was estimated where it comes from.
        estimated: bool,
    },
    /// What was consumed from one instant to another.
    Interval {
        /// The place of its meter in [`Reader::series`].
        meter: usize,
        /// What it measured.
        interval: Interval,
    },
    /// What a register showed.
    Reading {
        /// The place of its meter in [`Reader::series`].
        meter: usize,
        /// What it showed.
        told: Told,
    },
}

/// Reads rows.
pub struct Reader<'a> {
    plan: &'a Plan,
    options: &'a ImportOptions,
    calendar: Calendar,
    now: DateTime<Utc>,
    places: Places,
    meters: Meters,
    /// The types and units of the rows before, as they were spelled.
    types: Spelled<ConsumptionType>,
    units: Spelled<Unit>,
}

/// Where in a row what stands.
struct Places {
    consumption_type: Option<usize>,
    amount: Option<usize>,
    unit: Option<usize>,
    date: Option<usize>,
    time: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    meter: Option<usize>,
    description: Option<usize>,
    id: Option<usize>,
    estimated: Option<usize>,
}

impl<'a> Reader<'a> {
    /// Of a file that was studied; `calendar` is the one by whose clocks its times are told.
    #[must_use]
    pub fn new(
        plan: &'a Plan,
        options: &'a ImportOptions,
        calendar: Calendar,
        now: DateTime<Utc>,
    ) -> Reader<'a> {
        let place = |means| plan.columns.place(means);
        let amount = place(Means::Reading).or(place(Means::Amount));
        let places = Places {
            consumption_type: place(Means::ConsumptionType),
            amount,
            unit: place(Means::Unit),
            date: place(Means::Date),
            time: place(Means::Time),
            start: place(Means::Start),
            end: place(Means::End),
            meter: place(Means::Meter),
            description: place(Means::Description),
            id: place(Means::Id).filter(|_| plan.has_ids),
            estimated: place(Means::Estimated),
        };
        Reader {
            plan,
            options,
            calendar,
            now,
            places,
            meters: Meters::default(),
            types: Spelled::new(words::consumption_type),
            units: Spelled::new(words::unit),
        }
    }

    /// A meter that the file tells of.
    #[must_use]
    pub fn series(&self, meter: usize) -> Option<&Series> {
        self.meters.series(meter)
    }

    /// What a row tells; nothing where it is blank.
    ///
    /// # Errors
    /// Why it cannot be taken.
    pub fn read(&mut self, row: &Row<'_>) -> Result<Option<Item>, Fault> {
        if row.is_empty() {
            return Ok(None);
        }
        let columns = self.plan.columns.titles.len();
        if (columns..row.len()).any(|place| !row.cell(place).is_empty()) {
            let message = format!("has {} cells, and the header {columns}", row.len());
            return Err(Fault::new("TOO_MANY_CELLS", message));
        }
        let (what, unit) = self.measured(row)?;
        match self.plan.kind {
            ImportKind::Records => self.record(row, what, unit),
            ImportKind::Intervals => self.interval(row, what, unit),
            ImportKind::Readings => self.reading(row, what, unit),
        }
        .map(Some)
    }

    /// As it is shown.
    #[must_use]
    pub fn sample(&self, line: u64, item: &Item) -> Option<SampleRow> {
        let blank = SampleRow {
            line,
            consumption_type: ConsumptionType::Electricity,
            unit: Unit::KWh,
            amount: Figure(0),
            consumption_date: None,
            start: None,
            end: None,
            read_at: None,
            meter: None,
            description: None,
        };
        let of_meter = |meter: &usize| {
            self.series(*meter).map(|Series { meter, consumption_type, unit }| SampleRow {
                consumption_type: *consumption_type,
                unit: *unit,
                meter: Some(meter.clone()),
                ..blank.clone()
            })
        };
        match item {
            Item::Record { new, .. } => Some(SampleRow {
                consumption_type: new.consumption_type,
                unit: new.unit,
                amount: Figure(new.amount.thousandths().into()),
                consumption_date: Some(new.consumption_date),
                description: new.description.clone(),
                ..blank
            }),
            Item::Interval { meter, interval: Interval { start, length, amount } } => {
                of_meter(meter).map(|row| SampleRow {
                    amount: Figure(amount::divided(amount.get().into(), 1000)),
                    start: Some(*start),
                    end: Some(*start + TimeDelta::seconds((*length).into())),
                    ..row
                })
            }
            Item::Reading { meter, told } => of_meter(meter).map(|row| SampleRow {
                amount: Figure(told.reading.thousandths().into()),
                read_at: Some(told.read_at),
                description: told.note.clone(),
                ..row
            }),
        }
    }

    /// Of what a row is, and in what.
    fn measured(&mut self, row: &Row<'_>) -> Result<(ConsumptionType, Unit), Fault> {
        let cell = |place: Option<usize>| place.map(|place| row.cell(place)).filter(|cell| !cell.is_empty());
        let unit = match cell(self.places.unit) {
            Some(cell) => Some(self.units.read(&cell).ok_or_else(|| {
                Fault::new("UNIT_UNKNOWN", format!("unit: {:?} is none that is known", shown(&cell)))
            })?),
            None => self.plan.columns.unit.or(self.options.unit),
        };
        let what = match cell(self.places.consumption_type) {
            Some(cell) => Some(self.types.read(&cell).ok_or_else(|| {
                let message =
                    format!("consumption_type: {:?} is not one of electricity, water, gas", shown(&cell));
                Fault::new("CONSUMPTION_TYPE_UNKNOWN", message)
            })?),
            None => self.plan.columns.consumption_type.or(self.options.consumption_type),
        };
        let what = what.or(unit.and_then(words::type_of));
        let Some(what) = what else {
            return Err(Fault::plain("CONSUMPTION_TYPE_UNKNOWN", "consumption_type: is not told"));
        };
        let Some(unit) = unit else { return Err(Fault::plain("UNIT_UNKNOWN", "unit: is not told")) };
        if !what.units().contains(&unit) {
            return Err(Fault::new("UNIT_INVALID", format!("unit: {}", wrong_unit(what))));
        }
        Ok((what, unit))
    }

    fn number(&self, row: &Row<'_>, places: u32) -> Result<i64, Fault> {
        let cell = self.places.amount.map(|place| row.cell(place)).unwrap_or_default();
        let name = if self.plan.kind == ImportKind::Readings { "reading" } else { "amount" };
        if cell.is_empty() {
            return Err(Fault::new("AMOUNT_MISSING", format!("{name}: is empty")));
        }
        Number::read(&cell, self.plan.decimal)
            .and_then(|number| number.parts(places))
            .map_err(|fault| of(name, &fault))
    }

    fn told(&self, row: &Row<'_>, place: Option<usize>, name: &str) -> Result<Option<Time>, Fault> {
        let cell = place.map(|place| row.cell(place)).unwrap_or_default();
        if cell.is_empty() {
            return Ok(None);
        }
        let told = dates::read(&cell, self.plan.date_order, self.plan.date_order_is_told);
        told.map(Some).ok_or_else(|| {
            let order = match self.plan.date_order {
                dates::DateOrder::Ymd => "2026-12-31",
                dates::DateOrder::Dmy => "31/12/2026",
                dates::DateOrder::Mdy => "12/31/2026",
            };
            let message = format!("{name}: {:?} is no date or time as {order} is one", shown(&cell));
            Fault::new("DATE_INVALID", message)
        })
    }

    /// When a row begins, as it tells.
    fn start(&self, row: &Row<'_>) -> Result<Time, Fault> {
        let date = self.told(row, self.places.date, "date")?;
        let time = self.told(row, self.places.time, "time")?;
        let begin = self.told(row, self.places.start, "start")?;
        start(date, time, begin).ok_or(Fault::plain("DATE_MISSING", "does not tell its date"))
    }

    fn record(&self, row: &Row<'_>, what: ConsumptionType, unit: Unit) -> Result<Item, Fault> {
        let told = self.start(row)?;
        let Some(date) = Plan::date_of(told) else {
            return Err(Fault::plain("DATE_INVALID", "date: has a time, and the rows before have none"));
        };
        let thousandths = self.number(row, 3)?;
        let Some(amount) = Amount::of_thousandths(thousandths) else {
            return Err(Fault::plain("NUMBER_TOO_LARGE", "amount: is over 999999999.999"));
        };
        if !(days::FIRST..=days::LAST).contains(&date) {
            return Err(Fault::plain("DATE_INVALID", "date: is not of the years 1970 to 9999"));
        }
        let told = self.description(row)?;
        let meter = self.places.meter.map(|place| row.cell(place)).unwrap_or_default();
        // Rows of two meters are two, also where they say the same.
        let description = told.or_else(|| (!meter.is_empty()).then(|| shown(&format!("meter {meter}"))));
        let id = match self.places.id.map(|place| row.cell(place)).filter(|cell| !cell.is_empty()) {
            Some(cell) => Uuid::try_parse(&cell)
                .map_err(|_| Fault::new("ID_INVALID", format!("id: {:?} is no UUID", shown(&cell))))?,
            None => row_id(what, date, amount, unit, description.as_deref()),
        };
        let new = NewConsumption {
            consumption_type: what,
            amount,
            unit,
            consumption_date: date,
            description,
            id: Some(ConsumptionId(id)),
        };
        let estimated = self.places.estimated.is_some_and(|place| is_yes(&row.cell(place)));
        Ok(Item::Record { new, estimated })
    }

    fn interval(&mut self, row: &Row<'_>, what: ConsumptionType, unit: Unit) -> Result<Item, Fault> {
        let told = self.start(row)?;
        let end = self.told(row, self.places.end, "end")?;
        let Some(amount) = Millionths::new(self.number(row, 6)?) else {
            return Err(Fault::plain("NUMBER_TOO_LARGE", "amount: is over 999999999.999999"));
        };
        let newest_first = self.plan.newest_first;
        let name = meter_name(row, self.places.meter, self.options, what);
        let (meter, sequence) = self.meters.find_or_add(&name, what, unit)?;
        let moment =
            sequence.follow(&self.calendar, told, newest_first).map_err(|fault| of("start", &fault))?;
        let end = match (end, self.plan.length) {
            (Some(end), _) => moment.end(&self.calendar, end).map_err(|fault| of("end", &fault))?,
            // Days are as long as they are.
            (None, Some(_)) if self.plan.is_daily() => moment.next_day(&self.calendar),
            (None, Some(length)) => moment.at + length,
            (None, None) => return Err(Fault::plain("DATE_MISSING", "end: is empty")),
        };
        let start = moment.at;
        let is_whole = |at: DateTime<Utc>| at.nanosecond() == 0;
        if !is_whole(start) || !is_whole(end) {
            return Err(Fault::plain("TIME_INVALID", "start and end must be whole seconds"));
        }
        self.check(start, "start")?;
        let length = u32::try_from((end - start).num_seconds()).ok().filter(|length| *length <= LONGEST);
        let Some(length) = length else {
            let message = "is longer than 25 hours, so of no day: what a meter showed at its ends is imported as readings";
            return Err(Fault::plain("INTERVAL_TOO_LONG", message));
        };
        Ok(Item::Interval { meter, interval: Interval { start, length, amount } })
    }

    fn reading(&mut self, row: &Row<'_>, what: ConsumptionType, unit: Unit) -> Result<Item, Fault> {
        let told = self.start(row)?;
        let thousandths = self.number(row, 3)?;
        let Some(reading) = Amount::of_thousandths(thousandths) else {
            return Err(Fault::plain("NUMBER_TOO_LARGE", "reading: is over 999999999.999"));
        };
        let note = self.description(row)?;
        let newest_first = self.plan.newest_first;
        let name = meter_name(row, self.places.meter, self.options, what);
        let (meter, sequence) = self.meters.find_or_add(&name, what, unit)?;
        let moment =
            sequence.follow(&self.calendar, told, newest_first).map_err(|fault| of("read_at", &fault))?;
        self.check(moment.at, "read_at")?;
        let read_at = DateTime::from_timestamp_millis(moment.at.timestamp_millis()).unwrap_or(moment.at);
        let kind = ReadingKind::Reading;
        Ok(Item::Reading { meter, told: Told { id: None, read_at, reading, kind, new_reading: None, note } })
    }

    /// That an instant is believed.
    fn check(&self, at: DateTime<Utc>, name: &str) -> Result<(), Fault> {
        if at < EARLIEST {
            return Err(Fault::new("TIME_TOO_OLD", format!("{name}: is before the year 2000")));
        }
        if at > self.now + AHEAD {
            return Err(Fault::new("TIME_IN_FUTURE", format!("{name}: is in the future")));
        }
        Ok(())
    }

    fn description(&self, row: &Row<'_>) -> Result<Option<String>, Fault> {
        let Some(place) = self.places.description else { return Ok(None) };
        let text = write::plain(row.cell(place));
        match text::check(&text, DESCRIPTION) {
            Ok(()) if text.is_empty() => Ok(None),
            Ok(()) => Ok(Some(text.into_owned())),
            Err(TextError::Nul) => Err(Fault::plain("TEXT_INVALID", "description: holds a NUL character")),
            Err(TextError::TooLong) => {
                Err(Fault::plain("TEXT_TOO_LONG", "description: has more than 500 characters"))
            }
        }
    }
}

/// What the meter of a row is called.
fn meter_name<'r>(
    row: &Row<'r>,
    place: Option<usize>,
    options: &'r ImportOptions,
    what: ConsumptionType,
) -> Cow<'r, str> {
    let cell = place.map(|place| write::plain(row.cell(place))).unwrap_or_default();
    match (cell.is_empty(), &options.meter) {
        (false, _) => cell,
        (true, Some(told)) => Cow::Borrowed(told.trim()),
        (true, None) => Cow::Borrowed(what.as_str()),
    }
}

/// The id of a record that has none: a row that says the same is the same record.
fn row_id(
    what: ConsumptionType,
    date: NaiveDate,
    amount: Amount,
    unit: Unit,
    description: Option<&str>,
) -> Uuid {
    let row = format!(
        "{}\n{}\n{}\n{date}\n{}",
        what.as_str(),
        amount.thousandths(),
        unit.as_str(),
        description.unwrap_or_default()
    );
    Uuid::new_v5(&ROWS, row.as_bytes())
}

fn is_yes(cell: &str) -> bool {
    ["true", "yes", "1"].contains(&cell.to_ascii_lowercase().as_str())
}

/// A complaint about a part of the row.
fn of(name: &str, fault: &Fault) -> Fault {
    Fault::new(fault.code, format!("{name}: {}", fault.message))
}

fn shown(cell: &str) -> String {
    cell.chars().take(100).collect()
}

#[cfg(test)]
mod tests;
