//! What a dwelling consumed: two years of electricity by the hour, as its meter tells it, and of gas and water by the day.

use std::fmt::{self, Write as _};

use chrono::{Datelike, NaiveTime};
use indicatif::HumanCount;

use super::*;
use crate::upload::Person;

const ELECTRICITY: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/household/electricity_9afa_hourly_2016.csv.gz"
));
const GAS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gas_313b_daily_2016.csv.gz"));
const WATER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/water_6616_daily_2015-03.csv.gz"));
/// What the meter of electricity is called.
const METER: &str = "Main meter";
/// Days that are there after the first run: a month stands beside the one of the year before.
const TWO_YEARS: u64 = 731;
/// A leap year, so that it has every date.
const MEASURED: i32 = 2016;

/// The day that was measured which a date shows.
type Counterpart = fn(NaiveDate) -> Option<NaiveDate>;

/// What was sent.
pub struct Sent {
    hours: usize,
    records: usize,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number: usize| HumanCount(u64::try_from(number).unwrap_or(u64::MAX));
        write!(f, "{} hours of a meter, {} records", count(self.hours), count(self.records))
    }
}

/// A day's consumption, as it was measured.
#[derive(Deserialize)]
pub(super) struct Record {
    pub(super) consumption_type: String,
    pub(super) amount: String,
    pub(super) unit: String,
    pub(super) consumption_date: NaiveDate,
}

/// What was measured of one type, day by day.
pub(super) fn days(file: &[u8]) -> anyhow::Result<BTreeMap<NaiveDate, Record>> {
    let rows = csv::Reader::from_reader(GzDecoder::new(file)).into_deserialize();
    rows.map(|row: Result<Record, _>| row.map(|record| (record.consumption_date, record)).map_err(Into::into))
        .collect()
}

/// What was measured in each hour of each day, by the clock on the wall.
pub(super) fn hours() -> anyhow::Result<BTreeMap<NaiveDate, BTreeMap<NaiveTime, String>>> {
    #[derive(Deserialize)]
    struct Row {
        start: String,
        amount: String,
    }
    let mut days: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for row in csv::Reader::from_reader(GzDecoder::new(ELECTRICITY)).into_deserialize() {
        let Row { start, amount } = row?;
        let start = DateTime::parse_from_rfc3339(&start)?.naive_local();
        // Of the hour that comes twice, the first.
        days.entry(start.date()).or_default().entry(start.time()).or_insert(amount);
    }
    Ok(days)
}

/// The day that was measured in the same season and on the same weekday: the nearest such of its year.
pub(super) fn same_season(date: NaiveDate) -> Option<NaiveDate> {
    let same = NaiveDate::from_ymd_opt(MEASURED, date.month(), date.day())?;
    let weekday = |date: NaiveDate| i64::from(date.weekday().num_days_from_monday());
    let ahead = (weekday(date) - weekday(same) + 3).rem_euclid(7) - 3;
    let found = same + TimeDelta::days(ahead);
    Some(found + TimeDelta::weeks(i64::from(MEASURED - found.year())))
}

/// The day of the four weeks that were measured: they begin anew after the last.
pub(super) fn same_weekday(date: NaiveDate) -> Option<NaiveDate> {
    let last = NaiveDate::from_ymd_opt(2015, 3, 31)?;
    Some(last - TimeDelta::days((last - date).num_days().rem_euclid(28)))
}

/// Sends what somebody is to have by now: what comes after the newest they have of each type.
pub fn load(server: &Server, person: &Person, now: DateTime<Utc>, zone: Tz) -> anyhow::Result<Sent> {
    let today = now.with_timezone(&zone).date_naive();
    let from = |what: &str| -> anyhow::Result<Option<NaiveDate>> {
        #[derive(Deserialize)]
        struct Page {
            consumptions: Vec<Listed>,
        }
        #[derive(Deserialize)]
        struct Listed {
            consumption_date: NaiveDate,
        }
        let path = format!("/consumption?limit=1&consumption_type={what}");
        Ok(server.get::<Page>(person, &path)?.consumptions.first().map(|one| one.consumption_date))
    };
    let until_today = |first: Option<NaiveDate>| {
        let first = first.unwrap_or(NaiveDate::MIN).max(today - Days::new(TWO_YEARS - 1));
        first.iter_days().take_while(move |date| *date <= today)
    };
    // Its newest day may have grown since.
    let (file, hours) = metered(until_today(from("electricity")?), now, zone)?;
    if hours > 0 {
        #[derive(Deserialize)]
        struct Report {}
        let path = "/consumption/import?file_name=demo.csv";
        let Report {} = server.post_csv(person, path, file.as_bytes())?;
    }
    let mut records = vec![];
    let by_day: [(_, _, Counterpart); 2] =
        [("gas", days(GAS)?, same_season), ("water", days(WATER)?, same_weekday)];
    for (what, measured, counterpart) in by_day {
        for date in until_today(from(what)?.map(|newest| newest + Days::new(1))) {
            let Some(Record { consumption_type, amount, unit, .. }) =
                counterpart(date).and_then(|day| measured.get(&day))
            else {
                continue;
            };
            records.push(json!({
                "consumption_type": consumption_type, "amount": amount, "unit": unit, "consumption_date": date,
            }));
        }
    }
    if !records.is_empty() {
        server.post(person, "/consumption", &json!({ "records": records }))?;
    }
    Ok(Sent { hours, records: records.len() })
}

/// The hours of these dates that are over, as a file that can be imported, and how many they are.
pub(super) fn metered(
    dates: impl Iterator<Item = NaiveDate>,
    now: DateTime<Utc>,
    zone: Tz,
) -> anyhow::Result<(String, usize)> {
    let measured = hours()?;
    let mut file = String::from("meter_id,type,unit,start,end,amount\n");
    let mut rows = 0;
    for date in dates {
        for (time, amount) in same_season(date).and_then(|day| measured.get(&day)).into_iter().flatten() {
            // An hour that the clock skips has not been.
            let Some(start) = zone.from_local_datetime(&date.and_time(*time)).earliest() else { continue };
            let (start, end) = (start.to_utc(), start.to_utc() + TimeDelta::hours(1));
            if end <= now {
                let (start, end) = (start.to_rfc3339(), end.to_rfc3339());
                writeln!(file, "{METER},electricity,kWh,{start},{end},{amount}")?;
                rows += 1;
            }
        }
    }
    Ok((file, rows))
}
