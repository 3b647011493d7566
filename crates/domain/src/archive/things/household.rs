//! Meters and what they say, and records of consumption.

use super::*;
use crate::consumption::{ConsumptionType, NewConsumption, Record, Unit};
use crate::days::plus;
use crate::ids::{ConsumptionId, MeterId, ReadingId};
use crate::meters::intervals::{Interval, LONGEST, Millionths};
use crate::meters::readings::{NewReading, Reading, ReadingKind, Refusal};
use crate::meters::{NewMeter, Register};

/// A meter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the meter")]
pub struct ThingMeter {
    pub id: MeterId,
    pub name: String,
    pub consumption_type: ConsumptionType,
    pub unit: Unit,
    pub digits: Option<i16>,
    /// The import that made it.
    pub import_id: Option<ImportId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ThingMeter {
    /// Of a meter, and the import that made it.
    #[must_use]
    pub fn new(meter: Register, import_id: Option<ImportId>) -> ThingMeter {
        let Register { id, name, consumption_type, unit, digits, created_at, updated_at } = meter;
        ThingMeter { id, name, consumption_type, unit, digits, import_id, created_at, updated_at }
    }
}

impl Thing for ThingMeter {
    type Made = Register;

    fn made(self, rules: &Rules) -> Checked<Register> {
        let ThingMeter { id, name, consumption_type, unit, digits, created_at, updated_at, .. } = self;
        check_at("created_at", created_at, rules)?;
        check_at("updated_at", updated_at, rules)?;
        let new = Valid::check(NewMeter { name, consumption_type, unit, digits, id: Some(id) })?;
        let meter = new.register(id, created_at).map_err(one)?;
        Ok(Register { updated_at, ..meter })
    }
}

/// A reading of a meter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the reading")]
pub struct ThingReading {
    pub id: ReadingId,
    pub meter_id: MeterId,
    #[serde(deserialize_with = "instants::told")]
    pub read_at: DateTime<Utc>,
    pub reading: Amount,
    pub kind: ReadingKind,
    pub new_reading: Option<Amount>,
    pub note: Option<String>,
    pub import_id: Option<ImportId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Reading> for ThingReading {
    fn from(reading: Reading) -> ThingReading {
        let Reading { id, meter_id, read_at, reading: amount, kind, new_reading, .. } = reading;
        let Reading { note, import_id, created_at, updated_at, .. } = reading;
        ThingReading {
            id,
            meter_id,
            read_at,
            reading: amount,
            kind,
            new_reading,
            note,
            import_id,
            created_at,
            updated_at,
        }
    }
}

impl ThingReading {
    /// The reading of a register with so many whole digits.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn of(self, digits: Option<i16>, rules: &Rules) -> Checked<Reading> {
        let ThingReading { id, meter_id, read_at, reading, kind, new_reading, note, .. } = self;
        check_at("created_at", self.created_at, rules)?;
        check_at("updated_at", self.updated_at, rules)?;
        let new = NewReading { read_at, reading, kind: Some(kind), new_reading, note, id: Some(id) };
        let told = Valid::check(new)?.told().map_err(one)?;
        told.check(digits, rules.now).map_err(|refusal: Refusal| one(refusal.field()))?;
        let kept = told.kept(meter_id, id, self.import_id, self.created_at);
        Ok(Reading { updated_at: self.updated_at, ..kept })
    }
}

/// What an import said of a meter and a date in UTC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intervals {
    /// The meter.
    pub meter_id: MeterId,
    /// The date in UTC on which they start.
    pub date: NaiveDate,
    /// The number of the import.
    pub import: i32,
    /// Of each the seconds after midnight in UTC, its length in seconds, and the amount in millionths of the meter's unit.
    pub intervals: Vec<(u32, u32, i64)>,
}

impl Intervals {
    /// Of what is kept.
    #[must_use]
    pub fn new(meter_id: MeterId, date: NaiveDate, import: i32, intervals: &[Interval]) -> Intervals {
        let seconds = |one: &Interval| (one.start - midnight(date)).num_seconds();
        let told = |one: &Interval| (u32::try_from(seconds(one)).unwrap_or(0), one.length, one.amount.get());
        Intervals { meter_id, date, import, intervals: intervals.iter().map(told).collect() }
    }
}

impl Thing for Intervals {
    type Made = Vec<Interval>;

    fn made(self, rules: &Rules) -> Checked<Vec<Interval>> {
        let wrong = |message| Err(vec![FieldError::new("intervals", message, "INTERVAL_INVALID")]);
        if !(days::FIRST..=plus(rules.now.date_naive(), 1)).contains(&self.date) {
            return Err(vec![FieldError::new("date", "is before 1970, or ahead", "DATE_INVALID")]);
        }
        let mut made = Vec::with_capacity(self.intervals.len());
        let mut end = 0;
        for (second, length, amount) in self.intervals {
            let Some(amount) = Millionths::new(amount) else { return wrong("has an amount that cannot be") };
            if !(1..=LONGEST).contains(&length) || second >= 86_400 {
                return wrong("has one that lasts over 25 hours or no time, or is of another date");
            }
            if second < end {
                return wrong("has some that overlap, or are not in the order of time");
            }
            end = second + length;
            let start = midnight(self.date) + chrono::Duration::seconds(second.into());
            made.push(Interval { start, length, amount });
        }
        if made.is_empty() { wrong("has none") } else { Ok(made) }
    }
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A record of consumption.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as of the record")]
pub struct ThingConsumption {
    pub id: ConsumptionId,
    pub consumption_type: ConsumptionType,
    pub amount: Amount,
    pub unit: Unit,
    pub consumption_date: NaiveDate,
    pub description: Option<String>,
    pub import_id: Option<ImportId>,
    pub estimated: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Record> for ThingConsumption {
    fn from(record: Record) -> ThingConsumption {
        let Record { id, consumption_type, amount, unit, consumption_date, description, .. } = record;
        let Record { import_id, estimated, created_at, updated_at, .. } = record;
        ThingConsumption {
            id,
            consumption_type,
            amount,
            unit,
            consumption_date,
            description,
            import_id,
            estimated,
            created_at,
            updated_at,
        }
    }
}

impl Thing for ThingConsumption {
    type Made = Record;

    fn made(self, rules: &Rules) -> Checked<Record> {
        let ThingConsumption { id, consumption_type, amount, unit, consumption_date, description, .. } = self;
        check_at("created_at", self.created_at, rules)?;
        check_at("updated_at", self.updated_at, rules)?;
        let new =
            NewConsumption { consumption_type, amount, unit, consumption_date, description, id: Some(id) };
        let record = Valid::check(new)?.record(rules.user, id, rules.now).map_err(one)?;
        Ok(Record {
            import_id: self.import_id,
            estimated: self.estimated,
            created_at: self.created_at,
            updated_at: self.updated_at,
            ..record
        })
    }
}
