//! What becomes of the lines of an archive: some thousand are kept at a time, and at the end all that is derived from them.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::AccountPatch;
use domain::archive::things::{Deleted, Intervals as ThingIntervals, Thing};
use domain::archive::{Counts, Line, Rules, device_of};
use domain::consumption::{Amount, Canonical, Record};
use domain::days::Calendar;
use domain::events::{Event, NO_DEVICE};
use domain::ids::{DeviceId, ImportId, MeterId};
use domain::meters::Register;
use domain::meters::intervals::{Added, Intervals, pack};
use domain::meters::readings::Reading;
use domain::time_entries::{Overlap, spans::date_of};
use domain::usage::Session;
use domain::valid::{FieldError, Valid};
use persistence::archive::restore as rows;
use persistence::consumption::days::{self, Days};
use persistence::garden::{self, NewRow};
use persistence::{Conn, accounts, meters, projects, time_entries};

use super::restore::at;
use crate::{Error, Result, events, focus, leaderboard, usage};

/// Things that are kept at a time.
const CHUNK: usize = 2000;
/// Days that are counted at a time.
const DAYS: usize = 2000;

/// Takes lines in.
pub(super) struct Intake {
    rules: Rules,
    calendar: Calendar,
    calorific: Amount,
    /// Whether time entries may not overlap.
    exclusive: bool,
    counts: Counts,
    /// What came before, by which later lines name it.
    devices: HashSet<DeviceId>,
    imports: HashSet<ImportId>,
    numbers: HashSet<i32>,
    meters: HashMap<MeterId, Register>,
    measured: Measured,
    /// What waits to be kept, each with its line.
    usage: Vec<(u64, DeviceId, Session)>,
    events: Vec<(u64, DeviceId, Event)>,
    /// The next event's place among those of its millisecond.
    sequence: i64,
    readings: Vec<(u64, Reading)>,
    records: Vec<(u64, (Record, Canonical))>,
    /// Days of consumption, and dates in UTC on which entries began, that are to be counted.
    days: Days,
    starts: BTreeMap<NaiveDate, DateTime<Utc>>,
}

/// The meter whose intervals are being read: they come in the order of time.
#[derive(Default)]
struct Measured {
    meter: Option<MeterId>,
    /// Meters before it.
    done: HashSet<MeterId>,
    place: Option<(NaiveDate, i32)>,
    /// What is known of the date.
    known: Intervals,
    /// When the last interval of earlier dates ends, and of all, in seconds since 1970.
    before: i64,
    end: i64,
}

fn wrong(field: &str, message: &str, code: &str) -> Error {
    FieldError::new(field, message, code).into()
}

fn twice() -> Error {
    wrong("", "or one just before it is there twice", "LINE_TWICE")
}

/// What the database says of a thing that does not fit those before it.
fn unfit(error: persistence::Error) -> Error {
    match error {
        persistence::Error::Constraint(_) => {
            wrong("", "is there twice, overlaps another, or names what does not come before it", "LINE_UNFIT")
        }
        error => error.into(),
    }
}

impl Intake {
    /// Gives the account its names, settings and calendar.
    pub fn begin(
        conn: &mut Conn,
        rules: Rules,
        (patch, calendar): (Valid<AccountPatch>, Calendar),
    ) -> Result<Intake> {
        let Rules { user, now } = rules;
        let account = accounts::find(conn, user)?;
        let account = match patch.told(&account) {
            Some(changed) => {
                accounts::update(conn, &changed, now)?;
                changed
            }
            None => account,
        };
        accounts::update_calendar(conn, user, &calendar, now)?;
        Ok(Intake {
            rules,
            calendar,
            calorific: account.settings.calorific_value,
            exclusive: account.settings.overlap == Overlap::Forbid,
            counts: Counts::default(),
            devices: HashSet::new(),
            imports: HashSet::new(),
            numbers: HashSet::new(),
            meters: HashMap::new(),
            measured: Measured::default(),
            usage: vec![],
            events: vec![],
            sequence: now.timestamp_micros(),
            readings: vec![],
            records: vec![],
            days: Days::new(),
            starts: BTreeMap::new(),
        })
    }

    /// How many things of each kind came.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes a line, to be kept with others.
    pub fn take(&mut self, conn: &mut Conn, number: u64, line: Line) -> Result<()> {
        self.counts.count(&line);
        let kind = line.kind();
        let taken = match line {
            Line::Usage(raw) => self.read_usage(number, &raw),
            Line::Event(raw) => self.read_event(number, &raw),
            Line::Device(_) | Line::FocusSession(_) | Line::Plant(_) => self.take_reported(conn, line),
            Line::Import(_) | Line::Project(_) | Line::TimeEntry(_) | Line::Deleted(_) => {
                self.take_told(conn, line)
            }
            Line::Meter(_) | Line::Reading(_) | Line::Intervals(_) | Line::Consumption(_) => {
                self.take_household(conn, number, line)
            }
            Line::End(_) => Ok(()),
        };
        taken.map_err(|error| in_line(number, kind, error))?;
        let waiting = self.usage.len() + self.events.len() + self.readings.len() + self.records.len();
        if waiting >= CHUNK { self.flush(conn) } else { Ok(()) }
    }

    fn read_usage(&mut self, number: u64, raw: &serde_json::value::RawValue) -> Result<()> {
        let Some(device) = device_of(raw, &self.devices)? else {
            return Err(wrong("device_id", "is missing", "DEVICE_MISSING"));
        };
        let session = domain::usage::batch::read_row(raw.get(), self.rules.now)
            .map_err(|refusal| wrong("", refusal.message(), "LINE_INVALID"))?;
        self.usage.push((number, device, session));
        Ok(())
    }

    fn read_event(&mut self, number: u64, raw: &serde_json::value::RawValue) -> Result<()> {
        let device = device_of(raw, &self.devices)?.unwrap_or(NO_DEVICE);
        let (_, event) = domain::events::batch::read_event(raw.get(), self.rules.now)
            .map_err(|(_, refusal)| wrong("", refusal.message(), "LINE_INVALID"))?;
        self.events.push((number, device, event));
        Ok(())
    }

    fn take_reported(&mut self, conn: &mut Conn, line: Line) -> Result<()> {
        let (rules, user) = (self.rules, self.rules.user);
        match line {
            Line::Device(device) => {
                let device = device.made(&rules).map_err(Error::Invalid)?;
                self.devices.insert(device.id);
                if rows::device(conn, user, &device)? { Ok(()) } else { Err(twice()) }
            }
            Line::FocusSession(session) => {
                let session = session.made(&rules).map_err(Error::Invalid)?;
                let is_new = focus::restore(conn, &self.calendar, &session, rules.now)?;
                if is_new { Ok(()) } else { Err(twice()) }
            }
            Line::Plant(plant) => {
                let plant = plant.made(&rules).map_err(Error::Invalid)?;
                let row = NewRow {
                    session: plant.session_id,
                    plant_num: Some(plant.plant_num),
                    plant_type: plant.plant_type.trim(),
                    stage: plant.growth_stage,
                    withered: plant.withered,
                    chosen: plant.chosen,
                };
                garden::insert(conn, user, plant.id, &row, plant.created_at).map_err(unfit)
            }
            _ => Ok(()),
        }
    }

    fn take_told(&mut self, conn: &mut Conn, line: Line) -> Result<()> {
        let (rules, user) = (self.rules, self.rules.user);
        match line {
            Line::Import(file) => {
                let file = file.made(&rules).map_err(Error::Invalid)?;
                self.imports.insert(file.id);
                self.numbers.insert(file.number);
                if rows::import(conn, user, &file)? { Ok(()) } else { Err(twice()) }
            }
            Line::Project(project) => {
                let project = project.made(&rules).map_err(Error::Invalid)?;
                self.check_import(project.import_id)?;
                projects::insert(conn, &project).map_err(unfit)
            }
            Line::TimeEntry(entry) => {
                let entry = entry.made(&rules).map_err(Error::Invalid)?;
                self.check_import(entry.import_id)?;
                self.starts.insert(date_of(entry.start_time), entry.start_time);
                time_entries::insert(conn, &entry, self.exclusive).map_err(unfit)
            }
            Line::Deleted(gone) => {
                let gone: Deleted = gone.made(&rules).map_err(Error::Invalid)?;
                if rows::deleted(conn, user, &gone)? { Ok(()) } else { Err(twice()) }
            }
            _ => Ok(()),
        }
    }

    fn take_household(&mut self, conn: &mut Conn, number: u64, line: Line) -> Result<()> {
        let (rules, user) = (self.rules, self.rules.user);
        match line {
            Line::Meter(meter) => {
                let import = meter.import_id;
                self.check_import(import)?;
                let meter = meter.made(&rules).map_err(Error::Invalid)?;
                meters::insert(conn, user, &meter, import).map_err(unfit)?;
                self.meters.insert(meter.id, meter);
            }
            Line::Reading(reading) => {
                let digits = self.meter(reading.meter_id)?.digits;
                self.check_import(reading.import_id)?;
                self.readings.push((number, reading.of(digits, &rules).map_err(Error::Invalid)?));
            }
            Line::Intervals(intervals) => self.measure(conn, intervals)?,
            Line::Consumption(record) => {
                let record = record.made(&rules).map_err(Error::Invalid)?;
                self.check_import(record.import_id)?;
                self.days.insert((record.consumption_type, record.consumption_date));
                let canonical = record.canonical(self.calorific);
                self.records.push((number, (record, canonical)));
            }
            _ => {}
        }
        Ok(())
    }

    fn meter(&self, id: MeterId) -> Result<&Register> {
        let unknown = || wrong("meter_id", "is of no meter that comes before it", "METER_UNKNOWN");
        self.meters.get(&id).ok_or_else(unknown)
    }

    fn check_import(&self, id: Option<ImportId>) -> Result<()> {
        if id.is_none_or(|id| self.imports.contains(&id)) {
            return Ok(());
        }
        Err(wrong("import_id", "is of no import that comes before it", "IMPORT_UNKNOWN"))
    }

    /// Keeps what an import said of a meter and a date.
    fn measure(&mut self, conn: &mut Conn, told: ThingIntervals) -> Result<()> {
        self.meter(told.meter_id)?;
        let (meter, date, import) = (told.meter_id, told.date, told.import);
        if !self.numbers.contains(&import) {
            return Err(wrong("import", "is the number of no import that comes before it", "IMPORT_UNKNOWN"));
        }
        let intervals = told.made(&self.rules).map_err(Error::Invalid)?;
        let Measured { meter: of, done, place, known, before, end } = &mut self.measured;
        if *of != Some(meter) {
            let is_new = done.insert(meter);
            (*of, *place, *known) = (Some(meter), None, Intervals::default());
            (*before, *end) = (i64::MIN, i64::MIN);
            if !is_new {
                return Err(wrong(
                    "meter_id",
                    "had intervals before those of another meter",
                    "ORDER_INVALID",
                ));
            }
        }
        if place.is_some_and(|place| place >= (date, import)) {
            return Err(wrong("date", "and import do not follow those before them", "ORDER_INVALID"));
        }
        if place.is_some_and(|(last, _)| last < date) {
            (*before, *known) = (*end, Intervals::default());
        }
        *place = Some((date, import));
        for interval in &intervals {
            let start = interval.start.timestamp();
            if start < *before || known.add(import, *interval) == Added::Overlaps {
                return Err(wrong("intervals", "has one that overlaps another", "INTERVALS_OVERLAP"));
            }
            *end = (*end).max(start + i64::from(interval.length));
        }
        let packed = pack(date, intervals.into_iter());
        Ok(meters::intervals::put(conn, self.rules.user, meter, import, &[date], &[packed])?)
    }

    /// Keeps what waits.
    fn flush(&mut self, conn: &mut Conn) -> Result<()> {
        let user = self.rules.user;
        let sessions = std::mem::take(&mut self.usage);
        let owned: Vec<_> = sessions
            .iter()
            .map(|(_, device, session)| persistence::usage::Owned { user, device: *device, session })
            .collect();
        if !owned.is_empty() {
            let mut new = persistence::usage::insert_new(conn, &owned)?;
            let again =
                sessions.iter().find(|(_, device, session)| !new.remove(&(*device, session.key.clone())));
            again.map_or(Ok(()), |(number, ..)| Err(in_line(*number, "usage", twice())))?;
        }
        let events = std::mem::take(&mut self.events);
        let mut owned = Vec::with_capacity(events.len());
        for (_, device, event) in &events {
            let url = event.page.as_ref().map(|page| page.address(true));
            let sequence = self.sequence;
            owned.push(persistence::events::Owned { browser: (user, *device), event, sequence, url });
            self.sequence += 1;
        }
        if !owned.is_empty() {
            let mut new = persistence::events::insert_new(conn, &owned)?;
            let again = events.iter().zip(&owned).find(|(_, owned)| !new.remove(&owned.key()));
            again.map_or(Ok(()), |((number, ..), _)| Err(in_line(*number, "event", twice())))?;
        }
        let (lines, readings): (Vec<u64>, Vec<Reading>) =
            std::mem::take(&mut self.readings).into_iter().unzip();
        if !readings.is_empty() && rows::readings(conn, user, &readings)? < readings.len() {
            return Err(in_line(lines.last().copied().unwrap_or(0), "reading", twice()));
        }
        let (lines, records): (Vec<u64>, Vec<_>) = std::mem::take(&mut self.records).into_iter().unzip();
        if !records.is_empty() && rows::consumption(conn, &records)? < records.len() {
            return Err(in_line(lines.last().copied().unwrap_or(0), "consumption", twice()));
        }
        Ok(())
    }

    /// Keeps what waits, and derives what all of it adds up to. `go_on` is asked before each part.
    pub fn finish(mut self, conn: &mut Conn, go_on: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        self.flush(conn)?;
        let Rules { user, now } = self.rules;
        go_on()?;
        usage::derive::all(conn, user, None, &self.calendar)?;
        go_on()?;
        events::derive::anew_all(conn, user, None, &self.calendar)?;
        let days: Vec<_> = self.days.into_iter().collect();
        for some in days.chunks(DAYS) {
            go_on()?;
            days::derive(conn, user, &some.iter().copied().collect())?;
        }
        let rules = crate::meters::Rules { user, calendar: self.calendar, calorific: self.calorific, now };
        for meter in self.meters.values() {
            go_on()?;
            crate::meters::derive_meter(conn, &rules, meter)?;
        }
        go_on()?;
        let starts: Vec<_> = self.starts.into_values().collect();
        crate::time_entries::derive::dates(conn, user, &starts)?;
        leaderboard::note(conn, user)
    }
}

/// Complaints about a thing, by its line.
fn in_line(number: u64, kind: &str, error: Error) -> Error {
    let Error::Invalid(fields) = error else { return error };
    let named = |field: FieldError| {
        let name = match field.field.as_str() {
            "" => kind.to_owned(),
            name => format!("{kind}.{name}"),
        };
        FieldError { field: name, ..field }
    };
    at(number, fields.into_iter().map(named).collect())
}
