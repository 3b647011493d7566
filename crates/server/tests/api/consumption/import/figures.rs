//! A household's files give exactly the figures that are expected of them, however they are written.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use super::super::figures::{data, expected_totals, thousandths, totals};
use super::*;

const ZONE: Tz = chrono_tz::Europe::Brussels;

fn expected(name: &str) -> Value {
    let all: Value = serde_json::from_str(&data("expected.json")).unwrap();
    all["files"][name].clone()
}

fn inflated(name: &str) -> String {
    let file = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/household").join(name);
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// An interval of a file: when it begins and ends, and its amount as it is written there.
struct Interval {
    start: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
    amount: String,
}

impl Interval {
    fn wall(&self) -> (NaiveDateTime, NaiveDateTime) {
        (self.start.with_timezone(&ZONE).naive_local(), self.end.with_timezone(&ZONE).naive_local())
    }
}

fn intervals(text: &str) -> Vec<Interval> {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    rows.deserialize::<BTreeMap<String, String>>()
        .map(|row| {
            let row = row.unwrap();
            let at = |name: &str| DateTime::parse_from_rfc3339(&row[name]).unwrap();
            Interval { start: at("start"), end: at("end"), amount: row["amount"].clone() }
        })
        .collect()
}

/// What the days and months of a type add up to is what the file of intervals says, to the thousandth.
fn check(ada: &Caller<'_>, what: &str, unit: &str, expected: &Value) {
    let query = format!("consumption_type={what}&unit={unit}");
    let days: BTreeMap<String, i64> = expected["per_local_date"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(date, day)| (date.clone(), thousandths(&day[0])))
        .collect();
    assert_eq!(totals(ada, &format!("{query}&group_by=day")), days);
    let months = expected["per_local_month"].as_object().unwrap();
    let months: BTreeMap<String, i64> =
        months.iter().map(|(month, one)| (month.clone(), thousandths(&one["amount"]))).collect();
    assert_eq!(totals(ada, &format!("{query}&group_by=month")), months);
    assert_eq!(thousandths(&analytics(ada, &query)["total"]), thousandths(&expected["total"]));
    assert_eq!(analytics(ada, &query)["count"], expected["per_local_date"].as_object().unwrap().len());
    let hours = |query: &str, name: &str| -> Vec<Value> {
        let profile = ada.get(&format!("/consumption/profile?{query}")).ok();
        profile["hours"].as_array().unwrap().iter().map(|hour| hour[name].clone()).collect()
    };
    let by_hour: Vec<i64> = hours(&query, "total").iter().map(thousandths).collect();
    let told: Vec<i64> =
        expected["per_local_hour_of_day"].as_array().unwrap().iter().map(thousandths).collect();
    assert_eq!(by_hour, told);
    // Hours of the clock that a date has: the one that comes twice is one.
    for (date, shown) in [("2016-03-27", 23), ("2016-10-30", 24), ("2016-12-18", 24), ("2017-01-01", 1)] {
        if days.contains_key(date) {
            let counts = hours(&format!("{query}&start_date={date}&end_date={date}"), "count");
            assert_eq!(counts.iter().map(|count| count.as_i64().unwrap()).sum::<i64>(), shown, "{date}");
        }
    }
}

fn check_intervals(name: &str, what: &str, unit: &str) {
    let expected = expected(name);
    let server = Server::start();
    let ada = server.person_in("ada", ZONE.name());
    let before = state(&ada);
    let file = inflated(name);
    let all = expected["intervals"].as_u64().unwrap();
    // As it is kept, compressed.
    let zipped = ada.with("content-encoding", "gzip");
    let rehearsal = import(&zipped, "dry_run=true", gzip(file.as_bytes()));
    let report = import(&zipped, "", gzip(file.as_bytes()));
    assert_eq!(counts(&report), [all, 0, 0, 0]);
    assert_eq!((counts(&rehearsal), &rehearsal["totals"]), (counts(&report), &report["totals"]));
    let total = &report["totals"][0];
    assert_eq!(thousandths(&total["amount"]), thousandths(&expected["total"]));
    assert_eq!(
        (&total["unit"], &total["consumption_type"], &total["rows"]),
        (&json!(unit), &json!(what), &json!(all))
    );
    check(&ada, what, unit, &expected);
    server.verify();
    let after = state(&ada);
    assert_eq!(counts(&import(&ada, "", file)), [0, 0, all, 0]);
    assert_eq!(state(&ada), after);
    undo(&ada, &report);
    assert_eq!(state(&ada), before);
    server.verify();
}

#[test]
fn of_hours_of_electricity() {
    check_intervals("electricity_9afa_hourly_2016.csv.gz", "electricity", "kWh");
    check_intervals("electricity_e1de_hourly_2016.csv.gz", "electricity", "kWh");
}

#[test]
fn of_hours_of_gas() {
    check_intervals("gas_313b_hourly_2016.csv.gz", "gas", "kWh");
}

#[test]
fn of_minutes_of_water() {
    check_intervals("water_6616_minute_2015-03.csv.gz", "water", "L");
}

/// A program's file of the same intervals.
type Style = (&'static str, &'static str, fn(&[Interval]) -> Vec<u8>);

/// Wall-clock times, points in dates, commas in numbers, Windows-1252.
fn german(intervals: &[Interval]) -> Vec<u8> {
    let mut text = String::from(
        "Meßwerte für Zähler 9afa\r\n\r\nZählernummer;Zeitstempel von;Zeitstempel bis;Stromverbrauch (kWh)\r\n",
    );
    for one in intervals {
        let (start, end) = one.wall();
        let (form, amount) = ("%d.%m.%Y %H:%M", one.amount.replace('.', ","));
        text += &format!("9afa;{};{};{amount}\r\n", start.format(form), end.format(form));
    }
    // All there is but `ß`, `ä` and `ü` is ASCII.
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

/// Month first, half days, no ends, a byte order mark, everything in quotes.
fn american(intervals: &[Interval]) -> Vec<u8> {
    let mut text = String::from("\u{feff}\"TYPE\",\"DATE\",\"START TIME\",\"USAGE\",\"UNITS\",\"COST\"\n");
    for one in intervals {
        let (start, _) = one.wall();
        let (date, time) = (start.format("%m/%d/%Y"), start.format("%-I:%M %p"));
        text += &format!("\"Electric usage\",\"{date}\",\"{time}\",\"{}\",\"kWh\",\"$0.10\"\n", one.amount);
    }
    text.into_bytes()
}

/// Day first, newest first, tabs.
fn british_newest_first(intervals: &[Interval]) -> Vec<u8> {
    let mut text = String::from("Interval Start\tInterval End\tConsumption (Wh)\n");
    for one in intervals.iter().rev() {
        let (start, end) = one.wall();
        let wh: f64 = one.amount.parse::<f64>().unwrap() * 1000.0;
        text += &format!("{}\t{}\t{wh:.0}\n", start.format("%d/%m/%Y %H:%M"), end.format("%d/%m/%Y %H:%M"));
    }
    text.into_bytes()
}

/// UTC, and no ends.
fn in_utc(intervals: &[Interval]) -> Vec<u8> {
    let mut text = String::from("timestamp|electricity kWh\n");
    for one in intervals {
        text += &format!("{}|{}\n", one.start.to_utc().format("%Y-%m-%dT%H:%M:%SZ"), one.amount);
    }
    text.into_bytes()
}

/// A date and times of day, the last of which is midnight, or 24:00.
fn with_times_of_day(intervals: &[Interval]) -> Vec<u8> {
    let mut text = String::from("Datum;von;bis;kWh\n");
    for (place, one) in intervals.iter().enumerate() {
        let (start, end) = one.wall();
        let end = match end.format("%H:%M").to_string() {
            midnight if midnight == "00:00" && place % 2 == 0 => "24:00".to_owned(),
            end => end,
        };
        let amount = one.amount.replace('.', ",");
        text += &format!("{};{};{end};{amount}\n", start.format("%Y-%m-%d"), start.format("%H:%M"));
    }
    text.into_bytes()
}

const STYLES: [Style; 5] = [
    ("german", "", german),
    ("american", "", american),
    ("british", "consumption_type=electricity", british_newest_first),
    ("utc", "", in_utc),
    ("times of day", "consumption_type=electricity", with_times_of_day),
];

#[test]
fn the_same_hours_written_by_other_programs() {
    let name = "electricity_9afa_hourly_2016.csv.gz";
    let (expected, intervals) = (expected(name), intervals(&inflated(name)));
    for (style, query, write) in STYLES {
        let server = Server::start();
        let ada = server.person_in("ada", ZONE.name());
        let report = import(&ada, query, write(&intervals));
        assert_eq!(counts(&report), [8785, 0, 0, 0], "{style}: {}", report["rejected"][0]);
        check(&ada, "electricity", "kWh", &expected);
        server.verify();
    }
    // Of an account elsewhere, whose file is told where it is from: the days are cut where the account is.
    let server = Server::start();
    let eve = server.person_in("eve", "America/New_York");
    let report = import(&eve, "tz=Europe/Brussels", german(&intervals));
    assert_eq!((&report["format"]["tz"], counts(&report)), (&json!("Europe/Brussels"), [8785, 0, 0, 0]));
    assert_eq!(report["first_date"], "2015-12-31");
    let all = analytics(&eve, "consumption_type=electricity");
    assert_eq!(thousandths(&all["total"]), thousandths(&expected["total"]));
}

#[test]
fn the_same_minutes_by_the_wall_clock_over_a_change() {
    // Minutes of the night in which an hour comes twice, and of the one in which an hour is missing.
    for (first, hours) in [("2016-10-30T00:00:00+02:00", 25), ("2016-03-27T00:00:00+01:00", 23)] {
        let first = DateTime::parse_from_rfc3339(first).unwrap();
        let minutes: Vec<Interval> = (0..hours * 60)
            .map(|minute| {
                let start = first + TimeDelta::minutes(minute);
                Interval { start, end: start + TimeDelta::minutes(1), amount: "0.001".into() }
            })
            .collect();
        for (style, query, write) in STYLES {
            // Written in whole Wh, each is 1.
            let server = Server::start();
            let ada = server.person_in("ada", ZONE.name());
            let query = format!("{query}&date_order=dmy");
            let report =
                import(&ada, if style == "american" { "date_order=mdy" } else { &query }, write(&minutes));
            let all = u64::try_from(hours * 60).unwrap();
            assert_eq!(counts(&report), [all, 0, 0, 0], "{style}: {}", report["rejected"][0]);
            let day = totals(&ada, "consumption_type=electricity&unit=kWh&group_by=day");
            let date = first.date_naive().to_string();
            assert_eq!(day, BTreeMap::from([(date, hours * 60)]), "{style}");
        }
    }
}

fn check_days(name: &str) {
    let expected = expected(name);
    let (what, unit) = (expected["type"].as_str().unwrap(), expected["unit"].as_str().unwrap());
    let plain = data(name);
    let rows: Vec<Vec<&str>> = plain.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let german: String = rows
        .iter()
        .map(|row| {
            let [year, month, day] = *row[3].split('-').collect::<Vec<_>>() else { panic!() };
            format!("{day}.{month}.{year};{};\"{}\"\n", row[1].replace('.', ","), row[4])
        })
        .collect();
    let german = format!("\u{feff}Datum;{what} ({unit});Bemerkung\n{german}");
    let mut states = vec![];
    for (query, file) in [("", plain.clone()), ("decimal=comma", german)] {
        let server = Server::start();
        let ada = server.person_in("ada", ZONE.name());
        let report = import(&ada, query, file);
        assert_eq!(
            counts(&report),
            [expected["count"].as_u64().unwrap(), 0, 0, 0],
            "{}",
            report["rejected"][0]
        );
        let query = format!("consumption_type={what}&unit={unit}");
        for (by, figure) in
            [("week", "per_week_starting_monday"), ("month", "per_month"), ("year", "per_year")]
        {
            assert_eq!(
                totals(&ada, &format!("{query}&group_by={by}")),
                expected_totals(&expected[figure]),
                "{by}"
            );
        }
        let all = analytics(&ada, &query);
        for (name, figure) in [("total", "sum"), ("min", "min"), ("max", "max")] {
            assert_eq!(thousandths(&all[name]), thousandths(&expected[figure]), "{name}");
        }
        server.verify();
        // Either way of writing them, they are the same records.
        assert_eq!(counts(&import(&ada, "", plain.clone()))[0], 0);
        let ids = server.sql("SELECT string_agg(id::text, ',' ORDER BY id) FROM consumption");
        states.push(ids);
        undo(&ada, &report);
        assert_eq!(server.sql("SELECT count(*) FROM consumption_days"), "0");
    }
    assert_eq!(states[0], states[1]);
}

#[test]
fn of_days() {
    check_days("electricity_9afa_daily_2016.csv");
    check_days("electricity_e1de_daily_2016.csv");
    check_days("gas_313b_daily_2016.csv");
    check_days("water_6616_daily_2015-03.csv");
}

#[test]
fn of_readings() {
    let name = "meter_readings_9afa_weekly.csv";
    let (expected, plain) = (expected(name), data(name));
    let wall = plain.lines().skip(1).map(|line| {
        let row: Vec<&str> = line.split(',').collect();
        // Midnight by the clock, a date alone.
        format!("{};{};{}\n", row[0], &row[3][..10], row[4].replace('.', ","))
    });
    let wall = format!("Zähler;Ablesedatum;Zählerstand Strom (kWh)\n{}", wall.collect::<String>());
    for file in [plain, wall] {
        let server = Server::start();
        let ada = server.person_in("ada", ZONE.name());
        let report = import(&ada, "", file.clone());
        assert_eq!((counts(&report), &report["kind"]), ([54, 0, 0, 0], &json!("readings")));
        assert_eq!(report["totals"][0]["amount"], Value::Null);
        let all = analytics(&ada, "consumption_type=electricity");
        assert_eq!(thousandths(&all["total"]), thousandths(&expected["sum_between_readings"]));
        for span in expected["consumption_between_readings"].as_array().unwrap() {
            let date = |name: &str| span[name].as_str().unwrap()[..10].parse::<chrono::NaiveDate>().unwrap();
            let (first, last) = (date("from"), date("to").pred_opt().unwrap());
            let between =
                analytics(&ada, &format!("consumption_type=electricity&start_date={first}&end_date={last}"));
            assert_eq!(thousandths(&between["total"]), thousandths(&span["amount"]), "{first}");
        }
        server.verify();
        assert_eq!(counts(&import(&ada, "", file)), [0, 0, 54, 0]);
        undo(&ada, &report);
        assert_eq!(server.sql("SELECT count(*) FROM consumption"), "0");
        assert_eq!(server.sql("SELECT count(*) FROM meters"), "0");
        server.verify();
    }
}
