//! What a dwelling consumed: two years of electricity and gas, and of water, day by day.

use std::fmt;

use chrono::Datelike;

use super::*;
use crate::upload::Person;

const ELECTRICITY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/electricity_9afa_daily_2016.csv.gz"));
const GAS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gas_313b_daily_2016.csv.gz"));
const WATER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/water_6616_daily_2015-03.csv.gz"));
/// Days that are there after the first run: a month stands beside the one of the year before.
const TWO_YEARS: u64 = 731;
/// A leap year, so that it has every date.
const MEASURED: i32 = 2016;

/// What was sent.
pub struct Sent(usize);

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.0)
    }
}

/// A day's consumption, as it was measured.
#[derive(Clone, Deserialize)]
pub(super) struct Record {
    pub(super) consumption_type: String,
    pub(super) amount: String,
    pub(super) unit: String,
    pub(super) consumption_date: NaiveDate,
}

impl Record {
    fn on(&self, date: NaiveDate) -> Value {
        json!({
            "consumption_type": self.consumption_type, "amount": self.amount, "unit": self.unit,
            "consumption_date": date,
        })
    }
}

/// What was measured of one type.
pub(super) struct Series {
    days: BTreeMap<NaiveDate, Record>,
    /// What a date shows.
    counterpart: fn(NaiveDate) -> Option<NaiveDate>,
}

impl Series {
    fn read(
        days: &[u8],
        counterpart: fn(NaiveDate) -> Option<NaiveDate>,
    ) -> anyhow::Result<(String, Series)> {
        let rows = csv::Reader::from_reader(GzDecoder::new(days)).into_deserialize();
        let rows: Vec<Record> = rows.collect::<Result<_, _>>()?;
        let what = rows.first().map(|record| record.consumption_type.clone()).unwrap_or_default();
        let days = rows.into_iter().map(|record| (record.consumption_date, record)).collect();
        Ok((what, Series { days, counterpart }))
    }

    /// What was measured on the day that this date shows.
    pub(super) fn on(&self, date: NaiveDate) -> Option<&Record> {
        self.days.get(&(self.counterpart)(date)?)
    }
}

/// The same season and the same weekday: the nearest such day of the year that was measured.
pub(super) fn same_season(date: NaiveDate) -> Option<NaiveDate> {
    let same = NaiveDate::from_ymd_opt(MEASURED, date.month(), date.day())?;
    let weekday = |date: NaiveDate| i64::from(date.weekday().num_days_from_monday());
    let ahead = (weekday(date) - weekday(same) + 3).rem_euclid(7) - 3;
    let found = same + TimeDelta::days(ahead);
    Some(found + TimeDelta::weeks(i64::from(MEASURED - found.year())))
}

/// Four weeks that begin anew after the last.
pub(super) fn same_weekday(date: NaiveDate) -> Option<NaiveDate> {
    let last = NaiveDate::from_ymd_opt(2015, 3, 31)?;
    Some(last - TimeDelta::days((last - date).num_days().rem_euclid(28)))
}

/// What was measured, by type.
pub(super) fn measured() -> anyhow::Result<[(String, Series); 3]> {
    Ok([
        Series::read(ELECTRICITY, same_season)?,
        Series::read(GAS, same_season)?,
        Series::read(WATER, same_weekday)?,
    ])
}

/// Sends what somebody is to have by now: what comes after the newest they have of each type.
pub fn load(server: &Server, person: &Person, now: DateTime<Utc>, zone: Tz) -> anyhow::Result<Sent> {
    #[derive(Deserialize)]
    struct Page {
        consumptions: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        consumption_date: NaiveDate,
    }
    let today = now.with_timezone(&zone).date_naive();
    let mut records = vec![];
    for (what, series) in measured()? {
        let path = format!("/consumption?limit=1&consumption_type={what}");
        let newest = server.get::<Page>(person, &path)?.consumptions.first().map(|one| one.consumption_date);
        let first =
            (today - Days::new(TWO_YEARS - 1)).max(newest.map_or(NaiveDate::MIN, |day| day + Days::new(1)));
        let days = first.iter_days().take_while(|date| *date <= today);
        records.extend(days.filter_map(|date| Some(series.on(date)?.on(date))));
    }
    if !records.is_empty() {
        server.post(person, "/consumption", &json!({ "records": records }))?;
    }
    Ok(Sent(records.len()))
}
