//! What an import takes in, some thousand rows at a time, and what becomes of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::consumption::import::{
    ImportFormat, ImportKind, ImportOverlap, ImportReport, ImportTotal, Item, Reader, SampleRow, Series,
};
use domain::consumption::{ConsumptionType, Figure, NewConsumption, Unit};
use domain::csv::{Fault, Row};
use domain::days::Calendar;
use domain::ids::ConsumptionId;
use domain::imports::{Import, Rejects, SAMPLE};
use domain::meters::Register;
use domain::meters::intervals::{Added, Interval};
use domain::meters::readings::{Taken, Told};
use persistence::Conn;
use persistence::consumption as rows;
use persistence::consumption::days;

use super::super::reckoned;
use crate::imports::Intake as _;
use crate::meters::{self, Rules};
use crate::{Error, Result};

/// Days that are counted anew at a time.
const DAYS: usize = 2000;

/// Takes rows in.
pub(super) struct Intake<'a> {
    rules: &'a Rules,
    import: Import,
    kind: ImportKind,
    reader: Reader<'a>,
    /// What waits to be taken in, each with its line.
    records: Vec<(u64, NewConsumption, bool)>,
    intervals: BTreeMap<usize, Vec<(u64, Interval)>>,
    readings: BTreeMap<usize, Vec<(u64, Told)>>,
    rejects: Rejects,
    /// The meters of the file, or why none is theirs.
    meters: HashMap<usize, std::result::Result<Register, Fault>>,
    /// From when to when a meter has something new.
    touched: BTreeMap<usize, (DateTime<Utc>, DateTime<Utc>)>,
    /// The days of its records, and how many of them were new.
    days: HashMap<(ConsumptionType, NaiveDate), i64>,
    tally: Tally,
}

/// What became of rows so far.
#[derive(Default)]
struct Tally {
    imported: u64,
    changed: u64,
    duplicates: u64,
    sample: Vec<SampleRow>,
    of_records: BTreeMap<(ConsumptionType, Unit), Total>,
    of_meters: BTreeMap<usize, Total>,
    dates: Option<(NaiveDate, NaiveDate)>,
    instants: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

#[derive(Clone, Copy, Default)]
struct Total {
    /// Thousandths of records, millionths of intervals.
    amount: i128,
    rows: u64,
}

/// What became of a row.
enum Outcome {
    New,
    Changed,
    Duplicate,
    Rejected(Fault),
}

impl crate::imports::Intake for Intake<'_> {
    fn take(&mut self, row: &Row<'_>) {
        let item = match self.reader.read(row) {
            Ok(Some(item)) => item,
            Ok(None) => return,
            Err(fault) => return self.reject(row.line, &fault),
        };
        if self.tally.sample.len() < SAMPLE {
            self.tally.sample.extend(self.reader.sample(row.line, &item));
        }
        match item {
            Item::Record { new, estimated } => self.records.push((row.line, new, estimated)),
            Item::Interval { meter, interval } => {
                self.intervals.entry(meter).or_default().push((row.line, interval));
            }
            Item::Reading { meter, told } => self.readings.entry(meter).or_default().push((row.line, told)),
        }
    }

    fn reject(&mut self, line: u64, fault: &Fault) {
        self.rejects.add(line, fault);
    }

    fn flush(&mut self, conn: &mut Conn) -> Result<()> {
        self.flush_records(conn)?;
        for (meter, intervals) in std::mem::take(&mut self.intervals) {
            self.flush_intervals(conn, meter, &intervals)?;
        }
        for (meter, readings) in std::mem::take(&mut self.readings) {
            self.flush_readings(conn, meter, readings)?;
        }
        self.rejects.sort();
        Ok(())
    }
}

impl<'a> Intake<'a> {
    pub fn new(rules: &'a Rules, import: Import, kind: ImportKind, reader: Reader<'a>) -> Intake<'a> {
        Intake {
            rules,
            import,
            kind,
            reader,
            records: Vec::new(),
            intervals: BTreeMap::new(),
            readings: BTreeMap::new(),
            rejects: Rejects::default(),
            meters: HashMap::new(),
            touched: BTreeMap::new(),
            days: HashMap::new(),
            tally: Tally::default(),
        }
    }

    fn flush_records(&mut self, conn: &mut Conn) -> Result<()> {
        let Rules { user, calorific, now, .. } = *self.rules;
        let waiting = std::mem::take(&mut self.records);
        let ids: Vec<ConsumptionId> = waiting.iter().filter_map(|(_, new, _)| new.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        // To look a row up among what is gone costs a fifth of adding it, and most have deleted nothing.
        let gone = match rows::has_deleted(conn, user)? {
            true => rows::list_deleted(conn, user, &ids)?,
            false => HashSet::new(),
        };
        let mut records = Vec::with_capacity(waiting.len());
        for (line, new, estimated) in waiting {
            let Some(id) = new.id else { continue };
            if gone.contains(&id) {
                let message = "is a record that was deleted";
                self.reject(line, &Fault::plain("CONSUMPTION_DELETED", message));
                continue;
            }
            match new.record(user, id, now) {
                Ok(mut record) => {
                    (record.estimated, record.import_id) = (estimated, Some(self.import.id));
                    records.push(reckoned(record, calorific));
                }
                Err(field) => {
                    let code = if field.field == "unit" { "UNIT_INVALID" } else { "DATE_IN_FUTURE" };
                    self.reject(line, &Fault::new(code, format!("{}: {}", field.field, field.message)));
                }
            }
        }
        let mut new = rows::insert_new(conn, user, &records, Some(self.import.id), now)?;
        for (record, _) in &records {
            // Of several that are the same the first is new.
            let is_new = new.remove(&record.id);
            let key = (record.consumption_type, record.unit);
            let total = self.tally.of_records.entry(key).or_default();
            total.amount += i128::from(record.amount.thousandths());
            total.rows += 1;
            self.tally.count(if is_new { &Outcome::New } else { &Outcome::Duplicate });
            self.tally.see_date(record.consumption_date);
            if is_new {
                *self.days.entry((record.consumption_type, record.consumption_date)).or_default() += 1;
            }
        }
        Ok(())
    }

    fn flush_intervals(
        &mut self,
        conn: &mut Conn,
        meter: usize,
        intervals: &[(u64, Interval)],
    ) -> Result<()> {
        let register = match self.register(conn, meter)? {
            Ok(register) => register,
            Err(fault) => {
                intervals.iter().for_each(|(line, _)| self.reject(*line, &fault));
                return Ok(());
            }
        };
        let plain: Vec<Interval> = intervals.iter().map(|(_, interval)| *interval).collect();
        let added = meters::add_intervals(conn, self.rules, &register, self.import, &plain)?;
        for ((line, interval), added) in intervals.iter().zip(added) {
            let outcome = match added {
                Added::New => Outcome::New,
                Added::Changed => Outcome::Changed,
                Added::Duplicate => Outcome::Duplicate,
                Added::Overlaps => Outcome::Rejected(Fault::plain(
                    "INTERVAL_OVERLAPS",
                    "overlaps another interval of its meter, or is in this file with another amount",
                )),
            };
            self.taken(*line, meter, interval.start, interval.amount.get(), outcome);
        }
        Ok(())
    }

    fn flush_readings(&mut self, conn: &mut Conn, meter: usize, readings: Vec<(u64, Told)>) -> Result<()> {
        let (lines, told): (Vec<u64>, Vec<Told>) = readings.into_iter().unzip();
        let register = match self.register(conn, meter)? {
            Ok(register) => register,
            Err(fault) => {
                lines.iter().for_each(|line| self.reject(*line, &fault));
                return Ok(());
            }
        };
        let taken = meters::add_readings(conn, self.rules, &register, Some(self.import.id), &told)?;
        for ((line, told), taken) in lines.iter().zip(&told).zip(taken) {
            let outcome = match taken {
                Taken::New(_) => Outcome::New,
                Taken::Duplicate(_) => Outcome::Duplicate,
                Taken::Refused(refusal) => {
                    let field = refusal.field();
                    let message = format!("{}: {}", field.field, field.message);
                    Outcome::Rejected(Fault::new(refusal.code(), message))
                }
            };
            self.taken(*line, meter, told.read_at, 0, outcome);
        }
        Ok(())
    }

    /// A row of a meter has found its end.
    fn taken(&mut self, line: u64, meter: usize, at: DateTime<Utc>, amount: i64, outcome: Outcome) {
        if let Outcome::Rejected(fault) = &outcome {
            return self.reject(line, fault);
        }
        let total = self.tally.of_meters.entry(meter).or_default();
        total.amount += i128::from(amount);
        total.rows += 1;
        self.tally.count(&outcome);
        self.tally.see(at);
        if !matches!(outcome, Outcome::Duplicate) {
            let (from, to) = self.touched.entry(meter).or_insert((at, at));
            (*from, *to) = ((*from).min(at), (*to).max(at));
        }
    }

    /// The meter of the file's at this place; made where there is none.
    fn register(&mut self, conn: &mut Conn, meter: usize) -> Result<std::result::Result<Register, Fault>> {
        if let Some(known) = self.meters.get(&meter) {
            return Ok(known.clone());
        }
        let Some(Series { meter: name, consumption_type, unit }) = self.reader.series(meter).cloned() else {
            return Err(Error::Internal("a row of a meter that the file does not tell of".into()));
        };
        let import = self.import.id;
        let found = match meters::find_or_add(conn, self.rules, &name, consumption_type, unit, import) {
            Ok(register) if register.unit != unit => {
                let message = format!("unit: the meter {name} is measured in {}", register.unit.as_str());
                Err(Fault::new("UNIT_INVALID", message))
            }
            Ok(register) => Ok(register),
            Err(Error::Invalid(fields)) => {
                let message = fields.first().map(|field| field.message.clone()).unwrap_or_default();
                Err(Fault::new("METER_INVALID", format!("meter: {message}")))
            }
            Err(error) => return Err(error),
        };
        self.meters.insert(meter, found.clone());
        Ok(found)
    }

    /// Derives what the rows change, and reports. `go_on` is asked before each part.
    pub fn finish(
        self,
        conn: &mut Conn,
        format: ImportFormat,
        go_on: &mut dyn FnMut() -> Result<()>,
    ) -> Result<ImportReport> {
        let days: Vec<_> = self.days.keys().copied().collect();
        for some in days.chunks(DAYS) {
            go_on()?;
            days::derive(conn, self.rules.user, &some.iter().copied().collect())?;
        }
        let mut dates = self.tally.dates;
        for (meter, (from, to)) in &self.touched {
            let Some(Ok(register)) = self.meters.get(meter) else { continue };
            go_on()?;
            let (first, last) = meters::derive(conn, self.rules, register, *from, *to)?;
            dates = dates.map_or(Some((first, last)), |(a, b)| Some((a.min(first), b.max(last))));
        }
        let overlaps = match dates {
            Some(dates) => {
                let meters: Vec<_> = self.meters.values().flatten().map(|register| register.id).collect();
                days::count_overlaps(conn, self.rules.user, &self.days, &meters, dates)?
            }
            None => vec![],
        };
        let overlap = |(consumption_type, days)| ImportOverlap { consumption_type, days };
        let report = self.tally.report(self.kind, format, &self.rules.calendar, &self.reader, self.rejects);
        Ok(ImportReport { overlaps: overlaps.into_iter().map(overlap).collect(), ..report })
    }
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::New => self.imported += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Duplicate => self.duplicates += 1,
            Outcome::Rejected(_) => {}
        }
    }

    fn see_date(&mut self, date: NaiveDate) {
        let (first, last) = self.dates.unwrap_or((date, date));
        self.dates = Some((first.min(date), last.max(date)));
    }

    fn see(&mut self, at: DateTime<Utc>) {
        let (first, last) = self.instants.unwrap_or((at, at));
        self.instants = Some((first.min(at), last.max(at)));
    }

    fn report(
        self,
        kind: ImportKind,
        format: ImportFormat,
        calendar: &Calendar,
        reader: &Reader<'_>,
        rejects: Rejects,
    ) -> ImportReport {
        let of_instants =
            self.instants.map(|(first, last)| (calendar.date_at(first), calendar.date_at(last)));
        let dates = self.dates.or(of_instants);
        let of_records = self.of_records.into_iter().map(|((consumption_type, unit), total)| ImportTotal {
            consumption_type,
            unit,
            meter: None,
            amount: Some(Figure(total.amount)),
            rows: total.rows,
        });
        let of_meters = self.of_meters.into_iter().filter_map(|(meter, total)| {
            let Series { meter, consumption_type, unit } = reader.series(meter)?.clone();
            let amount = (kind == ImportKind::Intervals).then(|| Figure::ratio(total.amount, 1_000_000));
            Some(ImportTotal {
                consumption_type,
                unit,
                meter: Some(meter),
                amount: amount.flatten(),
                rows: total.rows,
            })
        });
        ImportReport {
            import_id: None,
            dry_run: false,
            kind,
            imported: self.imported,
            changed: self.changed,
            duplicates: self.duplicates,
            rejected_total: rejects.total,
            rejected: rejects.rows,
            first_date: dates.map(|(first, _)| first),
            last_date: dates.map(|(_, last)| last),
            totals: of_records.chain(of_meters).collect(),
            overlaps: vec![],
            format,
            sample: self.sample,
        }
    }
}
